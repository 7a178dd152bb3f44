"""Changes in place of what is stretched, or only looks so: one place in memory can't hold two values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

ONLY_LOOKS_SO: dict[str, Callable[[Any], Any]] = {
    "expanded to its shape": lambda x: x.expand(3),
    "a row of rows": lambda x: x.expand(1, 3),
    "of that the row": lambda x: x.expand(1, 3)[0],
    "one of many rows": lambda x: x.expand(4, 3)[2],
    "one place of many": lambda x: x.expand(4, 3)[1:2, :2],
    "expanded and transposed": lambda x: x.expand(1, 3).T,
    "broadcast_tensors": lambda x: tg.broadcast_tensors(x, tg.ones(1))[0],
}


@pytest.mark.parametrize("name", ONLY_LOOKS_SO)
@pytest.mark.parametrize(
    "change",
    [lambda v: v.mul_(5), lambda v: v.__setitem__(..., 2.0), lambda v: v.copy_(tg.zeros(1)), lambda v: v.exp_()],
)
def test_what_only_looks_stretched_is_changed(name: str, change: Callable[[Any], Any]) -> None:
    x, y = (tg.tensor([1.0, 2.0, 3.0], requires_grad=True) for _ in range(2))
    whole, copy = x * 2, y * 2
    change(ONLY_LOOKS_SO[name](whole))
    change(copy[:2] if name == "one place of many" else copy)
    assert whole.tolist() == copy.tolist()
    (whole * whole).sum().backward()
    (copy * copy).sum().backward()
    assert x.grad is not None
    assert y.grad is not None
    assert x.grad.tolist() == y.grad.tolist()


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.zero_(),
        lambda v: v.fill_(0),
        lambda v: v.__setitem__(..., 0.0),
        lambda v: v.__setitem__(slice(1, 3), 0.0),
        lambda v: v.copy_(tg.tensor(0.0)),
    ],
)
def test_what_is_stretched_is_filled(change: Callable[[Any], Any]) -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    change(y[:1].expand(4))
    assert y.tolist() == [0.0, 6.0]
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0.0, 3.0]


@pytest.mark.parametrize("index", [[0], tg.tensor([0]), tg.tensor([[True, False], [False, False]])])
def test_and_at_places(index: Any) -> None:
    x = tg.tensor(1.0).expand(2, 2)
    x[index] = 5
    assert x.tolist() == [[5.0, 5.0], [5.0, 5.0]]


STRETCHED = r"can't write into a float32 tensor of shape .*: its memory is shown several times \(it was expanded\); use"


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.add_(1),
        lambda v: v.normal_(),
        lambda v: v.eq_(1),
        lambda v: v.copy_(tg.tensor([1.0, 2.0])),
        lambda v: v.__setitem__(0, tg.tensor([1.0, 2.0])),
        lambda v: v.__setitem__([0], tg.tensor([1.0, 2.0])),
        lambda v: v.__setitem__(..., tg.tensor(1.0, requires_grad=True)),
        lambda v: v.fill_(tg.tensor(1.0, requires_grad=True)),
    ],
)
def test_what_is_stretched_gets_no_values_of_their_own(change: Callable[[Any], Any]) -> None:
    x = tg.tensor([3.0])
    with pytest.raises(RuntimeError, match=STRETCHED):
        change(x.expand(2, 2))
    assert x.tolist() == [3.0]
    assert not x.requires_grad


def test_read_only_memory_is_not_written() -> None:
    array = np.ones(3, dtype=np.float32)
    array.flags.writeable = False
    x = tg.from_numpy(array)
    changes: list[Callable[[Any], Any]] = [
        lambda v: v.zero_(),
        lambda v: v.mul_(2),
        lambda v: v[1:].fill_(1),
        lambda v: v.expand(2, 3).fill_(1),
    ]
    for change in changes:
        with pytest.raises(RuntimeError, match=r"can't write into .*: its memory is read-only; use \.clone\(\) first"):
            change(x)
    assert x.tolist() == [1.0, 1.0, 1.0]


def test_a_number_takes_one_value() -> None:
    x = tg.tensor(1.0)
    for values in (tg.zeros(2, 3), tg.zeros(1)):
        with pytest.raises(
            RuntimeError, match=r"copy_: values of shape .* don't broadcast to a float32 tensor of shape"
        ):
            x.copy_(values)
    assert x.shape == ()
    assert x.item() == 1.0
    x[...] = tg.zeros(1)
    assert x.item() == 0.0


def test_an_unsigned_number_wraps_around_or_is_refused() -> None:
    x = tg.zeros(3, dtype=tg.uint8)
    assert x.scatter(0, tg.tensor([1]), -1).tolist() == [0, 255, 0]
    with pytest.raises(RuntimeError, match="scatter: 300 doesn't fit uint8"):
        x.scatter(0, tg.tensor([1]), 300)


@pytest.mark.parametrize("loss", [tg.nn.functional.l1_loss, tg.nn.functional.mse_loss])
@pytest.mark.filterwarnings("ignore:.*broadcast")
def test_a_loss_of_a_number_and_half_precision_is_as_wide_as_the_wider(loss: Callable[..., Any]) -> None:
    x = tg.tensor(1.0, dtype=tg.float64, requires_grad=True)
    total = loss(x, tg.tensor([3.0, 5.0], dtype=tg.float16))
    assert total.dtype is tg.float64
    total.backward()
    assert x.grad is not None
    assert x.grad.dtype is tg.float64
