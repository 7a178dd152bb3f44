"""Histograms of what layers put out: the values that they did put out, and a model that is left as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import new_panels, plot_activations


def words(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def names(figure: Any) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_xticklabels()]


def hooks(model: nn.Module) -> list[Any]:
    kept = [vars(module)["_hooks"] for module in model.modules()]
    return [each for of_one in kept if of_one for each in (*of_one.before, *of_one.after)]


def test_each_histogram_is_of_one_layer_s_values() -> None:
    model = nn.Sequential(nn.Linear(3, 40), nn.Tanh())
    x = tg.randn(50, 3)
    figure: Any = plot_activations(model, x, "Spread")
    assert (figure.axes[0].get_title(), figure.axes[0].get_ylabel()) == ("Spread", "value")
    assert names(figure) == ["0\nLinear", "1\nTanh"]
    for place, (drawn, layer) in enumerate(zip(figure.axes[0].patches, (model[:1], model), strict=True)):
        values = layer(x).detach().numpy().astype(np.float64).ravel()
        right, edges, _ = drawn.get_data()
        counts, _ = np.histogram(values, bins=edges)
        assert counts.sum() == values.size
        np.testing.assert_allclose((right - place) / (right - place).max(), counts / counts.max())
        assert words(figure)[place] == f"std\n{values.std():.2g}"


def test_zeros_and_what_is_not_finite_are_told() -> None:
    model = nn.Sequential(nn.ReLU(), nn.Identity())
    figure = plot_activations(model, tg.tensor([-1.0, -2.0, 1.0, float("nan")]))
    assert words(figure) == ["std\n0.47\n50 % are 0\n1 not finite"] * 2
    figure = plot_activations(nn.Identity(), tg.full((3,), float("inf")))
    assert words(figure) == ["3 not finite"]
    assert names(figure) == ["Identity"]


def test_zeros_do_not_hide_the_others() -> None:
    (drawn,) = plot_activations(nn.ReLU(), tg.tensor([-1.0] * 98 + [1.0, 2.0])).axes[0].patches
    right, _, _ = wrong(drawn).get_data()
    assert sorted(right)[-3:] == [0, *[right.max()] * 2]


def test_layers_that_are_called_twice_are_drawn_twice_and_kinds_can_be_chosen() -> None:
    act = nn.Tanh()
    model = nn.Sequential(nn.Linear(2, 2), act, nn.Linear(2, 2), act)
    assert names(plot_activations(model, tg.ones(1, 2), layers=nn.Tanh)) == ["1\nTanh", "1\nTanh"]
    assert names(plot_activations(model, tg.ones(1, 2), layers=(nn.Sequential, nn.Tanh)))[-1] == "Sequential"
    recurrent = plot_activations(nn.LSTM(2, 3), (tg.ones(4, 1, 2),))
    assert names(recurrent) == ["LSTM"]


def test_the_model_and_the_random_numbers_are_left_as_they_were() -> None:
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Dropout(0.5))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = tg.get_rng_state()
    figure = plot_activations(model, tg.randn(10, 2, generator=tg.Generator()))
    assert "% are 0" in words(figure)[2], "dropout is at work, as the model is in training mode"
    assert all(tg.equal(value, before[name]) for name, value in model.state_dict().items())
    assert tg.equal(tg.get_rng_state(), state)
    assert model.training
    assert hooks(model) == []


def test_a_model_that_fails_is_left_without_hooks() -> None:
    model = nn.Sequential(nn.Linear(2, 8))
    with pytest.raises(RuntimeError, match="linear"):
        plot_activations(model, tg.ones(1, 3))
    assert hooks(model) == []


def test_a_panel_given_is_drawn_into_and_nothing_is_cut_off() -> None:
    left, right = new_panels(2, "two")
    model = nn.Sequential(*[nn.Linear(5, 5) for _ in range(12)])
    figure: Any = plot_activations(model, tg.randn(4, 5), axes=right)
    assert figure is right.figure
    assert not left.has_data()
    alone: Any = plot_activations(model, tg.randn(4, 5), "a title")
    alone.draw_without_rendering()
    inked, (width, height) = alone.get_tightbbox(), alone.get_size_inches()
    assert min(inked.x0, inked.y0) >= -0.01
    assert (inked.x1 <= width + 0.01, inked.y1 <= height + 0.01) == (True, True)


def test_what_has_no_values_to_draw_is_refused() -> None:
    with pytest.raises(TypeError, match="plot_activations: wanted a module, got"):
        wrong(plot_activations)(3, tg.ones(1))
    with pytest.raises(TypeError, match="input must be a tensor or a tuple of arguments, got list"):
        wrong(plot_activations)(nn.ReLU(), [1.0])
    with pytest.raises(ValueError, match="no layer to show put out any numbers"):
        plot_activations(nn.ReLU(), tg.ones(2), layers=nn.Tanh)
    with pytest.raises(ValueError, match="no layer to show put out any numbers"):
        plot_activations(nn.ReLU(), tg.ones(0))
