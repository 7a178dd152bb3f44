"""vmap: a function of one sample as a function of many.

PyTorch runs each operation once, on all samples. Here the function is called once for each sample, and the results are
stacked, so it takes the time of a loop: it is for programs that are written so, and for finding out what they mean.

Source: https://docs.pytorch.org/docs/stable/generated/torch.func.vmap.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu.api.axes import movedim
from tinygrad_edu.api.comparison import equal
from tinygrad_edu.api.indexing import select
from tinygrad_edu.api.joining import stack
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.func._trees import filled, leaves
from tinygrad_edu.random import get_rng_state, set_rng_state

__all__ = ["vmap"]


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The function that calls `func` for each sample along a dimension of its arguments, and stacks the results.

    It is a loop, with the time that one takes: an operation on the whole batch is faster.

    Args:
        func: A function of one sample; its arguments and results are tensors, or dicts, lists and tuples of them. Its
            keywords are the same for all samples.
        in_dims: Along which dimension of an argument the samples lie: one number for all arguments, or a tuple with one
            for each, None for an argument that is the same for all samples, or a dict, list or tuple in its form.
        out_dims: Along which dimension of the results they shall lie; a tuple of numbers, one for each result.
        randomness: Whether `func` may draw random numbers: ``"error"`` for no, ``"different"`` for others in each
            sample, ``"same"`` for the same ones.
        chunk_size: Accepted for PyTorch's sake.

    Raises:
        RuntimeError: If random numbers are drawn where they may not, or `randomness` is none of the three.
        ValueError: When it is called, if there is no dimension to go along, the lengths differ, or `func` doesn't
            return tensors.

    >>> tg.func.vmap(lambda x: x / x.sum())(tg.tensor([[1.0, 3.0], [2.0, 2.0]]))
    tensor([[0.2500, 0.7500],
            [0.5000, 0.5000]])
    >>> tg.func.vmap(tg.dot, in_dims=(0, None))(tg.eye(2), tg.tensor([3.0, 4.0]))
    tensor([3., 4.])
    """
    if not callable(func):
        raise TypeError(f"vmap: wanted a function, got {describe(func)}")
    if randomness not in ("error", "different", "same"):
        raise RuntimeError(f'vmap: randomness must be "error", "different" or "same", got {describe(randomness)}')
    if chunk_size is not None and not isinstance(chunk_size, int):
        raise TypeError(f"vmap: chunk_size must be an integer or None, got {describe(chunk_size)}")

    @functools.wraps(func)
    def batched(*args: Any, **kwargs: Any) -> Any:
        dims = _dims_of(in_dims, args)
        values = leaves(args)
        count = _length(values, dims)

        results = []
        before = get_rng_state()
        for number in range(max(count, 1)):  # of no samples, what there would be is seen from zeros
            if randomness == "same":
                set_rng_state(before)
            pairs = zip(values, dims, strict=True)
            sample = filled(args, [each if dim is None else _taken(each, dim, number) for each, dim in pairs])
            results.append(func(*sample, **kwargs))
            if randomness == "error" and not equal(get_rng_state(), before):
                raise RuntimeError(
                    'vmap: the function drew random numbers; say randomness="different" or randomness="same", or draw '
                    "them outside"
                )
        return _together(results, count, out_dims)

    return batched


def _dims_of(in_dims: Any, args: tuple[Any, ...]) -> list[int | None]:
    """The dimension of each leaf of the arguments."""
    if isinstance(in_dims, bool) or not isinstance(in_dims, (int, tuple, list)):
        raise ValueError(f"vmap: in_dims must be an integer or a tuple, one for each argument, got {describe(in_dims)}")
    found: list[int | None] = []

    def spread(dims: Any, tree: Any) -> None:
        if dims is None or isinstance(dims, int):
            found.extend([dims] * len(leaves(tree)))
        elif isinstance(tree, (dict, tuple, list)) and type(dims) is type(tree) and len(dims) == len(tree):
            for key in tree if isinstance(tree, dict) else range(len(tree)):
                spread(dims[key], tree[key])
        else:
            raise ValueError(f"vmap: in_dims must have the form of the arguments, got {describe(in_dims)}")

    spread(in_dims if isinstance(in_dims, int) else tuple(in_dims), args)
    return found


def _length(values: list[Any], dims: list[int | None]) -> int:
    """How many samples there are."""
    lengths = []
    for value, dim in zip(values, dims, strict=True):
        if dim is None:
            continue
        if not isinstance(value, TensorBase):
            raise ValueError(f"vmap: there are no samples along in_dim={dim} of {describe(value)}; give None for it")
        shape = value._data.shape
        if not -len(shape) <= dim < len(shape):
            raise ValueError(f"vmap: there is no in_dim={dim} in {describe(value)}")
        lengths.append(shape[dim])
    if not lengths:
        raise ValueError("vmap: wanted at least one argument with samples, got none; in_dims gives None for all")
    if len(set(lengths)) > 1:
        raise ValueError(f"vmap: there must be as many samples in all arguments, got {lengths}")
    return int(lengths[0])


def _taken(value: Any, dim: int, number: int) -> Any:
    if value.shape[dim]:
        return select(value, dim, number)
    shape = list(value.shape)
    del shape[dim]
    return value.new_zeros(shape)


def _together(results: list[Any], count: int, out_dims: Any) -> Any:
    """The results of all samples, stacked."""
    form, columns = results[0], list(zip(*map(leaves, results), strict=True))
    for each in leaves(form):
        if not isinstance(each, TensorBase):
            raise ValueError(f"vmap: the function must return tensors, got {describe(each)}")
    if isinstance(out_dims, (tuple, list)):
        parts = form if isinstance(form, (tuple, list)) else (form,)
        if len(out_dims) != len(parts):
            raise ValueError(f"vmap: wanted out_dims for {len(parts)} results, got {describe(out_dims)}")
        wanted = [dim for dim, part in zip(out_dims, parts, strict=True) for _ in leaves(part)]
    else:
        wanted = [out_dims] * len(columns)
    stacked: list[Any] = []
    for column, dim in zip(columns, wanted, strict=True):
        if dim is None:
            stacked.append(column[0])
        elif isinstance(dim, int):
            stacked.append(movedim(stack(list(column))[:count], 0, dim))
        else:
            raise ValueError(f"vmap: out_dims must be integers, got {describe(out_dims)}")
    return filled(form, stacked)
