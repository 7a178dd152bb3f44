"""Element types: how they meet, print, pickle and convert."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

#           float16    float32    float64    uint8      int8       int16      int32      int64      bool
MEETING = """
float16  :  float16    float32    float64    float16    float16    float16    float16    float16    float16
float32  :  float32    float32    float64    float32    float32    float32    float32    float32    float32
float64  :  float64    float64    float64    float64    float64    float64    float64    float64    float64
uint8    :  float16    float32    float64    uint8      int16      int16      int32      int64      uint8
int8     :  float16    float32    float64    int16      int8       int16      int32      int64      int8
int16    :  float16    float32    float64    int16      int16      int16      int32      int64      int16
int32    :  float16    float32    float64    int32      int32      int32      int32      int64      int32
int64    :  float16    float32    float64    int64      int64      int64      int64      int64      int64
bool     :  float16    float32    float64    uint8      int8       int16      int32      int64      bool
"""
ROWS = [line.replace(":", "").split() for line in MEETING.strip().split("\n")]
NAMES = [row[0] for row in ROWS]
PAIRS = [(row[0], other, met) for row in ROWS for other, met in zip(NAMES, row[1:], strict=True)]


@pytest.mark.parametrize(("first", "second", "met"), PAIRS)
def test_two_tensors_meet_in_the_smallest_type_that_holds_both_kinds(first: str, second: str, met: str) -> None:
    one, other = getattr(tg, first), getattr(tg, second)
    assert tg.promote_types(one, other) is getattr(tg, met)
    assert (tg.ones(2, dtype=one) * tg.ones(2, dtype=other)).dtype is getattr(tg, met)
    assert (tg.ones((), dtype=one) * tg.ones((), dtype=other)).dtype is getattr(tg, met)


@pytest.mark.parametrize("name", NAMES)
def test_a_number_changes_the_dtype_only_if_its_kind_is_higher(name: str) -> None:
    x = tg.ones(2, dtype=getattr(tg, name))
    assert (x * True).dtype is x.dtype
    assert (x * 2).dtype is (tg.int64 if name == "bool" else x.dtype)
    assert (x * 2.0).dtype is (x.dtype if x.is_floating_point() else tg.float32)
    assert (2.0 * x).dtype is (x * 2.0).dtype
    assert (x * np.float64(2)).dtype is (x * 2.0).dtype  # a NumPy scalar is a number too
    assert (np.float64(2) * x).dtype is (x * 2.0).dtype
    assert (np.int64(2) * x).dtype is (x * 2).dtype


@pytest.mark.parametrize("name", NAMES)
def test_a_0d_tensor_does_not_widen_a_vector_of_its_kind(name: str) -> None:
    x = tg.ones(2, dtype=getattr(tg, name))
    assert (x * tg.ones((), dtype=tg.float64)).dtype is (x.dtype if x.is_floating_point() else tg.float64)
    assert (tg.ones((), dtype=tg.int64) * x).dtype is (tg.int64 if name == "bool" else x.dtype)


def test_a_dtype_is_one_object_however_it_travels() -> None:
    assert pickle.loads(pickle.dumps(tg.float32)) is tg.float32
    assert copy.deepcopy({"dtype": tg.bool})["dtype"] is tg.bool
    assert repr(tg.int64) == "tinygrad_edu.int64"
    assert (tg.float, tg.double, tg.half) == (tg.float32, tg.float64, tg.float16)
    assert (tg.long, tg.int, tg.short) == (tg.int64, tg.int32, tg.int16)


def test_a_dtype_says_what_it_holds() -> None:
    assert (tg.float16.itemsize, tg.int64.itemsize, tg.bool.itemsize) == (2, 8, 1)
    assert (tg.float16.is_floating_point, tg.uint8.is_floating_point) == (True, False)
    assert (tg.uint8.is_signed, tg.int8.is_signed, tg.bool.is_signed) == (False, True, False)
    assert not tg.float32.is_complex


@pytest.mark.parametrize(
    ("first", "second", "met"),
    [
        (tg.ones(2, dtype=tg.int32), 1.5, tg.float32),
        (tg.ones(2, dtype=tg.int32), 1, tg.int32),
        (tg.ones(2, dtype=tg.float16), tg.ones((), dtype=tg.float64), tg.float16),
        (1, 2.5, tg.float32),
    ],
)
def test_result_type(first: Any, second: Any, met: tg.dtype) -> None:
    assert tg.result_type(first, second) is met


@pytest.mark.parametrize("wanted", ["float32", 3, complex, np.dtype("uint16"), np.complex64])
def test_what_is_no_dtype_is_refused_in_words(wanted: Any) -> None:
    with pytest.raises(TypeError, match=r"dtype must be a tinygrad_edu dtype|no tensor can hold"):
        tg.zeros(2, dtype=wanted)
