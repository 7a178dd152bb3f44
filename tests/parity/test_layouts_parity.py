"""How results lie in memory, of operands that lie in any way: as PyTorch's, so that ``view`` takes what it takes there.

Not held to it are the gradients, what is computed from operands that lie differently, indices of several dimensions,
and what is reduced along one dimension of several that don't lie row by row: there the layout is NumPy's choice.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.views import LAYOUTS, method

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

UNARY: tuple[str, ...] = (
    "exp",
    "sin",
    "tanh",
    "sigmoid",
    "abs",
    "square",
    "neg",
    "relu",
    "sqrt",
    "log",
    "reciprocal",
    "rsqrt",
    "expm1",
)
UNARY += ("log1p", "sign", "floor", "round", "trunc", "isnan", "logical_not", "contiguous")
COPIES = ("clone", "bool", "int", "half", "double", "erf", "erfinv", "lgamma")  # of what is stretched, too
ALONG = ("cumsum", "softmax", "log_softmax")
FORMS: dict[str, Callable[[Any, Any], Any]] = {
    **{name: method(name) for name in (*UNARY, *COPIES)},
    **{f"{name}({dim})": method(name, dim) for name in ALONG for dim in (0, -1)},
    "zeros_like": lambda m, x: m.zeros_like(x),
    "ones_like": lambda m, x: m.ones_like(x),
    "empty_like": lambda m, x: m.empty_like(x),
    "full_like": lambda m, x: m.full_like(x, 2.0),
    "x + 2": lambda m, x: x + 2,
    "2 - x": lambda m, x: 2 - x,
    "x * x": lambda m, x: x * x,
    "x ** 2": lambda m, x: x**2,
    "x > 2": lambda m, x: x > 2,
    "x / row": lambda m, x: x / m.ones(x.shape[-1:]),
    "clamp": lambda m, x: x.clamp(2, 5),
    "masked_fill": lambda m, x: x.masked_fill(x > 2, 1.0),
    "masked_fill(row)": lambda m, x: x.masked_fill(m.ones(x.shape[-1:]) > 0, 1.0),
    "where": lambda m, x: m.where(x > 3, x, 0.0),
    "gather": lambda m, x: x.gather(0, (x * 0).long()),
    "scatter": lambda m, x: x.scatter(0, (x * 0).long(), 2.0),
    "topk": lambda m, x: x.topk(1, 0)[0],
    "index_select": lambda m, x: x.index_select(0, m.tensor([0, 0])),
    "repeat": lambda m, x: x.repeat(2, *[1] * (x.dim() - 1)),
}


def steps(array: np.ndarray) -> tuple[int, ...]:
    """The steps in memory along each dimension that has some, in elements."""
    pairs = zip(array.strides, array.shape, strict=True)
    return tuple(step // array.itemsize for step, length in pairs if length > 1 < array.size)


@pytest.mark.parametrize("name", FORMS)
def test_results_lie_in_memory_as_there(name: str) -> None:
    differing = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for layout, make in LAYOUTS.items():
            if layout.startswith("stretched") and name not in COPIES:
                continue  # which of its dimensions is the slowest nobody can say
            try:
                theirs = steps(FORMS[name](torch, make(torch)).numpy())
            except (RuntimeError, IndexError):
                continue  # not of a 0-d tensor
            ours = steps(FORMS[name](tg, make(tg)).numpy())
            if ours != theirs:
                differing[layout] = ours, theirs
    assert not differing


def test_copies_of_what_is_stretched_lie_in_memory_as_there() -> None:
    differing = []
    for shape in ((1, 2), (2, 1), (1, 2, 1), (2, 1, 3)):
        for axes in itertools.permutations(range(len(shape))):
            for lengths in itertools.product((-1, 2), repeat=len(shape)):
                results = []
                for module in (torch, tg):
                    x = module.arange(6.0).to(module.float16)[: math.prod(shape)].reshape(shape).permute(axes)
                    wide = [2 if x.shape[k] == 1 else -1 if n == -1 else x.shape[k] for k, n in enumerate(lengths)]
                    stretched = x.expand(3, *wide)
                    for each in (stretched, stretched.transpose(0, -1), stretched[..., ::2]):
                        made = (each.clone(), each.float(), each.sigmoid(), each.float().erf(), each + each.float())
                        results.append([steps(result.numpy()) for result in made])
                if results[:3] != results[3:]:
                    differing.append((shape, axes, lengths, results))
    assert not differing
