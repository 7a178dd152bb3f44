"""Numerical differentiation: the article's yardstick for every analytic gradient.

The central difference moves one coordinate at a time by h to each side:

    df/dx_i ≈ D(h) = (f(x + h e_i) - f(x - h e_i)) / (2 h)

Its error has two parts: truncation, about h² |f'''| / 6, and cancellation, about ε |f| / h, where ε
is the machine precision. With h = 1e-4 and float64 both are near 1e-9 to 1e-12 for functions of
ordinary size. In float32 cancellation alone is near 1e-3, so differences are better taken in float64.
`difference_step` weighs the two against each other.

**Richardson's extrapolation** takes the difference at two steps and lets the leading errors cancel:
D(h) is off by h² f'''/6 + h⁴ f⁽⁵⁾/120 + …, so (4 D(h/2) - D(h)) / 3 is left with h⁴ f⁽⁵⁾/480.

Source: the article's numerical differentiation (h = 1e-4); 『ゼロから作る Deep Learning』 chapter 4;
Press, Teukolsky, Vetterling and Flannery, Numerical Recipes (3rd ed.), section 5.7; L. F. Richardson,
The deferred approach to the limit, Phil. Trans. R. Soc. A 226 (1927).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe, ragged
from tinygrad_edu._signatures import checked
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.autograd.graph import TensorBase

__all__ = ["difference_step", "differences", "movable", "numerical_gradient"]


@checked
def numerical_gradient(f: Callable[[Any], Any], x: Any, h: float = 1e-4, *, richardson: bool = False) -> Any:
    """The gradient of `f` at `x` by the central difference (数値微分), one coordinate at a time.

    Args:
        f: A function of an array or tensor like `x` that returns one number.
        x: Where: a floating-point array or tensor of any shape. It is moved in place while `f` is
            called, and is as before when this function returns or `f` raises.
        h: The step to each side.
        richardson: Take differences at `h` and ``h / 2`` and extrapolate to step 0, for functions that
            bend much: the truncation error falls from h² |f'''| / 6 to h⁴ |f⁽⁵⁾| / 480, at twice the
            cost. Wider steps suit it, such as 1e-3: see `difference_step`.

    Returns:
        An array (or tensor, if `x` is one) of the shape and dtype of `x`.

    Raises:
        TypeError: If `x` isn't floating-point.
        ValueError: If `f` doesn't return a single number; if the values of `x` can't be moved one at a
            time, because they share memory or it is read-only.

    Source: the article, 「勾配 (gradient)」, 「確率的勾配法の実装」 (``numerical_gradient`` of the book's programs).

    >>> from tinygrad_edu.autograd import numerical_gradient
    >>> numerical_gradient(lambda w: np.sum(w**2), np.array([3.0, 4.0])).round(6)
    array([6., 8.])
    >>> steep, x = lambda w: np.sum(np.exp(10 * w)), np.array([0.0])
    >>> numerical_gradient(steep, x, 1e-2).round(6), numerical_gradient(steep, x, 1e-2, richardson=True).round(6)
    (array([10.016675]), array([9.999998]))
    """
    is_tensor = isinstance(x, TensorBase)
    values = x.owned_array() if is_tensor else x
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
        raise TypeError(f"numerical_gradient: x must be a floating-point array or tensor, got {describe(x)}")
    obstacle = movable(values)
    if obstacle:
        raise ValueError(f"numerical_gradient: x is {describe(x)} {obstacle}")
    with no_grad():
        gradient = _gradient(lambda: _number(f(x)), values, h)
        if richardson:
            gradient = (4 * _gradient(lambda: _number(f(x)), values, h / 2) - gradient) / 3
    return x.result_type.wrap(gradient) if is_tensor else gradient


@checked
def difference_step(x: Any, *, scale: float | None = None, richardson: bool = False) -> float:
    """The step at which a central difference at `x` is most exact, for functions of ordinary shape.

    Of the two errors one grows with the step and one falls:

        e(h) = h² |f'''| / 6 + ε |f| / h        least where h = (3 ε |f| / |f'''|)^(1/3)

    Nobody knows f''' beforehand. But (|f| / |f'''|)^(1/3) is a length: the one over which f changes by
    as much as it is large. The size of `x` is the usual guess for it, which makes

        h = (3 ε)^(1/3) · scale         9e-6 · scale in float64, 7e-3 · scale in float32

    and leaves a relative error near ε^(2/3): 4e-11 in float64, 2e-5 in float32. With Richardson's
    extrapolation the errors are h⁴ |f⁽⁵⁾| / 480 and about 3 ε |f| / h, so that h = (360 ε)^(1/5) · scale,
    0.0024 · scale in float64.

    Args:
        x: A floating-point array or tensor. Its dtype gives ε.
        scale: The length over which the function bends; by default the largest absolute value in `x`, and
            1 if that is 0. For a function that bends within a shorter one, such as sin(1000 x), say so.
        richardson: Whether the step is for Richardson's extrapolation.

    Returns:
        The step, in units of `x`.

    Raises:
        TypeError: If `x` isn't floating-point.

    Source: Press et al., Numerical Recipes (3rd ed.), section 5.7; Nocedal and Wright, Numerical
    Optimization (2nd ed.), section 8.1.

    >>> from tinygrad_edu.autograd import difference_step
    >>> print(f"{difference_step(np.ones(3)):.2g} {difference_step(np.ones(3, np.float32)):.2g}")
    8.7e-06 0.0071
    >>> print(f"{difference_step(np.array([-500.0, 2.0])):.2g}")
    0.0044
    """
    try:
        values = np.asarray(getattr(x, "_data", x))
    except ValueError:
        raise ValueError(f"difference_step: x is a ragged list: {ragged(x, 'x')}") from None
    if values.dtype.kind != "f":
        raise TypeError(f"difference_step: x must be a floating-point array or tensor, got {describe(x)}")
    if scale is None:
        sizes = np.abs(values[np.isfinite(values)])
        scale = float(sizes.max(initial=0)) or 1.0
    precision = float(np.finfo(values.dtype).eps)
    relative: float = (360 * precision) ** (1 / 5) if richardson else (3 * precision) ** (1 / 3)
    return relative * scale


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


def movable(values: np.ndarray) -> str:
    """The reason why the values of the array can't be moved one at a time, and what to do; "" if they can."""
    if _overlaps(values):
        return (
            "that shows some memory several times (it was expanded, or is a sliding window), so its values can't be "
            "moved one at a time; pass a copy of it, as .clone() makes of a tensor and .copy() of an array"
        )
    if not values.flags.writeable:
        return "whose memory is read-only, so its values can't be moved; pass a copy of it"
    return ""


def _overlaps(values: np.ndarray) -> bool:
    """Whether two elements of an array share memory."""
    if values.size <= 1 or values.flags.forc:
        return False
    places = np.zeros(values.shape, np.intp)
    for axis, (length, stride) in enumerate(zip(values.shape, values.strides, strict=True)):
        places += np.expand_dims(np.arange(length) * stride, tuple(range(1, values.ndim - axis)))
    return bool(np.diff(np.sort(places, axis=None)).min() < values.itemsize)


def _gradient(f: Callable[[], float], values: np.ndarray, h: float) -> np.ndarray:
    gradient = np.zeros_like(values, subok=False)
    for index, derivative in differences(f, values, h):
        gradient[index] = derivative
    return gradient


def _number(value: Any) -> float:
    if np.size(getattr(value, "_data", value)) != 1:
        raise ValueError(f"numerical_gradient: f must return a single number, got {describe(value)}")
    return float(value.item() if hasattr(value, "item") else value)
