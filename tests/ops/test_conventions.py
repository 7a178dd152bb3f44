"""What the gradient is where there is none: corners, steps, ties, zeros and infinities.

At such points a derivative is a convention. These are PyTorch's (tests/parity/test_conventions_parity.py
asks it, where it is installed): where a function has one-sided slopes it takes one of them or their
mean, where it is infinitely steep it says so, and a place that was not chosen gets exactly 0, never NaN.
At second order, where PyTorch has NaN at a corner of `norm` or `std`, the gradient stays 0. The few
that differ at first order, and why, are in `DIFFERENT`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import tinygrad_edu as tg

inf, nan = float("inf"), float("nan")


class Convention(NamedTuple):
    """A function at a point, and the gradient of the sum of its results with respect to each input."""

    name: str
    function: Callable[..., Any]
    inputs: list[Any]
    first: list[Any]
    second: list[Any] | None = None  # of the sum of the first gradients; None: not asked


MANY = np.arange(-2500.0, 2501.0)  # where an operation may take another way than with few
STEEP_WHERE_FLAT = np.where(MANY < 0, inf, 2.0)

CORNERS = [
    Convention("relu at 0", lambda x: x.relu(), [[-1.0, 0.0, 1.0]], [[0, 0, 1]], [[0, 0, 0]]),
    Convention("relu of many values", lambda x: x.relu(), [MANY], [MANY > 0], [MANY * 0]),
    Convention(
        "relu of many values, infinitely steep where it is flat",
        lambda x, slope: x.relu() * slope,
        [MANY, STEEP_WHERE_FLAT],
        [np.where(MANY > 0, 2, 0), np.maximum(MANY, 0)],
    ),
    Convention(
        "the gradient of relu",
        lambda g, x: tg.autograd.grad(x.relu(), x, g, create_graph=True)[0],
        [[2.0, 5.0], [-1.0, 3.0]],
        [[0, 1], [0, 0]],
    ),
    Convention("relu of nan and inf", lambda x: x.relu(), [[nan, inf, -inf]], [[1, 1, 0]]),
    Convention("abs of nan and inf", lambda x: x.abs(), [[nan, inf, -inf]], [[0, 1, -1]]),
    Convention("abs at 0", lambda x: x.abs(), [[-2.0, 0.0, -0.0, 2.0]], [[-1, 0, 0, 1]], [[0, 0, 0, 0]]),
    Convention("sqrt at 0", lambda x: x.sqrt(), [[0.0, 4.0]], [[inf, 0.25]]),
    Convention("sqrt at -0", lambda x: x.sqrt(), [[-0.0]], [[-inf]]),
    Convention("sqrt below 0", lambda x: x.sqrt(), [[-1.0]], [[nan]]),
    Convention("rsqrt at 0", lambda x: x.rsqrt(), [[0.0]], [[-inf]]),
    Convention("log at 0 and below", lambda x: x.log(), [[0.0, -1.0]], [[inf, -1]]),
    Convention("log1p at -1 and below", lambda x: x.log1p(), [[-1.0, -2.0]], [[inf, -1]]),
    Convention("log2 at 0", lambda x: x.log2(), [[0.0]], [[inf]]),
    Convention("log10 at 0", lambda x: x.log10(), [[0.0]], [[inf]]),
    Convention("reciprocal at 0", lambda x: x.reciprocal(), [[0.0]], [[-inf]]),
    Convention("division by 0", lambda x, y: x / y, [[1.0, 0.0], [0.0, 0.0]], [[inf, inf], [-inf, nan]]),
    Convention("clamp at its bounds", lambda x: x.clamp(-1, 1), [[-2.0, -1, 0, 1, 2]], [[0, 1, 1, 1, 0]]),
    Convention("clamp from below", lambda x: x.clamp(min=0), [[-1.0, 0.0, 1.0]], [[0, 1, 1]]),
    Convention("clamp from above", lambda x: x.clamp(max=0), [[-1.0, 0.0, 1.0]], [[1, 1, 0]]),
    Convention("clamp of nan and inf", lambda x: x.clamp(0, 1), [[nan, inf, -inf]], [[0, 0, 0]]),
    Convention("clamp between bounds that crossed", lambda x: x.clamp(1, -1), [[-2.0, -1, 0, 1, 2]], [[0, 0, 0, 0, 0]]),
    Convention(
        "clamp from below by a tensor",
        lambda x, low: x.clamp(min=low),
        [[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]],
        [[0, 1, 1], [1, 0, 0]],
    ),
    Convention(
        "clamp from above by a tensor",
        lambda x, high: x.clamp(max=high),
        [[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]],
        [[1, 1, 0], [0, 0, 1]],
    ),
    Convention(
        "clamp between tensors that crossed",
        lambda x, low, high: x.clamp(low, high),
        [[1.0, 2.0, 2.5, 3.0, 4.0], [3.0] * 5, [2.0] * 5],
        [[0] * 5, [0] * 5, [1] * 5],
    ),
    Convention(
        "clamp between tensors",
        lambda x, low, high: x.clamp(low, high),
        [[0.0, 1.0, 2.0, 3.0, 1.0], [1.0, 1.0, 1.0, 1.0, 3.0], [2.0, 2.0, 2.0, 2.0, 2.0]],
        [[0, 1, 1, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 1, 1]],
    ),
]

STEPS = [
    Convention("sign", lambda x: x.sign(), [[-2.0, 0.0, 3.0]], [[0, 0, 0]]),
    Convention("floor", lambda x: x.floor(), [[-1.0, 0.5, 2.0]], [[0, 0, 0]]),
    Convention("ceil", lambda x: x.ceil(), [[-1.0, 0.5, 2.0]], [[0, 0, 0]]),
    Convention("trunc", lambda x: x.trunc(), [[-1.0, 0.5, 2.0]], [[0, 0, 0]]),
    Convention("round", lambda x: x.round(), [[-0.5, 0.5, 1.5]], [[0, 0, 0]]),
    Convention("round to a decimal", lambda x: x.round(decimals=1), [[0.25, 0.05]], [[0, 0]]),
    Convention(
        "rounded division", lambda x, y: x.div(y, rounding_mode="floor"), [[3.0, -3.0], [1.5, 1.5]], [[0, 0], [0, 0]]
    ),
    Convention(
        "truncated division", lambda x, y: x.div(y, rounding_mode="trunc"), [[3.0, -3.0], [1.5, 1.5]], [[0, 0], [0, 0]]
    ),
    Convention("remainder", lambda x, y: x % y, [[3.0, -3.5], [1.0, 2.0]], [[1, 1], [-3, 2]]),
    Convention(
        "remainder where the quotient would be rounded up",
        lambda x, y: x % y,
        [[1.0, -1.0, 6.0, 5.5], [0.1, 0.1, -0.3, 1.1]],
        [[1, 1, 1, 1], [-9, 10, 21, -4]],
        [[0, 0, 0, 0], [0, 0, 0, 0]],
    ),
    Convention("a fractional part", lambda x: x - x.floor(), [[0.25, 1.0]], [[1, 1]]),
]

STEEP = np.array([np.inf, np.nan])


def steep(flat: Any) -> Any:
    """What comes from above a flat function here is infinite, or NaN."""
    return flat * tg.tensor(STEEP)


STEPS += [
    Convention("sign, steep above", lambda x: steep(x.sign()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("floor, steep above", lambda x: steep(x.floor()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("ceil, steep above", lambda x: steep(x.ceil()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("trunc, steep above", lambda x: steep(x.trunc()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("round, steep above", lambda x: steep(x.round()), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention("x ** 0, steep above", lambda x: steep(x**0), [[0.5, 0.5]], [[0, 0]], [[0, 0]]),
    Convention(
        "rounded division, steep above",
        lambda x, y: steep(x.div(y, rounding_mode="floor")),
        [[3.0, 3.0], [2.0, 2.0]],
        [[0, 0], [0, 0]],
    ),
    Convention(
        "truncated division, steep above",
        lambda x, y: steep(x.div(y, rounding_mode="trunc")),
        [[3.0, 3.0], [2.0, 2.0]],
        [[0, 0], [0, 0]],
    ),
]

TIES = [
    Convention("maximum", lambda x, y: x.maximum(y), [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], [[0, 0.5, 1], [1, 0.5, 0]]),
    Convention("minimum", lambda x, y: x.minimum(y), [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], [[1, 0.5, 0], [0, 0.5, 1]]),
    Convention("maximum of infinities", lambda x, y: x.maximum(y), [[inf, -inf], [inf, 0.0]], [[0.5, 0], [0.5, 1]]),
    Convention("maximum of one tensor twice", lambda x: x.maximum(x), [[1.0]], [[1]]),
    Convention(
        "maximum with nan", lambda x, y: x.maximum(y), [[nan, 1.0, nan], [1.0, nan, nan]], [[1, 1, 1], [1, 1, 1]]
    ),
    Convention(
        "minimum with nan", lambda x, y: x.minimum(y), [[nan, 1.0, nan], [1.0, nan, nan]], [[1, 1, 1], [1, 1, 1]]
    ),
    Convention("relu made of maximum", lambda x: x.maximum(tg.zeros_like(x)), [[-1.0, 0.0, 1.0]], [[0, 0.5, 1]]),
    Convention("amax", lambda x: x.amax(1), [[[3.0, 1.0, 3.0], [2.0, 2.0, 2.0]]], [[[0.5, 0, 0.5], [1 / 3] * 3]]),
    Convention("amin", lambda x: x.amin(0), [[[3.0, 1.0], [3.0, 2.0]]], [[[0.5, 1], [0.5, 0]]]),
    Convention("max of all", lambda x: x.max(), [[2.0, 2.0, 1.0, 2.0]], [[1 / 3, 1 / 3, 0, 1 / 3]]),
    Convention("min of all", lambda x: x.min(), [[1.0, 2.0, 1.0]], [[0.5, 0, 0.5]]),
    Convention("max along a dimension takes the first", lambda x: x.max(1)[0], [[[1.0, 3.0, 3.0]]], [[[0, 1, 0]]]),
    Convention("min along a dimension takes the first", lambda x: x.min(1)[0], [[[3.0, 1.0, 1.0]]], [[[0, 1, 0]]]),
    Convention("sort keeps ties in order", lambda x: x.sort()[0].cumsum(0), [[2.0, 1.0, 2.0]], [[2, 3, 1]]),
    Convention("topk takes the first", lambda x: x.topk(2)[0], [[2.0, 3.0, 2.0]], [[1, 1, 0]]),
    Convention("amax of infinities", lambda x: x.amax(0), [[-inf, inf, inf]], [[0, 0.5, 0.5]]),
    Convention("max with nan", lambda x: x.max(), [[1.0, nan, 2.0]], [[0, 1, 0]]),
    Convention("min with nan", lambda x: x.min(), [[1.0, nan, 2.0]], [[0, 1, 0]]),
    Convention("max along a dimension with nan", lambda x: x.max(0)[0], [[1.0, nan, 2.0]], [[0, 1, 0]]),
]

POWERS = [
    Convention("x ** 0", lambda x: x**0, [[0.0, 2.0, inf]], [[0, 0, 0]], [[0, 0, 0]]),
    Convention("x ** 1 at 0", lambda x: x**1, [[0.0]], [[1]], [[0]]),
    Convention("x ** 2 at 0", lambda x: x**2, [[0.0, -3.0]], [[0, -6]], [[2, 2]]),
    Convention("x ** 3 below 0", lambda x: x**3, [[0.0, -2.0]], [[0, 12]], [[0, -12]]),
    Convention("x ** 0.3 to all digits", lambda x: x**0.3, [[1.0]], [[0.3]], [[-0.21]]),
    Convention("x ** 1.5 at 0", lambda x: x**1.5, [[0.0]], [[0]], [[inf]]),
    Convention("x ** 2 at infinity", lambda x: x**2, [[inf, -inf]], [[inf, -inf]], [[2, 2]]),
    Convention("x ** 0.5 at 0", lambda x: x**0.5, [[0.0]], [[inf]]),
    Convention("x ** -1 at 0", lambda x: x**-1, [[0.0]], [[-inf]]),
    Convention("0 ** y", lambda y: 0.0**y, [[0.0, 1.0, 2.0]], [[0, 0, 0]]),
    Convention("0 ** y below 0", lambda y: 0.0**y, [[-1.0]], [[-inf]]),
    Convention("1 ** y", lambda y: 1.0**y, [[0.0, inf]], [[0, 0]], [[0, 0]]),
    Convention("2 ** y", lambda y: 2.0**y, [[0.0]], [[0.6931471805599453]], [[0.4804530139182014]]),
    Convention(
        "pow of tensors at 0",
        lambda x, y: x**y,
        [[0.0, 0.0, 0.0, 2.0], [0.0, 1.0, 2.0, 0.0]],
        [[0, 1, 0, 0], [0, 0, 0, 0.6931471805599453]],
    ),
    Convention(
        "pow of tensors next to 0",
        lambda x, y: x**y,
        [[5e-324, 1e-310, -1e-310], [0.0, 0.0, 0.0]],
        [[0, 0, 0], [-744.4400719213812, -713.8013788281544, nan]],
    ),
    Convention("0 ** -1 of tensors", lambda x, y: x**y, [[0.0], [-1.0]], [[-inf], [-inf]]),
    Convention("a negative base", lambda x, y: x**y, [[-2.0], [2.0]], [[-4], [nan]]),
]

PRODUCTS = [
    Convention("prod without zeros", lambda x: x.prod(), [[2.0, 3.0, 4.0]], [[12, 8, 6]], [[7, 6, 5]]),
    Convention("prod with one zero", lambda x: x.prod(), [[2.0, 0.0, 4.0]], [[0, 8, 0]], [[4, 6, 2]]),
    Convention("prod with two zeros", lambda x: x.prod(), [[0.0, 3.0, 0.0]], [[0, 0, 0]], [[3, 0, 3]]),
    Convention("prod with three zeros", lambda x: x.prod(), [[0.0, 0.0, 0.0]], [[0, 0, 0]], [[0, 0, 0]]),
    Convention(
        "prod of rows, one with a zero",
        lambda x: x.prod(1),
        [[[2.0, 3.0], [0.0, 5.0]]],
        [[[3, 2], [5, 0]]],
        [[[1, 1], [1, 1]]],
    ),
    Convention("prod of none", lambda x: x.prod(), [[]], [[]]),
    Convention("prod so small that it is 0", lambda x: x.prod(), [[1e-200, 1e-200, 1e200]], [[0, 0, 0]]),
    Convention("prod of one value", lambda x: x.prod(0), [[0.0]], [[1]]),
]

SPREADS = [
    Convention("std of equal values", lambda x: x.std(), [[2.0, 2.0, 2.0]], [[0, 0, 0]]),
    Convention(
        "std of equal values along a dimension",
        lambda x: x.std(1),
        [[[1.0, 1.0], [0.0, 2.0]]],
        [[[0, 0], [-0.7071067811865476, 0.7071067811865476]]],
    ),
    Convention(
        "std of equal multiples",
        lambda x: (x * tg.tensor([1.0, 2.0, 3.0], dtype=tg.float64)).std(),
        [[6.0, 3.0, 2.0]],
        [[0, 0, 0]],
        [[0, 0, 0]],
    ),
    Convention(
        "std of equal values, times a number",
        lambda x, factor: x.std() * factor,
        [[2.0, 2.0, 2.0], 3.0],
        [[0, 0, 0], 0],
        [[0, 0, 0], 0],
    ),
    Convention("mean of none", lambda x: x.mean(), [[]], [[]]),
    Convention("mean of none in each row", lambda x: x.mean(1), [[[], []]], [[[], []]]),
    Convention(
        "mean of none in each row, times numbers",
        lambda x, factors: x.mean(1) * factors,
        [[[], []], [3.0, 4.0]],
        [[[], []], [nan, nan]],
        [[[], []], [0, 0]],
    ),
    Convention("var of equal values", lambda x: x.var(), [[2.0, 2.0]], [[0, 0]]),
    Convention("var of one value", lambda x: x.var(), [[2.0]], [[nan]]),
    Convention("std of one value", lambda x: x.std(), [[2.0]], [[nan]]),
    Convention("std with more correction than values", lambda x: x.std(correction=3), [[1.0, 2.0]], [[nan, nan]]),
    Convention("std of one value, biased", lambda x: x.std(correction=0), [[2.0]], [[0]]),
]

EXPONENTIALS = [
    Convention("logsumexp with -inf", lambda x: x.logsumexp(0), [[-inf, 0.0, 0.0]], [[0, 0.5, 0.5]]),
    Convention("logsumexp of -inf alone", lambda x: x.logsumexp(0), [[-inf, -inf]], [[nan, nan]]),
    Convention("logsumexp with inf", lambda x: x.logsumexp(0), [[inf, 0.0]], [[nan, 0]]),
    Convention("logsumexp of large values", lambda x: x.logsumexp(0), [[1000.0, 1000.0]], [[0.5, 0.5]]),
    Convention("softmax with -inf", lambda x: x.softmax(0)[1], [[-inf, 0.0, 0.0]], [[0, 0.25, -0.25]]),
    Convention("log_softmax with -inf", lambda x: x.log_softmax(0)[1], [[-inf, 0.0, 0.0]], [[0, 0.5, -0.5]]),
    Convention("log_softmax of -inf alone", lambda x: x.log_softmax(0), [[-inf, -inf]], [[nan, nan]]),
    Convention("softmax with inf", lambda x: x.softmax(0), [[inf, 0.0]], [[nan, nan]]),
    Convention("softmax of -inf alone", lambda x: x.softmax(0), [[-inf, -inf]], [[nan, nan]]),
    Convention("log_softmax of large values", lambda x: x.log_softmax(0)[0], [[0.0, 2000.0]], [[1, -1]]),
    Convention("sigmoid far out", lambda x: x.sigmoid(), [[-1000.0, 1000.0, -inf, inf]], [[0, 0, 0, 0]]),
    Convention("tanh far out", lambda x: x.tanh(), [[-1000.0, 1000.0, -inf, inf]], [[0, 0, 0, 0]]),
    Convention("exp overflowing", lambda x: x.exp(), [[1000.0, -1000.0]], [[inf, 0]]),
]

CHOICES = [
    Convention(
        "where with nan in the branch not chosen",
        lambda x, y: tg.where(x > 0, x, y),
        [[1.0, -1.0], [nan, 5.0]],
        [[1, 0], [0, 1]],
    ),
    Convention("where with inf, not chosen", lambda x: tg.where(x > 0, x, x * 0), [[2.0, -inf]], [[1, 0]]),
    Convention("where after a pole", lambda x: tg.where(x > 0, 1 / x, 0.0), [[0.0, 2.0]], [[nan, -0.25]]),
    Convention("masked_select", lambda x: x.masked_select(x > 0), [[0.0, 1.0]], [[0, 1]]),
    Convention("masked_fill of nan", lambda x: x.masked_fill(x.isnan(), 0.0), [[nan, 1.0]], [[0, 1]]),
]

NORMS = [
    Convention("square root of a sum of squares at 0", lambda x: (x * x).sum().sqrt(), [[0.0, 0.0]], [[nan, nan]]),
    Convention("square root of the square at 0", lambda x: (x**2).sqrt(), [[0.0, 3.0]], [[nan, 1]]),
    Convention("safe square root by where", lambda x: tg.where(x > 0, x, 1.0).sqrt(), [[0.0, 4.0]], [[0, 0.25]]),
    Convention("norm at 0", lambda x: tg.norm(x), [[0.0, 0.0]], [[0, 0]], [[0, 0]]),
    Convention(
        "norm of rows, one of them 0", lambda x: tg.norm(x, dim=1), [[[0.0, 0.0], [3.0, 4.0]]], [[[0, 0], [0.6, 0.8]]]
    ),
    Convention("norm at 0, times a number", lambda x, k: tg.norm(x) * k, [[0.0, 0.0], 3.0], [[0, 0], 0], [[0, 0], 0]),
    Convention("norm of infinity", lambda x: tg.norm(x), [[inf, 1.0]], [[nan, 0]]),
    Convention("1-norm at 0", lambda x: tg.norm(x, 1), [[0.0, -3.0]], [[0, -1]], [[0, 0]]),
    Convention("maximum norm at a tie", lambda x: tg.norm(x, inf), [[3.0, -3.0, 1.0]], [[0.5, -0.5, 0]]),
    Convention("maximum norm at 0", lambda x: tg.norm(x, inf), [[0.0, 0.0]], [[0, 0]]),
    Convention("minimum norm at a tie", lambda x: tg.norm(x, -inf), [[3.0, -1.0, 1.0]], [[0, -0.5, 0.5]]),
    Convention("sum of absolute values", lambda x: x.abs().sum(), [[0.0, -3.0]], [[0, -1]]),
]


def entropy_of_certainties(x: Any) -> Any:
    targets = tg.tensor([0.0, 1.0, 1.0, 0.0], dtype=tg.float64)
    return tg.nn.functional.binary_cross_entropy(x, targets, reduction="none")


def entropy_of_extreme_scores(x: Any) -> Any:
    return tg.nn.functional.cross_entropy(x, tg.tensor([0, 2]), reduction="sum")


def entropy_where_none_counts(x: Any) -> Any:
    return tg.nn.functional.cross_entropy(x, tg.tensor([-100, -100]), reduction="sum")


def entropy_of_a_class_that_weighs_nothing(x: Any) -> Any:
    weight = tg.tensor([0.0, 1.0], dtype=tg.float64)
    return tg.nn.functional.cross_entropy(x, tg.tensor([0, 1]), weight=weight)


def entropy_of_an_impossible_class(x: Any) -> Any:
    return tg.nn.functional.cross_entropy(x, tg.tensor([0]))


def entropy_of_one_class(x: Any) -> Any:
    return tg.nn.functional.cross_entropy(x, tg.tensor([0, 0]))


def entropy_of_scores(x: Any, y: Any) -> Any:
    return tg.nn.functional.binary_cross_entropy_with_logits(x, y, reduction="none")


def distance(x: Any, y: Any) -> Any:
    return tg.nn.functional.l1_loss(x, y, reduction="none")


LOSSES = [
    Convention("l1_loss of equals", distance, [[1.0, 2.0], [1.0, 0.0]], [[0, 1], [0, -1]]),
    Convention("cross-entropy where all is ignored", entropy_where_none_counts, [[[1.0, 2.0]] * 2], [[[0, 0]] * 2]),
    Convention(
        "cross-entropy with a class that weighs nothing",
        entropy_of_a_class_that_weighs_nothing,
        [[[1.0, 1.0], [1.0, 1.0]]],
        [[[0, 0], [0.5, -0.5]]],
    ),
    Convention("cross-entropy of an impossible class", entropy_of_an_impossible_class, [[[-inf, 0.0]]], [[[-1, 1]]]),
    Convention("cross-entropy of an infinite score", entropy_of_an_impossible_class, [[[inf, 0.0]]], [[[nan, nan]]]),
    Convention("cross-entropy of one class", entropy_of_one_class, [[[1.0], [3.0]]], [[[0], [0]]], [[[0], [0]]]),
    Convention(
        "binary cross-entropy of extreme scores",
        entropy_of_scores,
        [[-1000.0, 1000.0, 0.0], [1.0, 0.0, 0.5]],
        [[-1, 1, 0], [1000, -1000, 0]],
    ),
    Convention("logsigmoid far out", lambda x: tg.nn.functional.logsigmoid(x), [[-1000.0, 0, 1000]], [[1, 0.5, 0]]),
    Convention(
        "softplus beyond its threshold", lambda x: tg.nn.functional.softplus(x, 2, 4), [[2.1, 3.0]], [[1, 1]], [[0, 0]]
    ),
    Convention("binary cross-entropy at 0 and 1", entropy_of_certainties, [[0.0, 1, 0, 1]], [[0, 0, -1e12, 1e12]]),
    Convention(
        "cross-entropy of extreme scores",
        entropy_of_extreme_scores,
        [[[0.0, 0.0, -inf], [1e3, 0.0, -1e3]]],
        [[[-0.5, 0.5, 0], [1, 0, -1]]],
    ),
    Convention(
        "softplus where its slope is denormal",
        lambda x: tg.nn.functional.softplus(x),
        [[-720.0, -730.0]],
        [[2.0322308024e-313, 9.226315e-318]],
    ),
    Convention("softplus far out", lambda x: tg.nn.functional.softplus(x), [[-1000.0, 0.0, 1000.0]], [[0, 0.5, 1]]),
]

ALL = [*CORNERS, *STEPS, *TIES, *POWERS, *PRODUCTS, *SPREADS, *EXPONENTIALS, *CHOICES, *NORMS, *LOSSES]


def entropy_by_target(y: Any) -> Any:
    x = tg.tensor([0.0, 1.0], dtype=tg.float64)
    return tg.nn.functional.binary_cross_entropy(x, y, reduction="none")


DIFFERENT = [
    # PyTorch gives NaN to all, and nobody learns which value it was.
    Convention("amax with nan", lambda x: x.amax(0), [[1.0, nan, nan]], [[0, 0.5, 0.5]]),
    Convention("amin with nan", lambda x: x.amin(0), [[1.0, nan, 2.0]], [[0, 1, 0]]),
    # PyTorch gives neither bound the gradient where the bounds meet: a change of both would go unseen.
    Convention(
        "clamp between bounds that meet",
        lambda x, low, high: x.clamp(low, high),
        [[0.0, 1.0, 2.0], [1.0] * 3, [1.0] * 3],
        [[0, 1, 0], [1, 0, 0], [0, 0, 1]],
    ),
    # PyTorch credits both values, though the first was overwritten.
    Convention(
        "scatter to one place twice",
        lambda x, values: x.scatter(0, tg.tensor([0, 0]), values),
        [[1.0, 2.0], [3.0, 4.0]],
        [[0, 1], [0, 1]],
    ),
    # PyTorch says inf for all: the sign is that of x - mean.
    Convention("var with more correction than values", lambda x: x.var(correction=3), [[1.0, 2.0]], [[-inf, inf]]),
    # PyTorch says ±inf, the slope without the bound that keeps the loss itself finite.
    Convention("binary cross-entropy by the target", entropy_by_target, [[0.0, 0.0]], [[100, -100]]),
]
EVERY = [*ALL, *DIFFERENT]


def by_name(convention: Convention) -> str:
    return convention.name


def tensors(convention: Convention) -> list[Any]:
    return [tg.tensor(values, dtype=tg.float64, requires_grad=True) for values in convention.inputs]


@pytest.mark.parametrize("convention", EVERY, ids=by_name)
def test_first_order(convention: Convention) -> None:
    inputs = tensors(convention)
    found = tg.autograd.grad(convention.function(*inputs).sum(), inputs)
    for gradient, expected in zip(found, convention.first, strict=True):
        np.testing.assert_allclose(gradient.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("convention", EVERY, ids=by_name)
def test_recorded_it_is_the_same(convention: Convention) -> None:
    """With create_graph=True the same rules run on tensors: the convention must not depend on that."""
    inputs = tensors(convention)
    found = tg.autograd.grad(convention.function(*inputs).sum(), inputs, create_graph=True)
    for gradient, expected in zip(found, convention.first, strict=True):
        np.testing.assert_allclose(gradient.detach().numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("convention", [each for each in EVERY if each.second is not None], ids=by_name)
def test_second_order(convention: Convention) -> None:
    inputs = tensors(convention)
    first = tg.autograd.grad(convention.function(*inputs).sum(), inputs, create_graph=True)
    ones = [tg.ones_like(each) for each in first]
    recorded = [each for each in first if each.requires_grad]  # a constant gradient records nothing
    if recorded:
        found = tg.autograd.grad(recorded, inputs, ones[: len(recorded)], materialize_grads=True)
    else:
        found = tuple(tg.zeros_like(each) for each in inputs)
    for gradient, expected in zip(found, convention.second or [], strict=True):
        np.testing.assert_allclose(gradient.numpy(), expected, rtol=1e-12)
