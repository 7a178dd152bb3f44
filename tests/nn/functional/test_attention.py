"""Attention: masks, shared heads and dropout against their definition; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional

Operands = tuple[tg.Tensor, tg.Tensor, tg.Tensor]
attend = functional.scaled_dot_product_attention


def by_definition(q: np.ndarray, k: np.ndarray, v: np.ndarray, added: Any = 0.0) -> np.ndarray:
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]) + added
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(weights / weights.sum(-1, keepdims=True) @ v)


@pytest.fixture
def operands() -> Operands:
    tg.manual_seed(0)
    q, k, v = (tg.randn(2, 4, length, 3, dtype=tg.float64) for length in (5, 6, 6))
    return q, k, v


def test_masks_of_bools_and_of_numbers(operands: Operands) -> None:
    seen = np.random.default_rng(0).random((5, 6)) < 0.5
    seen[:, 0] = True
    added = np.where(seen, 0.0, -np.inf)
    q, k, v = (each.numpy() for each in operands)
    wanted = by_definition(q, k, v, added)
    for mask in (tg.tensor(seen), tg.tensor(added)):
        np.testing.assert_allclose(attend(*operands, attn_mask=mask).numpy(), wanted)


def test_causal_is_a_lower_triangle(operands: Operands) -> None:
    triangle = tg.ones(5, 6, dtype=tg.bool).tril()
    assert tg.allclose(attend(*operands, is_causal=True), attend(*operands, attn_mask=triangle))


def test_heads_of_queries_may_share_keys_and_values(operands: Operands) -> None:
    q, k, v = operands
    found = attend(q, k[:, :2], v[:, :2], enable_gqa=True)
    keys, values = (each.numpy()[:, [0, 0, 1, 1]] for each in (k, v))
    np.testing.assert_allclose(found.numpy(), by_definition(q.numpy(), keys, values))


def test_dropout_of_all_leaves_nothing(operands: Operands) -> None:
    assert not attend(*operands, dropout_p=1.0).any()


def test_a_layer_s_weights_are_means_over_heads() -> None:
    layer, x = nn.MultiheadAttention(4, 2, batch_first=True), tg.randn(3, 5, 4)
    output, weights = layer(x, x, x)
    each = layer(x, x, x, average_attn_weights=False)[1]
    assert tg.allclose(each.mean(1), weights, atol=1e-6)
    assert tg.allclose(each.sum(-1), tg.ones(3, 2, 5), atol=1e-6)
    alone, alone_weights = layer(x[0], x[0], x[0])
    assert tg.allclose(alone, output[0], atol=1e-6)
    assert tg.allclose(alone_weights, weights[0], atol=1e-6)


Q, IN, OUT = tg.ones(5, 2, 4), tg.ones(12, 4), tg.ones(4, 4)


def heads(q: Any = Q, k: Any = Q, v: Any = Q, width: int = 4, count: int = 2, ends: Any = None, **settings: Any) -> Any:
    packed = settings.pop("packed", IN)
    return functional.multi_head_attention_forward(
        *(q, k, v, width, count, packed, None, ends, None, False, 0.0, OUT, None), **settings
    )


def test_keys_that_are_given_for_all_heads() -> None:
    k = v = tg.randn(4, 7, 2)
    output, weights = heads(static_k=k, static_v=v)
    assert (tuple(output.shape), tuple(weights.shape)) == ((5, 2, 4), (2, 5, 7))


def test_masks_of_the_batch_and_what_is_added_for_all() -> None:
    last = tg.tensor([[False] * 4 + [True]] * 2)
    ends = tg.ones(1, 1, 4)
    _, weights = heads(key_padding_mask=last, attn_mask=tg.ones(5, 5, dtype=tg.bool).triu(1))
    assert tg.allclose(weights[:, 0], tg.tensor([1.0, 0.0, 0.0, 0.0, 0.0]))
    assert not weights[..., 4].any()
    weights = functional.multi_head_attention_forward(
        *(Q, Q, Q, 4, 2, tg.zeros(12, 4), None, ends, ends, True, 0.0, OUT, None), key_padding_mask=last
    )[1]
    assert weights is not None
    assert weights.shape == (2, 5, 7)
    assert not weights[..., 4].any()
    with pytest.warns(UserWarning, match="masks of two types"):
        heads(key_padding_mask=last, attn_mask=tg.zeros(5, 5))


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: attend(Q, Q.double(), Q), RuntimeError, "dtypes must agree"),
    (lambda: attend(Q[0, 0], Q, Q), RuntimeError, "at least 2 dimensions are wanted"),
    (lambda: attend(Q[0], Q, Q, enable_gqa=True), IndexError, "wants heads in dimension -3"),
    (lambda: attend(Q, Q[:2], Q[:2], enable_gqa=True), RuntimeError, "must divide those of queries, 5"),
    (lambda: attend(Q, Q[..., :2], Q), RuntimeError, "queries must be as wide as keys"),
    (lambda: attend(Q, Q, Q[:, :1]), RuntimeError, "a value for each key"),
    (lambda: attend(Q, Q[:2], Q[:2]), RuntimeError, "don't broadcast"),
    (lambda: attend(Q, Q, Q, tg.ones(3, 3)), RuntimeError, "don't broadcast with a mask of shape .3, 3."),
    (lambda: attend(Q, Q[:, :1], Q[:, :1], tg.ones(2, 3)), RuntimeError, "attn_mask must broadcast to .2, 1."),
    (lambda: attend(Q, Q, Q, tg.ones(2, 2).double()), RuntimeError, "must hold bools, or numbers of the queries'"),
    (lambda: attend(Q, Q, Q, tg.ones(2, 2), is_causal=True), RuntimeError, "a mask of its own"),
    (lambda: attend(Q, Q, Q, dropout_p=2.0), RuntimeError, "must lie between 0 and 1, got 2.0"),
    (lambda: heads(count=3), RuntimeError, "a multiple of num_heads, got 4 and 3"),
    (lambda: heads(packed=tg.ones(11, 4)), RuntimeError, r"must have the shape \(12, 4\)"),
    (lambda: heads(ends=tg.ones(1, 1, 4)), RuntimeError, "must be given both, or be None both"),
    (lambda: heads(v=Q[:4]), RuntimeError, "a value for each key"),
    (lambda: heads(static_k=tg.ones(3, 7, 2)), RuntimeError, "static_k must have the shape"),
    (lambda: heads(width=3), RuntimeError, "embed_dim_to_check is 3"),
    (lambda: heads(k=Q[0]), RuntimeError, "must have 3 dimensions, or 2 without a batch"),
    (lambda: heads(key_padding_mask=tg.zeros(5)), RuntimeError, "key_padding_mask must have 2 dimensions"),
    (lambda: heads(key_padding_mask=tg.zeros(2, 4)), RuntimeError, "key_padding_mask must have the shape .2, 5."),
    (lambda: heads(attn_mask=tg.zeros(5)), RuntimeError, "attn_mask must have 2 or 3 dimensions"),
    (lambda: heads(attn_mask=tg.zeros(5, 4)), RuntimeError, "attn_mask must have the shape .5, 5."),
    (lambda: heads(attn_mask=tg.zeros(5, 5).long()), RuntimeError, "must hold bools or floating-point numbers"),
    (lambda: heads(is_causal=True), RuntimeError, "got attn_mask=None"),
    (lambda: heads(k=Q[..., :3]), RuntimeError, "key must be 4 wide"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
