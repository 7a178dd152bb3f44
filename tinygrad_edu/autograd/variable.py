"""`Variable`: the name that tensors with gradients had in PyTorch before version 0.4.

Today every tensor can do what a variable could. The name is kept, as PyTorch keeps it, so that older
tutorials run; new code says ``tensor(data, requires_grad=True)``.

Source: https://docs.pytorch.org/docs/stable/autograd.html#variable-deprecated
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu._errors import describe, warn
from tinygrad_edu.autograd.graph import TensorBase

__all__ = ["Variable"]


class VariableType(type):
    """The class of `Variable`, which has no objects: calling it gives a tensor, and tensors are its instances."""

    def __call__(cls, data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
        """A tensor with the memory of `data`."""
        if not isinstance(volatile, bool):
            raise TypeError(f"Variable: volatile must be True or False, got {describe(volatile)}")
        if volatile:
            warn("Variable: volatile=True has no effect any more, as in PyTorch; compute under no_grad() instead")
        if not isinstance(data, TensorBase):
            raise TypeError(f"Variable: wanted a tensor, got {describe(data)}; use tinygrad_edu.tensor(data)")
        variable = data.result_type.detach(data)
        return variable.requires_grad_(requires_grad)

    def __instancecheck__(cls, instance: object) -> bool:
        """Whether `instance` is a tensor."""
        return isinstance(instance, TensorBase)


class Variable(metaclass=VariableType):
    """A tensor that shares the memory of another one; deprecated, as all tensors are variables now.

    Args:
        data: A tensor.
        requires_grad: Whether the result is to require a gradient.
        volatile: Without effect, which a warning says; `no_grad` does what it once did.

    Raises:
        TypeError: If `data` is no tensor, or `volatile` neither True nor False.

    >>> from tinygrad_edu.autograd import Variable
    >>> x = Variable(tg.ones(2), requires_grad=True)
    >>> x
    tensor([1., 1.], requires_grad=True)
    >>> isinstance(x, Variable)
    True
    """
