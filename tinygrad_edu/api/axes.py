"""The order of dimensions, and of values along them.

All but `flip` and `roll` give views, which share the memory of their input, as in PyTorch.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_integer, as_shape, in_range, own, wrap
from tinygrad_edu.api._in_place import method, turning
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.api.picking import index_select
from tinygrad_edu.api.shape import reshape
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import axes as ops
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "adjoint",
    "flip",
    "fliplr",
    "flipud",
    "moveaxis",
    "movedim",
    "permute",
    "roll",
    "rot90",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
]


@of_tensor
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """A view with two dimensions swapped.

    >>> tg.transpose(tg.tensor([[1, 2], [3, 4]]), 0, 1)
    tensor([[1, 3],
            [2, 4]])
    """
    ndim = input._data.ndim
    first, second = in_range(dim0, ndim), in_range(dim1, ndim)
    order = list(range(ndim))
    if ndim:
        order[first], order[second] = second, first
    return ops.permute(input, dims=tuple(order))


@of_tensor
def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; tensors of fewer dimensions as they are.

    Raises:
        RuntimeError: If the tensor has more than two dimensions.

    >>> tg.t(tg.tensor([[1, 2, 3]])).shape
    tinygrad_edu.Size([3, 1])
    """
    if input._data.ndim > 2:
        raise RuntimeError(f"wanted at most 2 dimensions, got {describe(input)}; use transpose(dim0, dim1) or .mT")
    return ops.permute(input, dims=tuple(range(input._data.ndim))[::-1])


@of_tensor
def permute(input: Tensor, dims: Sequence[int]) -> Tensor:
    """A view with the dimensions in the order `dims`.

    Raises:
        RuntimeError: If `dims` doesn't name every dimension once.

    >>> tg.permute(tg.zeros(2, 3, 4), (2, 0, 1)).shape
    tinygrad_edu.Size([4, 2, 3])
    """
    ndim = input._data.ndim
    if len(dims) != ndim:
        raise RuntimeError(f"dims must name each of the {ndim} dimensions once, got {tuple(dims)}")
    order = tuple(in_range(dim, ndim) for dim in as_shape((dims,)))
    if sorted(order) != list(range(ndim)):
        raise RuntimeError(f"dims must name each of the {ndim} dimensions once, got {tuple(dims)}")
    return ops.permute(input, dims=order)


