"""Sequences of different lengths: packed and back, padded and back, their order; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu.nn.utils import rnn

LENGTHS = [2, 4, 1, 4]


def sequences(lengths: list[int] = LENGTHS) -> list[tg.Tensor]:
    return [tg.arange(float(2 * n)).reshape(n, 2) + 100 * (place + 1) for place, n in enumerate(lengths)]


@pytest.mark.parametrize("batch_first", [False, True])
def test_packed_and_back(batch_first: bool) -> None:
    padded = rnn.pad_sequence(sequences(), batch_first=batch_first)
    packed = rnn.pack_padded_sequence(padded, LENGTHS, batch_first=batch_first, enforce_sorted=False)
    assert packed.batch_sizes.tolist() == [4, 3, 2, 2]
    assert packed.sorted_indices.tolist() == [1, 3, 0, 2]
    assert packed.data[:4, 0].tolist() == [200.0, 400.0, 100.0, 300.0]
    back, lengths = rnn.pad_packed_sequence(packed, batch_first=batch_first)
    assert back.equal(padded)
    assert lengths.tolist() == LENGTHS


def test_the_padding_takes_its_value_and_its_length() -> None:
    packed = rnn.pack_sequence([tg.tensor([1, 2]), tg.tensor([3])])
    padded, lengths = rnn.pad_packed_sequence(packed, batch_first=True, padding_value=-5, total_length=3)
    assert padded.tolist() == [[1, 2, -5], [3, -5, -5]]
    assert lengths.tolist() == [2, 1]


def test_one_by_one() -> None:
    for packed in (rnn.pack_sequence(sequences(), enforce_sorted=False), rnn.pack_sequence(sequences([4, 2]))):
        for each, wanted in zip(
            rnn.unpack_sequence(packed), sequences() if len(packed.data) == 11 else sequences([4, 2]), strict=True
        ):
            assert each.equal(wanted)


def test_padding_on_the_left() -> None:
    padded = rnn.pad_sequence([tg.tensor([1]), tg.tensor([2, 3])], batch_first=True, padding_side="left")
    assert padded.tolist() == [[0, 1], [2, 3]]


def test_sequences_of_no_steps_are_all_padding() -> None:
    assert rnn.pad_sequence([tg.zeros(0, 2), tg.zeros(0, 2)]).shape == (0, 2, 2)
    assert rnn.pad_sequence([tg.zeros(0), tg.ones(1)], padding_value=7.0).tolist() == [[7.0, 1.0]]


def test_gradients_go_back_to_the_steps_alone() -> None:
    x = tg.zeros(3, 2, requires_grad=True)
    rnn.pack_padded_sequence(x, [3, 1]).data.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[1, 1], [1, 0], [1, 0]]


def test_other_types_keep_the_order() -> None:
    packed = rnn.pack_sequence(sequences(), enforce_sorted=False)
    for each, dtype in (
        (packed.double(), tg.float64),
        (packed.double().float(), tg.float32),
        (packed.to(tg.int64), tg.int64),
    ):
        assert each.data.dtype == dtype
        assert each.unsorted_indices is packed.unsorted_indices
    assert packed.cpu() is packed
    assert not packed.is_cuda


def test_a_packed_sequence_of_its_parts() -> None:
    data, sizes = tg.tensor([1, 3, 2]), tg.tensor([2, 1])
    assert rnn.PackedSequence((data, sizes)).batch_sizes is sizes
    order = tg.tensor([2, 0, 1])
    assert rnn.PackedSequence(data, sizes, order).unsorted_indices.tolist() == [1, 2, 0]
    assert rnn.invert_permutation(None) is None
    inverse = rnn.invert_permutation(order)
    assert inverse is not None
    assert order[inverse].tolist() == [0, 1, 2]


any_call: Any = rnn
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: rnn.PackedSequence(tg.ones(2)), TypeError, "wanted data and batch_sizes"),
    (lambda: rnn.PackedSequence(tg.ones(2), [2]), TypeError, "batch_sizes must be a tensor"),
    (lambda: rnn.PackedSequence(tg.ones(2), tg.tensor([2]), [0, 1]), TypeError, "sorted_indices must be a tensor"),
    (lambda: rnn.PackedSequence(tg.ones(2), tg.tensor([2]), tg.tensor([0, 0])), RuntimeError, "each number .* once"),
    (lambda: rnn.invert_permutation(tg.tensor([1, 2])), RuntimeError, "each number below its length once"),
    (lambda: any_call.pack_padded_sequence(tg.ones(2, 2), ["a", "b"]), TypeError, "lengths must be integers"),
    (lambda: rnn.pack_padded_sequence(tg.ones(2), [2]), RuntimeError, "at least 2 dimensions"),
    (lambda: rnn.pack_padded_sequence(tg.ones(2, 3), [2, 2]), RuntimeError, "a length for each of 3 sequences"),
    (lambda: rnn.pack_padded_sequence(tg.ones(2, 2), [2, 0]), RuntimeError, "between 1 and 2, got .2, 0."),
    (lambda: rnn.pack_padded_sequence(tg.ones(2, 2), [3, 1]), RuntimeError, "between 1 and 2, got .3, 1."),
    (lambda: rnn.pack_padded_sequence(tg.ones(2, 2), [1, 2]), RuntimeError, "must fall .*enforce_sorted=False"),
    (lambda: any_call.pad_packed_sequence(tg.ones(2)), TypeError, "must be a PackedSequence"),
    (
        lambda: rnn.pad_packed_sequence(rnn.pack_sequence([tg.ones(3)]), total_length=2),
        ValueError,
        "total_length must be at least .* 3, got 2",
    ),
    (lambda: rnn.pad_sequence([tg.ones(1)], padding_side="top"), RuntimeError, "'right' or 'left', got 'top'"),
    (lambda: rnn.pad_sequence([]), RuntimeError, "sequences of at least 1 dimension"),
    (lambda: rnn.pad_sequence([tg.tensor(1.0)]), RuntimeError, "sequences of at least 1 dimension"),
    (lambda: any_call.pad_sequence(tg.ones(2)), RuntimeError, "sequences of at least 1 dimension"),
    (lambda: rnn.unpad_sequence(tg.ones(2, 3), tg.tensor([1])), ValueError, "a length for each of 3 sequences"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
