"""Other shapes for the same values.

What can share the memory of its input does (a *view*), as in PyTorch. A change in place then shows in both.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._layout import contiguous_format, memory_format
from tinygrad_edu._memory import first_place
from tinygrad_edu.api._arguments import as_shape, as_tensor_argument, in_range, own, wrap
from tinygrad_edu.api._in_place import method, turning
from tinygrad_edu.api._making import check_options
from tinygrad_edu.api._reading import named, of_tensor
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import shape as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "clone",
    "flatten",
    "ravel",
    "reshape",
    "squeeze",
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
    """The dimensions from `start_dim` to `end_dim` as one; the tensor itself if that is one already.

    >>> tg.flatten(tg.zeros(2, 3, 4), start_dim=1).shape
    tinygrad_edu.Size([2, 12])
    """
    shape = input._data.shape
    first, last = (in_range(dim, len(shape)) for dim in (start_dim, end_dim))
    if first > last:
        raise RuntimeError(f"start_dim {start_dim} comes after end_dim {end_dim}")
    if len(shape) == 0:
        return ops.reshape(input, shape=(1,))
    if first == last:
        return input
    return ops.reshape(input, shape=(*shape[:first], prod(shape[first : last + 1]), *shape[last + 1 :]))


@of_tensor
def ravel(input: Tensor) -> Tensor:
    """All values in one dimension, one after the other in memory: a view where they lie so, else a copy.

    >>> tg.ravel(tg.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    if input._data.flags.c_contiguous:
        return reshape(input, (-1,))
    return own(reshape(ops.clone(input, in_rows=True), (-1,)))


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
    sizes = as_shape((sizes,))
    if sizes.count(-1) > 1:
        raise RuntimeError(f"only one of the sizes may be -1, which is then worked out, got {sizes}")
    known = prod(size for size in sizes if size != -1)
    inner = [size if size != -1 else shape[dim] // builtins.max(known, 1) for size in sizes]
    if prod(inner) != shape[dim]:
        raise RuntimeError(f"sizes {tuple(sizes)} don't make up the {shape[dim]} values of dimension {dim}")
    return ops.reshape(input, shape=(*shape[:dim], *inner, *shape[dim + 1 :]))


@of_tensor
def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """A view without the dimensions of length 1: all of them, or those in `dim`.

    >>> tg.squeeze(tg.zeros(1, 3, 1)).shape, tg.squeeze(tg.zeros(1, 3, 1), 0).shape
    (tinygrad_edu.Size([3]), tinygrad_edu.Size([3, 1]))
    """
    shape = input._data.shape
    chosen = range(len(shape)) if dim is None else [dim] if isinstance(dim, int) else dim
    dropped = [in_range(each, len(shape)) for each in chosen]
    if len(set(dropped)) != len(dropped):
        raise RuntimeError(f"a dimension appears more than once in dim={dim}")
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
def clone(input: Tensor, *, memory_format: memory_format | None = None) -> Tensor:
    """A copy that is part of the graph: gradients pass through it to `input`.

    Args:
        memory_format: ``contiguous_format`` lays the copy out row by row; by default it lies as `input` does.

    >>> x = tg.tensor([1.0])
    >>> y = tg.clone(x)
    >>> y[0] = 5.0
    >>> x
    tensor([1.])
    """
    if memory_format is not None:
        check_options(memory_format=memory_format)
    return ops.clone(input, in_rows=memory_format is contiguous_format)


@named
def atleast_1d(*tensors: Tensor | Sequence[Tensor]) -> Any:
    """The tensor as a view with at least one dimension; of several, a tuple of those.

    >>> tg.atleast_1d(tg.tensor(2.0))
    tensor([2.])
    """
    return _each(tensors, lambda x: x if x._data.ndim else unsqueeze(x, 0))


@named
def atleast_2d(*tensors: Tensor | Sequence[Tensor]) -> Any:
    """The tensor as a view with at least two dimensions, a vector as a row; of several, a tuple of those.

    >>> tg.atleast_2d(tg.tensor([1, 2]))
    tensor([[1, 2]])
    """
    return _each(tensors, lambda x: x if x._data.ndim > 1 else ops.reshape(x, shape=(1, x._data.size)))


@named
def atleast_3d(*tensors: Tensor | Sequence[Tensor]) -> Any:
    """The tensor as a view with at least three dimensions; of several, a tuple of those.

    A vector of n values gets the shape (1, n, 1), a matrix one dimension more at its end.

    >>> tg.atleast_3d(tg.tensor([1, 2])).shape
    tinygrad_edu.Size([1, 2, 1])
    """
    return _each(tensors, lambda x: x if x._data.ndim > 2 else ops.reshape(x, shape=_of_three(x._data.shape)))


class ShapeMethods(TensorBase):
    """Other shapes as methods of tensors; lengths may be given one by one, too."""

    __slots__ = ()

    flatten = method(flatten)
    ravel = method(ravel)
    unflatten = method(unflatten)
    unsqueeze = method(unsqueeze)
    unsqueeze_ = turning(unsqueeze)
    squeeze_ = turning(squeeze)
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
    def view(self: Any, *lengths: Any, size: Any = None, dtype: dtypes.dtype | None = None) -> Tensor:
        """The same memory in another shape; or its bytes read as another dtype, outside the graph.

        Raises:
            RuntimeError: If that needs a copy; `reshape` makes one.

        >>> x = tg.arange(4)
        >>> x.view(2, 2)[0, 0] = 7
        >>> x
        tensor([7, 1, 2, 3])
        """
        if dtype is None and len(lengths) == 1 and isinstance(lengths[0], dtypes.dtype):
            dtype, lengths = lengths[0], ()
        if dtype is not None:
            if lengths or size is not None:
                raise TypeError(f"got a shape and a dtype, {lengths or size} and {dtype}; a view has one of them")
            return _read_as(self, dtypes.to_numpy(dtype))
        return _viewed(self, as_shape(lengths, size))

    @named
    def view_as(self: Any, other: Tensor) -> Tensor:
        """The same memory in the shape of `other`.

        >>> tg.arange(4).view_as(tg.zeros(2, 2))
        tensor([[0, 1],
                [2, 3]])
        """
        return _viewed(self, other._data.shape)

    @named
    def reshape_as(self: Any, other: Tensor) -> Tensor:
        """The same values in the shape of `other`.

        >>> tg.arange(4).reshape_as(tg.zeros(2, 2))
        tensor([[0, 1],
                [2, 3]])
        """
        return reshape(self, other._data.shape)

    @named
    def squeeze(self: Any, *dims: Any, dim: Any = None) -> Tensor:
        """A view without the dimensions of length 1: all of them, or those in `dim`.

        >>> tg.zeros(1, 3, 1).squeeze(0).shape
        tinygrad_edu.Size([3, 1])
        """
        return squeeze(self, as_shape(dims, dim) if dims or dim is not None else None)


def _of_three(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a number, a vector or a matrix with three dimensions."""
    return (*shape, 1) if len(shape) == 2 else (1, *(shape or (1,)), 1)


def _each(tensors: Any, change: Callable[[Any], Any]) -> Any:
    """What `change` makes of a tensor, or a tuple of that for several, given one by one or in a sequence."""
    if len(tensors) == 1 and not isinstance(tensors[0], (tuple, list)):
        return change(as_tensor_argument(tensors[0]))
    several = tensors[0] if len(tensors) == 1 else tensors
    return tuple([change(as_tensor_argument(each, f"tensor {i}")) for i, each in enumerate(several)])


def _read_as(x: Any, dtype: np.dtype) -> Tensor:
    """The bytes of the values as another dtype; of another size, if they lie side by side along the last dimension."""
    data, wanted = x.owned_array(), dtypes.of_numpy(dtype)
    if dtype.itemsize != data.itemsize:
        if data.ndim == 0:
            raise RuntimeError(f"a 0-d tensor can't be viewed as {wanted}, of another size, got {describe(x)}")
        if data.strides[-1] != data.itemsize:
            raise RuntimeError(f"the values of {describe(x)} don't lie side by side, as a view as {wanted} needs")
        ratio = dtype.itemsize // data.itemsize
        places = (data.shape[-1], *[step // data.itemsize for step in data.strides[:-1]], first_place(data))
        if ratio and any(place % ratio for place in places):
            raise RuntimeError(
                f"a view as {wanted} needs a length, steps and a first place that are multiples of {ratio}, got "
                f"{describe(x)}, whose values lie {data.strides} bytes apart"
            )
    viewed = wrap(data.view(dtype))
    viewed._stamp = x._stamp
    return viewed


def _viewed(x: Any, shape: tuple[int, ...]) -> Tensor:
    viewed = ops.reshape(x, shape=_full_shape(x, shape))
    if viewed._view is None and viewed._data.size:
        raise RuntimeError(
            f"the values of {describe(x)} don't lie in memory in the order that shape {viewed._data.shape} "
            "needs; use .reshape(...), which copies them"
        )
    return viewed


def _full_shape(x: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """`shape` with the -1 in it worked out."""
    size, holes = x._data.size, shape.count(-1)
    known = prod([n for n in shape if n != -1]) if holes else prod(shape)
    if holes == 1 and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in shape)
    if holes > 1:
        raise RuntimeError(f"only one length may be -1, which is then worked out, got the shape {shape}")
    if holes or known != size or builtins.min(shape, default=0) < 0:
        raise RuntimeError(f"the {size} values of {describe(x)} don't fit the shape {shape}")
    return shape
