"""`Function`: custom operations in PyTorch's form."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from support.custom_functions import Double, Exp, Multiply, Scale
from support.leaves import leaf

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, grad, gradcheck, gradgradcheck
from tinygrad_edu.autograd.function import once_differentiable


class SinAndCos(Function):
    """Two results; their gradients arrive together."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x.sin(), x.cos()

    @staticmethod
    def backward(ctx: Any, by_sin: Any, by_cos: Any) -> Any:
        (x,) = ctx.saved_tensors
        return by_sin * x.cos() - by_cos * x.sin()


class SortedWithOrder(Function):
    """One result has no derivative."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        order = np.argsort(x.detach().numpy())
        ctx.order = order
        positions = tg.from_numpy(order.astype(np.float64))
        ctx.mark_non_differentiable(positions)
        return x[tg.from_numpy(order)], positions

    @staticmethod
    def backward(ctx: Any, g: Any, of_positions: Any) -> Any:
        assert of_positions.tolist() == [0] * len(ctx.order)
        return g[tg.from_numpy(np.argsort(ctx.order))]


@pytest.mark.parametrize(
    ("function", "count"),
    [(Exp.apply, 1), (Multiply.apply, 2), (SinAndCos.apply, 1), (lambda x: Scale.apply(x, 3.0), 1)],
    ids=["Exp", "Multiply", "SinAndCos", "Scale"],
)
@pytest.mark.parametrize("values", [[0.5, -1.0], 0.5], ids=["two values", "0-d"])
def test_first_and_second_order(function: Any, count: int, values: Any) -> None:
    inputs = tuple(leaf(values) + i for i in range(count))
    assert gradcheck(function, inputs)
    assert gradgradcheck(function, inputs)


def test_it_shows_its_name() -> None:
    y = Exp.apply(leaf([1.0]))
    assert y.grad_fn.name() == "ExpBackward"
    assert not y.is_leaf


def test_only_wanted_gradients_are_computed() -> None:
    x, y = leaf([2.0]), tg.tensor([3.0], dtype=tg.float64)
    (Multiply.apply(x, y) + Multiply.apply(y, x)).backward()
    assert x.grad.tolist() == [6]
    assert y.grad is None


def test_one_tensor_as_both_arguments() -> None:
    x = leaf([3.0])
    Multiply.apply(x, x).backward()
    assert x.grad.tolist() == [6]


def test_one_of_several_results_used_several_times() -> None:
    x = leaf(0.5)
    sine, cosine = SinAndCos.apply(x)
    (sine * sine + sine).backward(retain_graph=True)
    assert x.grad.item() == pytest.approx(2 * np.sin(0.5) * np.cos(0.5) + np.cos(0.5))
    assert grad(sine**2 + cosine**2, x)[0].item() == pytest.approx(0)


@pytest.mark.parametrize("differentiable", [False, True])
def test_the_gradients_of_many_results_meet(differentiable: bool) -> None:
    class Multiples(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return tuple(x * k for k in range(1, 6))

        @staticmethod
        def backward(ctx: Any, *gradients: Any) -> Any:
            return sum(k * g for k, g in enumerate(gradients, start=1))

    x = leaf([1.0, 2.0])
    total = sum(each * each for each in Multiples.apply(x)).sum()
    (found,) = grad(total, x, create_graph=differentiable)
    assert found.tolist() == [110, 220]


def test_gradients_by_one_of_several_results() -> None:
    x = leaf(0.5)
    sine, cosine = SinAndCos.apply(x)
    found = grad(sine * 2 + cosine * 3, [sine, cosine])
    assert [each.item() for each in found] == [2, 3]


def test_results_without_a_derivative() -> None:
    x = leaf([3.0, 1.0, 2.0])
    ordered, positions = SortedWithOrder.apply(x)
    assert (ordered.requires_grad, positions.requires_grad) == (True, False)
    (ordered * tg.tensor([1.0, 10.0, 100.0], dtype=tg.float64)).sum().backward()
    assert x.grad.tolist() == [100, 1, 10]


def test_integer_results_have_no_derivative() -> None:
    class Split(Function):
        @staticmethod
        def forward(_ctx: Any, x: Any) -> Any:
            return x * 2, x.long()

        @staticmethod
        def backward(_ctx: Any, g: Any, _of_whole: Any) -> Any:
            return g * 2

    x = leaf([1.5])
    double, whole = Split.apply(x)
    assert not whole.requires_grad
    double.backward()
    assert x.grad.tolist() == [2]


def test_unused_results_bring_zeros_or_none() -> None:
    seen: list[Any] = []

    class Two(Function):
        @staticmethod
        def forward(ctx: Any, x: Any, materialize: bool) -> Any:
            ctx.set_materialize_grads(materialize)
            return x * 2, x * 3

        @staticmethod
        def backward(_ctx: Any, g: Any, h: Any) -> Any:
            seen.append(h if h is None else h.tolist())
            return g * 2, None

    for materialize in (True, False):
        Two.apply(leaf([1.0, 2.0]), materialize)[0].sum().backward()
    assert seen == [[0, 0], None]


def test_none_as_a_gradient_is_none_at_all() -> None:
    class Stop(Function):
        @staticmethod
        def forward(_ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(_ctx: Any, _g: Any) -> None:
            return None

    x = leaf([1.0])
    (Stop.apply(x) + x).backward()
    assert x.grad.tolist() == [1]
    assert list(grad(Stop.apply(x), x, allow_unused=True)) == [None]


def test_without_recording_it_only_computes() -> None:
    with tg.no_grad():
        assert not Exp.apply(leaf([1.0])).requires_grad
    assert not Exp.apply(tg.ones(1)).requires_grad


def test_the_forward_is_not_recorded() -> None:
    modes: list[bool] = []

    class Peek(Function):
        @staticmethod
        def forward(_ctx: Any, x: Any) -> Any:
            modes.append(tg.is_grad_enabled())
            return x * 1

        @staticmethod
        def backward(_ctx: Any, g: Any) -> Any:
            modes.append(tg.is_grad_enabled())
            return g * 1

    x = leaf([1.0])
    Peek.apply(x).backward()
    Peek.apply(x).backward(create_graph=True)
    assert modes == [False, False, False, True]


def test_attributes_of_the_context_and_none_among_the_saved() -> None:
    class Shift(Function):
        @staticmethod
        def forward(ctx: Any, x: Any, by: Any) -> Any:
            ctx.note = "kept"
            ctx.save_for_backward(x, by)
            return x * x if by is None else x * x + by

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            assert ctx.note == "kept"
            x, by = ctx.saved_tensors
            assert by is None
            return 2 * g * x, None

    assert gradcheck(lambda x: Shift.apply(x, None), leaf([1.0, 2.0]))


def test_attributes_of_the_context_may_have_any_name() -> None:
    names = ("order", "edges", "saved", "stamps", "hooks", "name", "function", "operation", "shape", "results")

    class Named(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            for name in names:
                setattr(ctx, name, name)
            ctx.save_for_backward(x)
            assert ctx.saved_tensors[0] is x
            return x * x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            assert [getattr(ctx, name) for name in names] == list(names)
            return 2 * g * ctx.saved_tensors[0]

    assert gradgradcheck(Named.apply, leaf([1.0, 2.0]))


def test_saved_tensors_of_a_freed_graph() -> None:
    y = Exp.apply(leaf([1.0]))
    y.backward()
    with pytest.raises(RuntimeError, match=r"backward through Exp: .*freed.*retain_graph=True"):
        y.backward()


@pytest.mark.parametrize("of_result", [True, False], ids=["result", "argument"])
def test_saved_tensors_that_were_changed(of_result: bool) -> None:
    x = leaf([1.0, 2.0]) * 1
    y = Exp.apply(x) if of_result else Multiply.apply(x, tg.ones(2, dtype=tg.float64, requires_grad=True))
    total = y.sum()
    (y if of_result else x).mul_(2)
    with pytest.raises(RuntimeError, match="was changed in place"):
        total.backward()


# Once differentiable


class Square(Function):
    """Its gradient is computed by means that can't be differentiated."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 2 * g * tg.from_numpy(x.detach().numpy().copy())


