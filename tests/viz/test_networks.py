"""The pictures of networks show each unit and weight, and say what they are; those of gradients their sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Rectangle
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import plot_gradient_flow, plot_network


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def small() -> nn.Sequential:
    model = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1))
    with tg.no_grad():
        model[0].weight.copy_(tg.tensor([[0.5, -1.0], [0.25, 0.0], [2.0, 1.5]]))
        model[0].bias.copy_(tg.tensor([0.1, -0.2, 0.3]))
        model[2].weight.copy_(tg.tensor([[1.0, -2.0, 0.75]]))
        model[2].bias.fill_(0.4)
    return model


def test_each_unit_is_a_circle_and_each_weight_a_line_of_its_sign_and_size() -> None:
    panel = plot_network(small()).axes[0]
    assert len(panel.patches) == 6
    lines = [line for line in panel.get_lines() if len(np.asarray(line.get_xdata())) == 2]
    assert len(lines) == 9
    widths = [line.get_linewidth() for line in lines]
    assert max(widths) == widths[2] == widths[7]  # of 2.0 and -2.0
    assert lines[0].get_color() != lines[3].get_color()  # 0.5 and -1.0


def test_numbers_and_names_stand_beside_them() -> None:
    shown = words(plot_network(small()))
    assert {"x1", "x2", "+0.1", "-0.2", "+0.3", "+0.4", "0.5", "-1", "1.5", "-2", "0.75"} <= set(shown)
    assert {"2 inputs", "3 units\nSigmoid", "1 unit\nidentity"} <= set(shown)


def test_the_perceptron_is_drawn_with_its_step() -> None:
    shown = words(plot_network(nn.Perceptron(tg.tensor([1.0, 0.0]), -69.0)))
    assert {"x1", "x2", "1", "0", "-69", "1 unit\nstep"} <= set(shown)


def test_of_large_layers_the_first_and_last_units_are_drawn() -> None:
    panel = plot_network(nn.Sequential(nn.Linear(784, 50), nn.ReLU(), nn.Linear(50, 10))).axes[0]
    assert len(panel.patches) == 30
    assert [text.get_text() for text in panel.texts].count("⋮") == 2
    circles = [patch for patch in panel.patches if isinstance(patch, Ellipse)]
    heights = [np.asarray(circle.get_verts())[:, 1].mean() for circle in circles[:10]]
    assert len(set(heights)) == 10


@pytest.mark.parametrize("model", [small(), nn.Sequential(nn.Linear(30, 12), nn.Linear(12, 1))])
def test_nothing_is_cut_off(model: Any) -> None:
    figure = plot_network(model, "a network")
    figure.draw_without_rendering()
    inked, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(inked.x0, inked.y0) >= -0.01
    assert inked.x1 <= width + 0.01
    assert inked.y1 <= height + 0.01


def test_what_has_no_layers_in_a_row_is_refused() -> None:
    with pytest.raises(TypeError, match="plot_network: wanted a module, got"):
        wrong(plot_network)(3)
    with pytest.raises(ValueError, match=r"ReLU has no fully connected layer \(nn.Linear\) to draw"):
        plot_network(nn.ReLU())
    with pytest.raises(ValueError, match="3 outputs, and the next 4 inputs"):
        plot_network(nn.ModuleList([nn.Linear(2, 3), nn.Linear(4, 1)]))


def test_bars_are_as_high_as_gradients_are_large() -> None:
    model = nn.Linear(2, 1)
    (model(tg.tensor([[3.0, -4.0]])) * 2).sum().backward()
    panel = plot_gradient_flow(model, "flow").axes[0]
    heights = [bar.get_height() for bar in panel.patches if isinstance(bar, Rectangle)]
    assert heights == [8, 2, 7, 2]
    assert panel.get_yscale() == "log"
    assert [label.get_text() for label in panel.get_xticklabels()] == ["weight", "bias"]


def test_without_gradients_it_says_when_to_call_it() -> None:
    with pytest.raises(ValueError, match=r"no parameter has a gradient; call it after loss\.backward\(\)"):
        plot_gradient_flow(nn.Linear(2, 1))
    with pytest.raises(TypeError, match="plot_gradient_flow: wanted a module"):
        wrong(plot_gradient_flow)([])


@pytest.mark.parametrize(("factor", "told"), [(0.0, "0"), (float("nan"), "not finite"), (1.0, "")])
def test_gradients_that_vanished_or_are_not_finite_are_told(factor: float, told: str) -> None:
    model = nn.Linear(2, 1)
    (model(tg.ones(1, 2)) * factor).sum().backward()
    figure = plot_gradient_flow(model)
    figure.draw_without_rendering()
    assert [text.get_text() for text in figure.axes[0].texts] == [told, told]
    low, high = figure.axes[0].get_ylim()
    assert 0 < low < high < float("inf")


def test_weights_that_are_not_finite_are_black() -> None:
    model = nn.Linear(2, 1)
    with tg.no_grad():
        model.weight[0] = tg.tensor([float("nan"), -0.5])
    figure = plot_network(model)
    figure.draw_without_rendering()
    first, second = figure.axes[0].get_lines()[:2]
    assert (first.get_color(), second.get_color()) == ("black", "#D55E00")
    assert "nan" in words(figure)
