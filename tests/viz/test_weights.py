"""Weights as pictures: each has the values of its unit, all have one scale, and what can't be drawn is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import new_panels, plot_weights


def pictures(figure: Any) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(image.get_array()) for image in figure.axes[0].images]


def numbers(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_each_unit_s_weights_are_laid_out_as_its_inputs_are() -> None:
    layer = nn.Linear(784, 12)
    figure: Any = plot_weights(layer, "Hidden units")
    assert figure.axes[0].get_title() == "Hidden units"
    assert numbers(figure) == [str(unit) for unit in range(12)]
    for picture, weights in zip(pictures(figure), layer.weight, strict=True):
        np.testing.assert_array_equal(picture, weights.detach().reshape(28, 28).numpy())
    largest = layer.weight.detach().abs().max().item()
    assert {image.get_clim() for image in figure.axes[0].images} == {(-largest, largest)}


def test_pictures_stand_in_rows_from_left_to_right_and_do_not_touch() -> None:
    figure: Any = plot_weights(nn.Linear(4, 5), columns=2)
    edges = [image.get_extent() for image in figure.axes[0].images]
    lefts, rights, bottoms, tops = zip(*edges, strict=True)
    assert lefts[0] == lefts[2] == lefts[4] < rights[0] < lefts[1] == lefts[3]
    assert tops[0] == tops[1] < bottoms[0] < tops[2] < bottoms[2] < tops[4]
    assert figure.axes[0].get_ylim()[0] >= max(bottoms) - 1e-9


def test_a_shape_may_be_told_and_inputs_that_are_no_square_are_a_matrix() -> None:
    weight = tg.arange(24.0).reshape(4, 6)
    assert [each.shape for each in pictures(plot_weights(weight, shape=(2, 3)))] == [(2, 3)] * 4
    matrix: Any = plot_weights(weight)
    np.testing.assert_array_equal(pictures(matrix), [weight.numpy()])
    assert (matrix.axes[0].get_xlabel(), matrix.axes[0].get_ylabel()) == ("input", "unit")
    with pytest.raises(ValueError, match=r"plot_weights: 6 weights don't fill a picture of shape \(2, 2\)"):
        plot_weights(weight, shape=(2, 2))


def test_kernels_of_a_convolution_are_drawn_with_the_channels_of_a_unit_in_a_row() -> None:
    one = plot_weights(nn.Conv2d(1, 3, 5))
    assert numbers(one) == ["0", "1", "2"]
    several: Any = plot_weights(nn.Conv2d(2, 3, 5))
    assert numbers(several) == ["0, 0", "0, 1", "1, 0", "1, 1", "2, 0", "2, 1"]
    tops = [image.get_extent()[3] for image in several.axes[0].images]
    assert tops[0] == tops[1] < tops[2] == tops[3] < tops[4]


def test_a_limit_is_told() -> None:
    figure: Any = plot_weights(nn.Linear(9, 60), "Units")
    assert len(pictures(figure)) == 50
    assert figure.axes[0].get_title() == "Units: the first 50 of 60"
    assert plot_weights(nn.Linear(9, 3), limit=2).axes[0].get_title() == "the first 2 of 3"


def test_a_perceptron_has_one_picture_and_a_panel_given_is_drawn_into() -> None:
    left, right = new_panels(2)
    assert plot_weights(nn.Perceptron(tg.ones(9), 1.0), axes=right) is right.figure
    assert (left.has_data(), len(right.images)) == (False, 1)


@pytest.mark.parametrize("values", [[[0.0] * 4], [[float("nan"), 1.0, 0.0, 2.0]], [[float("inf"), 1.0, -2.0, 0.0]]])
def test_zeros_and_what_is_not_finite_are_drawn_on_a_scale_that_is(values: list[list[float]]) -> None:
    figure: Any = plot_weights(tg.tensor(values))
    figure.draw_without_rendering()
    low, high = figure.axes[0].images[0].get_clim()
    assert (low, high) == ((-1, 1) if not any(values[0]) else (-2, 2))


def test_what_has_no_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="Sequential has no weights of its own; give one of its layers"):
        plot_weights(nn.Sequential(nn.Linear(2, 2)))
    with pytest.raises(TypeError, match="plot_weights: wanted a layer or a tensor, got int 3"):
        wrong(plot_weights)(3)
    with pytest.raises(ValueError, match="wanted weights with 1 to 4 dimensions, got"):
        plot_weights(nn.Conv3d(1, 1, 2))
    for weights, limit, columns in ((tg.zeros(0, 4), 50, 8), (tg.ones(4), 0, 8), (tg.ones(4), 50, 0)):
        with pytest.raises(ValueError, match="plot_weights: wanted at least one picture, limit and column"):
            plot_weights(weights, limit=limit, columns=columns)
