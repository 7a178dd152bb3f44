"""Changes in place: what is written, what is refused, and what the graph makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.api._in_place import in_place
from tinygrad_edu.autograd.primitive import elementwise


def test_a_change_shows_everywhere_the_memory_is_seen() -> None:
    x = tg.zeros(2, 3)
    row, column = x[0], x.T[1]
    x += 1
    row *= 2
    assert row.tolist() == [2.0, 2.0, 2.0]
    assert column.tolist() == [2.0, 1.0]
    assert x.detach().add_(1)[0].tolist() == x[0].tolist() == [3.0] * 3


def test_every_change_returns_the_tensor_itself() -> None:
    x = tg.ones(2)
    change: Callable[[], Any]
    for change in (
        lambda: x.fill_(3),
        lambda: x.zero_(),
        lambda: x.copy_(tg.tensor([1, 2])),
        lambda: x.add_(1),
        lambda: x.clamp_(max=2),
        lambda: x.masked_fill_(x > 1, 0),
        lambda: x.requires_grad_(False),
        lambda: x.uniform_(),
        lambda: x.cumsum_(0),
    ):
        assert change() is x
    assert x.fill_(tg.tensor(4)).tolist() == [4.0, 4.0]


def test_the_dtype_stays() -> None:
    x = tg.tensor([1, 2])
    x += True
    x *= tg.tensor([2, 2], dtype=tg.int8)
    assert (x.tolist(), x.dtype) == ([4, 6], tg.int64)
    half = tg.ones(2, dtype=tg.float16)
    half += tg.ones(2, dtype=tg.float64)
    assert half.dtype is tg.float16
    assert tg.ones(2, dtype=tg.int64).fill_(2.7).tolist() == [2, 2]
    assert tg.zeros(2).copy_(tg.tensor([True, False])).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda: tg.tensor([1]).add_(1.5), RuntimeError, "add_: the result is float32 and can't be put into an int64"),
        (lambda: tg.tensor([1]).div_(2), RuntimeError, "div_: .* use the form without the underscore"),
        (lambda: tg.tensor([True]).add_(1), RuntimeError, "add_: the result is int64 and can't be put into a bool"),
        (
            lambda: tg.ones(2).add_(tg.ones(2, 2)),
            RuntimeError,
            r"add_: the result has shape \(2, 2\), which doesn't fit",
        ),
        (lambda: tg.ones(2).copy_(tg.ones(3)), RuntimeError, r"copy_: values of shape \(3,\) don't broadcast"),
        (lambda: tg.ones(2).copy_(wrong(3)), TypeError, "copy_: src must be a tensor"),
        (lambda: tg.ones(2).fill_(tg.ones(2)), RuntimeError, "fill_: wanted a number or a 0-d tensor"),
        (lambda: tg.ones(2).fill_(wrong("a")), TypeError, "fill_: wanted a number or a tensor, got str"),
        (lambda: tg.ones(2, dtype=tg.uint8).fill_(300), RuntimeError, "fill_: 300 doesn't fit uint8"),
        (lambda: tg.ones(1).expand(3).add_(1), RuntimeError, r"add_: .*\(it was expanded\); use \.clone\(\) first"),
        (
            lambda: tg.ones(2, requires_grad=True).add_(1),
            RuntimeError,
            r"add_: .* a leaf .* 'with tinygrad_edu\.no_grad",
        ),
        (lambda: tg.ones(2, requires_grad=True)[0].add_(1), RuntimeError, "a view of a leaf"),
        (lambda: tg.tensor([1]).requires_grad_(), RuntimeError, "only floating-point tensors can require a gradient"),
    ],
)
def test_refusals(attempt: Callable[[], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        attempt()


def test_gradients_follow_a_change() -> None:
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 2
    view = y[1:]
    view *= 10
    y[0] = 0
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0.0, 20.0, 20.0]


def test_gradients_follow_a_change_of_nothing() -> None:
    x = tg.zeros(0, requires_grad=True)
    y = x * 1
    y.square_().exp_()
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.shape == (0,)


def test_gradients_follow_a_change_by_an_operation_with_a_setting() -> None:
    curve = elementwise(lambda x, *, by: by * x * x, name="curve", x=lambda g, x, by: 2 * by * x * g)

    def curved(input: Any, by: float) -> Any:
        return curve(input, by=by)

    x = tg.tensor([1.0, 2.0], requires_grad=True)
    y = x * 1
    in_place(curved)(y, 3.0)
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [6.0, 12.0]


def test_an_update_without_recording() -> None:
    w = tg.tensor([1.0], requires_grad=True)
    with tg.no_grad():
        w -= 0.5
        w[0] += 1
    assert w.tolist() == [1.5]
    assert w.requires_grad
    assert w.is_leaf


def test_a_value_that_backward_needs_is_guarded() -> None:
    x = tg.tensor([1.0], requires_grad=True)
    y = x.exp()
    z = y * y
    y += 1
    with pytest.raises(RuntimeError, match="changed in place"):
        z.sum().backward()
