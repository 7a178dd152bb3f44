"""Every rule of the derivative table against differences: all primitives, first and second order.

For a random upstream gradient g, the gradient that the engine gives must be that of Σ g · f(x, y, …).
Differentiated in turn, with random cotangents v, it must be the gradient of Σ v · (its own values),
with respect to the operands and to g: this also proves that a rule means the same on tensors, where
it records, as on plain arrays. A failure ends with what `gradcheck` says of the call.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.arrays import ANY, arrays, between
from support.cases import CASES
from support.diagnosis import diagnosed, suspected, tried
from support.differences import CLOSENESS_IN_FLOAT32, assert_close, difference
from support.elementwise import Case
from support.search import FEW

import tinygrad_edu as tg
from tinygrad_edu.autograd import Primitive
from tinygrad_edu.ops._windows import Windows
from tinygrad_edu.ops.table import TABLE

every_primitive = pytest.mark.parametrize("primitive", TABLE.values(), ids=TABLE.keys())


def differentiable(primitive: Primitive, case: Case) -> list[int]:
    """Return the positions of the operands of `case` that can have a gradient."""
    rules = list(primitive.rules.values())
    return [
        position
        for position, operand in enumerate(case.operands)
        if isinstance(operand, np.ndarray | np.floating) and rules[0 if primitive.variadic else position] is not None
    ]


def as_tensor(value: Any, requires_grad: bool = False) -> Any:
    """Return a tensor around an array or NumPy scalar, sharing memory; anything else as it is."""
    if not isinstance(value, np.ndarray | np.generic):
        return value
    return tg.Tensor.wrap(value, requires_grad=requires_grad)


def call(primitive: Primitive, case: Case, needing: list[int]) -> tuple[Any, list[Any]]:
    """Return the result of a call with tensors, and those of its operands that need a gradient."""
    operands = [as_tensor(operand, position in needing) for position, operand in enumerate(case.operands)]
    return primitive(*operands, **case.params), [operands[position] for position in needing]


def arranged(draw: Any, primitive: Primitive) -> tuple[Case, list[int]]:
    """Draw a call, and the operands that need a gradient: mostly all, or some, or one."""
    case = draw(CASES[primitive.name])
    positions = differentiable(primitive, case)
    some = st.lists(st.sampled_from(positions), min_size=1, unique=True).map(sorted)
    needing = draw(st.one_of(st.just(positions), some))
    note(primitive, case, needing)
    return case, needing


def note(primitive: Primitive, case: Case, needing: list[int], g: Any = None) -> None:
    """Note a call for the diagnosis, if it fails."""
    tried(primitive.name, partial(suspected(primitive), **case.params), case.operands, needing, g)


def movable(case: Case, needing: list[int]) -> Case:
    """Return the case with arrays where the operands that need a gradient were NumPy scalars."""
    operands = [np.asarray(each) if position in needing else each for position, each in enumerate(case.operands)]
    return case._replace(operands=tuple(operands))


@tg.enable_grad()  # differences are taken without recording
def gradients(primitive: Primitive, case: Case, needing: list[int], g: Any) -> tuple[Any, ...]:
    """Return the first-order gradients of a call for the upstream gradient `g`."""
    result, inputs = call(primitive, case, needing)
    return tg.autograd.grad(result, inputs, grad_outputs=tg.from_numpy(np.asarray(g)))


@every_primitive
@diagnosed(order=1)
@given(data=st.data())
def test_the_gradient_is_that_of_differences(primitive: Primitive, data: st.DataObject) -> None:
    case, needing = arranged(data.draw, primitive)
    result, _ = call(primitive, case, [])
    g = data.draw(arrays(tuple(result.shape), ANY))
    found = gradients(primitive, case, needing, g)

    moved = movable(case, needing)
    for position, gradient in zip(needing, found, strict=True):
        numerical = difference(lambda: np.sum(g * primitive(*moved.operands, **moved.params)), moved.operands[position])
        assert_close(gradient.numpy(), numerical, f"{primitive.name}, operand {position}")


@every_primitive
@diagnosed(order=2)
@given(data=st.data())
def test_the_gradient_of_the_gradient_is_that_of_differences(primitive: Primitive, data: st.DataObject) -> None:
    case, needing = arranged(data.draw, primitive)
    result, inputs = call(primitive, case, needing)
    g = np.asarray(data.draw(arrays(tuple(result.shape), ANY)))
    note(primitive, case, needing, g)
    upstream = as_tensor(g, requires_grad=True)
    first = tg.autograd.grad(result, inputs, grad_outputs=upstream, create_graph=True)
    assert all(each.requires_grad for each in first), "a gradient depends at least on the upstream gradient"
    cotangents = [data.draw(arrays(tuple(each.shape), ANY)) for each in first]
    second = tg.autograd.grad(
        first, [*inputs, upstream], grad_outputs=[as_tensor(v) for v in cotangents], materialize_grads=True
    )

    moved = movable(case, needing)

    def weighted_first_gradients() -> float:
        found = gradients(primitive, moved, needing, g)
        return float(sum(np.sum(v * each.numpy()) for v, each in zip(cotangents, found, strict=True)))

    for gradient, place in zip(second, [*(moved.operands[i] for i in needing), g], strict=True):
        numerical = difference(weighted_first_gradients, place, linear=place is g)
        assert_close(gradient.numpy(), numerical, primitive.name)


@every_primitive
@diagnosed(order=1)
@FEW
@given(data=st.data())
def test_in_float32_the_gradient_is_float32_and_close_to_that_in_float64(
    primitive: Primitive, data: st.DataObject
) -> None:
    case, needing = arranged(data.draw, primitive)
    narrow = in_precision(case, np.float32)
    result, inputs = call(primitive, narrow, needing)
    g = np.asarray(data.draw(arrays(tuple(result.shape), ANY)))
    upstream = as_tensor(g.astype(np.float32), requires_grad=True)
    first = tg.autograd.grad(result, inputs, upstream, create_graph=True)
    assert result.dtype == tg.float32
    assert all(each.dtype == tg.float32 for each in first)
    assert all(each.shape == operand.shape for each, operand in zip(first, inputs, strict=True))

    cotangents = [tg.ones_like(each) for each in first]
    second = tg.autograd.grad(first, [*inputs, upstream], cotangents, materialize_grads=True)
    assert all(each.dtype == tg.float32 for each in second)

    wide = in_precision(in_precision(case, np.float32), np.float64)  # the same rounded values
    expected = gradients(primitive, wide, needing, g.astype(np.float32).astype(np.float64))
    for each, value in zip(first, expected, strict=True):
        assert_close(each.detach().numpy(), value.numpy(), primitive.name, CLOSENESS_IN_FLOAT32)


def in_precision(case: Case, dtype: Any) -> Case:
    operands = tuple(
        each.astype(dtype) if isinstance(each, np.ndarray | np.floating) and each.dtype.kind == "f" else each
        for each in case.operands
    )
    params = {name: np.dtype(dtype) if name == "dtype" else value for name, value in case.params.items()}
    return Case(operands, params)


@pytest.mark.parametrize("primitive", [TABLE["to"]], ids=["to"])
@given(data=st.data())
def test_the_gradient_of_another_type_is_cast_back(primitive: Primitive, data: st.DataObject) -> None:
    x = as_tensor(np.asarray(data.draw(arrays((3,))), dtype=np.float32), requires_grad=True)
    wide = primitive(x, dtype=np.dtype(np.float64))
    g = tg.from_numpy(np.asarray(data.draw(arrays((3,))))).requires_grad_()
    assert wide.dtype == tg.float64
    for create_graph in (False, True):
        (found,) = tg.autograd.grad(wide, x, g, retain_graph=True, create_graph=create_graph)
        assert found.dtype == tg.float32
        np.testing.assert_array_equal(found.detach().numpy(), g.detach().numpy().astype(np.float32))


@every_primitive
@FEW
@given(data=st.data())
def test_a_leafs_gradient_shares_memory_with_nothing(primitive: Primitive, data: st.DataObject) -> None:
    case, needing = arranged(data.draw, primitive)
    result, inputs = call(primitive, case, needing)
    g = tg.from_numpy(np.asarray(data.draw(arrays(tuple(result.shape), ANY))))
    result.backward(g, retain_graph=True)
    owned = [each.grad.numpy() for each in inputs]
    before = [each.copy() for each in owned]
    held = [*case.operands, *case.params.values(), result.detach().numpy(), g.numpy()]
    for number, array in enumerate(owned):
        others = [*held, *owned[:number], *owned[number + 1 :]]
        assert not any(np.shares_memory(array, each) for each in others if isinstance(each, np.ndarray))
        array[...] = 777  # what a leaf owns, a user may change
    again = tg.autograd.grad(result, inputs, g)
    for first, second in zip(before, again, strict=True):
        np.testing.assert_array_equal(second.numpy(), first)


NOWHERE = Windows((), (), (), (), ())  # of no spatial dimensions: a convolution is then a product of two matrices

SETTINGS_OF_SHARED: dict[str, dict[str, Any]] = {
    "convolution": {"windows": NOWHERE, "groups": 1},
    "correlation": {"windows": NOWHERE, "groups": 1},
    "transposed_convolution": {"windows": NOWHERE, "groups": 1, "size": ()},
    "cat": {"dim": 0},
    "discounted": {"dim": 0},
    "cross": {"dim": 1},
    "compared": {"by": np.less},
    "copy_slices": {"part": lambda whole: whole, "layout": (0, 1)},
    "layer_norm": {"dims": 2, "eps": 0.1},
    "rms_norm": {"dims": 2, "eps": 0.1},
    "scaled_dot_product_attention": {"scale": 0.5, "dropped": None},
    "rnn": {"sizes": (3,), "reverse": False, "relu": False},
    "index_put": {"index": (np.array([1, 0, 1]), slice(None))},
    "scatter_extreme": {"index": (np.array([0, 1, 2]), slice(None)), "largest": True, "include_self": True},
}
FIXED = {"where": (np.array([True, False, True]),), "batch_norm": (np.array([[0.5, -1.0, 0.25], [0.75, 0.5, 1.5]]),)}
SHAPES_OF_SHARED = {"batch_norm": (3,)}


SOLVING = {"solve", "solve_triangular"}


def takes_several(primitive: Primitive) -> bool:
    return primitive.variadic or sum(rule is not None for rule in primitive.rules.values()) > 1


CORNERED = {"cdist", "nextafter"}  # equal operands are a corner: a distance of 0, no step
OF_DIFFERENT_SHAPES = {"gru", "lstm"}  # which no two of their operands have in common
LEFT_OUT = {*CORNERED, *OF_DIFFERENT_SHAPES}
OF_SEVERAL = [each for each in TABLE.values() if takes_several(each) and each.name not in LEFT_OUT]


@pytest.mark.parametrize("primitive", OF_SEVERAL, ids=lambda each: each.name)
@diagnosed(order=2)
@FEW
@given(data=st.data())
def test_one_tensor_as_several_operands_gets_the_sum(primitive: Primitive, data: st.DataObject) -> None:
    """micrograd #64: a node used twice must get both gradients."""
    x = data.draw(arrays(SHAPES_OF_SHARED.get(primitive.name, (3, 3)), between(0.2, 0.8)))
    if primitive.name in SOLVING:
        x += 2 * np.eye(3)  # which has an inverse
    fixed = FIXED.get(primitive.name, ())
    settings = SETTINGS_OF_SHARED.get(primitive.name) or data.draw(CASES[primitive.name]).params
    count = 2 if primitive.variadic else len(primitive.rules) - len(fixed)
    last: tuple[Any, ...] = ()
    if primitive.name in ("linear", "convolution"):  # its bias has one dimension: two of three operands can be the same
        count, last = 2, (None,)

    def function(same: Any, primitive: Primitive = primitive) -> Any:
        return primitive(*map(as_tensor, fixed), *[same] * count, *last, **settings)

    def first_gradient(upstream: Any, create_graph: bool) -> tuple[Any, Any]:
        leaf = as_tensor(x, requires_grad=True)
        with tg.enable_grad():  # differences are taken without recording
            return leaf, tg.autograd.grad(function(leaf), leaf, upstream, create_graph=create_graph)[0]

    shape = tuple(function(as_tensor(x)).shape)
    g = data.draw(arrays(shape, ANY))
    tried(primitive.name, lambda same: function(same, suspected(primitive)), [x], [0], g)
    leaf, first = first_gradient(as_tensor(g, requires_grad=True), create_graph=True)
    assert_close(first.detach().numpy(), difference(lambda: np.sum(g * function(as_tensor(x)).numpy()), x), "first")

    v = data.draw(arrays(x.shape, ANY))
    (second,) = tg.autograd.grad(first, leaf, as_tensor(v), materialize_grads=True)
    expected = difference(lambda: np.sum(v * first_gradient(as_tensor(g), create_graph=False)[1].numpy()), x)
    assert_close(second.numpy(), expected, "second")
