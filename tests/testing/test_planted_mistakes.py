"""The kit proves itself: planted mistakes are found, shrunk and named; right operations raise no alarm."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, settings
from support.operations import MISTAKEN, RIGHT, Trial

import tinygrad_edu as tg
from tinygrad_edu.autograd import GradcheckError, Mistake
from tinygrad_edu.testing import check_gradients

LONG = settings().max_examples > 100
SEARCH = settings(max_examples=100, phases=[Phase.generate, Phase.shrink])  # 100 is hypothesis's own default
CAREFUL = settings(max_examples=1000 if LONG else 15)


def size_of(arguments: tuple[Any, ...]) -> int:
    """How many elements the tensors among the arguments have together."""
    return sum(each.numel() for each in arguments if isinstance(each, tg.Tensor))


@pytest.mark.parametrize("trial", MISTAKEN.values(), ids=MISTAKEN.keys())
def test_a_planted_mistake_is_found_shrunk_and_named(trial: Trial) -> None:
    sizes: list[int] = []

    def watched(*arguments: Any) -> Any:
        sizes.append(size_of(arguments))
        return trial.operation(*arguments)

    with pytest.raises(GradcheckError) as caught:
        check_gradients(watched, *trial.inputs, **trial.options, settings=SEARCH)
    assert caught.value.mistake is trial.mistake, str(caught.value)
    assert sizes[-1] <= 4, "the last call is that with the smallest example"


def test_every_kind_of_mistake_is_planted() -> None:
    kinds = {trial.mistake for trial in MISTAKEN.values()}
    # A kink is no mistake: it has tests of its own, and occurs in right operations.
    assert kinds == set(Mistake) - {Mistake.KINK}
    assert len(MISTAKEN) >= 20


@pytest.mark.filterwarnings("ignore:check_gradients.* no value")
@pytest.mark.parametrize("trial", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_operation_raises_no_alarm(trial: Trial) -> None:
    check_gradients(trial.operation, *trial.inputs, **trial.options, settings=CAREFUL)
