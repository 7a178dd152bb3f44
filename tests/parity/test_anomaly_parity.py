"""Anomaly detection: the same programs are refused as in PyTorch, with the same first line."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from support.evidence import LEDGER

import tinygrad_edu as tg

torch = pytest.importorskip("torch")


def outcome(m: Any, expression: str, **options: Any) -> str:
    """Return the first line of the error, or that there is none."""
    x, y = (m.tensor(values, requires_grad=True) for values in ([0.0, 1.0, 4.0], [-1.0, 0.0, 2.0]))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Anomaly Detection has been enabled|Error detected in|var\\(\\)")
        try:
            with m.autograd.detect_anomaly(**options):
                eval(expression, {"m": m, "x": x, "y": y}).sum().backward()
        except RuntimeError as error:
            return str(error).splitlines()[0]
    return "fine"


@pytest.mark.parametrize(
    "expression",
    [
        "x * 2",
        "x.sqrt()",
        "x.sqrt() * x",
        "x.log()",
        "x.log() * x",
        "(x * x).sqrt()",
        "m.where(x > 0, x.log(), m.zeros(3))",
        "m.where(x > 0, x.sqrt(), m.zeros(3))",
        "y.sqrt()",
        "x / x",
        "x / y",
        "(x * 1000).exp()",
        "(x * 1000).exp() / (x * 1000).exp()",
        "(x * 1000).exp() * (x * 1000).exp()",
        "m.softmax(x * 1000, 0).log() * y",
        "m.softmax(x.masked_fill(x > 0, -m.inf), 0)",
        "m.softmax(x * 0 - m.inf, 0)",
        "x.norm()",
        "(x - x).norm()",
        "(x - 1).abs() ** 0.5 * 0",
        "x.acos()",
        "x[:1].var()",
        "m.nn.functional.cosine_similarity(x, y, 0)",
        "m.stack([x, x.sqrt()]).prod(0)",
    ],
)
def test_the_same_programs_are_refused(expression: str) -> None:
    assert outcome(tg, expression) == outcome(torch, expression)
    assert outcome(tg, expression, check_nan=False) == outcome(torch, expression, check_nan=False) == "fine"
    LEDGER.count("tg.autograd.detect_anomaly", ["value"])


def test_the_switch() -> None:
    for m in (tg, torch):
        assert (m.is_anomaly_enabled(), m.is_anomaly_check_nan_enabled()) == (False, True)
        with m.autograd.set_detect_anomaly(True, check_nan=False):
            assert (m.is_anomaly_enabled(), m.is_anomaly_check_nan_enabled()) == (True, False)
            with m.autograd.set_detect_anomaly(False):
                assert (m.is_anomaly_enabled(), m.is_anomaly_check_nan_enabled()) == (False, True)
            assert (m.is_anomaly_enabled(), m.is_anomaly_check_nan_enabled()) == (True, False)
        assert (m.is_anomaly_enabled(), m.is_anomaly_check_nan_enabled()) == (False, True)
