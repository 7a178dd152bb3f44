"""Derivatives of functions: by which arguments, of trees, with something else beside, nested, and errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.func import grad, grad_and_value, hessian, jacfwd, jacrev, jvp, vjp

X, Y = tg.tensor([1.0, 2.0]), tg.tensor([3.0, -1.0])


class Pair(NamedTuple):
    """Two tensors."""

    a: Any
    b: Any


def product(x: Any, y: Any) -> Any:
    """Σ x² y."""
    return (x**2 * y).sum()


def total(x: Any) -> Any:
    """Σ x²."""
    return (x**2).sum()


def beside(x: Any) -> Any:
    """Σ x², and something beside."""
    return (x**2).sum(), {"double": x * 2, "word": "aux"}


BY_X, BY_Y = [6.0, -4.0], [1.0, 4.0]


@pytest.mark.parametrize(
    ("argnums", "wanted"),
    [(0, BY_X), (1, BY_Y), (-1, BY_Y), ((0, 1), (BY_X, BY_Y)), ((1, 0), (BY_Y, BY_X)), ((1,), (BY_Y,))],
)
@pytest.mark.parametrize("make", [grad, jacrev, jacfwd])
def test_argnums_choose_the_arguments(make: Any, argnums: Any, wanted: Any) -> None:
    found = make(product, argnums)(X, Y)
    got = tuple(each.tolist() for each in found) if isinstance(found, tuple) else found.tolist()
    assert got == wanted


def test_hessians_of_several_arguments_stand_in_tuples() -> None:
    (xx, xy), (yx, yy) = hessian(product, (0, 1))(X, Y)
    assert xx.tolist() == [[6, 0], [0, -2]]
    assert xy.tolist() == yx.tolist() == [[2, 0], [0, 4]]
    assert yy.tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("make", [grad, grad_and_value, jacrev, jacfwd])
def test_what_stands_beside_comes_in_a_pair(make: Any) -> None:
    found, other = make(beside, has_aux=True)(X)
    assert found.tolist() == [2, 4]
    if make is grad_and_value:
        value, other = other
        assert value.item() == 5
    assert other["double"].tolist() == [2, 4]
    assert other["word"] == "aux"
    assert not other["double"].requires_grad
    assert not found.requires_grad


def test_products_with_something_beside() -> None:
    value, back, other = vjp(beside, X, has_aux=True)
    assert (value.item(), back(tg.tensor(10.0))[0].tolist(), other["word"]) == (5, [20, 40], "aux")
    value, along, other = jvp(beside, (X,), (Y,), has_aux=True)
    assert (value.item(), along.item(), other["double"].tolist()) == (5, 2, [2, 4])


def test_arguments_and_results_may_be_trees() -> None:
    tree = {"a": X, "b": [Y, (tg.tensor(2.0),)], "c": Pair(X, Y)}
    found = grad(lambda t: (t["a"] * t["b"][0]).sum() * t["b"][1][0] + t["c"].b.sum())(tree)
    assert found["a"].tolist() == [6, -2]
    assert found["b"][0].tolist() == [2, 4]
    assert isinstance(found["b"][1], tuple)
    assert found["b"][1][0].item() == 1
    assert isinstance(found["c"], Pair)
    assert found["c"].a.tolist() == [0, 0]
    assert found["c"].b.tolist() == [1, 1]
    jacobians: Any = jacrev(lambda x: Pair(x.sum(), {"twice": x * 2}))(X)
    assert isinstance(jacobians, Pair)
    assert jacobians.a.tolist() == [1, 1]
    assert jacobians.b["twice"].tolist() == [[2, 0], [0, 2]]


def test_products_are_those_with_the_jacobian() -> None:
    def both(x: Any, y: Any) -> Any:
        return x * y.sum(), (x * y).sum()

    (rows_x, rows_y), (last_x, last_y) = jacrev(both, (0, 1))(X, Y)
    _, back = vjp(both, X, Y)
    v, w = np.array([2.0, 5.0]), 3.0
    by_x, by_y = back((tg.tensor(v, dtype=tg.float32), tg.tensor(w)))
    np.testing.assert_allclose(by_x.numpy(), v @ rows_x.numpy() + w * last_x.numpy())
    np.testing.assert_allclose(by_y.numpy(), v @ rows_y.numpy() + w * last_y.numpy())
    value, (first, last) = jvp(both, (X, Y), (Y, X))
    assert value[1].item() == 1
    np.testing.assert_allclose(first.numpy(), rows_x.numpy() @ Y.numpy() + rows_y.numpy() @ X.numpy())
    np.testing.assert_allclose(last.numpy(), last_x.numpy() @ Y.numpy() + last_y.numpy() @ X.numpy())


def test_the_caller_s_tensors_get_no_gradient() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    found = grad(lambda x: (x**3).sum())(x)
    assert x.grad is None
    assert found.requires_grad
    found.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [6, 12]


def test_derivatives_nest() -> None:
    def quartic(x: Any) -> Any:
        return x**4

    at = tg.tensor(2.0)
    assert [f(at).item() for f in (grad(quartic), grad(grad(quartic)), grad(grad(grad(quartic))))] == [32, 48, 48]
    inner = grad(lambda x: grad(lambda y: x**2 * y**2)(x * 3))(at)  # d/dx of 2 x² 3x
    assert inner.item() == 18 * 4
    with tg.no_grad():
        assert not grad(quartic)(at).requires_grad
        assert grad(quartic)(at).item() == 32


def test_what_does_not_depend_has_the_derivative_0() -> None:
    assert grad(lambda x, y: (y**2).sum())(X, Y).tolist() == [0, 0]
    assert grad(lambda x: tg.tensor(1.0))(X).tolist() == [0, 0]
    assert jvp(lambda x: tg.ones(3), (X,), (Y,))[1].tolist() == [0, 0, 0]
    assert jacrev(lambda x: x[:0])(X).shape == (0, 2)


def test_keywords_are_passed_on() -> None:
    assert grad(lambda x, *, power: (x**power).sum())(X, power=3).tolist() == [3, 12]
    assert jacrev(lambda x, *, power: x.sum() ** power)(X, power=2).tolist() == [6, 6]


def test_the_function_s_name_is_kept() -> None:
    assert grad(product).__name__ == jacrev(product).__name__ == "product"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: grad(lambda x: x)(X), r"grad: the function must return one number, .*; reduce it, for example"),
        (lambda: grad_and_value(lambda x: (x.sum(),))(X), "grad_and_value: the function must return one number"),
        (lambda: grad(lambda x: (x.sum(), x.sum()))(X), "grad: the function must return one number"),
        (lambda: grad(lambda x: 3.0)(X), "grad: the function must return tensors, got float 3.0"),
        (lambda: jacrev(lambda x: (x, "a"))(X), "jacrev: the function must return tensors, got str 'a'"),
        (lambda: grad(total, has_aux=True)(X), r"with has_aux=True the function must return a tuple \(output, aux\)"),
        (lambda: vjp(lambda x: (x, x, x), X, has_aux=True), r"vjp: with has_aux=True .* \(output, aux\), got"),
        (lambda: grad(total, 1)(X), "grad: got argnums=1, but 1 positional arguments"),
        (lambda: jacrev(total, (0, -2))(X), r"jacrev: got argnums=\(0, -2\), but 1 positional arguments"),
        (lambda: wrong(grad)(total, 0.5), "grad: argnums must be an integer or a tuple of them, got float 0.5"),
        (lambda: grad(total, True), "grad: argnums must be an integer or a tuple of them, got bool True"),
        (lambda: wrong(hessian)(total, (0, "1")), "hessian: argnums must be an integer or a tuple"),
        (lambda: grad(total)(tg.tensor([1, 2])), "grad: only floating-point values have derivatives, .*; use .float"),
        (lambda: jvp(total, X, (Y,)), "jvp: primals must be a tuple, one for each argument of func; got"),
        (lambda: jvp(total, (X,), Y), "jvp: tangents must be a tuple, one for each argument of func; got"),
        (lambda: jvp(total, (X,), (Y, Y)), "jvp: wanted 1 tensors for the tangents, got 2"),
        (lambda: jvp(total, (X,), (1.0,)), "jvp: wanted tensors for the tangents, got float 1.0"),
        (lambda: jvp(total, (X,), (tg.ones(3),)), r"jvp: for the tangents, wanted the shape \(2,\), got"),
        (lambda: vjp(total, X)[1](X), r"vjp: for the cotangents, wanted the shape \(\), got"),
        (lambda: vjp(total, X)[1]((tg.tensor(1.0), X)), "vjp: wanted 1 tensors for the cotangents, got 2"),
    ],
)
def test_what_cannot_be_differentiated(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(RuntimeError, match=words):
        call()


def test_other_refusals() -> None:
    with pytest.raises(TypeError, match="grad: wanted a function, got"):
        wrong(grad)(X)
    with pytest.raises(TypeError, match="grad: has_aux must be True or False, got int 1"):
        wrong(grad)(total, has_aux=1)
    with pytest.raises(TypeError, match="jacfwd: has_aux must be True or False, got int 1"):
        wrong(jacfwd)(total, has_aux=1)
    with pytest.raises(ValueError, match=r"grad: wanted tensors to differentiate by, got float 2\.0"):
        grad(total)(2.0)
    with pytest.raises(NotImplementedError, match="jvp: strict=True is not supported; leave it out"):
        jvp(total, (X,), (Y,), strict=True)
