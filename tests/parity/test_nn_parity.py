"""Modules against PyTorch's own, where that is installed: arguments, names, texts, states, results."""

from __future__ import annotations

import copy
import inspect
from collections import OrderedDict
from typing import Any, get_overloads

import numpy as np
import pytest
from support.package import published

import tinygrad_edu as tg
from tinygrad_edu import nn, optim

torch = pytest.importorskip("torch")

SHARED = sorted(name for name in published(nn) if hasattr(torch.nn, name) and inspect.isclass(getattr(nn, name)))
TENSORS = {"Buffer", "Parameter", "UninitializedBuffer", "UninitializedParameter"}
LAYERS = [name for name in SHARED if name not in TENSORS | {"Module"}]


def arguments(function: Any) -> list[tuple[str, Any, Any]]:
    parameters = list(inspect.signature(function).parameters.values())
    return [(each.name, each.kind, plain(each.default)) for each in parameters if each.name != "self"]


def plain(default: Any) -> Any:
    """A default that is equal for equal functions of either module."""
    return default.__name__ if inspect.isfunction(default) else default


@pytest.mark.parametrize("name", LAYERS)
def test_constructors_take_the_same_arguments(name: str) -> None:
    mine, theirs = getattr(nn, name), getattr(torch.nn, name)
    written = get_overloads(theirs.__init__) or [theirs.__init__]  # those of its recurrent layers are for checkers
    wanted = [arguments(written[0])]
    if theirs.__init__ is torch.nn.Module.__init__:  # which refuses what it seems to take
        wanted.append([])
    assert arguments(mine.__init__) in wanted


REQUIRED: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(["GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNCell"], (3, 2)),
    **dict.fromkeys(["MultiheadAttention", "TransformerDecoderLayer", "TransformerEncoderLayer"], (4, 2)),
    "RNNBase": ("LSTM", 3, 2),
    "RNNCellBase": (3, 2, True, 1),
    "Bilinear": (3, 2, 4),
    "Embedding": (5, 3),
    "EmbeddingBag": (5, 3),
    "GroupNorm": (2, 4),
    "LayerNorm": (3,),
    "LazyLinear": (2,),
    "Linear": (3, 2),
    "RMSNorm": (3,),
    "Threshold": (0.1, 20.0),
    "Unflatten": (1, (2, 3)),
}
OTHERS: dict[str, Any] = {
    "activation": lambda package: "gelu",
    "approximate": lambda package: "tanh",
    "distance_function": lambda package: package.dist,
    "kdim": lambda package: 3,
    "nonlinearity": lambda package: "relu",
    "vdim": lambda package: 3,
    "_weight": lambda package: package.ones(5, 3),
    "max_norm": lambda package: 1.0,
    "max_value": lambda package: 2.0,
    "min_value": lambda package: -2.0,
    "padding_idx": lambda package: 1,  # values of arguments whose defaults don't say what else there is
    "eps": lambda package: 0.1,
    "bias": lambda package: False,
    "device": lambda package: "cpu",
    "dim": lambda package: 1,
    "dtype": lambda package: package.float64,
    "modules": lambda package: None,
    "padding_mode": lambda package: "zeros",  # which all layers take; for others, test_spatial_parity.py
    "parameters": lambda package: None,
    "pos_weight": lambda package: package.ones(2),
    "reduce": lambda package: False,
    "reduction": lambda package: "sum",
    "divisor_override": lambda package: 3,
    "align_corners": lambda package: True,
    "mode": lambda package: "bilinear",
    "recompute_scale_factor": lambda package: True,
    "scale_factor": lambda package: 2,
    "size": lambda package: 3,
    "stride": lambda package: 1,
    "size_average": lambda package: False,
    "values": lambda package: None,
    "weight": lambda package: package.ones(2),
}


CHANNELS = (2, 4, 3)
REQUIRED |= {"Fold": (4, 2), "Unfold": (2,), "LocalResponseNorm": (2,)}
REQUIRED |= dict.fromkeys(("PixelShuffle", "PixelUnshuffle", "ChannelShuffle"), (2,))
for ndim in (1, 2, 3):
    REQUIRED |= {f"{kind}{ndim}d": (2,) for kind in ("AdaptiveAvgPool", "AdaptiveMaxPool", "AvgPool", "MaxPool")}
    REQUIRED |= {f"MaxUnpool{ndim}d": (2,), f"LPPool{ndim}d": (2, 3)}
    REQUIRED |= {f"{kind}{ndim}d": (3,) for kind in ("BatchNorm", "InstanceNorm")}
    REQUIRED |= {f"LazyConv{ndim}d": CHANNELS[1:], f"LazyConvTranspose{ndim}d": CHANNELS[1:]}
