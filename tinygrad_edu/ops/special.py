"""Special functions: what integrals and sums without a closed form are called.

How they are computed is in the private files of this room; here are their derivatives.

erf is the area under a bell: its slope is the bell itself.

Source: https://dlmf.nist.gov/7 (error functions)
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from tinygrad_edu.autograd.primitive import elementwise
from tinygrad_edu.ops import _error_functions

_BELL = 2 / sqrt(pi)

erf = elementwise(_error_functions.erf, widens=True, x=lambda g, x: _BELL * g * np.exp(-x * x))
