"""What is SGD's own: its momentum, its shorter way without options, and what doesn't go together.

Its steps are held against those by hand in tests/optim/test_every_optimizer.py and test_steps.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.optim.optimizer import _PIECE


def test_the_momentum_begins_with_the_gradient_and_is_a_tensor_of_the_state() -> None:
    w = nn.Parameter(tg.ones(2))
    optimizer = tg.optim.SGD([w], 0.1, momentum=0.5, dampening=0.5)
    w.grad = tg.tensor([1.0, 2.0])
    optimizer.step()
    buffer = optimizer.state[w]["momentum_buffer"]
    assert buffer.tolist() == [1.0, 2.0]
    optimizer.step()
    assert optimizer.state[w]["momentum_buffer"] is buffer
    assert buffer.tolist() == [1.0, 2.0]
    optimizer.param_groups[0]["dampening"] = 0
    optimizer.step()
    assert buffer.tolist() == [1.5, 3.0]


def test_without_momentum_nothing_is_remembered() -> None:
    used, unused = nn.Parameter(tg.ones(1)), nn.Parameter(tg.ones(1))
    optimizer = tg.optim.SGD([used, unused], 0.5, weight_decay=0.1)
    used.grad = tg.ones(1)
    optimizer.step()
    assert optimizer.state_dict()["state"] == {}
    optimizer.param_groups[0]["momentum"] = 0.9
    optimizer.step()
    assert list(optimizer.state) == [used]


def test_a_momentum_of_none_has_not_begun() -> None:
    w = nn.Parameter(tg.ones(2))
    optimizer = tg.optim.SGD([w], 0.1, momentum=0.5)
    state = optimizer.state_dict() | {"state": {0: {"momentum_buffer": None}}}  # as PyTorch once saved it
    optimizer.load_state_dict(state)
    w.grad = tg.tensor([1.0, 2.0])
    optimizer.step()
    assert optimizer.state[w]["momentum_buffer"].tolist() == [1.0, 2.0]


def parameters_of_all_kinds() -> list[Any]:
    """Small and large ones, a plain number, in several dtypes; gradients that are arrays and tensors."""
    shapes: list[tuple[int, ...]] = [(), (2,), (0,), (3, 4), (_PIECE + 1,)]
    made = [tg.ones(shape, dtype=dtype) for shape in shapes for dtype in (tg.float32, tg.float64, tg.float16)]
    made += [tg.tensor(1.0), tg.tensor(1.0, dtype=tg.float64)]
    for each in made:
        each.requires_grad_()
        (each * each).sum().backward()
    for each in made[::2]:
        assert each.grad is not None
    return made


def test_the_way_without_options_is_as_the_one_with_them() -> None:
    short, long = parameters_of_all_kinds(), parameters_of_all_kinds()
    tg.optim.SGD(short, lr=0.3).step()
    tg.optim.SGD(long, lr=0.3, momentum=0.9).step()  # in the first step that changes nothing
    for one, other in zip(short, long, strict=True):
        assert one.dtype is other.dtype
        assert type(one._data) is type(other._data)
        np.testing.assert_array_equal(one.detach().numpy(), other.detach().numpy())
        assert (one.detach().numpy() != 1).all()


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.9, "dampening": 0.1}])
def test_nesterov_wants_momentum_without_dampening(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="SGD: nesterov=True wants a positive momentum and no dampening, got momentum"):
        tg.optim.SGD([tg.ones(1, requires_grad=True)], nesterov=True, **settings)


def test_prints_its_settings() -> None:
    assert repr(tg.optim.SGD([tg.ones(1)], lr=0.1)) == (
        "SGD (\n"
        "Parameter Group 0\n"
        "    dampening: 0\n"
        "    differentiable: False\n"
        "    foreach: None\n"
        "    fused: None\n"
        "    lr: 0.1\n"
        "    maximize: False\n"
        "    momentum: 0\n"
        "    nesterov: False\n"
        "    weight_decay: 0\n"
        ")"
    )
