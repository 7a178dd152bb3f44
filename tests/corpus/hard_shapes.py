"""Right operations that are hard to check: of several operands, of whole rows, with ties, orders and layers."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from support.operations import COARSE, MATRIX, ROW, SQUARE, TWO_MATRICES, function

import tinygrad_edu as tg
from corpus.case import Right, right
from tinygrad_edu.autograd import Function, elementwise, primitive
from tinygrad_edu.testing import between, constant, depending, distinct, nonzero, positive, reals, unit_interval

__all__ = ["RIGHT"]

F = tg.nn.functional
R = reals()
COUNTS = between(0, 1e5, step=1e4)
AXIS = depending(lambda x: st.integers(-x.ndim, x.ndim - 1))
TIED = between(0, 2, step=1)


class SineAndCosine(Function):
    """Two outputs that share what they keep, and a gradient for the operand that wants one."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return x.sin() * y, x.cos()

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any) -> Any:
        x, y = ctx.saved_tensors
        by_x = g * x.cos() * y - h * x.sin() if ctx.needs_input_grad[0] else None
        return by_x, g * x.sin() if ctx.needs_input_grad[1] else None


def log_likelihood(n: Any, p: Any) -> Any:
    """Of a coin that fell n times; probabilities outside of (0, 1) are refused."""
    if bool((p <= 0).any()) or bool((p >= 1).any()):
        raise ValueError("log_likelihood: wanted probabilities between 0 and 1")
    return n * p.log() + (1e5 - n) * (-p).log1p()


def attention(q: Any, k: Any, v: Any) -> Any:
    return (q @ k.T / q.shape[-1] ** 0.5).softmax(-1) @ v


def causal_attention(x: Any) -> Any:
    scores = (x @ x.T).masked_fill(tg.triu(tg.ones(len(x), len(x)), 1) > 0, -tg.inf)
    return scores.softmax(-1) @ x


def running_product(x: Any) -> Any:
    so_far = [x[0]]
    for value in x[1:]:
        so_far.append(so_far[-1] * value)
    return tg.stack(so_far)


