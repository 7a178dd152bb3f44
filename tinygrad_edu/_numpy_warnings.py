"""NumPy's warnings of infinities and NaNs, silenced: in a tensor these are results like any other.

NumPy keeps its error state in a context variable. Running in a context where that is set costs a tenth of
entering `np.errstate`, which small computations would feel (benchmarks W3 and W4).
"""

from __future__ import annotations

from contextvars import Context, copy_context

import numpy as np

__all__ = ["here_ignoring_errors", "ignoring_errors"]

_context = copy_context()
_context.run(np.seterr, all="ignore")
_error_state = [(variable, state) for variable, state in _context.items() if copy_context().get(variable) is not state]

ignoring_errors = _context.copy  # a function: each call returns a context to run NumPy's functions in


def here_ignoring_errors() -> Context:
    """A copy of the current context, with all of the user's own variables, in which to ignore errors."""
    here = copy_context()
    if not here:  # nothing is set in it, as usual
        return ignoring_errors()
    for variable, state in _error_state:
        here.run(variable.set, state)
    return here
