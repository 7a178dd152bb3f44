"""Every kind of sum is as exact as benchmarks/accuracy.py wants it, without PyTorch beside it; no kind is missing."""

from __future__ import annotations

import math

import numpy as np
import pytest

import tinygrad_edu as tg
from benchmarks.accuracy import KINDS, LAYOUTS, Row, main, rows
from tinygrad_edu.ops.table import TABLE

# The rules with a dimension whose sums are measured nowhere, and why.
WITHOUT_SUMS = {
    "amax": "counts equal values",
    "amin": "counts equal values",
    "cat": "joins",
    "cross": "adds two products",
    "cumprod": "multiplies",
    "discounted": "adds one after another in float64, as each sum is a factor of the next; its float64 drifts, like n",
    "prod": "multiplies",
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_sum_of_this_kind_is_further_off_than_its_limit(kind: str) -> None:
    above = [row for row in rows([kind], 20_000, [tg]) if not row.ours <= row.limit]
    assert not above, above[0]


@pytest.mark.parametrize("kind", ["gradient of linear's bias", "cumsum", "mean"])
def test_nor_is_a_long_one(kind: str) -> None:
    above = [row for row in rows([kind], 200_000, [tg]) if not row.ours <= row.limit]
    assert not above, above[0]


def test_every_rule_that_works_along_a_dimension_is_measured() -> None:
    measured = {rule for kind in KINDS.values() for rule in kind.rules}
    along = {name for name, primitive in TABLE.items() if "dim" in primitive.params}
    assert measured <= TABLE.keys()
    for name in sorted(along - measured):
        assert name in WITHOUT_SUMS, (
            f"the rule {name} works along a dimension: measure its sums by a Kind in benchmarks/accuracy.py, or say in "
            "WITHOUT_SUMS of tests/benchmarks/test_accuracy.py why it has none"
        )
    assert not measured & WITHOUT_SUMS.keys()


def test_the_limit_is_twice_that_of_pytorch_or_the_bound() -> None:
    assert Row("sum", "float32", "one row", "random", 1024, 1.0, None).limit == 4 * math.log2(1024)
    assert Row("sum", "float32", "one row", "random", 1024, 1.0, 100.0).limit == 200
    assert Row("sum", "float32", "one row", "random", 1, 1.0, 0.0).limit == 4


def test_the_command_prints_the_worst_and_says_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.accuracy.find_spec", lambda name: name == "tinygrad_edu")
    assert main(["sum", "--longest", "2"]) == 0
    *table, last = capsys.readouterr().out.splitlines()
    assert len(table) == 1 + 2 * 2  # a heading; two lengths of two dtypes
    assert last == "all within their limits"
    with pytest.raises(SystemExit):
        main(["no such kind"])
    assert "no kind is called no such kind" in capsys.readouterr().err


def test_a_sum_that_drifts_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_after_the_other(x: tg.Tensor, dim: int) -> tg.Tensor:
        return tg.from_numpy(np.asarray(x.numpy().cumsum(dim).take(-1, dim)))

    monkeypatch.setitem(KINDS, "sum", KINDS["sum"]._replace(compute=lambda m, x, dim: one_after_the_other(x, dim)))
    found = {row.layout for row in rows(["sum"], 100_000, [tg]) if row.ours > row.limit}
    assert found == LAYOUTS.keys()
