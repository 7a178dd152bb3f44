"""Layers and losses that hold the settings of a function, against PyTorch's: results and gradients.

Settings and inputs are those of the function's row in tests/support/calls/. As the functions themselves are compared in
test_rows_parity.py, to second order, only ``python -m tests.parity`` runs this (see conftest.py).
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.calls import CALLS, FUNCTION_OF, RANDOM
from support.evidence import ENOUGH
from support.public import own

import tinygrad_edu as tg
from tinygrad_edu import nn

from .twins import compare, torch

# Compared as functions alone: PyTorch's are less exact, warn, fail on some layouts, or have no slope by the target.
AS_FUNCTIONS = {"BCELoss", "CTCLoss", "Hardsigmoid", "KLDivLoss", "MaxPool3d", "SoftMarginLoss"}
HOLDING = [kind for kind in FUNCTION_OF if hasattr(torch.nn, kind.__name__) and FUNCTION_OF[kind] not in RANDOM]
HOLDING = [kind for kind in HOLDING if kind.__name__ not in AS_FUNCTIONS]


@pytest.mark.parametrize("kind", HOLDING, ids=lambda kind: kind.__name__)
@settings(max_examples=ENOUGH)
@given(data=st.data())
def test_a_layer_that_holds_settings_computes_what_pytorch_s_does(kind: type[nn.Module], data: st.DataObject) -> None:
    call = data.draw(CALLS[FUNCTION_OF[kind]])
    taken = inspect.signature(kind).parameters
    found = {**call.settings, **call.places}
    held = {each: value for each, value in found.items() if each in taken and each != "inplace"}
    if "target" in call.places:  # of probabilities it ignores none
        held.pop("ignore_index", None)
    inputs = [found[each] for each in inspect.signature(kind.forward).parameters if each in found]
    mine, theirs = (getattr(m.nn, kind.__name__)(**{each: own(m, x) for each, x in held.items()}) for m in (tg, torch))
    compare(mine, theirs, *map(as_array, inputs), order=1)


def as_array(value: Any) -> Any:
    """A tensor or a number as the array that both modules make their own of."""
    if isinstance(value, tg.Tensor):
        value = value.detach().numpy()
    return np.asarray(value) if isinstance(value, np.ndarray | np.generic) else value
