"""Tensors that take another shape in their memory, windows into it, and its bytes read as another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

TURNS: list[Callable[[Any], Any]] = [
    lambda x: x.t_(),
    lambda x: x.transpose_(0, -1),
    lambda x: x.unsqueeze_(1),
    lambda x: x.unsqueeze_(0).squeeze_(0).t_(),
]


@pytest.mark.parametrize("turn", TURNS)
def test_a_tensor_that_turned_and_its_views_stay_one_in_values_and_gradients(turn: Callable[[Any], Any]) -> None:
    w = tg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    y = w * 2
    row, same = y[0], y
    assert turn(y) is same
    later = y[..., 0]
    row.mul_(5)  # through a view from before
    later.mul_(3)  # and one from after
    expected = np.full((2, 3), 2.0)
    expected[0] *= 5
    turned = np.arange(6).reshape(2, 3)
    places = turn(tg.tensor(turned)).numpy()[..., 0].ravel()
    expected.reshape(-1)[places] *= 3
    y.sum().backward()
    assert w.grad is not None
    assert w.grad.tolist() == expected.tolist()
    assert row.tolist() == (expected * w.detach().numpy())[0].tolist()


@pytest.mark.parametrize("turn", TURNS)
def test_a_leaf_does_not_turn_while_recording(turn: Callable[[Any], Any]) -> None:
    leaf = tg.ones(2, 3, requires_grad=True)
    for x in (leaf, tg.ones(6).reshape(2, 3).requires_grad_()):
        with pytest.raises(RuntimeError, match="is a leaf tensor that requires a gradient"):
            turn(x)
        assert x.shape == (2, 3)
    result = leaf * 2
    with tg.no_grad(), pytest.raises(RuntimeError, match="whose shape can't change without recording"):
        turn(result)
    with tg.no_grad():
        turn(leaf)
    (leaf * 2).sum().backward()
    assert leaf.grad is not None
    assert leaf.grad.shape == leaf.shape != (2, 3)


def test_windows_that_overlap_get_sums_of_gradients_and_no_values_of_their_own() -> None:
    w = tg.arange(5.0).requires_grad_()
    (w.unfold(0, 3, 1) * tg.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert w.grad is not None
    assert w.grad.tolist() == [1.0, 11.0, 111.0, 110.0, 100.0]
    for window in (tg.arange(5.0).unfold(0, 3, 1), tg.arange(5.0).as_strided((3, 3), (1, 1))):
        with pytest.raises(
            RuntimeError, match=r"add_: .* is shown several times \(its parts overlap\); use \.clone\(\)"
        ):
            window.add_(1)
        assert window.fill_(2).sum() == 18
    apart = tg.arange(6.0)
    apart.unfold(0, 2, 2).add_(1)
    assert apart.tolist() == [1, 2, 3, 4, 5, 6]


def test_a_window_stays_in_the_memory_and_in_what_has_a_gradient() -> None:
    x = tg.arange(6.0)
    assert x[2:].as_strided((2,), (1,), 0).tolist() == [0, 1]
    with pytest.raises(RuntimeError, match=r"reaches place 6, but the memory under .* holds 6 values"):
        x.as_strided((4,), (2,))
    w = tg.arange(6.0).requires_grad_()
    with pytest.raises(RuntimeError, match="so their gradient would be lost"):
        w[2:].as_strided((2,), (1,), 0)
    gaps, factor = tg.arange(6.0)[::2].detach(), tg.tensor(2.0, requires_grad=True)
    gaps.as_strided((2,), (2,)).mul_(factor)
    assert gaps.tolist() == [0, 4, 4]
    gaps.sum().backward()  # whose gradient lies without gaps
    assert factor.grad is not None
    assert factor.grad.item() == 2


def test_resizing_shows_what_lies_there_and_moves_only_to_grow() -> None:
    x = tg.arange(6).reshape(2, 3)
    view = x[1]
    assert x.resize_(2, 2).tolist() == [[0, 1], [2, 3]]
    view.fill_(9)
    assert x.tolist() == [[0, 1], [2, 9]]
    assert x.resize_(2, 3).tolist() == [[0, 1, 2], [9, 9, 9]]
    assert x.resize_(2, 4).flatten().tolist() == [0, 1, 2, 9, 9, 9, 0, 0]
    with pytest.raises(RuntimeError, match="resize_: a tensor that requires a gradient keeps its shape"):
        tg.ones(2, requires_grad=True).resize_(1)
    absent = "untyped_storage"  # which type checkers know, too
    with pytest.raises(AttributeError, match=r"use x.numpy\(\) for the memory of a tensor"):
        assert getattr(tg.ones(2), absent)


def test_bytes_read_as_another_type_share_the_memory() -> None:
    x = tg.tensor([1.0, -2.0])
    bits = x.view(tg.int32)
    assert bits.tolist() == np.array([1.0, -2.0], np.float32).view(np.int32).tolist()
    bits[1] = 0
    assert x.tolist() == [1.0, 0.0]
    assert x.view(tg.float64).shape == (1,)
    assert x.view(dtype=tg.uint8).shape == (8,)
    saved = x * tg.ones(2, requires_grad=True)
    bits.fill_(0)  # which the graph hears of
    with pytest.raises(RuntimeError, match="changed in place"):
        saved.sum().backward()
