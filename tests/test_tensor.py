"""The class: what a tensor is, copies of it, and Python's protocols."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg


def test_what_it_is() -> None:
    x = tg.zeros(2, 3, dtype=tg.float64)
    assert (x.shape, x.size(), x.size(1), x.size(-2)) == ((2, 3), (2, 3), 3, 2)
    assert (x.ndim, x.dim(), x.ndimension(), len(x)) == (2, 2, 2, 2)
    assert (x.numel(), x.itemsize, x.element_size(), x.nbytes) == (6, 8, 8, 48)
    assert (x.stride(), x.stride(-1), x.is_contiguous()) == ((3, 1), 1, True)
    assert tg.zeros(2, 0, 3).stride() == (3, 3, 1)
    assert x.data_ptr() == x.view(6).data_ptr() != x[1].data_ptr()
    with pytest.raises(IndexError, match="size: dimension 5 is out of range"):
        x.size(5)
    with pytest.raises(IndexError, match="size: a 0-d tensor has no dimensions"):
        tg.tensor(1).size(0)


def test_it_is_iterated_over_by_rows() -> None:
    x = tg.tensor([[1, 2], [3, 4]])
    assert [row.tolist() for row in x] == [[1, 2], [3, 4]]
    first, second = x
    second += 10
    assert x.tolist() == [[1, 2], [13, 14]]
    total: Any = sum(first)
    assert total.item() == 3
    assert max(x[1]).item() == 14
    for attempt, words in ((len, "len: a 0-d tensor has no length"), (iter, "iter: a 0-d tensor can't be iterated")):
        with pytest.raises(TypeError, match=words):
            attempt(tg.tensor(1))


def test_tensors_are_told_apart_as_objects() -> None:
    x = tg.tensor([1, 2])
    assert {x: "value"}[x] == "value"
    assert hash(x) != hash(x.clone())


@pytest.mark.parametrize("x", [tg.tensor([[1.0, 2.0]]), tg.tensor(3), tg.tensor([True]), tg.zeros(0, 2)], ids=str)
@pytest.mark.parametrize("requires_grad", [False, True])
def test_copies(x: tg.Tensor, requires_grad: bool) -> None:
    if requires_grad and x.is_floating_point():
        x = x.clone().requires_grad_()
        x.grad = tg.ones_like(x)
    deep, stored, shallow = copy.deepcopy(x), pickle.loads(pickle.dumps(x)), copy.copy(x)
    for each in (deep, stored, shallow):
        assert tg.equal(each, x)
        assert (each.dtype, each.requires_grad) == (x.dtype, x.requires_grad)
        assert each.is_leaf
    assert (deep.grad is None) is (x.grad is None)
    if x.numel():
        assert np.shares_memory(shallow.detach().numpy(), x.detach().numpy())
        assert not np.shares_memory(deep.detach().numpy(), x.detach().numpy())


def test_results_are_copied_by_clone() -> None:
    y = tg.ones(2, requires_grad=True) * 2
    with pytest.raises(
        RuntimeError, match=r"deepcopy: only leaf tensors .* use \.clone\(\) or \.detach\(\)\.clone\(\)"
    ):
        copy.deepcopy(y)
    stored = pickle.loads(pickle.dumps(y))
    assert stored.is_leaf
    assert stored.requires_grad


def test_a_shared_tensor_stays_shared_in_a_deep_copy() -> None:
    x = tg.ones(2)
    first, second = copy.deepcopy([x, x])
    assert first is second


def test_data() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    assert not x.data.requires_grad
    x.data[0] = 5
    assert x.tolist() == [5.0, 2.0]
    x.data = tg.tensor([7.0])
    assert x.tolist() == [7.0]
    assert x.requires_grad
    wrong: Any = [1.0]
    with pytest.raises(TypeError, match="data: wanted a tensor, got list"):
        x.data = wrong
    with pytest.raises(RuntimeError, match="data: only floating-point tensors"):
        x.data = tg.tensor([1])


def test_grad_has_the_tensor_s_shape_and_dtype() -> None:
    x = tg.ones(2, requires_grad=True)
    x.grad = tg.zeros(2)
    assert x.grad.tolist() == [0.0, 0.0]
    del x.grad
    assert x.grad is None
    with pytest.raises(RuntimeError, match="grad: wanted the shape and dtype of a float32 tensor of shape"):
        x.grad = tg.zeros(3)
    with pytest.raises(TypeError, match="grad: wanted a tensor or None, got float"):
        x.grad = 1.0


def test_requires_grad() -> None:
    x = tg.ones(2)
    x.requires_grad = True
    assert x.is_leaf
    y = x * 2
    assert y.requires_grad
    assert not y.is_leaf
    assert not y.detach().requires_grad
    with pytest.raises(RuntimeError, match=r"can't stop requiring a gradient; use \.detach\(\)"):
        y.requires_grad = False
    with pytest.raises(RuntimeError, match="only floating-point tensors can require a gradient"):
        tg.tensor([1]).requires_grad = True
    assert y.detach_() is y
    assert y.is_leaf


def test_every_function_is_a_method_and_every_method_is_documented() -> None:
    for name in dir(tg.ones(1)):
        member = getattr(tg.Tensor, name)
        if not name.startswith("_") and callable(member):
            assert member.__doc__, f"{name} has no docstring"
