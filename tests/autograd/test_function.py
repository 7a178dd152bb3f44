"""`Function`: custom operations in PyTorch's form."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, grad, gradcheck, gradgradcheck
from tinygrad_edu.autograd.function import once_differentiable


def leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


class Exp(Function):
    """Saves its result."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (y,) = ctx.saved_tensors
        return g * y


class Multiply(Function):
    """Saves its arguments; asks which gradients are wanted."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, y = ctx.saved_tensors
        return g * y if ctx.needs_input_grad[0] else None, g * x if ctx.needs_input_grad[1] else None


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


class Scale(Function):
    """setup_context instead of a ctx in forward; an argument that is no tensor."""

    @staticmethod
    def forward(x: Any, factor: float) -> Any:
        return x * factor

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        _, ctx.factor = inputs
        assert output.shape == inputs[0].shape

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * ctx.factor, None


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
    assert grad(Stop.apply(x), x, allow_unused=True) == (None,)


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


# What is refused


def make(answer: Any) -> Any:
    class Custom(Function):
        @staticmethod
        def forward(_ctx: Any, x: Any, y: Any) -> Any:
            return x * y

        @staticmethod
        def backward(_ctx: Any, _g: Any) -> Any:
            return answer

    return Custom


@pytest.mark.parametrize("count", [1, 3])
def test_a_wrong_number_of_gradients(count: int) -> None:
    answer = tuple(tg.ones(2, dtype=tg.float64) for _ in range(count))
    with pytest.raises(RuntimeError, match=rf"CustomBackward returned {count} gradients, but Custom.apply got 2 arg"):
        make(answer).apply(leaf([1.0, 2.0]), leaf([1.0, 2.0])).sum().backward()


def test_more_gradients_than_arguments_are_allowed_if_they_are_none() -> None:
    x, y = leaf([1.0]), leaf([1.0])
    make((tg.ones(1, dtype=tg.float64), None, None)).apply(x, y).backward()
    assert (x.grad.tolist(), y.grad) == ([1], None)


@pytest.mark.parametrize("wrong", [3.0, np.ones(2), tg.ones(1), tg.ones(()), tg.ones(2, 1), tg.ones(3), "g"])
def test_a_gradient_that_does_not_fit(wrong: Any) -> None:
    with pytest.raises(
        RuntimeError, match=r"CustomBackward returned .* as the gradient of argument 0, which has shape"
    ):
        make((wrong, None)).apply(leaf([1.0, 2.0]), leaf([1.0, 2.0])).sum().backward()


def test_a_gradient_is_brought_into_the_dtype_of_its_argument() -> None:
    x = tg.ones(2, requires_grad=True)
    middle = x * 1
    out = make((tg.ones(2, dtype=tg.float64), None)).apply(middle, tg.ones(2))
    assert [each.dtype for each in grad(out.sum(), [middle, x])] == [tg.float32, tg.float32]


def test_several_results_must_be_a_tuple() -> None:
    """A list of tensors would come out without gradients, and nobody would know."""

    class Several(Function):
        @staticmethod
        def forward(_ctx: Any, x: Any) -> Any:
            return [x * 2, x * 3]

    with pytest.raises(TypeError, match=r"Several\.forward returned list .* several tensors must be a tuple"):
        Several.apply(leaf([1.0]))


def test_an_argument_that_is_no_tensor_has_no_gradient() -> None:
    with pytest.raises(RuntimeError, match=r"CustomBackward returned .* of argument 1, which is no tensor.*None there"):
        make((tg.ones(1), tg.ones(1))).apply(leaf([1.0]), 3).backward()


def test_what_is_not_defined_is_asked_for() -> None:
    class Nothing(Function):
        pass

    with pytest.raises(NotImplementedError, match=r"Nothing has no forward; define a static method forward\(ctx"):
        Nothing.apply(leaf([1.0]))

    class Forward(Function):
        @staticmethod
        def forward(_ctx: Any, x: Any) -> Any:
            return x * 2

    y = Forward.apply(leaf([1.0]))
    with pytest.raises(NotImplementedError, match=r"Forward has no backward; define a static method backward\(ctx"):
        y.backward()


def test_backward_under_two_names_is_refused() -> None:
    class Both(Multiply):
        @staticmethod
        def vjp(_ctx: Any, g: Any) -> Any:
            return g, g

    y = Both.apply(leaf([1.0]), leaf([1.0]))
    with pytest.raises(RuntimeError, match=r"Both defines both backward and vjp"):
        y.backward()


def test_only_tensors_can_be_saved() -> None:
    class Bad(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x, 3.0)
            return x

    with pytest.raises(TypeError, match=r"save_for_backward: wanted tensors, got float 3\.0.*ctx\.name = value"):
        Bad.apply(leaf([1.0]))


@pytest.mark.parametrize("arguments", [(), (3.0,)])
def test_functions_make_no_objects(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(RuntimeError, match=r"call Exp\.apply"):
        Exp(*arguments)


@pytest.mark.parametrize("method", ["mark_dirty", "save_for_forward"])
def test_the_context_takes_only_tensors(method: str) -> None:
    class Bad(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            getattr(ctx, method)(x, None, 3.0)

    with pytest.raises(TypeError, match=rf"{method}: wanted tensors, got float 3\.0"):
        Bad.apply(leaf([1.0]))


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


class Double(Function):
    """Changes its argument in place; saves what it holds now; has a second result if asked."""

    @staticmethod
    def forward(ctx: Any, x: Any, several: bool = False) -> Any:
        x.mul_(2)
        ctx.mark_dirty(x)
        ctx.save_for_backward(x)
        return (x, x * 3) if several else x

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any = 0) -> Any:
        ctx.held = ctx.saved_tensors[0].tolist()
        return (g * 2 + h * 6, None)[: len(ctx.needs_input_grad)]


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
