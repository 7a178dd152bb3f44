"""The one place where matplotlib is opened: a figure with room for its words, and the colours on it.

matplotlib is imported when a figure is made and not before, so that the rest of the package neither
needs it nor waits for it. A program that has imported pyplot finds the figures there, so that ``plt.show()`` shows
them; otherwise they belong to nobody else: no window, no global list of figures. A notebook shows each once.

Source of the colours, which stay apart for colour-blind readers: M. Okabe and K. Ito, Color Universal
Design, https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

import sys
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tinygrad_edu._missing import not_installed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "GREY", "new_figure"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
GREY = "#8C8C8C"
DOTS = 150  # to an inch, in a PNG
SHOWN_DOTS = 90  # to an inch, on a notebook's page


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
        raise ImportError(f"{operation}: drawing needs {not_installed('matplotlib')}") from None
    kind = _shown_by_notebooks(Figure)
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return kind(figsize=(width, height), dpi=DOTS, layout="constrained")
    managed: Figure = pyplot.figure(FigureClass=kind, figsize=(width, height), dpi=DOTS, layout="constrained")
    return managed


@cache
def _shown_by_notebooks(base: type[Figure]) -> type[Figure]:
    """matplotlib's figure, which a notebook shows whether or not pyplot has been imported."""
    made: Any = type("Figure", (base,), {"_ipython_display_": _show_in_notebook, "__module__": __name__})
    figure: type[Figure] = made
    return figure


def _show_in_notebook(figure: Figure) -> None:
    """Show the figure; as it has been seen then, pyplot need not show it at the end of the cell."""
    from importlib import import_module

    png = BytesIO()
    figure.savefig(png, format="png")
    width, height = (round(inches * SHOWN_DOTS) for inches in figure.get_size_inches())
    import_module("IPython.display").display(
        {"image/png": png.getvalue(), "text/plain": repr(figure)},
        metadata={"image/png": {"width": width, "height": height}},
        raw=True,
    )
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)
