"""`autograd.functional` against PyTorch's own, where that is installed.

Each function below is evaluated by both, with every operation and every choice of options. Compared are
the values, the nesting, shape, dtype and requires_grad of the results, whether there are any at all, and
with ``create_graph=True`` also the gradients of the results.

PyTorch has no Jacobian of a result without values, nor a Hessian by an input without values; here they
are empty tensors.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from inspect import signature
from typing import Any, NamedTuple

import numpy as np
import pytest
from support.evidence import LEDGER

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

OPERATIONS = ["jacobian", "hessian", "vjp", "jvp", "hvp", "vhp"]
OPTIONS = [
    {"create_graph": create_graph, "strict": strict}
    for create_graph, strict in itertools.product([False, True], repeat=2)
]


class Leaf(NamedTuple):
    """A tensor to be made: for the operand of a function, or for `v`."""

    shape: tuple[int, ...]
    dtype: str = "float64"
    requires_grad: bool = True


VECTOR = Leaf((3,))
FIXED = Leaf((3,), requires_grad=False)
MATRIX = Leaf((2, 3), "float32")
NUMBER = Leaf(())
ONE = Leaf((1, 1), "float32", False)
NOTHING = Leaf((0, 2))

# Each is a function of the module and of tensors, with a tensor or a tuple of them to give it.
FUNCTIONS: dict[str, tuple[Callable[..., Any], Leaf | tuple[Leaf, ...]]] = {
    "elementwise": (lambda m, x: x.exp() * x, VECTOR),
    "of a fixed point": (lambda m, x: x.exp() * x, FIXED),
    "in float32": (lambda m, x: x.tanh() @ x.mT, MATRIX),
    "of a number": (lambda m, x: x * x * x, NUMBER),
    "of one element": (lambda m, x: x.sin(), ONE),
    "of nothing": (lambda m, x: (x * x).sum(), NOTHING),
    "of nothing, with no values": (lambda m, x: x * x, NOTHING),
    "to a number": (lambda m, x: (x**3).sum(), VECTOR),
    "to one element": (lambda m, x: (x**3).sum(0, keepdim=True), VECTOR),
    "to a number, in float32": (lambda m, x: (x**3).prod(), MATRIX),
    "linear": (lambda m, x: (2 * x).sum(), VECTOR),
    "quadratic": (lambda m, x: (x * x).sum(), VECTOR),
    "constant": (lambda m, x: m.ones(2, dtype=m.float64), VECTOR),
    "a constant number": (lambda m, x: m.ones((), dtype=m.float64), VECTOR),
    "the same": (lambda m, x: x, VECTOR),
    "the same number": (lambda m, x: x, NUMBER),
    "detached": (lambda m, x: x.detach().sum(), VECTOR),
    "two inputs": (lambda m, x, y: (x * y).sum(), (VECTOR, FIXED)),
    "two inputs, separate": (lambda m, x, y: (x**3).sum() + (y**3).sum(), (VECTOR, MATRIX)),
    "the second unused": (lambda m, x, y: (x**3).sum(), (VECTOR, NUMBER)),
    "the second linear": (lambda m, x, y: (x**3).sum() + y, (VECTOR, NUMBER)),
    "two dtypes": (lambda m, x, y: (x * y).sum(), (MATRIX, VECTOR)),
    "a tuple of one": (lambda m, x: (x * x).sum(), (VECTOR,)),
    "two outputs": (lambda m, x: (x * x, x.sum()), VECTOR),
    "two of each": (lambda m, x, y: (x * y, (x.exp().sum() + y).float()), (VECTOR, NUMBER)),
    "one output in a tuple": (lambda m, x: ((x * x).sum(),), VECTOR),
    "an output unused": (lambda m, x: (x * x, m.ones(2)), VECTOR),
    "an output of indices": (lambda m, x: x.max(0), VECTOR),
    "whole numbers": (lambda m, x: x.argmax(), VECTOR),
    "a list": (lambda m, x: [x, x], VECTOR),
    "a number of Python": (lambda m, x: 3.0, VECTOR),
    "of whole numbers": (lambda m, x: x * 1.0, Leaf((3,), "int64", False)),
    "indexing": (lambda m, x: x[[0, 0, 2]] * x[1], VECTOR),
    "a view changed in place": (lambda m, x: m.cat([x, x]).mul_(x.sum()), VECTOR),
    "pieces": (lambda m, x: x.split([1, 2]), VECTOR),
    "without recording": (lambda m, x: (x * x).sum() if m.set_grad_enabled(True) else None, VECTOR),
}


def tensors_for(m: Any, given: Any, seed: int) -> Any:
    """Return the same random tensors for either module, or one tensor."""
    if not isinstance(given, Leaf):
        return tuple(tensors_for(m, each, seed + number) for number, each in enumerate(given))
    shape, dtype, requires_grad = given
    drawn = np.asarray(np.random.default_rng(seed).uniform(0.5, 1.5, shape)).astype(dtype)
    tensor = m.tensor(drawn.tolist(), dtype=getattr(m, dtype)).reshape(shape)
    return tensor.requires_grad_() if requires_grad else tensor


def leaves(nested: Any) -> list[Any]:
    """Return the tensors of a nested tuple in order."""
    return [each for part in nested for each in leaves(part)] if isinstance(nested, tuple) else [nested]


def form(nested: Any) -> Any:
    """Return all but the values of a nested tuple of tensors, in a form equal for either module."""
    if isinstance(nested, tuple):
        return tuple(form(each) for each in nested)
    return tuple(nested.shape), str(nested.dtype).rpartition(".")[2], nested.requires_grad


def outcome(m: Any, operation: str, func: Any, inputs: Any, *arguments: Any, **options: Any) -> Any:
    """Return the results and the gradients of their sum, or the error."""
    given = leaves(inputs)
    before = [each.tolist() for each in given]
    try:
        results = getattr(m.autograd.functional, operation)(lambda *x: func(m, *x), inputs, *arguments, **options)
    except Exception as error:  # compared below
        return error
    assert [each.tolist() for each in given] == before
    assert all(each.grad is None for each in given)
    found = leaves(results)
    total = sum((each * each).sum() for each in found if each.requires_grad)
    gradients = []
    if hasattr(total, "backward"):
        total.backward()
        gradients = [None if each.grad is None else each.grad.numpy() for each in given]
    return form(results), [each.detach().numpy() for each in found], gradients


def agree(operation: str, func: Any, given: Any, v: Any = None, **options: Any) -> None:
    """Compare the two modules in everything that can be seen of one call."""
    mine, theirs = (
        outcome(
            m,
            operation,
            func,
            tensors_for(m, given, seed=0),
            *([] if v is None else [tensors_for(m, v, seed=100)]),
            **options,
        )
        for m in (tg, torch)
    )
    if isinstance(theirs, Exception) or isinstance(mine, Exception):
        both = isinstance(theirs, Exception) and isinstance(mine, Exception)
        assert both, f"mine: {mine!r}, PyTorch's: {theirs!r}"
        assert str(mine).startswith(operation), f"{mine!r} doesn't say who raised it"
        return
    assert mine[0] == theirs[0]
    rtol = 1e-4 if "float32" in f"{mine[0]}{given}" else 1e-10
    for my_values, their_values in zip([*mine[1], *mine[2]], [*theirs[1], *theirs[2]], strict=True):
        if my_values is None or their_values is None:
            assert my_values is their_values
        else:
            np.testing.assert_allclose(my_values, their_values, rtol=rtol, atol=rtol)
    has_gradient = any(each is not None for each in mine[2])
    LEDGER.count(f"tg.autograd.functional.{operation}", ["value", "gradient"] if has_gradient else ["value"])


def like_outputs(name: str) -> Any:
    """Return what `v` must be like for `vjp`; None if it can't be had."""
    func, given = FUNCTIONS[name]
    outputs = func(tg, *leaves(tensors_for(tg, given, seed=0)))
    if isinstance(outputs, tuple):
        return tuple(Leaf(tuple(each.shape), "float64", False) for each in outputs)
    return Leaf(tuple(outputs.shape), "float64", False) if isinstance(outputs, tg.Tensor) else None