def middle(x: Any) -> Any:
    return x.sort(-1).values[..., (x.shape[-1] - 1) // 2]


def running_largest(x: Any) -> Any:
    so_far = [x[0]]
    for value in x[1:]:
        so_far.append(tg.maximum(so_far[-1], value))
    return tg.stack(so_far)


def layer_norm(x: Any) -> Any:
    return (x - x.mean(-1, keepdim=True)) / (x.var(-1, correction=0, keepdim=True) + 1e-5).sqrt()


angle = elementwise(
    np.arctan2,
    name="angle",
    y=lambda g, y, x: g * x / (x * x + y * y),
    x=lambda g, y, x: -g * y / (x * x + y * y),
)

own_times = elementwise(lambda x, y: x * y, name="own_times", x=lambda g, y: g * y, y=lambda g, x: g * x)


RIGHT: dict[str, Right] = {
    # Ties
    "larger": right(tg.maximum, COARSE, COARSE),
    "smaller_of_all": right(tg.minimum, R, R),
    "largest": right(lambda x: x.amax(-1), TIED, **ROW),
    "first_largest": right(lambda x: x.max(-1).values, TIED, **ROW),
    "sorted": right(lambda x: x.sort(-1).values, TIED, **ROW),
    "sorted_down": right(lambda x: x.sort(-1, descending=True).values ** 2, COARSE, **ROW),
    "median": right(middle, TIED, **ROW),
    "median_of_reals": right(middle, R, **ROW),
    "two_largest": right(lambda x: x.topk(2, -1).values, TIED, min_side=2, **ROW),
    "range": right(lambda x: x.amax(-1) - x.amin(-1), COARSE, **ROW),
    "clamped_between": right(lambda x, low: x.clamp(min=low), COARSE, COARSE),
    "distance": right(lambda x, y: (x - y).abs(), R, R),
    "hinge": right(lambda x, y: (1 - x * y).relu(), COARSE, COARSE),
    "triplet": right(lambda a, p, n: ((a - p) ** 2 - (a - n) ** 2 + 1).relu(), COARSE, COARSE, COARSE),
    "pooled": right(lambda x: tg.stack([x[:-1], x[1:]]).amax(0), TIED, signature="(n)", min_side=2, max_dims=0),
    "distinct_sorted": right(lambda x: x.sort(-1).values, distinct(), **ROW),
    # An operand without a part in it, or with hardly any
    "first_alone": right(lambda x, _y: x.sin(), R, R),
    "second_alone": right(lambda _x, y: y * y, positive(), R),
    "none_of_them": right(lambda x, y: 0 * x * y, R, R),
    "hardly": right(lambda x, y: x.sin() + 1e-8 * y, R, R),
    "chosen": right(lambda c, x, y: tg.where(c > 0, x, y), nonzero(), R, R),
    "minus_itself": right(lambda x, y: x * y - y * x + x, R, R),
    # Scales beside each other
    "likelihood": right(log_likelihood, COUNTS, unit_interval()),
    "counted": right(lambda n, p: n * p.log(), COUNTS, unit_interval()),
    "large_and_small": right(lambda x, y: 1e8 * x + 1e-8 * y, R, R),
    "product_of_scales": right(lambda x, y: x * y, between(1e7, 1e8), between(1e-8, 1e-7)),
    "quotient": right(lambda x, y: x / y, R, R),
    "quotient_of_halves": right(lambda x, y: x / y, COARSE, COARSE),
    "power": right(lambda x, y: x**y, positive(), between(-3, 3)),
    "power_at_zero": right(lambda x, y: x**y, between(0, 2), between(1, 3)),
    "logaddexp": right(lambda x, y: tg.stack([x, y]).logsumexp(0), R, R, signature="(n),(n)", max_dims=0),
    "longest_side": right(lambda x, y: (x * x + y * y).sqrt(), COARSE, COARSE),
    "angle": right(angle, COARSE, COARSE),
    "rest": right(tg.remainder, between(-3, 3), nonzero()),
    # Rows
    "huge_sum": right(lambda x: x.expand(100_000, *x.shape).sum() if x.ndim == 0 else x.sum(), R, max_dims=0),
    "long_mean": right(lambda x: (x.repeat(1000) ** 2).mean(), R, max_dims=0, signature="(n)"),
    "length": right(lambda x: x.norm(), R, **ROW),
    "length_of_halves": right(lambda x: x.norm(), COARSE, **ROW),
    "spread": right(lambda x: x.std(-1), R, min_side=2, **ROW),
    "spread_far_away": right(lambda x: x.var(-1), between(1e6, 1e6 + 1), min_side=2, **ROW),
    "product": right(lambda x: x.prod(-1), COARSE, **ROW),
    "running_product": right(running_product, COARSE, signature="(n)", max_dims=0),
    "running_largest": right(running_largest, TIED, signature="(n)", max_dims=0),
    "softmax": right(lambda x: x.softmax(-1), R, **ROW),
    "sharp_softmax": right(lambda x: (50 * x).softmax(-1), R, **ROW),
    "log_softmax": right(lambda x: (1000 * x).log_softmax(-1), COARSE, **ROW),
    "logsumexp": right(lambda x: x.logsumexp(-1), between(-1e8, 1e8), **ROW),
    "unit_length": right(lambda x: x / x.norm(dim=-1, keepdim=True), R, **ROW),
    "cosine": right(lambda x, y: (x * y).sum(-1) / (x.norm(dim=-1) * y.norm(dim=-1)), R, R, signature="(n),(n)"),
    "layer_norm": right(layer_norm, COARSE, **ROW),
    # Matrices and layers
    "determinant": right(lambda x: x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0], R, signature="(2,2)", max_dims=0),
    "product_of_three": right(lambda x, y: x @ y @ y.T, R, R, **TWO_MATRICES),
    "attention": right(attention, R, R, R, signature="(n,d),(m,d),(m,e)", max_dims=0),
    "causal": right(causal_attention, COARSE, **MATRIX),
    "cross_entropy": right(lambda x: F.cross_entropy(x, tg.zeros(len(x), dtype=tg.int64)), R, **MATRIX),
    "with_logits": right(F.binary_cross_entropy_with_logits, R, between(0, 1), signature="(n),(n)", max_dims=0),
    "trace_of_square": right(lambda x: (x * x.T).sum(), R, **SQUARE),
    "picked": right(lambda x: x[..., [0, 0, -1]] * x[..., [-1, 0, 0]], R, **ROW),
    "convolved": right(lambda x, w: x[1:] * w[1] + x[:-1] * w[0], R, R, signature="(n),(2)", min_side=2, max_dims=0),
    "along_an_axis": right(lambda x, axis: x.softmax(axis), R, AXIS, min_dims=1),
    "masked": right(lambda x, mask: x * (mask > 0), R, constant(R)),
    "by_a_table": right(lambda x, table: x.sin() * table.exp(), R, constant(between(-1, 1))),
    # Written by hand, and right
    "own_sine_and_cosine": right(SineAndCosine.apply, R, R, signature="(n),(n)", max_dims=0),
    "own_product": right(
        primitive(lambda x, y: x @ y, name="own_product", x=lambda g, y: g @ y.T, y=lambda g, x: x.T @ g),
        R,
        R,
        **TWO_MATRICES,
    ),
    "own_same_twice": right(lambda x: own_times(x, x), R),
    "own_scaled": right(
        lambda x, n: function(lambda x: x * 10.0**n, lambda g, _x: g * 10.0**n)(x), R, st.sampled_from([-8, 0, 8])
    ),
}
