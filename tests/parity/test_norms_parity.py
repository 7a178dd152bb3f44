"""Norms and distances against PyTorch: every order and option, dtypes, zeros, NaN, empty and 0-d, wrong calls."""

from __future__ import annotations

import numpy as np
import pytest
from parity.expressions import agree, listed, values

nan, inf = float("nan"), float("inf")
ORDERS = ["0", "0.5", "1", "1.5", "2", "2.5", "3", "-1", "-2", "float('inf')", "-float('inf')", "'fro'", "None"]
SHAPES = [(), (0,), (5,), (2, 0), (3, 4), (2, 3, 4)]


@pytest.mark.parametrize("p", ORDERS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_norms_of_every_order(p: str, shape: tuple[int, ...]) -> None:
    for dtype in ("float64", "float32"):
        a = values(dtype, *shape)
        a += np.copysign(a.dtype.type(0.5), a)  # negative powers of values near 0 leave a float32 no digits
        for expression in listed(
            f"""m.norm(a, {p}) | a.norm({p}) | a.norm({p}, 0) | m.norm(a, {p}, dim=-1, keepdim=True)
a.norm({p}, (0, 1)) | m.norm(a, p={p}, dim=1) | a.norm({p}, dim=(0, 1, 2)) | a.norm({p}, keepdim=True)
a.norm({p}, dim=(), keepdim=True) | m.norm(a, {p}, dtype=m.float64) | a.norm({p}, dim=0, dtype=m.float64)
a.T.norm({p}, -1) | a.norm({p}, dim=(0, 0))"""
            if len(shape) < 3
            else f"""m.norm(a, {p}) | a.norm({p}, (0, 2), True) | m.norm(a, {p}, dim=(0, 1, 2))
a[:, ::2].norm({p}, 1)"""
        ):
            agree(expression, a=a, rtol=1e-5, second=True)


@pytest.mark.parametrize("p", ORDERS)
def test_norms_at_zeros_ties_infinities_and_nan(p: str) -> None:
    for row in ([0.0, 0.0], [0.0, 3.0, -4.0], [3.0, -3.0, 1.0], [inf, 1.0], [nan, 1.0], [-inf, inf]):
        agree(f"a.detach().norm({p})", a=np.array(row))
        agree(f"a.detach().norm({p})", a=np.array(row, np.float16))
        if np.isfinite(row).all():
            agree(f"a.norm({p})", a=np.array(row))


@pytest.mark.parametrize(
    "expression",
    listed(
        """m.norm(a, 'bla') | m.norm(a, 'fro', dim=(0, 1)) | m.norm(a, dim=2) | m.norm(a, dim=-3)
m.norm(a, 3, dim='a') | m.norm(a.int()) | m.norm(a.int(), dtype=m.float32) | m.norm(a, dtype=m.int64)
m.norm(a > 0) | m.norm(a, True) | m.norm(a, p=float('nan')) | m.norm(a, m.tensor(3.0)) | a.norm(2, 0, True)
a.norm(p=3, dim=[0], keepdim=True)
m.renorm(a, 2, 0, 1.0) | m.renorm(a, 1, 1, 2.0) | m.renorm(a, float('inf'), 1, 0.5) | m.renorm(a, 0.5, 0, 3)
m.renorm(a, p=2, dim=-1, maxnorm=0.1) | m.renorm(a, 0, 1, 2.0) | m.renorm(a, -1, 1, 2.0) | m.renorm(a, 2, 0, -1.0)
m.renorm(a[0], 2, 0, 1.0) | m.renorm(a.int(), 2, 0, 1.0) | m.renorm(a, 2, 2, 1.0) | m.renorm(a[:, :0], 2, 0, 1.0)
(a * 1).renorm_(2, 0, 1) | a.T.renorm(2, 0, 1) | a.renorm(2, 1, 100.0) | a.renorm(2, 0) | m.renorm(a[None], 3, 1, 1)
m.dist(a, b) | a.dist(b, 1) | m.dist(a, b, p=3) | m.dist(a, b, 0) | m.dist(a, b[0]) | m.dist(a, b, float('inf'))
m.dist(a, b, -float('inf')) | m.dist(a, m.tensor(1.0)) | m.dist(a, 1.0) | m.dist(a, b.long())
m.dist(a.int(), b.int())
m.dist(a, b.float()) | m.dist(a, b[:, :2]) | m.dist(a[:0], b[:0]) | m.dist(a[:0], b[:0], float('inf'))
a.T.dist(b.T) | m.dist(a, b, 'fro') | m.dist(a[0, 0], b[0, 0])"""
    ),
)
def test_options_and_wrong_calls(expression: str) -> None:
    second = "renorm" not in expression  # which PyTorch fails to differentiate twice
    first = expression != "m.dist(a, b, 0)"  # which PyTorch fails to differentiate at all
    agree(expression, a=values("float64", 3, 4), b=values("float64", 3, 4), gradient=first, second=first and second)


@pytest.mark.parametrize("p", ["0", "0.5", "1", "1.5", "2", "2.5", "3", "float('inf')"])
def test_distances_of_rows(p: str) -> None:
    a, b = values("float64", 3, 4), values("float64", 5, 4)
    b[1] = a[2]  # their distance is 0
    b[2, :2] = a[2, :2]
    for expression in listed(
        f"""m.cdist(a, b, {p}) | m.cdist(a, a, p={p}) | m.cdist(a.T, b.T[:, :3], p={p}) | m.cdist(a[:0], b, p={p})
m.cdist(a, b[:0], p={p}) | m.cdist(a[:, :0], b[:, :0], p={p}) | m.cdist(a[None], b[:, None], p={p})
m.cdist(a.expand(2, 3, 4), b, p={p}) | m.cdist(a[::2], b.flip(0), p={p}) | m.cdist(a[0], b, p={p})
m.cdist(a, b[:, :2], p={p}) | m.cdist(a, b.float(), p={p}) | m.cdist(a.long(), b.long(), p={p})
m.cdist(a, 1.0, p={p})"""
    ):
        for dtype in (np.float64, np.float32):
            agree(expression, a=a.astype(dtype), b=b.astype(dtype))


@pytest.mark.parametrize(
    "options",
    listed(
        """p=-1 | p='a' | compute_mode='bla' | compute_mode=1 | compute_mode='donot_use_mm_for_euclid_dist'
p=float('nan') | 2, None | compute_mode='use_mm_for_euclid_dist_if_necessary' | 2.0, 'donot_use_mm_for_euclid_dist'"""
    ),
)
def test_options_of_distances(options: str) -> None:
    agree(f"m.cdist(a, b, {options})", a=values("float64", 3, 4), b=values("float64", 2, 4))


def test_many_rows_are_as_far_apart_as_products_of_matrices_say() -> None:
    """Above 25 rows PyTorch multiplies matrices: where rows are far apart, that is the same."""
    a, b = values("float64", 40, 6), values("float64", 30, 6)
    agree("m.cdist(a, b)", a=a, b=b)
    agree("m.cdist(a, b, compute_mode='use_mm_for_euclid_dist')", a=a[:3], b=b)


@pytest.mark.parametrize(
    "expression",
    listed(
        """m.norm(a[0], 'nuc') | m.norm(a, 'nuc', dim=(0, 1)) | a.norm('nuc', (2, 0), True) | a[0].T.norm(p='nuc')
m.norm(a[0], 'nuc', keepdim=True) | m.norm(a[0], 'nuc', dim=(1,)) | m.norm(a, 'nuc') | m.norm(a[0, 0], 'nuc')
a[0].norm('nuc', dtype=m.float64) | m.norm(a, 'nuc', dim=(-1, -2)) | m.norm(a.long(), 'nuc', (0, 1))
a.norm('nuc', 0)"""
    ),
)
def test_the_nuclear_norm(expression: str) -> None:
    for dtype in ("float64", "float32"):
        agree(expression, a=values(dtype, 2, 3, 4), second=dtype == "float64")
