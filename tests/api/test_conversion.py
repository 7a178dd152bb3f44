"""From one dtype to another, to Python and to NumPy; and questions about tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg


def test_to_in_every_form() -> None:
    x = tg.tensor([1.5, 2.5])
    for result in (
        x.to(tg.float64),
        x.to("cpu", tg.float64),
        x.to(tg.device("cpu"), tg.float64, True),
        x.to(device="cpu", dtype=tg.float64, non_blocking=True),
        x.to(tg.ones(1, dtype=tg.float64)),
        x.to(other=tg.ones(1, dtype=tg.float64)),
        x.to(float),
        x.double(),
        x.type(tg.float64),
        x.type_as(tg.ones(1, dtype=tg.float64)),
    ):
        assert result.dtype is tg.float64
        assert result.tolist() == [1.5, 2.5]
    assert x.to(tg.float32) is x.to() is x.to("cpu") is x
    copied = x.to(tg.float32, copy=True)
    assert copied is not x
    assert not np.shares_memory(copied.numpy(), x.numpy())
    with pytest.raises(TypeError, match="to: unknown argument 'speed'"):
        x.to(speed=3)
    with pytest.raises(TypeError, match="to: dtype must be a tinygrad_edu dtype"):
        x.to(3)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("half", tg.float16),
        ("float", tg.float32),
        ("double", tg.float64),
        ("byte", tg.uint8),
        ("short", tg.int16),
        ("int", tg.int32),
        ("long", tg.int64),
        ("bool", tg.bool),
    ],
)
def test_short_names(name: str, dtype: tg.dtype) -> None:
    x = tg.tensor([0.0, 1.7], requires_grad=True)
    result = getattr(x, name)()
    assert result.dtype is dtype
    assert result.requires_grad is dtype.is_floating_point
    assert result.tolist() == np.array([0.0, 1.7], np.float32).astype(dtype.numpy).tolist()
    assert result.type() == f"tinygrad_edu.{ {'bool': 'Bool'}.get(name, name.capitalize()) }Tensor"


def test_what_cannot_be_converted_warns_of_nothing() -> None:
    assert tg.tensor([float("nan")]).bool().tolist() == [True]
    assert tg.tensor([float("nan")]).long().dtype is tg.int64
    assert tg.tensor([1e30], dtype=tg.float64).half().tolist() == [float("inf")]
    assert tg.tensor(1e30).int().dtype is tg.int32


def test_gradients_come_back_in_the_dtype_of_the_operand() -> None:
    x = tg.tensor([1.0], requires_grad=True)
    (x.double() * 2).sum().backward()
    assert x.grad is not None
    assert (x.grad.tolist(), x.grad.dtype) == ([2.0], tg.float32)


def test_numbers() -> None:
    assert (tg.tensor([2.5]).item(), tg.tensor([[3]]).item(), tg.tensor(True).item()) == (2.5, 3, True)
    assert (type(tg.tensor([2.5]).item()), type(tg.tensor(3).item())) == (float, int)
    assert (float(tg.tensor([2])), int(tg.tensor(2.7)), bool(tg.tensor([0.5]))) == (2.0, 2, True)
    assert [10, 20][tg.tensor(1)] == 20
    assert list(range(tg.tensor(3))) == [0, 1, 2]
    assert tg.tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert tg.tensor(2.5).tolist() == 2.5
    attempt: Callable[[], Any]
    for attempt, error, words in (
        (lambda: tg.ones(2).item(), RuntimeError, r"item: wanted a tensor with exactly one value.*\.tolist\(\)"),
        (lambda: float(tg.ones(2)), ValueError, "float: only a tensor with one value is a number"),
        (lambda: int(tg.ones(0)), ValueError, "int: only a tensor with one value"),
        (lambda: bool(tg.ones(2)), RuntimeError, r"neither true nor false as a whole; use \.any\(\) or \.all\(\)"),
        (lambda: bool(tg.ones(0)), RuntimeError, "neither true nor false"),
        (lambda: [1][tg.tensor(0.0)], TypeError, "index: only integers can be an index"),
    ):
        with pytest.raises(error, match=words):
            attempt()


def test_arrays() -> None:
    x = tg.tensor([1.0, 2.0])
    array = x.numpy()
    array[0] = 7
    assert x.tolist() == [7.0, 2.0]
    assert np.shares_memory(np.asarray(x), array)
    assert not np.shares_memory(np.array(x), array)
    assert np.asarray(x, dtype=np.float64).dtype == np.float64
    assert tg.tensor(3).numpy().shape == ()
    with pytest.raises(ValueError, match="without a copy"):
        np.asarray(x, dtype=np.float64, copy=False)
    w = tg.ones(2, requires_grad=True)
    assert w.numpy(force=True).tolist() == w.detach().numpy().tolist() == [1.0, 1.0]
    attempt: Callable[[], Any]
    for attempt in (w.numpy, lambda: np.asarray(w)):
        with pytest.raises(RuntimeError, match=r"requires a gradient, .* use \.detach\(\)\.numpy\(\)"):
            attempt()


def test_questions() -> None:
    x = tg.zeros(2, 3)
    assert tg.is_tensor(x)
    assert not tg.is_tensor(x.numpy())
    assert (tg.numel(x), x.numel(), x.nelement()) == (6, 6, 6)
    assert tg.is_floating_point(x)
    assert not tg.is_floating_point(x > 0)
    assert tg.is_nonzero(tg.tensor([2]))
    assert not x[0, 0].is_nonzero()
    with pytest.raises(TypeError, match="numel: input must be a tensor, got list"):
        tg.numel(wrong([1, 2]))


def test_without_recording_the_array_of_a_parameter_is_free() -> None:
    w = tg.ones(2, requires_grad=True)
    with tg.no_grad():
        assert w.numpy().tolist() == [1, 1]
