"""The table of conventions against PyTorch itself, where that is installed: the same functions, on its tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from ops.test_conventions import by_name
from support.conventions import ALL, DIFFERENT, FILES, UNKNOWN, Convention

torch = pytest.importorskip("torch")

# PyTorch warns of too few values for a variance.
pytestmark = pytest.mark.filterwarnings("ignore:var:UserWarning", "ignore:std:UserWarning")
CLOSENESS = 1e-8  # its bound in binary cross-entropy is 1e-12 in float32
# PyTorch has zeros if the last pivot is exactly 0, which it is on some processors.
ZEROS_ON_SOME_MACHINES = {"determinant of rank n - 1"}


@pytest.fixture(autouse=True)
def its_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    for file in FILES:
        monkeypatch.setattr(file, "tg", torch, raising=False)


def tensors(convention: Convention) -> list[Any]:
    return [torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in convention.inputs]


def arrays(gradients: Sequence[Any], inputs: Sequence[Any]) -> list[np.ndarray]:
    """The gradients as arrays; PyTorch may have None or a tensor without memory where all is 0."""
    zeros = [torch.zeros_like(each) for each in inputs]
    return [
        (zero if each is None else each + zero).detach().numpy() for each, zero in zip(gradients, zeros, strict=True)
    ]


def first_gradients(convention: Convention) -> list[np.ndarray]:
    inputs = tensors(convention)
    return arrays(torch.autograd.grad(convention.function(*inputs).sum(), inputs, allow_unused=True), inputs)


def second_gradients(convention: Convention) -> list[np.ndarray]:
    inputs = tensors(convention)
    first = torch.autograd.grad(convention.function(*inputs).sum(), inputs, create_graph=True, allow_unused=True)
    recorded = [each.sum() for each in first if each is not None and each.requires_grad]
    second = torch.autograd.grad(sum(recorded), inputs, allow_unused=True) if recorded else [None] * len(inputs)
    return arrays(second, inputs)


@pytest.mark.parametrize("convention", ALL, ids=by_name)
def test_first_order(convention: Convention) -> None:
    for theirs, ours in zip(first_gradients(convention), convention.first, strict=True):
        if convention.name not in ZEROS_ON_SOME_MACHINES or theirs.any():
            np.testing.assert_allclose(theirs, ours, rtol=CLOSENESS)


@pytest.mark.parametrize("convention", DIFFERENT, ids=by_name)
def test_what_differs_on_purpose(convention: Convention) -> None:
    try:
        theirs = first_gradients(convention)
    except torch.linalg.LinAlgError:  # of singular matrices, on some machines
        return
    pairs = zip(theirs, convention.first, strict=True)
    assert not all(np.allclose(theirs, ours, equal_nan=True) for theirs, ours in pairs)


@pytest.mark.parametrize("convention", UNKNOWN, ids=by_name)
def test_what_it_has_no_derivative_for(convention: Convention) -> None:
    with pytest.raises(RuntimeError, match="is not implemented"):
        second_gradients(convention)


@pytest.mark.parametrize("convention", [each for each in ALL if each.second is not None], ids=by_name)
def test_second_order(convention: Convention) -> None:
    for theirs, ours in zip(second_gradients(convention), convention.second or [], strict=True):
        known = ~np.isnan(theirs)  # at a corner of norm or std PyTorch may have NaN
        np.testing.assert_allclose(theirs[known], np.asarray(ours)[known], rtol=CLOSENESS)
