"""Gradients as properties: a function of tensors becomes a test that tries it on many inputs.

`check_gradients` runs such a test at once; `gradient_test` is the same as a decorator. hypothesis draws
the inputs and shrinks those that fail. Three things keep its answer straight:

1.  A point without a derivative is no failure. It is passed over, and shrinking can't end there. If
    no point has a derivative, that is said in words.
2.  Shrinking keeps to one mistake: it can't slip from the mistake that was found into another.
3.  Differences are trusted as far as their own error estimate goes (agreement.py).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import hypothesis
from hypothesis import strategies as st

from tinygrad_edu._errors import describe
from tinygrad_edu.autograd import GradcheckError, Mistake
from tinygrad_edu.gradient_checks.judgement import Verdict
from tinygrad_edu.gradient_checks.naming import Names
from tinygrad_edu.testing.agreement import proven
from tinygrad_edu.testing.circumstances import circumstances, stands_on_a_corner
from tinygrad_edu.testing.coverage import Coverage
from tinygrad_edu.testing.domains import Domain
from tinygrad_edu.testing.examples import Depending, Input, Sizes, arguments_of, check_input
from tinygrad_edu.testing.reproduction import reproduction
from tinygrad_edu.testing.strategies import makes_domains

__all__ = ["check_gradients", "gradient_test"]

# hypothesis takes it for a fault of the test if 50 examples are rejected before 10 are accepted.
SETTLED_IN = 10
TOO_MANY = 40
TOO_MANY_OF_FEW = 45  # where there are so few points that no new ones come


def check_gradients(
    function: Callable[..., Any],
    *inputs: Input,
    signature: str | None = None,
    min_dims: int = 0,
    max_dims: int = 2,
    min_side: int = 1,
    max_side: int | None = None,
    second_order: bool = True,
    noise: float = 0.0,
    report: bool = False,
    settings: hypothesis.settings | None = None,
) -> None:
    """Check the first and second derivatives of a function of tensors on many inputs.

    Args:
        function: It takes as many arguments as there are `inputs`, and returns a tensor or several.
        inputs: For each argument a `Domain`, such as ``positive()``, in which its values lie; or any
            hypothesis strategy, such as ``tensors(shape=(2, 2))`` or ``st.sampled_from([0, 1])`` for
            an argument that is no tensor; or `depending`, for one that depends on the tensors. Arguments
            from domains are float64 tensors in every memory layout, and of different shapes that
            broadcast against each other. All of them are differentiated, but in some examples one isn't,
            or one tensor stands for two arguments of the same domain; those of `constant` domains never are.
            At each point the gradients are also asked for in every other memory layout, of one operand alone, and in
            float32, if the function takes it.
        signature: For a function that isn't elementwise: the dimensions that it acts on, such as
            ``"(n,k),(k,m)"`` for a matrix product, ``"(n,n)"`` for a determinant.
        min_dims: The smallest number of dimensions, beside those of `signature`.
        max_dims: The largest.
        min_side: The smallest length of a dimension; with 0, empty tensors occur.
        max_side: The largest; by default up to 3, and up to 17 in some examples.
        second_order: Whether the gradients of the gradients are checked too.
        noise: By how much the function's values may be off, relatively, beside rounding: 1e-7 for one
            that computes in float32, or stops an iteration there.
        report: Print what was looked at.
        settings: hypothesis's, such as ``settings(max_examples=1000)``; by default the current
            profile's, without its deadline, as a slow machine is no wrong gradient, and without its
            phase ``explain``, which would explain the check's own lines.

    Raises:
        GradcheckError: If a gradient is wrong. It names the mistake and shows the smallest input that
            hypothesis found to have it.
        ValueError: If no input has a derivative; if `signature` doesn't fit.
        TypeError: If `inputs` don't fit the function.

    Warns:
        UserWarning: If the function has no value (NaN) at some of the inputs: how many, and which.

    >>> from tinygrad_edu.testing import check_gradients, positive, reals
    >>> check_gradients(lambda x, y: x * y.log(), reals(), positive())
    >>> check_gradients(tg.matmul, reals(), reals(), signature="(n,k),(k,m)")
    """
    __tracebackhide__ = True  # pytest shows the caller's line, not this one
    test = gradient_test(
        *inputs,
        signature=signature,
        min_dims=min_dims,
        max_dims=max_dims,
        min_side=min_side,
        max_side=max_side,
        second_order=second_order,
        noise=noise,
        report=report,
    )(function)
    (settings or _usual_settings())(test)()


def gradient_test(
    *inputs: Input,
    signature: str | None = None,
    min_dims: int = 0,
    max_dims: int = 2,
    min_side: int = 1,
    max_side: int | None = None,
    second_order: bool = True,
    noise: float = 0.0,
    report: bool = False,
) -> Callable[[Callable[..., Any]], Callable[[], None]]:
    """Turn a function of tensors into a test of its gradients, for pytest to find; see `check_gradients`.

    hypothesis's ``@settings`` may stand above or below. The function should not be a method.

    Args:
        inputs: As for `check_gradients`, like the others.
        signature: The dimensions that a function acts on that isn't elementwise.
        min_dims: The smallest number of dimensions, beside those of `signature`.
        max_dims: The largest.
        min_side: The smallest length of a dimension.
        max_side: The largest.
        second_order: Whether the gradients of the gradients are checked too.
        noise: By how much the function's values may be off.
        report: Print what was looked at.

    Returns:
        A decorator. The test that it makes takes no arguments and raises as `check_gradients` does.

    >>> from tinygrad_edu.testing import gradient_test, reals
    >>> @gradient_test(reals())
    ... def test_bell(x):
    ...     return (-x * x).exp()
    >>> test_bell()
    """
    if inputs and callable(inputs[0]) and not makes_domains(inputs[0]):
        raise TypeError(
            f"gradient_test: wanted a domain for each argument, got {describe(inputs[0])} first; gradient_test is "
            "a decorator: gradient_test(reals())(function), or check_gradients(function, reals()) to run it at once"
        )
    for each in inputs:
        check_input(each)
    if not inputs:
        raise TypeError("check_gradients: wanted a domain for each argument of the function, got none")
    drawn = arguments_of(inputs, Sizes(signature, min_dims, max_dims, min_side, max_side))

    def decorate(function: Callable[..., Any]) -> Callable[[], None]:
        if isinstance(function, Domain | st.SearchStrategy | Depending):
            raise TypeError(
                f"gradient_test: wanted the function to test, got {function!r}; gradient_test(reals()) is a decorator, "
                "check_gradients(function, reals()) a call"
            )
        _check_count(function, len(inputs))
        run = _Run(function, second_order, noise)

        def example(inputs: tuple[Any, ...]) -> None:
            run.example(inputs)

        _take_identity(example, function)
        inner = hypothesis.given(drawn)(example)

        def test() -> None:
            __tracebackhide__ = True
            vars(inner).update(vars(test))  # the settings that were put on it since
            if "_hypothesis_internal_settings_applied" not in vars(test):
                vars(inner)["_hypothesis_internal_use_settings"] = _usual_settings()
            run.coverage = Coverage()
            inner()
            if report:
                print(f"check_gradients: {run.name}: {run.coverage}")
            run.coverage.warn_of_gaps(run.name)

        _take_identity(test, function)
        vars(test).update(vars(inner))
        return test

    return decorate


class _Run:
    """One property test while it runs: what was seen so far."""

    def __init__(self, function: Callable[..., Any], second_order: bool, noise: float) -> None:
        self.function = function
        self.second_order = second_order
        self.noise = noise
        self.name = Names("check_gradients", 1, function, (), str, str).operation
        self.coverage = Coverage()
        self.suitable = 0
        self.unsuitable = 0
        self.rejected: set[str] = set()
        self.given_up = False
        self.mistake: Mistake | None = None

    def example(self, arguments: tuple[Any, ...]) -> None:
        """Check one point; leave it to hypothesis to draw another if there is no derivative there."""
        __tracebackhide__ = True
        try:
            verdict = self._check(arguments)
        except GradcheckError as error:
            check = partial(self._check, otherwise=False)
            excused = stands_on_a_corner(self.function, arguments, check)
            self.mistake = self.mistake or (None if excused else error.mistake)
            if error.mistake is self.mistake and not excused:
                error.args = (f"{error.args[0]}{circumstances(arguments, check)}",)
                error.add_note(reproduction(self.function, arguments, self._options()))
                # Raised in one place, without what led to it: to hypothesis all of these are one failure.
                error.__context__ = None
                raise error.with_traceback(None) from None
            suitable = True  # one mistake at a time: shrinking must not slip into another
        else:
            suitable = verdict.telling
            self.coverage.note(arguments, verdict)
        if suitable:
            self.suitable += 1
            return
        if 0 < self.suitable < SETTLED_IN:
            return
        self.unsuitable += 1
        point = repr(arguments)
        if not self.suitable and self._gives_up(point):
            raise ValueError(
                "check_gradients: at none of the inputs that were tried has the function a derivative: a corner, a "
                "jump, a pole, or no value at all; choose for each input a domain that keeps away from such points, "
                "such as positive(), nonzero(), distinct() or away_from(...)"
            )
        self.rejected.add(point)
        hypothesis.reject()

    def _check(self, arguments: tuple[Any, ...], **options: bool) -> Verdict:
        return proven(self.function, arguments, self.second_order, self.noise, **options)

    def _options(self) -> dict[str, Any]:
        return ({} if self.second_order else {"second_order": False}) | ({"noise": self.noise} if self.noise else {})

    def _gives_up(self, point: str) -> bool:
        """Whether too many points were unsuitable; of each point it says the same again: hypothesis asks twice."""
        if point in self.rejected and (self.given_up or self.unsuitable < TOO_MANY_OF_FEW):
            return False
        self.rejected.discard(point)
        self.given_up = self.unsuitable >= TOO_MANY
        return self.given_up


def _usual_settings() -> hypothesis.settings:
    """The current profile's settings, but for what is of no use to a gradient check."""
    phases = [phase for phase in hypothesis.settings().phases if phase is not hypothesis.Phase.explain]
    return hypothesis.settings(deadline=None, phases=phases)


def _check_count(function: Callable[..., Any], count: int) -> None:
    """Refuse a function that can't be called with `count` arguments."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # some of those written in C don't tell
        return
    try:
        signature.bind(*range(count))
    except TypeError as error:
        raise TypeError(
            f"check_gradients: {count} inputs are stated, but the function takes {signature}: {error}; state one "
            "domain or strategy for each of its arguments"
        ) from None


def _take_identity(test: Callable[..., None], function: Callable[..., Any]) -> None:
    """Give a test what pytest and hypothesis read from the function that it stands for: names, marks, settings."""
    name = getattr(function, "__name__", None) or getattr(function, "name", None) or type(function).__name__
    test.__name__ = test.__qualname__ = name if name.isidentifier() else "function"  # a lambda has no name
    test.__module__ = getattr(function, "__module__", test.__module__)
    test.__doc__ = getattr(function, "__doc__", None)
    if inspect.isfunction(function):
        test.__dict__.update(function.__dict__)
        test.__dict__.pop("__wrapped__", None)  # the arguments of a decorated function are not the test's
