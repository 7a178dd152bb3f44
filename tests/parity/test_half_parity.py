"""float16 beside PyTorch's: sums, means, losses and gradients over more values than float16 can count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

MANY = 70_000
CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "sum": lambda m, x: x.sum(),
    "sum over rows": lambda m, x: x.reshape(-1, 2).sum(0),
    "mean": lambda m, x: x.mean(),
    "max": lambda m, x: x.max(),
    "amin": lambda m, x: x.amin(0),
    "norm": lambda m, x: x.norm(),
    "norm 3": lambda m, x: x.norm(p=3),
    "norm 1": lambda m, x: x[:500].norm(p=1),
    "std": lambda m, x: (x[:500] * 100).std(),
    "var": lambda m, x: x.var(),
    "softmax": lambda m, x: x.softmax(0),
    "log_softmax": lambda m, x: x[:10].log_softmax(0),
    "cumsum": lambda m, x: x[:5000].cumsum(0),
    "mse_loss": lambda m, x: m.nn.functional.mse_loss(x, x.detach() * 0),
    "l1_loss": lambda m, x: m.nn.functional.l1_loss(x, x.detach() * 0),
    "binary_cross_entropy": lambda m, x: m.nn.functional.binary_cross_entropy(x, x.detach() * 0 + 1),
    "with logits": lambda m, x: m.nn.functional.binary_cross_entropy_with_logits(x, x.detach() * 0 + 1),
    "broadcast": lambda m, x: x[:3] + m.zeros(5000, 3, dtype=m.float16),
    "linear": lambda m, x: m.nn.functional.linear(
        m.zeros(5000, 1, dtype=m.float16), m.zeros(3, 1, dtype=m.float16), x[:3]
    ),
    "cross_entropy": lambda m, x: m.nn.functional.cross_entropy(
        x[:2000].reshape(-1, 10), m.zeros(200, dtype=m.int64), reduction="sum"
    ),
}


def results(m: Any, call: Callable[[Any, Any], Any], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x = m.from_numpy(values.copy()).requires_grad_()
    result = call(m, x)
    assert result.dtype is m.float16
    result.backward(m.ones_like(result))
    return result.detach().numpy(), x.grad.numpy()


@pytest.mark.parametrize("kind", ["equal", "random"])
@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients_are_those_of_pytorch(name: str, kind: str) -> None:
    values = np.full(MANY, 0.75) if kind == "equal" else np.random.default_rng(0).uniform(0.25, 0.9, MANY)
    half = values.astype(np.float16)
    for ours, theirs in zip(results(tg, CALLS[name], half), results(torch, CALLS[name], half), strict=True):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
        # PyTorch rounds on the way (the mean in the gradient of std, for one); and 2**-24 is the smallest float16.
        near = max(2.0**-7 * float(np.abs(theirs).max()), 2.0**-23)
        np.testing.assert_allclose(ours, theirs, rtol=2**-8, atol=near)


def test_the_gradient_of_a_mean_over_many_is_not_0() -> None:
    for name in ("mean", "max", "mse_loss", "l1_loss"):
        _, gradient = results(tg, CALLS[name], np.full(MANY, 0.75, np.float16))
        assert gradient.all(), name


@pytest.mark.parametrize("values", [[1e20, 2e20, -1e20], [1e-25, -1e-25], [1e38, -1e38], [1e-40, 3e-40], [3e38, -3e38]])
@pytest.mark.parametrize("name", ["std", "var"])
def test_the_spread_of_huge_and_tiny_float32_is_that_of_pytorch(name: str, values: list[float]) -> None:
    found = []
    for m in (tg, torch):
        x = m.tensor(values, requires_grad=True)
        result = getattr(x, name)()
        result.backward()
        found.append([result.item(), *x.grad.tolist()])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
