"""The table of `python -m tests.parity`: what is written down of a comparison, and its lines for a few names."""

from __future__ import annotations

import numpy as np
import pytest
from parity.__main__ import cell, table, unseen
from parity.decisions import decision
from parity.sweep import VARIATIONS, differs, further, sweep
from support.evidence import LEDGER, Ledger
from support.mistakes import calls

import tinygrad_edu as tg

from .expressions import agree

torch = pytest.importorskip("torch")


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    for name in ("counts", "kinds", "faults", "is_open"):
        monkeypatch.setattr(LEDGER, name, True if name == "is_open" else type(getattr(LEDGER, name))())
    return LEDGER


def test_what_was_compared_is_counted_by_name_and_column(ledger: Ledger) -> None:
    for number in range(10):
        agree("m.exp(a[:, ::2])" if number else "a.exp()", second=True, a=np.arange(4.0 + number).reshape(1, -1))
    agree("a.detach().exp_()", a=np.ones(3, np.float32))
    agree("m.exp(a, 1)", a=np.ones(3))
    counted = {column: ledger.counts["tg.exp", column] for column in ("value", "gradient", "second order")}
    assert counted == {"value": 11, "gradient": 10, "second order": 10}
    assert [cell("tg.exp", column) for column in ("value", "in place", "errors")] == ["✓", "1", "1"]
    assert unseen("tg.exp") == ["integers", "empty", "0-d", "broadcast", "negative dim", "options"]
    assert table(["tg.exp"])[1].split()[:6] == ["tg.exp", "✓", "✓", "✓", "1", "1"]


def test_what_disagrees_is_a_fault(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tg, "exp", tg.sin)
    with pytest.raises(AssertionError):
        agree("m.exp(a) * 1", a=np.ones(3))
    assert ("tg.sin", "value") in ledger.faults
    assert cell("tg.sin", "value") == "✗"


def test_the_sweep_finds_right_calls_equal_and_wrong_ones_refused() -> None:
    found = list(sweep({"hypot"}))
    assert {column for each in found for column in each.columns} >= {"value", "gradient", "second order", "errors"}
    assert [each.fault for each in found if each.fault and not decision(each.fault)] == []


def test_a_right_call_is_made_with_other_tensors_too() -> None:
    spoiled = [each.spoiled for each in further(calls("tg", "tg.exp", tg.exp, None))]
    assert spoiled[: len(VARIATIONS) + 1] == ["", *(f"tensors {words}" for words in VARIATIONS)]
    assert "input='text'" in spoiled


def test_results_that_differ_are_told_apart() -> None:
    assert differs(tg.ones(2), torch.ones(2)) == ""
    assert differs(tg.tensor([1.0, 2.001]), torch.tensor([1.0, 2.0])) == "[2.001] instead of [2.] at [1]"
    assert differs(tg.tensor([1.0, 2.001]), torch.tensor([1.0, 2.0]), {"float16", "float32"}) == ""
    assert differs(3, 4) == "3 instead of 4"
    assert differs((tg.ones(2).size(), True), (torch.ones(2).size(), True)) == differs(None, None) == ""
    assert differs(tg.ones(2), torch.ones(2, dtype=torch.float64)) == "float32 (2,) instead of float64 (2,)"
    assert "instead of" in differs((tg.ones(1), tg.zeros(1)), (torch.ones(1), torch.ones(1)))
    assert decision("tg.celu(...) is taken; in PyTorch: \"elu_cpu\" not implemented for 'Long'")
    assert decision("tg.exp(...) is taken") is None
