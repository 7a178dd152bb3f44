"""The one place where matplotlib is opened: a figure with room for its words, and the colours on it.

matplotlib is imported when a figure is made and not before, so that the rest of the package neither
needs it nor waits for it. The figures belong to nobody else: no window, no global list of figures.

Source of the colours, which stay apart for colour-blind readers: M. Okabe and K. Ito, Color Universal
Design, https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "GREY", "new_figure"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
GREY = "#8C8C8C"


def new_figure(operation: str, width: float, height: float) -> Figure:
    """An empty figure of `width` x `height` inches.

    Args:
        operation: The public function that draws, for the error.
        width: In inches, of 150 pixels each when it is saved as a PNG.
        height: In inches.

    Raises:
        ImportError: If matplotlib isn't installed; it says how to install it.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError(
            f"{operation}: drawing needs matplotlib, which isn't installed here; "
            'install it with: pip install "tinygrad_edu[viz]"'
        ) from None
    return Figure(figsize=(width, height), dpi=150, layout="constrained")
