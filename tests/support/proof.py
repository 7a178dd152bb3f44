"""Proving the gradients of anything that is computed from tensors: a layer, a loss, a whole model.

`prove` does for a computation what tests/ops/test_derivatives.py does for single primitives. For
upstream weights g, the gradients must be those of Σ g · f. Differentiated in turn, with weights v, they
must be those of Σ v · (their own values), with respect to the leaves and to g.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from support.differences import assert_close, difference

import tinygrad_edu as tg

Function = Callable[[], Any]


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

    for name, place, found in zip(names, places, first, strict=True):
        assert found.dtype == place.dtype == result.dtype == tg.float64
        assert_close(found.detach().numpy(), difference(weighted, place.owned_array()), f"gradient of {name}")
    for name, place, found in zip([*names, "upstream"], [*places, upstream], second, strict=True):
        expected = difference(weighted_gradients, place.owned_array())
        assert_close(found.numpy(), expected, f"gradient of the gradient, by {name}")
