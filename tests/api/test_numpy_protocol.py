"""NumPy's functions, given tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.api.numpy_protocol import UFUNCS

A = np.random.default_rng(0).uniform(0.5, 2.0, (2, 3))
CALLS: list[Callable[[Any], Any]] = [
    lambda x: np.sum(x),
    lambda x: np.sum(x, axis=0, keepdims=True),
    lambda x: np.mean(x, axis=1),
    lambda x: np.prod(x, axis=0),
    lambda x: np.var(x),
    lambda x: np.std(x, axis=0, ddof=1),
    lambda x: np.max(x, axis=1),
    lambda x: np.min(x),
    lambda x: np.argmax(x, axis=1),
    lambda x: np.argmin(x),
    lambda x: np.all(x > 1),
    lambda x: np.any(x > 1, axis=0),
    lambda x: np.where(x > 1, x, 0),
    lambda x: np.where(A > 1, x, 0),
    lambda x: np.clip(x, 0.8, 1.2),
    lambda x: np.reshape(x, (3, 2)),
    lambda x: np.ravel(x),
    lambda x: np.transpose(x),
    lambda x: np.swapaxes(x, 0, 1),
    lambda x: np.moveaxis(x, 0, 1),
    lambda x: np.expand_dims(x, 0),
    lambda x: np.squeeze(x[:1]),
    lambda x: np.broadcast_to(x, (2, 2, 3)),
    lambda x: np.concatenate([x, x]),
    lambda x: np.stack([x, x], axis=1),
    lambda x: np.flip(x),
    lambda x: np.flip(x, 1),
    lambda x: np.copy(x),
    lambda x: np.zeros_like(x),
    lambda x: np.ones_like(x),
    lambda x: np.dot(x, x.T),
    lambda x: np.outer(x[0], x[1]),
    lambda x: np.sinc(x),
    lambda x: np.nan_to_num(x),
    lambda x: np.isposinf(x),
    lambda x: np.isneginf(x),
    lambda x: np.isin(x, A[:, 0]),
]


@pytest.mark.parametrize("call", CALLS)
def test_functions_give_tensors_with_numpy_s_values(call: Callable[[Any], Any]) -> None:
    result = call(tg.tensor(A))
    assert isinstance(result, tg.Tensor)
    np.testing.assert_allclose(result.numpy(), call(A), rtol=1e-12)


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda ufunc: ufunc.__name__)
def test_ufuncs_give_tensors_with_numpy_s_values(ufunc: np.ufunc) -> None:
    bits = ufunc in (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift)
    bits |= ufunc in (np.gcd, np.lcm, np.ldexp)
    array = np.array([[1, 2], [3, 4]]) if bits else A[:, :2]
    arguments = [array] * ufunc.nin
    with np.errstate(invalid="ignore"):  # arccos of 2
        wanted = ufunc(*arguments)
    result = ufunc(*[tg.tensor(each) for each in arguments])
    assert isinstance(result, tg.Tensor)
    np.testing.assert_allclose(result.numpy(), wanted, rtol=1e-12)
    if ufunc.nin == 2:
        for mixed in (ufunc(array, tg.tensor(array)), ufunc(tg.tensor(array), array)):
            assert isinstance(mixed, tg.Tensor)
            np.testing.assert_allclose(mixed.numpy(), wanted, rtol=1e-12)


def test_they_record() -> None:
    x = tg.tensor(A, requires_grad=True)
    total: Any = np.sum(np.exp(x) * A)
    total.backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), np.exp(A) * A, rtol=1e-12)


def test_answers_in_numpy_s_own_types() -> None:
    x = tg.tensor(A)
    assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 3), 2, 6)
    assert np.array_equal(x, A)
    assert np.allclose(x, A)


OF_NUMPY_ALONE: list[tuple[Callable[[Any], Any], type]] = [
    (lambda x: np.linspace(x.min(), x.max(), 5), tg.Tensor),
    (lambda x: np.percentile(x, 50), np.floating),
    (lambda x: np.percentile(x, [25, 50], axis=0), np.ndarray),
    (lambda x: np.median(x, axis=1), np.ndarray),
    (lambda x: np.histogram(x, 3), tuple),
    (lambda x: np.vstack([x, A]), np.ndarray),
    (lambda x: np.meshgrid(x[0], x[1]), tuple),
    (lambda x: np.interp(1.0, np.sort(x[0]), x[1]), np.floating),
    (lambda x: np.cumsum(x, axis=1), tg.Tensor),
    (lambda x: np.round(x, 1), tg.Tensor),
    (lambda x: np.fft.fft(x), np.ndarray),
    (lambda x: np.cbrt(x), tg.Tensor),
    (lambda x: np.divmod(x, 0.3), tuple),
    (lambda x: np.add.reduce(x), tg.Tensor),
    (lambda x: np.maximum.accumulate(x, axis=1), tg.Tensor),
    (lambda x: np.sum(x, where=A > 1), tg.Tensor),
    (lambda x: np.sum(x, dtype=np.float32), tg.Tensor),
    (lambda x: np.max(x, initial=9.0), tg.Tensor),
    (lambda x: np.add(x, 1, dtype=np.float64), tg.Tensor),
    (lambda x: np.exp(x, out=np.empty_like(A)), np.ndarray),
    (lambda x: np.array2string(x), str),
]


@pytest.mark.parametrize(("call", "kind"), OF_NUMPY_ALONE)
def test_what_numpy_alone_has_computes_on_the_array(call: Callable[[Any], Any], kind: type) -> None:
    result, wanted = call(tg.tensor(A)), call(A)
    assert isinstance(result, kind)
    for ours, theirs in zip(*((each if kind is tuple else (each,)) for each in (result, wanted)), strict=True):
        if kind is str:
            assert ours == theirs
        else:
            np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-12)


def test_a_gradient_is_not_lost_and_no_tensor_changed_unseen() -> None:
    x: Any = tg.tensor(A)
    leaf = tg.tensor(A, requires_grad=True)
    name: Any = "a"
    attempt: Callable[[], Any]
    for attempt, kind, words in (
        (lambda: np.spacing(leaf), RuntimeError, r"numpy\.spacing: would lose the gradient of a float64 tensor"),
        (lambda: np.median(leaf), RuntimeError, r"use tinygrad_edu\.median, or give it x\.detach\(\)"),
        (lambda: np.percentile(leaf * 2, 3), RuntimeError, r"compute it with operations of tensors, or"),
        (lambda: np.vstack([A, leaf]), RuntimeError, r"numpy\.vstack: would lose the gradient"),
        (lambda: np.add.reduce(leaf), RuntimeError, r"numpy\.add\.reduce: would lose the gradient"),
        (lambda: np.sum(leaf, where=A > 1), TypeError, r"numpy\.sum: where= is not supported"),
        (lambda: np.sum(x, axis=name), TypeError, r"sum: a dimension must be an integer"),
        (lambda: np.exp(A, out=x), TypeError, r"numpy\.exp: doesn't change tensors"),
        (lambda: np.add.at(x, 0, 1), TypeError, r"numpy\.add\.at: doesn't change tensors"),
        (lambda: np.fill_diagonal(x, 0), TypeError, r"numpy\.fill_diagonal: doesn't change tensors.*x\.copy_"),
        (lambda: np.copyto(x, 0), TypeError, r"numpy\.copyto: doesn't change tensors"),
    ):
        with pytest.raises(kind, match=words):
            attempt()
    np.testing.assert_array_equal(x.numpy(), A)
    np.testing.assert_array_equal(np.median(leaf.detach()), np.median(A))
