"""`check_gradients` and `gradient_test`: settings are honoured, inputs are as stated, and words are plain."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from support.wrong import wrong as mistyped

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, GradcheckError, Mistake, elementwise
from tinygrad_edu.gradient_checks.judgement import Verdict
from tinygrad_edu.testing import between, check_gradients, gradient_test, positive, properties, reals, tensors

ROOT = Path(__file__).parents[2]
untimed = settings(deadline=None, database=None)
plain = settings(untimed, derandomize=True, phases=[Phase.generate, Phase.shrink])

wrong = elementwise(lambda x: x * x, name="wrong", x=lambda g, x: g * 3 * x)


class Seen:
    """A right operation that remembers what it was called with."""

    def __init__(self) -> None:
        self.inputs: list[tuple[Any, ...]] = []

    def __call__(self, *inputs: Any) -> Any:
        self.inputs.append(inputs)
        return sum(each.sin() for each in inputs if isinstance(each, tg.Tensor))


def test_both_forms_find_the_same() -> None:
    with pytest.raises(GradcheckError) as called:
        check_gradients(wrong, reals(), settings=plain)

    @plain
    @gradient_test(reals())
    def decorated(x: Any) -> Any:
        return wrong(x)

    with pytest.raises(GradcheckError) as found:
        decorated()
    for error in (called.value, found.value):
        assert (error.mistake, error.analytic) == (Mistake.FACTOR, 3)
        assert "in the rule of 'wrong'" in str(error)


def test_the_smallest_input_is_shown() -> None:
    with pytest.raises(GradcheckError) as caught:
        check_gradients(wrong, reals())
    assert any("tensor(1., dtype=tinygrad_edu.float64" in note for note in caught.value.__notes__)


@pytest.fixture
def examples(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The arguments of each example, none of which is checked."""
    seen: list[Any] = []

    def proven(_function: Any, arguments: Any, _second_order: bool, _noise: float) -> Verdict:
        seen.append(arguments)
        return Verdict(True, True)

    monkeypatch.setattr(properties, "proven", proven)
    return seen


def test_settings_are_honoured_when_called(examples: list[Any]) -> None:
    check_gradients(tg.sin, reals(), settings=settings(untimed, max_examples=7))
    assert len(examples) == 7


def test_settings_are_honoured_above_and_below_the_decorator(examples: list[Any]) -> None:
    settings(untimed, max_examples=5)(gradient_test(reals())(tg.sin))()
    assert len(examples) == 5

    @gradient_test(reals())
    @settings(untimed, max_examples=6)
    def decorated(x: Any) -> Any:
        return x.sin()

    decorated()
    assert len(examples) == 11


def test_without_settings_it_is_the_profile_that_counts(examples: list[Any]) -> None:
    check_gradients(tg.sin, reals())
    assert len(examples) == settings().max_examples


def test_the_decorated_test_keeps_its_name_and_takes_no_arguments() -> None:
    @gradient_test(reals())
    @pytest.mark.filterwarnings("error")
    def test_sine(x: Any) -> Any:
        """The sine."""
        return x.sin()

    assert (test_sine.__name__, test_sine.__doc__, test_sine.__module__) == ("test_sine", "The sine.", __name__)
    assert not inspect.signature(test_sine).parameters
    assert [mark.name for mark in vars(test_sine)["pytestmark"]] == ["filterwarnings"]


def test_in_anyones_suite(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(
        "import pytest\n"
        "import tinygrad_edu as tg\n"
        "from hypothesis import settings\n"
        "from tinygrad_edu.testing import check_gradients, gradient_test, positive, reals\n"
        "def test_called():\n"
        "    check_gradients(tg.log, positive())\n"
        "@settings(max_examples=20, deadline=None)\n"
        "@gradient_test(reals(), positive())\n"
        "def test_decorated(x, y):\n"
        "    return x * y.log()\n"
        "def test_wrong():\n"
        "    check_gradients(lambda x: x * x.detach(), reals())\n"
    )
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8", check=False
    )
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert ">       check_gradients(lambda x: x * x.detach(), reals())" in done.stdout
    assert "raise " not in done.stdout, "the kit's own lines are nothing to look at"


def test_domains_give_float64_leaves_that_broadcast_and_their_values_in_float32() -> None:
    seen = Seen()
    check_gradients(seen, reals(), between(3, 4))
    shapes, types = set(), []
    for x, y in seen.inputs:
        assert x.dtype == y.dtype
        types.append(x.dtype)
        assert x.requires_grad or y.requires_grad
        assert y.min() >= 2.9  # differences step aside a little
        shapes.add((tuple(x.shape), tuple(y.shape)))
    assert any(x != y for x, y in shapes)
    assert types[0] == tg.float64
    assert set(types) == {tg.float64, tg.float32}


