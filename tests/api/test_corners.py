"""Forms of functions that are seldom called: values by NumPy, or worked out by hand."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

X = tg.tensor([[1.0, 2.0], [1.0, 2.0], [0.0, 5.0]])


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_distinct_slices_beside_each_other(dim: int) -> None:
    x = X if dim == 0 else X.T
    values, inverse, counts = tg.unique_consecutive(x, return_inverse=True, return_counts=True, dim=dim)
    assert values.tolist() == (X[1:] if dim == 0 else X[1:].T).tolist()
    assert inverse.tolist() == [0, 0, 1]
    assert counts.tolist() == [2, 1]


def test_nothing_in_its_form() -> None:
    assert tg.block_diag().shape == (1, 0)
    assert tg.combinations(tg.arange(3), 0).shape == (0,)
    assert tg.matrix_power(X[:2].double(), 0).tolist() == [[1, 0], [0, 1]]
    powers = tg.matrix_power(tg.ones(4, 3, 3), 0)
    powers[0, 0, 0] = 9
    assert powers[1].tolist() == np.eye(3).tolist()


@pytest.mark.parametrize("function", [tg.median, tg.nanmedian])
def test_medians_of_whole_numbers(function: Any) -> None:
    x = tg.tensor([[7, 1, 5, 3], [2, 2, 9, 0]])
    values, places = function(x, dim=1)
    assert values.tolist() == [3, 2]
    assert x.gather(1, places[:, None]).flatten().tolist() == [3, 2]
    assert function(x).item() == 2


def test_new_tensors_of_old() -> None:
    source = tg.ones(2, requires_grad=True)
    made: Any = source.new(source)
    assert made.tolist() == [1, 1]
    assert not made.requires_grad
    source.new((2, 3))
    assert source.new(2, 3).shape == (2, 3)
    assert source.new().shape == (0,)
    assert source.type("FloatTensor").dtype is tg.float32
    assert source.type("tinygrad_edu.DoubleTensor").dtype is tg.float64


def test_old_types_know_their_tensors() -> None:
    assert isinstance(tg.ones(2), tg.FloatTensor)
    assert not isinstance(tg.ones(2), tg.LongTensor)
    assert not isinstance(np.ones(2), tg.DoubleTensor)
    assert isinstance(tg.ones(2).long(), tg.LongTensor)


def test_limits_of_types_are_compared() -> None:
    assert tg.finfo(tg.float32) == tg.finfo(tg.float32) != tg.finfo(tg.float64)
    assert len({tg.iinfo(tg.int8), tg.iinfo(tg.int8), tg.iinfo(tg.int64)}) == 2
    assert tg.iinfo(tg.int8) != 8


def test_scaling_that_scales_nothing_says_so() -> None:
    scaler = tg.amp.GradScaler()
    assert scaler.get_scale() == 1
    assert not scaler.is_enabled()
    assert scaler.state_dict() == {}


def test_a_number_is_no_factor_of_matrices() -> None:
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for @"):
        3 @ X
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for @"):
        X @ "text"
    assert (np.ones((1, 3), np.float32) @ X).tolist() == [[2, 9]]


def test_the_graph_is_seen_from_its_end() -> None:
    w = tg.ones(3, requires_grad=True)
    node: Any = (w * 2 + 1).sum().grad_fn
    names = []
    while hasattr(node, "next_functions"):
        names.append(node.name())
        following = [each for each, _ in node.next_functions]
        if not following:
            break
        (node,) = following
    assert names == ["SumBackward0", "AddBackward0", "MulBackward0", "AccumulateGrad"]
    assert node.variable is w
    assert repr(node).startswith("<AccumulateGrad object at 0x")
    assert repr((w * 2).grad_fn).startswith("<MulBackward0 object at 0x")


def test_the_graph_shows_which_result_was_used() -> None:
    class Both(tg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2, x * 3

        @staticmethod
        def backward(ctx: Any, *g: Any) -> Any:
            return g[0] * 2 + g[1] * 3

    w = tg.ones(2, requires_grad=True)
    results = Both.apply(w)
    for place, each in enumerate(results):
        ((node, index),) = (each + 1).grad_fn.next_functions
        assert index == place
        assert "Both" in node.name()


def test_a_generator_s_result_passes_the_switch() -> None:
    @tg.no_grad()
    def recorded() -> Generator[bool, None, str]:
        yield tg.is_grad_enabled()
        return "done"

    found: list[str] = []

    def around() -> Iterator[bool]:
        found.append((yield from recorded()))

    assert list(around()) == [False]
    assert found == ["done"]
    assert tg.is_grad_enabled()


@pytest.mark.parametrize("padding", [0, 1])
def test_pooling_keeps_nan_and_infinities_in_their_windows(padding: int) -> None:
    nan, inf = float("nan"), float("inf")
    x = tg.tensor([[[1.0, nan, 0.0, 2.0, -inf, -inf]]], requires_grad=True)
    y, places = tg.nn.functional.max_pool1d(x, 2, padding=padding, return_indices=True)
    expected = [[1, nan, 2, -inf]] if padding else [[nan, 2, -inf]]
    np.testing.assert_array_equal(y.detach().numpy()[0], expected)
    assert places.flatten().tolist() == ([0, 1, 3, 5] if padding else [1, 3, 4])
    y.backward(tg.full(y.shape, inf))
    assert x.grad is not None
    assert x.grad.flatten().tolist() == ([inf, inf, 0, inf, 0, inf] if padding else [0, inf, 0, inf, inf, 0])


def test_distances_of_many_near_rows_come_from_differences() -> None:
    rows = np.random.default_rng(0).normal(size=(1, 64)).astype(np.float32)
    near = np.repeat(rows, 300, 0)
    near[:, 0] += np.arange(300, dtype=np.float32) * 1e-4
    found = tg.cdist(tg.tensor(near), tg.tensor(near)).numpy()
    column = near[:, 0].astype(np.float64)
    np.testing.assert_allclose(found, np.abs(column[:, None] - column), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("src", [(3, 4), (2, 5)])
def test_scattering_takes_the_front_of_a_larger_source(src: tuple[int, int]) -> None:
    values = np.arange(float(np.prod(src))).reshape(src)
    index = np.array([[0, 1, 2], [2, 0, 1]])
    expected = np.zeros((2, 3))
    np.put_along_axis(expected, index, values[:2, :3], 1)
    for reduce in ("sum", "amax"):
        result = tg.zeros(2, 3).double().scatter_reduce(1, tg.tensor(index), tg.tensor(values), reduce)
        assert result.tolist() == expected.tolist()
    assert tg.zeros(2, 3).double().scatter(1, tg.tensor(index), tg.tensor(values)).tolist() == expected.tolist()


def test_splitting_at_places_in_a_tensor() -> None:
    x = np.arange(7)
    for given in ([2, 5], [0, 3], 3):
        parts = tg.tensor_split(tg.tensor(x), tg.tensor(given))
        assert [each.tolist() for each in parts] == [each.tolist() for each in np.array_split(x, given)]


@pytest.mark.parametrize(
    "arguments", [([0, 1], [1, 2]), ([0, 1], [1, 2], [0, 2]), (["...", 1], [1, 2]), ([51, 3], [3, 7], ["...", 7, 51])]
)
def test_einsum_with_numbers_as_subscripts(arguments: tuple[list[Any], ...]) -> None:
    dotted = [[... if each == "..." else each for each in one] for one in arguments]
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    result = tg.einsum(tg.tensor(a), dotted[0], tg.tensor(b), dotted[1], *dotted[2:])
    expected = a @ b
    assert result.tolist() == (expected.T if 51 in arguments[0] and len(arguments) == 3 else expected).tolist()


@pytest.mark.parametrize("dims", [0, 1, 2, ([0, 2], [1, 0]), ([-1], [0]), ([], [])])
def test_tensordot_is_numpy_s(dims: Any) -> None:
    a, b = np.arange(24.0).reshape(2, 3, 4), np.arange(24.0).reshape(4, 2, 3)
    if dims == 2:
        b = b.reshape(3, 4, 2)
    expected = np.tensordot(a, b, dims)
    result = tg.tensordot(tg.tensor(a), tg.tensor(b), dims)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result.numpy(), expected)
    if isinstance(dims, int):
        assert tg.tensordot(tg.tensor(a), tg.tensor(b), tg.tensor(dims)).tolist() == result.tolist()


def test_tensordot_stretches_lengths_of_1() -> None:
    a, b = np.arange(3.0).reshape(3, 1), np.arange(8.0).reshape(4, 2)
    for x, y in ((a, b), (b.T, a.T)):
        whole = [np.broadcast_to(x, (len(x), 4)), np.broadcast_to(y, (4, y.shape[1]))]
        assert tg.tensordot(tg.tensor(x), tg.tensor(y), 1).tolist() == (whole[0] @ whole[1]).tolist()
