"""For each optimizer, its step by hand and the settings to try it with: one row is all that its tests need.

tests/optim/test_steps.py and test_every_optimizer.py go through the rows, and where PyTorch is installed
tests/parity/test_optim_parity.py does.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim

Kind = type[optim.Optimizer]
Settings = dict[str, Any]
Memory = dict[str, Any]

# These say how a step is computed, not what it does.
MANNERS = {"foreach", "fused", "differentiable", "capturable"}


class Row(NamedTuple):
    """How one optimizer is tested.

    Attributes:
        by_hand: ``by_hand(W, g, memory, **settings)`` returns the new W, as the paper has it; `memory` is a dict.
        tried: Values of each setting. Tests of all combinations take the first two, and the first learning rate.
        refused: Settings that are errors, of which kind, and what the error says after the optimizer's name.
        allowed: Whether settings go together.
    """

    by_hand: Callable[..., np.ndarray]
    tried: dict[str, tuple[Any, ...]]
    refused: tuple[tuple[Settings, type[Exception], str], ...] = ()
    allowed: Callable[..., bool] = lambda **settings: True

    def combinations(self) -> list[Settings]:
        """Settings that go together, in every combination."""
        values = {name: tried[: 1 if name == "lr" else 2] for name, tried in self.tried.items()}
        each = [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]
        return [settings for settings in each if self.allowed(**settings)]


def sgd(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    momentum: float = 0,
    dampening: float = 0,
    weight_decay: float = 0,
    nesterov: bool = False,
    maximize: bool = False,
) -> np.ndarray:
    """The formulas of https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html."""
    if maximize:
        g = -g
    g = g + weight_decay * W
    if momentum != 0:
        if "b" not in memory:
            memory["b"] = g
        else:
            memory["b"] = momentum * memory["b"] + (1 - dampening) * g
        g = g + momentum * memory["b"] if nesterov else memory["b"]
    return W - lr * g


def adam(
    W: np.ndarray,
    g: np.ndarray,
    memory: Memory,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
    amsgrad: bool = False,
    maximize: bool = False,
    decoupled_weight_decay: bool = False,
) -> np.ndarray:
    """Algorithm 1 of https://arxiv.org/abs/1412.6980, with PyTorch's options."""
    beta1, beta2 = betas
    t = memory["t"] = memory.get("t", 0) + 1
    if maximize:
        g = -g
    if decoupled_weight_decay:
        W = (1 - lr * weight_decay) * W
    else:
        g = g + weight_decay * W
    m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
    v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
    if amsgrad:
        v = memory["largest"] = np.maximum(memory.get("largest", 0), v)
    return W - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)


def negative(*names: str) -> tuple[tuple[Settings, type[Exception], str], ...]:
    """Errors of settings that must not be negative."""
    return tuple(({name: -0.1}, ValueError, f"{name} can't be negative, got float -0.1") for name in names)


WRONG_BETAS: tuple[tuple[Settings, type[Exception], str], ...] = (
    ({"betas": (1.0, 0.9)}, ValueError, r"betas\[0\] must be at least 0 and less than 1, got float 1.0"),
    ({"betas": (0.9, 1.0)}, ValueError, r"betas\[1\] must be at least 0 and less than 1, got float 1.0"),
    ({"betas": (-0.1, 0.9)}, ValueError, r"betas\[0\] must be at least 0 and less than 1, got float -0.1"),
    ({"betas": 0.9}, TypeError, "betas must be two numbers, got float 0.9"),
)

OPTIMIZERS: dict[Kind, Row] = {
    optim.SGD: Row(
        sgd,
        {
            "lr": (0.05, 0.5, 0, 1.0),
            "momentum": (0, 0.9),
            "dampening": (0, 0.3),
            "weight_decay": (0, 0.05),
            "nesterov": (False, True),
            "maximize": (False, True),
        },
        (
            *negative("momentum", "weight_decay"),
            ({"nesterov": True}, ValueError, "nesterov=True wants a positive momentum and no dampening"),
            (
                {"nesterov": True, "momentum": 0.9, "dampening": 0.1},
                ValueError,
                "nesterov=True wants a positive momentum and no dampening",
            ),
        ),
        allowed=lambda nesterov=False, momentum=0, dampening=0, **_: not nesterov or (momentum > 0 and dampening == 0),
    ),
    optim.Adam: Row(
        adam,
        {
            "lr": (0.05, 0.5, 0, 0.001),
            "betas": ((0.9, 0.999), (0.5, 0.75), (0.0, 0.0)),
            "eps": (1e-8, 0.1),
            "weight_decay": (0, 0.05),
            "amsgrad": (False, True),
            "maximize": (False, True),
            "decoupled_weight_decay": (False, True),
        },
        (*negative("eps", "weight_decay"), *WRONG_BETAS),
    ),
}

every_optimizer = pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
both = pytest.mark.parametrize("simple", [True, False], ids=["simple", "all at once"])


def with_every_combination(test: Any) -> Any:
    """Run a test of (kind, settings) for each optimizer with each combination of its settings."""
    cases = [(kind, settings) for kind, row in OPTIMIZERS.items() for settings in row.combinations()]
    ids = [f"{kind.__name__}-{'-'.join(map(str, settings.values()))}" for kind, settings in cases]
    return pytest.mark.parametrize(("kind", "settings"), cases, ids=ids)(test)


def published() -> set[Kind]:
    """All optimizers of the package."""
    classes = [each for each in vars(optim).values() if inspect.isclass(each) and issubclass(each, optim.Optimizer)]
    return set(classes) - {optim.Optimizer}


def missing_row(kind: Kind) -> str:
    """What to write for an optimizer that has no row."""
    name = kind.__name__
    tried = ", ".join(f'"{key}": ({value.default!r}, …)' for key, value in settings_of(kind).items())
    return (
        f"optim.{name} is not tested: write its step by hand, {name.lower()}(W, g, memory, **settings), into "
        f"tests/support/optimizers.py, and this line into OPTIMIZERS there, with other values to try for each …:\n"
        f"    optim.{name}: Row({name.lower()}, {{{tried}}}),"
    )


def settings_of(kind: Kind) -> dict[str, inspect.Parameter]:
    """The settings of an optimizer that change what a step does."""
    return {
        name: parameter
        for name, parameter in inspect.signature(kind).parameters.items()
        if name not in MANNERS and name != "params"
    }


def made(kind: Kind, params: Any, **settings: Any) -> Any:
    """An optimizer that starts as its row says, if no settings are given."""
    constructor: Any = kind
    return constructor(params, **({"lr": OPTIMIZERS[kind].tried["lr"][0]} | settings))


def settings_for(kind: Kind, simple: bool) -> Settings:
    """The defaults, or the settings that differ most from them."""
    return OPTIMIZERS[kind].combinations()[0 if simple else -1]


def one(shape: tuple[int, ...] = (2,), dtype: Any = tg.float32) -> nn.Parameter:
    """A parameter of ones, whose gradient is 0.5 everywhere."""
    parameter = nn.Parameter(tg.ones(shape, dtype=dtype))
    receive(parameter, np.full(shape, 0.5))
    return parameter


def receive(parameter: nn.Parameter, g: np.ndarray) -> None:
    """Give a parameter a gradient as backward does: one that is set is a tensor, this one an array so far."""
    parameter.grad = None
    (parameter * tg.tensor(g, dtype=parameter.dtype)).sum().backward()
