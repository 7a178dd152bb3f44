"""L-BFGS, whose step asks for the loss many times: it finds valleys, and goes on where it was saved."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import optim

LINE_SEARCHES = [None, "strong_wolfe"]


def rosenbrock(w: Any) -> Any:
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def bowl(w: Any) -> Any:
    return (tg.arange(1.0, w.numel() + 1, dtype=w.dtype) * (w - 3) ** 2).sum()


def closure_of(optimizer: Any, loss_of: Callable[[Any], Any], w: Any, calls: list[float] | None = None) -> Any:
    def closure() -> Any:
        optimizer.zero_grad()
        loss = loss_of(w)
        loss.backward()
        if calls is not None:
            calls.append(loss.item())
        return loss

    return closure


def test_finds_the_valley_of_rosenbrock() -> None:
    w = tg.tensor([-1.2, 1.0], dtype=tg.float64, requires_grad=True)
    optimizer = optim.LBFGS([w], max_iter=100, line_search_fn="strong_wolfe")
    calls: list[float] = []
    optimizer.step(closure_of(optimizer, rosenbrock, w, calls))
    np.testing.assert_allclose(w.detach().numpy(), [1, 1], rtol=1e-4)  # where the loss changes by less than 1e-9
    assert len(calls) < 100


@pytest.mark.parametrize("line_search", LINE_SEARCHES)
@pytest.mark.parametrize("dtype", [tg.float32, tg.float64])
def test_a_quadratic_of_n_values_takes_about_n_iterations(line_search: str | None, dtype: tg.dtype) -> None:
    w = tg.zeros(4, dtype=dtype, requires_grad=True)
    optimizer = optim.LBFGS([w], lr=1, max_iter=30, line_search_fn=line_search)
    optimizer.step(closure_of(optimizer, bowl, w))
    np.testing.assert_allclose(w.detach().numpy(), np.full(4, 3.0), rtol=1e-4)
    assert w.dtype == dtype


def test_several_parameters_are_one_vector() -> None:
    start = np.arange(6.0)
    whole = tg.tensor(start, requires_grad=True)
    parts = [tg.tensor(start[:2], requires_grad=True), tg.tensor(start[2:].reshape(2, 2), requires_grad=True)]
    one, two = optim.LBFGS([whole], max_iter=3), optim.LBFGS(parts, max_iter=3)
    one.step(closure_of(one, bowl, whole))

    def loss_of_parts(parts: Any) -> Any:
        return bowl(tg.cat([each.flatten() for each in parts]))

    two.step(closure_of(two, loss_of_parts, parts))
    together = np.concatenate([each.detach().numpy().ravel() for each in parts])
    np.testing.assert_allclose(together, whole.detach().numpy(), rtol=1e-12)


def test_it_gives_back_the_loss_before_the_step() -> None:
    w = tg.tensor([5.0], requires_grad=True)
    optimizer = optim.LBFGS([w])
    assert optimizer.step(closure_of(optimizer, bowl, w)).item() == 4.0


def test_where_the_gradient_is_0_it_stays() -> None:
    w = tg.tensor([3.0], requires_grad=True)
    optimizer = optim.LBFGS([w])
    calls: list[float] = []
    optimizer.step(closure_of(optimizer, bowl, w, calls))
    assert w.tolist() == [3.0]
    assert len(calls) == 1


@pytest.mark.parametrize("line_search", LINE_SEARCHES)
def test_another_one_goes_on_where_it_was_saved(line_search: str | None) -> None:
    def made() -> tuple[Any, Any]:
        w = tg.tensor([-1.2, 1.0], dtype=tg.float64, requires_grad=True)
        return w, optim.LBFGS([w], lr=0.01, max_iter=3, line_search_fn=line_search)

    w, optimizer = made()
    for _ in range(4):
        optimizer.step(closure_of(optimizer, rosenbrock, w))
    other, second = made()
    for _ in range(2):
        second.step(closure_of(second, rosenbrock, other))
    file = io.BytesIO()
    tg.save(second.state_dict(), file)
    file.seek(0)
    values = other.detach().clone()
    other, third = made()
    with tg.no_grad():
        other.copy_(values)
    third.load_state_dict(tg.load(file))
    for _ in range(2):
        third.step(closure_of(third, rosenbrock, other))
    np.testing.assert_array_equal(other.detach().numpy(), w.detach().numpy())


def test_what_it_refuses() -> None:
    w = tg.tensor([1.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"LBFGS\.step: needs a function that clears the gradients"):
        optim.LBFGS([w]).step()
    with pytest.raises(ValueError, match="LBFGS: all parameters are one vector here"):
        optim.LBFGS([{"params": [w]}, {"params": [tg.ones(1)]}])
    optimizer = optim.LBFGS([w], line_search_fn="armijo")
    with pytest.raises(RuntimeError, match="must be None or 'strong_wolfe', got str 'armijo'"):
        optimizer.step(closure_of(optimizer, bowl, w))
    with pytest.raises(ValueError, match="lr can't be negative"):
        optim.LBFGS([w], lr=-1)
