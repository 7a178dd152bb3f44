"""Tensors that share memory share it in a copy too, and in what was saved and loaded; PyTorch's do so."""

from __future__ import annotations

import copy
import gc
import io
import math
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.damage import same

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu._memory import (
    bytes_under,
    copied,
    extent,
    in_a_row,
    in_rows,
    matrix_product,
    owner,
    product_like,
    product_of_rows,
    without_gaps,
)


def stored(obj: Any) -> Any:
    file = io.BytesIO()
    tg.save(obj, file)
    return tg.load(file)


both_ways = pytest.mark.parametrize("again", [copy.deepcopy, stored], ids=["deepcopy", "save"])

VIEWS: dict[str, Callable[[tg.Tensor], tg.Tensor]] = {
    "itself": lambda x: x,
    "detached": lambda x: x.detach(),
    "row": lambda x: x[1],
    "column": lambda x: x[:, 2],
    "number": lambda x: x[1, 2],
    "turned": lambda x: x.T,
    "flat": lambda x: x.view(-1),
    "every other": lambda x: x.view(-1)[1::2],
    "stretched": lambda x: x[:, :1].expand(-1, 5),
    "front": lambda x: x[:1],
    "back": lambda x: x[2:],
    "nothing": lambda x: x[:0],
    "NumPy's": lambda x: tg.from_numpy(x.numpy()[:2]),
    "backwards": lambda x: tg.from_numpy(x.numpy()[::-1, ::-2]),
    "windows": lambda x: tg.from_numpy(np.lib.stride_tricks.sliding_window_view(x.numpy().reshape(-1), 3)),
    "of a buffer": lambda x: tg.from_numpy(np.frombuffer(x.numpy().data, np.float32, 3, 8)),
}


def shares(x: tg.Tensor, y: tg.Tensor) -> bool:
    return bool(np.shares_memory(x.detach().numpy(), y.detach().numpy()))


@both_ways
@given(names=st.lists(st.sampled_from(sorted(VIEWS)), min_size=1, max_size=4), data=st.data())
def test_what_is_shared_stays_shared(again: Callable[[Any], Any], names: list[str], data: st.DataObject) -> None:
    base = tg.arange(12.0).view(3, 4).clone()
    tensors = [VIEWS[name](base) for name in names]
    copies = again(tensors)
    for original, copy_of in zip(tensors, copies, strict=True):
        assert same(copy_of, original)
        assert not shares(copy_of, original) or not original.numel()
    for i in range(len(tensors)):
        for j in range(i):
            assert shares(copies[i], copies[j]) == shares(tensors[i], tensors[j])
    place = data.draw(st.integers(0, len(names) - 1))
    array, twin = tensors[place].detach().numpy(), copies[place].detach().numpy()
    if array.size and array.flags.writeable:
        # A change of one is seen in the same places of the others.
        array[(0,) * array.ndim] = twin[(0,) * twin.ndim] = 77
        for original, copied in zip(tensors, copies, strict=True):
            assert same(copied, original)


@both_ways
def test_tied_parts_of_a_state_stay_tied(again: Callable[[Any], Any]) -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(3, 3), nn.Linear(3, 3)
            self.second.weight = self.first.weight
            self.register_buffer("all", tg.zeros(4))
            self.register_buffer("part", self.get_buffer("all")[2:])

    state = again(Tied().state_dict())
    assert shares(state["first.weight"], state["second.weight"])
    assert shares(state["all"], state["part"])
    state["part"].fill_(1)
    assert state["all"].tolist() == [0, 0, 1, 1]
    assert not shares(state["first.bias"], state["second.bias"])


@both_ways
def test_a_change_is_noticed_by_all_who_share(again: Callable[[Any], Any]) -> None:
    base = tg.ones(3)
    x, part = again([base, base[1:]])
    out = x.requires_grad_().square().sum()
    part.mul_(5)
    with pytest.raises(RuntimeError, match="changed in place"):
        out.backward()


def test_a_deep_copy_of_a_parameter_is_alone_and_without_a_gradient() -> None:
    parameter = nn.Parameter(tg.ones(3))
    parameter.grad = tg.ones(3)
    twin, data, part = copy.deepcopy([parameter, parameter.data, parameter.data[1:]])
    assert (type(twin), twin.grad, twin.requires_grad) == (nn.Parameter, None, True)
    assert not shares(twin, data)
    assert shares(data, part)
    turned = nn.Parameter(tg.ones(2, 3).T)
    assert copy.deepcopy(turned).stride() == turned.stride() == (1, 3)


