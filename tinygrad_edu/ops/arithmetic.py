"""Arithmetic: one line of NumPy, one line of calculus for each operand.

``g`` is the upstream gradient dL/d(out); each rule returns dL/d(operand). Operands broadcast, and
the engine sums a rule's result back to its operand's shape (see autograd/nodes.py).

|x|' is 0 at 0. The sign of NaN is 0. Both as in PyTorch.

A quotient that is rounded down is the floor of the exact quotient, also where x / y itself would be rounded up to the
next whole number: 1 // 0.1 is 9, because 0.1 in binary is a little more than a tenth; so 1 % 0.1 is nearly 0.1.
`trunc_divide` rounds x / y toward 0 after it was rounded to a float, as PyTorch does, and gives 10. What `fmod` leaves
over is exact, as in C.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops._flat import flat

add = elementwise(operator.add, x=lambda g: g, y=lambda g: g)
sub = elementwise(operator.sub, x=lambda g: g, y=lambda g: -g)
mul = elementwise(operator.mul, x=lambda g, y: g * y, y=lambda g, x: g * x)
div = elementwise(
    operator.truediv,
    name="div",
    x=lambda g, y: g / y,
    y=lambda g, y, out: -g * out / y,
)
neg = elementwise(operator.neg, x=lambda g: -g)
floor_divide = elementwise(operator.floordiv, name="floor_divide", x=flat, y=flat)


def _trunc_divide(x: Any, y: Any) -> Any:
    """Round x / y toward 0; integers without leaving them: one more than the floor, where that is below."""
    floor = x // y
    return np.trunc(x / y) if floor.dtype.kind == "f" else floor + ((floor < 0) & (floor * y != x))


trunc_divide = elementwise(_trunc_divide, x=flat, y=flat)
remainder = elementwise(
    operator.mod,
    name="remainder",
    x=lambda g: g,
    y=lambda g, x, y: -g * floor_divide(x, y),
)
scale: Primitive = elementwise(lambda x, *, by: x * by, name="scale", x=lambda g, by: scale(g, by=by))
sign = elementwise(lambda x: np.subtract(x > 0, x < 0, dtype=x.dtype), name="sign", x=flat)
abs = elementwise(operator.abs, x=lambda g, x: g * sign(x))


def _whole_quotient(g: Any, x: Any, y: Any, out: Any) -> Any:
    """-g times the exact quotient rounded toward 0: what `fmod` took off, in units of y."""
    return -g * np.floor((x - out) / y + 0.5)


fmod = elementwise(np.fmod, x=lambda g: g, y=_whole_quotient)
frac = elementwise(lambda x: x - np.trunc(x), name="frac", x=lambda g: g)
