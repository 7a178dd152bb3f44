"""The gradient of a function that is flat where it has a derivative at all, as a step is."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["flat"]


def flat(g: Any) -> Any:
    """0 in the shape of `g`: chosen, because a product would make NaN of 0 · ∞."""
    return np.where(False, g, 0)
