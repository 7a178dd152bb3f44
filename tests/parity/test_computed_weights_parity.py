"""Weights that are computed, beside PyTorch's: what layers compute, their gradients, their state, their texts, errors.

Random vectors and bases are other ones here, so each layer gets PyTorch's state.
"""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from parity.twins import RNG, agree_in_errors, compare
from support.evidence import LEDGER, name_of

import tinygrad_edu as tg
import tinygrad_edu.nn.utils.parametrize as parametrize

torch = pytest.importorskip("torch")

LAYERS: dict[str, Callable[[Any], Any]] = {
    "Linear": lambda m: m.nn.Linear(4, 3, dtype=m.float64),
    "wide": lambda m: m.nn.Linear(3, 5, bias=False, dtype=m.float64),
    "square": lambda m: m.nn.Linear(4, 4, dtype=m.float64),
    "Conv2d": lambda m: m.nn.Conv2d(2, 3, (2, 1), dtype=m.float64),
    "ConvTranspose1d": lambda m: m.nn.ConvTranspose1d(2, 3, 2, dtype=m.float64),
}
SHAPES = {"Linear": (2, 4), "wide": (2, 3), "square": (2, 4), "Conv2d": (2, 2, 3, 3), "ConvTranspose1d": (2, 2, 3)}

KINDS = ("matrix_exp", "cayley", "householder")


def orthogonal(kind: str, trivial: bool) -> Callable[[Any, Any], Any]:
    return lambda m, layer: m.nn.utils.parametrizations.orthogonal(layer, "weight", kind, use_trivialization=trivial)


HOW: dict[str, Callable[[Any, Any], Any]] = {
    "weight_norm": lambda m, layer: m.nn.utils.weight_norm(layer),
    "weight_norm, one length": lambda m, layer: m.nn.utils.weight_norm(layer, "weight", None),
    "weight_norm, dim=1": lambda m, layer: m.nn.utils.weight_norm(layer, dim=1),
    "spectral_norm": lambda m, layer: m.nn.utils.spectral_norm(layer),
    "spectral_norm, turned": lambda m, layer: m.nn.utils.spectral_norm(layer, "weight", 3, 1e-8, 1),
    "parametrized weight_norm": lambda m, layer: m.nn.utils.parametrizations.weight_norm(layer),
    "parametrized weight_norm, one length": lambda m, layer: m.nn.utils.parametrizations.weight_norm(layer, dim=None),
    "parametrized weight_norm, dim=1": lambda m, layer: m.nn.utils.parametrizations.weight_norm(layer, "weight", 1),
    "parametrized spectral_norm": lambda m, layer: m.nn.utils.parametrizations.spectral_norm(layer),
    "parametrized spectral_norm, turned": lambda m, layer: m.nn.utils.parametrizations.spectral_norm(
        layer, "weight", 3, 1e-8, -1
    ),
    **{f"{kind}, {trivial}": orthogonal(kind, trivial) for kind in KINDS for trivial in (True, False)},
}


