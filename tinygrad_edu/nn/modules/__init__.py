"""PyTorch's long paths: ``nn.modules.linear.Linear`` is `nn.Linear`.

Where PyTorch keeps the files of its layers, here are modules without a file: each answers any name that `nn` has.

>>> from tinygrad_edu.nn.modules.linear import Linear
>>> Linear is tg.nn.Linear
True
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from tinygrad_edu import nn
from tinygrad_edu.nn import _batch_norm, _convolution, _dropout, _loss, _pooling
from tinygrad_edu.nn._lazy import LazyModuleMixin

_NAMES = (
    *("activation", "adaptive", "batchnorm", "channelshuffle", "container", "conv", "distance", "dropout", "flatten"),
    *("fold", "instancenorm", "lazy", "linear", "loss", "module", "normalization", "padding", "pixelshuffle"),
    *("pooling", "rnn", "sparse", "transformer", "upsampling", "utils"),
)


class _Path(ModuleType):
    """A module that answers the names of `nn`."""

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and hasattr(nn, name):
            return getattr(nn, name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


def __getattr__(name: str) -> Any:
    if not name.startswith("_") and hasattr(nn, name):
        return getattr(nn, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _as_many_as(n: int) -> Any:
    """What makes a tuple of n of one value, and of a sequence its tuple: ``_pair(3)`` is (3, 3)."""

    def parse(x: Any) -> tuple[Any, ...]:
        return tuple(x) if hasattr(x, "__iter__") else (x,) * n

    return parse


for _name in _NAMES:
    sys.modules[f"{__name__}.{_name}"] = globals()[_name] = _Path(
        f"{__name__}.{_name}", f"PyTorch's path of some of `nn`: {_name}."
    )

# What `nn` itself doesn't have: bases that programs ask for with isinstance, or derive layers of their own from.
_FURTHER: dict[str, dict[str, Any]] = {
    "batchnorm": {"_BatchNorm": _batch_norm._BatchNorm, "_NormBase": _batch_norm._WithStatistics},
    "conv": {"_ConvNd": _convolution._Convolutional, "_ConvTransposeNd": _convolution._Transposed},
    "dropout": {"_DropoutNd": _dropout._Dropping},
    "instancenorm": {"_InstanceNorm": _batch_norm._InstanceNorm},
    "lazy": {"LazyModuleMixin": LazyModuleMixin},
    "loss": {"_Loss": _loss._Loss},
    "pooling": {"_MaxPoolNd": _pooling._MaxPool, "_AvgPoolNd": _pooling._AvgPool},
    "utils": {f"_{each}": _as_many_as(n) for n, each in enumerate(("single", "pair", "triple", "quadruple"), 1)},
}
for _name, _members in _FURTHER.items():
    vars(sys.modules[f"{__name__}.{_name}"]).update(_members)
