"""Extremes, order and distinct values against PyTorch: every option, dtypes, NaN, ties, empty and 0-d, wrong calls.

Where PyTorch doesn't say which of equal values it takes, ours are distinct.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import DTYPES, agree, listed, values

nan, inf = float("nan"), float("inf")

SHAPES = [(), (0,), (5,), (2, 0), (0, 3), (3, 4), (2, 3, 4)]
ALONG = ["sort", "argsort", "max", "min", "argmax", "argmin", "median", "nanmedian", "mode"]
OF_TIES = {"sort": ", stable=True", "argsort": ", stable=True"}  # else PyTorch keeps no order of equal values


def distinct(*shape: int) -> np.ndarray:
    """Distinct values in no order."""
    return np.asarray(np.random.default_rng(3).permutation(int(np.prod(shape))).reshape(shape) / 4.0 - 1)


@pytest.mark.parametrize("name", ALONG)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_along_each_dimension(name: str, shape: tuple[int, ...]) -> None:
    for dtype in ("float32", "float64"):
        for dim in (0, -1, 1, len(shape)):
            more = [", keepdim=True", ", True"] if "sort" not in name else [", True", ", descending=True"]
            for options in ("", *more):
                agree(f"a.{name}({dim}{options})", a=distinct(*shape).astype(dtype), second=True)
    agree(f"m.{name}(a, dim=-1)", a=distinct(*shape)[..., ::2] if shape else distinct())
    agree(f"a.{name}()", a=distinct(*shape))


@pytest.mark.parametrize("dtype", DTYPES)
def test_of_each_dtype_with_ties(dtype: str) -> None:
    a = values(dtype, 3, 7)
    for name in ALONG:
        if not (dtype == "bool" and name in ("argmax", "argmin")):  # PyTorch takes any of the equal ones there
            agree(f"a.{name}(dim=1{OF_TIES.get(name, '')})", a=a)
    for expression in listed(
        """a.aminmax() | a.aminmax(dim=0) | a.msort() | a.unique() | a.unique_consecutive() | a.topk(1, 0).values
a.kthvalue(3).values | a.median() | a.nanmedian() | m.unique(a, dim=1) | m.unique_consecutive(a, dim=0)
m.sort(a, 0, True).values | m.sort(a, stable=True, descending=True, dim=1)"""
    ):
        taken = "a" if all(name not in expression for name in ("unique", "kthvalue", "topk")) else "a.detach()"
        agree(expression.replace("a.", f"{taken}.").replace("(a", f"({taken}"), a=a)


NANS = [[1.0, nan, 3.0, -inf, inf], [nan, nan, 2.0, 2.0, nan], [4.0, 3.0, 2.0, 1.0, 0.0], [nan] * 5]


@pytest.mark.parametrize(
    "expression",
    listed(
        """a.sort(stable=True) | a.sort(stable=True, descending=True) | a.argsort(stable=True) | a.msort() | a.max(1)
a.min(1) | a.max() | a.min() | a.argmax(1) | a.argmin(0) | a.median() | a.median(1) | a.median(0) | a.nanmedian(0)
a.nanmedian() | a.nanmedian(1) | a.topk(5).values | a.topk(2, largest=False).values | a.kthvalue(2, 0).values
a.kthvalue(5).values | a.unique() | m.unique(a, True, True, True)
m.unique_consecutive(a, True, True) | m.unique_consecutive(a, True, True, 1) | a[2].mode() | a.aminmax(dim=1)
a.aminmax() | a.nanmedian(-1, True)"""
    ),
)
def test_with_nan(expression: str) -> None:
    # Of aminmax NaN spreads in PyTorch; of topk and kthvalue it takes any of the equal ones.
    gradient = not any(name in expression for name in ("unique", "aminmax", "topk", "kthvalue"))
    for dtype in ("float32", "float64"):
        a = np.array(NANS, dtype)
        agree(expression if gradient else expression.replace("a.", "a.detach().").replace("(a", "(a.detach()"), a=a)


@pytest.mark.parametrize(
    "expression",
    listed(
        """a.aminmax() | a.aminmax(dim=0) | a.aminmax(dim=-1, keepdim=True) | a.aminmax(keepdim=True) | a.aminmax(0)
m.aminmax(a, dim=2) | a[:0].aminmax() | a[:0].aminmax(dim=0) | a[:0].aminmax(dim=1) | a[0, 0].aminmax(dim=0)
a.aminmax(dim=(0, 1)) | a.T.aminmax(dim=0).max | a.aminmax().min | repr(a.detach().aminmax()) | a.aminmax(dim=5)"""
    ),
)
def test_aminmax(expression: str) -> None:
    for a in (distinct(3, 4), np.array([[1.0, 3.0, 3.0], [1.0, 1.0, 2.0]])):
        agree(expression, a=a, second=True)


@pytest.mark.parametrize(
    "expression",
    listed(
        """a.topk(2) | a.topk(k=1, dim=-1, largest=False) | a.topk(4, 1, False, True) | a.topk(0) | a.topk(5)
