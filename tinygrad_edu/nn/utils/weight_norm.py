"""Weight normalisation: a weight is learned as a length g and a direction v, ``w = g v / ‖v‖``.

Each row has a length of its own (or whatever lies at one place of the dimension `dim`). So how long a row is, and where
it points, are learned apart from each other.

This is the older form, a hook that works the weight out before each call; `parametrizations.weight_norm` is the newer.

Source: Salimans and Kingma, Weight Normalization (2016), https://arxiv.org/abs/1602.07868;
https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.weight_norm.html
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu._errors import warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.norms import norm
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import Parameter
from tinygrad_edu.nn.utils._recomputed import Recomputed, module_with

__all__ = ["WeightNorm", "remove_weight_norm", "weight_norm"]

ALL = -1  # instead of a dimension: the weight has one length


def length_of(v: Tensor, dim: int) -> Tensor:
    """The norm of what lies at each place of `dim`, in a shape that broadcasts; or of all of it, as one number."""
    if dim == ALL:
        return norm(v)
    if not -v.ndim <= dim < v.ndim:
        raise IndexError(f"dim must be from {-v.ndim} to {v.ndim - 1}, or None, got {dim}")
    others = [each for each in range(v.ndim) if each != dim % v.ndim]
    return norm(v, 2, others, keepdim=True) if others else v.abs()


class WeightNorm(Recomputed):
    """The hook: it makes the weight of the two parameters that took its place, with ``_g`` and ``_v`` at their ends."""

    what = "weight_norm"

    def __init__(self, name: str, dim: int | None) -> None:
        self.name = name
        self.dim = ALL if dim is None else as_integer("dim", dim)

    def compute_weight(self, module: Any) -> Tensor:
        """The weight of a module."""
        g, v = getattr(module, f"{self.name}_g"), getattr(module, f"{self.name}_v")
        weight: Tensor = v * (g / length_of(v, self.dim))
        return weight

    def put_on(self, module: Any) -> None:
        """Let the two parameters take the weight's place."""
        weight = self.weight_of(module)
        length = length_of(weight, self.dim).detach()
        delattr(module, self.name)
        module.register_parameter(f"{self.name}_g", Parameter(length))
        module.register_parameter(f"{self.name}_v", Parameter(weight.data))
        setattr(module, self.name, self.compute_weight(module))
        module.register_forward_pre_hook(self)

    def take_off(self, module: Any) -> None:
        """Let the weight, as it is, take its place again."""
        weight = self.compute_weight(module).detach()
        for each in ("", "_g", "_v"):
            delattr(module, self.name + each)
        setattr(module, self.name, Parameter(weight))

    def __call__(self, module: Any, inputs: Any) -> None:
        """Work the weight out."""
        setattr(module, self.name, self.compute_weight(module))


@named
def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Any:
    """Replace a parameter by its lengths ``name_g`` and its directions ``name_v``; return the module.

    Deprecated: `parametrizations.weight_norm` does the same.

    Args:
        module: The module that has the parameter.
        name: The parameter's name.
        dim: The dimension along which each place has a length of its own; with None there is one for all.

    Raises:
        RuntimeError: If the parameter is normalised already.
        ValueError: If it has no shape yet.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     layer = tg.nn.utils.weight_norm(tg.nn.Linear(4, 3))
    >>> {name: tuple(each.shape) for name, each in layer.named_parameters()}
    {'bias': (3,), 'weight_g': (3, 1), 'weight_v': (3, 4)}
    """
    warn("nn.utils.weight_norm is deprecated; use nn.utils.parametrizations.weight_norm instead", FutureWarning)
    hook = WeightNorm(name, dim)
    hook.refuse_twice(module_with(module, name))
    hook.put_on(module)
    return module


@named
def remove_weight_norm(module: Module, name: str = "weight") -> Any:
    """Make a parameter that `weight_norm` replaced an ordinary one again, with the values it has; return the module.

    Raises:
        ValueError: If there is none of that name.

    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     layer = tg.nn.utils.weight_norm(tg.nn.Linear(4, 3))
    >>> list(tg.nn.utils.remove_weight_norm(layer).state_dict())
    ['bias', 'weight']
    """
    WeightNorm.remove(module_with(module, name), name)
    return module
