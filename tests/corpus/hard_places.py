"""Right operations that are hard to check: kinks, poles, edges, flats and cliffs, at all scales. One operand each."""

from __future__ import annotations

from typing import Any

import numpy as np
from support.operations import COARSE, function

import tinygrad_edu as tg
from corpus.case import Right, right
from tinygrad_edu.autograd import elementwise
from tinygrad_edu.testing import (
    away_from,
    between,
    magnitudes,
    nonzero,
    not_whole,
    positive,
    reals,
    unit_interval,
)

__all__ = ["RIGHT"]

F = tg.nn.functional
R = reals()
CLOSED = between(0, 1)
SIGNED = between(-1, 1)


def checked_probability(p: Any) -> Any:
    """The surprise of a coin; a probability outside of [0, 1] is refused."""
    if bool((p < 0).any()) or bool((p > 1).any()):
        raise ValueError("surprise: wanted probabilities from 0 to 1")
    return p * p * (1 - p)


arcsine = elementwise(np.arcsin, name="arcsine", x=lambda g, x: g * (1 - x * x) ** -0.5)
arccosine = elementwise(np.arccos, name="arccosine", x=lambda g, x: -g * (1 - x * x) ** -0.5)
elu = elementwise(
    lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    name="elu",
    x=lambda g, x: g * np.where(x > 0, 1, np.exp(np.minimum(x, 0))),
)


in_single = elementwise(
    lambda x: np.exp(np.asarray(x, np.float32)).astype(np.float64), name="in_single", x=lambda g, x: g * np.exp(x)
)
rounded = elementwise(
    lambda x: np.sqrt(x) * (1 + 1e-10 * np.sin(1e9 * np.log(x))), name="rounded", x=lambda g, x: g * 0.5 * x**-0.5
)


def xlogx(x: Any) -> Any:
    """With 0 at 0, as the limit is."""
    return tg.where(x > 0, x * tg.where(x > 0, x, 1).log(), 0)


def smooth_l1(x: Any, beta: float) -> Any:
    return tg.where(x.abs() < beta, x * x / (2 * beta), x.abs() - beta / 2)


def slope_of_sinc(x: Any) -> Any:
    safe = np.where(abs(x) < 1e-2, 1.0, x)
    return (np.cos(safe) - np.sin(safe) / safe) / safe