def twins(how: str, layer: str) -> tuple[Any, Any]:
    """The layer of either module, with PyTorch's state."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*weight_norm.* is deprecated")
        mine, theirs = (HOW[how](m, LAYERS[layer](m)) for m in (tg, torch))
    assert repr(mine).replace("tinygrad_edu", "torch") == repr(theirs)
    state = theirs.state_dict()
    assert {name: tuple(each.shape) for name, each in mine.state_dict().items()} == {
        name: tuple(each.shape) for name, each in state.items()
    }
    assert list(mine.state_dict()) == list(state)
    mine.load_state_dict({name: tg.tensor(each.numpy()) for name, each in state.items()})
    assert [name for name, _ in mine.named_parameters()] == [name for name, _ in theirs.named_parameters()]
    return mine, theirs


def maker(how: str) -> str | None:
    """The name of what makes the weight be computed."""
    found = how.partition(",")[0].removeprefix("parametrized ")
    if how == found or how.startswith(found + ","):
        return f"tg.nn.utils.{found}" if found not in KINDS else name_of(tg.nn.utils.parametrizations.orthogonal)
    return name_of(getattr(tg.nn.utils.parametrizations, found))


CALLS = [
    (how, layer)
    for how in HOW
    for layer in (
        ("wide", "square", "Conv2d") if how.endswith(("True", "False")) else ("Linear", "Conv2d", "ConvTranspose1d")
    )
]


@pytest.mark.parametrize(("how", "layer"), CALLS)
def test_what_it_computes(how: str, layer: str) -> None:
    mine, theirs = twins(how, layer)
    x = RNG.uniform(-1, 1, SHAPES[layer])
    orders = 1 if "weight_norm" in how or "householder" in how else 2  # PyTorch's second ones are wrong, or missing
    for training in (True, False):
        mine.train(training)
        theirs.train(training)
        compare(mine, theirs, x, order=1 if how.endswith("spectral_norm") and training else orders)
        np.testing.assert_allclose(mine.weight.detach().numpy(), theirs.weight.detach().numpy(), atol=1e-12)
        LEDGER.count(maker(how), ["value", "gradient"])
    for name, each in theirs.state_dict().items():
        np.testing.assert_allclose(mine.state_dict()[name].numpy(), each.numpy(), atol=1e-12, err_msg=name)


@pytest.mark.parametrize(("how", "layer"), [call for call in CALLS if "turned" not in call[0]])
def test_it_is_taken_off_again(how: str, layer: str) -> None:
    mine, theirs = twins(how, layer)
    mine.eval()
    theirs.eval()
    for m, each in ((tg, mine), (torch, theirs)):
        if how.startswith(("weight", "spectral")):
            getattr(m.nn.utils, "remove_" + how.partition(",")[0])(each)
        else:
            m.nn.utils.parametrize.remove_parametrizations(each, "weight")
    assert repr(mine) == repr(theirs)
    assert type(mine) is type(LAYERS[layer](tg))
    assert list(mine.state_dict()) == list(theirs.state_dict())
    compare(mine, theirs, RNG.uniform(-1, 1, SHAPES[layer]))
    if how.startswith(("weight", "spectral")):
        LEDGER.count(f"tg.nn.utils.remove_{how.partition(',')[0]}", ["value"])
    else:
        LEDGER.count(name_of(parametrize.remove_parametrizations), ["value"])


# Parametrizations that are written in a program


def parametrizations(m: Any) -> Any:
    class Symmetric(m.nn.Module):
        def forward(self, x: Any) -> Any:
            return x.triu() + x.triu(1).mT

        def right_inverse(self, a: Any) -> Any:
            return a.triu()

    class Doubled(m.nn.Module):
        def forward(self, x: Any) -> Any:
            return 2 * x

    class Sum(m.nn.Module):
        def forward(self, x: Any, y: Any) -> Any:
            return x + y

        def right_inverse(self, z: Any) -> Any:
            return z / 4, z * 0.75

    class Narrow(m.nn.Module):
        def forward(self, x: Any) -> Any:
            return x[:2]

        def right_inverse(self, x: Any) -> Any:
            return m.cat([x, x])[: len(x) + 1]

    class Single(m.nn.Module):
        def forward(self, x: Any) -> Any:
            return x.float()

    return Symmetric, Doubled, Sum, Narrow, Single


def layer_of(m: Any) -> Any:
    layer = m.nn.Linear(3, 3, dtype=m.float64)
    with m.no_grad():
        layer.weight.copy_(m.arange(9.0).reshape(3, 3))
        layer.bias.fill_(0.5)
    return layer


def a_story(m: Any) -> Any:
    """All that is seen of parametrizations, one after the other."""
    P = m.nn.utils.parametrize
    Symmetric, Doubled, Sum, _, _ = parametrizations(m)
    layer = layer_of(m)
    weight = layer.weight
    yield P.is_parametrized(layer), P.is_parametrized(layer, "weight")
    yield P.register_parametrization(layer, "weight", Symmetric()) is layer
    yield repr(layer), list(layer.state_dict()), P.is_parametrized(layer), P.is_parametrized(layer, "bias")
    yield layer.parametrizations.weight.original is weight, weight.tolist(), layer.weight.tolist()
    yield type(layer).__name__, P.type_before_parametrizations(layer).__name__, isinstance(layer, m.nn.Linear)
    P.register_parametrization(layer, "weight", Doubled())
    yield repr(layer), layer.weight.tolist(), len(layer.parametrizations.weight), layer.parametrizations.weight.unsafe
    layer(m.ones(1, 3, dtype=m.float64)).sum().backward()
    yield weight.grad.tolist(), layer.bias.grad.tolist()
    P.register_parametrization(layer, "bias", Sum())
    yield list(layer.state_dict()), layer.bias.tolist(), layer.parametrizations.bias.original0.tolist()
    yield layer.parametrizations.bias.is_tensor, layer.parametrizations.bias.ntensors
    layer.bias = m.full((3,), 8.0, dtype=m.float64)
    yield layer.bias.tolist(), layer.parametrizations.bias.original1.tolist()
    yield failing(lambda: setattr(layer, "weight", m.eye(3, dtype=m.float64)))  # Doubled has no right_inverse
    yield failing(lambda: setattr(layer, "bias", m.nn.Parameter(m.zeros(3, dtype=m.float64))))
    with P.cached():
        yield layer.weight is layer.weight
        with P.cached():
            inner = layer.weight
        yield inner is layer.weight
    yield layer.weight is layer.weight
    other = copy.deepcopy(layer)
    with m.no_grad():
        layer.parametrizations.weight.original.zero_()
    yield layer.weight.tolist(), other.weight.tolist(), type(other).__name__, repr(other) == repr(layer)
    third = P.transfer_parametrizations_and_params(other, m.nn.Linear(3, 3, dtype=m.float64))
    yield list(third.state_dict()), third.weight.tolist(), third.bias.tolist()
    fourth = P.transfer_parametrizations_and_params(other, m.nn.Linear(3, 3, dtype=m.float64), "weight")
    yield list(fourth.state_dict()), P.is_parametrized(fourth, "bias")
    yield failing(lambda: pickle.dumps(layer))
    yield failing(lambda: P.remove_parametrizations(layer, "bias", leave_parametrized=False))
    P.remove_parametrizations(layer, "bias")
    yield repr(layer), list(layer.state_dict()), layer.bias.tolist(), layer.bias.requires_grad
    P.remove_parametrizations(layer, "weight", leave_parametrized=False)
    yield repr(layer), list(layer.state_dict()), layer.weight is weight, layer.weight.tolist()
    norm = m.nn.BatchNorm1d(3, dtype=m.float64)
    P.register_parametrization(norm, "running_mean", Doubled())
    yield list(norm.state_dict()), [name for name, _ in norm.named_buffers()]
    P.remove_parametrizations(norm, "running_mean")
    yield list(norm.state_dict())


def failing(call: Callable[[], Any]) -> str:
    """The name of the error of a call."""
    try:
        call()
    except Exception as error:  # any kind of one module must be that of the other
        return type(error).__name__
    return "none"


def test_parametrizations() -> None:
    for number, (mine, theirs) in enumerate(zip(a_story(tg), a_story(torch), strict=True)):
        assert mine == theirs, number


def refusals(m: Any) -> list[Callable[[], Any]]:
    utils, parametrize, layer = m.nn.utils, m.nn.utils.parametrize, layer_of(m)
    Symmetric, _, _, Narrow, Single = parametrizations(m)
    parametrized = parametrize.register_parametrization(layer_of(m), "weight", Symmetric())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*weight_norm.* is deprecated")
        normed = utils.spectral_norm(utils.weight_norm(layer_of(m), "weight"), "weight_v")
    lazy = m.nn.LazyLinear(3)
    return [
        lambda: parametrize.register_parametrization(layer, "no", Symmetric()),
        lambda: parametrize.register_parametrization(layer, "weight", Narrow()),
        lambda: parametrize.register_parametrization(layer, "weight", Single()),
        lambda: parametrize.register_parametrization(parametrized, "weight", Narrow()),
        lambda: parametrize.register_parametrization(parametrized, "weight", Single()),
        lambda: parametrize.register_parametrization(layer, "in_features", Symmetric()),
        lambda: parametrize.remove_parametrizations(layer, "weight"),
        lambda: parametrize.remove_parametrizations(parametrized, "bias"),
        lambda: parametrize.ParametrizationList([], layer.weight),
        lambda: utils.weight_norm(layer, "no"),
        lambda: utils.weight_norm(normed, "weight"),
        lambda: utils.weight_norm(lazy),
        lambda: utils.spectral_norm(normed, "weight_v"),
        lambda: utils.spectral_norm(layer, n_power_iterations=0),
        lambda: utils.spectral_norm(lazy),
        lambda: utils.remove_weight_norm(layer),
        lambda: utils.remove_spectral_norm(layer),
        lambda: utils.parametrizations.weight_norm(layer, "no"),
        lambda: utils.parametrizations.weight_norm(layer, dim=5),
        lambda: utils.parametrizations.spectral_norm(layer, "no"),
        lambda: utils.parametrizations.spectral_norm(layer, dim=2),
        lambda: utils.parametrizations.spectral_norm(layer, n_power_iterations=0),
        lambda: utils.parametrizations.orthogonal(layer, "no"),
        lambda: utils.parametrizations.orthogonal(layer, "bias"),
        lambda: utils.parametrizations.orthogonal(layer, orthogonal_map="qr"),
        lambda: utils.skip_init(3, 2, 1),
        lambda: utils.skip_init(m.nn.ReLU),
        lambda: utils.skip_init(m.nn.Linear, 2),
    ]


@pytest.mark.parametrize("number", range(28))
def test_refusals(number: int) -> None:
    kinds = (ValueError, RuntimeError, IndexError, AttributeError, TypeError, KeyError)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*weight_norm.* is deprecated")
        agree_in_errors(lambda m: refusals(m)[number](), *kinds)


def test_the_older_names_are_read() -> None:
    with pytest.warns(FutureWarning, match="parametrizations.weight_norm"):
        older = tg.nn.utils.weight_norm(tg.nn.Linear(4, 3))
    newer = tg.nn.utils.parametrizations.weight_norm(tg.nn.Linear(4, 3))
    newer.load_state_dict(older.state_dict())
    assert newer.weight.equal(older.weight)


def test_skip_init_draws_no_random_numbers() -> None:
    for m in (tg, torch):
        m.manual_seed(0)
        first = m.rand(2)
        m.manual_seed(0)
        layer = m.nn.utils.skip_init(m.nn.Linear, 4, 3, bias=False, dtype=m.float64)
        assert repr(layer) == "Linear(in_features=4, out_features=3, bias=False)"
        assert (layer.weight.shape, layer.weight.dtype, layer.weight.requires_grad) == ((3, 4), m.float64, True)
        assert m.rand(2).equal(first)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (3, 5), (1, 3)])
def test_an_orthogonal_weight_is_orthogonal_and_can_be_assigned(kind: str, shape: tuple[int, int]) -> None:
    layer = tg.nn.utils.parametrizations.orthogonal(tg.nn.Linear(shape[1], shape[0], dtype=tg.float64), "weight", kind)

    def defect(w: Any) -> float:
        products = w @ w.T if shape[0] < shape[1] else w.T @ w
        return (products - tg.eye(min(shape), dtype=tg.float64)).abs().max().item()

    assert defect(layer.weight) < 1e-12
    wanted = tg.nn.init.orthogonal_(tg.empty(*shape, dtype=tg.float64))
    layer.weight = wanted
    assert tg.allclose(layer.weight, wanted, atol=1e-12) or shape[0] != shape[1]
    layer(tg.ones(2, shape[1], dtype=tg.float64)).square().sum().backward()
    optimizer = tg.optim.SGD(layer.parameters(), lr=0.1)
    optimizer.step()
    assert defect(layer.weight) < 1e-12


def test_a_second_layer_keeps_its_parametrizations_when_a_copy_loses_them() -> None:
    first = parametrize.register_parametrization(layer_of(tg), "weight", tg.nn.Tanh())
    second = copy.deepcopy(first)
    parametrize.remove_parametrizations(first, "weight")
    assert parametrize.is_parametrized(second, "weight")
    assert second.weight.equal(first.weight)  # in PyTorch the copies have one class, and this fails
