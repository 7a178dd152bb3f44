"""Transposed convolutions of a wanted size, padding that isn't zeros; and what convolutional layers refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional

IMAGE = tg.ones(1, 2, 5, 5)


@pytest.mark.parametrize("size", [9, 10])
def test_a_transposed_convolution_gives_the_size_that_a_convolution_came_from(size: int) -> None:
    x = tg.randn(1, 2, size, size)
    there, back = nn.Conv2d(2, 3, 3, stride=2, padding=1), nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1)
    y = there(x)
    assert y.shape == (1, 3, 5, 5)
    for output_size in (x.shape[2:], x.shape):
        assert back(y, output_size=output_size).shape == x.shape
    longer = back(y, output_size=(10, 10))
    assert longer[..., :9, :9].equal(back(y))


def test_a_transposed_convolution_is_the_transposed_one() -> None:
    x, y = tg.randn(1, 2, 9, dtype=tg.float64), tg.randn(1, 3, 4, dtype=tg.float64)
    w = tg.randn(3, 2, 3, dtype=tg.float64)
    there = (functional.conv1d(x, w, stride=2) * y).sum()
    assert there.item() == pytest.approx((x * functional.conv_transpose1d(y, w, stride=2)).sum().item())


@pytest.mark.parametrize(("mode", "numpys"), [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")])
def test_padding_of_the_input_s_own_values(mode: str, numpys: Any) -> None:
    x = tg.randn(1, 2, 5, 6)
    layer = nn.Conv2d(2, 3, (3, 5), padding=(1, 2), padding_mode=mode)
    around = tg.tensor(np.pad(x.numpy(), ((0, 0), (0, 0), (1, 1), (2, 2)), numpys))
    assert tg.allclose(layer(x), functional.conv2d(around, layer.weight, layer.bias), atol=1e-6)


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.Conv2d(2, 3, 3, padding="full"), ValueError, "Conv2d: padding must be 'same', 'valid'.* got 'full'"),
    (lambda: nn.Conv2d(2, 3, 3, padding_mode="edge"), ValueError, "padding_mode must be one of .*got 'edge'"),
    (lambda: nn.Conv2d(2, 3, 3, 2, "same"), ValueError, "keeps the size only if the kernel moves by 1"),
    (lambda: nn.ConvTranspose2d(2, 3, 3, padding_mode="reflect"), ValueError, "padding_mode must be 'zeros'"),
    (lambda: nn.ConvTranspose2d(2, 3, 3, 2)(IMAGE, (12,)), ValueError, "must have 2 lengths, or 4"),
    (lambda: nn.ConvTranspose2d(2, 3, 3, 2)(IMAGE, (13, 11)), ValueError, "between .11, 11. and .12, 12., got .13"),
    (lambda: functional.conv2d(IMAGE, tg.ones(3, 2, 3, 3), groups=0), RuntimeError, "groups must be 1 or more"),
    (lambda: functional.conv2d(IMAGE, tg.ones(3, 1, 3, 3), groups=2), RuntimeError, "don't make 2 groups"),
    (lambda: functional.conv2d(IMAGE, tg.ones(3, 1, 3, 3)), RuntimeError, "wants 1 input channels, got 2"),
    (lambda: functional.conv2d(IMAGE, tg.ones(3, 2, 3, 3), tg.ones(2)), RuntimeError, r"a bias of shape \(3,\)"),
    (lambda: functional.conv2d(IMAGE.bool(), tg.ones(3, 2, 3, 3).bool()), NotImplementedError, "wanted numbers"),
    (
        lambda: functional.conv2d(IMAGE, tg.ones(3, 2, 3, 3), stride=2, padding="same"),
        RuntimeError,
        "keeps the size only if the kernel moves by 1",
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