REQUIRED |= {f"Conv{ndim}d": CHANNELS for ndim in (1, 2, 3)} | {f"ConvTranspose{ndim}d": CHANNELS for ndim in (1, 2, 3)}
for kind in ("Circular", "Constant", "Reflection", "Replication", "Zero"):
    REQUIRED |= {f"{kind}Pad{ndim}d": (2, 0.5) if kind == "Constant" else (2,) for ndim in (1, 2, 3)}


KEPT_AS = {("PairwiseDistance", "p"): "norm"}  # attributes that aren't called like the argument
OLD = {"max_value", "min_value", "reduce", "size_average"}  # old names, which say how others are set


def other(argument: str, default: Any, package: Any) -> Any:
    """A value of an argument other than its default."""
    if argument in OTHERS:
        return OTHERS[argument](package)
    assert isinstance(default, bool | int | float), f"{argument} may be {default}, and what else? Add it to OTHERS"
    return not default if isinstance(default, bool) else default + (1 if isinstance(default, int) else 0.125)


def with_defaults(name: str) -> dict[str, Any]:
    taken = inspect.signature(getattr(nn, name)).parameters.values()
    return {each.name: each.default for each in taken if each.default is not each.empty}


def story(package: Any, name: str, argument: str | None) -> list[Any]:
    """How a layer looks from outside, made with the defaults or with another value of one argument."""
    defaults = with_defaults(name)
    given = {} if argument is None else {argument: other(argument, defaults[argument], package)}
    layer = getattr(package.nn, name)(*REQUIRED.get(name, ()), **given)
    held = {each: getattr(layer, KEPT_AS.get((name, each), each), "nothing") for each in defaults if each not in OLD}
    settings = {each: value for each, value in held.items() if isinstance(value, bool | int | float | str | None)}
    return [repr(layer), settings, list(layer.state_dict()), [each for each, _ in layer.named_buffers()]]


# Stacks of layers are compared in test_attention_parity.py: they are made of layers, or of numbers that must fit.
STACKS = {"Transformer", "TransformerDecoder", "TransformerEncoder"}


@pytest.mark.filterwarnings("ignore:size_average and reduce", "ignore:.*size_average and reduce are deprecated")
@pytest.mark.filterwarnings("ignore:.*(min|max)_value", "ignore:Lazy modules are a new feature")
@pytest.mark.filterwarnings("ignore:.*dropout")  # which does nothing in a single recurrent layer
@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, argument) for name in LAYERS if name not in STACKS for argument in [None, *with_defaults(name)]],
)
def test_layers_hold_print_and_save_the_same_settings(name: str, argument: str | None) -> None:
    assert story(tg, name, argument) == story(torch, name, argument)


@pytest.mark.parametrize("name", nn.init.__all__)
def test_initialisers_take_the_same_arguments(name: str) -> None:
    assert arguments(getattr(nn.init, name)) == arguments(getattr(torch.nn.init, name))


@pytest.mark.parametrize("name", nn.utils.__all__)
def test_utilities_take_the_same_arguments(name: str) -> None:
    assert arguments(getattr(nn.utils, name)) == arguments(getattr(torch.nn.utils, name))


@pytest.mark.parametrize("name", [n for n in published(nn.functional) if hasattr(torch.nn.functional, n)])
def test_functions_take_the_same_arguments(name: str) -> None:
    try:
        functions = torch.nn.functional
        theirs = arguments(getattr(functions, f"{name}_with_indices", getattr(functions, name)))
    except ValueError:
        return  # written in C++, which keeps no signature; the calls in test_functional_parity use it by position
    wanted = [(argument, default) for argument, _, default in theirs]
    mine = [(argument, default) for argument, _, default in arguments(getattr(nn.functional, name))]
    assert [each for each in mine if each[0] != "out" or each in wanted] == wanted


METHODS = [name for name in dir(nn.Module) if not name.startswith("_") and hasattr(torch.nn.Module, name)]


@pytest.mark.parametrize("name", METHODS)
def test_methods_take_the_same_arguments(name: str) -> None:
    mine, theirs = (arguments(getattr(module.Module, name)) for module in (nn, torch.nn))
    # PyTorch still takes the arguments of state_dict by position, with a warning.
    assert mine == [each for each in theirs if not (name == "state_dict" and each[0] == "args")]


def test_sgd_takes_the_same_arguments() -> None:
    assert arguments(optim.SGD.__init__) == arguments(torch.optim.SGD.__init__)


MODELS = [
    lambda nn: nn.Linear(3, 2),
    lambda nn: nn.Linear(3, 2, bias=False),
    lambda nn: nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)),
    lambda nn: nn.Sequential(OrderedDict([("hidden", nn.Linear(3, 4)), ("act", nn.Tanh()), ("out", nn.Linear(4, 2))])),
    lambda nn: nn.Sequential(nn.Sequential(nn.Linear(3, 3), nn.Sigmoid()), nn.Identity(), nn.LogSoftmax(dim=1)),
    lambda nn: nn.Sequential(nn.Unflatten(1, (3, 1)), nn.Flatten(), nn.Softplus(2, 3), nn.LogSigmoid(), nn.Softmax(1)),
    lambda nn: nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.3), nn.ReLU(inplace=True)),
]


