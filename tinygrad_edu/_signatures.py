"""Arguments held against a signature: which of them isn't what its annotation says.

The annotations of public functions are read as texts: ``int | None`` allows an integer and None. What is allowed
by a name that isn't in `_KINDS`, such as ``Any``, is anything.

`in_words` is for errors: when Python or NumPy has refused an argument, somewhere inside a function, it says in this
package's words which argument it was. So nothing has to be looked at before, and calls that are right take no longer.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any, TypeVar, cast

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.dtypes import dtype

__all__ = ["check_argument", "check_arguments", "checked", "flags_of", "in_words", "unfit"]


F = TypeVar("F", bound=Callable[..., Any])


def _is_tensor(value: Any) -> bool:
    return hasattr(type(value), "_data")


def _is_integer(value: Any) -> bool:
    if _is_tensor(value):
        return bool(value._data.ndim == 0 and value._data.dtype.kind in "iu")
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _is_large(value: Any) -> bool:
    return isinstance(value, int) and not -(2**63) <= value < 2**63


def _is_number(value: Any) -> bool:
    if _is_tensor(value) or isinstance(value, np.ndarray):
        return bool(np.size(getattr(value, "_data", value)) == 1)
    return isinstance(value, (Real, np.number, np.bool_))


def _holds_integers(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return all(map(_is_integer, value))
    return _is_sequence(value) and not isinstance(value, (str, Mapping))


def _is_sequence(value: Any) -> bool:
    return hasattr(value, "__getitem__") and hasattr(value, "__len__")


_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "None": (lambda value: value is None, "None"),
    "bool": (lambda value: isinstance(value, (bool, np.bool_)), "True or False"),
    "int": (_is_integer, "an integer"),
    "float": (_is_number, "a number"),
    "Number": (_is_number, "a number"),
    "str": (lambda value: isinstance(value, str), "a text"),
    "Tensor": (_is_tensor, "a tensor"),
    "NDArray": (_is_sequence, "a list or the like"),
    "np.ndarray": (lambda value: isinstance(value, np.ndarray), "a NumPy array"),
    "dtype": (lambda value: isinstance(value, (dtype, np.dtype, type)), "a dtype such as tinygrad_edu.float32"),
    "Generator": (lambda value: isinstance(getattr(value, "numpy", None), np.random.Generator), "a Generator"),
    "Callable": (callable, "a function"),
    "Sequence[int]": (_holds_integers, "a tuple or list of integers"),
    "Sequence": (_is_sequence, "a list or the like"),
    "Dataset": (lambda value: hasattr(value, "__getitem__") or hasattr(value, "__iter__"), "a data set"),
    "Sampler": (lambda value: hasattr(value, "__iter__"), "a sampler"),
    "Sized": (lambda value: hasattr(value, "__len__"), "something that has a length"),
    "Iterable": (lambda value: hasattr(value, "__iter__") or hasattr(value, "__getitem__"), "a list or the like"),
    "Mapping": (lambda value: isinstance(value, Mapping), "a dict"),
    "set": (lambda value: isinstance(value, set), "a set"),
    "dict": (lambda value: isinstance(value, dict), "a dict"),
    "Module": (lambda value: hasattr(value, "named_modules"), "a module"),
}
_FLAGS = {"bool", "builtins.bool", "bool | None"}
_SAME = {
    "Dim": "int | Sequence[int] | None",
    "OptionalDtype": "dtype | None",
    "element_type": "dtype",
    "Hook": "Callable",
}


def unfit(annotation: Any, value: Any) -> str:
    """What the annotation wants instead of the value, in words; nothing if the value is right or may be."""
    words = []
    for fits, wanted, limited in _alternatives("" if annotation is inspect.Parameter.empty else str(annotation)):
        if limited and _is_large(value):
            return "an integer of at most 64 bits"
        if fits is None or fits(value):
            return ""
        words.append(wanted)
    return " or ".join(words)


def check_arguments(owner: object, function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """Refuse those of the `arguments` of a method, such as its ``locals()``, that aren't what its signature says."""
    for name, annotation in function.__annotations__.items():
        if name in arguments:
            check_argument(owner, name, annotation, arguments[name])


def check_argument(owner: object, name: str, annotation: Any, value: Any) -> None:
    """Refuse an argument that isn't what its annotation says; 0 and 1 are taken for False and True."""
    wanted = unfit(annotation, value)
    if wanted and not ("bool" in str(annotation) and type(value) is int and value in (0, 1)):
        raise TypeError(f"{type(owner).__name__}: {name} must be {wanted}, got {describe(value)}")


def checked(function: F) -> F:
    """A function that looks at all of its arguments before it begins: those of its signature's types are right."""
    annotations = function.__annotations__
    places = function.__code__.co_varnames[: function.__code__.co_argcount]

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for name, value in (*zip(places, args, strict=False), *kwargs.items()):
            if name in annotations and (wanted := unfit(annotations[name], value)):
                raise TypeError(f"{function.__name__}: {name} must be {wanted}, got {describe(value)}")
        return function(*args, **kwargs)

    return cast(F, call)


def flags_of(function: Callable[..., Any]) -> dict[str, tuple[int, bool]]:
    """The arguments that are True or False: the place of each, -1 if it has none, and whether it may be None."""
    flags = {each: text for each, text in function.__annotations__.items() if text in _FLAGS and each != "return"}
    if not flags:
        return {}
    code = inspect.unwrap(function).__code__
    places = code.co_varnames[: code.co_argcount]
    return {each: (places.index(each) if each in places else -1, "None" in text) for each, text in flags.items()}


def in_words(
    error: Exception, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Exception:
    """The error of a call; if it isn't this package's own, one that says which argument was wrong."""
    if _is_worded(error):
        return error
    signature = inspect.signature(inspect.unwrap(function))
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError:
        return error  # it says, in Python's words, what is missing or too much
    for each, value in given.items():
        parameter = signature.parameters[each]
        for one in value if parameter.kind is parameter.VAR_POSITIONAL else (value,):
            if wanted := unfit(parameter.annotation, one):
                return TypeError(f"{each} must be {wanted}, got {describe(one)}")
    got = ", ".join(f"{each}={describe(value)}" for each, value in given.items())
    if isinstance(error, MemoryError):
        return MemoryError(f"there isn't enough memory for {got}")
    return RuntimeError(f"got arguments that don't go together, {got}")


def _is_worded(error: BaseException) -> bool:
    """Whether an error was raised by a statement of this package, or by code of the user's."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return True
    code = traceback.tb_frame.f_code
    room = str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
    if room == "numpy":
        return False
    from opcode import opmap  # for this alone, which is rare

    ours = room in ("", __name__.partition(".")[0])  # calls that are written out have no module
    return not ours or code.co_code[traceback.tb_lasti] == opmap["RAISE_VARARGS"]


@functools.cache
def _alternatives(annotation: str) -> list[tuple[Callable[[Any], bool] | None, str, bool]]:
    """What ``builtins.int | None`` allows, int and None: how it is known, its words, whether it has at most 64 bits."""
    names: list[str] = []
    for part in annotation.split(" | "):
        name = part.removeprefix("builtins.").removeprefix("dtypes.")
        names += _SAME[name].split(" | ") if name in _SAME else [name]
    kinds = [_KINDS.get(name) or _KINDS.get(name.partition("[")[0]) or (None, "") for name in names]
    return [(*kind, name == "int") for name, kind in zip(names, kinds, strict=True)]
