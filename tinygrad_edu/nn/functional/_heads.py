"""Attention with several heads: each looks with queries, keys and values of its own, projected from the same input.

With H heads, Q, K and V are three linear layers' results, whose last dimension is cut into H pieces; each piece attends
by itself (`scaled_dot_product_attention`), and a fourth linear layer mixes what the heads found.

Source: Vaswani et al., Attention is all you need (2017), https://arxiv.org/abs/1706.03762, section 3.2.2;
https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_tensor_argument
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.activation import softmax
from tinygrad_edu.api.filling import zeros
from tinygrad_edu.api.joining import cat
from tinygrad_edu.api.matmul import linear
from tinygrad_edu.nn.functional._attention import scaled_dot_product_attention
from tinygrad_edu.nn.functional._dropout import dropout

__all__ = ["multi_head_attention_forward"]


class Projections(NamedTuple):
    """The parameters of multi-head attention: what makes queries, keys and values, and what mixes the heads.

    Attributes:
        weights: Of queries, keys and values.
        biases: Likewise, or None three times.
        out_weight: What mixes the heads.
        out_bias: What is added then, or None.
        bias_k: A key that every sequence ends with, or None.
        bias_v: Its value.
    """

    weights: tuple[Any, Any, Any]
    biases: tuple[Any, Any, Any]
    out_weight: Any
    out_bias: Any
    bias_k: Any
    bias_v: Any


@named
def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """What `MultiheadAttention` computes, with all its parameters given.

    Args:
        query: Shape (L, N, E), or (L, E) without a batch.
        key: Shape (S, N, K).
        value: Shape (S, N, V).
        embed_dim_to_check: E.
        num_heads: How many heads there are; E must be a multiple.
        in_proj_weight: The weights of queries, keys and values, one below the other: shape (3E, E).
        in_proj_bias: Their biases: shape (3E,).
        bias_k: A key that every sequence ends with: shape (1, 1, E).
        bias_v: Its value.
        add_zero_attn: Whether a key and a value of 0 follow.
        dropout_p: The probability with which each weight is set to 0, in training.
        out_proj_weight: What mixes the heads: shape (E, E).
        out_proj_bias: Shape (E,).
        training: Whether there is dropout.
        key_padding_mask: Shape (N, S): True where a key is none, or what is added to its scores.
        need_weights: Whether the weights are returned, too; they cost time.
        attn_mask: Shape (L, S) or (N * num_heads, L, S): True where a query doesn't see a key, or what is added to
            its score.
        use_separate_proj_weight: The weights are in the next three.
        q_proj_weight: Shape (E, E).
        k_proj_weight: Shape (E, K).
        v_proj_weight: Shape (E, V).
        static_k: Keys in place of those that would be projected: shape (N * num_heads, S, E / num_heads).
        static_v: Likewise, values.
        average_attn_weights: Whether weights are the mean over the heads.
        is_causal: `attn_mask` is that of `Transformer.generate_square_subsequent_mask`; it need not be looked at.

    Returns:
        The result of shape (L, N, E); and the weights, of shape (N, L, S) or (N, num_heads, L, S), or None.

    Raises:
        RuntimeError: If shapes don't fit.

    >>> x, eye = tg.ones(2, 1, 4), tg.eye(4)
    >>> weights = [None, None, None, None, False, 0.0, eye, None]
    >>> separate = dict(use_separate_proj_weight=True, q_proj_weight=eye, k_proj_weight=eye, v_proj_weight=eye)
    >>> tg.nn.functional.multi_head_attention_forward(x, x, x, 4, 2, *weights, **separate)[1]
    tensor([[[0.5000, 0.5000],
             [0.5000, 0.5000]]])
    """
    width = as_tensor_argument(query, "query")._data.shape[-1:]
    if width != (embed_dim_to_check,):
        raise RuntimeError(f"embed_dim_to_check is {embed_dim_to_check}, but got {describe(query)}")
    weights = (q_proj_weight, k_proj_weight, v_proj_weight)
    for name, each in zip("qkv", weights, strict=True):
        if use_separate_proj_weight or each is not None:
            as_tensor_argument(each, f"{name}_proj_weight")
    if not use_separate_proj_weight:
        weights = _thirds(in_proj_weight, "in_proj_weight", (3 * width[0], *width))
    if (bias_k is None) != (bias_v is None):
        raise RuntimeError("bias_k and bias_v must be given both, or be None both; got one")
    biases = (None, None, None) if in_proj_bias is None else _thirds(in_proj_bias, "in_proj_bias", (3 * width[0],))
    parts = Projections(weights, biases, out_proj_weight, out_proj_bias, bias_k, bias_v)
    return attend(
        (query, key, value),
        parts,
        num_heads,
        batch_first=False,
        add_zero_attn=add_zero_attn,
        dropout_p=dropout_p if training else 0.0,
        key_padding_mask=key_padding_mask,
        need_weights=need_weights,
        attn_mask=attn_mask,
        average_attn_weights=average_attn_weights,
        is_causal=is_causal,
        static=(static_k, static_v),
    )


def _thirds(packed: Any, name: str, shape: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """Views of the three parts of a weight or bias."""
    if as_tensor_argument(packed, name)._data.shape != shape:
        raise RuntimeError(f"{name} must have the shape {shape}, got {describe(packed)}")
    q, k, v = packed.chunk(3)
    return q, k, v


def attend(
    inputs: tuple[Any, Any, Any],
    parts: Projections,
    num_heads: int,
    *,
    batch_first: bool,
    add_zero_attn: bool,
    dropout_p: float,
    key_padding_mask: Any,
    need_weights: bool,
    attn_mask: Any,
    average_attn_weights: bool,
    is_causal: bool,
    static: tuple[Any, Any] = (None, None),
) -> tuple[Any, Any]:
    """Project queries, keys and values, let the heads attend, and mix what they found; perhaps with the weights."""
    batched = _check_dimensions(inputs, key_padding_mask, attn_mask)
    if not batched:
        inputs = tuple(each.unsqueeze(0 if batch_first else 1) for each in inputs)
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    query, key, value = inputs
    length, count = (query._data.shape[1 - each] for each in ((0, 1) if batch_first else (1, 0)))
    seen = key._data.shape[1 if batch_first else 0]
    _check_shapes(query, key, value, parts, num_heads)

    mask = _mask(attn_mask, key_padding_mask, query, (count, num_heads, length, seen))
    if is_causal and attn_mask is None:
        raise RuntimeError("is_causal=True says what attn_mask is, which must be given too; got attn_mask=None")
    causal = is_causal and key_padding_mask is None and not need_weights
    if causal:
        mask = None

    q, k, v = (linear(x, w, b) for x, w, b in zip(inputs, parts.weights, parts.biases, strict=True))
    if parts.bias_k is not None:
        k, v = (_ended(x, end, batch_first) for x, end in ((k, parts.bias_k), (v, parts.bias_v)))
    q, k, v = (_cut(x, num_heads, batch_first) for x in (q, k, v))
    k, v = (
        x if fixed is None else _of_heads(fixed, x, name) for x, fixed, name in zip((k, v), static, "kv", strict=True)
    )
    if add_zero_attn:
        k, v = (cat([x, zeros(*x.shape[:2], 1, x.shape[3], dtype=x.dtype)], 2) for x in (k, v))
    if mask is not None and k._data.shape[2] > mask._data.shape[3]:  # what was added is seen by all
        more = zeros(*mask.shape[:3], k.shape[2] - mask.shape[3], dtype=mask.dtype)
        mask = cat([mask, more], 3)

    weights = None
    if need_weights:
        scores = (q * (1 / math.sqrt(q.shape[3]))) @ k.mT
        weights = softmax(scores if mask is None else scores + mask, -1)
        weights = dropout(weights, dropout_p) if dropout_p > 0 else weights
        found = weights @ v
    else:
        found = scaled_dot_product_attention(q, k, v, mask, dropout_p, causal)
    found = found.permute(0, 2, 1, 3) if batch_first else found.permute(2, 0, 1, 3)
    result = linear(found.reshape(query._data.shape), parts.out_weight, parts.out_bias)
    if weights is not None and average_attn_weights:
        weights = weights.mean(1)
    if not batched:
        result = result.squeeze(0 if batch_first else 1)
        weights = None if weights is None else weights.squeeze(0)
    return result, weights


def _cut(x: Any, num_heads: int, batch_first: bool) -> Any:
    """The pieces of the heads: a view of shape (N, H, length, width)."""
    pieces = x.reshape(*x.shape[:2], num_heads, x.shape[2] // num_heads)
    return pieces.permute(0, 2, 1, 3) if batch_first else pieces.permute(1, 2, 0, 3)


def _ended(x: Any, end: Any, batch_first: bool) -> Any:
    """The sequences with one more step at their end, the same for all."""
    time = 1 if batch_first else 0
    shape = [x.shape[0], 1, x.shape[2]] if batch_first else [1, *x.shape[1:]]
    return cat([x, end.expand(shape)], time)


def _of_heads(fixed: Any, projected: Any, name: str) -> Any:
    """Keys or values that are given for all heads, in place of the projected ones."""
    count, heads, _, width = projected.shape
    fixed = as_tensor_argument(fixed, f"static_{name}")
    if fixed._data.ndim != 3 or fixed._data.shape[::2] != (count * heads, width):
        raise RuntimeError(f"static_{name} must have the shape {(count * heads, 'S', width)}, got {describe(fixed)}")
    return fixed.reshape(count, heads, -1, width)


def _mask(attn_mask: Any, key_padding_mask: Any, query: Any, shape: tuple[int, int, int, int]) -> Any:
    """What both masks add to the scores, in a shape that broadcasts to `shape`; None if there is no mask."""
    count, heads, length, seen = shape
    if key_padding_mask is not None and attn_mask is not None and key_padding_mask.dtype != attn_mask.dtype:
        warn("masks of two types, bools and numbers, are deprecated; use one for both")
    total = added_mask(attn_mask, "attn_mask", query)
    if total is not None:
        wanted = (length, seen) if total._data.ndim == 2 else (count * heads, length, seen)
        if total._data.shape != wanted:
            raise RuntimeError(f"attn_mask must have the shape {wanted}, got {describe(attn_mask)}")
        total = total.reshape(1, 1, length, seen) if len(wanted) == 2 else total.reshape(shape)
    padding = added_mask(key_padding_mask, "key_padding_mask", query)
    if padding is not None:
        if padding._data.shape != (count, seen):
            raise RuntimeError(
                f"key_padding_mask must have the shape {(count, seen)}, got {describe(key_padding_mask)}"
            )
        padding = padding.reshape(count, 1, 1, seen)
        total = padding if total is None else total + padding
    if total is not None and total._data.dtype != query._data.dtype:
        raise RuntimeError(
            f"masks must hold bools, or numbers of the queries' dtype {query._data.dtype}, got {describe(total)}"
        )
    return total


def added_mask(mask: Any, name: str, query: Any) -> Any:
    """A mask as numbers that are added to scores: -∞ where it was True."""
    if mask is None:
        return None
    mask = as_tensor_argument(mask, name)
    if mask._data.dtype.kind not in "bf":
        raise RuntimeError(f"{name} must hold bools or floating-point numbers, got {describe(mask)}")
    if mask._data.dtype.kind == "b":
        return zeros(mask.shape, dtype=query.dtype).masked_fill(mask, -math.inf)
    return mask


def _check_dimensions(inputs: tuple[Any, Any, Any], key_padding_mask: Any, attn_mask: Any) -> bool:
    """Whether there is a batch; what comes in must agree on that."""
    for name, each in zip(("query", "key", "value"), inputs, strict=True):
        as_tensor_argument(each, name)
    given = ", ".join(map(describe, inputs))
    dimensions = {each._data.ndim for each in inputs}
    if dimensions not in ({2}, {3}):
        raise RuntimeError(f"query, key and value must have 3 dimensions, or 2 without a batch; got {given}")
    batched = dimensions == {3}
    if (
        key_padding_mask is not None
        and as_tensor_argument(key_padding_mask, "key_padding_mask")._data.ndim != 1 + batched
    ):
        raise RuntimeError(f"key_padding_mask must have {1 + batched} dimensions, got {describe(key_padding_mask)}")
    if attn_mask is not None and as_tensor_argument(attn_mask, "attn_mask")._data.ndim not in (2, 3):
        raise RuntimeError(f"attn_mask must have 2 or 3 dimensions, got {describe(attn_mask)}")
    return batched


def _check_shapes(query: Any, key: Any, value: Any, parts: Projections, num_heads: int) -> None:
    width = query._data.shape[-1]
    if width % num_heads:
        raise RuntimeError(f"the width of queries must be a multiple of num_heads, got {width} and {num_heads}")
    if key._data.shape[:2] != value._data.shape[:2]:
        raise RuntimeError(f"there must be a value for each key, got {describe(key)} and {describe(value)}")
    for name, x, weight in zip(("query", "key", "value"), (query, key, value), parts.weights, strict=True):
        if x._data.shape[-1] != weight._data.shape[-1]:
            raise RuntimeError(f"{name} must be {weight._data.shape[-1]} wide, got {describe(x)}")