NOT_IN_PYTORCH = {("of nothing", "hessian"), ("of nothing, with no values", "jacobian")}


@pytest.mark.parametrize(
    ("name", "operation"), [pair for pair in itertools.product(FUNCTIONS, OPERATIONS) if pair not in NOT_IN_PYTORCH]
)
def test_functions(name: str, operation: str) -> None:
    func, given = FUNCTIONS[name]
    v = None if operation in ("jacobian", "hessian") else like_outputs(name) if operation == "vjp" else given
    for options in OPTIONS:
        agree(operation, func, given, **options)
        if v is not None:
            agree(operation, func, given, v, **options)


WRONG_V: list[Any] = [
    Leaf((2,)),
    Leaf((3, 1)),
    Leaf(()),
    (VECTOR, VECTOR),
    (VECTOR,),
    Leaf((3,), "float32", False),
    Leaf((3,), "int64", False),
]


@pytest.mark.parametrize("v", WRONG_V, ids=str)
@pytest.mark.parametrize("operation", ["vjp", "jvp", "hvp", "vhp"])
def test_vectors_that_fit_and_that_do_not(operation: str, v: Any) -> None:
    for create_graph in (False, True):
        agree(operation, FUNCTIONS["elementwise"][0], VECTOR, v, create_graph=create_graph)
        agree(operation, FUNCTIONS["to a number"][0], VECTOR, v, create_graph=create_graph)
        agree(operation, FUNCTIONS["two inputs"][0], (VECTOR, FIXED), v, create_graph=create_graph)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_arguments_have_the_same_names_order_and_defaults(operation: str) -> None:
    mine, theirs = (
        [(each.name, each.default) for each in signature(getattr(m.autograd.functional, operation)).parameters.values()]
        for m in (tg, torch)
    )
    assert mine == theirs


