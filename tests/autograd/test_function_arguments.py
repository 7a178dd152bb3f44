"""What goes into a `Function` and comes out of it: given by name, broadcast, changed in place, returned, viewed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.custom_functions import Double, Exp, Scale
from support.leaves import leaf

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, grad, gradcheck, gradgradcheck

# Arguments


class ScaleAndShift(Function):
    """Its arguments have names and defaults."""

    @staticmethod
    def forward(ctx: Any, x: Any, factor: float = 3.0, shift: float = 1.0) -> Any:
        ctx.factor, ctx.count = factor, len(ctx.needs_input_grad)
        return x * factor + shift

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * ctx.factor, None, None


class ScaleAndShiftApart(Function):
    """The same with setup_context."""

    backward = ScaleAndShift.backward

    @staticmethod
    def forward(x: Any, factor: float = 3.0, shift: float = 1.0) -> Any:
        return x * factor + shift

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        assert output.requires_grad is False
        _, ctx.factor, _ = inputs
        ctx.count = len(inputs)


def test_arguments_may_be_given_by_name() -> None:
    x = leaf([1.0])
    y = ScaleAndShift.apply(factor=5.0, x=x)
    assert (y.item(), y.grad_fn.count) == (6, 2)
    y = ScaleAndShiftApart.apply(x, shift=0.0)
    assert (y.item(), y.grad_fn.count) == (3, 3)
    y.backward()
    assert x.grad.tolist() == [3]


def test_setup_context_sees_the_defaults_of_forward() -> None:
    assert ScaleAndShiftApart.apply(leaf([1.0])).grad_fn.count == 3
    assert ScaleAndShift.apply(leaf([1.0])).grad_fn.count == 1


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"shift": 2.0}, r"ScaleAndShift\.apply: shift has no position"),
        ({"slope": 2.0}, r"ScaleAndShift\.apply: got an unexpected keyword argument 'slope'"),
        ({"x": 2.0}, r"ScaleAndShift\.apply: multiple values for argument 'x'"),
    ],
)
def test_names_that_do_not_fit(keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        ScaleAndShift.apply(leaf([1.0]), **keywords)


# Gradients of arguments that were broadcast


class Add(Function):
    """Leaves it to the caller to sum what it returns."""

    @staticmethod
    def forward(_ctx: Any, x: Any, y: Any) -> Any:
        return x * x + y

    @staticmethod
    def backward(_ctx: Any, g: Any) -> Any:
        return g, g * g


@pytest.mark.parametrize("shape", [(2, 3), (3,), (1,), (), (2, 1), (1, 3), (1, 1)])
@pytest.mark.parametrize("differentiable", [False, True])
def test_a_gradient_of_the_shape_it_was_broadcast_to_is_summed(shape: tuple[int, ...], differentiable: bool) -> None:
    x, y = tg.ones(2, 3), tg.ones(shape, requires_grad=True)
    start = tg.full((2, 3), 2.0, requires_grad=True)
    (found,) = grad(Add.apply(x, y), y, start, create_graph=differentiable)
    assert found.shape == shape
    assert found.tolist() == tg.full((2, 3), 4.0).sum_to_size(shape).tolist()
    if differentiable:
        (again,) = grad(found.sum(), start)
        assert again.tolist() == [[4, 4, 4], [4, 4, 4]]


# Arguments changed in place


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("values", [3.0, [1.0, 2.0]])
def test_an_argument_changed_in_place_is_the_result(several: bool, values: Any) -> None:
    x = leaf(values)
    y = x * 1
    before = y + 0
    out = Double.apply(y, several)
    result = out[0] if several else out
    assert result is y
    assert y.grad_fn.name() == "DoubleBackward"
    assert y.tolist() == (2 * x).tolist()
    node = y.grad_fn.edges[0] if several else y.grad_fn
    total = y.sum() + before.sum() + (out[1].sum() if several else 0)
    total.backward()
    assert x.grad.tolist() == tg.full_like(x, 9.0 if several else 3.0).tolist()
    assert node.held == y.tolist()


def test_a_view_changed_in_place_changes_its_base() -> None:
    x = leaf([1.0, 2.0, 3.0])
    base = x * 1
    view, other = base[:2], base[1:]
    assert Double.apply(view) is view
    assert base.tolist() == [2, 4, 3]
    (grad_of_base,) = grad(base.sum(), x, retain_graph=True)
    assert grad_of_base.tolist() == [2, 2, 1]
    assert grad(other.sum(), x, retain_graph=True)[0].tolist() == [0, 2, 1]
    assert grad(view.sum(), x)[0].tolist() == [2, 2, 0]


def test_a_base_changed_in_place_changes_its_views() -> None:
    x = leaf([1.0, 2.0, 3.0])
    base = x * 1
    view = base[:2]
    Double.apply(base)
    assert view.tolist() == [2, 4]
    assert grad(view.sum(), x)[0].tolist() == [2, 2, 0]


@pytest.mark.parametrize("of_view", [False, True])
def test_an_argument_without_gradient_may_come_to_need_one(of_view: bool) -> None:
    class ScaleInPlace(Function):
        @staticmethod
        def forward(ctx: Any, x: Any, factor: Any) -> Any:
            ctx.save_for_backward(x.clone())
            x.mul_(factor)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return None, g * ctx.saved_tensors[0]

    base = tg.tensor([1.0, 2.0, 3.0], dtype=tg.float64)
    x = base[1:] if of_view else base
    values = x.tolist()
    factor = leaf([2.0] * len(values))
    assert ScaleInPlace.apply(x, factor) is x
    assert (x.requires_grad, base.requires_grad) == (True, True)
    base.sum().backward()
    assert factor.grad.tolist() == values


def test_a_change_in_place_is_seen_by_those_who_saved_the_argument() -> None:
    x = leaf([1.0, 2.0])
    y = x * 1
    square = y**2
    out = Double.apply(y)
    with pytest.raises(RuntimeError, match=r"backward through pow: .* was changed in place"):
        (square + out).sum().backward()


def test_a_later_change_of_the_saved_result_is_seen() -> None:
    y = Double.apply(leaf([1.0, 2.0]) * 1)
    total = y.sum()
    y.mul_(2)
    with pytest.raises(RuntimeError, match=r"backward through Double: .* was changed in place"):
        total.backward()


@pytest.mark.parametrize("of_view", [False, True])
def test_leaves_are_not_changed_in_place_while_recording(of_view: bool) -> None:
    x = leaf([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"Double: .* is a leaf tensor .*x\.clone\(\)"):
        Double.apply(x[:1] if of_view else x)


def test_changes_in_place_that_are_not_recorded() -> None:
    x, plain = leaf([1.0]), tg.ones(1)
    with tg.no_grad():
        assert Double.apply(x) is x
    assert Double.apply(plain) is plain
    assert (x.tolist(), x.is_leaf, plain.tolist(), plain.requires_grad) == ([2], True, [2], False)


def test_a_change_that_only_mark_dirty_tells_of_is_seen_too() -> None:
    class Fill(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            x.detach().numpy()[...] = 7.0
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(_ctx: Any, g: Any) -> Any:
            return g * 0

    y = leaf([1.0, 2.0]) * 1
    square = y**2
    Fill.apply(y)
    with pytest.raises(RuntimeError, match=r"backward through pow: .* was changed in place"):
        square.sum().backward()


def test_what_is_changed_in_place_is_an_argument_and_a_result() -> None:
    class Mark(Function):
        @staticmethod
        def forward(ctx: Any, x: Any, own: bool) -> Any:
            y = x * 1
            ctx.mark_dirty(y if own else x)
            return y

        @staticmethod
        def backward(_ctx: Any, g: Any) -> Any:
            return g, None

    with pytest.raises(RuntimeError, match=r"Mark\.forward marked .* as changed in place, but didn't return it"):
        Mark.apply(leaf([1.0]) * 1, False)
    with pytest.warns(UserWarning, match="Mark: mark_dirty is for arguments"):
        y = Mark.apply(leaf([1.0]), True)
    assert y.requires_grad


# What is returned


class Same(Function):
    """Returns its argument, a view of it, or its memory; its gradient is ten times too large, to be seen."""

    @staticmethod
    def forward(_ctx: Any, x: Any, how: str) -> Any:
        return {"itself": lambda: x, "a view": lambda: x[...], "detached": lambda: x.detach()}[how]()

    @staticmethod
    def backward(_ctx: Any, g: Any) -> Any:
        return g * 10, None


@pytest.mark.parametrize("how", ["itself", "a view", "detached"])
@pytest.mark.parametrize("values", [3.0, [3.0]], ids=["0-d", "one value"])
def test_an_argument_may_be_returned(how: str, values: Any) -> None:
    x = leaf(values)
    y = Same.apply(x, how)
    assert y is not x
    assert x.is_leaf
    (y + 100 * x).sum().backward()
    assert x.grad.sum().item() == 110


@pytest.mark.parametrize("how", ["itself", "a view", "detached"])
def test_a_result_does_not_share_memory_with_an_argument(how: str) -> None:
    """Else a change of one in place would reach the other without the graph knowing."""
    base = leaf([1.0, 2.0]) * 1
    used = base.exp()
    result = Same.apply(base, how)
    result.mul_(5)
    assert base.tolist() == [1, 2]
    used.sum().backward()
    base = leaf([1.0, 2.0]) * 1
    result = Same.apply(base, how)
    base.mul_(5)
    assert grad(result.sum(), result)[0].tolist() == [1, 1]
    x = leaf([1.0, 2.0])
    base = x * 1
    result = Same.apply(base, how)
    base.mul_(5)
    result.sum().backward()
    assert x.grad.tolist() == [10, 10]


def test_results_that_are_views_of_one_tensor_are_separate() -> None:
    class Halves(Function):
        @staticmethod
        def forward(_ctx: Any, x: Any) -> Any:
            y = x * 2
            return y[:1], y[1:]

        @staticmethod
        def backward(_ctx: Any, g: Any, h: Any) -> Any:
            return tg.cat([g, h]) * 2

    x = leaf([1.0, 2.0])
    one, other = Halves.apply(x)
    one.mul_(5)
    (one + other).sum().backward()
    assert x.grad.tolist() == [10, 2]


def test_views_given_as_arguments_follow_their_base() -> None:
    x = leaf([1.0, 2.0])
    base = tg.zeros(2, dtype=tg.float64)
    view = base[:1]
    base += x
    Exp.apply(view).sum().backward()
    assert x.grad.tolist() == [pytest.approx(np.e), 0]


def test_results_that_are_no_tensors_pass_through() -> None:
    seen: list[Any] = []

    class Mixed(Function):
        @staticmethod
        def forward(ctx: Any, x: Any, only: Any = "all") -> Any:
            ctx.save_for_backward(x)
            return (3, x * x, None, "k") if only == "all" else only

        @staticmethod
        def backward(ctx: Any, *gradients: Any) -> Any:
            seen.extend(gradients)
            return 2 * gradients[1] * ctx.saved_tensors[0]

    x = leaf([3.0])
    three, square, nothing, letter = Mixed.apply(x)
    assert (three, nothing, letter) == (3, None, "k")
    square.backward()
    assert x.grad.tolist() == [6]
    assert (seen[0], seen[2:]) == (None, [None, None])
    assert Mixed.apply(x, None) is None
    assert Mixed.apply(x, 3.0) == 3.0


def test_the_node_shows_what_its_context_holds() -> None:
    x = leaf([1.0])
    y = Exp.apply(x)
    (saved,) = y.grad_fn.saved_tensors
    assert (saved.tolist(), saved.grad_fn is y.grad_fn) == (y.tolist(), True)
    assert y.grad_fn.needs_input_grad == (True,)
    assert Scale.apply(x, 3.0).grad_fn.factor == 3.0
    with pytest.raises(AttributeError, match="nothing"):
        _ = y.grad_fn.nothing
    y.backward()
    with pytest.raises(RuntimeError, match=r"backward through Exp: .*freed"):
        _ = y.grad_fn.saved_tensors


def test_backward_may_be_called_vjp() -> None:
    class Cube(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            ctx.save_for_forward(x)
            return x**3

        @staticmethod
        def vjp(ctx: Any, g: Any) -> Any:
            return 3 * g * ctx.saved_tensors[0] ** 2

    assert gradcheck(Cube.apply, leaf([1.0, 2.0]))
    assert gradgradcheck(Cube.apply, leaf([1.0, 2.0]))
