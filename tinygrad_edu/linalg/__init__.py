"""Linear algebra, as in ``torch.linalg``: norms, decompositions, and what solves systems of equations.

Operands are matrices, or batches of them in the dimensions in front of the last two, of float32 or float64. All is
differentiable, as often as wanted. There are no complex numbers, and so none of the functions that give them.

Source for every function: https://docs.pytorch.org/docs/stable/linalg.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._errors import LinAlgError as LinAlgError
from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.linalg._decompositions import *
from tinygrad_edu.linalg._matrix_powers import *
from tinygrad_edu.linalg._norms import *
from tinygrad_edu.linalg._products import *
from tinygrad_edu.linalg._solving import *

if not TYPE_CHECKING:  # type checkers follow the stars
    __all__ = [name for name in dir() if not name.startswith("_") and name != "TYPE_CHECKING"]
    __getattr__ = _otherwise(__name__)


__dir__ = _listing(__name__)
