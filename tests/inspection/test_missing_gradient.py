"""Why a gradient is missing: each reason has its words, and they name what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.inspection import why_no_grad


def leaf() -> Any:
    return tg.tensor([1.0, 2.0], requires_grad=True)


def with_gradient() -> str:
    w = leaf()
    w.sum().backward()
    return why_no_grad(w)


def of_integers() -> str:
    places = tg.tensor([1, 2])
    return why_no_grad(places)


def without_asking() -> str:
    w = tg.ones(2)
    return why_no_grad(w)


def detached() -> str:
    w = leaf()
    seen = w.detach()
    said = why_no_grad(seen)
    assert w.requires_grad
    return said


def of_a_result() -> str:
    w = leaf()
    hidden = w * 2
    hidden.sum().backward()
    return why_no_grad(hidden)


def without_a_loss() -> str:
    w = leaf()
    return why_no_grad(w)


def without_recording() -> str:
    w = leaf()
    with tg.no_grad():
        loss = w.sum()
    return why_no_grad(w, loss)


def not_a_part() -> str:
    w, other = leaf(), leaf()
    loss = (w.detach() * other).sum()
    return why_no_grad(w, loss)


def not_yet() -> str:
    w = leaf()
    loss = (w * w).sum()
    return why_no_grad(w, loss)


def taken_away() -> str:
    w = leaf()
    loss = (w * w).sum()
    loss.backward()
    w.grad = None
    return why_no_grad(w, loss)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (with_gradient, "w has a gradient: see w.grad"),
        (of_integers, "places holds int64, and only floating-point numbers have gradients"),
        (without_asking, "w doesn't ask for a gradient: .* call w.requires_grad_"),
        (detached, "seen shows the memory of w, but outside the graph"),
        (of_a_result, "hidden is a result and no leaf.* call hidden.retain_grad"),
        (without_a_loss, "give the loss as the second argument"),
        (without_recording, "nothing was recorded for the loss: it was computed under no_grad"),
        (not_a_part, "the loss doesn't depend on w: its graph ends at other"),
        (not_yet, r"nothing has gone back yet: call loss\.backward\(\)"),
        (taken_away, "was taken away since: by zero_grad"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_each_reason_has_its_words(reason: Callable[[], str], words: str) -> None:
    assert re.search(words, reason())


def test_what_is_no_tensor_is_refused() -> None:
    with pytest.raises(TypeError, match="why_no_grad: tensor must be a tensor, got"):
        wrong(why_no_grad)(None)
    with pytest.raises(TypeError, match="why_no_grad: loss must be a tensor, got"):
        wrong(why_no_grad)(leaf(), 3.0)
