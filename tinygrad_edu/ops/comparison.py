"""Comparisons in place: 1 where they hold, else 0, in the dtype of what they are written into.

Both are steps, so that each gradient is 0. (A comparison that makes a new tensor gives bools, which have none.)
"""

from __future__ import annotations

from tinygrad_edu.ops._entries import elementwise
from tinygrad_edu.ops._flat import flat

compared = elementwise(lambda x, y, *, by: by(x, y).astype(x.dtype), name="compared", x=flat, y=flat)
