"""`autograd.functional`: Jacobians, Hessians and their products, against differences; forms, and words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.arrays import ANY, arrays, broadcasting
from support.cases import CASES
from support.differences import assert_close, difference
from support.search import FEW

import tinygrad_edu as tg
from tinygrad_edu.autograd import Primitive, gradcheck
from tinygrad_edu.autograd.functional import hessian, hvp, jacobian, jvp, vhp, vjp
from tinygrad_edu.ops.table import TABLE

ALL_SIX = [jacobian, hessian, vjp, jvp, hvp, vhp]
WITH_VECTOR = [vjp, jvp, hvp, vhp]

each_operation = pytest.mark.parametrize("operation", ALL_SIX, ids=lambda each: each.__name__)
each_product = pytest.mark.parametrize("operation", WITH_VECTOR, ids=lambda each: each.__name__)

# Of two inputs that broadcast, of any shapes.
SMOOTH: dict[str, Callable[..., Any]] = {
    "elementwise": lambda x, y: (x * y).sin() * x,
    "reduced": lambda x, y: (x.exp() * y).sum(),
    "several outputs": lambda x, y: (x * y, (x * x).sum().tanh(), y.exp()),
    "one unused": lambda x, y: x**3,
    "neither used": lambda x, y: tg.ones(2, dtype=tg.float64),
    "linear": lambda x, y: 2 * x - y,
    "given back": lambda x, y: (x, y),
}
NUMBERS: dict[str, Callable[..., Any]] = {
    "reduced": lambda x, y: ((x * y).sin() * x.exp()).sum(),
    "apart": lambda x, y: (x**3).sum() + y.exp().sum(),
    "one unused": lambda x, y: (x**3).sum(),
    "neither used": lambda x, y: tg.ones((), dtype=tg.float64),
    "linear": lambda x, y: 2 * x.sum() - y.sum(),
    "of one element": lambda x, y: (x * x * y).sum().reshape(1, 1),
}


def as_tensors(values: Any) -> tuple[Any, ...]:
    """Return tensors that share the memory of arrays; NumPy scalars stay numbers inside."""
    return tuple(map(tg.Tensor.wrap, values))


def as_tuple(results: Any) -> tuple[Any, ...]:
    return results if isinstance(results, tuple) else (results,)


def dotted(tensors: Any, weights: Any) -> float:
    """Return the sum of all products."""
    pairs = zip(as_tuple(tensors), weights, strict=True)
    return float(sum(np.sum(np.asarray(each.detach()) * weight) for each, weight in pairs))


def along(f: Callable[[list[np.ndarray]], float], at: Any, direction: Any) -> Any:
    """Return the derivative of `f` at `at` in a direction, by differences."""
    step = np.zeros(())
    return difference(lambda: f([x + step * v for x, v in zip(at, direction, strict=True)]), step)


def drawn_like(draw: Any, tensors: Any) -> list[np.ndarray]:
    return [np.asarray(draw(arrays(tuple(each.shape), ANY))) for each in as_tuple(tensors)]


def gradient_of(function: Callable[..., Any], at: Any) -> tuple[Any, ...]:
    """Return the gradient of a function that returns one number, by the engine."""
    with tg.enable_grad():  # differences are taken without recording
        inputs = [tg.tensor(x, requires_grad=True) for x in at]
        y = function(*inputs)
        if not y.requires_grad:
            return tuple(map(tg.zeros_like, inputs))
        return tg.autograd.grad(y, inputs, tg.ones_like(y), materialize_grads=True)


@pytest.mark.parametrize("name", SMOOTH)
@given(data=st.data())
def test_the_jacobian_is_that_of_differences(name: str, data: st.DataObject) -> None:
    function = SMOOTH[name]
    at = data.draw(broadcasting(ANY, ANY))
    inputs = as_tensors(at)
    outputs = function(*inputs)
    found = jacobian(function, inputs)
    blocks = found if isinstance(outputs, tuple) else (found,)
    moved = [np.array(x) for x in at]
    for i, output in enumerate(as_tuple(outputs)):
        for j, x in enumerate(moved):

            def value(i: int, k: int) -> float:
                return float(as_tuple(function(*as_tensors(moved)))[i].reshape(-1)[k])

            expected = [difference(partial(value, i, k), x) for k in range(output.numel())]
            shaped = np.reshape(expected, (*output.shape, *x.shape))
            assert_close(blocks[i][j].numpy(), shaped, f"output {i} by input {j}")


@pytest.mark.parametrize("name", SMOOTH)
@given(data=st.data())
def test_the_products_are_those_of_differences(name: str, data: st.DataObject) -> None:
    function = SMOOTH[name]
    at = data.draw(broadcasting(ANY, ANY))
    inputs = as_tensors(at)
    outputs = function(*inputs)
    u, v = drawn_like(data.draw, outputs), drawn_like(data.draw, inputs)
    moved = [np.array(x) for x in at]

    value, product = vjp(function, inputs, as_tensors(u) if isinstance(outputs, tuple) else tg.from_numpy(u[0]))
    for mine, theirs in zip(as_tuple(value), as_tuple(outputs), strict=True):
        # NumPy raises a number to a power with another rounding than an array without dimensions.
        np.testing.assert_array_max_ulp(mine.numpy(), theirs.numpy(), maxulp=1)
    for each, x in zip(product, moved, strict=True):
        assert_close(each.numpy(), difference(lambda: dotted(function(*as_tensors(moved)), u), x), "vjp")

    value, product = jvp(function, inputs, as_tensors(v))
    assert type(value) is type(outputs) is type(product)
    expected = along(lambda point: dotted(function(*as_tensors(point)), u), at, v)
    assert_close(dotted(product, u), expected, "jvp")


@pytest.mark.parametrize("name", NUMBERS)
@given(data=st.data())
def test_second_derivatives_are_those_of_differences(name: str, data: st.DataObject) -> None:
    function = NUMBERS[name]
    at = data.draw(broadcasting(ANY, ANY))
    inputs = as_tensors(at)
    v, u = drawn_like(data.draw, inputs), drawn_like(data.draw, inputs)
    expected = along(lambda point: dotted(gradient_of(function, point), u), at, v)

    value, by_vector = vhp(function, inputs, as_tensors(v))
    assert_close(dotted(by_vector, u), expected, "vhp")  # the Hessian is symmetric
    assert_close(value.numpy(), function(*inputs).numpy(), "the value")
    assert_close(dotted(hvp(function, inputs, as_tensors(v))[1], u), expected, "hvp")

    found = hessian(function, inputs)
    total = 0.0
    for i, x in enumerate(inputs):
        for j, y in enumerate(inputs):
            assert found[i][j].shape == (*x.shape, *y.shape)
            total += float(u[i].ravel() @ found[i][j].numpy().reshape(x.numel(), y.numel()) @ v[j].ravel())
    assert_close(total, expected, "hessian")


@pytest.mark.parametrize("primitive", TABLE.values(), ids=TABLE.keys())
@FEW
@given(data=st.data())
def test_going_back_twice_goes_forwards_through_every_primitive(primitive: Primitive, data: st.DataObject) -> None:
    case = data.draw(CASES[primitive.name])
    rules = list(primitive.rules.values())
    moving = [
        place
        for place, each in enumerate(case.operands)
        if isinstance(each, np.ndarray | np.floating) and rules[0 if primitive.variadic else place] is not None
    ]

    def function(*values: Any) -> Any:
        operands = [tg.Tensor.wrap(each) if isinstance(each, np.ndarray) else each for each in case.operands]
        for place, each in zip(moving, values, strict=True):
            operands[place] = each
        return primitive(*operands, **case.params)

    at = [case.operands[place] for place in moving]
    v = drawn_like(data.draw, as_tensors(at))
    result, product = jvp(function, as_tensors(at), as_tensors(v))
    assume(np.isfinite(result.numpy()).all())  # the mean of nothing is not a number: no differences
    u = drawn_like(data.draw, result)
    assert (product.shape, product.dtype) == (result.shape, tg.float64)
    expected = along(lambda point: dotted(function(*as_tensors(point)), u), at, v)
    assert_close(dotted(product, u), expected, primitive.name)


# Forms


def test_shapes_are_those_of_the_output_and_then_the_input() -> None:
    x, y = tg.ones(2, 3), tg.tensor(2.0)
    assert jacobian(lambda x: x.sum(1), x).shape == (2, 2, 3)
    assert jacobian(lambda y: y * y, y).shape == ()
    assert jacobian(lambda y: y * tg.ones(4), y).shape == (4,)
    assert hessian(lambda x: (x * x).sum(), x).shape == (2, 3, 2, 3)
    both = jacobian(lambda x, y: (x * y, y), (x, y))
    assert [[tuple(block.shape) for block in row] for row in both] == [[(2, 3, 2, 3), (2, 3)], [(2, 3), ()]]


def test_a_tuple_in_is_a_tuple_out() -> None:
    x = tg.ones(2)
    assert isinstance(jacobian(lambda x: x, (x,)), tuple)
    assert isinstance(jacobian(lambda x: (x,), x), tuple)
    assert isinstance(hessian(lambda x: x.sum(), (x,))[0], tuple)
    value, product = vjp(lambda x: (x,), (x,), x)
    assert isinstance(value, tuple)
    assert isinstance(product, tuple)


@pytest.mark.parametrize("shape", [(0,), (0, 2), (2, 0)])
def test_no_values_have_empty_matrices(shape: tuple[int, ...]) -> None:
    x = tg.zeros(shape)
    assert jacobian(lambda x: x * x, x).shape == shape * 2
    assert jacobian(lambda x: x.sum(), x).shape == shape
    assert hessian(lambda x: (x * x).sum(), x).shape == shape * 2
    for operation in WITH_VECTOR:
        found = operation(lambda x: (x * x).sum(), x, tg.ones(()) if operation is vjp else x)[1]
        assert found.shape == (() if operation is jvp else shape)


@pytest.mark.parametrize("dtype", [tg.float16, tg.float32, tg.float64])
@each_operation
def test_results_keep_the_dtype(operation: Any, dtype: Any) -> None:
    found = as_tuple(operation(lambda x: x.exp().prod(), tg.ones(1, dtype=dtype)))
    assert [each.dtype for each in found] == [dtype] * len(found)


def test_each_derivative_has_the_dtype_of_its_input() -> None:
    narrow, wide = tg.ones(2), tg.ones(2, dtype=tg.float64)
    by_narrow, by_wide = jacobian(lambda x, y: x * y, (narrow, wide))
    assert (by_narrow.dtype, by_wide.dtype) == (tg.float32, tg.float64)
    for create_graph in (False, True):
        product = vjp(lambda x: x @ x, tg.eye(2), tg.ones(2, 2, dtype=tg.float64), create_graph)[1]
        assert product.dtype == tg.float32


@each_operation
def test_inputs_are_left_as_they_were(operation: Any) -> None:
    leaf: Any = tg.tensor([2.0], requires_grad=True)
    result, plain = leaf * 3, tg.tensor([5.0])
    result.retain_grad()
    for create_graph in (False, True):
        for x in (leaf, result, plain):
            operation(lambda x: (x**3).sum(), x, create_graph=create_graph)
    assert [x.tolist() for x in (leaf, result, plain)] == [[2.0], [6.0], [5.0]]
    assert [x.grad for x in (leaf, result, plain)] == [None] * 3
    assert [x.requires_grad for x in (leaf, result, plain)] == [True, True, False]
    result.backward()  # and the graph that was there before still is
    assert leaf.grad.tolist() == [3.0]


@each_operation
def test_a_tensor_that_the_function_uses_beside_its_input_is_a_constant(operation: Any) -> None:
    x = tg.tensor([2.0], dtype=tg.float64, requires_grad=True)
    found = operation(lambda same: (same * same * x).sum(), x)
    derivative = found[1] if isinstance(found, tuple) else found
    first = operation in (jacobian, vjp, jvp)
    assert derivative.reshape(-1).tolist() == ([8.0] if first else [4.0])
    assert x.grad is None


@each_operation
def test_results_are_recorded_only_if_asked_for(operation: Any) -> None:
    x = tg.tensor([0.5], dtype=tg.float64, requires_grad=True)
    assert not any(each.requires_grad for each in as_tuple(operation(lambda x: (x**3).sum(), x)))
    assert all(each.requires_grad for each in as_tuple(operation(lambda x: (x**3).sum(), x, create_graph=True)))
    assert gradcheck(lambda x: operation(lambda x: (x**4).sum(), x, create_graph=True), x)


@each_operation
def test_they_work_where_recording_is_off(operation: Any) -> None:
    x = tg.tensor([0.5], dtype=tg.float64)
    wanted = as_tuple(operation(lambda x: (x**3).sum(), x))
    with tg.no_grad():
        found = as_tuple(operation(lambda x: (x**3).sum(), x))
        assert not tg.is_grad_enabled()
    assert [each.tolist() for each in found] == [each.tolist() for each in wanted]


def test_they_can_be_nested() -> None:
    x = tg.tensor([0.3, 0.7], dtype=tg.float64)

    def f(x: Any) -> Any:
        return (x.sin() * x).sum() * x.prod()

    inner = jacobian(lambda x: jacobian(f, x, create_graph=True), x)
    np.testing.assert_allclose(inner.numpy(), hessian(f, x).numpy(), rtol=1e-12)
    third = jacobian(lambda x: hessian(f, x, create_graph=True), x)
    v = tg.tensor([1.0, -2.0], dtype=tg.float64)
    along_v = jvp(lambda x: hessian(f, x, create_graph=True), x, v)[1]
    np.testing.assert_allclose(along_v.numpy(), third.numpy() @ v.numpy(), rtol=1e-12)


def test_a_model_whose_parameters_are_the_inputs() -> None:
    """The Hessian of a small network's loss, whole and through products."""
    rng = np.random.default_rng(0)
    W, b, data = (tg.from_numpy(rng.standard_normal(shape)) for shape in [(3, 2), (3,), (5, 2)])

    def loss(W: Any, b: Any) -> Any:
        return ((data @ W.T + b).tanh() ** 2).mean()

    ((WW, Wb), (bW, bb)) = hessian(loss, (W, b))
    np.testing.assert_allclose(Wb.numpy(), np.moveaxis(bW.numpy(), 0, -1), atol=1e-12)
    v = tg.ones_like(W), tg.ones_like(b)
    by_W, by_b = hvp(loss, (W, b), v)[1]
    np.testing.assert_allclose(by_W.numpy(), WW.numpy().sum((2, 3)) + Wb.numpy().sum(2), atol=1e-12)
    np.testing.assert_allclose(by_b.numpy(), bW.numpy().sum((1, 2)) + bb.numpy().sum(1), atol=1e-12)


