"""The fully connected layer, and the layers that reshape."""

from __future__ import annotations

import math

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def test_computes_x_times_w_transposed_plus_b() -> None:
    layer = nn.Linear(3, 2)
    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    expected = x @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
    np.testing.assert_allclose(layer(tg.tensor(x)).detach().numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("batch", [(), (5,), (2, 5), (0,)])
def test_keeps_all_dimensions_but_the_last(batch: tuple[int, ...]) -> None:
    assert nn.Linear(3, 2)(tg.zeros(*batch, 3)).shape == (*batch, 2)


def test_begins_evenly_drawn_between_the_roots() -> None:
    tg.manual_seed(0)
    layer = nn.Linear(400, 300)
    bound = 1 / math.sqrt(400)
    for values in (layer.weight.detach().numpy(), layer.bias.detach().numpy()):
        assert np.abs(values).max() <= bound
        assert np.abs(values).max() > 0.95 * bound
    assert layer.weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.01)


def test_the_same_seed_gives_the_same_weights() -> None:
    tg.manual_seed(3)
    first = nn.Linear(4, 4)
    tg.manual_seed(3)
    assert tg.equal(first.weight, nn.Linear(4, 4).weight)


def test_may_have_no_bias() -> None:
    layer = nn.Linear(3, 2, bias=False)
    assert layer.bias is None
    assert list(layer.state_dict()) == ["weight"]
    assert repr(layer) == "Linear(in_features=3, out_features=2, bias=False)"
    assert layer(tg.zeros(1, 3)).tolist() == [[0.0, 0.0]]


def test_may_be_of_another_dtype() -> None:
    layer = nn.Linear(3, 2, dtype=tg.float64, device="cpu")
    assert layer.weight.dtype is layer.bias.dtype is tg.float64


def test_may_have_no_inputs() -> None:
    layer = nn.Linear(0, 2)
    assert layer.bias.tolist() == [0.0, 0.0]
    assert layer(tg.zeros(4, 0)).shape == (4, 2)


def test_a_wrong_input_is_explained() -> None:
    with pytest.raises(RuntimeError, match=r"linear: got an input of shape \(5, 4\).*\(\.\.\., 3\)"):
        nn.Linear(3, 2)(tg.zeros(5, 4))


def test_identity_returns_its_input() -> None:
    x = tg.ones(2)
    assert nn.Identity(54, unused=True)(x) is x


@pytest.mark.parametrize(
    ("dims", "shape"), [((), (2, 60)), ((0,), (120,)), ((1, 2), (2, 12, 5)), ((-2, -1), (2, 3, 20))]
)
def test_flatten_joins_dimensions(dims: tuple[int, ...], shape: tuple[int, ...]) -> None:
    assert nn.Flatten(*dims)(tg.zeros(2, 3, 4, 5)).shape == shape


def test_unflatten_spreads_a_dimension() -> None:
    assert nn.Unflatten(1, (3, -1))(tg.zeros(2, 12)).shape == (2, 3, 4)
    assert nn.Unflatten(-1, [4, 3])(tg.zeros(2, 12)).shape == (2, 4, 3)


def test_reshaping_layers_print_their_settings() -> None:
    assert repr(nn.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"
    assert repr(nn.Unflatten(1, [2, 3])) == "Unflatten(dim=1, unflattened_size=(2, 3))"
    assert repr(nn.Identity()) == "Identity()"
