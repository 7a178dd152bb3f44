"""Numerical differentiation: the article's yardstick for every analytic gradient.

The central difference moves one coordinate at a time by h to each side:

    df/dx_i ≈ (f(x + h e_i) - f(x - h e_i)) / (2 h)

Its error has two parts: truncation, about h² |f'''| / 6, and cancellation, about ε |f| / h, where ε
is the machine precision. With h = 1e-4 and float64 both are near 1e-9 to 1e-12 for functions of
ordinary size. In float32 cancellation alone is near 1e-3, so differences are taken in float64.

Source: the article's numerical differentiation (h = 1e-4); 『ゼロから作る Deep Learning』 chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.autograd.graph import TensorBase

__all__ = ["differences", "numerical_gradient"]


def numerical_gradient(f: Callable[[Any], Any], x: Any, h: float = 1e-4) -> Any:
    """Return the gradient of `f` at `x` by the central difference (数値微分), one coordinate at a time.

    Args:
        f: A function of an array or tensor like `x` that returns one number.
        x: Where: a floating-point array or tensor of any shape. It is moved in place while `f` is
            called, and is as before when this function returns or `f` raises.
        h: The step to each side.

    Returns:
        An array (or tensor, if `x` is one) of the shape and dtype of `x`.

    Raises:
        TypeError: If `x` isn't floating-point.
        ValueError: If `f` doesn't return a single number.

    Source: the article, sections 14 and 16 (``numerical_gradient`` of the book's programs).

    Example:
        >>> import numpy as np
        >>> from tinygrad_edu.autograd import numerical_gradient
        >>> numerical_gradient(lambda w: np.sum(w**2), np.array([3.0, 4.0])).round(6)
        array([6., 8.])
    """
    is_tensor = isinstance(x, TensorBase)
    values = x.owned_array() if is_tensor else x
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
        raise TypeError(f"numerical_gradient: x must be a floating-point array or tensor, got {describe(x)}")
    gradient = np.zeros_like(values, subok=False)
    with no_grad():
        for index, derivative in differences(lambda: _number(f(x)), values, h):
            gradient[index] = derivative
    return x.result_type.wrap(gradient) if is_tensor else gradient


def differences(f: Callable[[], Any], values: np.ndarray, h: float) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield each index of `values` with the central difference of ``f()`` by the value there.

    `f` reads `values`, which is moved in place and moved back; it returns a number or an array of them.
    """
    for index in np.ndindex(values.shape):
        before = values[index]
        try:
            values[index] = before + h
            above = f()
            values[index] = before - h
            below = f()
        finally:
            values[index] = before
        yield index, (above - below) / (2 * h)


def _number(value: Any) -> float:
    if np.size(getattr(value, "_data", value)) != 1:
        raise ValueError(f"numerical_gradient: f must return a single number, got {describe(value)}")
    return float(value.item() if hasattr(value, "item") else value)
