"""Collating: every kind of sample, nested ones, and what can't be put together."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tinygrad_edu as tg
from tinygrad_edu.utils.data import default_collate, default_convert

Point = namedtuple("Point", ["x", "y"])


def plain(batch: Any) -> Any:
    """Return `batch` with each tensor as a pair of its element type and its values, to compare."""
    if isinstance(batch, tg.Tensor):
        return str(batch.dtype).split(".")[1], batch.tolist()
    if isinstance(batch, dict):
        return {key: plain(value) for key, value in batch.items()}
    if isinstance(batch, Point):
        return Point(*map(plain, batch))
    return [plain(each) for each in batch] if isinstance(batch, (list, deque)) else batch


# What PyTorch makes of the same samples.
@pytest.mark.parametrize(
    ("samples", "batch"),
    [
        ([0.5, 1.5], ("float64", [0.5, 1.5])),
        ([1, 2], ("int64", [1, 2])),
        ([True, False], ("bool", [True, False])),
        ([True, 2], ("int64", [1, 2])),
        ([1, 2.5], ("float32", [1.0, 2.5])),
        ([2.5, 1], ("float64", [2.5, 1.0])),
        ([np.float32(1), np.float32(2)], ("float32", [1.0, 2.0])),
        ([np.float64(1), np.float64(2)], ("float64", [1.0, 2.0])),
        ([np.int32(1), np.int32(2)], ("int32", [1, 2])),
        ([np.uint8(1)], ("uint8", [1])),
        ([np.bool_(True)], ("bool", [True])),
        (["a", "b"], ["a", "b"]),
        ([b"a"], [b"a"]),
        ([(0, "a"), (1, "b")], [("int64", [0, 1]), ("a", "b")]),
        ([[0, 1.0], [2, 3.0]], [("int64", [0, 2]), ("float64", [1.0, 3.0])]),
        ([{"a": 1, "b": 2.0}, {"b": 3.0, "a": 4, "c": 5}], {"a": ("int64", [1, 4]), "b": ("float64", [2.0, 3.0])}),
        ([Point(1, "p"), Point(2, "q")], Point(("int64", [1, 2]), ("p", "q"))),
        ([[(1, 2), {"k": [3]}]] * 2, [[("int64", [1, 1]), ("int64", [2, 2])], {"k": [("int64", [3, 3])]}]),
        ([range(2), range(2, 4)], [("int64", [0, 2]), ("int64", [1, 3])]),
        ([(), ()], []),
        ([np.array([1, 2], np.int16)] * 2, ("int16", [[1, 2], [1, 2]])),
        ([np.array(1.5), np.array(2.5)], ("float64", [1.5, 2.5])),
    ],
)
def test_each_kind_of_sample(samples: list[Any], batch: Any) -> None:
    assert plain(default_collate(samples)) == batch


def test_tensors_are_stacked() -> None:
    batch = default_collate([tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0])])
    assert plain(batch) == ("float32", [[1.0, 2.0], [3.0, 4.0]])
    assert plain(default_collate([tg.tensor(1), tg.tensor(2)])) == ("int64", [1, 2])
    assert plain(default_collate([tg.tensor([1]), tg.tensor([0.5])])) == ("float32", [[1.0], [0.5]])


def test_gradients_flow_through_a_batch() -> None:
    sample = tg.tensor([1.0, 2.0], requires_grad=True)
    default_collate([sample, sample]).sum().backward()
    assert sample.grad is not None
    assert sample.grad.tolist() == [2.0, 2.0]


@given(
    array=hnp.arrays(
        st.sampled_from(["u1", "i2", "i4", "i8", "f4", "f8", "?"]),
        hnp.array_shapes(min_dims=1, min_side=0, max_side=4).map(lambda shape: (max(shape[0], 1), *shape[1:])),
    )
)
def test_the_rows_of_an_array_give_the_array_back(array: np.ndarray) -> None:
    for rows in (list(array), [tg.from_numpy(np.asarray(row)) for row in array]):
        batch = default_collate(rows)
        np.testing.assert_array_equal(batch.numpy(), array)
        assert batch.numpy().dtype == array.dtype


def test_a_batch_does_not_share_memory_with_its_samples() -> None:
    array = np.zeros(2, np.float32)
    batch = default_collate([array])
    array[0] = 7
    assert batch.tolist() == [[0.0, 0.0]]


def test_the_type_of_a_container_is_kept() -> None:
    ordered = default_collate([OrderedDict(b=1, a=2)])
    assert type(ordered) is OrderedDict
    assert list(ordered) == ["b", "a"]
    default = default_collate([defaultdict(list, a=1)])
    assert default.default_factory is list
    assert type(default_collate([deque([1, 2])])) is deque
    assert type(default_collate([MappingProxyType({"a": 1})])) is MappingProxyType
    assert type(default_convert(Point(1, 2))) is Point


def test_the_samples_containers_are_left_alone() -> None:
    samples = [{"a": [1]}, {"a": [2]}]
    default_collate(samples)
    assert samples == [{"a": [1]}, {"a": [2]}]


class Stubborn(list[Any]):
    """A list that can't be written to."""

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError("not to be changed")


