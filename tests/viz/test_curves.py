"""The picture of learning holds the numbers it was given, and says what they are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.viz import plot_learning, plot_loss
from tinygrad_edu.viz.curves import _smoothed

STEPS = [0, 500, 1000]
ACCURACIES = {"training images": [0.1, 0.8, 0.95], "test images": [0.1, 0.75, 0.9]}
LOSSES = list(np.linspace(2.3, 0.3, 1000))


def test_every_number_is_drawn_where_it_belongs() -> None:
    upper, lower = plot_learning(LOSSES, ACCURACIES, STEPS).axes
    for line, values in zip(upper.get_lines(), ACCURACIES.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([STEPS, values]))
    batches, mean = lower.get_lines()
    np.testing.assert_array_equal(batches.get_xydata(), np.column_stack([np.arange(1, 1001), LOSSES]))
    np.testing.assert_allclose(np.asarray(mean.get_ydata())[5:-5], LOSSES[5:-5], atol=0.01)


def test_the_words_say_what_is_shown() -> None:
    figure = plot_learning(LOSSES, ACCURACIES, STEPS, title="784-50-10")
    upper, lower = figure.axes
    assert figure.get_suptitle() == "784-50-10"
    assert upper.get_ylabel() == "accuracy (share of right answers)"
    assert lower.get_ylabel() == "loss (cross-entropy)"
    assert lower.get_xlabel() == "training step"
    legend = upper.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "training images (at the end 0.950)",
        "test images (at the end 0.900)",
    ]


def test_curves_differ_in_colour_and_in_dashes() -> None:
    lines = plot_learning(LOSSES, ACCURACIES, STEPS).axes[0].get_lines()
    assert len({line.get_color() for line in lines}) == 2
    assert len({line.get_linestyle() for line in lines}) == 2


def test_nothing_is_cut_off_at_the_edge() -> None:
    figure = plot_learning(LOSSES, ACCURACIES, STEPS, title="784-50-10, sigmoid, SGD, learning rate 0.1")
    figure.savefig(BytesIO(), format="png")
    inked = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert inked.x0 >= 0
    assert inked.y0 >= 0
    assert inked.x1 <= width
    assert inked.y1 <= height


def test_it_can_be_saved(tmp_path: Path) -> None:
    path = tmp_path / "curves.png"
    plot_learning(LOSSES, ACCURACIES, STEPS).savefig(path)
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("losses", [[], [2.3], [2.3, 2.2]])
def test_a_run_may_have_hardly_begun(losses: list[float]) -> None:
    figure = plot_learning(losses, {"test images": [0.1]}, [0])
    figure.savefig(BytesIO(), format="png")
    assert len(figure.axes) == 2


def test_a_curve_of_another_length_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"plot_learning: the curve 'test' has 2 values, but there are 3 accuracy_steps"
    ):
        plot_learning(LOSSES, {"test": [0.1, 0.2]}, STEPS)


@pytest.mark.parametrize(
    ("window", "expected"),
    [(1, [1, 3, 5, 7, 9]), (2, [1, 2, 4, 6, 8]), (3, [2, 3, 5, 7, 8]), (100, [5, 5, 5, 5, 5])],
)
def test_the_mean_is_over_the_values_around(window: int, expected: list[float]) -> None:
    np.testing.assert_allclose(_smoothed(np.array([1.0, 3, 5, 7, 9]), window), expected)


def test_losses_alone_are_drawn_numbers_or_tensors() -> None:
    panel = plot_loss([2.0, tg.tensor(1.5, requires_grad=True), np.float32(1.25)], "a run").axes[0]
    (line,) = panel.get_lines()
    np.testing.assert_array_equal(line.get_xydata(), [[1, 2.0], [2, 1.5], [3, 1.25]])
    assert (panel.get_title(), panel.get_xlabel(), panel.get_ylabel()) == ("a run", "training step", "loss")


def test_several_runs_have_names_and_long_ones_a_mean() -> None:
    panel = plot_loss({"SGD": LOSSES, "Adam": LOSSES[:500]}).axes[0]
    legend = panel.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["SGD", "Adam"]
    assert len(panel.get_lines()) == 4
    np.testing.assert_allclose(np.asarray(panel.get_lines()[1].get_ydata())[5:-5], LOSSES[5:-5], atol=0.01)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError, match="plot_loss: wanted numbers, got str 'x' as value 1 of 'run'"):
        plot_loss({"run": [1.0, "x"]})
    with pytest.raises(TypeError, match=r"plot_loss: wanted numbers, got a float32 tensor of shape \(2,\) as value 0"):
        plot_loss([tg.ones(2)])


def test_learning_takes_tensors_and_shows_losses_below_0() -> None:
    losses = [tg.tensor(1.0, requires_grad=True), tg.tensor(-2.0)]
    upper, lower = plot_learning(losses, {"test images": [tg.tensor(0.5)]}, [1]).axes
    np.testing.assert_array_equal(np.asarray(lower.get_lines()[0].get_ydata()), [1, -2])
    assert lower.get_ylim()[0] <= -2
    np.testing.assert_array_equal(np.asarray(upper.get_lines()[0].get_ydata()), [0.5])


def test_accuracies_in_percent_and_words_are_refused() -> None:
    with pytest.raises(ValueError, match="'test' goes from 10 to 94; an accuracy is a share from 0 to 1"):
        plot_learning(LOSSES, {"test": [10.0, 94.0]}, [0, 1])
    with pytest.raises(TypeError, match="plot_learning: wanted numbers, got str 'x' as value 0"):
        wrong(plot_learning)(["x"], {}, [])


def test_losses_that_are_not_finite_are_gaps_and_counted() -> None:
    nan, inf = float("nan"), float("inf")
    panel = plot_loss([1.0, nan, inf, 2.0]).axes[0]
    np.testing.assert_array_equal(np.asarray(panel.get_lines()[0].get_ydata()), [1, nan, nan, 2])
    assert [text.get_text() for text in panel.texts] == ["2 not finite"]
    assert list(plot_loss([1.0]).axes[0].texts) == []
    np.testing.assert_allclose(_smoothed(np.array([1.0, nan, 3, 5]), 3), [1, nan, 4, 4])
