"""Parameters: leaves that a module owns."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn.parameter import clear_gradient


def test_is_a_leaf_tensor_that_requires_a_gradient() -> None:
    parameter = nn.Parameter(tg.ones(2))
    assert isinstance(parameter, tg.Tensor)
    assert parameter.requires_grad
    assert parameter.is_leaf
    assert nn.parameter.Parameter is nn.Parameter


def test_shares_the_memory_of_its_data_but_not_its_graph() -> None:
    source = tg.ones(2, requires_grad=True)
    parameter = nn.Parameter(source * 2)
    assert parameter.is_leaf
    data = tg.zeros(2)
    parameter = nn.Parameter(data)
    data[0] = 5.0
    assert parameter.tolist() == [5.0, 0.0]


def test_notices_when_its_memory_is_changed_through_the_data() -> None:
    data = tg.ones(2)
    parameter = nn.Parameter(data)
    squares = parameter.square().sum()
    data[0] = 5.0
    with pytest.raises(RuntimeError, match="changed in place"):
        squares.backward()


def test_results_of_operations_are_plain_tensors() -> None:
    assert type(nn.Parameter(tg.ones(2)) * 2) is tg.Tensor
    assert type(nn.Parameter(tg.ones(2)).detach()) is tg.Tensor
    assert type(nn.Parameter(tg.ones(2)).data) is tg.Tensor


def test_without_data_it_is_empty() -> None:
    assert nn.Parameter().shape == (0,)


def test_may_be_frozen() -> None:
    assert not nn.Parameter(tg.ones(2), requires_grad=False).requires_grad
    assert nn.Parameter(tg.tensor([1, 2]), requires_grad=False).dtype is tg.int64


def test_integers_cannot_require_a_gradient() -> None:
    with pytest.raises(RuntimeError, match=r"Parameter: only floating-point.*\.float\(\)"):
        nn.Parameter(tg.tensor([1, 2]))


@pytest.mark.parametrize("data", [[1.0], 1.0, np.ones(2)])
def test_wants_a_tensor(data: Any) -> None:
    with pytest.raises(TypeError, match="Parameter: data must be a tensor"):
        nn.Parameter(data)


def test_prints_what_it_is() -> None:
    assert repr(nn.Parameter(tg.tensor([1.0]))) == "Parameter containing:\ntensor([1.], requires_grad=True)"


def test_copies_and_pickles_stay_parameters() -> None:
    parameter = nn.Parameter(tg.tensor([1.0, 2.0]))
    for twin in (copy.deepcopy(parameter), pickle.loads(pickle.dumps(parameter))):
        assert type(twin) is nn.Parameter
        assert twin.requires_grad
        assert tg.equal(twin, parameter)
        assert twin.data_ptr() != parameter.data_ptr()


def test_a_gradient_is_forgotten_or_filled_with_zeros() -> None:
    parameter = nn.Parameter(tg.ones(2))
    clear_gradient(parameter, set_to_none=False)
    assert [parameter.grad] == [None]
    parameter.sum().backward()
    gradient = parameter.grad
    assert gradient is not None
    clear_gradient(parameter, set_to_none=False)
    assert parameter.grad is gradient
    assert gradient.tolist() == [0.0, 0.0]
    clear_gradient(parameter, set_to_none=True)
    assert parameter.grad is None


def test_a_gradient_with_a_graph_is_replaced_by_zeros_without_one() -> None:
    parameter: Any = nn.Parameter(tg.ones(2))
    parameter.square().sum().backward(create_graph=True)
    recorded = parameter.grad
    assert recorded.requires_grad
    clear_gradient(parameter, set_to_none=False)
    assert not parameter.grad.requires_grad
    assert parameter.grad.tolist() == [0.0, 0.0]
    assert recorded.tolist() == [2.0, 2.0]
