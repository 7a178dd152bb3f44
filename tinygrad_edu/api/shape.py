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

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_shape, as_tensor_argument, in_range
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
    return _reshaped(x, _full_shape("reshape", x, as_shape("reshape", (shape,))))


def view(input: Tensor, size: Sequence[int]) -> Tensor:
    """Return the same memory in another shape; one length may be -1 and is worked out.

    Raises:
        RuntimeError: If the new shape doesn't hold as many values, or needs a copy: `reshape` makes one.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.arange(4)
        >>> x.view(2, 2)[0, 0] = 7
        >>> x
        tensor([7, 1, 2, 3])
    """
    x = as_tensor_argument("view", input)
    viewed = _reshaped(x, _full_shape("view", x, as_shape("view", (size,))))
    if viewed._view is None and viewed._data.size:
        raise RuntimeError(
            f"view: the values of {describe(x)} don't lie in memory in the order that shape {viewed._data.shape} "
            "needs; use .reshape(...), which copies them"
        )
    return viewed


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
        return _reshaped(x, (1,))
    return _reshaped(x, (*shape[:first], prod(shape[first : last + 1]), *shape[last + 1 :]))


def ravel(input: Tensor) -> Tensor:
    """Return all values in one dimension.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ravel(tg.tensor([[1, 2], [3, 4]]))
        tensor([1, 2, 3, 4])
    """
    return reshape(as_tensor_argument("ravel", input), (-1,))


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
    if not shape:
        raise RuntimeError("unflatten: a 0-d tensor has no dimension to spread")
    known = prod(size for size in sizes if size != -1)
    inner = [size if size != -1 else shape[dim] // builtins.max(known, 1) for size in sizes]
    if prod(inner) != shape[dim]:
        raise RuntimeError(f"unflatten: sizes {tuple(sizes)} don't make up the {shape[dim]} values of dimension {dim}")
    return _reshaped(x, (*shape[:dim], *inner, *shape[dim + 1 :]))


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
    return _permuted(x, tuple(order))


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
    return _permuted(x, tuple(range(x._data.ndim))[::-1])


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
    if len(dims) != ndim:
        raise RuntimeError(f"permute: dims must name each of the {ndim} dimensions once, got {tuple(dims)}")
    order = tuple(in_range("permute", dim, ndim) for dim in as_shape("permute", (dims,)))
    if sorted(order) != list(range(ndim)):
        raise RuntimeError(f"permute: dims must name each of the {ndim} dimensions once, got {tuple(dims)}")
    return _permuted(x, order)


def movedim(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Return a view with dimensions moved from `source` to `destination`, the others kept in order.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.movedim(tg.zeros(2, 3, 4), 0, -1).shape
        tinygrad_edu.Size([3, 4, 2])
    """
    x = as_tensor_argument("movedim", input)
    ndim = x._data.ndim
    if ndim == 0:
        return _permuted(x, ())
    sources, targets = (
        [in_range("movedim", dim, ndim) for dim in ([dims] if isinstance(dims, int) else dims)]
        for dims in (source, destination)
    )
    if len(sources) != len(targets) or len(set(sources)) != len(sources) or len(set(targets)) != len(targets):
        raise RuntimeError(f"movedim: source {source} and destination {destination} must pair up distinct dimensions")
    order = [dim for dim in range(ndim) if dim not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        order.insert(target, origin)
    return _permuted(x, tuple(order))


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
    return _reshaped(x, tuple(n for i, n in enumerate(shape) if not (n == 1 and i in dropped)))


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
    return _reshaped(x, (*shape[:dim], 1, *shape[dim:]))


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
    return expand(input, as_shape("broadcast_to", (size,)), "broadcast_to")


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
    axes = tuple(in_range("flip", dim, x._data.ndim) for dim in chosen)
    if len(set(axes)) != len(axes):
        raise RuntimeError(f"flip: a dimension appears more than once in dims={tuple(chosen)}")
    flipped: Tensor = ops.flip(x, dims=axes) if x._data.ndim else ops.clone(x)
    return flipped


def clone(input: Tensor, *, memory_format: None = None) -> Tensor:
    """Return a copy that is part of the graph: gradients pass through it to `input`.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.tensor([1.0])
        >>> y = tg.clone(x)
        >>> y[0] = 5.0
        >>> x
        tensor([1.])
    """
    copied: Tensor = ops.clone(as_tensor_argument("clone", input))
    return copied


def expand(input: Tensor, size: Sequence[int], operation: str = "expand") -> Tensor:
    """Return a view stretched to `size`, in which -1 keeps a length.

    Raises:
        RuntimeError: If a length other than 1 would have to stretch.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tensor([[1], [2]]).expand(-1, 3)
        tensor([[1, 1, 1],
                [2, 2, 2]])
    """
    x = as_tensor_argument(operation, input)
    shape = x._data.shape
    extra = len(size) - len(shape)
    wanted = tuple(shape[i - extra] if n == -1 and i >= extra else n for i, n in enumerate(size))
    if (
        extra < 0
        or builtins.min(wanted, default=0) < 0
        or any(a not in (1, b) for a, b in zip(shape, wanted[extra:], strict=True))
    ):
        raise RuntimeError(f"{operation}: {describe(x)} can't be stretched to {tuple(size)}; only lengths of 1 stretch")
    expanded: Tensor = ops.expand(x, shape=wanted)
    return expanded


def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """Do what `transpose` does, under NumPy's names.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.swapaxes(tg.zeros(2, 3), 0, 1).shape
        tinygrad_edu.Size([3, 2])
    """
    return transpose(input, axis0, axis1)


moveaxis = movedim
swapdims = transpose


def _reshaped(x: Any, shape: tuple[int, ...]) -> Tensor:
    reshaped: Tensor = ops.reshape(x, shape=shape)
    return reshaped


def _permuted(x: Any, dims: tuple[int, ...]) -> Tensor:
    permuted: Tensor = ops.permute(x, dims=dims)
    return permuted


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
