"""Exponentials and logarithms."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.autograd.primitive import elementwise

exp = elementwise(np.exp, x=lambda g, out: g * out)
expm1 = elementwise(np.expm1, x=lambda g, out: g * (out + 1))
log = elementwise(np.log, x=lambda g, x: g / x)
log2 = elementwise(np.log2, x=lambda g, x: g / (x * float(np.log(2))))
log10 = elementwise(np.log10, x=lambda g, x: g / (x * float(np.log(10))))
log1p = elementwise(np.log1p, x=lambda g, x: g / (x + 1))
