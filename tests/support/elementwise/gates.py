"""The rows of the elementwise operations of ops/gates.py: how they are called, and what they are exactly."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from mpmath import mp
from support.arrays import ANY, BESIDE_CORNERS
from support.elementwise.row import Row, pointwise
from support.exact import Exact, of_networks, sigmoid, slope_of_sigmoid, softplus


def below(x: Any) -> Any:
    return mp.ncdf(x) if abs(x) < 1000 else mp.mpf(x > 0)


def slope_of_gelu(x: Any) -> Any:
    return below(x) + x * mp.npdf(x)


def slope_of_mish(x: Any) -> Any:
    return mp.tanh(softplus(x)) + x * sigmoid(x) / mp.cosh(softplus(x)) ** 2


FAR_OUT = 40  # of x (1 - p), where 1 - p has no digits beyond those of 1, and is multiplied

# The slopes are sums of two numbers of either sign, each of the size of 1.
GATES: dict[str, Row] = {
    "gelu": Row(
        pointwise(ANY, approximate=st.sampled_from(["none", "tanh"])),
        Exact(
            lambda x: x * below(x) if x > -4 else None,  # further out tests/nn/functional/test_gates.py asks for less
            (slope_of_gelu,),
            of_networks("gelu"),
            limit=1500,  # the error of a sigmoid's operand counts as often as it is large; PyTorch has no digits there
            last_place_of=1,
        ),
    ),
    "hardswish": Row(
        pointwise(BESIDE_CORNERS),
        Exact(
            lambda x: x * max(min(x + 3, mp.mpf(6)), mp.mpf(0)) / 6,
            (lambda x: (x / 3 + mp.mpf(0.5) if x < 3 else mp.mpf(1)) if x > -3 else mp.mpf(0),),
            of_networks("hardswish"),
            last_place_of=1,
        ),
    ),
    "mish": Row(
        pointwise(ANY),
        Exact(
            lambda x: x * mp.tanh(softplus(x)),
            (slope_of_mish,),
            of_networks("mish"),
            slope_limit=FAR_OUT,
            last_place_of=1,
            on_the_way=lambda x: (mp.exp(x),),
        ),
    ),
    "normal_cdf": Row(pointwise(ANY), "what gelu passes of 1"),
    "silu": Row(
        pointwise(ANY),
        Exact(
            lambda x: x * sigmoid(x),
            (lambda x: sigmoid(x) + x * slope_of_sigmoid(x),),
            of_networks("silu"),
            slope_limit=FAR_OUT,
            last_place_of=1,
            on_the_way=lambda x: (mp.exp(-x),),
        ),
    ),
}
