"""Contractions: products of tensors, summed over dimensions that they share.

They are made of products of matrices, so their gradients are those of `matmul`.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_dims, as_integer, as_tensor_argument, in_dtype, own
from tinygrad_edu.api._matrices import pair
from tinygrad_edu.api._reading import named
from tinygrad_edu.api._subscripts import Alone, Arranged, Pair, contraction, plan
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops.arithmetic import mul
from tinygrad_edu.ops.axes import permute
from tinygrad_edu.ops.diagonals import diagonal
from tinygrad_edu.ops.matmul import matmul
from tinygrad_edu.ops.reduction import sum as sum_of
from tinygrad_edu.ops.shape import reshape

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["einsum", "tensordot"]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_INT64 = np.dtype(np.int64)


@named
def einsum(*operands: Any) -> Tensor:
    """A sum of products, written in Einstein's manner: ``einsum("ij,jk->ik", A, B)`` is the product of matrices.

    A letter names a dimension. Dimensions of one letter run together; the result has the letters after the arrow, and
    over all others is summed. A letter twice in one operand picks the diagonal. ``...`` stands for dimensions without
    a letter, which broadcast. Without an arrow, the result has those and then the letters that occur once, sorted.

    Several operands are multiplied in the order that makes memory grow the least.

    Args:
        operands: The equation and the operands, one by one or as a list. Or each operand and the list of its
            subscripts, numbers from 0 to 51 and ``...``; and last, if wanted, the list of the result's.

    Raises:
        RuntimeError: If the equation doesn't fit the operands, or is none.
        ValueError: If there are no operands.

    >>> A = tg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> tg.einsum("ii", A), tg.einsum("ij->j", A)
    (tensor(5.), tensor([4., 6.]))
    >>> tg.einsum("bij,bkj->bik", tg.ones(5, 2, 3), tg.ones(5, 4, 3)).shape
    tinygrad_edu.Size([5, 2, 4])
    """
    equation, tensors = _read(operands)
    for number, each in enumerate(tensors):
        as_tensor_argument(each, f"operand {number}")
    first = tensors[0]
    for each in tensors[1:]:
        pair(first, each)
    steps = plan(equation, tuple([each._data.shape for each in tensors]))
    pairs = zip(tensors, steps.alone, strict=True)
    left: list[Tensor] = [x if step is None else _alone(x, step) for x, step in pairs]
    if len(left) == 1:
        result = permute(left[0], dims=steps.order)
        (alone,) = steps.alone
        return own(result) if alone and alone.dims else result  # what isn't summed is a view
    for step in steps.pairs:
        _contract(left, step)
    (result,) = left
    return result


@named
def tensordot(
    a: Tensor, b: Tensor, dims: int | Sequence[Sequence[int]] | Tensor = 2, out: Tensor | None = None
) -> Tensor:
    """The products of all values of `a` and `b`, summed over dimensions of both.

    Args:
        a: A tensor.
        b: A tensor of the same dtype.
        dims: How many of the last dimensions of `a` meet the first of `b`; or two lists, the dimensions of `a` and
            those of `b` that they meet.

    Returns:
        Has the other dimensions of `a`, and then those of `b`.

    Raises:
        RuntimeError: If the lengths of dimensions that meet differ (and neither is 1), or the dtypes.

    >>> tg.tensordot(tg.ones(2, 3, 4), tg.ones(3, 4, 5)).shape
    tinygrad_edu.Size([2, 5])
    >>> tg.tensordot(tg.ones(2, 3), tg.ones(2, 4), dims=([0], [0])).shape
    tinygrad_edu.Size([3, 4])
    """
    x, y = pair(as_tensor_argument(a, "a"), b, "b")
    first, second = _meeting(x._data.shape, y._data.shape, dims)
    for i, j in zip(first, second, strict=True):
        m, n = x._data.shape[i], y._data.shape[j]
        if m != n and 1 not in (m, n):
            raise RuntimeError(f"dimension {i} of {describe(x)} and {j} of {describe(y)} meet, but aren't equally long")
        if m != n:  # the one is stretched: what it meets is summed
            x, y = (x, _summed(y, j)) if m == 1 else (_summed(x, i), y)
    left: list[Tensor] = [x, y]
    for step in contraction(x._data.shape, y._data.shape, (first, second)).pairs:
        _contract(left, step)
    (result,) = left
    return result


def _read(args: tuple[Any, ...]) -> tuple[str, Sequence[Any]]:
    """The equation and its operands, in whichever form they are given."""
    if len(args) < 2:
        raise ValueError(f"wanted an equation and operands, or operands and their subscripts, got {args}")
    if isinstance(args[0], TensorBase):
        return _written(args)
    equation, *operands = args
    if not isinstance(equation, str):
        raise TypeError(f"the equation must be a text such as 'ij,jk->ik', got {describe(equation)}")
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = list(operands[0])
    if not operands:
        raise ValueError(f"wanted an equation and operands, got {equation!r} and none")
    return equation, operands


def _written(args: tuple[Any, ...]) -> tuple[str, Sequence[Any]]:
    """The equation of operands that are each followed by a list of subscripts."""
    pairs = len(args) // 2
    terms = [_term(each) for each in args[1 : 2 * pairs : 2]]
    equation = ",".join(terms)
    return equation + (f"->{_term(args[-1])}" if len(args) % 2 else ""), args[: 2 * pairs : 2]


def _term(subscripts: Any) -> str:
    if not isinstance(subscripts, (list, tuple)):
        raise TypeError(f"subscripts must be a list of integers and ..., got {describe(subscripts)}")
    letters = []
    for each in subscripts:
        number = 0 if each is Ellipsis else as_integer("a subscript", each)
        if not 0 <= number < len(_LETTERS):
            raise ValueError(f"a subscript must be 0 to {len(_LETTERS) - 1}, got {number}")
        letters.append("..." if each is Ellipsis else _LETTERS[number])
    return "".join(letters)


def _alone(x: Any, step: Alone) -> Any:
    """The operand reduced to what others can meet."""
    for dim1, dim2 in step.diagonals:
        x = diagonal(x, offset=0, dim1=dim1, dim2=dim2)
    if x._data.shape != step.dropped:
        x = reshape(x, shape=step.dropped)
    if step.dims:
        x = sum_of(x if x._data.dtype.kind == "f" else in_dtype(x, _INT64), dim=step.dims, keepdim=False)
    return x


def _contract(operands: list[Tensor], step: Pair) -> None:
    """Put the contraction of two of the operands in their place, at the end."""
    x, y = (operands[place] for place in step.places)
    for place in sorted(step.places, reverse=True):
        del operands[place]
    product: Any = (matmul if step.summed else mul)(_arranged(x, step.left), _arranged(y, step.right))
    order, shape = step.result
    if product._data.shape != shape:
        product = reshape(product, shape=shape)
    operands.append(own(_in_order(product, order)))


def _arranged(x: Any, step: Arranged) -> Any:
    """The tensor with its dimensions in an order, and then in a shape."""
    x = _in_order(x, step.order)
    return x if x._data.shape == step.shape else reshape(x, shape=step.shape)


def _in_order(x: Any, order: tuple[int, ...]) -> Any:
    return x if order == tuple(range(len(order))) else permute(x, dims=order)


def _summed(x: Any, dim: int) -> Any:
    return sum_of(x, dim=(dim,), keepdim=True)


def _meeting(a: tuple[int, ...], b: tuple[int, ...], dims: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The dimensions of both that meet."""
    if isinstance(dims, TensorBase):
        dims = dims._data.tolist()
    if isinstance(dims, (list, tuple)):
        if len(dims) != 2 or not all(isinstance(each, (list, tuple)) for each in dims):
            raise TypeError(f"dims must be an integer or two lists of integers, got {describe(dims)}")
        first, second = (
            as_dims(each, len(shape), empty_means_all=False) for each, shape in zip(dims, (a, b), strict=True)
        )
        if len(first) != len(second):
            raise RuntimeError(f"the two lists of dims must be equally long, got {dims}")
        return first, second
    count = as_integer("dims", dims)
    if not 0 <= count <= min(len(a), len(b)):
        raise RuntimeError(f"dims must be 0 to {min(len(a), len(b))} for shapes {a} and {b}, got {count}")
    return tuple(range(len(a) - count, len(a))), tuple(range(count))
