"""Where PyTorch has other gradients, and why."""

from __future__ import annotations

from math import log
from typing import Any

from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg


def entropy_by_target(y: Any) -> Any:
    x = tg.tensor([0.0, 1.0], dtype=tg.float64)
    return tg.nn.functional.binary_cross_entropy(x, y, reduction="none")


def loss_of_a_letter(x: Any) -> Any:
    return tg.nn.functional.ctc_loss(x, tg.tensor([[2]]), (3,), (1,), reduction="none")


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
    # PyTorch says NaN: it multiplies the slope of the approximation, 0, by that of a cube, which is infinite.
    Convention(
        "gelu far out",
        lambda x: tg.nn.functional.gelu(x, approximate="tanh"),
        [[1e200, -1e200]],
        [[1, 0]],
        [[0, 0]],
    ),
    # PyTorch takes the cosine of π x, which at 1e30 has no digits left.
    Convention("sinc of a large whole number", lambda x: tg.sinc(x) * 1e30, [[1e30]], [[1]], [[-2e-30]]),
    # PyTorch says ±inf, the slope without the bound that keeps the loss itself finite.
    Convention("binary cross-entropy by the target", entropy_by_target, [[0.0, 0.0]], [[100, -100]]),
    # PyTorch counts the value that was there, which takes no part.
    Convention(
        "scatter_reduce of values that tie, without what is there",
        lambda x, values: x.scatter_reduce(0, tg.tensor([0, 0, 1]), values, "amin", include_self=False),
        [[3.0, 1.0, 5.0], [3.0, 3.0, 2.0]],
        [[0, 0, 1], [0.5, 0.5, 1]],
        [[0, 0, 0], [0, 0, 0]],
    ),
    # PyTorch has zeros, if the last pivot is 0.
    Convention("determinant that is 0", lambda x: tg.det(x), [[[1.0, 2.0], [2.0, 4.0]]], [[[4, -2], [-2, 1]]]),
    Convention(
        "determinant of rank n - 1, reflected",
        lambda x: tg.det(x),
        [[[-2.0, 1.0, -2.0], [1.0, 0.0, 3.0], [2.0, -2.0, -2.0]]],
        [[[6, 8, -2], [6, 8, -2], [3, 4, -1]]],
        [[[-3, 6, -3], [-3, -4, 7], [6, -2, -4]]],
    ),
    Convention(
        "determinants, of which one is 0",
        lambda x: tg.det(x),
        [[[[[1.0, 2.0], [3.0, 5.0]]], [[[2.0, 1.0], [4.0, 2.0]]]]],
        [[[[[5, -3], [-2, 1]]], [[[2, -4], [-1, 2]]]]],
        [[[[[1, -1], [-1, 1]]], [[[1, -1], [-1, 1]]]]],
    ),
    # PyTorch has huge numbers, or an error, as its decomposition is of a matrix moved a little.
    Convention(
        "log |det A| of a singular matrix",
        lambda x: tg.slogdet(x).logabsdet,
        [[[0.0, -2.0, -2.0], [-2.0, 0.0, 3.0], [2.0, 2.0, -1.0]]],
        [[[-inf, inf, -inf]] * 3],
    ),
    # PyTorch has NaN where a letter is impossible that some paths would have.
    Convention(
        "CTC beside an impossible letter",
        loss_of_a_letter,
        [[[[log(1 / 3)] * 3], [[0.0, -inf, -inf]], [[log(1 / 3)] * 3]]],
        [[[[-1 / 6, 1 / 3, -1 / 6]], [[0, 0, 0]], [[-1 / 6, 1 / 3, -1 / 6]]]],
    ),
]
