"""Corners and poles of functions of one number, and bounds."""

from __future__ import annotations

import numpy as np
from support.conventions.convention import Convention, inf, nan

import tinygrad_edu as tg

MANY = np.arange(-2500.0, 2501.0)  # where an operation may take another way than with few
VERY_MANY = np.tile(MANY, 4)  # where it may use memory again


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
        [[2.0, 5.0, 0.0], [-1.0, 3.0, 3.0]],
        [[0, 1, 1], [0, 0, 0]],
    ),
    Convention("relu of very many values", lambda x: x.relu() * 2, [VERY_MANY], [2 * (VERY_MANY > 0)], [VERY_MANY * 0]),
    Convention(
        "gelu of very many values",
        lambda x: tg.nn.functional.gelu(x),
        [VERY_MANY * 0],
        [VERY_MANY * 0 + 0.5],
        [VERY_MANY * 0 + np.sqrt(2 / np.pi)],
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
    Convention(
        "atan2 at (0, 0)",
        lambda x, y: tg.atan2(x, y),
        [[0.0, -0.0], [0.0, 0.0]],
        [[0, 0], [0, 0]],
        [[0, 0], [0, 0]],
    ),
    Convention("asin and acos at ±1", lambda x: tg.asin(x) - tg.acos(x), [[1.0, -1.0]], [[inf, inf]]),
    Convention("atanh at ±1", lambda x: tg.atanh(x), [[1.0, -1.0]], [[inf, inf]]),
    Convention("acosh at 1", lambda x: tg.acosh(x), [[1.0]], [[inf]]),
    Convention("sinc at 0", lambda x: tg.sinc(x), [[0.0]], [[0]], [[-np.square(np.pi) / 3]]),
    Convention(
        "sinc around 0.5, before 1 and far out",
        lambda x: tg.sinc(x),
        [[0.49999, 0.5, 0.99999, 100000.25]],
        [[-1.273227642106813, -1.2732395447351628, -1.0000199998065171, 7.071027626444775e-06]],
        [[-1.1902985416225393, -1.1902271282389358, 1.9999613031820718, -2.2214500575092923e-05]],
    ),
    Convention("i1 at 0", lambda x: tg.special.i1(x), [[-0.0, 0.0]], [[0.5, 0.5]], [[0, 0]]),
    Convention("i1e at 0", lambda x: tg.special.i1e(x), [[-0.0, 0.0]], [[0.5, 0.5]], [[0, 0]]),
    Convention("nan_to_num", lambda x: x.nan_to_num(1, 2, 3), [[nan, inf, -inf, 4.0]], [[0, 0, 0, 1]]),
    Convention("copysign of 0", lambda x, y: tg.copysign(x, y), [[0.0, -2.0], [-1.0, 3.0]], [[0, -1], [0, 0]]),
    Convention("erfinv at ±1", lambda x: tg.erfinv(x), [[1.0, -1.0, 0.0]], [[inf, inf, np.sqrt(np.pi) / 2]]),
    Convention("lerp at the middle", lambda x, y: tg.lerp(x, y, 0.5), [[1.0], [3.0]], [[0.5], [0.5]], [[0], [0]]),
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
        "clamp of a row from below by one value",
        lambda x, low: x.clamp(min=low),
        [[0.0, 0.5, 2.0], [1.0]],
        [[0, 0, 1], [2]],
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
