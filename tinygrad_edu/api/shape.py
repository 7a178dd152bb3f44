"""Changing the shape of tensors: the same values, arranged otherwise.

What can share the memory of its input does (a *view*), as in PyTorch: reshape, transpose, permute,
squeeze, unsqueeze, expand and the like. A change in place then shows in both.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._broadcasting import stretched_axes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import as_shape, as_tensor_argument, in_range
from tinygrad_edu.api._in_place import method
from tinygrad_edu.api._reading import misfit, named, of_tensor
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import shape as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "broadcast_tensors",
    "broadcast_to",
    "clone",
    "flatten",
    "flip",
    "moveaxis",
    "movedim",
    "permute",
    "ravel",
    "reshape",
    "squeeze",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
    "unflatten",
    "unsqueeze",
]


@of_tensor
def reshape(input: Tensor, shape: Sequence[int]) -> Tensor:
    """The same values in another shape; one length may be -1 and is worked out.

    Raises:
        RuntimeError: If the new shape doesn't hold as many values.

    >>> tg.reshape(tg.arange(6), (2, -1))
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    return ops.reshape(input, shape=_full_shape(input, as_shape((shape,))))


@of_tensor
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from `start_dim` to `end_dim` as one.

    >>> tg.flatten(tg.zeros(2, 3, 4), start_dim=1).shape
    tinygrad_edu.Size([2, 12])
    """
    shape = input._data.shape
    first, last = (in_range(dim, len(shape)) for dim in (start_dim, end_dim))
    if first > last:
        raise RuntimeError(f"start_dim {start_dim} comes after end_dim {end_dim}")
    if len(shape) == 0:
        return ops.reshape(input, shape=(1,))
    return ops.reshape(input, shape=(*shape[:first], prod(shape[first : last + 1]), *shape[last + 1 :]))


@of_tensor
def ravel(input: Tensor) -> Tensor:
    """All values in one dimension.

    >>> tg.ravel(tg.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    return reshape(input, (-1,))


@of_tensor
def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """`dim` spread over several dimensions of `sizes`; one may be -1.

    >>> tg.unflatten(tg.zeros(2, 12), 1, (3, -1)).shape
    tinygrad_edu.Size([2, 3, 4])
    """
    shape = input._data.shape
    dim = in_range(dim, len(shape))
    if not shape:
        raise RuntimeError("a 0-d tensor has no dimension to spread")
    known = prod(size for size in sizes if size != -1)
    inner = [size if size != -1 else shape[dim] // builtins.max(known, 1) for size in sizes]
    if prod(inner) != shape[dim]:
        raise RuntimeError(f"sizes {tuple(sizes)} don't make up the {shape[dim]} values of dimension {dim}")
    return ops.reshape(input, shape=(*shape[:dim], *inner, *shape[dim + 1 :]))


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
    if ndim == 0:
        return ops.permute(input, dims=())
    sources, targets = (
        [in_range(dim, ndim) for dim in ([dims] if isinstance(dims, int) else dims)] for dims in (source, destination)
    )
    if len(sources) != len(targets) or len(set(sources)) != len(sources) or len(set(targets)) != len(targets):
        raise RuntimeError(f"source {source} and destination {destination} must pair up distinct dimensions")
    order = [dim for dim in range(ndim) if dim not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        order.insert(target, origin)
    return ops.permute(input, dims=tuple(order))


@of_tensor
def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """A view without the dimensions of length 1: all of them, or those in `dim`.

    >>> tg.squeeze(tg.zeros(1, 3, 1)).shape, tg.squeeze(tg.zeros(1, 3, 1), 0).shape
    (tinygrad_edu.Size([3]), tinygrad_edu.Size([3, 1]))
    """
    shape = input._data.shape
    chosen = range(len(shape)) if dim is None else [dim] if isinstance(dim, int) else dim
    dropped = {in_range(each, len(shape)) for each in chosen}
    return ops.reshape(input, shape=tuple(n for i, n in enumerate(shape) if not (n == 1 and i in dropped)))


@of_tensor
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """A view with a dimension of length 1 put in at `dim`.

    >>> tg.unsqueeze(tg.zeros(3), 0).shape, tg.unsqueeze(tg.zeros(3), -1).shape
    (tinygrad_edu.Size([1, 3]), tinygrad_edu.Size([3, 1]))
    """
    shape = input._data.shape
    dim = in_range(dim, len(shape) + 1)
    return ops.reshape(input, shape=(*shape[:dim], 1, *shape[dim:]))


@of_tensor
def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """A view stretched to `size`, as broadcasting does; the values aren't copied.

    Raises:
        RuntimeError: If the shape can't be stretched to `size`.

    >>> tg.broadcast_to(tg.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return _stretched(input, as_shape((size,)))


@named
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The tensors as views stretched to their common shape.

    >>> a, b = tg.broadcast_tensors(tg.zeros(3, 1), tg.zeros(2))
    >>> a.shape == b.shape == (3, 2)
    True
    """
    error = misfit(*map(as_tensor_argument, tensors))
    if error is not None:
        raise error
    common = np.broadcast_shapes(*[each._data.shape for each in tensors])
    return tuple(ops.expand(each, shape=common) for each in tensors)


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
    return ops.flip(input, dims=axes) if input._data.ndim else ops.clone(input)


@of_tensor
def clone(input: Tensor, *, memory_format: None = None) -> Tensor:
    """A copy that is part of the graph: gradients pass through it to `input`.

    >>> x = tg.tensor([1.0])
    >>> y = tg.clone(x)
    >>> y[0] = 5.0
    >>> x
    tensor([1.])
    """
    return ops.clone(input)


@of_tensor
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """Do what `transpose` does, under NumPy's names.

    >>> tg.swapaxes(tg.zeros(2, 3), 0, 1).shape
    tinygrad_edu.Size([3, 2])
    """
    return transpose(input, axis0, axis1)


moveaxis = movedim
swapdims = transpose


class ShapeMethods(TensorBase):
    """Other shapes as methods of tensors; those that take a tuple as functions take lengths one by one, too."""

    __slots__ = ()

    transpose = swapdims = method(transpose)
    swapaxes = method(swapaxes)
    t = method(t)
    movedim = moveaxis = method(movedim)
    unsqueeze = method(unsqueeze)
    flatten = method(flatten)
    ravel = method(ravel)
    unflatten = method(unflatten)
    broadcast_to = method(broadcast_to)
    clone = method(clone)

    @named
    def reshape(self: Any, *lengths: Any, shape: Any = None) -> Tensor:
        """The same values in another shape; see `tinygrad_edu.reshape`.

        >>> tg.arange(6).reshape(2, -1)
        tensor([[0, 1, 2],
                [3, 4, 5]])
        """
        return reshape(self, as_shape(lengths, shape))

    @named
    def view(self: Any, *lengths: Any, size: Any = None) -> Tensor:
        """The same memory in another shape.

        Raises:
            RuntimeError: If that needs a copy; `reshape` makes one.

        >>> x = tg.arange(4)
        >>> x.view(2, 2)[0, 0] = 7
        >>> x
        tensor([7, 1, 2, 3])
        """
        if len(lengths) == 1 and isinstance(lengths[0], dtypes.dtype):
            raise NotImplementedError("reading memory as another dtype is not supported; use .to(dtype)")
        return _viewed(self, as_shape(lengths, size))

    @named
    def view_as(self: Any, other: Tensor) -> Tensor:
        """The same memory in the shape of `other`.

        >>> tg.arange(4).view_as(tg.zeros(2, 2))
        tensor([[0, 1],
                [2, 3]])
        """
        return _viewed(self, other._data.shape)

    def reshape_as(self: Any, other: Tensor) -> Tensor:
        """The same values in the shape of `other`.

        >>> tg.arange(4).reshape_as(tg.zeros(2, 2))
        tensor([[0, 1],
                [2, 3]])
        """
        return reshape(self, other._data.shape)

    @named
    def permute(self: Any, *order: Any, dims: Any = None) -> Tensor:
        """A view with the dimensions in the order given; see `tinygrad_edu.permute`.

        >>> tg.zeros(2, 3, 4).permute(2, 0, 1).shape
        tinygrad_edu.Size([4, 2, 3])
        """
        return permute(self, as_shape(order, dims))

    @named
    def squeeze(self: Any, *dims: Any, dim: Any = None) -> Tensor:
        """A view without the dimensions of length 1: all of them, or those in `dim`.

        >>> tg.zeros(1, 3, 1).squeeze(0).shape
        tinygrad_edu.Size([3, 1])
        """
        return squeeze(self, as_shape(dims, dim) if dims or dim is not None else None)

    @named
    def expand(self: Any, *lengths: Any, size: Any = None) -> Tensor:
        """A view stretched to the lengths given, in which -1 keeps one; the values aren't copied.

        Raises:
            RuntimeError: If a length other than 1 would have to stretch.

        >>> tg.tensor([[1], [2]]).expand(-1, 3)
        tensor([[1, 1, 1],
                [2, 2, 2]])
        """
        return _stretched(self, as_shape(lengths, size))

    @named
    def expand_as(self: Any, other: Tensor) -> Tensor:
        """A view stretched to the shape of `other`.

        >>> tg.tensor([[1], [2]]).expand_as(tg.zeros(2, 3))
        tensor([[1, 1, 1],
                [2, 2, 2]])
        """
        return _stretched(self, other._data.shape)

    @named
    def sum_to_size(self: Any, *lengths: Any, size: Any = None) -> Tensor:
        """The sum over the directions in which a tensor of `size` would be stretched to this one.

        Raises:
            RuntimeError: If a tensor of `size` can't be stretched to this one's shape.

        >>> tg.ones(2, 3).sum_to_size(1, 3)
        tensor([[2., 2., 2.]])
        """
        shape = as_shape(lengths, size)
        if stretched_axes(shape, self._data.shape) is None:
            raise RuntimeError(f"{describe(self)} isn't a stretched tensor of shape {shape}")
        return ops.reduce_to(self, shape=shape)

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
            RuntimeError: If it has fewer than two.
        """
        if self._data.ndim < 2:
            raise RuntimeError(f"mT: wanted a matrix or a batch of them, got {describe(self)}")
        return transpose(self, -2, -1)


def _viewed(x: Any, shape: tuple[int, ...]) -> Tensor:
    viewed = ops.reshape(x, shape=_full_shape(x, shape))
    if viewed._view is None and viewed._data.size:
        raise RuntimeError(
            f"the values of {describe(x)} don't lie in memory in the order that shape {viewed._data.shape} "
            "needs; use .reshape(...), which copies them"
        )
    return viewed


def _stretched(x: Any, size: Sequence[int]) -> Tensor:
    shape = x._data.shape
    extra = len(size) - len(shape)
    wanted = tuple(shape[i - extra] if n == -1 and i >= extra else n for i, n in enumerate(size))
    if builtins.min(wanted, default=0) < 0 or stretched_axes(shape, wanted) is None:
        raise RuntimeError(f"{describe(x)} can't be stretched to {tuple(size)}; only lengths of 1 stretch")
    return ops.expand(x, shape=wanted)


def _full_shape(x: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """`shape` with the -1 in it worked out."""
    size = x._data.size
    known = prod(n for n in shape if n != -1)
    holes = shape.count(-1)
    if holes == 1 and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in shape)
    if holes or known != size or builtins.min(shape, default=0) < 0:
        raise RuntimeError(f"the {size} values of {describe(x)} don't fit the shape {shape}")
    return shape
