"""Losses of extreme answers."""

from __future__ import annotations

from typing import Any

from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg


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
