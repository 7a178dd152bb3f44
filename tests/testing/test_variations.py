"""The same values given otherwise, at a single point: laid out otherwise, of other operands, in float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from corpus.wrong_shapes import WRONG as WRONG_SHAPES
from corpus.wrong_uses import WRONG as WRONG_USES
from corpus.wrong_uses import KeepsWhatIsNeeded, OneAlone, ScaledByCount
from support.operations import function

import tinygrad_edu as tg
from tinygrad_edu.autograd import GradcheckError, Mistake, elementwise
from tinygrad_edu.testing.agreement import proven


def leaf(values: Any) -> tg.Tensor:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


@pytest.mark.parametrize("name", ["column_by_column", "backwards", "every_second"])
def test_a_rule_that_reads_memory_as_it_lies_is_found_from_rows(name: str) -> None:
    with pytest.raises(GradcheckError, match="right where the operands lie in memory row by row, and wrong in another"):
        proven(WRONG_SHAPES[name].operation, (leaf([[0.5, 1.0], [2.0, -1.5]]),), True)


@pytest.mark.parametrize("operation", [KeepsWhatIsNeeded.apply, OneAlone.apply, ScaledByCount.apply])
def test_a_gradient_that_is_another_one_alone_is_found(operation: Callable[..., Any]) -> None:
    with pytest.raises(GradcheckError, match=r"wrong where one doesn't \(only input [01] requires one\)"):
        proven(operation, (leaf(0.5), leaf(3.0)), True)


def test_of_three_operands_one_is_left_out_and_one_is_alone() -> None:
    asked: list[tuple[bool, ...]] = []

    def product(*operands: Any) -> Any:
        asked.append(tuple(each.requires_grad for each in operands))
        return operands[0] * operands[1] * operands[2]

    proven(product, (leaf(0.5), leaf(3.0), leaf([1.0, 2.0])), False)
    assert len(set(asked)) == 1 + 3 + 3


def test_a_rule_that_is_wrong_in_float32_is_found() -> None:
    with pytest.raises(
        GradcheckError, match=r"right in float64, and another one in float32.*2 times as much"
    ) as caught:
        proven(WRONG_USES["of_single_only"].operation, (leaf([0.5, 1.0]),), True)
    assert caught.value.mistake is Mistake.DTYPE


def test_a_backward_that_fails_in_float32_alone_is_found_and_that_is_said() -> None:
    def picky(g: Any, x: Any) -> Any:
        if x.dtype != tg.float64:
            raise TypeError("wanted float64")
        return g * x.cos()

    with pytest.raises(
        GradcheckError, match=r"backward failed.*wanted float64; it is right in float64, not in float32"
    ):
        proven(function(lambda x: x.sin(), picky), (leaf(0.5),), False)


def refuses_float32(x: Any) -> Any:
    if x.dtype == tg.float32:
        raise TypeError("refuses_float32: wanted float64")
    return x.sin()


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        (refuses_float32, [0.5, 1.0]),
        (lambda x: x.softmax(-1), [1.0, 300.0]),  # float32 has no 1e-131
        (lambda x: (x + 1e8) - 1e8 + x, [0.5, 1.0]),  # nor a 1 beside 1e8
        (lambda x: (1e6 * x).sin(), [0.7, 1.3]),
        (lambda x: (x - 0.1).abs() + tg.where(x.to(tg.float64) > 0.1, x, 0), [0.1, 0.3]),
        (lambda x: 1 / (1 + (-x).exp()), [-100.0, 1.0]),
        (elementwise(lambda x: x**2, name="from_a_table", x=lambda g, x: g * np.float64(2.0) * x), [0.5, 1.0]),
    ],
    ids=["refused", "underflow", "cancelling", "quick", "corner", "overflow", "a float64 constant"],
)
def test_what_float32_can_not_tell_raises_no_alarm(operation: Callable[[Any], Any], values: list[float]) -> None:
    proven(operation, (leaf(values),), False)


def test_what_is_a_tie_in_float32_alone_raises_no_alarm() -> None:
    x, y = (tg.tensor(value, dtype=tg.float64, requires_grad=True) for value in (0.5, 0.5 + 1e-12))
    proven(tg.minimum, (x, y), False)


@pytest.mark.parametrize("far", [50.0, 100.0, 300.0, 600.0])
def test_a_gradient_below_all_numbers_of_float32_may_be_0_there(far: float) -> None:
    def loss(scores: tg.Tensor) -> tg.Tensor:
        return tg.nn.functional.cross_entropy(scores, tg.zeros(1, dtype=tg.int64))

    proven(loss, (leaf([[far, 0.0]]),), True)
