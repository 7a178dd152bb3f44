"""Where PyTorch walks a graph a second time without retain_graph, so does this package, to the same gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cases import CASES
from support.public import FORMS, found, public_call

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # PyTorch's, of what it does at its first call

WRITTEN = [each for forms in FORMS.values() for each in forms if not each.endswith("_") and found(each, torch)]
LEFT_OUT = {
    **dict.fromkeys(["m.norm", "m.Tensor.norm"], "PyTorch's has other dims"),
    **dict.fromkeys(["m.lerp", "m.Tensor.lerp"], "PyTorch has a rule of its own for a weight that is a number"),
}


def walked_twice(m: Any, written: str, name: str, case: Any) -> list[Any] | None:
    """The gradients after a first and a second walk; None if one isn't made."""
    call = public_call(m, written, name, case)
    try:
        result = call()
        weights = m.ones(result.shape, dtype=result.dtype)
        result.backward(weights)
        result.backward(weights)
    except (RuntimeError, TypeError, IndexError, ValueError):
        return None
    return [None if each.grad is None else each.grad.numpy() for each in call.places]


@pytest.mark.parametrize("written", [each for each in WRITTEN if each not in LEFT_OUT])
@settings(max_examples=4)
@given(data=st.data())
def test_a_second_walk(written: str, data: st.DataObject) -> None:
    name = next(name for name, forms in FORMS.items() if written in forms)
    case = data.draw(CASES[name])
    theirs = walked_twice(torch, written, name, case)
    if theirs is None:
        return
    ours = walked_twice(tg, written, name, case)
    assert ours is not None, f"{written}: PyTorch walks its graph twice"
    for one, other in zip(ours, theirs, strict=True):
        if one is not None and other is not None:
            np.testing.assert_allclose(one, other, rtol=1e-9)
