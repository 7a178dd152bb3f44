"""The functions of nn.functional against PyTorch's own, where that is installed: large scores, bounds, corners.

On ordinary calls test_rows_parity.py compares them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional

torch = pytest.importorskip("torch")
TF = torch.nn.functional

RNG = np.random.default_rng(0)
TOLERANCE: dict[str, Any] = {"float32": {"rtol": 3e-5, "atol": 1e-5}, "float64": {"rtol": 1e-12, "atol": 1e-14}}
REDUCTIONS = ["none", "mean", "sum"]


def compared(name: str, arrays: list[np.ndarray], *, constants: tuple[int, ...] = (), **settings: Any) -> None:
    """Call both functions of that name on the arrays, and compare results and gradients."""
    results = []
    for module, functional, make in ((tg, F, tg.tensor), (torch, TF, torch.tensor)):
        tensors = [make(array.copy()) for array in arrays]
        for number, tensor in enumerate(tensors):
            if number not in constants and tensor.is_floating_point():
                tensor.requires_grad_()
        options = {key: make(value) if isinstance(value, np.ndarray) else value for key, value in settings.items()}
        out = getattr(functional, name)(*tensors, **options)
        weights = module.arange(1, out.numel() + 1).reshape(out.shape).to(out.dtype)
        (out * weights).sum().backward()
        results.append([out.detach(), *[each.grad for each in tensors if each.requires_grad]])
    tolerance = TOLERANCE[str(results[0][0].dtype).rpartition(".")[2]]
    for mine, theirs in zip(*results, strict=True):
        assert tuple(mine.shape) == tuple(theirs.shape)
        assert str(mine.dtype).rpartition(".")[2] == str(theirs.dtype).rpartition(".")[2]
        np.testing.assert_allclose(mine.numpy(), theirs.numpy(), **tolerance)


def scores(shape: tuple[int, ...], dtype: str = "float64") -> np.ndarray:
    return RNG.standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("relu", {}),
        ("sigmoid", {}),
        ("tanh", {}),
        ("softmax", {"dim": 1}),
        ("softmax", {"dim": -2}),
        ("log_softmax", {"dim": 0}),
        ("softplus", {}),
        ("softplus", {"beta": 2.5, "threshold": 1.0}),
        ("logsigmoid", {}),
    ],
)
def test_activations(name: str, settings: dict[str, Any], dtype: str) -> None:
    compared(name, [scores((4, 5), dtype) * 10], **settings)


def classes(shape: tuple[int, ...]) -> np.ndarray:
    return RNG.integers(0, shape[1], (shape[0], *shape[2:]))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_fused_cross_entropy_in_float32(reduction: str) -> None:
    compared("cross_entropy", [scores((100, 10), "float32"), classes((100, 10))], reduction=reduction)


@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_scores_of_four_dimensions(name: str, reduction: str) -> None:
    shape = (2, 5, 3, 2)
    compared(name, [scores(shape), classes(shape)], reduction=reduction, weight=RNG.uniform(0.5, 2, 5))


@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("target", [np.array([], np.int64), np.array([-100, -100])])
def test_empty_batches_and_batches_of_ignored_samples(name: str, reduction: str, target: np.ndarray) -> None:
    compared(name, [scores((len(target), 3)), target], reduction=reduction)


def test_uint8_classes_are_taken_too() -> None:
    compared("cross_entropy", [scores((3, 4)), np.array([0, 3, 1], np.uint8)])


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
def test_binary_cross_entropy(reduction: str, weighted: bool) -> None:
    x = np.concatenate([RNG.uniform(0, 1, (4, 3)), [[0.0, 1.0, 0.5], [0.0, 1.0, 0.25]]])
    t = np.concatenate([RNG.uniform(0, 1, (4, 3)), [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0]]])
    settings: dict[str, Any] = {"reduction": reduction}
    if weighted:
        settings["weight"] = RNG.uniform(0.5, 2, (6, 3))
    compared("binary_cross_entropy", [x, t], constants=(1,), **settings)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("positive", [False, True])
def test_binary_cross_entropy_with_logits(reduction: str, weighted: bool, positive: bool) -> None:
    settings: dict[str, Any] = {"reduction": reduction}
    if weighted:
        settings["weight"] = RNG.uniform(0.5, 2, (4, 3))
    if positive:
        settings["pos_weight"] = RNG.uniform(0.5, 2, 3)
    x = scores((4, 3)) * np.array([1, 10, 1000])
    compared("binary_cross_entropy_with_logits", [x, RNG.uniform(0, 1, (4, 3))], constants=(1,), **settings)


@pytest.mark.parametrize("count", [-1, 4, 6])
def test_one_hot(count: int) -> None:
    labels = np.array([[0, 3], [1, 1]])
    mine = F.one_hot(tg.tensor(labels), count)
    theirs = TF.one_hot(torch.tensor(labels), count)
    assert mine.dtype is tg.int64
    np.testing.assert_array_equal(mine.numpy(), theirs.numpy())