def test_vectorize_changes_nothing() -> None:
    x = tg.tensor([1.0, 2.0])
    assert tg.equal(jacobian(tg.exp, x, vectorize=True), jacobian(tg.exp, x))
    assert tg.equal(hessian(lambda x: x.prod(), x, vectorize=True), hessian(lambda x: x.prod(), x))


# Errors, in words


def says(error: type[Exception], *words: str) -> Any:
    """Expect an error whose message has these words in this order."""
    return pytest.raises(error, match="(?s)" + ".*".join(words))


@each_operation
def test_what_goes_in_and_comes_out_must_be_tensors(operation: Any) -> None:
    name, x = operation.__name__, tg.ones(1)
    with says(TypeError, name, "inputs must be a tensor or a tuple of tensors, got list"):
        operation(lambda x: x, [x])
    with says(TypeError, name, "inputs", "float 2.0 at place 1"):
        operation(lambda x, y: x, (x, 2.0))
    with says(TypeError, name, "what func returns must be a tensor or a tuple of tensors, got float 1.0"):
        operation(lambda x: x.item(), x)
    with says(RuntimeError, name, "inputs", "an empty tuple"):
        operation(lambda: x, ())
    with says(TypeError, name, "input 1 is an int64 tensor of shape \\(2,\\)", "convert it with .float()"):
        operation(lambda x, y: x, (x, tg.tensor([1, 2])))