@pytest.mark.parametrize("make", MODELS)
def test_models_print_save_and_compute_alike(make: Any) -> None:
    mine, theirs = make(nn).eval(), make(torch.nn).eval()
    assert repr(mine) == repr(theirs)
    state = theirs.state_dict()
    assert list(mine.state_dict()) == list(state)
    mine.load_state_dict({key: tg.tensor(value.numpy()) for key, value in state.items()})
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    one: Any = tg.tensor(x, requires_grad=True)
    other = torch.tensor(x, requires_grad=True)
    my_result, their_result = mine(one), theirs(other)
    np.testing.assert_allclose(my_result.detach().numpy(), their_result.detach().numpy(), rtol=1e-5, atol=1e-6)
    my_result.square().sum().backward()
    their_result.square().sum().backward()
    np.testing.assert_allclose(one.grad.numpy(), other.grad.numpy(), rtol=1e-4, atol=1e-5)
    for left, right in zip(mine.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(left.grad.numpy(), right.grad.numpy(), rtol=1e-4, atol=1e-5)


CONTAINERS = [
    lambda nn: nn.ModuleList([nn.Linear(1, 1), nn.Linear(1, 1), nn.ReLU()]),
    lambda nn: nn.ModuleList(),
    lambda nn: nn.ModuleList([nn.Sequential(nn.ReLU()), nn.Sequential(nn.ReLU())]),
    lambda nn: nn.ModuleDict({"a": nn.Linear(1, 2), "b": nn.ModuleList([nn.Tanh()])}),
    lambda nn: nn.Sequential(),
    lambda nn: nn.CrossEntropyLoss(),
    lambda nn: nn.MSELoss(reduction="sum"),
]


@pytest.mark.parametrize("make", CONTAINERS)
def test_containers_print_alike(make: Any) -> None:
    assert repr(make(nn)) == repr(make(torch.nn))
    assert repr(copy.deepcopy(make(nn))) == repr(make(nn))


def log_of(package: Any) -> list[Any]:
    """What happens to a module in one package, as plain values."""
    nn = package.nn
    net = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 1)))
    net.register_buffer("steps", package.tensor(0))
    net.shared = net[0]
    log: list[Any] = [
        [name for name, _ in net.named_parameters()],
        [name for name, _ in net.named_parameters(remove_duplicate=False)],
        [name for name, _ in net.named_parameters("net", recurse=False)],
        [name for name, _ in net.named_buffers()],
        [name for name, _ in net.named_modules()],
        [name for name, _ in net.named_children()],
        list(net.state_dict()),
        len(net),
    ]
    del net.shared
    net[1] = nn.ReLU()
    net.append(nn.Tanh())
    net.insert(1, nn.Identity())
    log += [[name for name, _ in net.named_modules()], repr(net), repr(net[1:])]
    result = net.load_state_dict({"extra": package.tensor(1)}, strict=False)
    log += [list(result.missing_keys), list(result.unexpected_keys)]
    log.append(repr(net.load_state_dict(net.state_dict())))
    return log


def test_the_same_story_leaves_the_same_log() -> None:
    assert log_of(tg) == log_of(torch)


def test_backward_hooks_see_the_same_gradients() -> None:
    def seen(package: Any) -> list[Any]:
        layer = package.nn.Linear(2, 1)
        with package.no_grad():
            layer.weight.fill_(2.0)
        log: list[Any] = []
        layer.register_full_backward_hook(
            lambda _, grad_input, grad_output: log.append([grad_input[0].tolist(), grad_output[0].tolist()])
        )
        x = package.tensor([[1.0, 2.0]], requires_grad=True)
        (layer(x) * 3 + x.sum()).sum().backward()
        return [*log, x.grad.tolist(), layer.weight.grad.tolist()]

    assert seen(tg) == seen(torch)


@pytest.mark.parametrize("order", [2.0, 1.0, 3.0, float("inf")])
@pytest.mark.parametrize("bound", [0.5, 100.0])
def test_gradients_are_clipped_alike(order: float, bound: float) -> None:
    gradients = [np.array([3.0, -4.0]), np.array([[12.0]])]

    def clipped(package: Any) -> list[Any]:
        parameters = [package.zeros(*g.shape, dtype=package.float64, requires_grad=True) for g in gradients]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = package.tensor(gradient)
        total = package.nn.utils.clip_grad_norm_(parameters, bound, norm_type=order)
        return [total.item(), *[value for parameter in parameters for value in parameter.grad.reshape(-1).tolist()]]

    assert clipped(tg) == pytest.approx(clipped(torch), rel=1e-12)
