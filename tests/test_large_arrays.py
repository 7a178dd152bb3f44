"""Large arrays lie in memory that others have let go, and never in memory that somebody still sees."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import _large_arrays
from tinygrad_edu._large_arrays import empty, into_room, is_whole, room_for_result
from tinygrad_edu._memory import address, first_place, room

SHAPE, SIZE = (300, 500), 600_000


@pytest.fixture(autouse=True)
def none_waiting() -> Iterator[None]:
    _large_arrays._waiting.clear()
    yield
    _large_arrays._waiting.clear()


def waiting() -> int:
    return sum(len(memories) for memories in _large_arrays._waiting.values())


def test_memory_is_used_again_by_whatever_needs_as_much() -> None:
    x = empty(SHAPE, np.float32)
    place = address(x)
    del x
    y = empty((500, 150), np.float64)
    assert (y.shape, y.dtype) == ((500, 150), np.dtype(np.float64))
    assert address(y) == place


@pytest.mark.parametrize("shape", [SHAPE, (1 << 17,), (7, 40_009)], ids=str)
def test_memory_begins_with_a_line_of_the_processor(shape: tuple[int, ...]) -> None:
    arrays = [empty(shape, np.uint8 if len(shape) == 1 else np.float32) for _ in range(3)]
    assert [address(each) % 64 for each in arrays] == [0, 0, 0]


@pytest.mark.parametrize("view", [lambda x: x[1:], lambda x: x.T, lambda x: x[2:][::2][0], np.ravel, list])
def test_a_view_of_a_view_keeps_the_memory(view: Callable[[np.ndarray], object]) -> None:
    x = empty(SHAPE, np.float32)
    place, seen = address(x), view(x)
    del x
    assert address(empty(SHAPE, np.float32)) != place
    del seen
    found = [empty(SHAPE, np.float32) for _ in range(2)]
    assert place in map(address, found)


def test_small_and_huge_arrays_wait_for_nobody() -> None:
    for shape in ((0,), (10,), (1 << 26,)):
        empty(shape, np.uint8)
    assert waiting() == 0


def test_no_more_than_so_much_waits() -> None:
    size = _large_arrays._LARGEST
    arrays = [empty((size,), np.uint8) for _ in range(_large_arrays._MOST // size + 1)]
    arrays.clear()
    assert waiting() * size <= _large_arrays._MOST


def test_of_several_sizes_there_are_no_more_either() -> None:
    sizes = [_large_arrays._LARGEST - 4096 * number for number in range(_large_arrays._MOST // _large_arrays._LARGEST)]
    for _ in range(2):
        arrays = [empty((size,), np.uint8) for size in sizes for _ in range(3)]
        arrays.clear()
        held = sum(size * len(memories) for size, memories in _large_arrays._waiting.items())
        assert _large_arrays._MOST // 2 < held <= _large_arrays._MOST


@pytest.mark.parametrize(
    "layout",
    [
        np.ascontiguousarray,
        np.asfortranarray,
        lambda x: x[:, ::2],
        lambda x: x[::-1],
        lambda x: x.reshape(30, 10, 20, 25).transpose(2, 0, 3, 1),
    ],
    ids=["by rows", "by columns", "with gaps", "backwards", "axes exchanged"],
)
def test_room_for_large_results_lies_as_those_of_numpy_do(layout: Callable[[np.ndarray], np.ndarray]) -> None:
    x = layout(np.zeros(SHAPE, np.float32))
    found = room_for_result(x)
    assert found is not None
    assert (found.shape, found.dtype, found.strides) == (x.shape, x.dtype, np.exp(x).strides)
    assert is_whole(found) == (found.flags.c_contiguous)


def test_there_is_no_room_for_results_that_are_small_or_stretched() -> None:
    x = np.zeros(SHAPE, np.float32)
    stretched = np.broadcast_to(x[:1], SHAPE)
    assert room_for_result(stretched) is room_for_result(x[:10]) is room_for_result(np.float32(1)) is None


@pytest.mark.parametrize("other", [2, 2.5, np.float32(2), np.zeros(500, np.float32), np.zeros(SHAPE, np.float32)])
def test_a_function_finds_room_if_the_result_is_like_the_first_operand(other: Any) -> None:
    x = np.ones(SHAPE, np.float32)
    found = into_room(np.add)(x, other)
    np.testing.assert_array_equal(found, x + other, strict=True)
    assert type(found.base) is _large_arrays._Loan


@pytest.mark.parametrize(
    ("x", "other"),
    [
        (np.ones((1, 50_000), np.float32), np.ones((2, 1), np.float32)),
        (np.ones(SHAPE, np.float32), np.ones((2, 1, 1), np.float32)),
        (np.ones(SHAPE, np.float32), np.float64(2)),
        (np.ones(SHAPE, np.float32), np.ones(500)),
        (np.ones(SHAPE, np.int64), 2.5),
        (np.ones(SHAPE, bool), np.ones(SHAPE, bool)),
    ],
)
def test_and_leaves_it_to_numpy_elsewhere(x: np.ndarray, other: Any) -> None:
    found = into_room(np.add)(x, other)
    np.testing.assert_array_equal(found, x + other, strict=True)
    assert found.base is None


def test_a_leaf_keeps_the_room_that_its_gradient_lies_in() -> None:
    x = tg.ones(300, 500, requires_grad=True)
    (x.relu() * 2).sum().backward()
    assert x.grad is not None
    assert type(x.grad._data.base) is _large_arrays._Loan
    x.relu().sum().backward()
    assert x.grad.unique().tolist() == [3.0]


def test_a_tensor_in_such_memory_has_all_of_it_to_itself() -> None:
    x = tg.nn.functional.relu(tg.randn(*SHAPE))._data
    assert (first_place(x), room(x)) == (0, x.size)
    assert (first_place(x[2:]), room(x[2:])) == (1000, x.size)


def test_results_stay_as_they_are_while_others_are_made() -> None:
    kept: list[tg.Tensor] = []
    expected: list[float] = []
    for number in range(6):
        x = tg.full(SHAPE, float(number), requires_grad=True)
        y = tg.relu(x)
        y.sum().backward()
        assert x.grad is not None
        kept += [y.detach(), x.grad]
        expected += [number, float(number > 0)]
        del x, y
    assert [set(each.flatten().tolist()) for each in kept] == [{value} for value in expected]


def test_threads_get_memory_of_their_own() -> None:
    wrong: list[int] = []

    def work(number: int) -> None:
        for _ in range(200):
            x = empty(SHAPE, np.float32)
            x[0] = number
            y = empty(SHAPE, np.float32)
            y[0] = -1
            if not (x[0] == number).all():
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
