"""Changing the shape of tensors, joining them and cutting them apart.

What can share the memory of its input does (a *view*), as in PyTorch: reshape, transpose, permute,
squeeze, unsqueeze, expand, split and the like. A change in place then shows in both.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.functions._arguments import as_shape, as_tensor_argument, check_out, in_range, promoted
from tinygrad_edu.functions.indexing import narrow, select
from tinygrad_edu.ops import shape as ops

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "broadcast_tensors",
    "broadcast_to",
    "cat",
    "chunk",
    "clone",
    "concat",
    "concatenate",
    "flatten",
    "flip",
    "hstack",
    "movedim",
    "permute",
    "repeat_interleave",
    "reshape",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "t",
    "tile",
    "transpose",
    "unbind",
    "unflatten",
    "unsqueeze",
    "vstack",
]


def reshape(input: Tensor, shape: Sequence[int]) -> Tensor:
    """Return the same values in another shape; one length may be -1 and is worked out.

    Raises:
        RuntimeError: If the new shape doesn't hold as many values.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.reshape(tg.arange(6), (2, -1))
        tensor([[0, 1, 2],
                [3, 4, 5]])
    """
    x = as_tensor_argument("reshape", input)
    return ops.reshape(x, shape=_full_shape("reshape", x, as_shape("reshape", (shape,))))


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Return the dimensions from `start_dim` to `end_dim` as one.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.flatten(tg.zeros(2, 3, 4), start_dim=1).shape
        tinygrad_edu.Size([2, 12])
    """
    x = as_tensor_argument("flatten", input)
    shape = x._data.shape
    first, last = (in_range("flatten", dim, len(shape)) for dim in (start_dim, end_dim))
    if first > last:
        raise RuntimeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    if len(shape) == 0:
        return ops.reshape(x, shape=(1,))
    return ops.reshape(x, shape=(*shape[:first], prod(shape[first : last + 1]), *shape[last + 1 :]))


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Return `dim` spread over several dimensions of `sizes`; one may be -1.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.unflatten(tg.zeros(2, 12), 1, (3, -1)).shape
        tinygrad_edu.Size([2, 3, 4])
    """
    x = as_tensor_argument("unflatten", input)
    shape = x._data.shape
    dim = in_range("unflatten", dim, len(shape))
    known = prod(size for size in sizes if size != -1)
    inner = [size if size != -1 else shape[dim] // builtins.max(known, 1) for size in sizes]
    if prod(inner) != shape[dim]:
        raise RuntimeError(f"unflatten: sizes {tuple(sizes)} don't make up the {shape[dim]} values of dimension {dim}")
    return ops.reshape(x, shape=(*shape[:dim], *inner, *shape[dim + 1 :]))


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Return a view with two dimensions swapped.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.transpose(tg.tensor([[1, 2], [3, 4]]), 0, 1)
        tensor([[1, 3],
                [2, 4]])
    """
    x = as_tensor_argument("transpose", input)
    ndim = x._data.ndim
    first, second = in_range("transpose", dim0, ndim), in_range("transpose", dim1, ndim)
    order = list(range(ndim))
    if ndim:
        order[first], order[second] = second, first
    return ops.permute(x, dims=tuple(order))


def t(input: Tensor) -> Tensor:
    """Return the transpose of a matrix; tensors of fewer dimensions as they are.

    Raises:
        RuntimeError: If the tensor has more than two dimensions.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.t(tg.tensor([[1, 2, 3]])).shape
        tinygrad_edu.Size([3, 1])
    """
    x = as_tensor_argument("t", input)
    if x._data.ndim > 2:
        raise RuntimeError(f"t: wanted at most 2 dimensions, got {describe(x)}; use transpose(dim0, dim1) or .mT")
    return ops.permute(x, dims=tuple(range(x._data.ndim))[::-1])


def permute(input: Tensor, dims: Sequence[int]) -> Tensor:
    """Return a view with the dimensions in the order `dims`.

    Raises:
        RuntimeError: If `dims` doesn't name every dimension once.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.permute(tg.zeros(2, 3, 4), (2, 0, 1)).shape
        tinygrad_edu.Size([4, 2, 3])
    """
    x = as_tensor_argument("permute", input)
    ndim = x._data.ndim
    order = tuple(in_range("permute", dim, ndim) for dim in as_shape("permute", (dims,)))
    if sorted(order) != list(range(ndim)):
        raise RuntimeError(f"permute: dims must name each of the {ndim} dimensions once, got {tuple(dims)}")
    return ops.permute(x, dims=order)