@each_product
def test_v_must_fit(operation: Any) -> None:
    name, x = operation.__name__, tg.ones(3)
    what = "output" if operation is vjp else "input"

    def function(x: Any) -> Any:
        return x * x if operation is vjp else (x * x).sum()

    with says(RuntimeError, name, f"left out for a single {what} of one element", "float32 tensor of shape \\(3,\\)"):
        operation(function, x)
    with says(
        RuntimeError, name, f"for {what} 0, v must have its shape \\(3,\\), got a float32 tensor of shape \\(2,\\)"
    ):
        operation(function, x, tg.ones(2))
    with says(RuntimeError, name, f"a tensor for each {what}, 1 in all, got 2"):
        operation(function, x, (x, x))
    with says(TypeError, name, "v must be a tensor or a tuple of tensors, got list"):
        operation(function, x, [1.0, 1.0, 1.0])


@pytest.mark.parametrize("operation", [hessian, hvp, vhp], ids=lambda each: each.__name__)
def test_second_derivatives_are_of_one_number(operation: Any) -> None:
    x = tg.ones(1)
    with says(RuntimeError, operation.__name__, "one element, got a float32 tensor of shape \\(2,\\)", ".sum()"):
        operation(lambda x: x.expand(2), x)
    with says(RuntimeError, operation.__name__, "one element, got a tuple of 2"):
        operation(lambda x: (x, x), x)


