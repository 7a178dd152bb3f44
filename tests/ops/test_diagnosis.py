"""A wrong rule fails the tests of the derivative table with the words of the gradient checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ops import test_derivatives

from tinygrad_edu.autograd import Primitive, elementwise


def failure(test: Callable[..., None], primitive: Primitive) -> str:
    """What a test of the derivative table says of a rule: its row is that of the name."""
    with pytest.raises(AssertionError) as caught:
        test(primitive=primitive)
    return "\n".join(caught.value.__notes__)


def square(**rules: Any) -> Primitive:
    return elementwise(np.square, name="square", **rules)


def test_a_wrong_factor_is_called_one() -> None:
    said = failure(test_derivatives.test_the_gradient_is_that_of_differences, square(x=lambda g, x: g * x))
    assert "gradcheck: square: the gradient of output 0 with respect to input 0 is wrong" in said
    assert "off by a constant factor" in said
    assert "Look for a factor 2 that is missing in the rule of 'square'" in said


def test_a_derivative_that_is_wrong_only_in_its_own_derivative_is_told_from_that() -> None:
    rule = square(x=lambda g, x: 2 * g * (x if isinstance(x, np.ndarray | np.generic) else x.detach()))
    said = failure(test_derivatives.test_the_gradient_of_the_gradient_is_that_of_differences, rule)
    assert "gradgradcheck: square: " in said
    assert "The first derivative is right" in said


def test_what_the_checker_takes_for_right_is_said_to_be_nearly_so() -> None:
    rule = square(x=lambda g, x: g * x * (2 + 1e-5))
    said = failure(test_derivatives.test_the_gradient_is_that_of_differences, rule)
    assert "gradcheck finds nothing wrong" in said
    assert "nearly right" in said
