"""matplotlib is asked for only when something is drawn, and its absence is told in words."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, viz
from tinygrad_edu.viz import plot_images, plot_learning, plot_misread


def test_importing_the_package_does_not_import_matplotlib() -> None:
    code = "import sys, tinygrad_edu.viz; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(tg.__file__).parents[1])


@pytest.mark.parametrize(
    ("plot", "arguments"),
    [
        (plot_images, (np.zeros((1, 2, 2)), ["a"])),
        (plot_misread, (np.zeros((1, 2, 2)), np.array([0]), np.array([[0.0, 1.0]]))),
        (plot_learning, ([2.3], {}, [])),
    ],
)
def test_a_missing_matplotlib_is_told_with_the_fix(
    plot: Callable[..., Any], arguments: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"needs matplotlib, which .*pip install matplotlib$"):
        plot(*arguments)


DRAWN: dict[str, Callable[[], Any]] = {
    "plot_activations": lambda: viz.plot_activations(nn.Tanh(), tg.ones(2)),
    "plot_decision_regions": lambda: viz.plot_decision_regions(
        lambda points: points[:, 0] > 0, tg.ones(1, 2), tg.zeros(1)
    ),
    "plot_descent": lambda: viz.plot_descent(lambda w: w[:, 0] ** 2, tg.ones(2, 2)),
    "plot_downhill": lambda: viz.plot_downhill(lambda w: w[:, 0] ** 2),
    "plot_functions": lambda: viz.plot_functions({"tanh": tg.tanh}, tg.arange(3.0)),
    "plot_gradient_flow": lambda: viz.plot_gradient_flow(after_backward()),
    "plot_images": lambda: plot_images(np.zeros((1, 2, 2))),
    "plot_learning": lambda: plot_learning([1.0], {"test": [0.5]}, [1]),
    "plot_loss": lambda: viz.plot_loss([2.0, 1.0]),
    "plot_misread": lambda: plot_misread(np.zeros((1, 2, 2)), np.array([0]), np.array([[0.0, 1.0]])),
    "plot_network": lambda: viz.plot_network(nn.Linear(2, 1)),
    "plot_surface": lambda: viz.plot_surface(lambda w: w[:, 0] ** 2),
    "plot_weights": lambda: viz.plot_weights(nn.Linear(4, 2)),
    "new_panels": lambda: viz.new_panels(1)[0].get_figure(),
}


def after_backward() -> nn.Module:
    model = nn.Linear(1, 1)
    model(tg.ones(1)).sum().backward()
    return model


def test_every_picture_is_shown_by_pyplot_where_it_is_imported_and_once_by_a_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert set(DRAWN) == set(viz.__all__)
    shown: list[Any] = []
    notebook = SimpleNamespace(display=lambda data, **options: shown.append((data, options["metadata"])))
    monkeypatch.setitem(sys.modules, "IPython.display", notebook)
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    try:
        for name, draw in DRAWN.items():
            figure: Any = draw()
            assert pyplot.get_fignums(), f"plt.show() wouldn't show {name}"
            assert pyplot.gcf() is figure, name
            pyplot.close(figure)
        figure = DRAWN["plot_loss"]()
        figure._ipython_display_()
        assert pyplot.get_fignums() == [], "the end of the cell would show it again"
    finally:
        pyplot.close("all")
        sys.modules.pop("matplotlib.pyplot", None)
    DRAWN["plot_loss"]()._ipython_display_()
    for data, metadata in shown:
        assert data["image/png"].startswith(b"\x89PNG")
        assert metadata == {"image/png": {"width": 630, "height": 360}}
    assert len(shown) == 2
