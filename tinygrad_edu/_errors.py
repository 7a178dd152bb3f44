"""NumPy's warnings of infinities and NaNs, silenced: in a tensor these are results like any other.

NumPy keeps its error state in a context variable. Setting that variable, or running in a context where it
is set, costs a quarter or less of entering `np.errstate`, which small computations would feel (benchmarks
W3 and W4).
"""

from __future__ import annotations

from contextvars import copy_context

import numpy as np

__all__ = ["ignore_errors", "ignoring_errors"]

_context = copy_context()
_context.run(np.seterr, all="ignore")
_error_state = [(variable, state) for variable, state in _context.items() if copy_context().get(variable) is not state]

ignoring_errors = _context.copy  # a function: each call returns a context to `run` something in


def ignore_errors() -> None:
    """Ignore them from here on, to the end of the context that runs."""
    for variable, state in _error_state:
        variable.set(state)
