"""Rounding: functions that are flat between their steps, so that each gradient is 0."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.ops._entries import elementwise, primitive
from tinygrad_edu.ops._flat import flat

floor = elementwise(np.floor, x=flat)
ceil = elementwise(np.ceil, x=flat)
trunc = elementwise(np.trunc, x=flat)
round = primitive(lambda x, *, decimals: np.round(x, decimals), name="round", x=flat)