@of_tensor
def movedim(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """A view with dimensions moved from `source` to `destination`, the others kept in order.

    >>> tg.movedim(tg.zeros(2, 3, 4), 0, -1).shape
    tinygrad_edu.Size([3, 4, 2])
    """
    ndim = input._data.ndim
    sources, targets = (
        [in_range(dim, max(ndim, 1)) for dim in ([dims] if isinstance(dims, int) else dims)]
        for dims in (source, destination)
    )
    if len(sources) != len(targets) or len(set(sources)) != len(sources) or len(set(targets)) != len(targets):
        raise RuntimeError(f"source {source} and destination {destination} must pair up distinct dimensions")
    if ndim == 0:
        return ops.permute(input, dims=())
    order = [dim for dim in range(ndim) if dim not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        order.insert(target, origin)
    return ops.permute(input, dims=tuple(order))


@of_tensor
def flip(input: Tensor, dims: int | Sequence[int]) -> Tensor:
    """A copy with the order along `dims` reversed.

    >>> tg.flip(tg.tensor([1, 2, 3]), (0,))
    tensor([3, 2, 1])
    """
    chosen = [dims] if isinstance(dims, int) else dims
    axes = tuple(in_range(dim, input._data.ndim) for dim in chosen)
    if len(set(axes)) != len(axes):
        raise RuntimeError(f"a dimension appears more than once in dims={tuple(chosen)}")
    return ops.flip(input, dims=axes) if input._data.ndim else clone(input)


@of_tensor
def roll(input: Tensor, shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Tensor:
    """The values moved on by `shifts` places along `dims`; those pushed out come in at the other end.

    Args:
        shifts: How far, for each of `dims`.
        dims: The dimensions; None rolls the flattened tensor.

    Raises:
        RuntimeError: If there isn't one shift for each dimension.

    >>> tg.roll(tg.tensor([1, 2, 3, 4]), 1)
    tensor([4, 1, 2, 3])
    """
    steps = [as_integer("shifts", each) for each in (shifts if isinstance(shifts, (tuple, list)) else [shifts])]
    if dims is None:
        if len(steps) != 1:
            raise RuntimeError(f"without dims there can be one shift only, got {tuple(steps)}")
        return reshape(roll(reshape(input, (-1,)), steps, 0), input._data.shape)
    axes = [in_range(dim, input._data.ndim) for dim in ([dims] if isinstance(dims, int) else dims)]
    if len(steps) != len(axes):
        raise RuntimeError(f"wanted one shift for each dimension, got shifts={shifts} and dims={dims}")
    for step, axis in zip(steps, axes, strict=True):
        input = index_select(input, axis, wrap(np.roll(np.arange(input._data.shape[axis]), step)))
    return input


@of_tensor
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """Do what `transpose` does, under NumPy's names.

    >>> tg.swapaxes(tg.zeros(2, 3), 0, 1).shape
    tinygrad_edu.Size([3, 2])
    """
    return transpose(input, axis0, axis1)


@of_tensor
def adjoint(input: Tensor) -> Tensor:
    """A view with the last two dimensions swapped; real numbers are their own conjugates.

    >>> tg.adjoint(tg.zeros(4, 2, 3)).shape
    tinygrad_edu.Size([4, 3, 2])
    """
    return _matrices_transposed(input)


@of_tensor
def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """A copy turned `k` quarters of a circle, from the first of two dimensions towards the second.

    >>> tg.rot90(tg.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    ndim, turns = input._data.ndim, as_integer("k", k) % 4
    if len(dims) != 2:
        raise RuntimeError(f"wanted two dimensions, got dims={tuple(dims)}")
    if ndim < 2:
        raise RuntimeError(f"wanted at least 2 dimensions, got {describe(input)}")
    first, second = (in_range(dim, ndim) for dim in dims)
    if first == second:
        raise RuntimeError(f"the two dimensions must differ, got dims={tuple(dims)}")
    if turns == 0:
        return clone(input)
    if turns == 2:
        return ops.flip(input, dims=(first, second))
    return own(transpose(ops.flip(input, dims=(second if turns == 1 else first,)), first, second))


@of_tensor
def fliplr(input: Tensor) -> Tensor:
    """A copy with the order of columns reversed: ``flip(1)``.

    >>> tg.fliplr(tg.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if input._data.ndim < 2:
        raise RuntimeError(f"wanted at least 2 dimensions, got {describe(input)}")
    return ops.flip(input, dims=(1,))


@of_tensor
def flipud(input: Tensor) -> Tensor:
    """A copy with the order of rows reversed: ``flip(0)``.

    >>> tg.flipud(tg.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if input._data.ndim < 1:
        raise RuntimeError(f"wanted at least 1 dimension, got {describe(input)}")
    return ops.flip(input, dims=(0,))


moveaxis = movedim
swapdims = transpose


class AxesMethods(TensorBase):
    """The order of dimensions as methods of tensors; a tuple of dimensions may be given one by one, too."""

    __slots__ = ()

    transpose = swapdims = method(transpose)
    swapaxes = method(swapaxes)
    transpose_ = swapdims_ = turning(transpose)
    swapaxes_ = turning(swapaxes)
    t = method(t)
    t_ = turning(t)
    adjoint = method(adjoint)
    rot90 = method(rot90)
    fliplr = method(fliplr)
    flipud = method(flipud)
    roll = method(roll)
    movedim = moveaxis = method(movedim)

    @named
    def permute(self: Any, *order: Any, dims: Any = None) -> Tensor:
        """A view with the dimensions in the order given; see `tinygrad_edu.permute`.

        >>> tg.zeros(2, 3, 4).permute(2, 0, 1).shape
        tinygrad_edu.Size([4, 2, 3])
        """
        return permute(self, as_shape(order, dims))

    @named
    def flip(self: Any, *axes: Any, dims: Any = None) -> Tensor:
        """A copy with the order along the dimensions given reversed.

        >>> tg.tensor([[1, 2], [3, 4]]).flip(0)
        tensor([[3, 4],
                [1, 2]])
        """
        return flip(self, as_shape(axes, dims))

    @property
    def T(self: Any) -> Tensor:
        """The tensor with its dimensions in reverse order."""
        return permute(self, tuple(range(self._data.ndim))[::-1])

    @property
    def mT(self: Any) -> Tensor:
        """The tensor with its last two dimensions swapped.

        Raises:
            RuntimeError: If it has one dimension.
        """
        return _matrices_transposed(self, "mT: ")

    @property
    def mH(self: Any) -> Tensor:
        """The tensor with its last two dimensions swapped; real numbers are their own conjugates.

        Raises:
            RuntimeError: If it has one dimension.
        """
        return _matrices_transposed(self, "mH: ")

    @property
    def H(self: Any) -> Tensor:
        """The transpose of a matrix; real numbers are their own conjugates.

        Raises:
            RuntimeError: If it isn't a matrix.
        """
        if self._data.ndim not in (0, 2):
            raise RuntimeError(f"H: wanted a matrix, got {describe(self)}; use .mH for a batch of them")
        return _matrices_transposed(self)


def _matrices_transposed(x: Tensor, where: str = "") -> Tensor:
    if x._data.ndim == 0:
        return x
    if x._data.ndim == 1:
        raise RuntimeError(f"{where}wanted a matrix or a batch of them, got {describe(x)}")
    return transpose(x, -2, -1)
