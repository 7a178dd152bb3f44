"""What makes right arguments."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.utils import data

Maker = Callable[[], Any]


def reals(*shape: int) -> Any:
    return (tg.arange(1, 1 + int(np.prod(shape)), dtype=tg.float32) / 8).reshape(shape)


def whole(*values: Any) -> Maker:
    return lambda: tg.tensor(values, dtype=tg.int64)


def of_shape(*shape: int) -> Maker:
    return lambda: reals(*shape)


def constant(value: Any) -> Maker:
    return lambda: value


def leaf(*shape: int) -> Any:
    w = reals(*shape).requires_grad_()
    (w * w).sum().backward()
    return w


def dataset() -> Any:
    return data.TensorDataset(reals(4, 3), tg.arange(4))


MATRIX, SQUARE, VECTOR, STACK = of_shape(2, 3), of_shape(2, 2), of_shape(3), of_shape(4, 2, 2)
PLACES = whole([0, 1, 0], [1, 0, 1])

SIZES = [constant(3), constant(2)]
LEAF = partial(leaf, 2, 3)
W = leaf(2, 3)


class Stream(data.IterableDataset[int]):
    """A dataset that gives its samples one after the other."""

    def __iter__(self) -> Iterator[int]:
        yield from (1, 2, 3)


def saved() -> io.BytesIO:
    file = io.BytesIO()
    tg.save(reals(2, 3), file)
    file.seek(0)
    return file


def with_buffer() -> Any:
    module = nn.ReLU()
    module.register_buffer("b", reals(3))
    return module
