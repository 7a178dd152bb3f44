"""Which results share memory with their operand, for every call and memory layout, against PyTorch."""

from __future__ import annotations

import warnings

import pytest
from support.views import FORMS, LAYOUTS, sharing

import tinygrad_edu as tg

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("form", FORMS)
def test_what_shares_memory(form: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = {layout: sharing(tg, make, FORMS[form]) for layout, make in LAYOUTS.items()}
        theirs = {layout: sharing(torch, make, FORMS[form]) for layout, make in LAYOUTS.items()}
    assert ours == theirs
