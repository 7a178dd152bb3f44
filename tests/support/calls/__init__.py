"""For each function of nn.functional, the strategy of its calls; the layers and losses that are such functions.

A `Call` holds float64 arrays, by which the function is differentiated, and its other arguments. As
in support/cases/, the domains keep away from points without a derivative. A function that only calls the
rule of the same name has no row here: its calls come from the rule's row.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from support.calls.call import NOT_EMPTY, Call, Calls
from support.calls.layers import OF_LAYERS
from support.calls.losses import OF_LOSSES
from support.calls.sequences import OF_SEQUENCES
from support.cases import CASES
from support.package import original, published

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional

__all__ = [
    "CALLS",
    "FUNCTION_OF",
    "IN_PLACE",
    "LOSSES",
    "NOT_EMPTY",
    "OF_LAYERS",
    "OF_LOSSES",
    "OF_SEQUENCES",
    "OTHERS",
    "RANDOM",
    "WITHOUT_GRADIENT",
    "Call",
    "Calls",
    "takes",
]

# No gradient goes through these, or another one on purpose.
WITHOUT_GRADIENT = {"ctc_loss", "gumbel_softmax", "one_hot"}
WITHOUT_GRADIENT |= {"upsample", "upsample_nearest", "upsample_bilinear"}  # interpolate, with a warning
RANDOM = {"rrelu", *(name for name in published(functional) if "dropout" in name)}  # PyTorch draws other numbers


@st.composite
def calls_of_rule(draw: st.DrawFn, name: str) -> Call:
    """Calls of a function that hands its arguments to the rule of its name: operands by position, settings by name."""
    case = draw(CASES[name])
    taken = inspect.signature(original(getattr(functional, name))).parameters
    operands = dict(zip(taken, case.operands, strict=False))
    settings = dict(case.params)
    if not settings.keys() <= taken.keys():
        pytest.fail(
            f"nn.functional.{name} has no row in tests/support/calls/, and the rule {name} has settings that it "
            f"doesn't take: {settings.keys() - taken.keys()}. Write in a file there how its calls are drawn",
            pytrace=False,
        )
    if isinstance(settings.get("dim"), int):  # the rule counts from the front, the function from either end
        settings["dim"] -= draw(st.sampled_from([0, case.operands[0].ndim]))
    if "inplace" in taken:
        settings["inplace"] = draw(st.booleans())
    if "dtype" in taken:
        settings["dtype"] = draw(st.sampled_from([None, tg.float64]))
    places = {each: np.asarray(x) for each, x in operands.items() if isinstance(x, np.ndarray | np.floating)}
    return Call(places, {each: value for each, value in operands.items() if each not in places} | settings)


def takes(function: Callable[..., Any], setting: str) -> bool:
    return setting in inspect.signature(original(function)).parameters


# The form with an underscore of a function is that function with inplace=True.
IN_PLACE = {name for name in published(functional) if name.endswith("_") and name[:-1] in published(functional)}

_OF_RULES = {name: calls_of_rule(name) for name in published(functional) if name in CASES}
CALLS = {
    name: calls
    for name, calls in (_OF_RULES | OF_LAYERS | OF_LOSSES | OF_SEQUENCES).items()
    if name in published(functional)
}
LOSSES = {name: calls for name, calls in CALLS.items() if takes(getattr(functional, name), "reduction")}
OTHERS = {name: calls for name, calls in CALLS.items() if name not in LOSSES}


def _functions_of_layers() -> dict[type[nn.Module], str]:
    """For each layer and loss that holds the settings of a function, the name of that function."""
    names = {original(getattr(functional, name)): name for name in published(functional) if name not in IN_PLACE}
    found: dict[type[nn.Module], str] = {}
    for each in published(nn):
        kind = getattr(nn, each)
        function = getattr(kind, "function", None) if inspect.isclass(kind) else None
        if function is not None:
            name = original(function)
            assert name in names, (
                f"nn.{each}.function is {function}, which is not in nn.functional.__all__: add it there"
            )
            found[kind] = names[name]
    return found


FUNCTION_OF = _functions_of_layers()
