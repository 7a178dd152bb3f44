"""`gradcheck` and `gradgradcheck`: they pass what is right, and say where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, GradcheckError, Mistake, elementwise, gradcheck, gradgradcheck

both_modes = pytest.mark.parametrize("fast_mode", [False, True], ids=["slow", "fast"])

wrong_sign = elementwise(np.exp, name="wrong_sign", x=lambda g, out: -g * out)
forgets_g = elementwise(np.exp, name="forgets_g", x=lambda g, out: out * np.ones_like(g))


def first_order_of_square(g: Any, x: Any) -> Any:
    """2 g x, but recorded as if x were constant."""
    return 2 * g * (x if isinstance(x, np.ndarray | np.generic) else x.detach())


right_once = elementwise(np.square, name="right_once", x=first_order_of_square)


def leaf(*shape: int, seed: int = 0) -> Any:
    """A float64 leaf of values around 1."""
    return tg.tensor(np.random.default_rng(seed).uniform(0.5, 1.5, shape), requires_grad=True)


@both_modes
@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (lambda x: x.sin() * x, [(2, 3)]),
        (lambda x, w, b: (x @ w + b).tanh(), [(2, 3), (3, 2), (2,)]),
        (lambda x: (x.sum(0), x.prod()), [(2, 2)]),
        (lambda x: x.max(1), [(2, 3)]),
        (lambda x: x**2, [()]),
        (lambda x: x.log(), [(0, 3)]),
    ],
    ids=["one input", "three inputs", "several outputs", "an output of indices", "0-d", "empty"],
)
def test_right_gradients_pass(function: Callable[..., Any], shapes: list[tuple[int, ...]], fast_mode: bool) -> None:
    inputs = tuple(leaf(*shape, seed=seed) for seed, shape in enumerate(shapes))
    assert gradcheck(function, inputs, fast_mode=fast_mode) is True
    assert gradgradcheck(function, inputs, fast_mode=fast_mode) is True


@both_modes
def test_the_error_names_input_output_and_the_worst_entry(fast_mode: bool) -> None:
    x = tg.tensor([[0.1, 0.2], [0.3, 0.4]], dtype=tg.float64, requires_grad=True)
    scale = tg.tensor([1.0, 10.0], dtype=tg.float64)

    def function(fixed: Any, moved: Any) -> Any:
        return fixed * 2, wrong_sign(moved) * scale

    with pytest.raises(GradcheckError) as caught:
        gradcheck(function, (leaf(2), x), fast_mode=fast_mode)
    steepest = 10 * np.exp(0.4)
    assert "output 1 with respect to input 1" in str(caught.value)
    assert f"output[1, 1] by input[1, 1]: analytic {-steepest:.6g}, numerical {steepest:.6g}" in str(caught.value)


def test_indices_of_0d_tensors_are_empty_brackets() -> None:
    with pytest.raises(GradcheckError, match=r"output\[\(\)\] by input\[\(\)\]"):
        gradcheck(wrong_sign, leaf())


@both_modes
def test_without_raise_exception_it_returns_false(fast_mode: bool) -> None:
    assert gradcheck(wrong_sign, leaf(2), raise_exception=False, fast_mode=fast_mode) is False
    assert gradgradcheck(right_once, leaf(2), raise_exception=False, fast_mode=fast_mode) is False


@both_modes
def test_a_wrong_second_order_is_seen_only_by_gradgradcheck(fast_mode: bool) -> None:
    assert gradcheck(right_once, leaf(2), fast_mode=fast_mode)
    with pytest.raises(GradcheckError, match="gradient of the gradient of input 0 with respect to input 0"):
        gradgradcheck(right_once, leaf(2), fast_mode=fast_mode)


def test_nan_never_agrees() -> None:
    x = tg.tensor([0.0], dtype=tg.float64, requires_grad=True)
    with pytest.raises(GradcheckError, match="analytic nan"):
        gradcheck(lambda x: (x * x).sqrt(), x)


def test_only_inputs_that_require_a_gradient_are_checked() -> None:
    fixed = tg.tensor([0.0, 1.0], dtype=tg.float64)
    assert gradcheck(lambda x, y, n: x * y.abs() ** n, (leaf(2), fixed, 2))


def test_non_leaf_views_and_non_contiguous_inputs() -> None:
    x = leaf(2, 3)
    assert gradcheck(lambda y: y.exp(), x.T)
    assert gradcheck(lambda y: y.exp(), tg.from_numpy(np.ones((3, 4))[::-1, ::2]).requires_grad_())


def test_inputs_are_moved_back_also_when_the_function_fails() -> None:
    x = leaf(3)
    before = x.tolist()
    calls: list[int] = []

    def fails_on_the_third_call(x: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("third")
        return x * 2

    with pytest.raises(RuntimeError, match="third"):
        gradcheck(fails_on_the_third_call, x)
    assert x.tolist() == before
    calls.clear()
    with pytest.raises(RuntimeError, match="third"):
        gradcheck(fails_on_the_third_call, x, fast_mode=True)
    assert x.tolist() == before


@both_modes
@pytest.mark.parametrize(
    "operation", [tg.tanh, wrong_sign, right_once, tg.relu], ids=["right", "wrong", "once", "corner"]
)
def test_inputs_are_moved_back_whenever_the_function_is_interrupted(operation: Any, fast_mode: bool) -> None:
    x = tg.tensor([0.0, 0.7], dtype=tg.float64, requires_grad=True)
    interrupted = True
    count = 0
    while interrupted:
        calls, count, interrupted = 0, count + 1 + count // 8, False

        def function(x: Any, last: int = count) -> Any:
            nonlocal calls, interrupted
            calls += 1
            if calls == last:
                interrupted = True
                raise KeyboardInterrupt
            return operation(x)

        try:
            gradgradcheck(function, x, fast_mode=fast_mode)
            gradcheck(function, x, fast_mode=fast_mode)
        except (KeyboardInterrupt, GradcheckError):
            pass
        assert x.tolist() == [0, 0.7]
    assert count > 10


def test_errors_of_the_function_itself_come_out_as_they_are() -> None:
    def fails_beside(x: Any) -> Any:
        if float(x.detach().sum()) != 2.0:
            raise ValueError("beside")
        return x * x

    for check in (gradcheck, gradgradcheck):
        for raise_exception in (False, True):
            with pytest.raises(ValueError, match=r"^beside$"):
                check(fails_beside, tg.ones(2, dtype=tg.float64, requires_grad=True), raise_exception=raise_exception)


def test_no_grad_of_a_leaf_is_left_behind() -> None:
    x = leaf(2)
    gradcheck(lambda x: x * x, x)
    gradgradcheck(lambda x: x * x, x)
    assert x.grad is None


def test_float32_inputs_warn() -> None:
    x = tg.ones(2, requires_grad=True)
    with pytest.warns(UserWarning, match="input 0 is a float32 tensor"):
        gradcheck(lambda x: x * 2, x, eps=1e-2, atol=1e-3)


wrong_cosine = elementwise(np.cos, name="wrong_cosine", x=lambda g, x: g * np.sin(x))


@both_modes
@pytest.mark.filterwarnings("ignore:gradcheck")
@pytest.mark.filterwarnings("ignore:gradgradcheck")
@pytest.mark.parametrize("dtype", [tg.float32, tg.float16])
@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.sin() * x.exp(),
        lambda x: (x * x).sum(),
        lambda x: x.softmax(0),
        lambda x: 100 * x.tanh(),
        lambda x: x.log() + 10,
        lambda x: (x + 100).sin(),
    ],
    ids=["product", "sum", "softmax", "large", "far from 0", "quick"],
)
def test_right_functions_pass_in_less_than_float64(function: Callable[..., Any], dtype: Any, fast_mode: bool) -> None:
    for size in (1, 4):
        x = leaf(size).detach().to(dtype).requires_grad_()
        assert gradcheck(function, x, fast_mode=fast_mode)
        if dtype is tg.float32:
            assert gradcheck(function, (30 * x.detach()).requires_grad_(), fast_mode=fast_mode)
            assert gradcheck(function, (1e-3 * x.detach()).requires_grad_(), fast_mode=fast_mode)
    assert gradgradcheck(function, leaf(3).detach().to(tg.float32).requires_grad_(), fast_mode=fast_mode)


@both_modes
@pytest.mark.filterwarnings("ignore:gradcheck")
def test_wrong_functions_fail_in_float32(fast_mode: bool) -> None:
    x = leaf(3).detach().float().requires_grad_()
    for wrong, mistake in ((wrong_sign, Mistake.SIGN), (wrong_cosine, Mistake.SIGN), (forgets_g, Mistake.OTHER)):
        with pytest.raises(GradcheckError) as caught:
            gradcheck(wrong, x, fast_mode=fast_mode)
        assert caught.value.mistake is mistake
    off_by_3_percent = elementwise(np.exp, name="off", x=lambda g, out: 1.03 * g * out)
    with pytest.raises(GradcheckError):
        gradcheck(off_by_3_percent, x, fast_mode=fast_mode)


def test_what_is_given_for_float32_is_kept() -> None:
    x = leaf(3).detach().float().requires_grad_()
    with pytest.warns(UserWarning, match="pass float64"), pytest.raises(GradcheckError):
        gradcheck(lambda x: x.exp(), x, atol=1e-9, rtol=1e-9)


@both_modes
def test_arguments_and_results_in_any_nesting(fast_mode: bool) -> None:
    def layers(weights: list[Any], options: dict[str, Any], scale: float) -> Any:
        x = options["x"]
        for weight in weights:
            x = x @ weight
        return {"out": x * scale, "sums": [x.sum(), (x.exp(), options["shift"] * 2)], "name": "layers"}

    inputs = ([leaf(2, 3), leaf(3, 2)], {"x": leaf(2, 2), "shift": leaf(2), "fixed": tg.ones(2)}, 3.0)
    assert gradcheck(layers, inputs, fast_mode=fast_mode)
    assert gradgradcheck(layers, inputs, fast_mode=fast_mode)


@both_modes
def test_a_nested_input_is_named_by_its_place(fast_mode: bool) -> None:
    def function(tensors: dict[str, Any]) -> Any:
        return [tensors["x"] * 2, wrong_sign(tensors["w"])]

    with pytest.raises(GradcheckError, match=r"output 1 with respect to input 1 \(inputs\[0\]\['w'\]\)") as caught:
        gradcheck(function, ({"x": leaf(2), "w": leaf(2)},), fast_mode=fast_mode)
    assert (caught.value.input, caught.value.output) == (1, 1)
    with pytest.raises(GradcheckError, match=r"inputs\[0\]\['w'\]"):
        gradcheck(function, {"x": leaf(2), "w": leaf(2)}, fast_mode=fast_mode)


def sliding_window() -> Any:
    return tg.from_numpy(np.lib.stride_tricks.as_strided(np.ones(4), (3, 2), (8, 8))).requires_grad_()


def test_sliding_windows_are_refused() -> None:
    with pytest.raises(RuntimeError, match=r"gradcheck: input 0 is .* sliding window.*clone"):
        gradcheck(lambda x: x * 2, sliding_window())
    with pytest.raises(RuntimeError, match=r"gradgradcheck: input 0 is .* sliding window.*clone"):
        gradgradcheck(lambda x: x * 2, sliding_window())
    assert gradcheck(lambda x: x * 2, sliding_window().detach().clone().requires_grad_())


def test_read_only_memory_is_refused() -> None:
    values = np.ones(3)
    x = tg.from_numpy(values).requires_grad_()
    values.flags.writeable = False
    with pytest.raises(RuntimeError, match=r"read-only.*copy"):
        gradcheck(lambda x: x * 2, x)


def test_inputs_that_share_memory_are_refused() -> None:
    x = leaf(4)
    with pytest.raises(RuntimeError, match=r"inputs 0 and 1 share memory.*clone"):
        gradcheck(lambda x, y: x * y, (x, x.detach()))
    with pytest.raises(RuntimeError, match=r"inputs 0 and 1 share memory"):
        gradcheck(lambda x, y: x[:2] * y, (x, tg.from_numpy(x.detach().numpy()[1:3]).requires_grad_()))
    assert gradcheck(lambda x, y: x * y, (x.detach()[::2].requires_grad_(), x.detach()[1::2]))
    assert gradcheck(lambda x, y: x * y, (x, x)), "one tensor passed twice is moved once"


def test_expanded_inputs_are_refused() -> None:
    with pytest.raises(RuntimeError, match=r"expanded.*clone"):
        gradcheck(lambda x: x * 2, leaf(1).expand(3))


def test_no_input_that_requires_a_gradient() -> None:
    with pytest.raises(ValueError, match="no input requires a gradient"):
        gradcheck(lambda x: x * 2, tg.ones(2, dtype=tg.float64))


class Noisy(Function):
    """Doubles; its gradient has noise."""

    generator = np.random.default_rng(0)

    @staticmethod
    def forward(_ctx: Any, x: Any) -> Any:
        return x * 2

    @staticmethod
    def backward(_ctx: Any, g: Any) -> Any:
        return g * 2 + g * float(Noisy.generator.uniform(1e-7, 2e-7))


@both_modes
def test_a_backward_with_noise_is_not_deterministic(fast_mode: bool) -> None:
    with pytest.raises(GradcheckError, match="not deterministic"):
        gradcheck(Noisy.apply, leaf(2), fast_mode=fast_mode)
    assert gradcheck(Noisy.apply, leaf(2), fast_mode=fast_mode, nondet_tol=1e-6)


def test_a_backward_must_multiply_by_what_it_is_given() -> None:
    with pytest.raises(GradcheckError, match=r"started from zeros|is wrong"):
        gradcheck(forgets_g, leaf(2))
    with pytest.raises(GradcheckError, match="started from zeros"):
        gradcheck(forgets_g, leaf(1))  # a Jacobian of one entry looks right: its g is 1


def test_leaving_the_graph_is_noticed() -> None:
    with pytest.raises(GradcheckError, match="leaves the graph"):
        gradcheck(lambda x: x.detach() * 2, leaf(2))
    assert gradcheck(lambda x: x.detach().sign(), leaf(2))


class Half(Function):
    """Two results, whose gradients are not filled in; `tolerant` ones know that."""

    @staticmethod
    def forward(ctx: Any, x: Any, tolerant: bool) -> Any:
        ctx.tolerant = tolerant
        ctx.set_materialize_grads(False)
        return x * 2, x * 3

    @staticmethod
    def backward(ctx: Any, g: Any, h: Any) -> Any:
        if not ctx.tolerant:
            return (g * 2 if g is not None else 0 * h + 1) + (h * 3 if h is not None else 0), None
        parts = [each * factor for each, factor in ((g, 2), (h, 3)) if each is not None]
        return sum(parts[1:], parts[0]), None


def test_an_output_that_nothing_used_counts_as_zero() -> None:
    def together(x: Any, tolerant: bool) -> Any:
        return Half.apply(x, tolerant)

    assert gradcheck(together, (leaf(2), True))
    with pytest.raises(GradcheckError):
        gradcheck(together, (leaf(2), False))


def test_gradients_always_have_the_dtype_of_their_input() -> None:
    assert gradcheck(lambda x: x.float().double() * 2, leaf(2), check_grad_dtypes=True, eps=1e-2)


@pytest.mark.parametrize(
    "options",
    [
        {"check_batched_grad": True},
        {"check_batched_forward_grad": True},
        {"check_forward_ad": True},
        {"masked": True},
    ],
)
def test_options_without_meaning_here_are_refused(options: dict[str, bool]) -> None:
    with pytest.raises(NotImplementedError, match=f"gradcheck: {next(iter(options))}=True is not supported"):
        gradcheck(lambda x: x * 2, leaf(2), **options)


@pytest.mark.parametrize("option", ["check_batched_grad", "check_fwd_over_rev", "masked"])
def test_options_that_gradgradcheck_refuses(option: str) -> None:
    with pytest.raises(NotImplementedError, match=f"gradgradcheck: {option}=True is not supported"):
        gradgradcheck(lambda x: x * 2, leaf(2), **{option: True})


def test_nothing_left_to_check() -> None:
    with pytest.raises(ValueError, match="nothing to check"):
        gradcheck(lambda x: x * 2, leaf(2), check_backward_ad=False)
    with pytest.raises(ValueError, match="nothing to check"):
        gradgradcheck(lambda x: x * 2, leaf(2), check_rev_over_rev=False)


def test_gradgradcheck_with_gradients_to_start_from() -> None:
    start = leaf(2, seed=1)
    assert gradgradcheck(lambda x: x**3, leaf(2), start)
    assert gradgradcheck(lambda x: x**3, leaf(2), (start.detach(),))
    assert gradgradcheck(lambda x: (x**3, x.exp()), leaf(2, 2), gen_non_contig_grad_outputs=True)


def test_gradgradcheck_is_repeatable_and_leaves_the_random_state_alone() -> None:
    state = tg.default_generator.get_state()
    gradgradcheck(lambda x: x.exp(), leaf(2), fast_mode=True)
    assert tg.equal(tg.default_generator.get_state(), state)


def test_inside_no_grad_it_still_records() -> None:
    with tg.no_grad():
        assert gradcheck(lambda x: x.exp(), leaf(2))
        assert gradgradcheck(lambda x: x.exp(), leaf(2))
