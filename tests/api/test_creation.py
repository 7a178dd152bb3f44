"""Making tensors: from data, filled, in ranges and at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1, tg.int64),
        (1.0, tg.float32),
        (True, tg.bool),
        ([], tg.float32),
        ([[]], tg.float32),
        ([1, 2.5], tg.float32),
        ([True, 1], tg.int64),
        ([True, 2.5], tg.float32),
        ((1, 2), tg.int64),
        (range(3), tg.int64),
        (np.float64(1), tg.float64),
        (np.float32(1), tg.float32),
        (np.int32(1), tg.int32),
        ([np.float64(1), 2.0], tg.float64),
        ([np.float32(1), 2.0], tg.float32),
        ([1.0, np.float64(2)], tg.float64),
        ([np.int8(1), np.int16(2)], tg.int16),
        (np.arange(3.0), tg.float64),
        ([np.arange(2), np.arange(2)], tg.int64),
        (np.array([1, 2], dtype=">i4"), tg.int32),
        ([tg.tensor(1.5), 2], tg.float32),
    ],
    ids=str,
)
def test_data_says_its_dtype(data: Any, dtype: tg.dtype) -> None:
    x = tg.tensor(data)
    assert x.dtype is dtype
    assert x.tolist() == np.asarray(data, dtype=x.dtype.numpy).tolist()
    assert tg.as_tensor(data).dtype is tg.asarray(data).dtype is dtype


def test_tensors_of_one_value_are_numbers_in_lists() -> None:
    x = tg.tensor([[tg.tensor(1, dtype=tg.int8)], [tg.tensor([2])]])
    assert (x.tolist(), x.dtype) == ([[1], [2]], tg.int64)


def test_a_dtype_may_be_asked_for() -> None:
    assert tg.tensor([1.7, -1.7], dtype=tg.int32).tolist() == [1, -1]
    assert tg.tensor([0.0, 0.5], dtype=tg.bool).tolist() == [False, True]
    assert tg.tensor([1], dtype=wrong(float)).dtype is tg.float64
    assert tg.tensor(-1, dtype=tg.uint8).item() == 255
    assert tg.tensor([1e300]).tolist() == [float("inf")]
    assert tg.tensor([1e300], dtype=tg.float64).tolist() == [1e300]
    assert tg.tensor(2**62).item() == 2**62


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda: tg.tensor("a"), TypeError, "tensor: wanted real numbers, got str 'a'"),
        (lambda: tg.tensor(None), TypeError, "tensor: wanted real numbers, got None"),
        (lambda: tg.tensor(1j), TypeError, "tensor: wanted real numbers, got complex"),
        (lambda: tg.tensor({1}), TypeError, "got set"),
        (lambda: tg.tensor([[1, 2], [3]]), ValueError, "tensor: the lists are ragged"),
        (lambda: tg.tensor([tg.ones(2), tg.ones(2)]), ValueError, r"tensors of one value only.*stack\(\[\.\.\.\]\)"),
        (
            lambda: tg.tensor(2**63),
            OverflowError,
            "too large for int64, got int 9223372036854775808; write it as a float",
        ),
        (lambda: tg.tensor([2**70]), OverflowError, "too large for int64"),
        (lambda: tg.tensor(300, dtype=tg.uint8), RuntimeError, "tensor: 300 doesn't fit uint8, which holds 0 to 255"),
        (lambda: tg.tensor([-200], dtype=tg.int8), RuntimeError, "-200 doesn't fit int8, which holds -128 to 127"),
        (
            lambda: tg.tensor([1], requires_grad=True),
            RuntimeError,
            "only floating-point tensors can require a gradient",
        ),
        (lambda: tg.tensor(np.array([1], dtype="uint16")), TypeError, "NumPy type uint16, which no tensor can hold"),
        (lambda: tg.from_numpy(wrong([1])), TypeError, r"from_numpy: wanted a NumPy array, got list.*tensor\(\.\.\.\)"),
        (lambda: tg.zeros(), TypeError, r"zeros: the size is missing, as in \(2, 3\)"),
        (lambda: tg.zeros(-1), RuntimeError, "zeros: lengths must not be negative"),
        (lambda: tg.zeros(2.0), TypeError, "zeros: a size must be made of integers, got float"),
        (lambda: tg.zeros(True), TypeError, "zeros: a size must be made of integers, got bool"),
        (lambda: tg.zeros(2, size=(2,)), TypeError, "zeros: got two sizes"),
        (lambda: tg.zeros(2, dtype=tg.int64, requires_grad=True), RuntimeError, "zeros: only floating-point tensors"),
        (lambda: tg.zeros(2, layout="sparse"), NotImplementedError, "layout=sparse is not supported"),
        (lambda: tg.zeros(2, pin_memory=True), NotImplementedError, "pin_memory=True is not supported"),
        (
            lambda: tg.zeros_like(tg.ones(1), memory_format=wrong("x")),
            NotImplementedError,
            "memory_format=x is not supported; values lie row by row",
        ),
        (lambda: tg.zeros_like(wrong([1.0])), TypeError, "zeros_like: input must be a tensor"),
        (lambda: tg.full(wrong(2), 3), TypeError, r"full: size must be a tuple of integers such as \(2, 3\)"),
        (lambda: tg.full((2,), 300, dtype=tg.uint8), RuntimeError, "full: 300 doesn't fit uint8"),
        (lambda: tg.full((2,), wrong([1, 2])), TypeError, "full: fill_value must be one number"),
        (lambda: tg.eye(-1), RuntimeError, "eye: the numbers of rows and columns must not be negative"),
        (lambda: tg.arange(), TypeError, "arange: the end is missing"),
        (lambda: tg.arange(5, 1), RuntimeError, "arange: a step of 1 doesn't lead from 5 to 1"),
        (lambda: tg.arange(0, 1, 0.1, dtype=tg.int64), RuntimeError, "arange: a step of 0 doesn't lead from 0 to 1"),
        (lambda: tg.arange(float("inf")), RuntimeError, "arange: a step of 1 doesn't lead from 0 to inf"),
        (lambda: tg.arange(wrong("a")), TypeError, "arange: end must be a number, got str"),
        (lambda: tg.linspace(0, 1, -1), RuntimeError, "linspace: the number of steps must not be negative"),
        (lambda: tg.linspace(0, 1, wrong(2.0)), TypeError, "linspace: steps must be an integer, got float"),
        (lambda: tg.meshgrid(tg.ones(1), indexing="yx"), RuntimeError, "meshgrid: indexing must be 'ij' or 'xy'"),
        (lambda: tg.Tensor(2.5), TypeError, "Tensor: a size must be made of integers"),
    ],
)
def test_what_makes_no_tensor_is_refused_in_words(
    attempt: Callable[[], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        attempt()


def test_memory_is_shared_where_that_is_promised() -> None:
    array = np.zeros(3, dtype=np.float32)
    assert np.shares_memory(tg.from_numpy(array).numpy(), array)
    assert np.shares_memory(tg.as_tensor(array).numpy(), array)
    assert np.shares_memory(tg.asarray(array).numpy(), array)
    assert not np.shares_memory(tg.as_tensor(array, dtype=tg.float64).numpy(), array)
    assert not np.shares_memory(tg.asarray(array, copy=True).numpy(), array)
    assert not np.shares_memory(tg.tensor(array).numpy(), array)
    x = tg.from_numpy(array[::2])
    x += 1
    assert array.tolist() == [1.0, 0.0, 1.0]
    assert tg.as_tensor(x) is x
    assert tg.asarray(1.5, requires_grad=True).requires_grad


FILLED: list[tuple[str, Callable[..., tg.Tensor], float]] = [("zeros", tg.zeros, 0.0), ("ones", tg.ones, 1.0)]


@pytest.mark.parametrize(("name", "make", "value"), FILLED)
def test_zeros_and_ones(name: str, make: Callable[..., tg.Tensor], value: float) -> None:
    for x in (make(2, 3), make((2, 3)), make([2, 3]), make(size=(2, 3)), make(tg.Size([2, 3])), make(tg.tensor(2), 3)):
        assert x.tolist() == [[value] * 3] * 2
        assert x.dtype is tg.float32
    assert make(()).item() == value
    assert make(2, dtype=tg.int8, device="cpu").dtype is tg.int8
    assert make(2, requires_grad=True).requires_grad
    like = getattr(tg, f"{name}_like")(tg.tensor([1, 2]))
    assert (like.tolist(), like.dtype) == ([value] * 2, tg.int64)
    assert getattr(tg, f"{name}_like")(like, dtype=tg.float64, requires_grad=True).dtype is tg.float64
    new = getattr(like, f"new_{name}")
    assert new(2, 3).dtype is tg.int64
    assert new(size=(2,), dtype=tg.float32, requires_grad=True).requires_grad


def test_full_empty_and_eye() -> None:
    assert tg.full((2,), 7).tolist() == [7, 7]
    assert (tg.full((2,), True).dtype, tg.full((2,), 1.5).dtype) == (tg.bool, tg.float32)
    assert tg.full((), wrong(tg.tensor(3.5))).item() == 3.5
    assert tg.full((2,), 1.9, dtype=tg.int64).tolist() == [1, 1]
    assert tg.full_like(tg.ones(2, dtype=tg.int64), 7.9).tolist() == [7, 7]
    assert tg.ones(1, dtype=tg.int64).new_full((2,), 3).tolist() == [3, 3]
    assert tg.ones(1, dtype=tg.int64).new_tensor([1.5]).tolist() == [1]
    assert tg.ones(1).new_empty(2, 3).shape == tg.empty(2, 3).shape == tg.empty_like(tg.ones(2, 3)).shape == (2, 3)
    assert tg.eye(2, 3).tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert tg.eye(2, dtype=tg.int64).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    "arguments",
    [
        (5,),
        (0,),
        (1, 5),
        (1, 6, 2),
        (5, 0, -2),
        (0, 1, 0.25),
        (1, 2.5, 0.5),
        (-5.0, 5.0, 0.1),
        (0.5, 3),
        (2.5,),
        (1, 1),
    ],
    ids=str,
)
def test_arange_counts_as_numpy_does(arguments: tuple[float, ...]) -> None:
    x = tg.arange(*arguments)
    np.testing.assert_allclose(x.numpy(), np.arange(*arguments), rtol=1e-6, atol=1e-6)
    assert x.dtype is (tg.int64 if all(isinstance(each, int) for each in arguments) else tg.float32)


def test_arange_in_other_forms() -> None:
    assert tg.arange(end=3).tolist() == [0, 1, 2]
    assert tg.arange(start=1, end=7, step=3).tolist() == [1, 4]
    assert tg.arange(3, dtype=tg.float64).dtype is tg.float64
    assert tg.arange(wrong(tg.tensor(3))).tolist() == tg.arange(wrong(np.int64(3))).tolist() == [0, 1, 2]
    assert tg.arange(-0.9, 3, dtype=tg.int64).tolist() == [0, 1, 2]


def test_linspace_and_meshgrid() -> None:
    np.testing.assert_allclose(tg.linspace(-1, 1, 7).numpy(), np.linspace(-1, 1, 7), rtol=1e-6)
    assert tg.linspace(3, 9, 1).tolist() == [3.0]
    assert tg.linspace(0, 1, 0).tolist() == []
    assert tg.linspace(0, 10, 4, dtype=tg.int32).tolist() == [0, 3, 6, 10]
    for indexing in ("ij", "xy"):
        wanted = np.meshgrid([1, 2], [3, 4, 5], indexing=indexing)
        for grids in (
            tg.meshgrid(tg.tensor([1, 2]), tg.tensor([3, 4, 5]), indexing=indexing),
            tg.meshgrid([tg.tensor([1, 2]), tg.tensor([3, 4, 5])], indexing=indexing),
        ):
            assert [grid.tolist() for grid in grids] == [grid.tolist() for grid in wanted]


def test_the_class_makes_float32() -> None:
    assert tg.Tensor([1, 2]).tolist() == [1.0, 2.0]
    assert tg.Tensor(np.arange(2)).dtype is tg.float32
    assert tg.Tensor(2, 3).shape == tg.Tensor(tg.Size([2, 3])).shape == (2, 3)
    assert tg.Tensor().shape == (0,)
    x = tg.tensor([1])
    assert np.shares_memory(tg.Tensor(x).numpy(), x.numpy())


def test_constants() -> None:
    assert (tg.pi, tg.e, tg.inf, tg.newaxis) == (np.pi, np.e, np.inf, None)
    assert np.isnan(tg.nan)


def test_full_keeps_every_digit_of_the_number_that_the_dtype_can_hold() -> None:
    wide = tg.zeros(1, dtype=tg.float64)
    for value in (0.1, 1e300, 2**53 - 1, 5e-324):
        assert tg.full((1,), value, dtype=tg.float64).item() == value
        assert tg.full_like(wide, value).item() == wide.new_full((1,), value).item() == value
    assert tg.full((1,), 2**63 - 1).item() == 2**63 - 1