def test_deep_copies_of_gradients() -> None:
    first, second = tg.ones(2, requires_grad=True), tg.ones(2, requires_grad=True)
    first.grad = second.grad = tg.ones(2)
    one, other = copy.deepcopy([first, second])
    assert one.grad is other.grad is not first.grad
    number = tg.tensor(3.0, requires_grad=True)
    number.square().backward(create_graph=True)
    gradient = copy.deepcopy(number).grad
    assert gradient is not None
    assert (gradient.item(), gradient.is_leaf) == (6, True)


def test_a_lone_part_of_much_memory_is_saved_alone() -> None:
    much = tg.zeros(1000, 1000)
    for part in (much[0], much[:, 0], much[::500, ::500], much[3, 4], much[:, :1].expand(-1, 1000)):
        file = io.BytesIO()
        tg.save(part, file)
        assert len(file.getvalue()) < 10_000
        file.seek(0)
        assert tg.load(file).shape == part.shape


def test_what_is_stretched_takes_no_more_room_in_a_file() -> None:
    file = io.BytesIO()
    tg.save(tg.ones(1).expand(1 << 40), file)
    assert len(file.getvalue()) < 1000
    assert tg.load(file).stride() == (0,)


def test_a_member_is_a_tensor_that_others_lie_in_wherever_there_is_one() -> None:
    import zipfile

    x = tg.arange(6.0).view(2, 3)
    file = io.BytesIO()
    tg.save([x[0], x, x.T[1]], file)
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["structure.json", "0.npy"]
        with archive.open("0.npy") as member:
            np.testing.assert_array_equal(np.lib.format.read_array(member), x.numpy())


def test_copies_leave_nothing_to_the_cycle_collector() -> None:
    base = tg.ones(5)
    gc.collect()
    gc.disable()
    try:
        copied = copy.deepcopy([base, base[1:]])
        array = weakref.ref(copied[0].numpy().base)
        del copied
        assert array() is None
        assert gc.collect() == 0
    finally:
        gc.enable()


# The helpers


def test_the_owner_of_memory() -> None:
    x = np.arange(6.0)
    views: list[Any] = [x, x[1:], x[1:].reshape(5, 1), x.view(np.uint8), np.broadcast_to(x, (2, 6)), x.data]
    views += [np.lib.stride_tricks.as_strided(x, (2,)), np.frombuffer(x), np.ndarray((2,), buffer=x)]
    assert all(owner(np.asarray(view)) is x for view in views)
    foreign = np.frombuffer(bytearray(8), np.uint8)
    assert owner(foreign[1:]) is foreign


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from([-3, -2, -1, 1, 2, 3])), max_size=3),
    st.sampled_from(["f4", "u1", "?"]),
)
def test_the_bytes_under_an_array(dims: list[tuple[int, int]], name: str) -> None:
    whole = np.arange(np.prod([n * abs(step) for n, step in dims], dtype=int)).astype(name)
    whole = whole.reshape([n * abs(step) for n, step in dims])
    index: Any = (..., *[slice(None, None, step) for _, step in dims])
    array = whole[index]
    low, high = extent(array)
    memory = bytes_under(array)
    assert np.lib.array_utils.byte_bounds(array) == (low, high)
    assert (memory.nbytes, np.shares_memory(memory, whole)) == (high - low, True)
    start = array.__array_interface__["data"][0] - low
    assert same(np.ndarray(array.shape, array.dtype, memory, start, array.strides).copy(), array.copy())
    compact = without_gaps(array)
    assert same(compact.copy(), array.copy())
    assert extent(compact)[1] - extent(compact)[0] == array.nbytes


