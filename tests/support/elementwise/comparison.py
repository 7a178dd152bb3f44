"""Comparisons, as they are written in place. Operands keep away from the places where they change."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from support.arrays import BETWEEN_STEPS, DIVISOR
from support.elementwise.row import Row, pointwise

COMPARISON: dict[str, Row] = {
    "compared": Row(
        pointwise(BETWEEN_STEPS, DIVISOR, by=st.sampled_from([np.less, np.greater_equal, np.equal])),
        "the result is 0 or 1, and the slope 0",
    ),
}
