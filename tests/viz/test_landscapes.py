"""Curves, surfaces, arrows and paths show the very values of the functions that they are given."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.viz import new_panels, plot_descent, plot_downhill, plot_functions, plot_surface

X = tg.arange(-5.0, 5.0, 0.1)
PATH = tg.tensor([[-3.0, 4.0], [3.0, -4.0], [-2.0, 3.0], [0.0, 0.0]])


def bowl(w: tg.Tensor) -> tg.Tensor:
    return (w**2).sum(dim=1)


def test_functions_to_draw_need_names() -> None:
    with pytest.raises(TypeError, match="wanted the functions with their names"):
        plot_functions(wrong([tg.sin]), X)


def test_curves_are_the_functions_values() -> None:
    figure: Any = plot_functions({"sigmoid": tg.sigmoid, "ReLU": tg.relu}, X, "Two", axis_names=("in", "out"))
    (panel,) = figure.axes
    assert (panel.get_title(), panel.get_xlabel(), panel.get_ylabel()) == ("Two", "in", "out")
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["sigmoid", "ReLU"]
    for line, function in zip(panel.lines, (tg.sigmoid, tg.relu), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), X.numpy())
        np.testing.assert_array_equal(line.get_ydata(), function(X).numpy())
    looks = [(line.get_color(), line.get_linestyle()) for line in panel.lines]
    assert looks[0][0] != looks[1][0]
    assert looks[0][1] != looks[1][1]


def test_a_single_curve_needs_no_legend() -> None:
    assert plot_functions({"ReLU": tg.relu}, X).axes[0].get_legend() is None


def test_values_that_carry_a_graph_are_drawn_too() -> None:
    def recorded(x: tg.Tensor) -> tg.Tensor:
        with tg.enable_grad():
            return tg.relu(x.detach().requires_grad_())

    assert len(plot_functions({"ReLU": recorded}, X).axes[0].lines) == 1


def test_a_surface_spans_what_it_is_asked_to() -> None:
    panel: Any = plot_surface(bowl, "Bowl", reach=2).axes[0]
    assert panel.get_title() == "Bowl"
    assert (panel.get_xlabel(), panel.get_ylabel(), panel.get_zlabel()) == ("w0", "w1", "f(w0, w1)")
    spans = [panel.xy_dataLim.intervalx, panel.xy_dataLim.intervaly, panel.zz_dataLim.intervalx]
    np.testing.assert_allclose(spans, [[-2, 2], [-2, 2], [0, 8]], atol=1e-9)


def test_arrows_are_the_negative_gradient() -> None:
    figure: Any = plot_downhill(bowl, reach=1)
    (arrows,) = figure.axes[0].collections
    places = np.stack([arrows.X, arrows.Y], axis=1)
    np.testing.assert_allclose(np.stack([arrows.U, arrows.V], axis=1), -2 * places)
    np.testing.assert_allclose([places.min(), places.max()], [-1, 1])


def test_arrows_are_found_under_no_grad_too() -> None:
    with tg.no_grad():
        figure: Any = plot_downhill(bowl)
    (arrows,) = figure.axes[0].collections
    assert np.abs(arrows.U).max() > 0


def test_a_path_has_its_steps_its_ends_and_numbers_its_leaps() -> None:
    figure: Any = plot_descent(bowl, PATH, "Path", reach=6)
    (panel,) = figure.axes
    assert (panel.get_title(), panel.get_xlim(), panel.get_ylim()) == ("Path", (-6, 6), (-6, 6))
    steps, start, end = panel.lines
    np.testing.assert_array_equal(np.stack(steps.get_data(), axis=1), PATH.numpy())
    assert [list(map(float, np.ravel(each.get_data()))) for each in (start, end)] == [[-3.0, 4.0], [0.0, 0.0]]
    assert [text.get_text() for text in panel.texts] == ["step 1", "step 2"]
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["each step", "start", "end"]


def test_small_steps_are_not_numbered() -> None:
    assert list(plot_descent(bowl, PATH / 100).axes[0].texts) == []


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: plot_functions({"ReLU": tg.relu}, X, axes=axes),
        lambda axes: plot_downhill(bowl, axes=axes),
        lambda axes: plot_descent(bowl, PATH, axes=axes),
    ],
)
def test_a_panel_given_is_drawn_into(draw: Callable[[Any], Any]) -> None:
    left, right = new_panels(2)
    assert draw(right) is right.figure
    assert (left.has_data(), right.has_data()) == (False, True)


@pytest.mark.parametrize("plot", [plot_surface, plot_downhill, lambda f: plot_descent(f, PATH)])
def test_a_function_must_give_one_value_for_each_point(plot: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"plot_\w+: f got points of shape \(\d+, 2\) .* one value for each point"):
        plot(lambda w: w)


def test_a_curve_must_give_one_value_for_each_x() -> None:
    with pytest.raises(ValueError, match=r"plot_functions: 'total' returned .* one value for each x"):
        plot_functions({"total": lambda x: x.sum()}, X)


@pytest.mark.parametrize("path", [PATH[0], PATH.T, PATH[:0]])
def test_a_path_must_be_places_in_the_plane(path: tg.Tensor) -> None:
    with pytest.raises(ValueError, match=r"plot_descent: wanted a path of shape \(steps \+ 1, 2\), got"):
        plot_descent(bowl, path)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot_functions({"ReLU": tg.relu}, X),
        lambda: plot_surface(bowl),
        lambda: plot_downhill(bowl),
        lambda: plot_descent(bowl, PATH),
    ],
)
def test_a_missing_matplotlib_is_told(draw: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"plot_\w+: drawing needs matplotlib"):
        draw()


def test_a_path_that_leaves_the_picture_widens_it() -> None:
    figure: Any = plot_descent(bowl, tg.tensor([[-3.0, 4.0], [5.0, -40.0], [1.0, 1.0]]))
    np.testing.assert_allclose([figure.axes[0].get_xlim(), figure.axes[0].get_ylim()], [(-46, 46)] * 2)
    assert plot_descent(bowl, PATH, reach=4).axes[0].get_xlim() == (-4, 4)


def test_places_that_are_not_finite_are_counted() -> None:
    nan, inf = float("nan"), float("inf")
    figure: Any = plot_descent(bowl, tg.tensor([[1.0, 1.0], [2.0, -2.0], [inf, -inf], [nan, nan]]))
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "each step (2 not finite)",
        "start",
        "last finite",
    ]
    assert [list(map(float, np.ravel(line.get_data()))) for line in figure.axes[0].lines[1:]] == [[1, 1], [2, -2]]
    with pytest.raises(ValueError, match=r"plot_descent: the path begins at \[nan nan\], which has no place"):
        plot_descent(bowl, tg.tensor([[nan, nan], [1.0, 1.0]]))