@pytest.mark.parametrize("strategy", ["reverse-mode", "sideways"])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("vectorize", [False, True])
def test_strategies_and_vectorize(strategy: str, strict: bool, vectorize: bool) -> None:
    for name in ("elementwise", "two of each", "the second unused"):
        func, given = FUNCTIONS[name]
        agree("jacobian", func, given, strict=strict, vectorize=vectorize, strategy=strategy)
        agree("hessian", func, given, strict=strict, vectorize=vectorize, outer_jacobian_strategy=strategy)


def used_from_outside(m: Any, x: Any) -> Any:
    """A function that uses a tensor of its own, with its graph, beside its input."""
    scale = m.tensor([2.0, 3.0, 5.0], dtype=m.float64, requires_grad=True)
    return (scale.exp() * x * x).sum()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_parameter_of_the_function_is_a_constant(operation: str) -> None:
    for options in OPTIONS:
        agree(operation, used_from_outside, VECTOR, **options)
        if operation not in ("jacobian", "hessian"):
            agree(operation, used_from_outside, VECTOR, Leaf(()) if operation == "vjp" else VECTOR, **options)


@pytest.mark.parametrize("inner", OPERATIONS)
@pytest.mark.parametrize("outer", ["jacobian", "vjp", "jvp"])
def test_they_can_be_nested(outer: str, inner: str) -> None:
    def nested(m: Any, x: Any) -> Any:
        vectors = [] if inner in ("jacobian", "hessian", "vjp") else [x.exp()]
        return getattr(m.autograd.functional, inner)(lambda x: (x.sin() * x * x).sum(), x, *vectors, create_graph=True)

    v: list[Any] | None = {"jacobian": [], "jvp": [VECTOR]}.get(outer)
    if v is None:
        result = nested(tg, tensors_for(tg, VECTOR, seed=0))
        shapes = tuple(Leaf(tuple(each.shape)) for each in leaves(result))
        v = [shapes if isinstance(result, tuple) else shapes[0]]
    for create_graph in (False, True):
        agree(outer, nested, VECTOR, *v, create_graph=create_graph)
