"""Sums of one tensor and a product or a quotient of others.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_number, as_tensor_argument, kind_of, promoted
from tinygrad_edu.api._in_place import both
from tinygrad_edu.api._reading import broadcasting, of_tensor, refuse_bools
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import blending as ops
from tinygrad_edu.ops.conversion import cast

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor
    from tinygrad_edu.dtypes import Number

__all__ = ["addcdiv", "addcmul", "lerp"]


@of_tensor
def lerp(input: Tensor, end: Tensor, weight: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """``input + weight * (end - input)``: `input` for a weight of 0, `end` for 1, between them what lies between.

    Raises:
        TypeError: If the tensors aren't all of one floating-point type; a 0-d weight may be of any of them.

    >>> tg.lerp(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 6.0]), 0.5)
    tensor([2., 4.])
    """
    dtype = input._data.dtype
    if isinstance(weight, TensorBase):
        if weight._data.ndim == 0 and weight._data.dtype.kind == "f":
            weight = cast(weight, dtype=dtype) if weight._data.dtype != dtype else weight
    else:
        weight = float(as_number("weight", weight))
    tensors = [each for each in (input, as_tensor_argument(end, "end"), weight) if isinstance(each, TensorBase)]
    if dtype.kind != "f" or any(each._data.dtype != dtype for each in tensors):
        given = ", ".join(map(describe, tensors))
        raise TypeError(f"wanted floating-point tensors of one type, got {given}; convert them with .to(...) first")
    return broadcasting(ops.lerp, input, end, weight)


@of_tensor
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1, out: Tensor | None = None) -> Tensor:
    """``input + value * tensor1 * tensor2``.

    Raises:
        TypeError: For bools.

    >>> tg.addcmul(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]), tg.tensor([5.0, 6.0]), value=0.5)
    tensor([ 8.5000, 14.0000])
    """
    x, y, z = _promoted(input, tensor1, tensor2)
    factor = as_number("value", value)
    return broadcasting(lambda *operands: ops.addcmul(*operands, value=_as_of(x, factor)), x, y, z)


@of_tensor
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number = 1, out: Tensor | None = None) -> Tensor:
    """``input + value * tensor1 / tensor2``, the step of most optimizers.

    Raises:
        TypeError: If `tensor1` and `tensor2` both hold integers or bools.

    >>> tg.addcdiv(tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0]), tg.tensor([4.0, 8.0]), value=-2)
    tensor([-0.5000,  1.0000])
    """
    x, y, z = _promoted(input, tensor1, tensor2)
    if kind_of(tensor1) != "f" and kind_of(tensor2) != "f":
        raise TypeError(
            f"integers aren't divided, got {describe(tensor1)} and {describe(tensor2)}; convert with .float() first"
        )
    factor = as_number("value", value)
    return broadcasting(lambda *operands: ops.addcdiv(*operands, value=_as_of(x, factor)), x, y, z)


class BlendingMethods(TensorBase):
    """Sums with products and quotients as methods of tensors."""

    __slots__ = ()

    lerp, lerp_ = both(lerp)
    addcmul, addcmul_ = both(addcmul)
    addcdiv, addcdiv_ = both(addcdiv)


def _promoted(x: Any, y: Any, z: Any) -> tuple[Any, Any, Any]:
    """Three tensors in the type that they meet in."""
    tensors = promoted(x, as_tensor_argument(y, "tensor1"), as_tensor_argument(z, "tensor2"))
    x, y, z = map(refuse_bools, tensors)
    return x, y, z


def _as_of(x: Any, value: Any) -> Any:
    """A factor of integers is an integer, as in PyTorch."""
    return value if kind_of(x) == "f" else int(value)
