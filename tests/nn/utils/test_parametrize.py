"""Parametrizations: what is read and assigned, names, caching, taking off, handing on; and what is refused."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn.utils import parametrizations, parametrize, skip_init, weight_norm

DEPRECATED = pytest.mark.filterwarnings("ignore:nn.utils.weight_norm is deprecated")


class Of(nn.Module):
    """A parametrization of two functions; without the second it has no right_inverse."""

    calls = 0

    def __init__(self, forward: Callable[..., Any], right_inverse: Callable[[Any], Any] | None = None) -> None:
        super().__init__()
        self.function = forward
        if right_inverse is not None:
            self.right_inverse = right_inverse

    def forward(self, *originals: Any) -> Any:
        self.calls += 1
        return self.function(*originals)


def doubled() -> Of:
    return Of(lambda x: x * 2, lambda w: w / 2)


def shifted() -> Of:
    return Of(lambda x: x + 1, lambda w: w - 1)


def halves() -> Of:
    return Of(lambda a, b: a + b, lambda w: (w / 2, w / 2))


def register(layer: Any, parametrization: Any, name: str = "weight", unsafe: bool = False) -> Any:
    return parametrize.register_parametrization(layer, name, parametrization, unsafe=unsafe)


def layer_of(*parametrizations: nn.Module) -> Any:
    layer: Any = nn.Linear(2, 3)
    for each in parametrizations:
        register(layer, each)
    return layer


def test_the_first_original_is_found_from_the_weight() -> None:
    layer: Any = nn.Linear(2, 3)
    before = layer.weight.detach().clone()
    register(layer, doubled())
    assert layer.weight.equal(before)
    assert layer.parametrizations.weight.original.equal(before / 2)
    assert isinstance(layer, nn.Linear)
    assert type(layer).__name__ == "ParametrizedLinear"


def test_two_parametrizations_are_called_one_after_the_other() -> None:
    layer = layer_of(doubled(), shifted())
    original = layer.parametrizations.weight.original
    assert layer.weight.equal(original * 2 + 1)
    layer.weight = tg.full((3, 2), 7.0)
    assert original.equal(tg.full((3, 2), 3.0))  # found from the last to the first
    layer.weight.sum().backward()
    assert original.grad.equal(tg.full((3, 2), 2.0))
    assert list(layer.state_dict()) == ["bias", "parametrizations.weight.original"]


def test_a_weight_made_of_two_tensors() -> None:
    layer = layer_of(halves())
    assert [*layer.state_dict()] == [
        "bias",
        "parametrizations.weight.original0",
        "parametrizations.weight.original1",
    ]
    layer.weight = tg.full((3, 2), 4.0)
    assert all(each.equal(tg.full((3, 2), 2.0)) for each in layer.parametrizations.weight.parameters())


def test_a_buffer_stays_a_buffer() -> None:
    layer: Any = nn.BatchNorm1d(2)
    register(layer, doubled(), "running_mean")
    assert "parametrizations.running_mean.original" in dict(layer.named_buffers())
    parametrize.remove_parametrizations(layer, "running_mean")
    assert "running_mean" in dict(layer.named_buffers())
    assert type(layer) is nn.BatchNorm1d


def test_cached_works_each_tensor_out_once_and_forgets_it_at_the_end_of_the_outer_block() -> None:
    each = doubled()
    layer = layer_of(each)
    each.calls = 0
    with parametrize.cached():
        first = layer.weight
        with parametrize.cached():
            assert layer.weight is first
        assert layer.weight is first
    assert each.calls == 1
    assert layer.weight is not first


@pytest.mark.parametrize(("leave", "factor"), [(True, 2.0), (False, 1.0)])
def test_taking_off_leaves_the_values_or_those_of_the_original(leave: bool, factor: float) -> None:
    layer = layer_of(doubled())
    original = layer.parametrizations.weight.original
    wanted = original.detach() * factor
    parametrize.remove_parametrizations(layer, "weight", leave_parametrized=leave)
    assert layer.weight.equal(wanted)
    assert layer.weight is original  # so that an optimizer still has it
    assert type(layer) is nn.Linear
    assert not hasattr(layer, "parametrizations")


def test_taking_one_of_two_off_leaves_the_other() -> None:
    layer = register(layer_of(doubled()), halves(), "bias")
    assert parametrize.is_parametrized(layer, "weight")
    parametrize.remove_parametrizations(layer, "bias")
    assert isinstance(layer.bias, nn.Parameter)
    assert parametrize.is_parametrized(layer)
    assert not parametrize.is_parametrized(layer, "bias")
    assert parametrize.type_before_parametrizations(layer) is nn.Linear


def test_handing_on() -> None:
    given, taker = register(layer_of(doubled()), shifted(), "bias"), nn.Linear(2, 3)
    before = taker.bias.detach().clone()
    parametrize.transfer_parametrizations_and_params(given, taker, "weight")
    assert taker.weight.equal(given.weight)
    assert taker.bias.equal(before)
    bare = parametrize.transfer_parametrizations_and_params(given, nn.Module())
    assert bare.weight.equal(given.weight)
    assert bare.bias.equal(given.bias)
    assert parametrize.transfer_parametrizations_and_params(nn.Linear(2, 3), taker) is taker


def test_a_deep_copy_is_independent_and_parametrized() -> None:
    layer = layer_of(doubled())
    twin = copy.deepcopy(layer)
    twin.weight = tg.zeros(3, 2)
    assert twin.weight.equal(tg.zeros(3, 2))
    assert not layer.weight.equal(twin.weight)


def test_unsafe_lets_the_shape_change() -> None:
    layer = register(nn.Linear(2, 3), Of(lambda x: x.T), unsafe=True)
    assert layer.weight.shape == (2, 3)


def test_a_right_inverse_that_isnt_written_is_none() -> None:
    def unknown(w: Any) -> Any:
        raise NotImplementedError

    layer = nn.Linear(2, 3)
    before = layer.weight.detach().clone()
    register(layer, Of(lambda x: x * 3, unknown))
    assert layer.weight.equal(before * 3)


def assign(layer: Any, value: Any) -> None:
    layer.weight = value


REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "none": (lambda: parametrize.ParametrizationList([], tg.ones(2)), ValueError, "one parametrization or more"),
    "name": (lambda: register(nn.Linear(2, 3), doubled(), "wight"), ValueError, "no parameter or buffer of that name"),
    "shape": (lambda: layer_of(Of(lambda x: x.T)), ValueError, "must keep the shape"),
    "dtype": (lambda: layer_of(Of(lambda x: x.double())), ValueError, "must keep the shape .3, 2. and the .*float32"),
    "no tensor": (lambda: layer_of(Of(lambda x: 1)), ValueError, "must return a tensor"),
    "second shape": (lambda: layer_of(doubled(), Of(lambda x: x[0])), ValueError, "must keep the shape"),
    "inverse is none": (lambda: layer_of(Of(lambda x: x, lambda w: 1)), ValueError, "a tensor or a sequence of them"),
    "inverse's dtype": (lambda: layer_of(Of(lambda x: x, lambda w: w.double())), ValueError, "must keep the dtype"),
    "inverse's parts": (lambda: layer_of(Of(lambda x: x, lambda w: (w, 1))), ValueError, "at place 1"),
    "no inverse": (lambda: assign(layer_of(Of(lambda x: x)), tg.ones(3, 2)), RuntimeError, "has no right_inverse"),
    "assigned dtype": (
        lambda: assign(layer_of(doubled()), tg.ones(3, 2, dtype=tg.float64)),
        ValueError,
        "must return tensors of .*float32",
    ),
    "parameter": (lambda: assign(layer_of(doubled()), nn.Parameter(tg.ones(3, 2))), KeyError, "is parametrized"),
    "not there": (
        lambda: parametrize.remove_parametrizations(nn.Linear(2, 3), "weight"),
        ValueError,
        "has no parametrization of 'weight'",
    ),
    "originals": (
        lambda: parametrize.remove_parametrizations(layer_of(halves()), "weight", leave_parametrized=False),
        ValueError,
        "made of 2 tensors",
    ),
    "pickle": (lambda: pickle.dumps(layer_of(doubled())), RuntimeError, "can't be pickled"),
    "weight_norm": (lambda: wrong(parametrizations.weight_norm)(3), TypeError, "must be a Module"),
    "its name": (
        lambda: wrong(parametrizations.weight_norm)(nn.Linear(2, 3), 3),
        TypeError,
        "name must be the name of a parameter",
    ),
    "twice": (lambda: weight_norm(weight_norm(nn.Linear(2, 3))), RuntimeError, "can't be put on twice"),
    "lazy": (lambda: weight_norm(nn.LazyLinear(3)), ValueError, "no shape yet"),
    "spectral name": (
        lambda: parametrizations.spectral_norm(nn.Linear(2, 3), "wight"),
        ValueError,
        "no parameter or buffer called 'wight'",
    ),
    "spectral dim": (lambda: parametrizations.spectral_norm(nn.Linear(2, 3), dim=2), IndexError, "dim must be from -2"),
    "iterations": (
        lambda: parametrizations.spectral_norm(nn.Linear(2, 3), n_power_iterations=0),
        ValueError,
        "must be positive",
    ),
    "no matrix": (lambda: parametrizations.orthogonal(nn.Linear(2, 3), "bias"), ValueError, "wanted a matrix"),
    "map": (
        lambda: parametrizations.orthogonal(nn.Linear(2, 3), orthogonal_map="qr"),
        ValueError,
        "'matrix_exp', 'cayley' or 'householder', got 'qr'",
    ),
    "orthogonal's shape": (
        lambda: assign(parametrizations.orthogonal(nn.Linear(3, 3)), tg.eye(2)),
        ValueError,
        "wanted a tensor of shape .3, 3.",
    ),
    "no trivialization": (
        lambda: assign(parametrizations.orthogonal(nn.Linear(3, 3), use_trivialization=False), tg.eye(3)),
        NotImplementedError,
        "'matrix_exp' with use_trivialization=False",
    ),
    "skip_init": (lambda: wrong(skip_init)(tg.ones), RuntimeError, "must be a class of modules"),
    "no device": (lambda: skip_init(nn.ReLU), RuntimeError, "takes no device"),
}


@DEPRECATED
@pytest.mark.parametrize("case", REFUSED)
def test_refusals(case: str) -> None:
    call, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


def test_what_is_made_of_two_tensors_is_assigned_as_two() -> None:
    answers: Iterator[Callable[[Any], Any]] = iter([lambda w: (w, w), lambda w: (w, w), lambda w: (w,)])
    layer = layer_of(Of(lambda a, b: a, lambda w: next(answers)(w)))
    assign(layer, tg.ones(3, 2))
    with pytest.raises(ValueError, match="must return 2 tensors"):
        assign(layer, tg.ones(3, 2))


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4)])
@pytest.mark.parametrize("kind", ["matrix_exp", "cayley", "householder"])
@pytest.mark.parametrize("trivialized", [True, False])
def test_orthogonal(shape: tuple[int, int], kind: str, trivialized: bool) -> None:
    tg.manual_seed(1)
    layer: Any = nn.Linear(*shape[::-1], dtype=tg.float64)
    parametrizations.orthogonal(layer, orthogonal_map=kind, use_trivialization=trivialized)
    w = layer.weight.detach().numpy()
    small = w @ w.T if shape[0] < shape[1] else w.T @ w
    np.testing.assert_allclose(small, np.eye(min(shape)), atol=1e-12)
    if trivialized or kind == "householder":  # any orthogonal matrix may be assigned
        q = nn.init.orthogonal_(tg.empty(*shape, dtype=tg.float64))
        layer.weight = q
        np.testing.assert_allclose(layer.weight.detach().numpy(), q.numpy(), atol=1e-12)


def test_what_is_not_orthogonal_becomes_so_when_it_is_assigned() -> None:
    layer = parametrizations.orthogonal(nn.Linear(2, 2, dtype=tg.float64))
    layer.weight = tg.tensor([[2.0, 0.0], [0.0, 5.0]], dtype=tg.float64)
    np.testing.assert_allclose(layer.weight.detach().numpy(), np.eye(2), atol=1e-12)


def test_spectral_norm_of_one_dimension_is_the_length() -> None:
    layer: Any = nn.Linear(2, 2)
    with tg.no_grad():
        layer.bias.copy_(tg.tensor([3.0, 4.0]))
    parametrizations.spectral_norm(layer, "bias")
    np.testing.assert_allclose(layer.bias.detach().numpy(), [0.6, 0.8], rtol=1e-6)
    layer.bias = tg.tensor([0.0, 2.0])
    assert layer.bias.tolist() == [0.0, 1.0]


@DEPRECATED
def test_weight_norm_reads_the_names_of_the_older_function() -> None:
    older: Any = weight_norm(nn.Linear(2, 3))
    newer = parametrizations.weight_norm(nn.Linear(2, 3))
    newer.load_state_dict(older.state_dict())
    np.testing.assert_allclose(newer.weight.detach().numpy(), older.weight.detach().numpy(), rtol=1e-6)


def test_weight_norm_of_all_has_one_length() -> None:
    layer = parametrizations.weight_norm(nn.Linear(2, 3), dim=None)
    length = layer.parametrizations.weight.original0
    assert length.numel() == 1
    assert length.item() == pytest.approx(np.linalg.norm(layer.weight.detach().numpy()))
