"""The garbage collector waits while NumPy and the package are imported.

Nothing of what is imported is garbage, and to look for some among so many new objects takes a tenth of the time.
"""

from __future__ import annotations

import gc

__all__ = ["done"]

_was_enabled = gc.isenabled()


def done() -> None:
    """Let it go on, if it had been at work; what was imported counts as old, not to be looked through at once."""
    if not gc.get_freeze_count():  # a program may have frozen objects of its own
        gc.freeze()
        gc.unfreeze()
    if _was_enabled:
        gc.enable()


gc.disable()
try:
    import numpy as numpy
except ImportError:
    done()
    raise
