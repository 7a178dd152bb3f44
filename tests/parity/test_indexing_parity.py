"""Picking and putting by place against PyTorch's own: values, dtypes, gradients, gradients of gradients, errors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, values

CLOSENESS = 1e-6

PICKING = """
a.take(I(5, -6, 0)) | a.take(I(6)) | a.take(I(-7)) | a.take(m.tensor(1)) | m.take(a, I([0, 1], [-1, -1]))
a.take(I()) | a[:0].take(I(0)) | a[:0].take(I()) | a.t().take(I(1, 1)) | a.take(I(0).int()) | a.take([0])
a[0, 0].take(I(0, 0)) | m.take_along_dim(a, I([-1], [0]), 1) | m.take_along_dim(a, I([0]), 1)
m.take_along_dim(a, I([0, 1, 0]), 0) | m.take_along_dim(a, I([0, 5])) | m.take_along_dim(a, I(-1))
m.take_along_dim(a, I(6)) | m.take_along_dim(a, I([3]), 1) | m.take_along_dim(a, I(0), 1)
a.take_along_dim(I([-4]), 1) | a.take_along_dim(I([0, 0]), 1) | a.take_along_dim(I([2], [1]), -1)
a.take_along_dim(m.tensor(4)) | a.take_along_dim(I([0]).int(), 1) | a.take_along_dim(I([1]), dim=0)
m.gather(a, 1, I([0, -1])) | a.gather(1, I([2, 0], [1, 1])) | a.gather(0, I([1, 1, 0]).int())
a.gather(1, I([0, 1]).short()) | a.gather(0, I([0], [0], [1])) | a.gather(1, I([0], [0], [0])) | a.gather(-1, I([2]))
a[0].gather(0, I(2, 2, 2, 1)) | a[0, 0].gather(0, m.tensor(0)) | a[0, 0].gather(0, I(0, 0)) | a.gather(0, I([2]))
a.gather(2, I([0])) | a.t().gather(0, I([2, 0])) | a.index_select(0, I(1, 1, 0)) | a.index_select(1, I(2, 0).int())
a.index_select(0, I(0).short()) | a.index_select(-1, m.tensor(1)) | a.index_select(0, I()) | a.index_select(0, I([0]))
a.index_select(1, I(3)) | a.index_select(1, I(-1)) | a[0, 0].index_select(0, I(0)) | a.t().index_select(0, I(2, 0))
a.index_select(0, I(0).to(m.uint8)) | a[:, :0].index_select(0, I(1)) | a.index_select(2, I(0))
a.masked_select(a > 0) | a.masked_select(a[:, :1] > 0) | a.masked_select(a > 99) | a.masked_select(a)
a[0, 0].masked_select(m.tensor(True)) | a.masked_select(m.tensor([True, False])) | a.t().masked_select(a.t() > 0)
m.masked_select(a[0], a > 0) | m.argwhere(a > 0) | a.argwhere() | m.argwhere(a[0, 0]) | m.argwhere(a[:0])
m.argwhere(m.tensor(0)) | m.argwhere(a.t() > 0) | m.argwhere(a[0] > 0) | m.argwhere(a[None] > 0)
m.argwhere(m.tensor(1)) | m.argwhere(3) | m.unravel_index(I(5, 1), (2, 3)) | m.unravel_index(I(-1, -7, 6), (2, 3))
m.unravel_index(m.tensor(4), (2, 3)) | m.unravel_index(I([1, 2]), 6) | m.unravel_index(I(1), ())
m.unravel_index(I(1), (2, -3)) | m.unravel_index(a, (2, 3)) | m.unravel_index(I(3).int(), (2, 2))
m.unravel_index(I(3).to(m.uint8), (2, 2)) | m.unravel_index(I(), (2, 2)) | m.unravel_index(I(7, 11, 23), (2, 3, 4))
m.unravel_index(I(1), [2, 2]) | m.unravel_index(m.tensor([True]), (2,))
"""

PUTTING = """
a.put(I(-1, 0), b[0, :2]) | a.put(I(6), b[0, :1]) | a.put(I(0, 1), b[0, :1])
a.put(I(0, 0), b[0, :2], accumulate=True) | a.put(I(0, 0, -6), b[0], True) | a.put(I(0, 1), b[:1, :2])
a.put(I(0), I(9)) | a.put(m.tensor(0), b[0, 0]) | m.put(a, I(3), b[0, :1]) | a.put(I(0).int(), b[0, :1])
a.t().put(I(1, 2), b[0, :2]) | a.put(I(), b[0, :0]) | a.clone().put_(I(1, 1), b[0, :2], True)
a.index_add(0, I(-1), b[:1]) | a.index_add(0, I(0), b[0]) | a.index_add(0, m.tensor(0), b[:1])
a.index_add(0, I(0, 0), b) | a.index_add(0, I(0, 1).int(), b, alpha=2) | a.index_add(1, I(2, 2, 2), b)
a.index_add(0, I(0), b[:1].half()) | a.index_add(0, I([0]), b[:1]) | a.index_add(0, I(0), b)
a[0, 0].index_add(0, m.tensor(0), b[0, 0]) | a.index_add(0, I(2), b[:1]) | a.index_add(0, I(0), b[:1, :2])
a.t().index_add(-1, I(1, 1), b.t()) | a.clone().index_add_(0, I(1, 1), b) | a.index_add(0, I(), b[:0])
a[0].index_add(0, I(0, 0), b[0, :2]) | a.index_copy(0, I(-1), b[:1]) | a.index_copy(0, I(0), b[0])
a.index_copy(0, m.tensor(0), b[:1]) | a.index_copy(1, I(2, 0), b[:, :2]) | a.index_copy(0, I(0), b[:1].half())
a[0, 0].index_copy(0, I(0), b[0, :1]) | a[0, 0].index_copy(0, m.tensor(0), b[0, 0]) | a.index_copy(0, I(2), b[:1])
a.index_copy(0, I(1, 0).int(), b) | a.t().index_copy(0, I(2, 0, 1), b.t()) | a.clone().index_copy_(0, I(1), b[:1])
a.index_fill(0, I(-1), 7) | a.index_fill(0, I(2), 7) | a.index_fill(0, I(-3), 7) | a.index_fill(0, m.tensor(0), 2)
a.index_fill(1, I(0, 0), b[0, 0]) | a.index_fill(0, I(0), b[0, :1]) | a[0, 0].index_fill(0, I(0), 1)
a.index_fill(0, I([0]), 7) | a.index_fill(0, I(0).int(), 7) | a.t().index_fill(1, I(1), b[1, 1])
a.clone().index_fill_(0, I(1), 3) | a.index_fill(0, I(), 3) | a.index_fill(2, I(0), 3) | a.index_put((I(0),), b[0, 0])
a.index_put([I(0, 0)], b[:1], accumulate=True) | a.index_put((a > 0,), b[0, 0]) | a.index_put((a > 0,), b[0, 0], True)
a.index_put((None, I(0)), b[0, 0]) | a.index_put((0,), b[0, 0]) | a.index_put((I(0),), 5.0)
a.index_put((I(0),), b[0, 0].half()) | a.index_put((m.tensor(0), m.tensor(1)), b[0, 0]) | a.index_put((I(-1),), b[0])
a.index_put(I(0), b) | a.index_put((I(5),), b[0]) | a.index_put((I(0, 1), I(2, 0)), b[0, :2])
a.index_put((I(0, 0), I(1, 1)), b[0, :2], True) | a.index_put((I([0], [1]), I(0, 2)), b[:, :2])
a.index_put((I(0, 1).int(),), b) | a.index_put((I(0, 1, 0),), b) | a.t().index_put((I(0),), b[:, 0])
a.clone().index_put_((I(0, 0),), b, True) | a.index_put((I(0), m.tensor([True, False, True])), b[0, :2])
a.index_put((I(0), m.tensor([True, False])), b[0, 0]) | a.masked_scatter(a > 0, b) | a.masked_scatter(a > 0, b[0, :0])
a.masked_scatter(a[:, :1] > 0, b) | a.masked_scatter(a > 0, b.half()) | a[0].masked_scatter(a > 0, b)
a.masked_scatter(a, b) | a[0, 0].masked_scatter(m.tensor(True), b) | a.clone()[0].masked_scatter_(a > 0, b)
a.t().masked_scatter(a.t() > 0, b) | a.masked_scatter(a > 99, b) | a.clone().masked_scatter_(a < 99, b)
a.masked_scatter(m.tensor([True, False]), b) | a.select_scatter(b[0], 0, 1) | a.select_scatter(b[0], 0, 2)
a.select_scatter(b[:, 0], -1, -1) | a.select_scatter(b[:1], 0, 1) | a.select_scatter(b[0, 0], 0, 1)
a.select_scatter(I(1, 2, 3), 0, 1) | a[0, 0].select_scatter(b[0, 0], 0, 0) | m.select_scatter(a, b[0], 0, 0)
a.t().select_scatter(b[0], 1, 0) | a.select_scatter(b[0], 2, 0) | a.select_scatter(src=b[1], dim=0, index=-2)
a.select_scatter(b[0].half(), 0, 0) | a.slice_scatter(b) | a.slice_scatter(b[:1]) | a.slice_scatter(b[:1], 0, 1)
a.slice_scatter(b[:, :2], 1, 0, 4, 2) | a.slice_scatter(b, 0, -5, 100) | a.slice_scatter(b[:, :1], 1, start=2)
a.slice_scatter(b[:, :1], 1, start=-1) | a.slice_scatter(b[:, :0], 1, 2, 1) | a.slice_scatter(I([1, 2, 3], [4, 5, 6]))
a.slice_scatter(b, step=0) | a.slice_scatter(b, step=-1) | a[0, 0].slice_scatter(b[0, 0])
m.slice_scatter(a.t(), b.t()) | a.slice_scatter(b, 2) | a.masked_fill(a > 0, 2) | a.masked_fill(a > 0, b[0, 0])
a.masked_fill(a[0] > 0, 1) | a[0].masked_fill(a > 0, 1) | a.masked_fill(a, 1)
"""

SCATTERING = """
a.scatter(0, I([0, 1, 0]), b[:1]) | a.scatter(1, I([0, 1], [1, 2]), b[:, :2]) | a.scatter(0, I([0]), value=2)
a.scatter(0, I([0]), src=b.detach()) | a.scatter(0, I([0]), 3) | a.scatter(0, I([-1]), 1) | a.scatter(0, I([2]), 1)
a.scatter(0, I(), 1) | a.scatter(0, I([0]), b[0, 0]) | a[0, 0].scatter(0, I(0), 1)
a[0, 0].scatter(0, m.tensor(0), 1) | a.scatter(0, I([0, 0], [0, 0], [0, 0]), 1)
a.scatter(1, I([0, 1], [0, 1], [0, 0]), 1) | a.scatter(0, I([0, 0, 0, 0]), b) | a.scatter(0, I([0]).int(), b.detach())
a.scatter(0, I([0]).short(), b) | a.scatter(0, I([0]), b.half()) | a.scatter(2, I([0]), 1)
a.scatter(0, I([0]), 1, reduce='mul') | a.t().scatter(1, I([1, 0]), b.t()[:1]) | a.clone().scatter_(1, I([2], [0]), 1)
a.scatter_add(0, I([0, 1, 0]), b[1:]) | a.scatter_add(0, I([0, 0, 0], [0, 0, 0]), b)
a.scatter_add(1, I([1, 1, 1]), b[:1]) | a.scatter_add(0, I([0]), 2) | a.scatter_add(0, I([0]), b.half())
a[0, 0].scatter_add(0, I(0), b[0, :1]) | a[0, 0].scatter_add(0, m.tensor(0), b[0, 0])
a.scatter_add(0, I(), b.detach()) | a.scatter_add(0, I([0, 0, 0, 0]), b)
m.scatter_add(a, -1, I([2, 2], [0, 0]).int(), b.detach()) | a.scatter_add(0, I([-1]), b)
a.clone().scatter_add_(0, I([1, 1, 1]), b.detach()) | a.t().scatter_add(0, I([0, 0], [0, 1]), b.t()[1:])
a.scatter_add(0, I([0], [0], [0]), b)
"""
REDUCING = """
a.scatter_reduce(0, I([0, 0, 0], [0, 0, 0]), b, r)
a.scatter_reduce(0, I([0, 0, 0], [0, 0, 0]), b, r, include_self=False)
a.scatter_reduce(1, I([0, 1, 1], [2, 2, 2]), b, reduce=r)
m.scatter_reduce(a, 1, I([0, 1, 1], [2, 2, 2]), b, r, include_self=False)
a.scatter_reduce(-1, I([1, 1], [0, 2]).int(), b[:, :2], r) | a[0, 0].scatter_reduce(0, m.tensor(0), b[0, 0], r)
a[0].scatter_reduce(0, I(1, 1, 1), b[0], r) | a.scatter_reduce(0, I([0]), b.half(), r)
a.scatter_reduce(0, I([2]), b, r) | a.scatter_reduce(0, I([0]), b, 'max2')
a.scatter_reduce(0, I([]), b.detach()[:, :0], r) | a.scatter_reduce(0, I([0]), b)
a.scatter_reduce(0, I([0]), b, r, False) | a.t().scatter_reduce(0, I([0, 0], [0, 1]), b.t()[:2], r)
a.clone().scatter_reduce_(0, I([1, 1, 1], [1, 1, 1]), b, r) | a.scatter_reduce(0, I([0, 0, 0]), 2, r)
"""
REDUCING_SLICES = """
a.index_reduce(0, I(0, 0), b, r) | a.index_reduce(0, I(0, 0), b, r, include_self=False)
a.index_reduce(1, I(2, 2, 0), b, r) | m.index_reduce(a, 1, I(2, 2, 0), b, r, include_self=False)
a.index_reduce(0, I(-1), b[:1], r) | a.index_reduce(0, I(2), b[:1], r)
a[0, 0].index_reduce(0, m.tensor(0), b[0, 0], r) | a.index_reduce(0, I(0), b[0], r)
a.index_reduce(0, I(0), b[:1], 'sum') | a.index_reduce(0, I(1).int(), b[:1], r)
a.t().index_reduce(-1, I(1, 1), b.t(), r) | a.clone().index_reduce_(0, I(1, 1), b, r)
a.index_reduce(0, I(0), b[:1].half(), r) | a[0].index_reduce(0, I(1, 1, 1), b[0], r)
a.index_reduce(0, I(), b[:0], r)
"""


def written_out(expression: str) -> str:
    """The expression with what ``I(...)`` stands for: a tensor of places."""
    return expression.replace("I(", "(lambda *n: m.tensor(n, dtype=m.int64))(")


def both_orders_agree(expression: str, orders: int = 2, **operands: Any) -> None:
    agree(written_out(expression), rtol=CLOSENESS, gradient=orders > 0, second=orders > 1, **operands)


@pytest.mark.parametrize("expression", listed(PICKING + PUTTING + SCATTERING))
def test_picking_and_putting(expression: str) -> None:
    a, b = values("float64", 2, 3), values("float64", 2, 3)
    both_orders_agree(expression, a=a, b=b)
    agree(written_out(expression), a=a, b=b, shared=True, gradient=False)
    for dtype in ("float32", "int64"):
        both_orders_agree(expression, 0, a=values(dtype, 2, 3), b=values(dtype, 2, 3))


@pytest.mark.parametrize("reduce", ["sum", "prod", "mean", "amax", "amin"])
@pytest.mark.parametrize("expression", listed(REDUCING + REDUCING_SLICES))
def test_what_meets_in_one_place(expression: str, reduce: str) -> None:
    written = re.sub(r"\br\b", repr(reduce), expression)
    # PyTorch has no second derivative of products.
    both_orders_agree(written, 1 if reduce == "prod" else 2, a=values("float64", 2, 3), b=values("float64", 2, 3))
    for dtype in ("float32", "int64", "uint8"):
        both_orders_agree(written, 0, a=values(dtype, 2, 3), b=values(dtype, 2, 3))


@pytest.mark.parametrize("reduce", ["add", "multiply"])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8"])
def test_scatter_that_adds_or_multiplies(dtype: str, reduce: str) -> None:
    a, b = values(dtype, 2, 3), values(dtype, 2, 3)
    for arguments in (
        "0, I([0, 0, 0], [0, 0, 0]), b",
        "1, I([0, 0], [2, 1]), b",
        "0, I([1]), 2",
        "-1, I([1, 1]), 3",
        "0, I(), b",
    ):
        both_orders_agree(f"a.scatter({arguments}, reduce={reduce!r})", 0, a=a, b=b)
        both_orders_agree(
            f"a.detach().clone().scatter_({arguments.replace('b', 'b.detach()')}, reduce={reduce!r})", 0, a=a, b=b
        )


def test_ties_for_the_largest_share_and_zeros_have_their_products() -> None:
    ties, zeros = np.array([[1.0, 2.0, 2.0], [3.0, 1.0, 2.0]]), np.array([[0.0, 2.0, 0.0], [3.0, 0.0, 0.0]])
    same = "a.scatter_reduce(0, I([0, 0, 0], [0, 0, 0]), b"
    for name in ("amax", "amin"):
        both_orders_agree(f"{same}, {name!r})", a=ties, b=ties)
        both_orders_agree(f"{same}, {name!r}, include_self=False)", a=ties - 5, b=ties)  # PyTorch counts a in a tie
    both_orders_agree(f"{same}, 'prod')", 1, a=ties, b=zeros)


def test_in_bools() -> None:
    a, b = np.array([True, False, True]), np.array([False, True, True])
    for name in ("sum", "prod", "amax", "amin"):
        both_orders_agree(f"a.scatter_reduce(0, I(0, 0, 1), b, {name!r})", a=a, b=b)
    for expression in ("a.scatter_add(0, I(0, 1, 1), b)", "a.index_add(0, I(1), b[2:])", "a.put(I(0, 1), b[:2], True)"):
        both_orders_agree(expression, a=a, b=b)
