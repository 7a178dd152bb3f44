"""Normalisations in evaluation, of empty batches and in half precision; running values; and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional

X = np.random.default_rng(0).normal(size=(4, 2, 3))


def test_running_values_move_and_are_used_in_evaluation() -> None:
    means, variances = tg.zeros(2, dtype=tg.float64), tg.ones(2, dtype=tg.float64)
    x, weight = tg.tensor(X), tg.tensor([2.0, -1.0], dtype=tg.float64)
    functional.batch_norm(x, means, variances, training=True, momentum=0.25)
    np.testing.assert_allclose(means.numpy(), 0.25 * X.mean((0, 2)))
    np.testing.assert_allclose(variances.numpy(), 0.75 + 0.25 * X.var((0, 2), ddof=1))
    for factor in (None, weight):
        found = functional.batch_norm(x, means, variances, factor, eps=0.5)
        wanted = (X - means.numpy()[:, None]) / np.sqrt(variances.numpy()[:, None] + 0.5)
        np.testing.assert_allclose(found.numpy(), wanted * (1 if factor is None else factor.numpy()[:, None]))


def test_instance_norm_moves_running_values_by_the_means_of_the_samples() -> None:
    means, variances = tg.zeros(2, dtype=tg.float64), tg.ones(2, dtype=tg.float64)
    found = functional.instance_norm(tg.tensor(X), means, variances, momentum=0.5, eps=0.0)
    np.testing.assert_allclose(found.numpy(), (X - X.mean(2, keepdims=True)) / X.std(2, keepdims=True))
    np.testing.assert_allclose(means.numpy(), 0.5 * X.mean((0, 2)))
    np.testing.assert_allclose(variances.numpy(), 0.5 + 0.5 * X.var(2, ddof=1).mean(0))
    again = functional.instance_norm(tg.tensor(X), means, variances, use_input_stats=False)
    np.testing.assert_allclose(again.numpy(), functional.batch_norm(tg.tensor(X), means, variances).numpy())


def test_an_empty_batch_stays_empty() -> None:
    empty, weight = tg.zeros(0, 2, 3), tg.ones(2)
    assert functional.batch_norm(empty, None, None, weight, weight, training=True).shape == (0, 2, 3)
    assert functional.group_norm(empty, 2).shape == (0, 2, 3)


@pytest.mark.parametrize(
    "normed",
    [
        lambda x, w: functional.batch_norm(x, None, None, w, w, training=True),
        lambda x, w: functional.group_norm(x, 2, w, w),
        lambda x, w: functional.layer_norm(x.mT, (2,), w, w).mT,
        lambda x, w: functional.rms_norm(x.mT, (2,), w).mT,
    ],
)
def test_half_precision_beside_single(normed: Callable[[tg.Tensor, tg.Tensor], tg.Tensor]) -> None:
    x, weight = tg.tensor(X, dtype=tg.float16), tg.tensor([2.0, -1.0])
    found = normed(x, weight)
    assert found.dtype == tg.float16
    np.testing.assert_allclose(found.float().numpy(), normed(x.float(), weight).numpy(), rtol=2e-3, atol=2e-3)


def test_layers_without_a_batch_and_with_other_channels() -> None:
    layer = nn.InstanceNorm1d(2)
    x = tg.tensor(X, dtype=tg.float32)
    assert layer(x[0]).equal(layer(x)[0])
    with pytest.warns(UserWarning, match="wanted 3 channels"):
        found = nn.InstanceNorm1d(3)(x)
    assert found.equal(layer(x))


def test_response_of_neighbours() -> None:
    x = np.abs(X)
    found = functional.local_response_norm(tg.tensor(x), 2, alpha=0.5, beta=2.0, k=1.5)
    before = np.concatenate([np.zeros((4, 1, 3)), x[:, :1]], 1)
    np.testing.assert_allclose(found.numpy(), x / (1.5 + 0.5 * (x**2 + before**2) / 2) ** 2)
    assert functional.local_response_norm(tg.zeros(0, 2, 3), 2).shape == (0, 2, 3)


B, TWO, THREE, WIDE = tg.ones(4, 2, 3), tg.ones(2), tg.ones(3), tg.ones(2, dtype=tg.float64)
REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: functional.batch_norm(B, TWO, None, training=True), ValueError, "must both be given, or both be None"),
    (lambda: functional.batch_norm(TWO, TWO, TWO), RuntimeError, r"at least 2 dimensions, \(N, C, \*\)"),
    (lambda: functional.batch_norm(B[:1, :, :1], None, None, training=True), ValueError, "more than one value"),
    (lambda: functional.batch_norm(B, TWO, THREE), RuntimeError, "running_var must have one value .* 2 channels"),
    (lambda: functional.batch_norm(B, None, None), RuntimeError, "needed outside of training"),
    (lambda: functional.batch_norm(B, TWO, TWO, WIDE), RuntimeError, "wanted all in the dtype of the input, float32"),
    (lambda: functional.group_norm(TWO, 1), RuntimeError, "at least 2 dimensions"),
    (lambda: functional.group_norm(B, 3), RuntimeError, "must divide the 2 channels, got 3"),
    (lambda: functional.group_norm(B[:1, :1, :1], 1), ValueError, "more than one value in a group"),
    (lambda: functional.group_norm(B, 2, THREE), RuntimeError, "weight must have one value"),
    (lambda: functional.instance_norm(B[0]), ValueError, "more than one place of each channel"),
    (lambda: functional.instance_norm(B[..., :1]), ValueError, "more than one place of each channel"),
    (lambda: functional.instance_norm(B, use_input_stats=False), RuntimeError, "needed without use_input_stats"),
    (lambda: wrong(functional.layer_norm)(B, 3), TypeError, "must be a tuple or list"),
    (lambda: functional.layer_norm(B, ()), RuntimeError, "at least one dimension"),
    (lambda: functional.layer_norm(B, (2,)), RuntimeError, "doesn't end with normalized_shape"),
    (lambda: functional.layer_norm(B, (3,), THREE, TWO), RuntimeError, r"bias must have the shape \(3,\)"),
    (lambda: functional.layer_norm(B, (3,), THREE.double()), RuntimeError, "must have the dtype of the input"),
    (lambda: functional.local_response_norm(TWO, 1), ValueError, "three dimensions or more"),
    (lambda: functional.local_response_norm(B, 0), RuntimeError, "size must be 1 or more, got 0"),
    (lambda: nn.BatchNorm1d(2)([1.0]), TypeError, "BatchNorm1d: input must be a tensor"),
    (lambda: nn.BatchNorm1d(2)(tg.ones(2, 2, 2, 2)), ValueError, "wanted a 2-d or 3-d input"),
    (lambda: nn.InstanceNorm1d(3, affine=True)(B), ValueError, "wanted 3 channels"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
