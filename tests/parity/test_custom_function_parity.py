"""`autograd.Function`, the recording switches and `Variable` against PyTorch's own, where that is installed.

Each scenario below is a function of the module and of a leaf tensor; both libraries run it. Compared are what
it returns, or that both refuse, with an error of the same kind.

Where the two part, this is on purpose: a list of tensors returned by ``forward`` is refused here, and has no
gradients in PyTorch; an argument returned unmarked comes out as a copy here, and as a view in PyTorch.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import function as our_function

torch = pytest.importorskip("torch")


def define(m: Any, forward: Callable[..., Any], backward: Callable[..., Any] | None = None, **methods: Any) -> Any:
    """Return a Function of the library `m` with these static methods."""
    if backward is not None:
        methods["backward"] = backward
    members = {name: staticmethod(method) for name, method in methods.items()}
    return type("Custom", (m.autograd.Function,), {"forward": staticmethod(forward), **members})


def double_in_place(ctx: Any, x: Any) -> Any:
    x.mul_(2)
    ctx.mark_dirty(x)
    return x


def doubled(m: Any, several: bool = False) -> Any:
    """Return a Function that changes its argument in place."""
    if several:
        return define(m, lambda ctx, x: (double_in_place(ctx, x), x * 3), lambda ctx, g, h: g * 2 + h * 6)
    return define(m, double_in_place, lambda ctx, g: g * 2)


def gradient(m: Any, result: Any, x: Any) -> Any:
    """Return what arrives at `x` from `result`, which is summed."""
    return m.autograd.grad(result.sum(), x)[0]


SCENARIOS: dict[str, Callable[[Any, Any], Any]] = {}


def scenario(run: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    SCENARIOS[run.__name__] = run
    return run


# Arguments and results


@scenario
def keywords(m: Any, x: Any) -> Any:
    custom = define(m, lambda ctx, a, b=3.0: a * b, lambda ctx, g: (g * 5, None))
    y = custom.apply(b=2.0, a=x)
    return y, y.grad_fn.needs_input_grad, gradient(m, y, x)


@scenario
def keyword_without_a_position(m: Any, x: Any) -> Any:
    return define(m, lambda ctx, a, b=3.0, c=2.0: a * b * c, lambda ctx, g: (g, None)).apply(x, c=2.0)


@scenario
def keyword_only(m: Any, x: Any) -> Any:
    def forward(_ctx: Any, a: Any, *, b: float = 3.0) -> Any:
        return a * b

    return define(m, forward, lambda ctx, g: (g, None)).apply(x, b=2.0)


@scenario
def keyword_unknown(m: Any, x: Any) -> Any:
    return define(m, lambda ctx, a: a * 2, lambda ctx, g: g).apply(x, slope=2.0)


@scenario
def defaults_with_setup_context(m: Any, x: Any) -> Any:
    seen: list[Any] = []
    custom = define(
        m,
        lambda a, b=3.0, c=2.0: a * b * c,
        lambda ctx, g: (g * 6, None, None),
        setup_context=lambda ctx, inputs, output: seen.append((inputs[1:], ctx.needs_input_grad)),
    )
    return custom.apply(x, c=5.0), gradient(m, custom.apply(x), x), seen


@scenario
def results_that_are_no_tensors(m: Any, x: Any) -> Any:
    seen: list[Any] = []

    def backward(_ctx: Any, *gradients: Any) -> Any:
        seen.extend(each is None for each in gradients)
        return gradients[1] * 2

    y = define(m, lambda ctx, a: (3, a * 2, None, "k"), backward).apply(x)
    return y, gradient(m, y[1], x), seen


@scenario
def one_result_that_is_no_tensor(m: Any, x: Any) -> Any:
    return [define(m, lambda ctx, a, what=each: what, lambda ctx, g: g).apply(x) for each in (3.0, None, "k")]


@scenario
def a_tuple_of_one_result(m: Any, x: Any) -> Any:
    return define(m, lambda ctx, a: (a * 2,), lambda ctx, g: g).apply(x)


@scenario
def no_forward(m: Any, x: Any) -> Any:
    custom: Any = type("Custom", (m.autograd.Function,), {})
    return custom.apply(x)


@scenario
def no_backward(m: Any, x: Any) -> Any:
    return gradient(m, define(m, lambda ctx, a: a * 2).apply(x), x)


@scenario
def vjp_for_backward(m: Any, x: Any) -> Any:
    return gradient(m, define(m, lambda ctx, a: a * 2, vjp=lambda ctx, g: g * 7).apply(x), x)


@scenario
def vjp_and_backward(m: Any, x: Any) -> Any:
    return gradient(m, define(m, lambda ctx, a: a * 2, lambda ctx, g: g, vjp=lambda ctx, g: g).apply(x), x)


# What backward returns


@scenario
def gradient_of_a_number(m: Any, x: Any) -> Any:
    return gradient(m, define(m, lambda ctx, a, n: a * n, lambda ctx, g: (g, 5)).apply(x, 3), x)


@scenario
def gradient_of_an_unwanted_tensor(m: Any, x: Any) -> Any:
    return gradient(m, define(m, lambda ctx, a, b: a * b, lambda ctx, g: (g, m.ones(7))).apply(x, m.ones(3)), x)


def _returning(answer_shape: tuple[int, ...], argument_shape: tuple[int, ...]) -> Callable[[Any, Any], Any]:
    def run(m: Any, _x: Any) -> Any:
        y = m.ones(argument_shape, requires_grad=True)
        custom = define(m, lambda ctx, a: a * 2, lambda ctx, g: m.full(answer_shape, 2.0))
        return gradient(m, custom.apply(y), y)

    return run


SHAPES = [(), (1,), (3,), (1, 3), (2, 3), (2, 1), (4,), (1, 1, 3), (0, 3)]
SCENARIOS |= {f"gradient_{a}_for_{b}": _returning(a, b) for a in SHAPES for b in SHAPES}


# The context


@scenario
def shown_by_the_node(m: Any, x: Any) -> Any:
    def forward(ctx: Any, a: Any) -> Any:
        ctx.factor = 7
        ctx.save_for_backward(a)
        return a * 7

    y = define(m, forward, lambda ctx, g: g * ctx.factor).apply(x)
    return y.grad_fn.factor, y.grad_fn.saved_tensors, y.grad_fn.name(), gradient(m, y, x)


@scenario
def saved_tensors_of_a_freed_node(m: Any, x: Any) -> Any:
    def forward(ctx: Any, a: Any) -> Any:
        ctx.save_for_backward(a)
        return a * 7

    y = define(m, forward, lambda ctx, g: g).apply(x)
    y.sum().backward()
    return y.grad_fn.saved_tensors


@scenario
def save_for_forward(m: Any, x: Any) -> Any:
    def forward(ctx: Any, a: Any) -> Any:
        ctx.save_for_forward(a)
        return a * 7

    return define(m, forward, lambda ctx, g: g).apply(x)


@scenario
def once_differentiable(m: Any, x: Any) -> Any:
    once = (our_function if m is tg else torch.autograd.function).once_differentiable
    y = define(m, lambda ctx, a: a * 2, once(lambda ctx, g: g * 2)).apply(x).sum()
    start = m.tensor(1.0, requires_grad=True)
    (first,) = m.autograd.grad(y, x, start, create_graph=True)
    assert first.requires_grad
    first.sum().backward()


# Changes in place


@scenario
def changed(m: Any, x: Any) -> Any:
    y = x * 1
    z = doubled(m).apply(y)
    return z is y, y, y.grad_fn.name(), gradient(m, z, x)


@scenario
def changed_and_another_result(m: Any, x: Any) -> Any:
    y = x * 1
    z, more = doubled(m, several=True).apply(y)
    return z is y, y, gradient(m, z + more + y, x)


@scenario
def changed_view(m: Any, x: Any) -> Any:
    base = x * 1
    view = base[:2]
    z = doubled(m).apply(view)
    return z is view, base, view, gradient(m, base, x)


@scenario
def changed_base(m: Any, x: Any) -> Any:
    base = x * 1
    view = base[:2]
    doubled(m).apply(base)
    return view, gradient(m, view, x)


@scenario
def changed_leaf(m: Any, x: Any) -> Any:
    return doubled(m).apply(x)


@scenario
def changed_view_of_a_leaf(m: Any, x: Any) -> Any:
    return doubled(m).apply(x[:2])


@scenario
def changed_without_gradient(m: Any, _x: Any) -> Any:
    y = m.ones(2)
    return doubled(m).apply(y) is y, y


@scenario
def changed_by_one_with_a_gradient(m: Any, x: Any) -> Any:
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        a.mul_(b)
        ctx.mark_dirty(a)
        return a

    y = m.ones(3)
    z = define(m, forward, lambda ctx, g: (None, g * 5)).apply(y, x)
    return z is y, y, y.is_leaf, gradient(m, y, x)


@scenario
def changed_after_another_saved_it(m: Any, x: Any) -> Any:
    y = x * 1
    square = y**2
    return gradient(m, square + doubled(m).apply(y), x)


@scenario
def changed_and_not_returned(m: Any, x: Any) -> Any:
    return define(m, lambda ctx, a: double_in_place(ctx, a) * 1, lambda ctx, g: g).apply(x * 1)


@scenario
def marked_and_saved(m: Any, x: Any) -> Any:
    def forward(ctx: Any, a: Any) -> Any:
        a.mul_(a)
        ctx.mark_dirty(a)
        ctx.save_for_backward(a)
        return a

    return gradient(m, define(m, forward, lambda ctx, g: g * ctx.saved_tensors[0]).apply(x * 1), x)


# Recording switches


@scenario
def inference_mode_without_brackets(m: Any, x: Any) -> Any:
    def function(a: int, b: int = 2) -> Any:
        return m.is_grad_enabled(), (x * 2).requires_grad, a + b

    decorated = m.inference_mode(function)
    return decorated(1, b=3), decorated.__name__, m.is_grad_enabled()


@scenario
def inference_mode_as_a_block(m: Any, x: Any) -> Any:
    enabled = (m.autograd if m is tg else m).is_inference_mode_enabled
    seen = [enabled()]
    with m.inference_mode():
        seen += [enabled(), m.is_grad_enabled(), (x * 2).requires_grad]
        with m.inference_mode(mode=False):
            seen += [enabled(), m.is_grad_enabled(), (x * 2).requires_grad]
        with m.no_grad():
            seen += [enabled()]
        seen += [enabled()]
    return [*seen, enabled(), m.is_grad_enabled()]


def _set_grad_enabled(mode: Any) -> Callable[[Any, Any], Any]:
    return lambda m, x: m.set_grad_enabled(mode) is None


SCENARIOS |= {f"set_grad_enabled_{mode!r}": _set_grad_enabled(mode) for mode in (0, 1, None, "off")}


@scenario
def thrown_into_a_generator(m: Any, _x: Any) -> Any:
    seen: list[bool] = []

    def steps() -> Any:
        try:
            yield m.is_grad_enabled()
        except ValueError:
            yield "caught", m.is_grad_enabled()
        finally:
            seen.append(m.is_grad_enabled())

    generator = m.no_grad()(steps)()
    first = next(generator)
    second = generator.throw(ValueError())
    generator.close()
    return first, second, seen


# Variable


@scenario
def variables(m: Any, x: Any) -> Any:
    variable = m.autograd.Variable
    data = m.zeros(2)
    made = [variable(data), variable(data, True), variable(data, requires_grad=True), variable(x), variable(data=x)]
    made[0].fill_(3)
    kinds = [isinstance(each, variable) for each in (x, data, m.nn.Parameter(data), 3.0)]
    return made, data, kinds, type(made[0]) is m.Tensor


@scenario
def variable_of_a_list(m: Any, _x: Any) -> Any:
    return m.autograd.Variable([1.0])


@scenario
def variable_of_integers(m: Any, _x: Any) -> Any:
    return m.autograd.Variable(m.ones(2, dtype=m.int64), requires_grad=True)


def outcome(m: Any, run: Callable[[Any, Any], Any]) -> Any:
    """Return the result of a scenario in terms that both libraries share, or the kind of error."""
    x = m.tensor([1.0, 2.0, 3.0], requires_grad=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return plain(run(m, x))
    except (RuntimeError, TypeError) as error:
        return type(error)
    finally:
        m.set_grad_enabled(True)


def plain(value: Any) -> Any:
    if isinstance(value, (tg.Tensor, torch.Tensor)):
        return str(value.dtype).split(".")[-1], value.requires_grad, tuple(value.shape), value.detach().tolist()
    return type(value)(map(plain, value)) if isinstance(value, (tuple, list)) else value


@pytest.mark.parametrize("name", SCENARIOS)
def test_both_do_the_same(name: str) -> None:
    assert outcome(tg, SCENARIOS[name]) == outcome(torch, SCENARIOS[name])
