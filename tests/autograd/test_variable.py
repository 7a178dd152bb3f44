"""`Variable`: the old name, for older code."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.autograd import Variable

variable: Any = Variable  # a class to isinstance, a function to callers


def test_a_variable_is_a_tensor_with_the_memory_of_another() -> None:
    data = tg.zeros(2)
    x = variable(data, requires_grad=True)
    assert type(x) is tg.Tensor
    assert (x.requires_grad, x.is_leaf, data.requires_grad) == (True, True, False)
    with tg.no_grad():
        x.fill_(3)
    assert data.tolist() == [3, 3]
    (x * x).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [6, 6]


def test_by_default_it_needs_no_gradient() -> None:
    assert not variable(tg.ones(1, requires_grad=True)).requires_grad


def test_every_tensor_is_a_variable() -> None:
    assert isinstance(tg.ones(1), Variable)
    assert isinstance(nn.Parameter(tg.ones(1)), Variable)
    assert not isinstance(3.0, Variable)


def test_it_is_made_of_a_tensor() -> None:
    with pytest.raises(TypeError, match=r"Variable: wanted a tensor, got list \[1\.0\].*tensor\(data\)"):
        variable([1.0])


def test_volatile_is_answered_in_words() -> None:
    with pytest.warns(UserWarning, match=r"volatile=True has no effect any more.*no_grad\(\)"):
        assert not variable(tg.ones(1), volatile=True).requires_grad