a.topk(2, 0) | a.topk(-1) | a.topk(2.0) | a.topk(True) | a.topk(m.tensor(2)) | a.topk() | a.topk(2, 2) | a.T.topk(2)
a[0, 0].topk(1) | a[0, 0].topk(0) | a[0, 0].topk(2) | a[:0].topk(1) | a[:0].topk(0) | m.topk(a, 3, 0, sorted=True)
(a > 0).topk(1) | a.kthvalue(2) | a.kthvalue(1, 0) | a.kthvalue(k=4, dim=1, keepdim=True)
a.kthvalue(5) | a.kthvalue(0) | a.kthvalue(-1)
a.kthvalue(2.0) | a.kthvalue(m.tensor(2)) | a.T.kthvalue(3) | a[0, 0].kthvalue(1) | a[0, 0].kthvalue(2) | a.kthvalue()
a[:0].kthvalue(1, 1) | a[:0].kthvalue(1, 0) | (a > 0).kthvalue(1) | m.kthvalue(a, 2, -2, True) | a.kthvalue(1, 3)
a.msort() | a.T.msort() | a[0, 0].msort() | a[:0].msort() | a[:, ::2].msort() | m.msort(a) | m.msort(input=a)
a.median(keepdim=True) | a.median(0, True) | a.median(dim=(0, 1)) | m.median(a, 1, keepdim=True) | (a > 0).median()
(a > 0).nanmedian(1) | a.nanmedian(dim=1, keepdim=True) | a.median(2) | a[:0].median() | a[:0].long().median()
a[0].median(0, False) | a.mode(2) | a.mode(0, True) | a.mode(keepdim=True) | m.mode(a, dim=1) | a[:0].mode(0)
a[:0].mode(1) | a.sort(2) | a.sort(0, descending=True) | a.sort(dim=0) | a.sort(stable=None) | a.sort(descending=1)
a.argsort(dim=0, descending=True) | a.argsort(1, True) | a.argsort(stable=None) | m.argsort(a, stable=True)"""
    ),
)
def test_ranks(expression: str) -> None:
    for dtype in ("float64", "float32"):
        agree(expression, a=distinct(3, 4).astype(dtype), second=True)


@pytest.mark.parametrize("name", ["median", "nanmedian"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 16, 33])
def test_of_equal_values_pytorch_s_is_taken(name: str, count: int) -> None:
    a = np.random.default_rng(count).integers(0, 3, (6, count)).astype(np.float64)
    agree(f"a.{name}()", a=a, second=True)
    agree(f"a.{name}(1)", a=a, second=True)
    agree(f"a.{name}(0, True)", a=a, second=True)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 16])
def test_of_the_most_frequent_value_the_last_is_taken(count: int) -> None:
    a = np.random.default_rng(count).integers(0, 3, (6, count)).astype(np.float64)
    agree("a.mode()", a=a, second=True)
    agree("m.mode(a, 0, True)", a=a, second=True)


REPEATED = [[1, 1, 2], [1, 1, 2], [0, 3, 3], [1, 1, 2]]


@pytest.mark.parametrize("dtype", ["int64", "float32", "uint8", "bool"])
@pytest.mark.parametrize("options", ["", ", return_inverse=True", ", return_counts=True", ", True", ", True, True"])
@pytest.mark.parametrize("name", ["unique", "unique_consecutive"])
def test_distinct_values(name: str, options: str, dtype: str) -> None:
    a: Any = np.array(REPEATED, dtype)
    if (name, options) == ("unique_consecutive", ", True"):
        return  # PyTorch gives an empty inverse if it is asked for by position alone
    for dim in ("", ", dim=0", ", dim=1", ", dim=-1", ", dim=2", ", dim=None"):
        for part in ("a", "a[0]", "a[:0]", "a[:, :0]", "a[0, 0]", "a.T"):
            agree(f"m.{name}({part}.detach(){options}{dim})", a=a)
    agree(f"a.detach().{name}({options[2:]})", a=a)
    agree("m.unique(a.detach(), True, True, True, 0)", a=a)
    agree("m.unique(a.detach(), sorted=False)", a=a)


@pytest.mark.parametrize("name", ["max", "min", "median", "nanmedian", "mode", "sort"])
def test_named_results(name: str) -> None:
    a = distinct(2, 3)
    for expression in (
        f"repr(a.detach().{name}(1))",
        f"a.{name}(0).values",
        f"a.{name}(0).indices",
        f"a.{name}(0)[1]",
        f"type(a.{name}(0)).__name__",
        f"isinstance(a.{name}(0), tuple)",
        f"isinstance(a.{name}(0), m.return_types.{name})",
        f"m.return_types.{name}((a, a))",
        f"m.return_types.{name}((a, a, a))",
        f"m.return_types.{name}(a, a)",
        f"len(a.{name}(0)), a.{name}(0).n_fields, a.{name}(0).n_sequence_fields, a.{name}(0).n_unnamed_fields",
        f"setattr(a.{name}(0), 'values', 1)",
        f"__import__('copy').copy(a.{name}(0))",
        f"__import__('copy').deepcopy(a.detach().{name}(0))",
        f"repr(m.return_types.{name}((1, 2)))",
    ):
        agree(expression, a=a)
