"""How the package is imported, which rooms only when they are asked for, and what ``dir()`` shows of it then.

The garbage collector waits while NumPy and the package are imported: nothing of what is imported is garbage, and to
look for some among so many new objects takes a tenth of the time.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["done", "listing", "otherwise"]

_was_enabled = gc.isenabled()


def done() -> None:
    """Let it go on, if it had been at work; what was imported counts as old, not to be looked through at once."""
    if not gc.get_freeze_count():  # a program may have frozen objects of its own
        gc.freeze()
        gc.unfreeze()
    if _was_enabled:
        gc.enable()


def otherwise(module: str, *rooms: str, also: str = "") -> Callable[[str], Any]:
    """A module's ``__getattr__``: imports one of its rooms, or else says what to use instead of a name that isn't here.

    Importing takes time, so rooms wait for the first who enters. What they have in the module itself, too, is what a
    module in it publishes, whose name is `also`; it waits with them.
    """

    def answer(name: str) -> Any:
        if name in rooms:
            return import_module(f"{module}.{name}")
        if also and not name.startswith("_"):
            members = vars(import_module(f"{module}.{also}"))
            if name in members.get("__all__", ()):  # there is none yet while that module is imported
                return vars(sys.modules[module]).setdefault(name, members[name])
        from tinygrad_edu._missing import no_such_name

        raise no_such_name(module, name)

    return answer


def listing(module: str, *rooms: str, also: str = "") -> Callable[[], list[str]]:
    """A module's ``__dir__``: the names that it publishes, and the modules in it that are for users.

    It publishes what is in its ``__all__``, or else all that has no underscore in front and is no module; and what
    the module `also` in it does.
    """

    def names_for_users() -> list[str]:
        names = vars(sys.modules[module])
        published = names.get("__all__")
        if published is None:
            published = [
                name
                for name, value in names.items()
                if not (name.startswith("_") or name == "TYPE_CHECKING" or isinstance(value, ModuleType))
            ]
        further = import_module(f"{module}.{also}").__all__ if also else ()
        return sorted({*(name for name in names if name.startswith("__")), *published, *further, *rooms})

    return names_for_users


gc.disable()
try:
    import numpy as numpy
except ImportError:
    done()
    raise
