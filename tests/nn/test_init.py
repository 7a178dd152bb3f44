"""Initial values: their statistics, their sources, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn import init

SHAPE = (300, 200)  # fan_out, fan_in


def seeded(seed: int = 0) -> tg.Generator:
    return tg.Generator().manual_seed(seed)


EVEN: list[tuple[Callable[..., Any], dict[str, Any], float]] = [  # with the bound that the paper states
    (init.uniform_, {"a": -3.0, "b": 3.0}, 3.0),
    (init.xavier_uniform_, {}, math.sqrt(6 / 500)),
    (init.xavier_uniform_, {"gain": 2.0}, 2 * math.sqrt(6 / 500)),
    (init.kaiming_uniform_, {}, math.sqrt(6 / 200)),
    (init.kaiming_uniform_, {"mode": "fan_out"}, math.sqrt(6 / 300)),
    (init.kaiming_uniform_, {"a": math.sqrt(5)}, 1 / math.sqrt(200)),
    (init.kaiming_uniform_, {"nonlinearity": "tanh"}, 5 / 3 * math.sqrt(3 / 200)),
]
NORMAL: list[tuple[Callable[..., Any], dict[str, Any], float]] = [  # with the standard deviation
    (init.normal_, {}, 1.0),
    (init.normal_, {"std": 0.01}, 0.01),
    (init.xavier_normal_, {}, math.sqrt(2 / 500)),
    (init.kaiming_normal_, {}, math.sqrt(2 / 200)),
    (init.kaiming_normal_, {"mode": "fan_out", "nonlinearity": "relu"}, math.sqrt(2 / 300)),
]


@pytest.mark.parametrize(("function", "settings", "bound"), EVEN)
def test_even_schemes_fill_their_range(function: Callable[..., Any], settings: dict[str, Any], bound: float) -> None:
    values = function(tg.empty(*SHAPE), **settings, generator=seeded()).numpy()
    assert values.min() == pytest.approx(-bound, rel=1e-3)
    assert values.max() == pytest.approx(bound, rel=1e-3)
    assert values.mean() == pytest.approx(0, abs=0.02 * bound)
    assert values.std() == pytest.approx(bound / math.sqrt(3), rel=0.01)


@pytest.mark.parametrize(("function", "settings", "std"), NORMAL)
def test_normal_schemes_have_their_spread(function: Callable[..., Any], settings: dict[str, Any], std: float) -> None:
    values = function(tg.empty(*SHAPE), **settings, generator=seeded()).numpy()
    assert values.mean() == pytest.approx(0, abs=0.02 * std)
    assert values.std() == pytest.approx(std, rel=0.01)
    assert (np.abs(values) < std).mean() == pytest.approx(0.6827, abs=0.01)


def test_means_and_ends_are_as_given() -> None:
    assert init.normal_(tg.empty(10000), mean=5.0, generator=seeded()).mean().item() == pytest.approx(5, abs=0.05)
    values = init.uniform_(tg.empty(10000), 2.0, 4.0, seeded())
    assert (values.min().item() >= 2, values.max().item() < 4) == (True, True)


def test_the_fans_of_a_convolution_count_its_window() -> None:
    weight = init.kaiming_uniform_(tg.empty(64, 32, 5, 5), generator=seeded())
    assert weight.abs().max().item() == pytest.approx(math.sqrt(6 / (32 * 25)), rel=1e-3)


def test_truncated_normal_stays_inside() -> None:
    values = init.trunc_normal_(tg.empty(*SHAPE), mean=1.0, std=2.0, a=-1.0, b=2.0, generator=seeded()).numpy()
    assert values.min() >= -1
    assert values.max() <= 2
    grid = np.linspace(-1, 2, 10001)
    chances = np.exp(-(((grid - 1) / 2) ** 2) / 2)
    centre = np.average(grid, weights=chances)
    assert values.mean() == pytest.approx(centre, abs=0.02)
    assert values.var() == pytest.approx(np.average((grid - centre) ** 2, weights=chances), abs=0.02)


@pytest.mark.parametrize("bounds", [{"a": 5.0, "b": -5.0}, {"a": 50.0, "b": 60.0}, {"std": 0.0}])
def test_truncated_normal_refuses_an_empty_stretch(bounds: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="next to nothing"):
        init.trunc_normal_(tg.empty(2), **bounds)


def test_constants() -> None:
    assert init.constant_(tg.empty(2), 0.3).tolist() == pytest.approx([0.3, 0.3])
    assert init.ones_(tg.empty(2)).tolist() == [1.0, 1.0]
    assert init.zeros_(tg.ones(2)).tolist() == [0.0, 0.0]
    assert init.eye_(tg.empty(2, 3)).tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


@pytest.mark.parametrize("shape", [(4, 7), (7, 4), (4, 4), (3, 2, 5)])
def test_orthogonal_matrices_keep_lengths(shape: tuple[int, ...]) -> None:
    weight = init.orthogonal_(tg.empty(*shape, dtype=tg.float64), gain=2.0, generator=seeded()).numpy()
    matrix = weight.reshape(shape[0], -1)
    small = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-12)


EVERY: list[Callable[..., Any]] = [
    init.uniform_,
    init.normal_,
    init.trunc_normal_,
    init.xavier_uniform_,
    init.xavier_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
    init.orthogonal_,
]


@pytest.mark.parametrize("function", EVERY)
def test_randomness_comes_from_the_generator_or_the_default_one(function: Callable[..., Any]) -> None:
    first = function(tg.empty(4, 3), generator=seeded(1))
    assert tg.equal(first, function(tg.empty(4, 3), generator=seeded(1)))
    assert not tg.equal(first, function(tg.empty(4, 3), generator=seeded(2)))
    tg.manual_seed(1)
    assert tg.equal(first, function(tg.empty(4, 3)))


@pytest.mark.parametrize("function", [*EVERY, init.ones_, init.zeros_, init.eye_])
def test_parameters_are_filled_in_place_without_recording(function: Callable[..., Any]) -> None:
    weight = tg.nn.Parameter(tg.full((3, 3), 7.0))
    assert function(weight) is weight
    assert weight.is_leaf
    assert weight.requires_grad
    assert not np.any(weight.detach().numpy() == 7.0)


@pytest.mark.parametrize("function", [*EVERY, init.ones_, init.eye_])
def test_graphs_made_before_notice_the_filling(function: Callable[..., Any]) -> None:
    weight = tg.nn.Parameter(tg.ones(3, 3))
    out = weight.square().sum()
    function(weight)
    with pytest.raises(RuntimeError, match="changed in place"):
        out.backward()


@pytest.mark.parametrize(
    ("name", "param", "gain"),
    [
        ("linear", None, 1),
        ("conv2d", None, 1),
        ("conv_transpose3d", None, 1),
        ("sigmoid", None, 1),
        ("tanh", None, 5 / 3),
        ("relu", None, math.sqrt(2)),
        ("leaky_relu", None, math.sqrt(2 / (1 + 0.01**2))),
        ("leaky_relu", 0.2, math.sqrt(2 / 1.04)),
        ("selu", None, 3 / 4),
    ],
)
def test_gains(name: str, param: float | None, gain: float) -> None:
    assert init.calculate_gain(name, param) == pytest.approx(gain)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"calculate_gain: got 'gelu'; wanted one of linear, .*leaky_relu"):
        init.calculate_gain("gelu")
    with pytest.raises(ValueError, match="param, the negative slope, must be a number, got bool True"):
        init.calculate_gain("leaky_relu", True)
    with pytest.raises(ValueError, match="kaiming_normal_: mode must be 'fan_in' or 'fan_out', got 'fan'"):
        init.kaiming_normal_(tg.empty(2, 2), mode="fan")


@pytest.mark.parametrize(
    "function", [init.xavier_uniform_, init.xavier_normal_, init.kaiming_uniform_, init.kaiming_normal_]
)
def test_vectors_have_no_fans(function: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=f"{function.__name__}: wanted weights of at least two dimensions"):
        function(tg.empty(3))


def test_wrong_ranks_are_refused() -> None:
    with pytest.raises(ValueError, match="eye_: wanted a matrix"):
        init.eye_(tg.empty(3))
    with pytest.raises(ValueError, match="orthogonal_: wanted at least two dimensions"):
        init.orthogonal_(tg.empty(3))


@pytest.mark.parametrize("function", [init.kaiming_uniform_, init.kaiming_normal_, init.orthogonal_])
def test_empty_weights_stay_empty(function: Callable[..., Any]) -> None:
    assert function(tg.empty(3, 0)).shape == (3, 0)


def test_wants_a_tensor() -> None:
    no_tensor: Any = [1.0]
    with pytest.raises(TypeError, match="uniform_: input must be a tensor"):
        init.uniform_(no_tensor)


@pytest.mark.parametrize("name", ["uniform", "normal", "constant", "xavier_uniform", "kaiming_normal", "orthogonal"])
def test_names_without_an_underscore_are_deprecated(name: str) -> None:
    old, new = getattr(init, name), getattr(init, f"{name}_")
    settings = {"val": 2.0} if name == "constant" else {}
    assert old.__name__ == name
    tg.manual_seed(0)
    with pytest.warns(FutureWarning, match=f"nn.init.{name} is deprecated; use nn.init.{name}_"):
        found = old(tg.empty(3, 2), **settings)
    tg.manual_seed(0)
    assert found.equal(new(tg.empty(3, 2), **settings))


@pytest.mark.parametrize("name", ["ones", "zeros", "unifrom"])
def test_names_that_never_were(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(init, name)


def test_dirac_passes_each_channel_on() -> None:
    x = tg.randn(1, 4, 5)
    for groups in (1, 2):
        weight = init.dirac_(tg.empty(4, 4 // groups, 3), groups)
        assert tg.nn.functional.conv1d(x, weight, padding=1, groups=groups).equal(x)
    assert init.dirac_(tg.empty(2, 0, 3)).shape == (2, 0, 3)
    with pytest.raises(ValueError, match="groups must divide the 3 output channels, got 2"):
        init.dirac_(tg.empty(3, 2, 3), 2)
