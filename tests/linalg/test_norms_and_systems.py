"""Norms, ranks, conditions, systems and decompositions are NumPy's; where there are none, it is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.autograd import gradcheck

RNG = np.random.default_rng(0)
BATCH = RNG.normal(size=(2, 3, 4))
SQUARE = RNG.normal(size=(3, 3))
INF = float("inf")
SINGULAR = tg.tensor([[1.0, 2.0], [2.0, 4.0]], dtype=tg.float64)
NONE = tg.ones(0, 0)


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("order", ["fro", "nuc", 1, -1, 2, -2, INF, -INF])
def test_norms_of_matrices(order: Any, keepdim: bool) -> None:
    x = tg.tensor(BATCH)
    expected = np.linalg.norm(BATCH, order, axis=(0, 2), keepdims=keepdim)
    for result in (
        tg.linalg.norm(x, order, (0, 2), keepdim),
        tg.linalg.matrix_norm(x, order, (0, 2), keepdim),
    ):
        assert result.shape == expected.shape
        np.testing.assert_allclose(result.numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(tg.linalg.norm(x[0], order).item(), np.linalg.norm(BATCH[0], order), rtol=1e-12)


@pytest.mark.parametrize("order", [0, 1, 2, 3.5, -1, INF, -INF])
def test_norms_of_vectors(order: float) -> None:
    x = tg.tensor(BATCH)
    expected = np.linalg.norm(BATCH, order, axis=1)
    for result in (tg.linalg.norm(x, order, 1), tg.linalg.vector_norm(x, order, 1), tg.norm(x, order, 1)):
        np.testing.assert_allclose(result.numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(tg.linalg.norm(x[0, 0], order).item(), np.linalg.norm(BATCH[0, 0], order), rtol=1e-12)


@pytest.mark.parametrize("p", [None, "fro", "nuc", 1, -1, 2, -2, INF, -INF])
def test_conditions(p: Any) -> None:
    np.testing.assert_allclose(tg.linalg.cond(tg.tensor(SQUARE), p).item(), np.linalg.cond(SQUARE, p), rtol=1e-9)


@pytest.mark.parametrize("p", [1, INF, "fro"])
def test_a_singular_matrix_has_no_end_of_a_condition(p: Any) -> None:
    assert tg.linalg.cond(SINGULAR, p).item() == INF


def test_no_values_have_norms_of_0() -> None:
    assert tg.linalg.cond(NONE).item() == 0
    assert tg.linalg.matrix_norm(NONE, 1).item() == 0
    assert tg.linalg.matrix_norm(NONE, "nuc").item() == 0
    assert tg.matrix_power(NONE, 0).shape == (0, 0)
    assert tg.linalg.norm(tg.ones(2, 0), 2, 1).tolist() == [0, 0]


def test_symmetric_matrices_by_their_lower_half() -> None:
    symmetric = SQUARE @ np.diag([1.0, -2.0, 0.0]) @ SQUARE.T
    x = tg.tensor(symmetric)
    assert tg.linalg.matrix_rank(x, hermitian=True).item() == 2
    assert tg.linalg.matrix_rank(x).item() == 2
    assert tg.linalg.matrix_rank(tg.tensor(np.diag([5.0, 1.0, 0.1])), tol=0.5).item() == 2
    np.testing.assert_allclose(tg.linalg.pinv(x, rtol=1e-10, hermitian=True).numpy(), np.linalg.pinv(symmetric, 1e-10))
    assert gradcheck(lambda a: tg.linalg.pinv(a @ a.mT + 1, hermitian=True), (tg.tensor(SQUARE, requires_grad=True),))


@pytest.mark.parametrize("left", [False, True])
def test_systems_from_both_sides(left: bool) -> None:
    a, b = SQUARE, BATCH[0] if left else BATCH[0].T
    x = tg.linalg.solve(tg.tensor(a), tg.tensor(b), left=left).numpy()
    np.testing.assert_allclose(a @ x if left else x @ a, b, rtol=1e-9)


@pytest.mark.parametrize("driver", ["gels", "gelsd", "gelss", "gelsy"])
def test_least_squares_are_numpy_s(driver: str) -> None:
    a, b = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 2))
    solution, left_over, rank, singular = np.linalg.lstsq(a, b)
    found = tg.linalg.lstsq(tg.tensor(a), tg.tensor(b), driver=driver)
    np.testing.assert_allclose(found.solution.numpy(), solution, rtol=1e-9)
    np.testing.assert_allclose(found.residuals.numpy(), [] if driver == "gelsy" else left_over, rtol=1e-9)
    assert found.rank.tolist() == ([] if driver == "gels" else rank)
    np.testing.assert_allclose(
        found.singular_values.numpy(), singular if driver in ("gelsd", "gelss") else [], rtol=1e-9
    )


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("unitriangular", [False, True])
def test_triangular_systems(upper: bool, unitriangular: bool) -> None:
    triangle = np.triu(SQUARE, unitriangular) if upper else np.tril(SQUARE, -unitriangular)
    a = triangle + np.eye(3) if unitriangular else triangle
    x = tg.linalg.solve_triangular(
        tg.tensor(SQUARE), tg.tensor(BATCH[0]), upper=upper, unitriangular=unitriangular
    ).numpy()
    np.testing.assert_allclose(a @ x, BATCH[0], rtol=1e-9)


def test_a_triangle_with_0_on_its_diagonal_has_infinities() -> None:
    a, b = tg.tensor([[0.0, 0.0], [1.0, 2.0]]), tg.tensor([[1.0, -1.0], [4.0, 4.0]])
    assert tg.linalg.solve_triangular(a, b, upper=False).tolist() == [[INF, -INF], [-INF, INF]]
    upper = tg.tensor([[2.0, 1.0], [0.0, 0.0]])
    assert tg.linalg.solve_triangular(upper, b, upper=True).tolist() == [[-INF, -INF], [INF, INF]]
    batch = tg.stack([upper, tg.eye(2)])
    assert tg.linalg.solve_triangular(batch, b, upper=True)[1].tolist() == b.tolist()


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (2, 4, 3)])
@pytest.mark.parametrize("mode", ["reduced", "complete"])
def test_q_and_r(shape: tuple[int, ...], mode: str) -> None:
    x = RNG.normal(size=shape)
    q, r = (each.numpy() for each in tg.linalg.qr(tg.tensor(x), mode=mode))
    rows, columns = shape[-2:]
    side = rows if mode == "complete" else min(rows, columns)
    assert q.shape == (*shape[:-2], rows, side)
    np.testing.assert_allclose(q @ r, x, atol=1e-12)
    np.testing.assert_allclose(
        np.swapaxes(q, -1, -2) @ q, np.broadcast_to(np.eye(side), (*shape[:-2], side, side)), atol=1e-12
    )
    np.testing.assert_allclose(np.tril(r, -1), 0, atol=1e-12)


def test_a_wide_matrix_s_factors_have_gradients() -> None:
    x = tg.tensor(RNG.normal(size=(2, 4)), requires_grad=True)
    assert gradcheck(lambda each: tuple(tg.linalg.qr(each)), (x,))


def test_singular_values_without_vectors() -> None:
    u, s, v = tg.svd(tg.tensor(BATCH), compute_uv=False)
    np.testing.assert_allclose(s.numpy(), np.linalg.svd(BATCH, compute_uv=False), rtol=1e-12)
    assert u.shape == (2, 3, 3)
    assert v.shape == (2, 4, 4)
    assert not u.any()
    assert not v.any()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: tg.linalg.norm(tg.ones(2, 2, 2), 1),
            RuntimeError,
            "without a dim is for tensors of 1 or 2 dimensions",
        ),
        (lambda: tg.linalg.norm(tg.ones(2), "fro", 0), RuntimeError, "wants two dimensions, got dim=0"),
        (lambda: tg.linalg.norm(tg.ones(2), 2, (0, 1, 2)), RuntimeError, "dim must be one dimension or two"),
        (lambda: tg.linalg.vector_norm(tg.ones(2, 0), -1, 1), RuntimeError, "norm of order -1 of no values isn't defi"),
        (lambda: tg.linalg.vector_norm(tg.ones(0), INF), RuntimeError, "norm of order inf of no values isn't defined"),
        (lambda: tg.linalg.matrix_norm(NONE, -1), RuntimeError, "norm of order -1 of no values isn't defined"),
        (lambda: tg.linalg.matrix_norm(NONE, -2), RuntimeError, "smallest of no singular values isn't defined"),
        (lambda: tg.linalg.matrix_norm(tg.ones(2)), RuntimeError, "wanted a matrix or a batch of them"),
        (lambda: tg.linalg.matrix_norm(SINGULAR, wrong(3)), RuntimeError, "ord must be 'fro', 'nuc', 1, -1, 2, -2"),
        (lambda: tg.linalg.matrix_norm(SINGULAR, 1, (0, -2)), RuntimeError, "dim must be two different dimensions"),
        (lambda: tg.linalg.matrix_norm(SINGULAR, dtype=tg.float32), RuntimeError, "must not be narrower than float64"),
        (lambda: tg.linalg.vector_norm(tg.arange(3)), TypeError, "convert it with .float() first"),
        (lambda: tg.linalg.cond(SINGULAR, wrong(3)), RuntimeError, "p must be None, 'fro', 'nuc', 1, -1, 2, -2"),
        (lambda: tg.linalg.multi_dot([SINGULAR]), RuntimeError, "wanted two tensors or more, got 1"),
        (
            lambda: tg.linalg.multi_dot([SINGULAR, SINGULAR[0], SINGULAR]),
            RuntimeError,
            "tensors[1] must be a matrix (at the ends, or a vector)",
        ),
    ],
)
def test_what_is_refused(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as refused:
        call()
    assert words in str(refused.value)
