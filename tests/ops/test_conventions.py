"""What the gradient is where there is none: the tables of support/conventions/, held to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.conventions import ALL, DIFFERENT, UNKNOWN, Convention

import tinygrad_edu as tg

EVERY = [*ALL, *DIFFERENT, *UNKNOWN]


def by_name(convention: Convention) -> str:
    return convention.name


def tensors(convention: Convention) -> list[Any]:
    return [tg.tensor(values, dtype=tg.float64, requires_grad=True) for values in convention.inputs]


@pytest.mark.parametrize("convention", EVERY, ids=by_name)
def test_first_order(convention: Convention) -> None:
    inputs = tensors(convention)
    found = tg.autograd.grad(convention.function(*inputs).sum(), inputs)
    for gradient, expected in zip(found, convention.first, strict=True):
        np.testing.assert_allclose(gradient.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("convention", EVERY, ids=by_name)
def test_recorded_it_is_the_same(convention: Convention) -> None:
    """With create_graph=True the same rules run on tensors: the convention must not depend on that."""
    inputs = tensors(convention)
    found = tg.autograd.grad(convention.function(*inputs).sum(), inputs, create_graph=True)
    for gradient, expected in zip(found, convention.first, strict=True):
        np.testing.assert_allclose(gradient.detach().numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("convention", [each for each in EVERY if each.second is not None], ids=by_name)
def test_second_order(convention: Convention) -> None:
    inputs = tensors(convention)
    first = tg.autograd.grad(convention.function(*inputs).sum(), inputs, create_graph=True)
    ones = [tg.ones_like(each) for each in first]
    recorded = [each for each in first if each.requires_grad]  # a constant gradient records nothing
    if recorded:
        found = tg.autograd.grad(recorded, inputs, ones[: len(recorded)], materialize_grads=True)
    else:
        found = tuple(tg.zeros_like(each) for each in inputs)
    for gradient, expected in zip(found, convention.second or [], strict=True):
        rounding = 1e-15 * np.max(np.abs(expected)) if convention.name.startswith("cdist with p") else 0  # of 3 - 3
        np.testing.assert_allclose(gradient.numpy(), expected, rtol=1e-12, atol=rounding)
