"""The argument `inplace`: wherever it stands, and beside whatever settings."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu.api._reading import real
from tinygrad_edu.nn.functional._in_place import or_in_place


@or_in_place
@real
def leaky(input: Any, slope: float = 0.5, inplace: bool = False, power: int = 1) -> Any:
    """A function with settings on either side."""
    return tg.where(input > 0, input, input * slope) ** power


@pytest.mark.parametrize(
    ("settings", "named", "result", "slopes"),
    [
        ((), {"inplace": True}, [-1.0, 2.0], [0.5, 1.0]),
        ((0.25, True), {}, [-0.5, 2.0], [0.25, 1.0]),
        ((0.25, True, 2), {}, [0.25, 4.0], [-0.25, 4.0]),
        ((0.25,), {"inplace": True, "power": 2}, [0.25, 4.0], [-0.25, 4.0]),
        ((), {"slope": 0.25, "inplace": True}, [-0.5, 2.0], [0.25, 1.0]),
    ],
)
def test_in_place_the_result_is_the_input(settings: Any, named: Any, result: list[float], slopes: list[float]) -> None:
    leaf = tg.tensor([-2.0, 2.0], requires_grad=True)
    x = leaf * 1
    assert leaky(x, *settings, **named) is x
    assert x.tolist() == result
    x.sum().backward()
    assert leaf.grad is not None
    assert leaf.grad.tolist() == slopes


@pytest.mark.parametrize(
    ("settings", "named"), [((), {}), ((0.25,), {}), ((0.25, False), {}), ((), {"inplace": False})]
)
def test_else_the_input_stays(settings: Any, named: Any) -> None:
    x = tg.tensor([-2.0, 2.0])
    assert leaky(x, *settings, **named) is not x
    assert x.tolist() == [-2.0, 2.0]


def test_what_can_not_hold_the_result_is_refused() -> None:
    with pytest.raises(RuntimeError, match="leaky_: the result is float32 and can't be put into an int64 tensor"):
        leaky(tg.tensor([-1, 2]), inplace=True)
