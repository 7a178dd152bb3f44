"""The public functions of each rule compute that rule: the function, the method, the method that works in place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.cases import CASES
from support.public import FORMS, accepts, place, public_call

import tinygrad_edu as tg
from tinygrad_edu.ops.table import TABLE


def gradients(result: Any, places: list[Any]) -> list[np.ndarray]:
    upstream = tg.tensor(np.cos(np.arange(result.numel()))).reshape(result.shape)
    found = tg.autograd.grad(result, places, upstream, materialize_grads=True)
    return [each.numpy() for each in found]


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
def test_a_public_function_computes_its_rule(name: str, data: st.DataObject) -> None:
    case, written = data.draw(CASES[name]), data.draw(st.sampled_from(FORMS[name]))
    assume(accepts(written, name, case))

    operands = [place(tg, each) for each in case.operands]
    places = [each for each in operands if isinstance(each, tg.Tensor) and each.requires_grad]
    expected = TABLE[name](*operands, **case.params)
    call = public_call(tg, written, name, case)
    if written.endswith("_"):
        assume(expected.shape == call.operands[0].shape)  # what is broadcast doesn't fit its place
        result = call()
        assert result is call.operands[0]
    else:
        result = call()
        for mine, rules in zip(gradients(result, call.places), gradients(expected, places), strict=True):
            np.testing.assert_array_equal(mine, rules)
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result.detach().numpy(), expected.detach().numpy())
