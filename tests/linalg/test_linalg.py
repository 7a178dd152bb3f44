"""Linear algebra, seen from outside: what is singular, what is out of range, what isn't there."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.linalg as linear_algebra
from tinygrad_edu.autograd import gradcheck, gradgradcheck
from tinygrad_edu.linalg import LinAlgError, norm

RANK_2 = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
COFACTORS = [[-3.0, 6.0, -3.0], [6.0, -12.0, 6.0], [-3.0, 6.0, -3.0]]


def test_it_is_a_module_that_can_be_imported() -> None:
    assert importlib.import_module("tinygrad_edu.linalg") is tg.linalg is linear_algebra
    assert norm(tg.tensor([3.0, 4.0])).item() == 5


@pytest.mark.parametrize("name", ["eig", "eigvals"])
def test_what_would_be_complex_is_refused_in_words(name: str) -> None:
    with pytest.raises(AttributeError, match=f"'{name}': its results are complex"):
        getattr(tg.linalg, name)


@pytest.mark.parametrize(("name", "other"), [("inv_ex", "use inv"), ("lu_solve", "use solve"), ("ldl_solve", "eigh")])
def test_a_name_that_only_pytorch_has_says_what_to_use(name: str, other: str) -> None:
    with pytest.raises(AttributeError, match=f"'{name}': .*{other}"):
        getattr(tg.linalg, name)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'tinygrad_edu\.linalg' has no attribute 'invert'"):
        getattr(tg.linalg, "inv" + "ert")


def test_the_gradient_of_the_determinant_of_a_singular_matrix_is_its_cofactors() -> None:
    # the determinant of the second one is 0 to the last digit
    for values, cofactors in ((RANK_2, COFACTORS), ([[1.0, 1.0], [1.0, 1.0]], [[1.0, -1.0], [-1.0, 1.0]])):
        x = tg.tensor(values, dtype=tg.float64, requires_grad=True)
        (found,) = tg.autograd.grad(tg.linalg.det(x), x)
        np.testing.assert_allclose(found.numpy(), cofactors, atol=1e-12)


@pytest.mark.parametrize(
    "values", [[[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]], np.zeros((3, 3)), np.diag([2.0, 3.0, 0.0]), [[0.0]]]
)
def test_singular_matrices_have_gradients_of_every_order(values: Any) -> None:
    x = tg.tensor(np.array(values), requires_grad=True)
    assert gradcheck(tg.linalg.det, x)
    assert gradgradcheck(tg.linalg.det, x)


def test_one_singular_matrix_leaves_the_others_of_a_batch_right() -> None:
    values = np.stack([np.array(RANK_2) + np.eye(3), np.diag([2.0, 3.0, 0.0])])
    batch = tg.tensor(values, requires_grad=True)
    (found,) = tg.autograd.grad(tg.linalg.det(batch).sum(), batch)
    for place in range(2):
        one = tg.tensor(values[place], requires_grad=True)
        np.testing.assert_allclose(found[place].numpy(), tg.autograd.grad(tg.det(one), one)[0].numpy(), atol=1e-12)


def test_a_determinant_out_of_range_has_a_logarithm() -> None:
    x = 1e-3 * tg.eye(200)
    assert tg.det(x).item() == 0
    assert tg.logdet(x).item() == pytest.approx(200 * np.log(1e-3), rel=1e-6)


@pytest.mark.parametrize("call", [tg.inverse, tg.linalg.inv, lambda x: tg.linalg.solve(x, x)])
def test_a_singular_matrix_of_a_batch_is_named(call: Callable[[Any], Any]) -> None:
    with pytest.raises(LinAlgError, match=r"matrix 2 of the batch is singular .* shape \(2, 2, 2, 2\)"):
        call(tg.stack([tg.eye(2), tg.eye(2), tg.ones(2, 2), tg.eye(2)]).reshape(2, 2, 2, 2))


def test_what_is_not_positive_definite_is_named() -> None:
    with pytest.raises(LinAlgError, match="cholesky: the matrix isn't positive definite"):
        tg.linalg.cholesky(-tg.eye(2))


@pytest.mark.parametrize("call", [tg.linalg.svdvals, tg.linalg.svd, tg.linalg.eigh, tg.pinverse])
def test_nan_in_a_matrix_is_refused_in_words(call: Callable[[Any], Any]) -> None:
    with pytest.raises(LinAlgError, match="NaN or infinities"):
        call(tg.full((2, 2), float("nan")))


def test_equal_singular_values_have_a_gradient_if_no_vectors_are_used() -> None:
    x = (2 * tg.eye(3, dtype=tg.float64)).requires_grad_()
    for function in (lambda x: tg.linalg.svd(x)[1], tg.linalg.svdvals, tg.linalg.eigvalsh):
        (found,) = tg.autograd.grad(function(x).sum(), x)
        np.testing.assert_allclose(found.numpy(), np.eye(3), atol=1e-12)


def test_a_complete_q_has_no_gradient_and_says_so() -> None:
    x = tg.ones(3, 2, requires_grad=True)
    with pytest.raises(RuntimeError, match="complete Q isn't determined"):
        tg.linalg.qr(x, "complete")


@pytest.mark.parametrize("scale", [1e-9, 0.1, 1.0, 30.0])
@pytest.mark.parametrize("dtype", [tg.float32, tg.float64])
def test_the_exponential_is_exact(scale: float, dtype: tg.dtype) -> None:
    values = tg.tensor(np.random.default_rng(0).standard_normal((4, 4)) * scale, dtype=dtype)
    with mpmath.workdps(60):
        exact = np.array(mpmath.expm(mpmath.matrix(values.tolist())).tolist(), dtype=np.float64)
    eps = tg.finfo(dtype).eps if hasattr(tg, "finfo") else np.finfo(values.numpy().dtype).eps
    norm_of_x = float(np.abs(values.numpy()).sum(0).max())
    closeness = 4 * float(eps) * max(1, norm_of_x)  # an error of x grows with its norm
    np.testing.assert_allclose(tg.matrix_exp(values).numpy(), exact, rtol=0, atol=closeness * np.abs(exact).max())


def test_the_exponential_of_a_batch_is_that_of_each() -> None:
    batch = tg.tensor(np.random.default_rng(0).standard_normal((3, 2, 2)) * np.array([0.01, 1, 50])[:, None, None])
    for one, result in zip(batch, tg.matrix_exp(batch), strict=True):
        np.testing.assert_array_equal(result.numpy(), tg.matrix_exp(one).numpy())