@each_operation
def test_strict_refuses_an_output_that_is_not_recorded(operation: Any) -> None:
    with says(RuntimeError, operation.__name__, "strict=True", "output 0 doesn't come from the inputs", "leave strict"):
        operation(lambda x: x.detach(), tg.ones(1), strict=True)


@each_operation
def test_strict_refuses_an_input_that_makes_no_difference(operation: Any) -> None:
    x = tg.ones(1)
    vector = [] if operation in (jacobian, hessian, vjp) else [(x, x)]
    with says(RuntimeError, operation.__name__, "strict=True", "input 1"):
        operation(lambda x, y: (x**3).sum(), (x, x), *vector, strict=True)
    assert operation(lambda x, y: ((x * y) ** 3).sum(), (x, x), *vector, strict=True)


@pytest.mark.parametrize("operation", [hessian, hvp, vhp], ids=lambda each: each.__name__)
def test_strict_refuses_a_linear_function_without_a_hessian(operation: Any) -> None:
    with says(RuntimeError, operation.__name__, "the gradient by input 0 is constant"):
        operation(lambda x: 2 * x, tg.ones(1), strict=True)


@pytest.mark.parametrize("operation", [jacobian, vjp, jvp], ids=lambda each: each.__name__)
def test_strict_refuses_a_recorded_result_that_is_constant(operation: Any) -> None:
    operation(lambda x: 2 * x, tg.ones(1), strict=True)
    with says(RuntimeError, operation.__name__, "derivative 0 is constant"):
        operation(lambda x: 2 * x, tg.ones(1), strict=True, create_graph=True)


def test_jvp_wants_outputs_that_can_move() -> None:
    with says(TypeError, "jvp: output 1 is an int64 tensor", "leave it out"):
        jvp(lambda x: x.max(0), tg.ones(3), tg.ones(3))


def test_ways_that_there_are_not() -> None:
    x = tg.ones(1)
    with says(NotImplementedError, 'jacobian: strategy="forward-mode"', "no forward mode", "leave it out"):
        jacobian(tg.exp, x, strategy="forward-mode")
    with says(NotImplementedError, 'hessian: outer_jacobian_strategy="forward-mode"'):
        hessian(tg.exp, x, outer_jacobian_strategy="forward-mode")
    with says(ValueError, "jacobian: strategy must be \"reverse-mode\", got str 'backwards'"):
        jacobian(tg.exp, x, strategy="backwards")
    with says(RuntimeError, "hessian: strict=True and vectorize=True don't go together"):
        hessian(tg.exp, x, strict=True, vectorize=True)
