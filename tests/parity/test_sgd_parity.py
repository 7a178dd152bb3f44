"""SGD against PyTorch's own, where that is installed: 20 steps in every combination of options."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

OPTIONS = [
    {"momentum": momentum, "dampening": dampening, "weight_decay": decay, "nesterov": nesterov, "maximize": maximize}
    for momentum, dampening, decay, nesterov, maximize in itertools.product(
        (0, 0.9), (0, 0.3), (0, 0.05), (False, True), (False, True)
    )
    if not (nesterov and (momentum == 0 or dampening != 0))
]


def trained(module: Any, arrays: list[np.ndarray], options: dict[str, Any]) -> tuple[list[np.ndarray], Any]:
    """Train a small network of either package, and return its weights and the optimizer's state."""
    x, target, *weights = (module.tensor(array.copy()) for array in arrays)
    for weight in weights:
        weight.requires_grad_()
    hidden, bias, output = weights
    optimizer = module.optim.SGD([{"params": [hidden, bias]}, {"params": [output], "lr": 0.02}], lr=0.05, **options)
    for _ in range(20):
        optimizer.zero_grad()
        scores = module.tanh(x @ hidden + bias) @ output
        module.nn.functional.cross_entropy(scores, target).backward()
        optimizer.step()
    return [weight.detach().numpy() for weight in weights], optimizer.state_dict()


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_20_steps_agree(options: dict[str, Any], dtype: str) -> None:
    numbers = np.random.default_rng(0)
    shapes = [(16, 5), (5, 8), (8,), (8, 3)]
    x, *weights = (numbers.standard_normal(shape).astype(dtype) for shape in shapes)
    arrays = [x, numbers.integers(0, 3, 16), *weights]
    tolerance = {"rtol": 2e-4, "atol": 2e-6} if dtype == "float32" else {"rtol": 1e-11, "atol": 1e-13}
    mine, my_state = trained(tg, arrays, options)
    theirs, their_state = trained(torch, arrays, options)
    for one, other in zip(mine, theirs, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, **tolerance)
    assert my_state["param_groups"] == their_state["param_groups"]
    assert list(my_state["state"]) == list(their_state["state"])
    for number, remembered in my_state["state"].items():
        np.testing.assert_allclose(
            remembered["momentum_buffer"].numpy(), their_state["state"][number]["momentum_buffer"].numpy(), **tolerance
        )


def test_the_settings_print_alike() -> None:
    mine = repr(tg.optim.SGD([tg.ones(1)], lr=0.1, momentum=0.9))
    theirs = repr(torch.optim.SGD([torch.ones(1)], lr=0.1, momentum=0.9))
    assert mine == theirs
