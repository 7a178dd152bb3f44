"""Picking and putting by index, against NumPy where PyTorch means the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

A = np.arange(24.0).reshape(2, 3, 4)

BASIC: list[Any] = [
    0,
    -1,
    (1, 2),
    (0, 1, 2),
    None,
    ...,
    (),
    (..., 0),
    (0, ..., None),
    (0, None, 1),
    slice(1, None),
    slice(None, -1),
    slice(-100, 100),
    slice(2, 1),
    (slice(None), 1),
    (slice(1, None), slice(None, None, 2)),
    np.int64(1),
]
ADVANCED: list[Any] = [
    [0, 1],
    [1, 1, 0],
    [-1],
    [],
    ([0, 1], [0, 2]),
    ([0, 1], slice(None), [0, 2]),
    (slice(None), [0, 2]),
    (slice(None), [0, 2], 1),
    (0, [0, 2]),
    ([[0], [1]], [0, 1]),
    ([0, 1], None, [0, 1]),
    [True, False],
    A > 5,
    A[:, :, 0] > 5,
    (slice(None), A[0, :, 0] > 3),
    np.array([1, 0]),
    True,
    False,
    (True, 0),
    (True, [0, 1]),
]


def ours(index: Any) -> Any:
    """Turn the arrays of an index into tensors."""
    if isinstance(index, tuple):
        return tuple(map(ours, index))
    return tg.tensor(index) if isinstance(index, np.ndarray) else index


@pytest.mark.parametrize("index", BASIC, ids=str)
def test_a_basic_index_gives_a_view(index: Any) -> None:
    x = tg.tensor(A)
    part = x[index]
    assert part.tolist() == A[index].tolist()
    assert tuple(part.shape) == A[index].shape
    if part.numel():
        assert np.shares_memory(part.numpy(), x.numpy())
    x[index] = -1
    wanted = A.copy()
    wanted[index] = -1
    assert x.tolist() == wanted.tolist()


@pytest.mark.parametrize("index", ADVANCED, ids=str)
def test_an_advanced_index_gives_a_copy_and_puts_values_back(index: Any) -> None:
    wanted = A[index]
    for form in (index, ours(index)):
        x = tg.tensor(A)
        part = x[form]
        assert part.tolist() == wanted.tolist()
        assert tuple(part.shape) == wanted.shape
        assert not np.shares_memory(part.numpy(), x.numpy())
        x[form] = -1.0
        changed = A.copy()
        changed[index] = -1
        assert x.tolist() == changed.tolist()


def test_integers_are_taken_first_so_that_no_dimension_moves() -> None:
    x = tg.tensor(A)
    assert x[0, :, [0, 2]].tolist() == A[0][:, [0, 2]].tolist()
    assert x[[0, 1], :, 0].tolist() == A[:, :, 0][[0, 1]].tolist()
    assert x[[0, 1], 0, [2, 3]].tolist() == A[:, 0][[0, 1], [2, 3]].tolist()
    x[0, :, [0, 2]] = tg.tensor([[7.0, 8.0]] * 3, dtype=tg.float64)
    assert x[0, :, 2].tolist() == [8.0] * 3


def test_a_list_of_lists_counts_as_a_tuple() -> None:
    x = tg.tensor(A)
    assert x[[[0, 1], [1, 0]]].tolist() == A[[0, 1], [1, 0]].tolist()
    assert x[[slice(None), 0]].tolist() == A[:, 0].tolist()
    assert x[tg.tensor([[0, 1], [1, 0]])].shape == (2, 2, 3, 4)


def test_an_index_tensor_of_one_value_is_an_integer_and_uint8_is_a_mask() -> None:
    x = tg.tensor(A)
    assert x[tg.tensor(1)].tolist() == A[1].tolist()
    assert x[tg.tensor([0, 1], dtype=tg.int32)].shape == (2, 3, 4)
    assert x[tg.tensor([0, 1], dtype=tg.uint8)].tolist() == A[1:].tolist()
    assert x[: tg.tensor(1)].shape == (1, 3, 4)


@pytest.mark.parametrize(
    ("index", "error", "words"),
    [
        (5, IndexError, "index: index 5 is out of range for dimension 0 of length 2; indexed was a float64 tensor"),
        ([0, 5], IndexError, "index 5 is out of range for dimension 0 of length 2"),
        ((0, 1, 2, 3), IndexError, "index: got an index for 4 dimensions, but indexed was"),
        ((..., ...), IndexError, r"only one \.\.\. can stand in an index"),
        (1.0, IndexError, "wanted integers, slices, bools, None, ... or a tensor of places, got float"),
        ("rows", IndexError, "got str 'rows'"),
        (tg.tensor([0.0]), IndexError, r"must be int64, int32 or bool, got a float32 tensor .* \.long\(\) first"),
        (tg.tensor([0], dtype=tg.int8), IndexError, "must be int64, int32 or bool"),
        (slice(None, None, -1), ValueError, "the step of a slice must be positive, got -1; use flip"),
        ([True, False, True], IndexError, r"a mask of shape \(3,\) doesn't fit dimensions of lengths \(2,\)"),
        (([0, 1], [0, 1, 2]), IndexError, r"places of shapes \(2,\) and \(3,\) don't broadcast"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused_in_words(index: Any, error: type[Exception], words: str) -> None:
    x = tg.tensor(A)
    with pytest.raises(error, match=words):
        x[index]
    with pytest.raises(error, match=words.replace("index: index", "setitem: index")):
        x[index] = 0


def test_values_stretch_to_their_place_and_take_its_dtype() -> None:
    x = tg.zeros(2, 3, dtype=tg.int64)
    x[0] = tg.tensor([1.7, 2.2, -3.9])
    assert x[0].tolist() == [1, 2, -3]
    x[:, 1] = tg.tensor([[8], [9]])[:, 0]
    assert x[:, 1].tolist() == [8, 9]
    x[[0, 1], 2] = 5
    assert x[:, 2].tolist() == [5, 5]
    x[x > 5] = 0
    assert x.max().item() == 5
    x[0] = [7, 8, 9]
    assert x[0].tolist() == [7, 8, 9]
    x[1] = tg.tensor([[[1, 2, 3]]])  # lengths of 1 in front don't count
    assert x[1].tolist() == [1, 2, 3]
    for index in (0, [0]):
        with pytest.raises(RuntimeError, match=r"setitem: .*\(2,\)"):
            x[index] = tg.ones(2)
        with pytest.raises(TypeError, match="setitem: wanted a number or a tensor, got str"):
            x[index] = "a"
    small = tg.zeros(2, dtype=tg.uint8)
    with pytest.raises(RuntimeError, match="setitem: 300 doesn't fit uint8, which holds 0 to 255"):
        small[0] = 300


def test_gradients_of_places_picked_twice_add_up() -> None:
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    x[[0, 0, 2]].sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [2.0, 0.0, 1.0]


@pytest.mark.parametrize("index", [None, ..., 0, slice(0, 1), [0], tg.tensor([True, False])], ids=str)
def test_gradients_pass_through_what_was_put(index: Any) -> None:
    x, c = tg.tensor([2.0, 3.0], requires_grad=True), tg.tensor(5.0, requires_grad=True)
    y = x.clone()
    y[index] += c
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [1.0, 1.0]
    assert c.grad is not None
    assert c.grad.item() == np.zeros(2)[index if not isinstance(index, tg.Tensor) else index.numpy()].size


@pytest.mark.parametrize("index", [None, ..., (None, None), ()], ids=str)
def test_gradients_pass_through_a_changed_0d_tensor(index: Any) -> None:
    x, c = tg.tensor(2.0, requires_grad=True), tg.tensor(3.0, requires_grad=True)
    y = x.clone()
    y[index] += c
    y.backward()
    assert x.grad is not None
    assert c.grad is not None
    assert (x.grad.item(), c.grad.item()) == (1.0, 1.0)
    z = x.clone()
    z[index] = 7.0
    (z * 2).backward()
    assert x.grad.item() == 1.0


FUNCTIONS: list[tuple[Callable[[tg.Tensor], tg.Tensor], Callable[[np.ndarray], np.ndarray]]] = [
    (lambda x: x.select(1, -1), lambda a: a[:, -1]),
    (lambda x: tg.narrow(x, 2, 1, 2), lambda a: a[:, :, 1:3]),
    (lambda x: x.narrow(1, -2, 2), lambda a: a[:, 1:]),
    (lambda x: x.index_select(0, tg.tensor([1, 0, 1])), lambda a: a[[1, 0, 1]]),
    (lambda x: x.index_select(-1, tg.tensor(2)), lambda a: a[:, :, [2]]),
    (lambda x: x.gather(2, tg.tensor([[[3], [1], [0]]])), lambda a: a[[[[0]]], [[[0], [1], [2]]], [[[3], [1], [0]]]]),
    (lambda x: x.take_along_dim(x.argmax(1, keepdim=True), 1), lambda a: a.max(1, keepdims=True)),
    (lambda x: x.take_along_dim(tg.tensor([3, 5])), lambda a: a.ravel()[[3, 5]]),
    (lambda x: x.masked_fill(x > 5, 0), lambda a: np.where(a > 5, 0, a)),
    (lambda x: x.masked_fill(x[0] > 5, tg.tensor(-1)), lambda a: np.where(a[0] > 5, -1, a)),
    (lambda x: x.masked_select(x > 5), lambda a: a[a > 5]),
    (lambda x: x.masked_select(x[0, 0] > 1), lambda a: a[:, :, 2:].ravel()),
    (lambda x: tg.nonzero(x > 20), lambda a: np.argwhere(a > 20)),
]


@pytest.mark.parametrize(("function", "wanted"), FUNCTIONS)
def test_functions_that_pick(
    function: Callable[[tg.Tensor], tg.Tensor], wanted: Callable[[np.ndarray], np.ndarray]
) -> None:
    assert function(tg.tensor(A)).tolist() == wanted(A).tolist()


def test_scatter_is_the_opposite_of_gather() -> None:
    labels = tg.tensor([2, 0])
    assert tg.zeros(2, 3).scatter_(1, labels[:, None], 1.0).tolist() == [[0, 0, 1], [1, 0, 0]]
    x, source = tg.zeros(2, 3, requires_grad=True), tg.tensor([[5.0, 6.0], [7.0, 8.0]], requires_grad=True)
    result = tg.scatter(x, 1, tg.tensor([[0, 2], [1, 0]]), source)
    assert result.tolist() == [[5, 0, 6], [8, 7, 0]]
    (result * 2).sum().backward()
    assert x.grad is not None
    assert source.grad is not None
    assert x.grad.tolist() == [[0, 2, 0], [0, 0, 2]]
    assert source.grad.tolist() == [[2, 2], [2, 2]]


def test_nonzero_as_a_tuple_indexes() -> None:
    x = tg.tensor(A)
    assert x[tg.nonzero(x > 20, as_tuple=True)].tolist() == A[A > 20].tolist()
    assert tg.nonzero(tg.tensor(3)).shape == (1, 0)


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda x: x.select(0, 5), IndexError, "select: index 5 is out of range for dimension 0"),
        (lambda x: x.select(3, 0), IndexError, "select: dimension 3 is out of range"),
        (lambda x: tg.tensor(1.0).select(0, 0), IndexError, "select: a 0-d tensor"),
        (lambda x: x.narrow(1, 2, 2), RuntimeError, "narrow: 2 places from 2 on don't fit dimension 1"),
        (lambda x: tg.tensor(1.0).narrow(0, 0, 1), RuntimeError, "narrow: a 0-d tensor"),
        (lambda x: x.index_select(0, tg.tensor([-1])), IndexError, "index_select: index must lie between 0 and 1"),
        (lambda x: x.index_select(0, tg.tensor([[0]])), IndexError, "index must have one dimension"),
        (lambda x: x.index_select(0, tg.tensor([0.0])), TypeError, r"index must be int64.*\.long\(\)"),
        (lambda x: x.gather(0, tg.tensor([[[5]]])), RuntimeError, "gather: index must lie between 0 and 1"),
        (lambda x: x.gather(0, tg.tensor([0])), RuntimeError, r"gather: index of shape \(1,\) doesn't fit"),
        (lambda x: x.scatter(0, tg.tensor([[[5]]]), 1), RuntimeError, "scatter: index must lie between"),
        (
            lambda x: x.scatter(0, tg.tensor([[[0]]]), tg.ones(1, 1, 1)),
            RuntimeError,
            "scatter: src must have the dtype",
        ),
        (lambda x: x.masked_fill(x > 0, tg.ones(1)), RuntimeError, "masked_fill: value must be a number or a 0-d"),
        (lambda x: x.masked_fill(x, 0), TypeError, "masked_fill: mask must be a bool tensor"),
        (lambda x: x.masked_select(x), TypeError, "masked_select: mask must be a bool tensor"),
        (lambda x: x.masked_select(tg.ones(5) > 0), RuntimeError, "masked_select: .* don't broadcast"),
        (lambda x: x.take_along_dim(tg.tensor([0]), 0), RuntimeError, "equally many dimensions"),
    ],
)
def test_functions_refuse_in_words(attempt: Callable[[tg.Tensor], object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        attempt(tg.tensor(A))


PLACES: dict[str, Any] = {
    "a mask of all": tg.ones(4, 4).bool(),
    "a mask of rows": tg.tensor([True] * 4),
    "a mask and a number": (tg.tensor([True] * 4), -1),
    "rows": tg.tensor([1, 2, 3, 0]),
    "columns": (slice(None), tg.tensor([3, 0, 0, 1])),
    "a diagonal": (tg.tensor([0, 1, 2, 3]), tg.tensor([0, 1, 2, 3])),
    "a part": (slice(0, 3), slice(1, 4)),
    "a row": 2,
}
SHOWN: dict[str, Callable[[Any], Any]] = {
    "turned over": lambda x: x.T,
    "the first row": lambda x: x[0],
    "one row, still two dimensions": lambda x: x[0:1],
    "the last column": lambda x: x[:, 3],
    "without the first row and column": lambda x: x[1:, 1:],
    "a row stretched": lambda x: x[1].expand(4, 4),
    "all in a row, turned": lambda x: x.T.T.view(16),
}


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("places", PLACES)
def test_values_from_the_memory_that_is_changed_are_read_before_any_is_written(places: str, shown: str) -> None:
    index, part = PLACES[places], SHOWN[shown]
    x, y = tg.arange(16.0).reshape(4, 4).clone(), tg.arange(16.0).reshape(4, 4).clone()
    try:
        y[index] = part(y).clone()
    except RuntimeError:  # it doesn't fit
        with pytest.raises(RuntimeError):
            x[index] = part(x)
        return
    x[index] = part(x)
    assert x.tolist() == y.tolist()


@pytest.mark.parametrize(
    "method", ["index_copy_", "index_add_", "index_put_", "scatter_", "scatter_add_", "masked_scatter_"]
)
def test_methods_that_put_values_read_them_first_too(method: str) -> None:
    def done(x: Any, source: Any) -> Any:
        rows, mask, index = tg.tensor([1, 2, 3, 0]), tg.ones(4, 4).bool(), tg.tensor([[1, 2, 3, 0]] * 4)
        given: dict[str, tuple[Any, ...]] = {
            "index_copy_": (0, rows, source),
            "index_add_": (0, rows, source),
            "index_put_": ((mask,), source.reshape(16)),
            "scatter_": (1, index, source),
            "scatter_add_": (1, index, source),
            "masked_scatter_": (mask, source),
        }
        return list(getattr(x, method)(*given[method]).tolist())

    parts: list[Callable[[Any], Any]] = [lambda x: x, lambda x: x.T, lambda x: x.flip(0)]
    for part in parts:
        x, y = tg.arange(16.0).reshape(4, 4).clone(), tg.arange(16.0).reshape(4, 4).clone()
        assert done(x, part(x)) == done(y, part(y).clone())
