"""Proving the gradients of anything that is computed from tensors: a layer, a loss, a whole model.

`prove` does for a computation what tests/ops/test_derivatives.py does for single primitives. For
upstream weights g, the gradients must be those of Σ g · f. Differentiated in turn, with weights v, they
must be those of Σ v · (their own values), with respect to the leaves and to g.

Few values are moved one by one. Many are moved together, in random directions: a gradient that is wrong anywhere has
the wrong slope along each of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from support.differences import assert_close, difference

import tinygrad_edu as tg

Function = Callable[[], Any]

FEW = 4  # values, which cost as much as directions
DIRECTIONS = 2


def prove(function: Function, leaves: Mapping[str, Any]) -> None:
    """Check the first and second derivatives of ``function()`` with respect to the tensors it is computed from."""
    names, places = list(leaves), list(leaves.values())
    numbers = np.random.default_rng(0)

    def weights(like: Any) -> np.ndarray:
        return np.asarray(numbers.uniform(0.5, 1.5, like.shape) * numbers.choice([-1, 1], like.shape))

    def gradients(upstream: Any, create_graph: bool) -> tuple[Any, Any]:
        with tg.enable_grad():  # differences are taken without recording
            result = function()
            return result, tg.autograd.grad(result, places, upstream, create_graph=create_graph, materialize_grads=True)

    g = weights(function())
    upstream = tg.tensor(g, requires_grad=True)
    result, first = gradients(upstream, create_graph=True)
    v = [weights(each) for each in first]
    assert all(each.requires_grad for each in first), "a gradient depends at least on the upstream gradient"
    second = tg.autograd.grad(first, [*places, upstream], [tg.tensor(each) for each in v], materialize_grads=True)

    def weighted() -> float:
        return float(np.sum(g * function().detach().numpy()))

    def weighted_gradients() -> float:
        _, found = gradients(upstream.detach(), create_graph=False)
        return float(sum(np.sum(weight * each.numpy()) for weight, each in zip(v, found, strict=True)))

    for place, found in zip(places, first, strict=True):
        assert found.dtype == place.dtype == result.dtype == tg.float64
    compare("gradient of", dict(zip(names, zip(places, first, strict=True), strict=True)), weighted)
    pairs = dict(zip([*names, "upstream"], zip([*places, upstream], second, strict=True), strict=True))
    compare("gradient of the gradient, by", pairs, weighted_gradients)


def compare(what: str, pairs: Mapping[str, tuple[Any, Any]], function: Callable[[], float]) -> None:
    """Compare the gradient by each of the named places with the slopes of a function of all of them."""
    arrays = [place.owned_array() for place, _ in pairs.values()]
    gradients = [found.detach().numpy() for _, found in pairs.values()]
    count = sum(each.size for each in arrays)
    if count > FEW:
        numbers = np.random.default_rng(1)
        for _ in range(DIRECTIONS):  # each about as long as a step of one value
            directions = [numbers.choice([-1.0, -0.5, 0.5, 1.0], each.shape) / count**0.5 for each in arrays]
            slope = sum(float(np.sum(one * other)) for one, other in zip(directions, gradients, strict=True))
            size = max(float(np.max(np.abs(each), initial=0)) for each in gradients)
            assert_close(np.array([slope, size]), [slope_along(function, arrays, directions), size], what)
        return
    for name, array, gradient in zip(pairs, arrays, gradients, strict=True):
        assert_close(gradient, difference(function, array), f"{what} {name}")


def slope_along(function: Callable[[], float], arrays: list[np.ndarray], directions: list[np.ndarray]) -> float:
    """How fast a function rises when all arrays that it reads move in their directions."""
    before, t = [each.copy() for each in arrays], np.zeros(1)

    def moved() -> float:
        for array, start, direction in zip(arrays, before, directions, strict=True):
            array[...] = start + t[0] * direction
        return function()

    slope = difference(moved, t)
    for array, start in zip(arrays, before, strict=True):
        array[...] = start
    return float(slope[0])
