"""Joining, cutting, repeating."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg

A = np.arange(12).reshape(3, 4)


def test_joining() -> None:
    x = tg.tensor(A)
    for result, wanted in (
        (tg.cat([x, x]), np.concatenate([A, A])),
        (tg.cat((x, x[:, :1]), dim=-1), np.concatenate([A, A[:, :1]], -1)),
        (tg.concat([x, x], 1), np.concatenate([A, A], 1)),
        (tg.concatenate([x, x], dim=1), np.concatenate([A, A], 1)),
        (tg.stack([x, x]), np.stack([A, A])),
        (tg.stack([x, x], dim=-1), np.stack([A, A], -1)),
        (tg.hstack([x, x]), np.hstack([A, A])),
        (tg.hstack([tg.tensor(1), tg.tensor([2, 3])]), np.array([1, 2, 3])),
        (tg.vstack([x[0], x]), np.vstack([A[0], A])),
        (tg.vstack([tg.tensor(1), tg.tensor(2)]), np.array([[1], [2]])),
    ):
        assert result.tolist() == wanted.tolist()


def test_joined_tensors_meet_in_one_dtype() -> None:
    assert tg.cat([tg.tensor([1]), tg.tensor([2.5])]).dtype is tg.float32
    assert tg.cat([tg.tensor([True]), tg.tensor([1], dtype=tg.uint8)]).dtype is tg.uint8
    assert tg.stack([tg.tensor(1), tg.tensor(2.5, dtype=tg.float64)]).dtype is tg.float64


def test_an_empty_vector_joins_anything() -> None:
    assert tg.cat([tg.tensor([]), tg.ones(2, 3)]).shape == (2, 3)
    assert tg.cat([tg.ones(2, 3, dtype=tg.int64), tg.tensor([])]).dtype is tg.float32
    assert tg.cat([tg.tensor([]), tg.tensor([])]).shape == (0,)
    assert tg.cat([tg.zeros(0, 3), tg.ones(1, 3)]).shape == (1, 3)


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda: tg.cat([]), ValueError, "cat: wanted at least one tensor, got none"),
        (lambda: tg.stack([]), RuntimeError, "stack: wanted at least one tensor, got none"),
        (lambda: tg.cat([tg.ones(2), tg.ones(2, 2)]), RuntimeError, r"cat: shapes \(2,\) and \(2, 2\) can't be joined"),
        (lambda: tg.cat([tg.ones(2, 3), tg.ones(2, 2)]), RuntimeError, "all other lengths must agree"),
        (lambda: tg.cat([tg.tensor(1), tg.tensor(2)]), RuntimeError, "0-d tensors can't be joined; use stack"),
        (lambda: tg.cat([tg.ones(2)], 1), IndexError, "cat: dimension 1 is out of range for 1 dimensions"),
        (lambda: tg.stack([tg.ones(2), tg.ones(3)]), RuntimeError, r"all shapes must be equal, got \(2,\) and \(3,\)"),
        (
            lambda: tg.cat(wrong(tg.ones(2, 2))),
            TypeError,
            "cat: wanted a list or tuple of tensors, got a float32 tensor",
        ),
        (lambda: tg.cat([tg.ones(1), wrong([2.0])]), TypeError, "cat: tensor 1 must be a tensor, got list"),
        (lambda: tg.ones(3).split([1, 1]), RuntimeError, r"split: lengths \[1, 1\] don't make up the 3 of dimension 0"),
        (lambda: tg.ones(3).split(0), RuntimeError, "split: the length of a piece must be positive, got 0"),
        (lambda: tg.tensor(1.0).split(1), RuntimeError, "split: a 0-d tensor can't be split"),
        (lambda: tg.ones(3).chunk(0), RuntimeError, "chunk: the number of pieces must be positive"),
        (lambda: tg.tensor(1.0).unbind(), RuntimeError, "unbind: a 0-d tensor"),
        (lambda: tg.ones(2, 2).repeat(2), RuntimeError, "repeat: wanted at least 2 counts"),
        (lambda: tg.ones(2).tile(-1), RuntimeError, "tile: counts must not be negative"),
        (lambda: tg.ones(2).repeat_interleave(-1), RuntimeError, "repeat_interleave: wanted one count >= 0"),
        (lambda: tg.ones(2).repeat_interleave(wrong(1.5)), TypeError, "repeat_interleave: repeats must be integers"),
        (lambda: tg.ones(2).roll((1, 2)), RuntimeError, "roll: without dims there can be one shift only"),
        (lambda: tg.ones(2).roll((1, 2), (0,)), RuntimeError, "roll: wanted one shift for each dimension"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    attempt: Callable[[], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        attempt()


def test_pieces_share_the_memory_of_the_whole() -> None:
    x = tg.tensor(A)
    for pieces, wanted in (
        (x.split(2), [A[:2], A[2:]]),
        (x.split(split_size=3, dim=1), [A[:, :3], A[:, 3:]]),
        (tg.split(x, [1, 2]), [A[:1], A[1:]]),
        (x.chunk(2), [A[:2], A[2:]]),
        (x.chunk(3, -1), [A[:, :2], A[:, 2:]]),
        (x.unbind(), list(A)),
        (tg.unbind(x, 1), list(A.T)),
    ):
        assert isinstance(pieces, tuple)
        assert [piece.tolist() for piece in pieces] == [piece.tolist() for piece in wanted]
        assert all(np.shares_memory(piece.numpy(), x.numpy()) for piece in pieces)
    assert [piece.shape for piece in tg.zeros(0, 2).split(1)] == [(0, 2)]
    assert [piece.shape for piece in tg.zeros(0, 2).chunk(3)] == [(0, 2)] * 3


def test_repeating_copies() -> None:
    x = tg.tensor(A)
    for result, wanted in (
        (x.repeat(2, 1), np.tile(A, (2, 1))),
        (x.repeat((1, 2, 2)), np.tile(A, (1, 2, 2))),
        (x.repeat(1, 1), A),
        (x.repeat(0, 1), A[:0]),
        (x.tile(2), np.tile(A, 2)),
        (tg.tile(x, (2, 1, 1)), np.tile(A, (2, 1, 1))),
        (x.repeat_interleave(2), np.repeat(A, 2)),
        (x.repeat_interleave(2, 0), np.repeat(A, 2, 0)),
        (x.repeat_interleave(tg.tensor([0, 1, 3]), 0), np.repeat(A, [0, 1, 3], 0)),
        (x.roll(1), np.roll(A, 1)),
        (x.roll(-1, 1), np.roll(A, -1, 1)),
        (tg.roll(x, (1, 2), (0, 1)), np.roll(A, (1, 2), (0, 1))),
        (tg.tensor(5).repeat(2), np.array([5, 5])),
    ):
        assert result.tolist() == wanted.tolist()
        assert not np.shares_memory(result.numpy(), x.numpy())


def test_gradients_add_up_over_repetitions() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    (x.repeat(3).sum() + x.repeat_interleave(2).sum() + x.roll(1)[0] + tg.cat([x, x]).sum()).backward()
    assert x.grad is not None
    assert x.grad.tolist() == [7.0, 8.0]
