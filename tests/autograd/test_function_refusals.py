"""What a `Function` refuses: gradients that don't fit, results of the wrong kind, what can't be saved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.custom_functions import Exp, Multiply
from support.leaves import leaf

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, grad


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
