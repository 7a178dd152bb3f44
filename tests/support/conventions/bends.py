"""Bends of activations and losses: the slope at the very place where one piece ends and the next begins."""

from __future__ import annotations

import numpy as np
from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg

BENDS = [
    Convention("hardshrink at ±lambda", lambda x: tg.nn.functional.hardshrink(x), [[-0.5, 0.0, 0.5]], [[0, 0, 0]]),
    Convention("softshrink at ±lambda", lambda x: tg.nn.functional.softshrink(x), [[-0.5, 0.0, 0.5]], [[0, 0, 0]]),
    Convention(
        "threshold at its threshold",
        lambda x: tg.nn.functional.threshold(x, 0.5, 2.0),
        [[0.25, 0.5, 0.75]],
        [[0, 0, 1]],
    ),
    Convention("relu6 at 0 and 6", lambda x: tg.nn.functional.relu6(x), [[0.0, 3.0, 6.0]], [[0, 1, 0]]),
    Convention("hardtanh at ±1", lambda x: tg.nn.functional.hardtanh(x), [[-1.0, 0.0, 1.0]], [[0, 1, 0]]),
    Convention("hardsigmoid at ±3", lambda x: tg.nn.functional.hardsigmoid(x), [[-3.0, 3.0]], [[0, 0]]),
    Convention("hardswish at ±3", lambda x: tg.nn.functional.hardswish(x), [[-3.0, 3.0]], [[0, 1]]),
    Convention(
        "elu at 0 and far above",
        lambda x: tg.nn.functional.elu(x, 2.0),
        [[-0.0, 0.0, 1000.0, nan]],
        [[2, 2, 1, 1]],
        [[0, 0, 0, 0]],
    ),
    Convention("elu with a factor below 0", lambda x: tg.nn.functional.elu(x, -1.0), [[-1.0, 1.0]], [[-np.exp(-1), 1]]),
    Convention(
        "celu at 0, beside it and far above",
        lambda x: tg.nn.functional.celu(x, 2.0),
        [[-5e-324, -0.0, 0.0, 10000.0, nan]],
        [[1, 1, 1, 1, 1]],
        [[0.5, 0, 0, 0, 0]],
    ),
    Convention(
        "selu at 0 and far above",
        lambda x: tg.nn.functional.selu(x),
        [[-0.0, 0.0, 1000.0, nan]],
        [[1.7580993408473766, 1.7580993408473766, 1.0507009873554805, 1.0507009873554805]],
        [[0, 0, 0, 0]],
    ),
    Convention("leaky_relu at 0", lambda x: tg.nn.functional.leaky_relu(x, 0.1), [[-0.0, 0.0]], [[0.1, 0.1]]),
    Convention(
        "leaky_relu that rises to both sides",
        lambda x: tg.nn.functional.leaky_relu(x, -0.5),
        [[-1.0, 1.0]],
        [[-0.5, 1]],
    ),
    Convention(
        "prelu at 0, steep above",
        lambda x, w: tg.nn.functional.prelu(x, w) * inf,
        [[0.0, 1.0], [0.25]],
        [[inf, inf], [nan]],
    ),
    Convention("softsign at 0", lambda x: tg.nn.functional.softsign(x), [[-0.0, 0.0]], [[1, 1]]),
    Convention(
        "prelu at 0", lambda x: tg.nn.functional.prelu(x, tg.ones(1).to(x.dtype) / 4), [[-0.0, 0.0]], [[0.25, 0.25]]
    ),
    Convention(
        "smooth_l1_loss at its bends",
        lambda x: tg.nn.functional.smooth_l1_loss(x, x.detach() * 0, reduction="sum"),
        [[-1.0, 0.0, 1.0]],
        [[-1, 0, 1]],
    ),
    Convention(
        "huber_loss at its bends",
        lambda x: tg.nn.functional.huber_loss(x, x.detach() * 0, reduction="sum", delta=0.5),
        [[-0.5, 0.0, 0.5]],
        [[-0.5, 0, 0.5]],
    ),
    Convention(
        "hinge_embedding_loss at the margin",
        lambda x: tg.nn.functional.hinge_embedding_loss(x, 0 * x.detach() - 1, reduction="sum"),
        [[0.5, 1.0, 1.5]],
        [[-1, -1, 0]],
    ),
    Convention(
        "margin_ranking_loss at the margin",
        lambda x: tg.nn.functional.margin_ranking_loss(x, 0 * x.detach(), 0 * x.detach() + 1, 0.5, reduction="sum"),
        [[0.25, 0.5, 0.75]],
        [[-1, -1, 0]],
    ),
]
