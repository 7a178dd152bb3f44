"""Attention: what comes of values when queries look at keys.

Source: Vaswani et al., Attention is all you need (2017), https://arxiv.org/abs/1706.03762;
https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu._broadcasting import common_shape
from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_number, as_tensor_argument
from tinygrad_edu.api._reading import named, real_already
from tinygrad_edu.api.repeating import repeat_interleave
from tinygrad_edu.ops import attention as ops
from tinygrad_edu.random import draw

__all__ = ["scaled_dot_product_attention"]


@named
def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """For each query the mean of the values, weighted by ``softmax(scale * query @ key.mT)``, in one operation.

    Args:
        query: Shape (*, L, E), floating-point; the dimensions in front broadcast.
        key: Shape (*, S, E).
        value: Shape (*, S, V).
        attn_mask: What broadcasts to (*, L, S): bools that say which keys a query sees, or numbers that are added to
            the scores. A query that sees none gets 0.
        dropout_p: The probability with which each weight is set to 0, in evaluation too.
        is_causal: Whether query i sees the keys 0 to i only.
        scale: What scores are multiplied by, 1/√E by default.
        enable_gqa: Whether several heads of queries may share one of keys and values (dimension -3).

    Returns:
        Shape (*, L, V).

    Raises:
        RuntimeError: If shapes or dtypes don't fit, or there is a mask and `is_causal` too.

    >>> keys = tg.eye(2) * 10
    >>> tg.nn.functional.scaled_dot_product_attention(keys, keys, tg.tensor([[1.0], [2.0]]), scale=1.0)
    tensor([[1.],
            [2.]])
    """
    q, k, v = _checked(query, key, value, enable_gqa)
    if is_causal and attn_mask is not None:
        raise RuntimeError(f"is_causal=True is a mask of its own; got attn_mask={describe(attn_mask)} too")
    length, seen = q._data.shape[-2], k._data.shape[-2]
    mask: Any = None
    if is_causal:
        mask = np.triu(np.full((length, seen), -np.inf, q._data.dtype), 1)
    elif attn_mask is not None:
        mask = _added(as_tensor_argument(attn_mask, "attn_mask"), q._data.dtype)
    try:
        shape = common_shape(
            (*common_shape(q._data.shape[:-2], k._data.shape[:-2], v._data.shape[:-2]), length, seen),
            () if mask is None else tuple(mask.shape),
        )
    except ValueError:
        masked = "" if mask is None else f" with a mask of shape {tuple(mask.shape)}"
        shapes = f"{q._data.shape}, {k._data.shape} and {v._data.shape}"
        raise RuntimeError(f"shapes {shapes} of query, key and value don't broadcast{masked}") from None
    if shape[-2:] != (length, seen):
        raise RuntimeError(f"attn_mask must broadcast to {(length, seen)} in its last two dimensions, got {mask.shape}")
    factor = 1 / math.sqrt(max(q._data.shape[-1], 1)) if scale is None else as_number("scale", scale)
    dropped = _dropped(shape, as_number("dropout_p", dropout_p), q._data.dtype)
    result: Tensor = ops.scaled_dot_product_attention(q, k, v, mask, scale=factor, dropped=dropped)
    return result


def _checked(query: Any, key: Any, value: Any, enable_gqa: bool) -> tuple[Any, Any, Any]:
    """The three, with heads of keys and values repeated if they are shared."""
    q, k, v = real_already(as_tensor_argument(query, "query")), as_tensor_argument(key, "key"), value
    as_tensor_argument(v, "value")
    if not q._data.dtype == k._data.dtype == v._data.dtype:
        raise RuntimeError(f"dtypes must agree, got {describe(q)}, {describe(k)} and {describe(v)}")
    if min(each._data.ndim for each in (q, k, v)) < 2:
        raise RuntimeError(f"at least 2 dimensions are wanted, got {describe(q)}, {describe(k)} and {describe(v)}")
    if enable_gqa:
        if min(each._data.ndim for each in (q, k, v)) < 3:
            raise IndexError(f"enable_gqa=True wants heads in dimension -3, got {describe(q)} and {describe(k)}")
        heads = q._data.shape[-3]
        for each in (k, v):
            if heads % max(each._data.shape[-3], 1):
                raise RuntimeError(f"the heads of keys must divide those of queries, {heads}, got {describe(each)}")
        k, v = (repeat_interleave(each, heads // each._data.shape[-3], -3) for each in (k, v))
    if q._data.shape[-1] != k._data.shape[-1] or k._data.shape[-2] != v._data.shape[-2]:
        raise RuntimeError(
            f"queries must be as wide as keys, and there must be a value for each key; got {describe(q)}, "
            f"{describe(k)} and {describe(v)}"
        )
    return q, k, v


def _added(mask: Any, dtype: np.dtype[Any]) -> Any:
    """A mask as what is added to scores."""
    if mask._data.dtype == bool:
        return np.where(mask._data, dtype.type(0), dtype.type(-np.inf))
    if mask._data.dtype != dtype:
        raise RuntimeError(f"attn_mask must hold bools, or numbers of the queries' dtype {dtype}, got {describe(mask)}")
    return mask


def _dropped(shape: tuple[int, ...], p: float, dtype: np.dtype[Any]) -> np.ndarray | None:
    """Dropout's factors for weights of that shape."""
    if not 0 <= p <= 1:
        raise RuntimeError(f"the probability dropout_p must lie between 0 and 1, got {p}")
    if p == 0:
        return None
    kept = draw(None).random(shape, dtype=np.float32) >= p
    return np.multiply(kept, 1 / (1 - p) if p < 1 else 0, dtype=np.float32 if dtype.itemsize == 2 else dtype)