def movedim(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Return a view with dimensions moved from `source` to `destination`, the others kept in order.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.movedim(tg.zeros(2, 3, 4), 0, -1).shape
        tinygrad_edu.Size([3, 4, 2])
    """
    x = as_tensor_argument("movedim", input)
    ndim = x._data.ndim
    sources, targets = (
        [in_range("movedim", dim, ndim) for dim in ([dims] if isinstance(dims, int) else dims)]
        for dims in (source, destination)
    )
    if len(sources) != len(targets) or len(set(sources)) != len(sources) or len(set(targets)) != len(targets):
        raise RuntimeError(f"movedim: source {source} and destination {destination} must pair up distinct dimensions")
    order = [dim for dim in range(ndim) if dim not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        order.insert(target, origin)
    return ops.permute(x, dims=tuple(order))


def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """Return a view without the dimensions of length 1: all of them, or those in `dim`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.squeeze(tg.zeros(1, 3, 1)).shape, tg.squeeze(tg.zeros(1, 3, 1), 0).shape
        (tinygrad_edu.Size([3]), tinygrad_edu.Size([3, 1]))
    """
    x = as_tensor_argument("squeeze", input)
    shape = x._data.shape
    chosen = range(len(shape)) if dim is None else [dim] if isinstance(dim, int) else dim
    dropped = {in_range("squeeze", each, len(shape)) for each in chosen}
    return ops.reshape(x, shape=tuple(n for i, n in enumerate(shape) if not (n == 1 and i in dropped)))


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """Return a view with a dimension of length 1 put in at `dim`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.unsqueeze(tg.zeros(3), 0).shape, tg.unsqueeze(tg.zeros(3), -1).shape
        (tinygrad_edu.Size([1, 3]), tinygrad_edu.Size([3, 1]))
    """
    x = as_tensor_argument("unsqueeze", input)
    shape = x._data.shape
    dim = in_range("unsqueeze", dim, len(shape) + 1)
    return ops.reshape(x, shape=(*shape[:dim], 1, *shape[dim:]))


def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """Return a view stretched to `size`, as broadcasting does; the values aren't copied.

    Raises:
        RuntimeError: If the shape can't be stretched to `size`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.broadcast_to(tg.tensor([1, 2]), (2, 2))
        tensor([[1, 2],
                [1, 2]])
    """
    return _expanded("broadcast_to", input, as_shape("broadcast_to", (size,)))


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Return the tensors as views stretched to their common shape.

    Example:
        >>> import tinygrad_edu as tg
        >>> a, b = tg.broadcast_tensors(tg.zeros(3, 1), tg.zeros(2))
        >>> a.shape == b.shape == (3, 2)
        True
    """
    shapes = [as_tensor_argument("broadcast_tensors", each)._data.shape for each in tensors]
    try:
        common = np.broadcast_shapes(*shapes)
    except ValueError:
        raise RuntimeError(f"broadcast_tensors: shapes {' and '.join(map(str, shapes))} don't broadcast") from None
    return tuple(ops.expand(each, shape=common) for each in tensors)


def flip(input: Tensor, dims: int | Sequence[int]) -> Tensor:
    """Return a copy with the order along `dims` reversed.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.flip(tg.tensor([1, 2, 3]), (0,))
        tensor([3, 2, 1])
    """
    x = as_tensor_argument("flip", input)
    chosen = [dims] if isinstance(dims, int) else dims
    return ops.flip(x, dims=tuple(in_range("flip", dim, x._data.ndim) for dim in chosen))


def clone(input: Tensor) -> Tensor:
    """Return a copy that is part of the graph: gradients pass through it to `input`.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([1.0])
        >>> y = tg.clone(x)
        >>> y[0] = 5.0
        >>> x
        tensor([1.])
    """
    return ops.clone(as_tensor_argument("clone", input))


def cat(tensors: Sequence[Tensor], dim: int = 0, *, out: None = None) -> Tensor:
    """Return tensors joined along a dimension they have; the other lengths must agree.

    Raises:
        RuntimeError: If there are none, or the shapes don't fit.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.cat([tg.tensor([1, 2]), tg.tensor([3])])
        tensor([1, 2, 3])
    """
    check_out("cat", out)
    parts = _several("cat", tensors)
    # PyTorch lets an empty 1-d tensor join anything, so that a list can be built up from nothing.
    parts = [part for part in parts if part._data.shape != (0,)] or parts
    shapes = [part._data.shape for part in parts]
    if shapes[0] == ():
        raise RuntimeError("cat: 0-d tensors can't be joined; use stack")
    dim = in_range("cat", dim, len(shapes[0]))
    for shape in shapes[1:]:
        if len(shape) != len(shapes[0]) or any(
            a != b for i, (a, b) in enumerate(zip(shape, shapes[0], strict=True)) if i != dim
        ):
            raise RuntimeError(
                f"cat: shapes {shapes[0]} and {shape} can't be joined along dimension {dim}; all other lengths must agree"
            )
    return ops.cat(*promoted("cat", *parts), dim=dim)


def stack(tensors: Sequence[Tensor], dim: int = 0, *, out: None = None) -> Tensor:
    """Return tensors of one shape joined along a new dimension.

    Raises:
        RuntimeError: If there are none, or the shapes differ.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.stack([tg.tensor([1, 2]), tg.tensor([3, 4])])
        tensor([[1, 2],
                [3, 4]])
    """
    check_out("stack", out)
    parts = _several("stack", tensors)
    for part in parts:
        if part._data.shape != parts[0]._data.shape:
            raise RuntimeError(
                f"stack: all shapes must be equal, got {parts[0]._data.shape} and {part._data.shape}; cat joins unequal ones"
            )
    dim = in_range("stack", dim, parts[0]._data.ndim + 1)
    return ops.cat(*promoted("stack", *[unsqueeze(part, dim) for part in parts]), dim=dim)


def hstack(tensors: Sequence[Tensor], *, out: None = None) -> Tensor:
    """Return tensors joined side by side: along dimension 1, or 0 if they have only one.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.hstack([tg.tensor([1, 2]), tg.tensor([3])])
        tensor([1, 2, 3])
    """
    parts = [reshape(part, (-1,)) if part._data.ndim == 0 else part for part in _several("hstack", tensors)]
    return cat(parts, 0 if parts[0]._data.ndim == 1 else 1, out=out)


def vstack(tensors: Sequence[Tensor], *, out: None = None) -> Tensor:
    """Return tensors joined one below the other; 1-d tensors are rows.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.vstack([tg.tensor([1, 2]), tg.tensor([3, 4])])
        tensor([[1, 2],
                [3, 4]])
    """
    parts = [reshape(part, (1, -1)) if part._data.ndim < 2 else part for part in _several("vstack", tensors)]
    return cat(parts, 0, out=out)


def split(tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Return views of consecutive pieces along `dim`.

    Args:
        tensor: The tensor.
        split_size_or_sections: The length of each piece (the last may be shorter), or all lengths.
        dim: The dimension to cut.

    Raises:
        RuntimeError: If the lengths don't add up.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.split(tg.arange(5), 2)
        (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    x = as_tensor_argument("split", tensor, "tensor")
    dim = in_range("split", dim, x._data.ndim)
    if x._data.ndim == 0:
        raise RuntimeError("split: a 0-d tensor can't be split")
    length = x._data.shape[dim]
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        if size < 0 or (size == 0 and length):
            raise RuntimeError(f"split: the length of a piece must be positive, got {size}")
        sections = [builtins.min(size, length - start) for start in range(0, length, builtins.max(size, 1))] or [0]
    else:
        sections = list(split_size_or_sections)
        if builtins.sum(sections) != length or builtins.min(sections, default=0) < 0:
            raise RuntimeError(f"split: lengths {sections} don't make up the {length} of dimension {dim}")
    starts = np.cumsum([0, *sections[:-1]]).tolist()
    return tuple(narrow(x, dim, start, size) for start, size in zip(starts, sections, strict=True))


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Return views of at most `chunks` pieces along `dim`, all but the last of equal length.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.chunk(tg.arange(5), 2)
        (tensor([0, 1, 2]), tensor([3, 4]))
    """
    x = as_tensor_argument("chunk", input)
    if chunks < 1:
        raise RuntimeError(f"chunk: the number of pieces must be positive, got {chunks}")
    dim = in_range("chunk", dim, x._data.ndim)
    length = x._data.shape[dim] if x._data.ndim else 0
    return split(x, builtins.max(-(-length // chunks), 1), dim) if length else split(x, [0] * chunks, dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the slices along `dim`, without that dimension.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.unbind(tg.tensor([[1, 2], [3, 4]]))
        (tensor([1, 2]), tensor([3, 4]))
    """
    x = as_tensor_argument("unbind", input)
    dim = in_range("unbind", dim, x._data.ndim)
    if x._data.ndim == 0:
        raise RuntimeError("unbind: a 0-d tensor has no dimension to take apart")
    return tuple(select(x, dim, index) for index in range(x._data.shape[dim]))


def tile(input: Tensor, dims: Sequence[int]) -> Tensor:
    """Return the tensor repeated ``dims[i]`` times along each dimension i.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tile(tg.tensor([1, 2]), (2,))
        tensor([1, 2, 1, 2])
    """
    x = as_tensor_argument("tile", input)
    times = as_shape("tile", (dims,))
    if builtins.min(times, default=0) < 0:
        raise RuntimeError(f"tile: counts must not be negative, got {times}")
    shape = x._data.shape
    times = (1,) * (len(shape) - len(times)) + times
    shape = (1,) * (len(times) - len(shape)) + shape
    beside = [part for n in shape for part in (1, n)]
    stretched = [part for n, count in zip(shape, times, strict=True) for part in (count, n)]
    spread = ops.expand(ops.reshape(x, shape=tuple(beside)), shape=tuple(stretched))
    return ops.reshape(spread, shape=tuple(n * count for n, count in zip(shape, times, strict=True)))


def repeat_interleave(input: Tensor, repeats: int, dim: int | None = None) -> Tensor:
    """Return each value (or slice along `dim`) repeated `repeats` times in place.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.repeat_interleave(tg.tensor([1, 2]), 2)
        tensor([1, 1, 2, 2])
    """
    x = as_tensor_argument("repeat_interleave", input)
    if not isinstance(repeats, int):
        raise TypeError(f"repeat_interleave: repeats must be one integer, got {describe(repeats)}")
    if dim is None:
        x, dim = reshape(x, (-1,)), 0
    dim = in_range("repeat_interleave", dim, x._data.ndim)
    shape = x._data.shape
    beside = ops.reshape(x, shape=(*shape[: dim + 1], 1, *shape[dim + 1 :]))
    spread = ops.expand(beside, shape=(*shape[: dim + 1], repeats, *shape[dim + 1 :]))
    return ops.reshape(spread, shape=(*shape[:dim], shape[dim] * repeats, *shape[dim + 1 :]))


concat = concatenate = cat
swapaxes = swapdims = transpose


def _several(operation: str, tensors: Any) -> list[Any]:
    if isinstance(tensors, TensorBase):
        raise TypeError(f"{operation}: wanted a sequence of tensors, got {describe(tensors)}")
    parts = [as_tensor_argument(operation, part, f"tensor {i}") for i, part in enumerate(tensors)]
    if not parts:
        raise RuntimeError(f"{operation}: wanted at least one tensor, got none")
    return parts


def _full_shape(operation: str, x: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return `shape` with the -1 in it worked out."""
    size = x._data.size
    known = prod(n for n in shape if n != -1)
    holes = shape.count(-1)
    if holes == 1 and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in shape)
    if holes or known != size or builtins.min(shape, default=0) < 0:
        raise RuntimeError(f"{operation}: the {size} values of {describe(x)} don't fit the shape {shape}")
    return shape


def _expanded(operation: str, input: Any, size: tuple[int, ...]) -> Any:
    """Stretch to `size`, in which -1 keeps a length."""
    x = as_tensor_argument(operation, input)
    shape = x._data.shape
    extra = len(size) - len(shape)
    wanted = tuple(shape[i - extra] if n == -1 and i >= extra else n for i, n in enumerate(size))
    if extra < 0 or any(n < 0 for n in wanted) or any(a not in (1, b) for a, b in zip(shape, wanted[extra:], strict=True)):
        raise RuntimeError(f"{operation}: {describe(x)} can't be stretched to {size}; only lengths of 1 stretch")
    return ops.expand(x, shape=wanted)
