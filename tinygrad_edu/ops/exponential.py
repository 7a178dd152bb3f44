"""Exponentials and logarithms.

The slope of log2 is 1 / (x ln 2); dividing twice spares the product, which may leave the range. The slope of
exp(x) - 1 is exp(x) again; it isn't computed as the result plus 1, which has lost the digits of a small exp(x).
"""

from __future__ import annotations

import numpy as np

from tinygrad_edu.autograd.primitive import elementwise

exp = elementwise(np.exp, x=lambda g, out: g * out)
expm1 = elementwise(np.expm1, x=lambda g, x: g * np.exp(x))
log = elementwise(np.log, x=lambda g, x: g / x)
log2 = elementwise(np.log2, x=lambda g, x: g / float(np.log(2)) / x)
log10 = elementwise(np.log10, x=lambda g, x: g / float(np.log(10)) / x)
log1p = elementwise(np.log1p, x=lambda g, x: g / (x + 1))
