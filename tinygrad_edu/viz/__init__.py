"""Pictures: functions and the ways down them, how a classifier divides the plane, how learning went.

They are matplotlib figures, so matplotlib is needed to draw them, not to import this package.
``figure.savefig("name.png")`` writes a file. In a notebook a figure shows itself, and ``plt.show()`` shows it in a
window, if ``matplotlib.pyplot`` has been imported as `plt` before it was made.
"""

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu.viz.activations import plot_activations
from tinygrad_edu.viz.curves import plot_learning, plot_loss
from tinygrad_edu.viz.landscapes import plot_descent, plot_downhill, plot_functions, plot_surface
from tinygrad_edu.viz.networks import plot_gradient_flow, plot_network
from tinygrad_edu.viz.panels import new_panels
from tinygrad_edu.viz.regions import plot_decision_regions
from tinygrad_edu.viz.sheets import plot_images, plot_misread
from tinygrad_edu.viz.weights import plot_weights

__all__ = [
    "new_panels",
    "plot_activations",
    "plot_decision_regions",
    "plot_descent",
    "plot_downhill",
    "plot_functions",
    "plot_gradient_flow",
    "plot_images",
    "plot_learning",
    "plot_loss",
    "plot_misread",
    "plot_network",
    "plot_surface",
    "plot_weights",
]

__dir__ = _listing(__name__)
