"""Functions none of whose results has a gradient: they must be constant, or have jumps only."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import GradcheckError, Mistake
from tinygrad_edu.testing import away_from, check_gradients, reals
from tinygrad_edu.testing.agreement import proven


def test_what_leaves_the_graph_is_found() -> None:
    with pytest.raises(GradcheckError, match="no output requires a gradient, but differences by input 0") as raised:
        check_gradients(lambda x: x.detach().sin(), reals())
    assert raised.value.mistake is Mistake.MISSING


@pytest.mark.parametrize(
    "function",
    [lambda x: tg.full_like(x.detach(), 3.0), lambda x: (x.detach() > 0).double(), lambda x: x.detach().floor()],
)
def test_constants_and_jumps_are_right(function: Any) -> None:
    x = tg.tensor([0.3, -1.7, 2.4], dtype=tg.float64, requires_grad=True)
    proven(function, (x,), True)


def test_a_step_is_flat_everywhere_but_there() -> None:
    with pytest.raises(GradcheckError, match="leaves the graph"):
        check_gradients(lambda x: (x.detach() > 0) * x.detach(), away_from(0))