def test_once_differentiable_functions_have_a_gradient() -> None:
    assert gradcheck(Square.apply, leaf([1.0, 2.0]))
    x = leaf([3.0])
    Square.apply(x).backward()
    assert not x.grad.requires_grad


def test_differentiating_them_twice_is_an_error_and_never_a_wrong_result() -> None:
    x = leaf([3.0])
    y = Square.apply(x) + x**3  # the second term alone would give a second derivative
    (first,) = grad(y, x, create_graph=True)
    assert first.tolist() == [2 * 3 + 3 * 9]
    with pytest.raises(RuntimeError, match="SquareBackward is marked @once_differentiable"):
        grad(first, x)


# Memory


def test_no_reference_cycles() -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf([1.0, 2.0])
        y = Double.apply(Exp.apply(x) * 1)
        sine, cosine = SinAndCos.apply(y)
        watched = [weakref.ref(each) for each in (y, sine, cosine, y.grad_fn, sine.grad_fn)]
        (sine * cosine).sum().backward()
        del y, sine, cosine
        assert [each() for each in watched] == [None] * 5
        y = Exp.apply(x)
        (first,) = grad(y.sum(), x, create_graph=True)
        watched = [weakref.ref(each) for each in (y, first, y.grad_fn, first.grad_fn)]
        del y, first
        assert [each() for each in watched] == [None] * 4
    finally:
        gc.enable()


def test_a_deep_chain_of_functions() -> None:
    x = leaf([1.0])
    y = x
    for _ in range(3_000):
        y = Scale.apply(y, 1.0)
    y.backward()
    assert x.grad.tolist() == [1]
    del y