class Fixed(Mapping[str, int]):
    """A mapping that is made of nothing."""

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter("a")

    def __getitem__(self, key: str) -> int:
        return {"a": 5}[key]


def test_a_container_that_cannot_be_made_again_becomes_a_plain_one() -> None:
    batch = default_collate([Stubborn([1, 2])])
    assert type(batch) is list
    assert plain(batch) == [("int64", [1]), ("int64", [2])]
    assert plain(default_collate([Fixed(), Fixed()])) == {"a": ("int64", [5, 5])}


@pytest.mark.parametrize(
    ("samples", "error", "words"),
    [
        (
            [tg.zeros(2), tg.zeros(2), tg.zeros(3)],
            RuntimeError,
            r"sample 0 has shape \(2,\) but sample 2 has shape \(3,\), .* pass DataLoader a collate_fn",
        ),
        ([np.zeros(2), np.zeros((2, 1))], RuntimeError, r"sample 0 has shape \(2,\) but sample 1 has shape \(2, 1\)"),
        ([(1, 2), (1,)], RuntimeError, r"sample 0 has 2 elements but sample 1 has 1; .* collate_fn"),
        ([[1], [1, 2]], RuntimeError, r"sample 0 has 1 elements but sample 1 has 2; .* collate_fn"),
        ([{"a": 1}, {"b": 1}], KeyError, r"sample 0 has the key 'a', but sample 1 has only 'b'"),
        ([tg.zeros(2), 3], TypeError, "sample 0 is a tensor, but sample 1 is int 3"),
        ([None, None], TypeError, "got None as a sample; wanted tensors, .* collate_fn"),
        ([{1}], TypeError, r"got set \{1\} as a sample"),
        ([1j], TypeError, "got complex 1j as a sample"),
        ([np.array(["a"])], TypeError, "as a sample; wanted tensors, numeric NumPy arrays"),
        ([], IndexError, "the batch has no samples"),
    ],
)
def test_what_does_not_go_together_is_told(samples: list[Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=f"default_collate: .*{words}"):
        default_collate(samples)


def test_converting_makes_tensors_of_arrays_only() -> None:
    sample = {"x": np.array([1.5]), "more": (1, "a", [np.float32(2)]), "words": np.array(["b"]), "t": tg.tensor(3)}
    converted = default_convert(sample)
    assert plain(converted["x"]) == ("float64", [1.5])
    assert plain(converted["more"]) == [1, "a", [("float32", 2.0)]]
    assert converted["words"] is sample["words"]
    assert converted["t"] is sample["t"]
    assert default_convert("abc") == "abc"
    assert default_convert(1.5) == 1.5
