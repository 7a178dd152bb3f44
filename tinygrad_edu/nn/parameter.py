"""Parameter: a tensor that a module owns and an optimizer changes (重み and バイアス, weights and biases).

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_flag
from tinygrad_edu.api._making import check_requires_grad
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty
from tinygrad_edu.autograd.graph import TensorBase

__all__ = ["Parameter", "UninitializedBuffer", "UninitializedParameter", "clear_gradient", "is_lazy"]


class Parameter(Tensor):
    """A leaf tensor that registers itself where it becomes the attribute of a `Module`.

    It shares the memory of `data` but not its place in a graph. What is computed from it is an
    ordinary tensor.

    Args:
        data: The values, a tensor; an empty one if left out.
        requires_grad: Whether a gradient is wanted.

    Raises:
        TypeError: If `data` isn't a tensor.
        RuntimeError: If a gradient is wanted of values that aren't floating-point.

    >>> tg.nn.Parameter(tg.tensor([1.0, 2.0]))
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Self:
        """Make a parameter of the values of `data`."""
        if data is None:
            data = Tensor.wrap(np.empty(0, dtype=dtypes.default()))
        if not isinstance(data, TensorBase):
            raise TypeError(
                f"Parameter: data must be a tensor, got {describe(data)}; tinygrad_edu.tensor(...) makes one"
            )
        if requires_grad:
            named_as("Parameter")(as_flag)("requires_grad", requires_grad)
            named_as("Parameter")(check_requires_grad)(data._data)
        parameter = cls.wrap(data.owned_array(), requires_grad=requires_grad)
        parameter._stamp = data._stamp
        return parameter

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A parameter with a copy of the values, without a gradient, sharing memory with nothing: as in PyTorch."""
        if id(self) not in memo:
            values = np.array(self._data, order="K")
            memo[id(self)] = self.wrap(values if values.ndim else values[()], requires_grad=self._requires_grad)
        copied: Self = memo[id(self)]
        return copied

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class _Shapeless:
    """What a parameter or buffer without a shape has: it can get one, and says so if somebody asks for it."""

    __slots__ = ()

    @property
    def shape(self) -> Any:
        raise RuntimeError(
            f"{type(self).__name__} has no shape yet: call the module once, with an input, so that it finds out"
        )

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """Become an ordinary one of that shape, with no values in it yet."""
        tensor: Any = self
        made = empty(tuple(shape), device=device, dtype=dtype or tensor.dtype)
        tensor._data, tensor.__class__ = made._data, tensor._becomes

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def _nothing(kind: type, requires_grad: Any, device: Any, dtype: Any) -> Tensor:
    """A tensor without values, for one of that class; its arguments are checked."""
    named_as(kind.__name__)(as_flag)("requires_grad", requires_grad)
    made = named_as(kind.__name__)(empty)(0, device=device, dtype=dtype)
    if requires_grad:
        named_as(kind.__name__)(check_requires_grad)(made._data)
    return made


class UninitializedParameter(_Shapeless, Parameter):
    """A parameter without a shape yet, of a lazy module.

    Args:
        requires_grad: Whether a gradient is wanted.
        device: Only the CPU exists.
        dtype: The type that it will have, float32 by default.

    >>> weight = tg.nn.parameter.UninitializedParameter()
    >>> weight.materialize((2, 3))
    >>> weight.shape
    tinygrad_edu.Size([2, 3])
    """

    __slots__ = ()
    _becomes = Parameter

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Self:
        """Make one that waits for its shape."""
        return super().__new__(cls, _nothing(cls, requires_grad, device, dtype), requires_grad)


class UninitializedBuffer(_Shapeless, Tensor):
    """A buffer without a shape yet, of a lazy module.

    Args:
        requires_grad: Whether a gradient is wanted.
        device: Only the CPU exists.
        dtype: The type that it will have, float32 by default.

    >>> tg.nn.parameter.UninitializedBuffer()
    <UninitializedBuffer>
    """

    __slots__ = ()
    _becomes = Tensor

    def __new__(cls, requires_grad: bool = False, device: Any = None, dtype: Any = None) -> Self:
        """Make one that waits for its shape."""
        return cls.wrap(_nothing(cls, requires_grad, device, dtype)._data, requires_grad=requires_grad)


def is_lazy(param: Any) -> bool:
    """Whether a parameter or buffer has no shape yet.

    >>> tg.nn.parameter.is_lazy(tg.nn.Linear(2, 3).weight)
    False
    """
    return isinstance(param, _Shapeless)


def clear_gradient(parameter: Any, set_to_none: bool) -> None:
    """Forget a parameter's gradient, or fill it with zeros (and take it out of any graph)."""
    gradient = parameter.owned_gradient()
    if set_to_none or gradient is None:
        parameter._grad = None
    elif gradient.grad_fn is not None:
        parameter._grad = gradient.new_zeros(gradient.shape)
    else:
        gradient._requires_grad = False
        gradient.write(0)
