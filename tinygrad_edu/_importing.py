"""How the package is imported, and what ``dir()`` shows of it then.

The garbage collector waits while NumPy and the package are imported: nothing of what is imported is garbage, and to
look for some among so many new objects takes a tenth of the time.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import ModuleType

__all__ = ["done", "listing"]

_was_enabled = gc.isenabled()


def done() -> None:
    """Let it go on, if it had been at work; what was imported counts as old, not to be looked through at once."""
    if not gc.get_freeze_count():  # a program may have frozen objects of its own
        gc.freeze()
        gc.unfreeze()
    if _was_enabled:
        gc.enable()


def listing(module: str, *rooms: str) -> Callable[[], list[str]]:
    """A module's ``__dir__``: the names that it publishes, and the modules in it that are for users.

    It publishes what is in its ``__all__``, or else all that has no underscore in front and is no module.
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
        return sorted({*(name for name in names if name.startswith("__")), *published, *rooms})

    return names_for_users


gc.disable()
try:
    import numpy as numpy
except ImportError:
    done()
    raise
