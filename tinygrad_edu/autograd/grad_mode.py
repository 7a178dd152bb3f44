"""Whether operations are recorded: one switch for each thread (and each asynchronous task).

Recording is on unless a thread turns it off. The classes below work as context managers and as
decorators, as in PyTorch.

Source: https://docs.pytorch.org/docs/stable/torch.html#locally-disabling-gradient-computation
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from contextvars import ContextVar
from typing import Any, Self, TypeVar, cast

from tinygrad_edu._errors import describe

__all__ = [
    "enable_grad",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "set_grad_enabled",
]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

recording: ContextVar[bool] = ContextVar("recording", default=True)
inferring: ContextVar[bool] = ContextVar("inferring", default=False)


def is_grad_enabled() -> bool:
    """Whether operations are being recorded in this thread.

    >>> with tg.no_grad():
    ...     tg.is_grad_enabled()
    False
    """
    return recording.get()


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside `inference_mode`.

    >>> with tg.inference_mode():
    ...     tg.is_inference_mode_enabled()
    True
    """
    return inferring.get()


class _Switch:
    """Sets the mode on entry and puts the former one back on exit; may be nested and reused."""

    def __init__(self, mode: bool) -> None:
        self._mode = mode
        self._before: list[bool] = []

    def __enter__(self) -> None:
        self._before.append(recording.get())
        recording.set(self._mode)

    def __exit__(self, *exception: object) -> None:
        recording.set(self._before.pop())

    def __call__(self, function: Decorated) -> Decorated:
        """The `function` with the mode set while it runs."""
        if not callable(function):
            raise TypeError(
                f"{type(self).__name__}: wanted a function to decorate, got {describe(function)}; for a stretch of "
                "code, write 'with tinygrad_edu.no_grad():' or 'with tinygrad_edu.set_grad_enabled(mode):'"
            )

        @functools.wraps(function)
        def switched(*args: Any, **kwargs: Any) -> Any:
            with self._again():
                return function(*args, **kwargs)

        @functools.wraps(function)
        def switched_generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            # The mode holds while the generator's own lines run, not while its caller's do.
            steps = function(*args, **kwargs)
            resume, what = steps.send, None
            while True:
                with self._again():
                    try:
                        value = resume(what)
                    except StopIteration as stop:
                        return stop.value
                try:
                    resume, what = steps.send, (yield value)
                except GeneratorExit:
                    with self._again():
                        steps.close()
                    raise
                except BaseException as error:  # thrown in by the caller: the generator may catch it
                    resume, what = steps.throw, error

        return cast(Decorated, switched_generator if inspect.isgeneratorfunction(function) else switched)

    def _again(self) -> _Switch:
        """Another switch to the same mode: a function may be running several times at once."""
        return _Switch(self._mode)


class _FixedSwitch(_Switch):
    """A switch whose class says the mode, so that it can decorate with or without brackets."""

    mode: bool

    def __new__(cls, *function: Callable[..., Any]) -> Self:
        if function:
            switch: Any = cls()
            decorated: Self = switch(*function)
            return decorated
        return super().__new__(cls)

    def __init__(self) -> None:
        super().__init__(type(self).mode)


class no_grad(_FixedSwitch):
    """Stop recording: what is computed inside needs no gradient.

    >>> x = tg.tensor(2.0, requires_grad=True)
    >>> with tg.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    mode = False


class enable_grad(_FixedSwitch):
    """Record again, inside a stretch where recording was stopped.

    >>> x = tg.tensor(2.0, requires_grad=True)
    >>> with tg.no_grad(), tg.enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    mode = True


class set_grad_enabled(_Switch):
    """Turn recording on or off: at once when called, and for a stretch in a ``with`` statement.

    Args:
        mode: True to record, False not to.

    Raises:
        TypeError: If `mode` is neither.

    >>> x = tg.tensor(2.0, requires_grad=True)
    >>> with tg.set_grad_enabled(False):
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    def __init__(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise TypeError(f"set_grad_enabled: wanted True or False, got {describe(mode)}")
        super().__init__(mode)
        self._before.append(recording.get())
        recording.set(mode)

    def __enter__(self) -> None:
        recording.set(self._mode)  # what was before is known since __init__

    def __call__(self, function: Decorated) -> Decorated:
        """The `function` with the mode set while it runs."""
        recording.set(self._before.pop())  # as a decorator it acts only while the function runs
        return super().__call__(function)


class inference_mode(_Switch):
    """Stop recording, as `no_grad` does.

    PyTorch also locks the tensors made inside out of later recorded operations, and lets nothing be
    recorded inside even where `enable_grad` asks for it; here they stay ordinary tensors.

    Args:
        mode: False switches recording on, and the mode off, in an `inference_mode` around it. A
            function is decorated: the mode holds while it runs.

    Raises:
        TypeError: If `mode` is none of these.

    >>> @tg.inference_mode
    ... def double(x):
    ...     return x * 2
    >>> double(tg.ones(2, requires_grad=True)).requires_grad
    False
    """

    def __new__(cls, mode: bool | Callable[..., Any] = True) -> Self:
        """Make a switch; or decorate, written without brackets."""
        if isinstance(mode, bool):
            return super().__new__(cls)
        switch: Any = cls()
        decorated: Self = switch(mode)
        return decorated

    def __init__(self, mode: bool | Callable[..., Any] = True) -> None:
        super().__init__(not mode)
        self._inferring_before: list[bool] = []

    def __enter__(self) -> None:
        super().__enter__()
        self._inferring_before.append(inferring.get())
        inferring.set(not self._mode)

    def __exit__(self, *exception: object) -> None:
        inferring.set(self._inferring_before.pop())
        super().__exit__(*exception)

    def _again(self) -> inference_mode:
        return inference_mode(not self._mode)