@pytest.mark.parametrize(
    ("make", "steps"),
    [
        (lambda x: x, (12, 4, 1)),
        (lambda x: x.transpose(2, 0, 1), (1, 12, 4)),
        (lambda x: x[:, ::2], (8, 4, 1)),  # with gaps, which a copy hasn't
        (lambda x: np.broadcast_to(x[:, :1], (2, 3, 4)), (12, 4, 1)),
        (lambda x: np.broadcast_to(x[0].T, (2, 4, 3)), (12, 1, 4)),  # PyTorch's too; NumPy's "K" says (1, 2, 8)
        (lambda x: np.broadcast_to(x[:, :1, :1], (2, 3, 4)), (12, 4, 1)),
    ],
)
def test_the_axes_of_a_copy_follow_each_other_as_those_of_the_original(make: Any, steps: tuple[int, ...]) -> None:
    x = make(np.arange(24.0).reshape(2, 3, 4))
    for made in (copied(x), copied(x, np.dtype(np.float16))):
        assert tuple(step // made.itemsize for step in made.strides) == steps
        np.testing.assert_array_equal(made, x)
        assert not np.shares_memory(made, x)
    row, back = in_a_row(x)
    assert row.shape == (x.size,)
    np.testing.assert_array_equal(back(row), x)
    assert tuple(step // 8 for step in back(row.copy()).strides) == steps


def heads_in_rows(*shape: int) -> np.ndarray:
    """Heads, (samples, heads, rows, width), that are parts of rows."""
    samples, heads, rows, width = shape
    values = np.random.default_rng(0).standard_normal((samples, rows, 3 * heads * width))
    return values[..., heads * width : 2 * heads * width].reshape(samples, rows, heads, width).swapaxes(1, 2)


def test_a_product_of_heads_lies_as_they_do() -> None:
    heads, scores = heads_in_rows(2, 3, 5, 4), np.random.default_rng(1).standard_normal((2, 3, 5, 5))
    for product in (product_like(scores, heads), product_like(scores, heads.copy(), heads)):
        np.testing.assert_allclose(product, scores @ heads, rtol=1e-12)
        assert np.shares_memory(product, product.swapaxes(1, 2).reshape(2, 5, 12))  # rows, without a copy


@pytest.mark.parametrize(
    "like",
    [
        np.zeros((2, 3, 5, 4)),  # row by row already
        heads_in_rows(2, 3, 5, 6),  # of another shape
        np.broadcast_to(np.zeros((1, 3, 5, 4)), (2, 3, 5, 4)),  # stretched
        heads_in_rows(2, 3, 4, 5).mT,  # columns
    ],
    ids=["rows", "wider", "stretched", "columns"],
)
def test_any_other_product_lies_row_by_row(like: np.ndarray) -> None:
    heads, scores = heads_in_rows(2, 3, 5, 4), np.random.default_rng(1).standard_normal((2, 3, 5, 5))
    product = product_like(scores, heads, like)
    np.testing.assert_allclose(product, scores @ heads, rtol=1e-12)
    assert product.flags.c_contiguous


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize(
    ("a", "b"),
    [((3, 4), (4, 5)), ((600, 40), (40, 300)), ((2, 3, 4), (2, 4, 5)), ((2, 3, 4), (4, 5)), ((0, 4), (4, 5))],
    ids=str,
)
def test_a_product_of_matrices_is_that_of_numpy(a: tuple[int, ...], b: tuple[int, ...], dtype: type) -> None:
    x: Any = np.arange(math.prod(a)).reshape(a).astype(dtype) % 7
    y: Any = np.arange(math.prod(b)).reshape(b).astype(dtype) % 7
    pairs = [(x, y), (x, tg.tensor(y)), (tg.tensor(x), y), (tg.tensor(x), tg.tensor(y))]
    for one, other in pairs:
        np.testing.assert_array_equal(np.asarray(matrix_product(one, other)), x @ y, strict=True)


@pytest.mark.parametrize("shape", [(4, 3), (2, 4, 3), (2, 0, 3), (2, 1, 5, 3), (40, 60, 64), (2, 2, 0)])
def test_rows_of_any_number_of_dimensions_are_multiplied(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).standard_normal(shape)
    matrix = np.random.default_rng(1).standard_normal((shape[-1], 70))
    for x in (values, values.swapaxes(0, -2), np.asfortranarray(values)):
        np.testing.assert_allclose(product_of_rows(x, matrix), x @ matrix, rtol=1e-12, atol=1e-12)
        recorded = product_of_rows(tg.tensor(x, requires_grad=True), tg.tensor(matrix))
        np.testing.assert_allclose(recorded.detach().numpy(), x @ matrix, rtol=1e-12, atol=1e-12)
        assert recorded.grad_fn is not None


def test_of_one_dimension_there_are_no_rows() -> None:
    with pytest.raises(ValueError, match="two or more dimensions are wanted, got 1"):
        product_of_rows(np.ones(3), np.ones((3, 2)))


def test_rows_may_have_several_dimensions_themselves() -> None:
    x = np.arange(24).reshape(2, 3, 4)
    assert in_rows(x).shape == (6, 4)
    assert in_rows(x, 2).shape == (2, 12)
    assert in_rows(x, 3).shape == (1, 24)
    assert in_rows(matrix := x[0]) is matrix
