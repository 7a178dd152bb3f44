"""For each optimizer, its step by hand and the settings to try it with: one row is all that its tests need.

tests/optim/test_steps.py and test_every_optimizer.py go through the rows, and where PyTorch is installed
tests/parity/test_optim_parity.py does.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from support.optimizers import adadelta, adagrad, adam, adamax, adamw, asgd, nadam, radam, rmsprop, rprop, sgd
from support.optimizers.row import Memory, Row, Settings

import tinygrad_edu as tg
from tinygrad_edu import nn, optim

Kind = type[optim.Optimizer]

# These say how a step is computed, not what it does.
MANNERS = {"foreach", "fused", "differentiable", "capturable"}

__all__ = [
    "OPTIMIZERS",
    "Kind",
    "Memory",
    "Settings",
    "both",
    "every_optimizer",
    "made",
    "missing_row",
    "one",
    "published",
    "receive",
    "settings_for",
    "settings_of",
    "with_every_combination",
]

OPTIMIZERS: dict[Kind, Row] = {
    optim.Adadelta: adadelta.ROW,
    optim.Adagrad: adagrad.ROW,
    optim.Adam: adam.ROW,
    optim.Adamax: adamax.ROW,
    optim.AdamW: adamw.ROW,
    optim.ASGD: asgd.ROW,
    optim.NAdam: nadam.ROW,
    optim.RAdam: radam.ROW,
    optim.RMSprop: rmsprop.ROW,
    optim.Rprop: rprop.ROW,
    optim.SGD: sgd.ROW,
}

every_optimizer = pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
both = pytest.mark.parametrize("simple", [True, False], ids=["simple", "all at once"])


def with_every_combination(test: Any) -> Any:
    """Run a test of (kind, settings) for each optimizer with each combination of its settings."""
    cases = [(kind, settings) for kind, row in OPTIMIZERS.items() for settings in row.combinations()]
    ids = [f"{kind.__name__}-{'-'.join(map(str, settings.values()))}" for kind, settings in cases]
    return pytest.mark.parametrize(("kind", "settings"), cases, ids=ids)(test)


def published() -> set[Kind]:
    """All optimizers of the package that state an update; L-BFGS has its own loop, and its tests in test_lbfgs.py."""
    classes = [each for each in vars(optim).values() if inspect.isclass(each) and issubclass(each, optim.Optimizer)]
    return set(classes) - {optim.Optimizer, optim.LBFGS}


def missing_row(kind: Kind) -> str:
    """What to write for an optimizer that has no row."""
    name = kind.__name__
    tried = ", ".join(f'"{key}": ({value.default!r}, …)' for key, value in settings_of(kind).items())
    return (
        f"optim.{name} is not tested: write its step by hand, {name.lower()}(W, g, memory, **settings), into "
        f"tests/support/optimizers/{name.lower()}.py, and this below it, with other values to try for each …:\n"
        f"    ROW = Row({name.lower()}, {{{tried}}})\n"
        f"and in OPTIMIZERS in __init__.py beside it:\n    optim.{name}: {name.lower()}.ROW,"
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
