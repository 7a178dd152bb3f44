"""Whole modules in files: what of a module is written, and which classes a file may name.

A module is saved as the name of its class and its attributes, which are data: settings, parameters, buffers, and the
modules inside it. To load it, an object of that class gets those attributes. Its ``__init__`` isn't called, nothing is
imported, and the class must be one that the program has already: that of a layer of this package, one that
`add_safe_globals` or `safe_globals` names, or, with ``load(path, weights_only=False)``, any other module class that the
program has defined or imported. So a file chooses among classes, and never brings code.

Source: https://docs.pytorch.org/docs/stable/notes/serialization.html#weights-only
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu.nn import Module, functional

__all__ = [
    "add_safe_globals",
    "attributes_of",
    "become",
    "class_called",
    "clear_safe_globals",
    "function_called",
    "get_safe_globals",
    "name_of_function",
    "safe_globals",
]

_safe: list[Any] = []
_OURS = f"{__name__.partition('.')[0]}.nn."


def add_safe_globals(safe_globals: list[Any]) -> None:
    """Let `load` make objects of these module classes, without ``weights_only=False``.

    Args:
        safe_globals: The classes; or pairs of a class and the full name that files have for it.

    >>> class Net(tg.nn.Module):
    ...     pass
    >>> tg.serialization.add_safe_globals([Net])
    >>> tg.serialization.get_safe_globals() == [Net]
    True
    >>> tg.serialization.clear_safe_globals()
    """
    for each in safe_globals:
        kind = each[0] if isinstance(each, tuple) and len(each) == 2 else each
        if not isinstance(kind, type):
            raise TypeError(
                f"add_safe_globals: wanted a list of classes, or of pairs (class, name), got {describe(each)}"
            )
    _safe.extend(each for each in safe_globals if each not in _safe)


def get_safe_globals() -> list[Any]:
    """What `add_safe_globals` has been given."""
    return list(_safe)


def clear_safe_globals() -> None:
    """Forget what `add_safe_globals` has been given."""
    _safe.clear()


class safe_globals:
    """A stretch in which `load` may make objects of these module classes; see `add_safe_globals`.

    >>> class Net(tg.nn.Module):
    ...     pass
    >>> with tg.serialization.safe_globals([Net]):
    ...     tg.serialization.get_safe_globals() == [Net]
    True
    >>> tg.serialization.get_safe_globals()
    []
    """

    def __init__(self, safe_globals: list[Any]) -> None:
        self._added = safe_globals

    def __enter__(self) -> None:
        self._before = get_safe_globals()
        add_safe_globals(self._added)

    def __exit__(self, *exception: object) -> None:
        _safe[:] = self._before


def _name(kind: Any) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def attributes_of(module: Module) -> tuple[str, dict[str, Any]]:
    """The name of a module's class, and the attributes that are written."""
    kind = type(module)
    if "<locals>" in kind.__qualname__:
        raise TypeError(
            f"save: the class {kind.__name__} is defined inside a function, where load can't find it; define it at the "
            "top of a file, or save the module's state_dict()"
        )
    attributes = {name: value for name, value in vars(module).items() if name not in ("_hooks", "_twins")}
    if module._hooks is not None and any(vars(module._hooks).values()):
        raise TypeError(
            f"save: {kind.__name__} has hooks, which are functions and can't be saved; remove them, or save the "
            "module's state_dict()"
        )
    return _name(kind), attributes


def class_called(name: str, weights_only: bool) -> type[Module]:
    """The class that a file names, if it is one that may be made."""
    known: dict[str, Any] = {}
    for each in _safe:
        kind, as_name = each if isinstance(each, tuple) else (each, _name(each))
        known[as_name] = kind
    found = known.get(name)
    if found is None and (name.startswith(_OURS) or not weights_only):
        found = _loaded(name)
    if isinstance(found, type) and issubclass(found, Module):
        return found
    short = name.rpartition(".")[2]
    if weights_only and _loaded(name) is not None:
        raise ValueError(
            f"it holds a module of the class {name}; if you trust its settings: load(path, weights_only=False), or "
            f"serialization.add_safe_globals([{short}]) before it"
        )
    raise ValueError(
        f"it holds a module of the class {name}, which this program doesn't have; define or import {short} first and "
        "load(path, weights_only=False); a file with the state_dict() alone depends on no class"
    )


def _loaded(name: str) -> Any:
    """The class of that name in a file of Python's that is loaded already; nothing is imported, and no code runs."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        found: Any = sys.modules.get(".".join(parts[:count]))
        if found is not None:
            for part in parts[count:]:
                found = getattr(found, "__dict__", {}).get(part)
            return found if isinstance(found, type) and issubclass(found, Module) and _name(found) == name else None
    return None


def name_of_function(value: Callable[..., Any]) -> str | None:
    """The name of a function of ``nn.functional``, which a layer may have as a setting; None of any other."""
    name = getattr(value, "__name__", "")
    return name if name and vars(functional).get(name) is value and not name.startswith("_") else None


def function_called(name: str) -> Callable[..., Any]:
    """The function of ``nn.functional`` of that name."""
    found = vars(functional)[name]
    if name_of_function(found) != name:
        raise ValueError(f"nn.functional has no function {name!r}")
    function: Callable[..., Any] = found
    return function


def become(module: Module, attributes: Sequence[tuple[str, Any]]) -> None:
    """Give a new object of a module class the attributes that were saved."""
    state = dict(attributes)
    members, training = state.get("_members"), state.get("training")
    if type(members) is not dict or type(training) is not bool or not members.keys() <= state.keys():
        raise ValueError(f"a {type(module).__name__} lacks what each module has")
    vars(module).update(state, _hooks=None)
