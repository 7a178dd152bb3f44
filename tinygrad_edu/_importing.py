"""The garbage collector waits while the package is imported.

Nothing of what is imported is garbage, and to look for some among so many new objects takes a sixth of the time.
"""

from __future__ import annotations

import gc

import numpy  # noqa: F401 - first: if it isn't there, the collector goes on

__all__ = ["done"]

_was_enabled = gc.isenabled()
gc.disable()


def done() -> None:
    """Let it go on, if it had been at work."""
    if _was_enabled:
        gc.enable()
