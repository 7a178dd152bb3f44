"""Decision regions: each place has the colour of the class that the classifier gives it."""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.viz import new_panels, plot_decision_regions

POINTS = tg.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
CLASSES = tg.tensor([0, 1, 1, 2])


def by_first(points: tg.Tensor) -> tg.Tensor:
    return points[:, 0] > 0.5


def regions_of(figure: Any) -> tuple[np.ndarray[Any, Any], tuple[float, ...]]:
    image = figure.axes[0].get_images()[0]
    return np.asarray(image.get_array()), tuple(image.get_extent())


def test_the_regions_are_the_classifier_s_and_reach_past_the_points() -> None:
    regions, (left, right, bottom, top) = regions_of(plot_decision_regions(by_first, POINTS, CLASSES))
    assert left < 0 < 1 < right
    assert bottom < 0 < 1 < top
    x1 = np.linspace(left, right, regions.shape[1])
    np.testing.assert_array_equal(regions, np.broadcast_to(x1 > 0.5, regions.shape))


def test_the_second_coordinate_goes_up() -> None:
    figure = plot_decision_regions(lambda x: (x[:, 1] > 0.5).float(), POINTS, CLASSES)
    regions, _ = regions_of(figure)
    assert figure.axes[0].get_images()[0].origin == "lower"
    assert (regions[0].max(), regions[-1].min()) == (0, 1)


def test_each_class_has_its_points_and_its_name() -> None:
    figure: Any = plot_decision_regions(
        by_first, POINTS, CLASSES, "Title", class_names=("S", "M", "L"), axis_names=("a", "b")
    )
    (panel,) = figure.axes
    assert (panel.get_title(), panel.get_xlabel(), panel.get_ylabel()) == ("Title", "a", "b")
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["S", "M", "L"]
    scatters = [each for each in panel.collections if each.get_label() in ("S", "M", "L")]
    places = [each.get_offsets().tolist() for each in scatters]
    assert places == [[[0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]]


def test_the_classifier_gets_the_points_dtype_and_records_nothing() -> None:
    seen = []

    def classify(points: tg.Tensor) -> tg.Tensor:
        seen.append((points.dtype, tg.is_grad_enabled()))
        return by_first(points)

    plot_decision_regions(classify, POINTS.double(), CLASSES)
    assert seen == [(tg.float64, False)]


def test_a_panel_given_is_drawn_into() -> None:
    left, right = new_panels(2, "Two")
    assert plot_decision_regions(by_first, POINTS, CLASSES, axes=right) is right.figure
    assert (len(left.get_images()), len(right.get_images())) == (0, 1)
    assert right.figure.get_suptitle() == "Two"


@pytest.mark.parametrize(
    ("classify", "points", "classes", "message"),
    [
        (by_first, POINTS[0], CLASSES, "got points of shape (2,)"),
        (by_first, POINTS, CLASSES[:3], "classes of shape (3,)"),
        (by_first, POINTS[:0], CLASSES[:0], "N at least 1"),
        (by_first, POINTS, CLASSES - 1, "whole numbers from 0 to 5, got -1 to 1"),
        (by_first, POINTS, CLASSES * 3, "whole numbers from 0 to 5, got 0 to 6"),
        (lambda x: x, POINTS, CLASSES, "take .argmax(dim=1)"),
    ],
)
def test_what_does_not_fit_is_refused(classify: Any, points: tg.Tensor, classes: tg.Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=f"plot_decision_regions: .*{re.escape(message)}"):
        plot_decision_regions(classify, points, classes)


def test_panels_are_at_least_one() -> None:
    with pytest.raises(ValueError, match="new_panels: count must be at least 1, got 0"):
        new_panels(0)


def test_a_missing_matplotlib_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match="plot_decision_regions: drawing needs matplotlib"):
        plot_decision_regions(by_first, POINTS, CLASSES)
    with pytest.raises(ImportError, match="new_panels: drawing needs matplotlib"):
        new_panels(2)
