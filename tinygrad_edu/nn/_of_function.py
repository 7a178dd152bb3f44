"""Layers that are a function with its settings: most activations, and the losses.

A layer states its function, and its settings as annotated names, in PyTorch's order and with its defaults:

    class Softplus(WithSettings):
        function = staticmethod(functional.softplus)
        beta: float = 1.0
        threshold: float = 20.0

Two methods follow from that. They are written out, as `dataclasses` writes each class its own ``__init__``:

    def __init__(self, beta: float = cls.beta, threshold: float = cls.threshold) -> None:
        WithSettings.__init__(self, beta=beta, threshold=threshold)
        self.__post_init__()

    def forward(self, input: Tensor) -> Tensor:
        return function(input, self.beta, self.threshold)

So they take no longer than ones written by hand (benchmark W3), and what is wrong with a call Python says in
its own words. ``inspect.getsource(nn.Softplus.forward)`` shows the text. It is written when it is first asked
for, because a program uses few layers (benchmark import).

Type checkers know the arguments of such a constructor by PEP 681, https://peps.python.org/pep-0681/.
"""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, dataclass_transform

from tinygrad_edu._errors import listed
from tinygrad_edu._signatures import check_argument
from tinygrad_edu.nn._members import BUFFER
from tinygrad_edu.nn._module import Module

__all__ = ["OfFunction", "WithSettings"]

_INIT_VAR = "InitVar["


class OfFunction(Module):
    """A layer that computes a function and has nothing to set; so it takes no arguments."""

    function: ClassVar[Callable[..., Any]]
    _settings: ClassVar[Mapping[str, str]] = {}  # the annotation of each, as it is written

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or kwargs:
            given = ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in kwargs.items())])
            raise TypeError(f"{type(self).__name__} takes no arguments, got {given}")
        super().__init__()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "function" in vars(cls):  # a subclass of such a layer inherits its methods
            cls._add_methods()

    @classmethod
    def _add_methods(cls) -> None:
        """Put in the methods that follow from what the class states."""
        _Unwritten("forward", cls, _forward_of)


@dataclass_transform(eq_default=False)
class WithSettings(OfFunction):
    """A layer that computes a function with settings; they may be changed later, and show when it is printed.

    A setting that may be a tensor is a buffer: it moves and is saved with the module. One that is annotated
    as an ``InitVar`` isn't kept, but handed to ``__post_init__``, which may check what was given.
    """

    _by_name: ClassVar[bool] = False  # whether the settings may be given by name only

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        for name, value in settings.items():
            check_argument(self, name, self._settings[name], value)
            if "Tensor" in self._settings[name]:
                self._members[name] = BUFFER  # or its default, an attribute of the class, would be in the way
                self.register_buffer(name, value)
            else:
                setattr(self, name, value)

    def __post_init__(self) -> None:
        """Check the settings: a layer says how, if it does."""

    def extra_repr(self) -> str:
        """The settings; ``inplace`` only if it is so."""
        shown = [name for name in self._settings if name != "inplace" or getattr(self, name)]
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)

    @classmethod
    def _add_methods(cls) -> None:
        super()._add_methods()
        cls._settings = {name: text for name, text in _stated(cls).items() if not text.startswith(_INIT_VAR)}
        _Unwritten("__init__", cls, _init_of)


class _Unwritten:
    """A stand-in, put into a class, for a method that is written when it is first asked for."""

    def __init__(self, name: str, cls: type[OfFunction], text_of: Callable[[Any], str]) -> None:
        self.name, self.cls, self.text_of = name, cls, text_of
        setattr(cls, name, self)

    def __get__(self, layer: Any, owner: type) -> Any:
        method = _written(self.name, self.cls, self.text_of(self.cls))
        setattr(self.cls, self.name, method)
        return method.__get__(layer, owner)


def _written(name: str, cls: type[OfFunction], text: str) -> Any:
    """The method of a text, as if it stood in the file of the class."""
    file = f"<{name} of {cls.__module__}.{cls.__qualname__}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)  # for tracebacks
    names = vars(sys.modules[cls.__module__]) | {"cls": cls, "function": cls.function, "WithSettings": WithSettings}
    exec(compile(text, file, "exec"), names)
    names[name].__qualname__ = f"{cls.__qualname__}.{name}"
    return names[name]


def _stated(cls: type[WithSettings]) -> dict[str, str]:
    """The annotations of a layer and of those above it, as they are written."""
    layers = [each for each in reversed(cls.__mro__) if issubclass(each, WithSettings) and each is not WithSettings]
    return {name: text for layer in layers for name, text in inspect.get_annotations(layer).items()}


def _init_of(cls: type[WithSettings]) -> str:
    arguments, kept, checked = ["self", *["*"] * cls._by_name], ["self"], list[str]()
    for name, text in _stated(cls).items():
        annotation = text if name in cls._settings else text[len(_INIT_VAR) : -1]
        arguments.append(f"{name}: {annotation}" + (f" = cls.{name}" if hasattr(cls, name) else ""))
        (kept if name in cls._settings else checked).append(f"{name}={name}")
    return (
        f"def __init__({', '.join(arguments)}) -> None:\n"
        f"    WithSettings.__init__({', '.join(kept)})\n"
        f"    self.__post_init__({', '.join(checked)})\n"
    )


def _forward_of(cls: type[OfFunction]) -> str:
    """Inputs are the arguments without a default that aren't settings; ``training`` is the module's."""
    signature = inspect.signature(cls.function)
    unknown = cls._settings.keys() - signature.parameters.keys()
    if unknown:
        raise TypeError(f"{cls.__name__}: {cls.function.__name__} takes no {listed(sorted(unknown))}")
    inputs, passed, left_out = ["self"], list[str](), list[str]()  # by place if it can be: that takes less time (W3)
    by_name = False
    for name, parameter in signature.parameters.items():
        if name in cls._settings or name == "training":
            value = f"self.{name}"
        elif parameter.default is parameter.empty:
            value = name
            inputs.append(name + _said(": ", parameter.annotation))
        else:
            left_out.append("None")
            by_name = by_name or parameter.default is not None
            continue
        by_name = by_name or parameter.kind is parameter.KEYWORD_ONLY
        passed += [f"{name}={value}"] if by_name else [*left_out, value]
        left_out.clear()
    return (
        f"def forward({', '.join(inputs)}){_said(' -> ', signature.return_annotation)}:\n"
        f"    return function({', '.join(passed)})\n"
    )


def _said(mark: str, annotation: object) -> str:
    return f"{mark}{annotation}" if isinstance(annotation, str) else ""
