"""Linear algebra, as in ``torch.linalg``: norms, decompositions, and what solves systems of equations.

Operands are matrices, or batches of them in the dimensions in front of the last two, of float32 or float64. All is
differentiable, as often as wanted. There are no complex numbers, and so none of the functions that give them.

Source for every function: https://docs.pytorch.org/docs/stable/linalg.html
"""

import sys
from typing import TYPE_CHECKING

from tinygrad_edu._errors import LinAlgError as LinAlgError
from tinygrad_edu.linalg._decompositions import *
from tinygrad_edu.linalg._matrix_powers import *
from tinygrad_edu.linalg._norms import *
from tinygrad_edu.linalg._products import *
from tinygrad_edu.linalg._solving import *

if not TYPE_CHECKING:  # type checkers follow the stars
    __all__ = [name for name in dir() if not name.startswith("_") and name not in ("TYPE_CHECKING", "sys")]
    _INSTEAD = {
        "eig": "its results are complex, which isn't supported; eigh is for symmetric matrices",
        "eigvals": "its results are complex, which isn't supported; eigvalsh is for symmetric matrices",
        **{f"{name}_ex": f"use {name}, which raises a LinAlgError" for name in ("inv", "solve", "cholesky")},
        **dict.fromkeys(("lu", "lu_factor", "lu_factor_ex", "lu_solve"), "use solve, inv, det or slogdet"),
        **dict.fromkeys(("ldl_factor", "ldl_factor_ex", "ldl_solve"), "use solve or eigh"),
        "householder_product": "use qr",
    }

    def __getattr__(name):
        """Say what to use instead of a name that isn't here."""
        words = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(
            f"{words}: {_INSTEAD[name]}" if name in _INSTEAD else words, name=name, obj=sys.modules[__name__]
        )
