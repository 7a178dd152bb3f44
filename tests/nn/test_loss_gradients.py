"""Every loss with every reduction, as a function and as a module, against differences: first and second order.

The losses are the functions that take a reduction. Targets that are numbers are differentiated by too, and
one tensor is now and then both input and target.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.calls import FUNCTION_OF, LOSSES, Call, takes
from support.proof import prove
from support.search import FEW

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional

every_loss = pytest.mark.parametrize("name", LOSSES)
every_reduction = pytest.mark.parametrize("reduction", ["none", "mean", "sum"])


def arguments(call: Call, same: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the leaves of a call, and how they are passed: if `same`, input and target are one tensor."""
    leaves = {name: tg.Tensor.wrap(array, requires_grad=True) for name, array in call.places.items()}
    first, *others = leaves
    target = {"input": "target", "y": "t"}.get(first)
    if not same or target not in others:
        return leaves, leaves
    passed = leaves | {target: leaves[first]}
    del leaves[target]
    return leaves, passed


@every_loss
@every_reduction
@given(data=st.data())
def test_the_gradients_of_a_loss(name: str, reduction: str, data: st.DataObject) -> None:
    call = data.draw(LOSSES[name])
    leaves, passed = arguments(call, same=data.draw(st.booleans()))
    prove(lambda: getattr(functional, name)(**passed, **call.settings, reduction=reduction), leaves)


@pytest.mark.parametrize(
    "kind", [kind for kind, name in FUNCTION_OF.items() if name in LOSSES], ids=lambda kind: kind.__name__
)
@every_reduction
@FEW
@given(data=st.data())
def test_the_gradients_of_a_loss_as_a_module(kind: type[nn.Module], reduction: str, data: st.DataObject) -> None:
    name = FUNCTION_OF[kind]
    call = data.draw(LOSSES[name])
    leaves, passed = arguments(call, same=False)
    everything = {**passed, **call.settings, "reduction": reduction}
    held = {each: value for each, value in everything.items() if takes(kind, each)}
    given_later = {each: value for each, value in everything.items() if takes(kind.forward, each)}
    module = kind(**held)
    prove(lambda: module(**given_later), {each: leaf for each, leaf in leaves.items() if each in held | given_later})

    expected = getattr(functional, name)(**held, **given_later)
    assert module(**given_later).equal(expected), "the module doesn't compute what its settings say"
