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


for _name in _NAMES:
    sys.modules[f"{__name__}.{_name}"] = globals()[_name] = _Path(
        f"{__name__}.{_name}", f"PyTorch's path of some of `nn`: {_name}."
    )

vars(sys.modules[f"{__name__}.lazy"])["LazyModuleMixin"] = LazyModuleMixin  # which `nn` itself doesn't have
