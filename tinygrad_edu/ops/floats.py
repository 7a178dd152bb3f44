"""What floating-point numbers are made of: a sign, a neighbour, and values that stand for no number.

The neighbour of x is x and a step that hardly depends on x: its slope is 1 (0 where there is no step, as in PyTorch).
A sign is flat. What was no number and is replaced by one gets no gradient.
"""

from __future__ import annotations

from math import log

import numpy as np

from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops._flat import flat
from tinygrad_edu.ops.arithmetic import sign

copysign = elementwise(np.copysign, x=lambda g, x, out: g * sign(x) * sign(out), y=flat)
nextafter = elementwise(np.nextafter, x=lambda g, x, y: np.where(x == y, 0, g), y=flat)
ldexp = elementwise(
    lambda x, y: x * np.exp2(y),
    name="ldexp",
    x=lambda g, y: g * np.exp2(y),
    y=lambda g, out: g * out * log(2),
)
nan_to_num = elementwise(
    lambda x, *, nan, posinf, neginf: np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf),
    name="nan_to_num",
    x=lambda g, x: np.where(np.isfinite(x), g, 0),
)
