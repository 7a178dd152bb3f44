"""gumbel_softmax, given the same noise as PyTorch's; and what is drawn, by its distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn.functional import _activation

from .expressions import agree

torch = pytest.importorskip("torch")

FORMS = ["", "tau=0.5", "tau=3", "hard=True", "dim=0", "dim=-2, hard=True", "tau=0.5, hard=True, dim=1", "eps=1e-3"]


class SameNoise:
    """In the place of either generator: the same numbers each time."""

    def standard_exponential(self, shape: tuple[int, ...], dtype: Any = np.float64) -> np.ndarray:
        return np.random.default_rng(0).exponential(size=shape).astype(dtype)


@pytest.fixture
def same_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = SameNoise()
    monkeypatch.setattr(_activation, "draw", lambda _: noise)

    def drawn(like: Any) -> Any:
        return like.copy_(torch.tensor(noise.standard_exponential(tuple(like.shape))))

    monkeypatch.setattr(torch.Tensor, "exponential_", drawn)


@pytest.mark.usefixtures("same_noise")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(2, 3), (0, 3), (4, 2, 3)])
def test_values_and_gradients_are_pytorch_s(form: str, dtype: str, shape: tuple[int, ...]) -> None:
    x: Any = np.random.default_rng(1).standard_normal(shape).astype(dtype)
    for written in ("x", "x.transpose(0, 1).contiguous().transpose(0, 1)"):
        agree(f"m.nn.functional.gumbel_softmax({written}, {form})", x=x)


def test_of_equal_values_one_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SameNoise, "standard_exponential", lambda _, shape, dtype: np.ones(shape, dtype))
    monkeypatch.setattr(_activation, "draw", lambda _: SameNoise())
    assert tg.nn.functional.gumbel_softmax(tg.zeros(2, 3), hard=True).tolist() == [[1, 0, 0]] * 2


def test_classes_are_drawn_as_often_as_their_probability_says() -> None:
    p = np.array([0.1, 0.2, 0.7])
    count = 4000
    drawn = tg.nn.functional.gumbel_softmax(tg.tensor(np.log(p)).expand(count, 3), hard=True)
    shares = drawn.numpy().mean(0)
    assert np.all(np.abs(shares - p) < 6 * np.sqrt(p * (1 - p) / count))  # six standard errors
