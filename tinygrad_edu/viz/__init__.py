"""Pictures: functions and the ways down them, how a classifier divides the plane, how learning went.

They are matplotlib figures, so the extra ``tinygrad_edu[viz]`` is needed to draw them, not to import
this package. In a notebook a figure shows itself; ``figure.savefig("name.png")`` writes a file.
"""

from tinygrad_edu.viz.curves import plot_learning, plot_loss
from tinygrad_edu.viz.landscapes import plot_descent, plot_downhill, plot_functions, plot_surface
from tinygrad_edu.viz.networks import plot_gradient_flow, plot_network
from tinygrad_edu.viz.panels import new_panels
from tinygrad_edu.viz.regions import plot_decision_regions
from tinygrad_edu.viz.sheets import plot_images, plot_misread

__all__ = [
    "new_panels",
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
]