def test_strategies_may_stand_beside_domains() -> None:
    seen = Seen()
    check_gradients(seen, reals(), st.sampled_from([2, 3]), tensors(shape=()))
    for _, number, z in seen.inputs:
        assert number in (2, 3)
        assert not z.requires_grad  # the domain's tensor does


def test_drawn_tensors_are_differentiated_where_none_asks_for_it() -> None:
    with pytest.raises(GradcheckError):
        check_gradients(wrong, tensors(shape=2))


def test_several_results_are_all_checked() -> None:
    with pytest.raises(GradcheckError, match="output 1"):
        check_gradients(lambda x: (x.sin(), wrong(x)), reals())


def test_the_second_order_can_be_left_out() -> None:
    once = elementwise(lambda x: x**3, name="once", x=lambda g, x: g * 3 * (constant(x) * constant(x)))
    check_gradients(once, reals(), second_order=False)
    with pytest.raises(GradcheckError):
        check_gradients(once, reals())


def constant(x: Any) -> Any:
    return x.detach() if isinstance(x, tg.Tensor) else x


def test_sizes_and_signatures_are_kept() -> None:
    seen: list[Any] = []

    def determinant_of_two(x: Any) -> Any:
        seen.append(tuple(x.shape))
        return x[..., 0, 0] * x[..., 1, 1] - x[..., 0, 1] * x[..., 1, 0]

    many = settings(plain, max_examples=100)
    check_gradients(determinant_of_two, reals(), signature="(2,2)", max_dims=1, settings=many)
    assert {shape[-2:] for shape in seen} == {(2, 2)}
    assert max(map(len, seen)) == 3


def test_empty_tensors_only_where_they_are_wanted() -> None:
    seen = Seen()
    check_gradients(seen, reals())
    assert all(x.numel() for (x,) in seen.inputs)
    check_gradients(seen, reals(), min_side=0, settings=settings(plain, max_examples=100))
    assert not all(x.numel() for (x,) in seen.inputs)


def test_points_without_a_derivative_are_passed_over_however_many() -> None:
    check_gradients(tg.floor, between(0, 2, step=0.01), settings=settings(untimed, max_examples=100))
    mostly_whole = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.5]).map(lambda x: tg.tensor(x, dtype=tg.float64))
    check_gradients(tg.floor, mostly_whole, settings=settings(untimed, max_examples=100))


def test_what_the_function_raises_is_handed_on() -> None:
    class OwnError(Exception):
        pass

    def fails(x: Any) -> Any:
        raise OwnError

    with pytest.raises(OwnError):
        check_gradients(fails, reals())


def test_the_random_state_is_left_alone() -> None:
    before = tg.default_generator.get_state()
    check_gradients(tg.sin, reals())
    assert tg.equal(tg.default_generator.get_state(), before)


class Static(Function):
    """Passes its input on."""

    @staticmethod
    def forward(_ctx: Any, x: Any) -> Any:
        return x * 1

    @staticmethod
    def backward(_ctx: Any, g: Any) -> Any:
        return g


@pytest.mark.parametrize("operation", [tg.sin, wrong.forward, Static.apply, lambda x: x * 2, tg.nn.Tanh()])
def test_anything_that_can_be_called_can_be_checked(operation: Callable[..., Any]) -> None:
    check_gradients(operation, reals())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: check_gradients(tg.sin, mistyped(positive)), TypeError, r"check_gradients: .* call it: positive\(\)"),
        (lambda: check_gradients(tg.sin, mistyped(2)), TypeError, "got int 2"),
        (lambda: check_gradients(tg.sin), TypeError, "wanted a domain for each argument"),
        (lambda: check_gradients(lambda x: x, reals(), reals()), TypeError, r"2 inputs are stated.* takes \(x\)"),
        (lambda: check_gradients(lambda x, y: x, reals()), TypeError, "1 inputs are stated"),
        (lambda: check_gradients(tg.matmul, reals(), reals(), signature="(n,k)"), ValueError, "1 inputs, but there"),
        (lambda: check_gradients(lambda n: tg.ones(2) * n, st.just(2)), ValueError, "no input requires a gradient"),
        (
            lambda: check_gradients(tg.log, between(-1, -0.5)),
            ValueError,
            "at none of the inputs.* a corner, a jump, a pole",
        ),
        (lambda: check_gradients(tg.floor, between(0, 2, step=1)), ValueError, "choose for each input a domain"),
    ],
)
def test_what_can_t_be_checked_is_said_in_words(call: Callable[[], None], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("number", range(3))
def test_it_is_said_whatever_is_drawn(number: int) -> None:
    """Points that are drawn twice are judged alike, or hypothesis would speak of a flaky test instead."""
    test = settings(plain, derandomize=False)(seed(number)(gradient_test(between(-1, -0.5))(tg.log)))
    with pytest.raises(ValueError, match="at none of the inputs"):
        test()
