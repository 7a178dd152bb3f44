"""Choosing between values, place by place: the larger, the smaller, one within bounds, one by a condition.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_tensor_argument, check_fits, kind_of, promoted, wrap
from tinygrad_edu.api._in_place import both, method
from tinygrad_edu.api._reading import broadcasting, meeting, named, of_tensor
from tinygrad_edu.autograd.graph import TensorBase, constant
from tinygrad_edu.ops import choice as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["clamp", "clamp_max", "clamp_min", "clip", "fmax", "fmin", "heaviside", "maximum", "minimum", "where"]


@of_tensor
def maximum(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The larger value at each place; NaN where one is NaN. A tie's gradient goes half to each.

    >>> tg.maximum(tg.tensor([1.0, 5.0]), tg.tensor([3.0, 4.0]))
    tensor([3., 5.])
    """
    return broadcasting(ops.maximum, *promoted(input, as_tensor_argument(other, "other")))


@of_tensor
def minimum(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smaller value at each place; NaN where one is NaN. A tie's gradient goes half to each.

    >>> tg.minimum(tg.tensor([1.0, 5.0]), tg.tensor([3.0, 4.0]))
    tensor([1., 4.])
    """
    return broadcasting(ops.minimum, *promoted(input, as_tensor_argument(other, "other")))


@meeting("biuf")
def fmax(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The larger value at each place, and of a number and NaN the number. A tie's gradient goes to `input`.

    >>> tg.fmax(tg.tensor([1.0, float("nan")]), tg.tensor([3.0, 4.0]))
    tensor([3., 4.])
    """
    return ops.fmax(input, other)


@meeting("biuf")
def fmin(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smaller value at each place, and of a number and NaN the number. A tie's gradient goes to `input`.

    >>> tg.fmin(tg.tensor([1.0, float("nan")]), tg.tensor([3.0, 4.0]))
    tensor([1., 4.])
    """
    return ops.fmin(input, other)


@of_tensor
def heaviside(input: Tensor, values: Tensor, *, out: Tensor | None = None) -> Tensor:
    """0 where `input` is below 0, 1 where it is above, and what stands in `values` where it is 0.

    Raises:
        TypeError: If the dtypes differ.

    >>> tg.heaviside(tg.tensor([-2.0, 0.0, 3.0]), tg.tensor(0.5))
    tensor([0.0000, 0.5000, 1.0000])
    """
    if input._data.dtype != as_tensor_argument(values, "values")._data.dtype:
        raise TypeError(f"dtypes must agree, got {describe(input)} and {describe(values)}")
    return broadcasting(ops.heaviside, input, values)


@of_tensor
def clamp(
    input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None, *, out: Tensor | None = None
) -> Tensor:
    """The tensor with what is below `min` raised to it and what is above `max` lowered to it.

    Args:
        input: Any numbers.
        min: The lower bound, a number or a tensor that broadcasts; None for none.
        max: The upper bound likewise. Where it is below `min`, the result is `max`.

    Raises:
        RuntimeError: If both bounds are None, or a bound doesn't fit the dtype.
        TypeError: For bools, unless there is one bound, a tensor.

    >>> tg.clamp(tg.tensor([-2.0, 0.5, 2.0]), min=-1, max=1)
    tensor([-1.0000,  0.5000,  1.0000])
    """
    if min is None and max is None:
        raise RuntimeError("at least one of min and max must be given")
    x, low, high = promoted(input, min, max)
    if kind_of(x) == "b" and [isinstance(each, TensorBase) for each in (min, max) if each is not None] != [True]:
        raise TypeError(
            f"bools take one bound, which is a tensor, as in maximum and minimum; got {describe(input)} with "
            f"min={describe(min)} and max={describe(max)}; use .int() first"
        )
    for bound in (min, max):
        check_fits(bound, constant(x).dtype)
    return broadcasting(ops.clamp, x, low, high)


@of_tensor
def clamp_min(input: Tensor, min: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """The tensor with what is below `min` raised to it; see `clamp`.

    >>> tg.clamp_min(tg.tensor([-2.0, 0.5]), 0)
    tensor([0.0000, 0.5000])
    """
    return clamp(input, _bound("min", min))


@of_tensor
def clamp_max(input: Tensor, max: Tensor | Number, *, out: Tensor | None = None) -> Tensor:
    """The tensor with what is above `max` lowered to it; see `clamp`.

    >>> tg.clamp_max(tg.tensor([-2.0, 0.5]), 0)
    tensor([-2.,  0.])
    """
    return clamp(input, max=_bound("max", max))


@overload
def where(
    condition: Tensor, input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = None
) -> Tensor: ...
@overload
def where(condition: Tensor) -> tuple[Tensor, ...]: ...
@named
def where(
    condition: Tensor,
    input: Tensor | Number | None = None,
    other: Tensor | Number | None = None,
    *,
    out: Tensor | None = None,
) -> Any:
    """`input` where `condition` is True and `other` elsewhere.

    With the condition alone, the indices of its True places, one tensor for each dimension.

    Raises:
        TypeError: If `condition` isn't a bool (or uint8) tensor.

    >>> x = tg.tensor([-1.0, 2.0])
    >>> tg.where(x > 0, x, 0)
    tensor([0., 2.])
    """
    if not (isinstance(condition, TensorBase) and condition._data.dtype in (np.bool_, np.uint8)):
        raise TypeError(f"condition must be a bool tensor such as x > 0, got {describe(condition)}")
    chooser = condition._data.astype(bool)
    if input is None and other is None:
        return tuple(wrap(places) for places in np.nonzero(np.atleast_1d(chooser)))
    if input is None or other is None:
        raise TypeError(f"give both input and other, or neither, got {describe(input)} and {describe(other)}")
    if not (isinstance(input, TensorBase) or isinstance(other, TensorBase)):
        input, other = _as_tensor(input), _as_tensor(other)
    x, y = promoted(input, other)
    for value, beside in ((input, y), (other, x)):
        if isinstance(beside, TensorBase):
            check_fits(value, beside._data.dtype)
    return broadcasting(ops.where, wrap(chooser), x, y)


clip = clamp


class ChoiceMethods(TensorBase):
    """Choices as methods of tensors."""

    __slots__ = ()

    maximum = method(maximum)
    minimum = method(minimum)
    fmax = method(fmax)
    fmin = method(fmin)
    heaviside, heaviside_ = both(heaviside)
    clamp, clamp_ = clip, clip_ = both(clamp)
    clamp_min, clamp_min_ = both(clamp_min)
    clamp_max, clamp_max_ = both(clamp_max)

    def where(self: Any, condition: Tensor, other: Tensor | Number) -> Any:
        """This tensor where `condition` is True and `other` elsewhere.

        >>> x = tg.tensor([-1.0, 2.0])
        >>> x.where(x > 0, 0)
        tensor([0., 2.])
        """
        return where(condition, self, other)


def _bound(argument: str, value: Any) -> Any:
    if value is None:
        raise TypeError(f"{argument} must be a tensor or a number, got None")
    return value


def _as_tensor(number: Any) -> Tensor:
    return wrap(np.asarray(number, dtypes.default() if type(number) is float else None)[()])
