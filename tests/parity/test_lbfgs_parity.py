"""L-BFGS beside PyTorch's: the losses, the calls and the weights of some steps."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")


def trained(m: Any, steps: int, **settings: Any) -> tuple[list[float], list[np.ndarray], dict[str, Any]]:
    numbers = np.random.default_rng(0)
    x, y, *start = (m.tensor(numbers.standard_normal(shape)) for shape in [(20, 5), (20, 1), (5, 4), (4, 1)])
    weights = [each.requires_grad_() for each in start]
    optimizer = m.optim.LBFGS(weights, **settings)
    losses = []

    def closure() -> Any:
        optimizer.zero_grad()
        loss = ((m.tanh(x @ weights[0]) @ weights[1] - y) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return losses, [each.detach().numpy() for each in weights], optimizer.state_dict()["state"][0]


@pytest.mark.parametrize("line_search", [None, "strong_wolfe"])
@pytest.mark.parametrize(
    "settings",
    [{}, {"lr": 0.1}, {"history_size": 3}, {"max_eval": 4}, {"tolerance_grad": 0.05}, {"tolerance_change": 0.01}],
    ids=str,
)
def test_steps_agree(line_search: str | None, settings: dict[str, Any]) -> None:
    mine, theirs = (trained(m, 5, max_iter=4, line_search_fn=line_search, **settings) for m in (tg, torch))
    np.testing.assert_allclose(mine[0], theirs[0], rtol=1e-9)
    for one, other in zip(mine[1], theirs[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-7)
    assert {*mine[2]} == {*theirs[2]} - {"al"}  # memory that its loop uses again
    for name in ("func_evals", "n_iter"):
        assert mine[2][name] == theirs[2][name]


def test_the_signature_is_the_same() -> None:
    mine, theirs = (inspect.signature(m.optim.LBFGS).parameters.values() for m in (tg, torch))
    assert [(each.name, each.default) for each in mine] == [(each.name, each.default) for each in theirs]
    assert repr(tg.optim.LBFGS([tg.ones(1)])) == repr(torch.optim.LBFGS([torch.ones(1)]))
