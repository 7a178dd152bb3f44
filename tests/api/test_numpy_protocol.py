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


def test_what_has_no_counterpart_is_refused_in_words() -> None:
    x = tg.tensor(A)
    attempt: Callable[[], Any]
    for attempt, words in (
        (lambda: np.spacing(x), r"numpy\.spacing: not available for tensors.*x\.detach\(\)\.numpy\(\)"),
        (lambda: np.add.reduce(x), r"numpy\.add\.reduce: not available"),
        (lambda: np.exp(x, out=A), r"numpy\.exp: not available for tensors with out"),
        (lambda: np.median(x), r"numpy\.median: not available for tensors"),
        (lambda: np.sum(x, where=A > 1), r"numpy\.sum: where= is not supported"),
    ):
        with pytest.raises(TypeError, match=words):
            attempt()
