"""Cross-entropy and negative log-likelihood against their definitions, written out sample by sample."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import autograd, nn

F = nn.functional

RNG = np.random.default_rng(0)
REDUCTIONS = ["none", "mean", "sum"]


def log_softmax(x: np.ndarray) -> np.ndarray:
    return x - x.max(-1, keepdims=True) - np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True))


def by_definition(
    logs: np.ndarray, target: np.ndarray, weight: Any, ignored: int, reduction: str, smoothing: float = 0.0
) -> Any:
    """`logs` with the classes last; one sample after the other."""
    count = logs.shape[-1]
    weight = np.ones(count) if weight is None else weight
    losses, total = [], 0.0
    for row, t in zip(logs.reshape(-1, count), target.reshape(-1), strict=True):
        if t == ignored:
            losses.append(0.0)
        else:
            losses.append(-(1 - smoothing) * weight[t] * row[t] - smoothing / count * np.sum(weight * row))
            total += weight[t]
    if reduction == "none":
        return np.reshape(losses, target.shape)
    return np.sum(losses) / (total if reduction == "mean" else 1)


SHAPES = [(5,), (4, 5), (3, 5, 2), (2, 5, 3, 2)]


@pytest.mark.parametrize(
    ("shape", "reduction", "weighted", "ignored", "smoothing"),
    list(itertools.product(SHAPES, REDUCTIONS, [False, True], [-100, 0], [0.0, 0.3])),
)
def test_of_classes(shape: tuple[int, ...], reduction: str, weighted: bool, ignored: int, smoothing: float) -> None:
    x = RNG.standard_normal(shape)
    last = x if len(shape) == 1 else np.moveaxis(x, 1, -1)
    target = np.asarray(RNG.integers(1, 5, last.shape[:-1]))
    if target.size > 1:
        target.ravel()[0] = ignored
    weight = RNG.uniform(0.5, 2, 5) if weighted else None
    settings: dict[str, Any] = {"ignore_index": ignored, "reduction": reduction}
    if weighted:
        settings["weight"] = tg.tensor(weight)
    loss = F.cross_entropy(tg.tensor(x), tg.tensor(target), **settings, label_smoothing=smoothing)
    expected = by_definition(log_softmax(last), target, weight, ignored, reduction, smoothing)
    np.testing.assert_allclose(loss.numpy(), expected, rtol=1e-12, atol=1e-15)
    if not smoothing:
        loss = F.nll_loss(tg.tensor(x), tg.tensor(target), **settings)
        np.testing.assert_allclose(
            loss.numpy(), by_definition(last, target, weight, ignored, reduction), rtol=1e-12, atol=1e-15
        )


@pytest.mark.parametrize(
    ("shape", "reduction", "weighted", "smoothing"),
    list(itertools.product(SHAPES, REDUCTIONS, [False, True], [0.0, 0.3])),
)
def test_of_probabilities(shape: tuple[int, ...], reduction: str, weighted: bool, smoothing: float) -> None:
    x, p = RNG.standard_normal(shape), RNG.uniform(0, 1, shape)
    last, right = (x, p) if len(shape) == 1 else (np.moveaxis(x, 1, -1), np.moveaxis(p, 1, -1))
    weight = RNG.uniform(0.5, 2, 5) if weighted else np.ones(5)
    losses = -(log_softmax(last) * weight * (right * (1 - smoothing) + smoothing / 5)).sum(-1)
    settings: dict[str, Any] = {"weight": tg.tensor(weight)} if weighted else {}
    loss = F.cross_entropy(tg.tensor(x), tg.tensor(p), **settings, reduction=reduction, label_smoothing=smoothing)
    expected = {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]
    np.testing.assert_allclose(loss.numpy(), expected, rtol=1e-12)


def test_one_hot_probabilities_are_classes() -> None:
    x, t = tg.randn(4, 3), tg.tensor([0, 2, 1, 1])
    assert F.cross_entropy(x, F.one_hot(t, 3).float()).item() == pytest.approx(F.cross_entropy(x, t).item(), rel=1e-6)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_common_case_is_one_operation(reduction: str) -> None:
    x = tg.randn(4, 3, requires_grad=True)
    loss: Any = F.cross_entropy(x, tg.tensor([0, 2, 1, 1]), reduction=reduction)
    assert loss.grad_fn.name() == "CrossEntropyBackward0"
    assert [edge is x for edge in loss.grad_fn.edges] == [True]


@pytest.mark.parametrize("settings", [{}, {"weight": tg.tensor([0.5, 2.0, 1.0]).double()}, {"label_smoothing": 0.2}])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_gradients_of_both_orders(settings: dict[str, Any], reduction: str) -> None:
    x = tg.randn(4, 3, dtype=tg.float64, requires_grad=True)
    t = tg.tensor([0, 2, 1, 1])

    def loss(x: Any) -> Any:
        return F.cross_entropy(x, t, **settings, reduction=reduction).square().sum()

    (slope,) = autograd.grad(loss(x), x, create_graph=True)
    np.testing.assert_allclose(slope.detach().numpy(), numerical(loss, x), rtol=1e-5, atol=1e-8)
    (curve,) = autograd.grad(slope.square().sum(), x)

    def steepness(x: Any) -> Any:
        fresh = x.detach().requires_grad_()
        return autograd.grad(loss(fresh), fresh)[0].square().sum()

    np.testing.assert_allclose(curve.numpy(), numerical(steepness, x), rtol=1e-5, atol=1e-8)


def numerical(function: Any, x: Any, h: float = 1e-5) -> np.ndarray:
    values = x.detach().numpy()
    slopes = np.zeros_like(values)
    for place in np.ndindex(values.shape):
        up, down = values.copy(), values.copy()
        up[place] += h
        down[place] -= h
        slopes[place] = (function(tg.tensor(up)).item() - function(tg.tensor(down)).item()) / (2 * h)
    return slopes


def test_changing_the_target_afterwards_does_no_harm() -> None:
    x: Any = tg.zeros(2, 2, requires_grad=True)
    t = tg.tensor([0, 1])
    loss = F.cross_entropy(x, t)
    t.fill_(0)
    loss.backward()
    assert x.grad.tolist() == [[-0.25, 0.25], [0.25, -0.25]]


def test_sure_answers_neither_overflow_nor_lose_precision() -> None:
    x = tg.tensor([[1000.0, 0.0], [0.0, 1000.0]])
    assert F.cross_entropy(x, tg.tensor([0, 1])).item() == 0
    assert F.cross_entropy(x, tg.tensor([1, 0])).item() == 1000
    assert F.cross_entropy(tg.tensor([[0.0, -float("inf")]]), tg.tensor([0])).item() == 0


@pytest.mark.parametrize("count", [3, 49, 50, 60, 99, 100, 101, 200])
def test_ignored_samples_of_any_number_of_classes(count: int) -> None:
    """An index below 0 counts from the end, so -100 is a place in a row of 100 or more: it must be none here."""
    x, t = tg.randn(4, count), tg.tensor([0, -100, 2, -100])
    assert F.cross_entropy(x, t).item() == pytest.approx(F.cross_entropy(x[::2], t[::2]).item(), rel=1e-5)


def test_an_ignored_sample_does_not_spoil_the_rest() -> None:
    x = tg.tensor([[0.0, 0.0], [-float("inf"), 0.0]], requires_grad=True)
    logs = tg.log_softmax(x, 1)
    assert F.nll_loss(logs, tg.tensor([0, -100])).item() == pytest.approx(math.log(2))


@pytest.mark.parametrize("function", [F.cross_entropy, F.nll_loss])
@pytest.mark.parametrize("target", [[], [-100, -100]])
def test_nothing_to_average_is_nan_and_nothing_to_sum_is_0(function: Any, target: list[int]) -> None:
    x, t = tg.zeros(len(target), 3), tg.tensor(target, dtype=tg.int64)
    assert math.isnan(function(x, t).item())
    assert function(x, t, reduction="sum").item() == 0
    assert function(x, t, reduction="none").tolist() == [0.0] * len(target)


def test_uint8_labels_and_strided_ones_are_taken() -> None:
    x = tg.randn(3, 4)
    expected = F.cross_entropy(x, tg.tensor([3, 0, 2])).item()
    assert F.cross_entropy(x, tg.tensor([3, 0, 2], dtype=tg.uint8)).item() == pytest.approx(expected)
    assert F.cross_entropy(x, tg.tensor([3, 9, 0, 9, 2])[::2]).item() == expected


def test_one_sample_may_come_with_a_target_of_length_one() -> None:
    x = tg.randn(4)
    assert F.cross_entropy(x, tg.tensor([2])).item() == F.cross_entropy(x, tg.tensor(2)).item()


LOGITS = tg.zeros(3, 4)


@pytest.mark.parametrize("function", [F.cross_entropy, F.nll_loss])
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 4], "label 4 is out of range for 4 classes; labels go from 0 to 3"),
        ([0, -1, 1], "label -1 is out of range for 4 classes"),
        ([0, -5, 1], "label -5 is out of range for 4 classes"),
        ([1, 2, 4], "label 4 is out of range.*counted from 1"),
    ],
)
def test_a_label_out_of_range_is_named(function: Any, labels: list[int], message: str) -> None:
    with pytest.raises(IndexError, match=f"{function.__name__}: {message}"):
        function(LOGITS, tg.tensor(labels))


@pytest.mark.parametrize("function", [F.cross_entropy, F.nll_loss])
@pytest.mark.parametrize(
    ("x", "t", "error", "message"),
    [
        (LOGITS, tg.tensor([0, 1]), ValueError, r"scores of shape \(3, 4\).* a target of shape \(3,\); got an int64"),
        (LOGITS, tg.tensor(1), ValueError, r"a target of shape \(3,\)"),
        (LOGITS, tg.zeros(3, 1, dtype=tg.int64), RuntimeError, r"use target\.squeeze\(1\)"),
        (
            LOGITS,
            tg.tensor([0.0, 1.0, 2.0]),
            RuntimeError,
            r"must be int64, got a float32 .*\.long\(\), or give the prob",
        ),
        (LOGITS, tg.tensor([0, 1, 2], dtype=tg.int32), RuntimeError, r"must be int64, got an int32 .*\.long\(\)$"),
        (tg.zeros(2, 3, 4), tg.zeros(2, 5, dtype=tg.int64), RuntimeError, r"a target of shape \(2, 4\)"),
        (LOGITS.long(), tg.tensor([0, 1, 2]), RuntimeError, "wanted floating-point scores"),
        (tg.tensor(1.0), tg.tensor(0), RuntimeError, "wanted floating-point scores"),
        (LOGITS, [0, 1, 2], TypeError, "target must be a tensor, got list"),
        ([0.0], tg.tensor(0), TypeError, "input must be a tensor, got list"),
    ],
)
def test_what_does_not_fit_is_explained(function: Any, x: Any, t: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=f"{function.__name__}: .*{message}"):
        function(x, t)


def test_whole_numbers_in_the_shape_of_the_scores_are_explained() -> None:
    with pytest.raises(RuntimeError, match=r"must be floating-point, got an int64 .*\.float\(\).*target\.argmax\(1\)"):
        F.cross_entropy(LOGITS, tg.zeros(3, 4, dtype=tg.int64))
    with pytest.raises(RuntimeError, match=r"for one-hot targets use target\.argmax\(1\)"):
        F.nll_loss(LOGITS, tg.zeros(3, 4, dtype=tg.int64))


@pytest.mark.parametrize("weight", [tg.ones(3), tg.ones(4, dtype=tg.float64), tg.ones(4, 1)])
def test_weights_must_be_one_for_each_class(weight: Any) -> None:
    for target in (tg.tensor([0, 1, 2]), tg.full((3, 4), 0.25)):
        with pytest.raises(RuntimeError, match="weight must hold one float32 for each of the 4 classes, got a float"):
            F.cross_entropy(LOGITS, target, weight=weight)


@pytest.mark.parametrize("smoothing", [-0.1, 1.1])
def test_smoothing_must_be_a_share(smoothing: float) -> None:
    with pytest.raises(RuntimeError, match="label_smoothing must lie between 0 and 1"):
        F.cross_entropy(LOGITS, tg.tensor([0, 1, 2]), label_smoothing=smoothing)


@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss])
def test_weights_get_no_gradient_beside_classes(loss: Any) -> None:
    weight = tg.ones(3, requires_grad=True)
    words = f"{loss.__name__}: weight requires a gradient, but with classes as targets .* pass weight.detach()"
    with pytest.raises(RuntimeError, match=words.replace("()", r"\(\)")):
        loss(tg.zeros(2, 3), tg.tensor([0, 1]), weight)
    with tg.no_grad():
        assert loss(tg.zeros(2, 3), tg.tensor([0, 1]), weight).item() == loss(tg.zeros(2, 3), tg.tensor([0, 1])).item()


def test_a_large_batch_in_float16_has_its_gradient() -> None:
    scores: Any = tg.zeros(20_000, 10, dtype=tg.float16, requires_grad=True)
    F.cross_entropy(scores, tg.zeros(20_000, dtype=tg.int64)).backward()
    assert scores.grad[0, 0].item() == pytest.approx(-0.9 / 20_000, rel=0.01)  # float16 has few digits that small
    assert scores.grad[0, 1].item() == pytest.approx(0.1 / 20_000, rel=0.01)
