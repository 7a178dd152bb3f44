"""Elementary functions of one tensor, element by element.

Integers become float32 where the result is real. Each function is also a method of `Tensor` and,
with an underscore at its end, an operation in place.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, check_out, floating, in_dtype, kind_of
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops import activation, arithmetic, exponential, powers, rounding, trigonometric
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = [
    "abs",
    "absolute",
    "ceil",
    "cos",
    "exp",
    "expm1",
    "floor",
    "log",
    "log1p",
    "log2",
    "log10",
    "neg",
    "negative",
    "positive",
    "reciprocal",
    "relu",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "sin",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "trunc",
]


def exp(input: Tensor, *, out: None = None) -> Tensor:
    """Return e to the power of each value.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.exp(tg.tensor([0.0, 1.0]))
        tensor([1.0000, 2.7183])
    """
    return _real("exp", exponential.exp, input, out)


def expm1(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``exp(input) - 1``, exact for values near 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.expm1(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 1.7183])
    """
    return _real("expm1", exponential.expm1, input, out)


def log(input: Tensor, *, out: None = None) -> Tensor:
    """Return the natural logarithm; -inf at 0, NaN below.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log(tg.tensor([1.0, 2.0]))
        tensor([0.0000, 0.6931])
    """
    return _real("log", exponential.log, input, out)


def log2(input: Tensor, *, out: None = None) -> Tensor:
    """Return the logarithm to base 2.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log2(tg.tensor([1.0, 8.0]))
        tensor([0., 3.])
    """
    return _real("log2", exponential.log2, input, out)


def log10(input: Tensor, *, out: None = None) -> Tensor:
    """Return the logarithm to base 10.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log10(tg.tensor([1.0, 100.0]))
        tensor([0., 2.])
    """
    return _real("log10", exponential.log10, input, out)


def log1p(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``log(1 + input)``, exact for values near 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log1p(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.6931])
    """
    return _real("log1p", exponential.log1p, input, out)


def sqrt(input: Tensor, *, out: None = None) -> Tensor:
    """Return the square root; NaN below 0. Its gradient at 0 is inf.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sqrt(tg.tensor([4.0, 9.0]))
        tensor([2., 3.])
    """
    return _real("sqrt", powers.sqrt, input, out)


def rsqrt(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``1 / sqrt(input)``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.rsqrt(tg.tensor([4.0, 16.0]))
        tensor([0.5000, 0.2500])
    """
    return _real("rsqrt", powers.rsqrt, input, out)


def reciprocal(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``1 / input``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.reciprocal(tg.tensor([2.0, 4.0]))
        tensor([0.5000, 0.2500])
    """
    return _real("reciprocal", powers.reciprocal, input, out)


def sin(input: Tensor, *, out: None = None) -> Tensor:
    """Return the sine of angles in radians.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sin(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.8415])
    """
    return _real("sin", trigonometric.sin, input, out)


def cos(input: Tensor, *, out: None = None) -> Tensor:
    """Return the cosine of angles in radians.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.cos(tg.tensor([0.0, 1.0]))
        tensor([1.0000, 0.5403])
    """
    return _real("cos", trigonometric.cos, input, out)


def tan(input: Tensor, *, out: None = None) -> Tensor:
    """Return the tangent of angles in radians.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tan(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 1.5574])
    """
    return _real("tan", trigonometric.tan, input, out)


def tanh(input: Tensor, *, out: None = None) -> Tensor:
    """Return the hyperbolic tangent, between -1 and 1.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tanh(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.7616])
    """
    return _real("tanh", trigonometric.tanh, input, out)


def square(input: Tensor, *, out: None = None) -> Tensor:
    """Return each value times itself.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.square(tg.tensor([2.0, -3.0]))
        tensor([4., 9.])
    """
    if kind_of(input) == "b":
        input = in_dtype(input, np.dtype(np.int64))
    return _plain("square", powers.square, input, out)


def abs(input: Tensor, *, out: None = None) -> Tensor:
    """Return the absolute value; its gradient at 0 is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.abs(tg.tensor([-1.0, 2.0]))
        tensor([1., 2.])
    """
    return _plain("abs", arithmetic.abs, input, out)


def neg(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``-input``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.neg(tg.tensor([-1.0, 2.0]))
        tensor([ 1., -2.])
    """
    return _plain("neg", arithmetic.neg, input, out)