RIGHT: dict[str, Right] = {
    # Kinks, of the function or of its slope alone
    "huber": right(lambda x: tg.where(x.abs() <= 1, x * x / 2, x.abs() - 0.5), R),
    "huber_of_halves": right(lambda x: tg.where(x.abs() <= 0.5, x * x / 2, 0.5 * (x.abs() - 0.25)), COARSE),
    "relu_squared": right(lambda x: x.relu() ** 2, R),
    "relu_cubed": right(lambda x: x.relu() ** 3, R),
    "signed_square": right(lambda x: x * x.abs(), R),
    "hard_swish": right(lambda x: x * (x + 3).clamp(0, 6) / 6, R),
    "elu": right(elu, R),
    "softsign": right(lambda x: x / (1 + x.abs()), R),
    "smooth_l1": right(lambda x: smooth_l1(x, 0.5), R),
    "absolute_sine": right(lambda x: (np.pi * x).sin().abs(), R),
    "sawtooth": right(lambda x: x - x.floor(), R),
    "staircase": right(lambda x: x.round() + x * x, R),
    "clamped_square": right(lambda x: (x * x).clamp(max=1), R),
    "three_pieces": right(
        lambda x: tg.where(x < -1, -2 * x - 1, tg.where(x < 1, x * x, 2 * x - 1)), between(-2, 2, step=0.25)
    ),
    "spline": right(lambda x: ((1 - x.abs()).relu()) ** 3 + (x - 1).relu() ** 2, R),
    "dead_zone": right(lambda x: x.sign() * (x.abs() - 0.5).relu(), R),
    # Infinite slopes at the edge
    "root": right(tg.sqrt, CLOSED),
    "root_of_positive": right(tg.sqrt, positive()),
    "cubed_root": right(lambda x: x**1.5, CLOSED),
    "arcsine": right(arcsine, SIGNED),
    "arccosine": right(arccosine, SIGNED),
    "half_circle": right(lambda x: (1 - x * x).sqrt(), SIGNED),
    "entropy": right(lambda p: -xlogx(p), CLOSED),
    "entropy_of_coin": right(lambda p: -(xlogx(p) + xlogx(1 - p)), CLOSED),
    "inverse_hyperbolic": right(lambda x: (x + (x * x - 1).sqrt()).log(), between(1, 3)),
    "checked_probability": right(checked_probability, CLOSED),
    "checked_inside": right(checked_probability, between(0.001, 0.999)),
    "logit": right(lambda p: (p / (1 - p)).log(), unit_interval()),
    "logarithm_at_the_edge": right(tg.log1p, between(-1, 1)),
    # Poles
    "pole": right(lambda x: 1 / x, R),
    "even_pole": right(lambda x: 1 / (x * x), R),
    "even_pole_of_halves": right(lambda x: 1 / (x * x), COARSE),
    "tangent": right(tg.tan, between(-5, 5)),
    "logarithm_of_size": right(lambda x: x.abs().log(), R),
    "gamma_like": right(lambda x: (np.pi * x).sin().reciprocal(), not_whole()),
    # Flat and steep
    "essential": right(lambda x: (-1 / (x * x)).exp(), nonzero()),
    "saturated": right(tg.sigmoid, between(-50, 50)),
    "saturated_far": right(tg.sigmoid, R),
    "sharp_tanh": right(lambda x: (100 * x).tanh(), R),
    "sharp_sigmoid": right(lambda x: (1000 * x).sigmoid(), SIGNED),
    "softplus": right(F.softplus, between(-60, 60)),
    "gelu": right(lambda x: x * (1.702 * x).sigmoid(), R),
    "bell": right(lambda x: (-x * x).exp(), R),
    "narrow_bell": right(lambda x: (-((1000 * x) ** 2)).exp(), R),
    "exponential": right(tg.exp, R),
    "ninth_power": right(lambda x: x**9, R),
    "twentieth_root": right(lambda x: x**0.05, positive()),
    "quick": right(lambda x: (1000 * x).sin(), R),
    "chirp": right(lambda x: (x * x).sin(), R),
    "wild_at_zero": right(lambda x: x * x * (1 / tg.where(x == 0, 1, x)).sin(), away_from(0, low=-1, high=1, gap=0.01)),
    "constant": right(lambda x: 0 * x + 1, R),
    "nothing": right(lambda x: x - x, R),
    "unmoved": right(lambda x: x * 0, R),
    # Scales
    "tiny": right(lambda x: 1e-8 * x, R),
    "huge": right(lambda x: 1e8 * x * x, R),
    "logarithm": right(tg.log, positive()),
    "many_orders": right(lambda x: x.log() * x, between(1e-8, 1e8)),
    "near_zero": right(lambda x: x * x, between(1e-8, 1e-7)),
    "far_away": right(lambda x: x.sqrt(), between(1e7, 1e8)),
    "cancelling": right(lambda x: (x + 1e8) - 1e8 + x, R),
    "one_minus_cosine": right(lambda x: 1 - x.cos(), between(-1e-3, 1e-3)),
    "expm1": right(lambda x: (x.exp() - 1) / x, between(0.1, 10)),
    "small_above_large": right(lambda x: 1e6 + x.sin(), R),
    "powers_of_ten": right(lambda x: 10**x, between(-8, 8)),
    "decades": right(lambda x: x.log1p(), magnitudes()),
    "signed_decades": right(lambda x: x * x, magnitudes(1e-4, 1e4, signed=True)),
    # Noisy, as said
    "in_single": right(in_single, between(-2, 2), noise=1e-6),
    "rounded_values": right(rounded, positive(), noise=1e-9),
    # Written by hand, and right
    "own_sinc": right(
        elementwise(
            lambda x: np.where(x == 0, 1.0, np.sin(x) / np.where(x == 0, 1.0, x)),
            name="own_sinc",
            x=lambda g, x: g * np.where(abs(x) < 1e-2, x * (x * x / 30 - 1 / 3), slope_of_sinc(x)),
        ),
        R,
    ),
    "own_softplus": right(
        elementwise(lambda x: np.logaddexp(0, x), name="own_softplus", x=lambda g, x, out: g * np.exp(x - out)), R
    ),
    "own_relu": right(function(lambda x: x.relu(), lambda g, x: g * (x > 0)), R),
    "own_abs": right(elementwise(np.abs, name="own_abs", x=lambda g, x: g * np.sign(x)), R),
}
