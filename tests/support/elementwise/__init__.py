"""The row of each operation that works element by element: the calls of its tests, and what it is exactly.

A family of rules, ops/FAMILY.py, has its rows in the file of that name, in the dict FAMILY. In exact arithmetic
(support/exact.py) an operation is held to its result and its slopes over the whole range of floats; or its row says in
words why not.
"""

from __future__ import annotations

from support.elementwise.activation import ACTIVATION
from support.elementwise.arithmetic import ARITHMETIC
from support.elementwise.blending import BLENDING
from support.elementwise.choice import CHOICE
from support.elementwise.comparison import COMPARISON
from support.elementwise.exponential import EXPONENTIAL
from support.elementwise.floats import FLOATS
from support.elementwise.gates import GATES
from support.elementwise.loss import LOSS
from support.elementwise.powers import POWERS
from support.elementwise.rounding import ROUNDING
from support.elementwise.row import Case, Cases, Row, beside_numbers, broadcast_shapes, operands, pointwise
from support.elementwise.special import SPECIAL
from support.elementwise.trigonometric import TRIGONOMETRIC
from support.exact import Exact

__all__ = [
    "ELEMENTWISE",
    "EXACT",
    "Case",
    "Cases",
    "Row",
    "beside_numbers",
    "broadcast_shapes",
    "operands",
    "pointwise",
]

ELEMENTWISE: dict[str, Row] = {
    **ACTIVATION,
    **ARITHMETIC,
    **BLENDING,
    **CHOICE,
    **COMPARISON,
    **EXPONENTIAL,
    **GATES,
    **FLOATS,
    **LOSS,
    **POWERS,
    **ROUNDING,
    **SPECIAL,
    **TRIGONOMETRIC,
}

EXACT = {name: row.exact for name, row in ELEMENTWISE.items() if isinstance(row.exact, Exact)}