def sign(input: Tensor, *, out: None = None) -> Tensor:
    """Return -1, 0 or 1 by the sign of each value, 0 for NaN; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sign(tg.tensor([-5.0, 0.0, 2.0]))
        tensor([-1.,  0.,  1.])
    """
    if kind_of(input) == "b":
        copied: Tensor = clone(input)
        return copied
    return _plain("sign", arithmetic.sign, input, out)


def floor(input: Tensor, *, out: None = None) -> Tensor:
    """Return the largest whole number not above; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.floor(tg.tensor([-1.5, 1.5]))
        tensor([-2.,  1.])
    """
    return _stepped("floor", rounding.floor, input, out)


def ceil(input: Tensor, *, out: None = None) -> Tensor:
    """Return the smallest whole number not below; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ceil(tg.tensor([-1.5, 1.5]))
        tensor([-1.,  2.])
    """
    return _stepped("ceil", rounding.ceil, input, out)


def trunc(input: Tensor, *, out: None = None) -> Tensor:
    """Return the whole part, rounding toward 0; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.trunc(tg.tensor([-1.5, 1.5]))
        tensor([-1.,  1.])
    """
    return _stepped("trunc", rounding.trunc, input, out)


def round(input: Tensor, *, decimals: int = 0, out: None = None) -> Tensor:
    """Return each value rounded to `decimals` places, halves to the even neighbour; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.round(tg.tensor([0.5, 1.5, 2.25]))
        tensor([0., 2., 2.])
    """
    return _stepped("round", rounding.round, input, out, decimals=decimals)


def positive(input: Tensor) -> Tensor:
    """Return `input` itself, as ``+input`` does.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.positive(tg.tensor([1.0]))
        tensor([1.])
    """
    x: Tensor = as_tensor_argument("positive", input)
    _refuse_bool("positive", x)
    return x


def sigmoid(input: Tensor, *, out: None = None) -> Tensor:
    """Return the sigmoid function (シグモイド関数) ``1 / (1 + exp(-input))``, between 0 and 1.

    Source: the article's section 7.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sigmoid(tg.tensor([0.0, 2.0]))
        tensor([0.5000, 0.8808])
    """
    return _real("sigmoid", activation.sigmoid, input, out)


def relu(input: Tensor) -> Tensor:
    """Return the ramp function (ReLU 関数) ``max(0, input)``; its gradient at 0 is 0.

    Source: the article's section 7.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.relu(tg.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """
    return _plain("relu", activation.relu, input, None)


absolute = abs
negative = neg


def _real(operation: str, primitive: Any, input: Any, out: None) -> Tensor:
    """Call a primitive whose result is real; integers and bools become float32 first."""
    if out is not None or not isinstance(input, TensorBase) or input._data.dtype.kind != "f":
        check_out(operation, out)
        input = floating(operation, input)
    result: Tensor = primitive(input)
    return result


def _plain(operation: str, primitive: Any, input: Any, out: None) -> Tensor:
    """Call a primitive whose result has the dtype of the numbers that it is given."""
    if out is not None or not isinstance(input, TensorBase) or input._data.dtype.kind == "b":
        check_out(operation, out)
        _refuse_bool(operation, as_tensor_argument(operation, input))
    result: Tensor = primitive(input)
    return result


def _stepped(operation: str, primitive: Any, input: Any, out: None, **settings: int) -> Tensor:
    """Call a primitive that rounds; integers are whole already."""
    check_out(operation, out)
    x = as_tensor_argument(operation, input)
    _refuse_bool(operation, x)
    result: Tensor = primitive(x, **settings) if x._data.dtype.kind == "f" else clone(x)
    return result


def _refuse_bool(operation: str, x: Any) -> None:
    if x._data.dtype.kind == "b":
        raise TypeError(f"{operation}: wanted numbers, got {describe(x)}; convert it with .int() or .float() first")
