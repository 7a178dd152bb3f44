"""Right arguments that one function alone takes. Of linear algebra."""

from __future__ import annotations

from typing import Any

from support.right.makers import Maker, constant, of_shape, reals

import tinygrad_edu as tg


def regular() -> Any:
    """A symmetric and positive definite matrix."""
    return tg.tensor([[2.0, 0.5], [0.5, 1.0]])


COLUMNS: Maker = of_shape(2, 3)

OF_LINEAR_ALGEBRA: dict[str, dict[str, Any]] = {
    **{each: {"self": regular} for each in ("inverse", "det", "logdet", "slogdet", "cholesky", "matrix_exp")},
    **{each: {"self": regular} for each in ("pinverse", "qr", "svd", "svdvals", "cholesky_inverse", "matrix_power")},
    "tg.cholesky_inverse": {"L": regular},
    "cholesky_solve": {"self": COLUMNS, "L": regular},
    "tg.cholesky_solve": {"B": COLUMNS},
    **{f"tg.linalg.{each}": {"A": regular} for each in ("inv", "det", "slogdet", "pinv", "cholesky", "qr", "svd")},
    **{f"tg.linalg.{each}": {"A": regular} for each in ("svdvals", "eigh", "eigvalsh", "matrix_exp", "matrix_power")},
    **{f"tg.linalg.{each}": {"A": regular} for each in ("norm", "matrix_norm", "matrix_rank", "cond")},
    "tg.linalg.solve": {"A": regular, "B": COLUMNS},
    "tg.linalg.solve_triangular": {"A": regular, "B": COLUMNS, "upper": constant(True)},
    "tg.linalg.lstsq": {"A": regular, "B": COLUMNS},
    "tg.linalg.tensorinv": {"A": lambda: tg.eye(6).reshape(2, 3, 6)},
    "tg.linalg.tensorsolve": {"A": lambda: tg.eye(6).reshape(2, 3, 6), "B": COLUMNS},
    "tg.linalg.matmul": {"input": regular, "other": COLUMNS},
    "tg.linalg.multi_dot": {"tensors": lambda: [regular(), reals(2, 3), reals(3)]},
    "tg.linalg.diagonal": {"A": regular},
}
