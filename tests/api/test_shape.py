"""Shapes: against NumPy, as views where PyTorch gives views, and refused in words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg

A = np.arange(24).reshape(2, 3, 4)

VIEWS: list[tuple[Callable[[tg.Tensor], tg.Tensor], Callable[[np.ndarray], np.ndarray]]] = [
    (lambda x: x.reshape(4, 6), lambda a: a.reshape(4, 6)),
    (lambda x: x.reshape((-1,)), lambda a: a.reshape(-1)),
    (lambda x: x.reshape(shape=(2, -1)), lambda a: a.reshape(2, -1)),
    (lambda x: x.view(12, 2), lambda a: a.reshape(12, 2)),
    (lambda x: x.view(size=(3, 8)), lambda a: a.reshape(3, 8)),
    (lambda x: x.view_as(tg.zeros(24)), lambda a: a.reshape(24)),
    (lambda x: x.reshape_as(tg.zeros(24)), lambda a: a.reshape(24)),
    (lambda x: x.flatten(), lambda a: a.reshape(24)),
    (lambda x: x.flatten(1), lambda a: a.reshape(2, 12)),
    (lambda x: tg.flatten(x, start_dim=0, end_dim=1), lambda a: a.reshape(6, 4)),
    (lambda x: x.ravel(), lambda a: a.ravel()),
    (lambda x: x.unflatten(2, (2, -1)), lambda a: a.reshape(2, 3, 2, 2)),
    (lambda x: x.transpose(0, -1), lambda a: a.swapaxes(0, -1)),
    (lambda x: tg.swapaxes(x, 0, 1), lambda a: a.swapaxes(0, 1)),
    (lambda x: x.mT, lambda a: a.swapaxes(-1, -2)),
    (lambda x: x.T, lambda a: a.T),
    (lambda x: x[0].t(), lambda a: a[0].T),
    (lambda x: x[0, 0].t(), lambda a: a[0, 0]),
    (lambda x: x.permute(2, 0, 1), lambda a: a.transpose(2, 0, 1)),
    (lambda x: x.permute((-1, 0, 1)), lambda a: a.transpose(2, 0, 1)),
    (lambda x: x.movedim(0, 2), lambda a: np.moveaxis(a, 0, 2)),
    (lambda x: tg.moveaxis(x, (0, 1), (1, 2)), lambda a: np.moveaxis(a, (0, 1), (1, 2))),
    (lambda x: x.unsqueeze(0), lambda a: a[None]),
    (lambda x: x.unsqueeze(-1), lambda a: a[..., None]),
    (lambda x: x[:1].squeeze(), lambda a: a[0]),
    (lambda x: x[:1].squeeze(0), lambda a: a[0]),
    (lambda x: x[:1, :1].squeeze((0, 1)), lambda a: a[0, 0]),
    (lambda x: x.squeeze(1), lambda a: a),
    (lambda x: x[:1].expand(5, -1, -1), lambda a: np.broadcast_to(a[:1], (5, 3, 4))),
    (lambda x: x.expand(2, 2, 3, 4), lambda a: np.broadcast_to(a, (2, 2, 3, 4))),
    (lambda x: x.broadcast_to((1, 2, 3, 4)), lambda a: a[None]),
    (lambda x: x.expand_as(tg.zeros(1, 2, 3, 4)), lambda a: a[None]),
    (lambda x: tg.broadcast_tensors(x, tg.zeros(2, 1, 1, 1))[0], lambda a: np.broadcast_to(a, (2, 2, 3, 4))),
]


@pytest.mark.parametrize(("ours", "reference"), VIEWS)
def test_views_share_the_memory(
    ours: Callable[[tg.Tensor], tg.Tensor], reference: Callable[[np.ndarray], np.ndarray]
) -> None:
    x = tg.tensor(A)
    result = ours(x)
    assert result.tolist() == reference(A).tolist()
    assert np.shares_memory(result.numpy(), x.numpy())
    x[0, 0, 0] = 100
    assert result.flatten()[0].item() == 100


def test_what_does_not_lie_in_order_is_copied_by_reshape_and_refused_by_view() -> None:
    x = tg.tensor(A)
    turned = x.transpose(0, 1)
    assert not turned.is_contiguous()
    copied = turned.reshape(24)
    assert copied.tolist() == A.swapaxes(0, 1).ravel().tolist()
    assert not np.shares_memory(copied.numpy(), x.numpy())
    with pytest.raises(RuntimeError, match=r"view: .* don't lie in memory in the order .* use \.reshape"):
        turned.view(24)
    assert turned.contiguous().view(24).tolist() == copied.tolist()
    assert x.contiguous() is x
    assert turned.stride() == (4, 12, 1)
    assert turned.stride(0) == 4


def test_copies() -> None:
    x = tg.tensor(A)
    for result, wanted in (
        (x.flip(0), A[::-1]),
        (x.flip((0, -1)), A[::-1, :, ::-1]),
        (x.flip(dims=(1,)), A[:, ::-1]),
        (x.clone(), A),
    ):
        assert result.tolist() == wanted.tolist()
        assert not np.shares_memory(result.numpy(), x.numpy())


def test_no_values_and_no_dimensions() -> None:
    assert tg.zeros(0, 3).reshape(-1).shape == (0,)
    assert tg.zeros(0, 3).reshape(3, 0).shape == (3, 0)
    assert tg.zeros(0, 3).view(0, 7).shape == (0, 7)
    assert tg.zeros(0).T.shape == (0,)
    x = tg.tensor(2.0)
    for result, shape in (
        (x.reshape(1, 1), (1, 1)),
        (x.view(-1), (1,)),
        (x.flatten(), (1,)),
        (x.squeeze(), ()),
        (x.unsqueeze(0), (1,)),
        (x.expand(2, 3), (2, 3)),
        (x.permute(()), ()),
        (x.transpose(0, -1), ()),
        (x.T, ()),
        (x.flip(0), ()),
        (x.movedim(0, 0), ()),
        (x.clone(), ()),
    ):
        assert result.shape == shape
    with pytest.raises(RuntimeError, match=r"reshape: the 0 values of .* don't fit the shape \(0, -1\)"):
        tg.zeros(0, 3).reshape(0, -1)


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda x: x.reshape(5, 5), RuntimeError, r"reshape: the 24 values of .* don't fit the shape \(5, 5\)"),
        (lambda x: x.reshape(-1, -1), RuntimeError, r"reshape: only one length may be -1, .* got the shape \(-1, -1\)"),
        (lambda x: x.view(7), RuntimeError, r"view: the 24 values of"),
        (lambda x: x.reshape(2.0, 12), TypeError, "reshape: a size must be made of integers, got float"),
        (
            lambda x: x[0, 0, 0].view(tg.int16),
            RuntimeError,
            r"view: a 0-d tensor can.t be viewed as tinygrad_edu.int16",
        ),
        (lambda x: x.permute(0, 1), RuntimeError, "permute: dims must name each of the 3 dimensions once"),
        (lambda x: x.permute(0, 0, 1), RuntimeError, "permute: dims must name each"),
        (lambda x: x.transpose(0, 3), IndexError, "transpose: dimension 3 is out of range for 3 dimensions"),
        (lambda x: x.t(), RuntimeError, "t: wanted at most 2 dimensions"),
        (lambda x: x[0, 0].mT, RuntimeError, "mT: wanted a matrix"),
        (lambda x: x.unsqueeze(5), IndexError, "unsqueeze: dimension 5 is out of range"),
        (lambda x: x.squeeze(7), IndexError, "squeeze: dimension 7 is out of range"),
        (lambda x: x.flatten(2, 1), RuntimeError, "flatten: start_dim 2 comes after end_dim 1"),
        (lambda x: x.unflatten(2, (3, -1)), RuntimeError, "unflatten: sizes"),
        (lambda x: x.expand(2, 3), RuntimeError, "expand: .* can't be stretched"),
        (lambda x: x.expand(2, 3, 5), RuntimeError, "only lengths of 1 stretch"),
        (lambda x: x.expand(-1, 2, 3, 4), RuntimeError, "expand: .* can't be stretched"),
        (lambda x: x.flip((0, 0)), RuntimeError, "flip: a dimension appears more than once"),
        (lambda x: x.movedim((0, 1), (0,)), RuntimeError, "movedim: source"),
        (lambda x: tg.broadcast_tensors(x, tg.zeros(7)), RuntimeError, "broadcast_tensors: shapes .* don't broadcast"),
        (lambda x: x.sum_to_size(5), RuntimeError, "sum_to_size: .* isn't a stretched tensor"),
        (lambda x: tg.reshape(wrong([1, 2]), (2,)), TypeError, "reshape: input must be a tensor, got list"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    attempt: Callable[[tg.Tensor], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        attempt(tg.tensor(A))


def test_sizes_may_be_tensors_and_numpy_integers() -> None:
    x = tg.tensor(A)
    assert x.reshape(tg.tensor(4), np.int64(6)).shape == (4, 6)
    assert x.sum_to_size(2, 1, 1).tolist() == A.sum((1, 2), keepdims=True).tolist()
    assert x.int().sum_to_size(1, 4).dtype == (x > 0).sum_to_size(4).dtype == tg.int64
    assert x.int().sum_to_size(x.shape).dtype == tg.int32
    assert x.sum_to_size((1, 4)).tolist() == A.sum((0, 1)).reshape(1, 4).tolist()
