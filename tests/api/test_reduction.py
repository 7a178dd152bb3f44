"""Reductions over every choice of dimensions, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg

RNG = np.random.default_rng(0)
SHAPES = [(2, 3, 4), (3,), (1, 2), (0,), (2, 0), ()]
NAN = float("nan")


def dims_of(ndim: int) -> list[Any]:
    """Every form in which dimensions can be named."""
    forms: list[Any] = [None]
    if ndim:
        forms += [0, -1, (0,), [-1], ()]
    if ndim > 1:
        forms += [(0, 1), (-1, 0), tuple(range(ndim))]
    return forms


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ["sum", "mean", "var", "std", "all", "any", "count_nonzero", "logsumexp"])
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning:numpy")
def test_against_numpy(name: str, shape: tuple[int, ...], keepdim: bool) -> None:
    references: dict[str, Callable[..., Any]] = {
        "sum": np.sum,
        "mean": np.mean,
        "var": lambda a, axis, keepdims: np.var(a, axis=axis, ddof=1, keepdims=keepdims),
        "std": lambda a, axis, keepdims: np.std(a, axis=axis, ddof=1, keepdims=keepdims),
        "all": np.all,
        "any": np.any,
        "count_nonzero": np.count_nonzero,
        "logsumexp": lambda a, axis, keepdims: np.log(np.sum(np.exp(a), axis=axis, keepdims=keepdims)),
    }
    array = np.asarray(RNG.standard_normal(shape))
    for dim in dims_of(len(shape)):
        if (dim == () and name in ("all", "any")) or (name == "count_nonzero" and keepdim):
            continue
        axis = tuple(dim) if isinstance(dim, list) else None if dim == () else dim
        with np.errstate(all="ignore"):
            wanted = references[name](array, axis=axis, keepdims=keepdim)
        x = tg.tensor(array)
        options = {} if name == "count_nonzero" else {"keepdim": keepdim}
        for result in (getattr(tg, name)(x, dim=dim, **options), getattr(x, name)(dim=dim, **options)):
            assert tuple(result.shape) == np.shape(wanted)
            np.testing.assert_allclose(result.numpy(), wanted, rtol=1e-10)


def test_nothing_adds_up_to_nothing() -> None:
    empty = tg.zeros(0)
    assert empty.sum().item() == 0
    assert empty.prod().item() == 1
    assert empty.logsumexp(0).item() == -float("inf")
    assert empty.norm().item() == 0
    assert empty.all().item() is True
    assert empty.any().item() is False
    for name in ("mean", "var", "std"):
        assert np.isnan(getattr(empty, name)().item())
    assert tg.zeros(0, 2).mean(0).tolist() == pytest.approx([NAN, NAN], nan_ok=True)


def test_dtypes() -> None:
    for dtype in (tg.bool, tg.uint8, tg.int8, tg.int32):
        x = tg.ones(3, dtype=dtype)
        assert (x.sum().dtype, x.prod().dtype, x.cumsum(0).dtype) == (tg.int64,) * 3
        assert x.sum(dtype=dtype).dtype is dtype
        assert x.mean(dtype=tg.float64).dtype is tg.float64
        assert x.logsumexp(0).dtype is tg.float32
        for name in ("mean", "var", "std", "norm"):
            with pytest.raises(TypeError, match=rf"{name}: wanted floating-point values, got .*\.float\(\) first"):
                getattr(x, name)()
    assert tg.tensor([200, 100], dtype=tg.uint8).sum().item() == 300
    assert tg.tensor([200, 100], dtype=tg.uint8).sum(dtype=tg.uint8).item() == 44
    assert tg.ones(2, dtype=tg.uint8).all().dtype is tg.uint8  # as in PyTorch
    assert tg.ones(2).all().dtype is tg.bool
    assert tg.full((4096,), 1.0, dtype=tg.float16).sum().item() == 4096


def test_spread() -> None:
    x = tg.tensor([1.0, 2.0, 3.0, 6.0])
    assert x.var().item() == pytest.approx(14 / 3)
    for biased in (
        x.var(False),
        x.var(unbiased=False),
        x.var(0, False),
        x.var(correction=0),
        tg.var(x, dim=0, correction=0),
    ):
        assert biased.item() == pytest.approx(3.5)
    assert x.std(True).item() == pytest.approx((14 / 3) ** 0.5)
    assert x.var(0, True, True).shape == (1,)
    assert x.var(correction=4).item() == float("inf")
    assert np.isnan(tg.tensor([1.0]).std().item())
    variance, mean = tg.var_mean(x, correction=0)
    deviation, mean_again = tg.std_mean(x, False)
    assert (variance.item(), mean.item(), mean_again.item()) == (3.5, 3.0, 3.0)
    assert deviation.item() == pytest.approx(3.5**0.5)
    with pytest.raises(TypeError, match="var: give either unbiased or correction"):
        x.var(unbiased=True, correction=1)


def test_products_go_over_one_dimension() -> None:
    x = tg.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert x.prod().item() == 24
    assert x.prod(0).tolist() == [3.0, 8.0]
    assert x.prod(1, keepdim=True).tolist() == [[2.0], [12.0]]
    with pytest.raises(TypeError, match="prod: dim must be one integer or None, got tuple"):
        x.prod(wrong((0, 1)))


def test_truth_over_no_dimensions_is_the_truth_of_each_value() -> None:
    x = tg.tensor([[0.0, 2.0]])
    assert x.all(()).tolist() == [[False, True]]
    assert x.any(()).tolist() == [[False, True]]


@pytest.mark.parametrize(
    ("p", "wanted"),
    [
        ("fro", 5.0),
        (None, 5.0),
        (2, 5.0),
        (1, 7.0),
        (3, 91 ** (1 / 3)),
        (float("inf"), 4.0),
        (-float("inf"), 0.0),
        (0, 2.0),
    ],
)
def test_norms(p: Any, wanted: float) -> None:
    assert tg.norm(tg.tensor([3.0, -4.0, 0.0]), p).item() == pytest.approx(wanted)


@pytest.mark.parametrize(("p", "values", "wanted"), [(3, [0.0, 0.0], [0, 0]), (0.5, [0.0, 4.0], [0, 1])])
def test_a_zero_has_gradient_zero_in_every_norm(p: float, values: list[float], wanted: list[float]) -> None:
    x = tg.tensor(values, requires_grad=True)
    tg.norm(x, p).backward()
    assert x.grad is not None
    assert x.grad.tolist() == wanted


def test_the_norm_of_nothing_but_zeros_has_gradient_zero() -> None:
    x = tg.zeros(3, requires_grad=True)
    x.norm().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_logsumexp_neither_overflows_nor_underflows() -> None:
    assert tg.logsumexp(tg.tensor([1000.0, 1000.0]), 0).item() == pytest.approx(1000 + np.log(2))
    assert tg.logsumexp(tg.tensor([-1000.0, -1000.0]), 0).item() == pytest.approx(-1000 + np.log(2))
    assert tg.logsumexp(tg.tensor([float("inf"), 1.0]), 0).item() == float("inf")
    assert tg.logsumexp(tg.full((2,), -float("inf")), 0).item() == -float("inf")


def test_arguments_out_of_place() -> None:
    x = tg.ones(2, 3)
    with pytest.raises(IndexError, match="sum: dimension 5 is out of range for 2 dimensions; wanted -2 to 1"):
        x.sum(5)
    with pytest.raises(RuntimeError, match="sum: dimension 0 appears more than once"):
        x.sum((0, -2))
    with pytest.raises(TypeError, match="sum: a dimension must be an integer, got str 'rows'"):
        x.sum(wrong("rows"))
    with pytest.raises(TypeError, match=r"sum: keepdim must be True or False, got int 1; .* dim=\(0, 1\)"):
        x.sum(0, wrong(1))
