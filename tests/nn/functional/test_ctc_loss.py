"""CTC: by plain loops, by all paths there are, and its derivatives where log_probs are those of a softmax."""

from __future__ import annotations

import itertools
from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.arrays import arrays
from support.proof import prove
from support.search import FEW

import tinygrad_edu as tg
from tinygrad_edu.nn import CTCLoss
from tinygrad_edu.nn.functional import ctc_loss

BLANK = 0
TEXTS = [[], [1], [2, 1], [1, 1], [1, 2, 1], [1, 1, 1, 1]]


def by_plain_loops(log_probs: np.ndarray, text: list[int], blank: int = BLANK) -> float:
    """-log P of one sequence, by the forward recursion: for each frame, for each state, from where it is reached."""
    states = [blank]
    for letter in text:
        states += [letter, blank]

    def log_sum(*terms: float) -> float:
        total = sum(exp(each) for each in terms)
        return log(total) if total else -inf

    alpha = [float(log_probs[0, letter]) if s < 2 else -inf for s, letter in enumerate(states)]
    for frame in log_probs[1:]:
        before = alpha
        alpha = []
        for s, letter in enumerate(states):
            ways = before[max(s - 1, 0) : s + 1]
            if s >= 2 and letter != states[s - 2]:
                ways = [before[s - 2], *ways]
            alpha.append(float(frame[letter]) + log_sum(*ways))
    return -log_sum(*alpha[-2:])


def by_all_paths(log_probs: np.ndarray, text: list[int], blank: int = BLANK) -> float:
    """-log of the probability of all paths that read as the text, one after the other."""
    total = 0.0
    for path in itertools.product(range(log_probs.shape[1]), repeat=len(log_probs)):
        if [letter for letter, _ in itertools.groupby(path) if letter != blank] == text:
            total += exp(sum(float(frame[letter]) for frame, letter in zip(log_probs, path, strict=True)))
    return -log(total) if total else inf


@pytest.mark.parametrize("text", TEXTS)
@FEW
@given(arrays((5, 3)))
def test_it_is_what_plain_loops_and_all_paths_say(text: list[int], log_probs: np.ndarray) -> None:
    x, target = tg.Tensor.wrap(log_probs), tg.tensor(text, dtype=tg.int64)
    losses = ctc_loss(x, target, (5,), (len(text),)).item() * max(len(text), 1)
    assert losses == pytest.approx(by_plain_loops(log_probs, text)) == pytest.approx(by_all_paths(log_probs, text))


def test_each_sequence_has_its_own_length_and_text() -> None:
    log_probs = np.log(np.random.default_rng(0).dirichlet(np.ones(3), (6, len(TEXTS))))
    frames = [6, 2, 5, 3, 4, 6]
    rows = np.zeros((len(TEXTS), 4), np.int64)
    for row, text in zip(rows, TEXTS, strict=True):
        row[: len(text)] = text
    found = ctc_loss(tg.tensor(log_probs), tg.tensor(rows), frames, [*map(len, TEXTS)], reduction="none")
    expected = [by_all_paths(log_probs[: frames[n], n], text) for n, text in enumerate(TEXTS)]
    np.testing.assert_allclose(found.numpy(), expected)
    assert expected[-1] == inf


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@FEW
@given(data=st.data())
def test_its_gradients_of_scores_under_log_softmax(reduction: str, data: st.DataObject) -> None:
    x = tg.Tensor.wrap(data.draw(arrays((4, 2, 3))), requires_grad=True)
    targets, lengths = tg.tensor([[1, 1], [2, 0]]), (tg.tensor([4, 3]), tg.tensor([2, data.draw(st.integers(0, 1))]))

    layer = CTCLoss(BLANK, reduction)
    prove(lambda: layer(x.log_softmax(2), targets, *lengths), {"x": x})


def test_a_loss_without_a_path_is_infinite_or_zero() -> None:
    x = tg.zeros(1, 2, 2, dtype=tg.float64).log_softmax(2).requires_grad_()
    targets, lengths = tg.tensor([[1, 1], [1, 1]]), ((1, 1), (2, 1))
    loss = ctc_loss(x, targets, *lengths, reduction="none")
    assert loss.tolist() == [inf, pytest.approx(log(2))]
    (slope,) = tg.autograd.grad(loss.sum(), x)
    assert slope[0, 0].isnan().all()
    assert not slope[0, 1].isnan().any()

    loss = ctc_loss(x, targets, *lengths, reduction="none", zero_infinity=True)
    assert loss.tolist() == [0, pytest.approx(log(2))]
    (slope,) = tg.autograd.grad(loss.sum(), x)
    assert slope[0].tolist() == [[0, 0], [pytest.approx(0.5), pytest.approx(-0.5)]]


def test_a_loss_without_a_path_that_counts_as_zero_has_no_second_derivative() -> None:
    scores = np.zeros((4, 1, 3))
    scores[..., 1] = -1000  # a letter so unlikely that, divided by it, anything overflows
    x = tg.tensor(scores, requires_grad=True)
    loss = ctc_loss(x.log_softmax(2), tg.tensor([[2, 2]]), (2,), (2,), reduction="sum", zero_infinity=True)
    (slope,) = tg.autograd.grad(loss, x, create_graph=True)
    (bend,) = tg.autograd.grad((slope * slope.detach().clone().normal_()).sum(), x)
    assert slope.tolist() == bend.tolist() == np.zeros((4, 1, 3)).tolist()


def test_impossible_letters_do_no_harm() -> None:
    probabilities = tg.tensor([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]], dtype=tg.float64)
    x = probabilities.log().requires_grad_()
    loss = ctc_loss(x, tg.tensor([1]), (2,), (1,))
    assert loss.item() == pytest.approx(-log(0.75))
    loss.backward()
    assert x.grad is not None
    assert x.grad.isfinite().all()
    assert ctc_loss(x, tg.tensor([2]), (2,), (1,)).item() == inf


def test_many_frames_lose_no_digits() -> None:
    frames = 2000
    x = tg.full((frames, 1, 2), 0.5).log().requires_grad_()
    loss = ctc_loss(x, tg.tensor([1]), (frames,), (1,), reduction="sum")
    assert loss.item() == pytest.approx(frames * log(2) - log(frames * (frames + 1) / 2), rel=1e-6)
    loss.backward()
    assert x.grad is not None
    assert x.grad.sum(-1).abs().max().item() < 1e-5


def test_a_letter_that_is_not_there_is_refused() -> None:
    x = tg.zeros(3, 1, 3).log_softmax(2)
    with pytest.raises(IndexError, match="label 3 is out of range for 3 classes"):  # PyTorch reads other memory
        ctc_loss(x, tg.tensor([[3]]), (3,), (1,))
    ctc_loss(x, tg.tensor([[1, 99]]), (3,), (1,))  # behind the text stands anything


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_of_float16_it_is_that_of_float32_rounded_once(reduction: str) -> None:
    half = tg.rand(6, 2, 4).log_softmax(2).half()
    arguments = (tg.tensor([[1, 2], [3, 3]]), (6, 5), (2, 2), BLANK, reduction)
    leaves = half.requires_grad_(), half.detach().float().requires_grad_()
    losses = [ctc_loss(x, *arguments) for x in leaves]
    slopes = [tg.autograd.grad(loss.sum(), x)[0] for loss, x in zip(losses, leaves, strict=True)]
    for mine, wide in (losses, slopes):
        assert mine.dtype is tg.float16
        assert mine.equal(wide.half())
