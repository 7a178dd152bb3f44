"""Recording can be turned off and on: for a block, a function, a generator, one thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import is_inference_mode_enabled

X = tg.ones(2, requires_grad=True)


def records() -> bool:
    """Whether what is computed here is recorded."""
    recorded: bool = (X * 2).requires_grad
    assert recorded is tg.is_grad_enabled()
    return recorded


def test_recording_is_on_at_first() -> None:
    assert records()


@pytest.mark.parametrize(
    ("switch", "inside"),
    [
        (tg.no_grad, False),
        (tg.enable_grad, True),
        (lambda: tg.set_grad_enabled(False), False),
        (lambda: tg.set_grad_enabled(True), True),
        (tg.inference_mode, False),
        (lambda: tg.inference_mode(False), True),
    ],
)
def test_as_a_block(switch: Callable[[], Any], inside: bool) -> None:
    for outside in (True, False):
        with tg.set_grad_enabled(outside):
            with switch():
                assert records() is inside
            assert records() is outside
    assert records()


def test_blocks_nest() -> None:
    with tg.no_grad():
        with tg.enable_grad():
            with tg.no_grad():
                assert not records()
            assert records()
        assert not records()
    assert records()


def test_one_switch_used_again_and_inside_itself() -> None:
    switch = tg.no_grad()
    for _ in range(2):
        with switch, tg.enable_grad(), switch:
            assert not records()
        assert records()


def test_an_error_puts_the_mode_back() -> None:
    with pytest.raises(ValueError, match="oops"), tg.no_grad():
        raise ValueError("oops")
    assert records()


def test_set_grad_enabled_acts_at_once() -> None:
    try:
        tg.set_grad_enabled(False)
        assert not records()
    finally:
        tg.set_grad_enabled(True)
    assert records()


def test_set_grad_enabled_as_a_block_puts_back_what_was_before_the_call() -> None:
    with tg.set_grad_enabled(False):
        assert not records()
        with tg.set_grad_enabled(True):
            assert records()
        assert not records()
    assert records()


@pytest.mark.parametrize(
    "switch",
    [
        *(tg.no_grad, tg.no_grad(), tg.set_grad_enabled(True), tg.enable_grad()),
        *(tg.inference_mode, tg.inference_mode(), tg.inference_mode(mode=False)),
    ],
)
def test_as_a_decorator(switch: Any) -> None:
    def function(a: int, *, b: int = 2) -> tuple[bool, int]:
        """Says what it does."""
        return records(), a + b

    function = switch(function)
    assert records(), "decorating changes nothing yet"
    expected = getattr(switch, "_mode", False)
    assert function(1, b=3) == (expected, 4)
    assert function.__name__ == "function"
    assert function.__doc__ == "Says what it does."
    assert records()


def test_as_a_decorator_of_a_recursive_function() -> None:
    @tg.no_grad()
    def depth(n: int) -> int:
        assert not records()
        return 0 if n == 0 else 1 + depth(n - 1)

    assert depth(5) == 5
    assert records()


def test_as_a_decorator_of_a_method() -> None:
    class Model:
        @tg.no_grad()
        def predict(self) -> bool:
            return records()

    assert not Model().predict()


def test_as_a_decorator_of_a_generator() -> None:
    """The mode holds in the generator's lines and nowhere between them."""

    @tg.no_grad()
    def steps() -> Iterator[bool]:
        yield records()
        received = yield records()
        assert received == "hello"
        yield records()

    generator: Any = steps()
    assert records()
    assert next(generator) is False
    assert records()
    assert next(generator) is False
    with tg.no_grad():
        assert generator.send("hello") is False
    assert records()


def test_a_decorated_generator_is_thrown_into_and_closed() -> None:
    ends: list[bool] = []

    @tg.no_grad()
    def steps() -> Iterator[Any]:
        try:
            yield records()
        except ValueError as error:
            yield f"{error}: {records()}"
        finally:
            ends.append(records())

    generator: Any = steps()
    next(generator)
    assert generator.throw(ValueError("caught")) == "caught: False"
    generator.close()
    assert ends == [False]
    generator = steps()
    next(generator)
    with pytest.raises(KeyError):
        generator.throw(KeyError("not caught"))
    assert ends == [False, False]
    assert records()


def test_inference_mode_says_that_it_is_on() -> None:
    seen = []
    with tg.inference_mode():
        seen.append(is_inference_mode_enabled())
        with tg.inference_mode(False):
            seen.append(is_inference_mode_enabled())
        with tg.no_grad():
            seen.append(is_inference_mode_enabled())
    with tg.no_grad():
        seen.append(is_inference_mode_enabled())
    assert seen == [True, False, True, False]
    assert not is_inference_mode_enabled()
    inference_mode: Any = tg.inference_mode
    assert inference_mode(is_inference_mode_enabled)()


@pytest.mark.parametrize("mode", [0, 1, None, "off"])
@pytest.mark.parametrize("switch", [tg.set_grad_enabled, tg.inference_mode, tg.no_grad, tg.enable_grad])
def test_a_mode_is_true_or_false(switch: Any, mode: Any) -> None:
    with pytest.raises(TypeError, match=f"{switch.__name__}: wanted .*, got"):
        switch(mode)
    assert records()


def test_each_thread_has_its_own_mode() -> None:
    seen: list[bool] = []
    with tg.no_grad():
        thread = threading.Thread(target=lambda: seen.append(records()))
        thread.start()
        thread.join()
        assert not records()
    assert seen == [True]


def test_each_asynchronous_task_has_its_own_mode() -> None:
    async def quiet(turn: asyncio.Event, other: asyncio.Event) -> bool:
        with tg.no_grad():
            other.set()
            await turn.wait()
            return records()

    async def loud(turn: asyncio.Event, other: asyncio.Event) -> bool:
        await turn.wait()
        result = records()
        other.set()
        return result

    async def both() -> tuple[bool, bool]:
        first, second = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(quiet(first, second), loud(second, first))

    assert tuple(asyncio.run(both())) == (False, True)


def test_results_of_unrecorded_operations_are_leaves() -> None:
    with tg.no_grad():
        y: Any = X * 2
        y.requires_grad_()
    assert y.is_leaf
    (y * 3).sum().backward()
    assert y.grad.tolist() == [3, 3]


def test_requires_grad_survives_no_grad() -> None:
    with tg.no_grad():
        assert X.requires_grad
        assert tg.tensor([1.0], requires_grad=True).requires_grad
