"""Strategies of tensors: every shape, type and layout occurs, and examples shrink to the simplest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.testing import between, broadcastable_tensors, distinct, dtypes, positive, reals, shapes, tensors

SEARCHED = settings(max_examples=500, derandomize=True, database=None, deadline=None)


def found(strategy: st.SearchStrategy[Any], condition: Callable[[Any], object]) -> Any:
    """Return the simplest example with `condition`."""
    return find(strategy, lambda each: bool(condition(each)), settings=SEARCHED)


def numel(x: Any) -> int:
    return int(x.numel())


def steps(x: Any) -> list[int]:
    array = np.asarray(x._data)
    return [step // array.itemsize for step in array.strides]


@pytest.mark.parametrize(
    "condition",
    [
        lambda x: x.ndim == 0 and isinstance(x._data, np.ndarray),
        lambda x: x.ndim == 0 and isinstance(x._data, np.generic),
        lambda x: x.ndim == 3,
        lambda x: x.numel() == 0,
        lambda x: x.ndim == 2 and x.numel() == 1,
    ],
    ids=["array of no dims", "scalar", "3-d", "empty", "one value"],
)
def test_every_shape_occurs(condition: Callable[[Any], bool]) -> None:
    found(tensors(), condition)


@pytest.mark.parametrize(
    "wanted",
    [[3, 1], [1, 2], [-3, -1], [12, 2]],
    ids=["contiguous", "transposed", "reversed", "strided"],
)
def test_every_layout_occurs(wanted: list[int]) -> None:
    found(tensors(shape=(2, 3)), lambda x: steps(x) == wanted)


def test_a_tensor_is_by_default_float64_without_a_gradient_and_shrinks_to_one() -> None:
    x = found(tensors(), lambda x: True)
    assert (x.dtype, x.shape, x.requires_grad, x.item()) == (tg.float64, (), False, 1)


def test_a_tensor_shrinks_to_few_values() -> None:
    assert found(tensors(), lambda x: x.sum() > 2.5).numel() <= 3
    assert found(tensors(), lambda x: (x > -1).any()).tolist() == 1


@given(tensors(tg.float32, (2, 3), elements=positive(), requires_grad=True, layouts=["transposed"]))
def test_a_tensor_is_as_it_was_asked_for(x: Any) -> None:
    assert (x.dtype, x.shape, x.requires_grad, x.is_leaf) == (tg.float32, (2, 3), True, True)
    assert x.min() > 0
    assert x.isfinite().all()
    assert steps(x) == [1, 2]


@given(tensors(shape=4))
def test_a_number_as_shape_is_the_length_of_a_vector(x: Any) -> None:
    assert x.shape == (4,)


@given(tensors(shape=shapes(min_dims=1, max_dims=1, min_side=3), elements=distinct(between(0, 3, step=1))))
def test_values_of_a_distinct_domain_differ(x: Any) -> None:
    assert len(set(x.tolist())) == 3


@given(tensors(shape=3, elements=between(0, 2, step=1), unique=True))
def test_unique_values_differ(x: Any) -> None:
    assert sorted(x.tolist()) == [0, 1, 2]


@given(tensors(dtypes()))
def test_every_type_has_values_of_its_own(x: Any) -> None:
    assert x.dtype.numpy == np.asarray(x._data).dtype


@given(tensors(shape=2, elements=st.sampled_from([7.0, 8.0])))
def test_elements_may_be_any_strategy_of_numbers(x: Any) -> None:
    assert set(x.tolist()) <= {7, 8}


def test_types_are_drawn_by_kind() -> None:
    assert found(dtypes(), lambda each: each is tg.bool) is tg.bool
    assert found(dtypes(floating=True), lambda each: each is tg.float16) is tg.float16
    assert found(dtypes(floating=False), lambda each: True) is tg.int64
    with pytest.raises(NoSuchExample):
        found(dtypes(floating=True), lambda each: not each.is_floating_point)


def test_shapes_keep_to_their_limits() -> None:
    assert found(shapes(), lambda shape: 0 in shape) == (0,)
    with pytest.raises(NoSuchExample):
        found(shapes(min_dims=1, max_dims=2, min_side=2, max_side=3), lambda shape: len(shape) > 2 or min(shape) < 2)


@given(broadcastable_tensors(reals(), positive(), requires_grad=True))
def test_broadcastable_tensors_broadcast(pair: Any) -> None:
    x, y = pair
    assert (x + y).shape == np.broadcast_shapes(x.shape, y.shape)
    assert x.requires_grad
    assert y.requires_grad
    assert not y.numel() or y.min() > 0


def test_broadcasting_happens_in_every_way() -> None:
    two = broadcastable_tensors(reals(), reals())
    lacking = found(two, lambda pair: 0 < pair[0].ndim < pair[1].ndim and min(map(numel, pair)) > 0)
    assert [each.shape for each in lacking] == [(1,), (1, 1)]
    stretched = found(two, lambda pair: pair[0].ndim == pair[1].ndim == 1 and pair[0].numel() > pair[1].numel() > 0)
    assert [each.shape for each in stretched] == [(2,), (1,)]


@given(broadcastable_tensors(reals(), reals(), signature="(n,k),(k,m)", min_side=1, dtype=tg.float32))
def test_a_signature_says_which_dimensions_belong_together(pair: Any) -> None:
    assert (pair[0] @ pair[1]).dtype == tg.float32


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tensors(layouts=["diagonal"]), ValueError, "layouts must be some of 'contiguous', .*; got 'diagonal'"),
        (lambda: tensors(layouts=[]), ValueError, "got none"),
        (lambda: tensors(wrong("float64")), TypeError, r"dtype must be an element type .* got str 'float64'"),
        (lambda: tensors(elements=wrong(positive)), TypeError, r"got the function positive; call it: positive\(\)"),
        (lambda: tensors(elements=wrong([1, 2])), TypeError, r"domain, such as reals\(\).*; got list \[1, 2\]"),
        (lambda: found(tensors(tg.int64, requires_grad=True), bool), ValueError, r"int64 .* dtypes\(floating=True\)"),
        (lambda: broadcastable_tensors(), ValueError, "wanted a domain for each tensor, got none"),
        (lambda: broadcastable_tensors(wrong(1), reals()), TypeError, "got int 1"),
        (lambda: broadcastable_tensors(reals(), signature="(n),(n)"), ValueError, "2 inputs, but there are 1"),
    ],
)
def test_what_can_t_be_drawn_is_refused(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


def test_without_hypothesis_the_error_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "hypothesis.py").write_text("raise ModuleNotFoundError('absent', name='hypothesis')\n")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import tinygrad_edu.testing"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: tinygrad_edu.testing: property tests need hypothesis, which isn't installed here; "
        "install it with: pip install hypothesis"
    )
