"""Elementary functions of one tensor, element by element.

Integers become float32 where the result is real. Each function is also a method of `Tensor` and,
with an underscore at its end, an operation in place.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu.functions._arguments import as_tensor_argument, check_out, floating
from tinygrad_edu.ops import activation, elementwise as ops
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
    "log10",
    "log1p",
    "log2",
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
    check_out("exp", out)
    return ops.exp(floating("exp", input))


def expm1(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``exp(input) - 1``, exact for values near 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.expm1(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 1.7183])
    """
    check_out("expm1", out)
    return ops.expm1(floating("expm1", input))


def log(input: Tensor, *, out: None = None) -> Tensor:
    """Return the natural logarithm; -inf at 0, NaN below.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log(tg.tensor([1.0, 2.0]))
        tensor([0.0000, 0.6931])
    """
    check_out("log", out)
    return ops.log(floating("log", input))


def log2(input: Tensor, *, out: None = None) -> Tensor:
    """Return the logarithm to base 2.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log2(tg.tensor([1.0, 8.0]))
        tensor([0., 3.])
    """
    check_out("log2", out)
    return ops.log2(floating("log2", input))


def log10(input: Tensor, *, out: None = None) -> Tensor:
    """Return the logarithm to base 10.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log10(tg.tensor([1.0, 100.0]))
        tensor([0., 2.])
    """
    check_out("log10", out)
    return ops.log10(floating("log10", input))


def log1p(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``log(1 + input)``, exact for values near 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.log1p(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.6931])
    """
    check_out("log1p", out)
    return ops.log1p(floating("log1p", input))


def sqrt(input: Tensor, *, out: None = None) -> Tensor:
    """Return the square root; NaN below 0. Its gradient at 0 is inf.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sqrt(tg.tensor([4.0, 9.0]))
        tensor([2., 3.])
    """
    check_out("sqrt", out)
    return ops.sqrt(floating("sqrt", input))


def rsqrt(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``1 / sqrt(input)``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.rsqrt(tg.tensor([4.0, 16.0]))
        tensor([0.5000, 0.2500])
    """
    check_out("rsqrt", out)
    return ops.rsqrt(floating("rsqrt", input))


def reciprocal(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``1 / input``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.reciprocal(tg.tensor([2.0, 4.0]))
        tensor([0.5000, 0.2500])
    """
    check_out("reciprocal", out)
    return ops.reciprocal(floating("reciprocal", input))


def sin(input: Tensor, *, out: None = None) -> Tensor:
    """Return the sine of angles in radians.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sin(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.8415])
    """
    check_out("sin", out)
    return ops.sin(floating("sin", input))


def cos(input: Tensor, *, out: None = None) -> Tensor:
    """Return the cosine of angles in radians.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.cos(tg.tensor([0.0, 1.0]))
        tensor([1.0000, 0.5403])
    """
    check_out("cos", out)
    return ops.cos(floating("cos", input))


def tan(input: Tensor, *, out: None = None) -> Tensor:
    """Return the tangent of angles in radians.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tan(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 1.5574])
    """
    check_out("tan", out)
    return ops.tan(floating("tan", input))


def tanh(input: Tensor, *, out: None = None) -> Tensor:
    """Return the hyperbolic tangent, between -1 and 1.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.tanh(tg.tensor([0.0, 1.0]))
        tensor([0.0000, 0.7616])
    """
    check_out("tanh", out)
    return ops.tanh(floating("tanh", input))


def square(input: Tensor, *, out: None = None) -> Tensor:
    """Return each value times itself.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.square(tg.tensor([2.0, -3.0]))
        tensor([4., 9.])
    """
    check_out("square", out)
    return ops.square(as_tensor_argument("square", input))


def abs(input: Tensor, *, out: None = None) -> Tensor:
    """Return the absolute value; its gradient at 0 is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.abs(tg.tensor([-1.0, 2.0]))
        tensor([1., 2.])
    """
    check_out("abs", out)
    return ops.abs(as_tensor_argument("abs", input))


def neg(input: Tensor, *, out: None = None) -> Tensor:
    """Return ``-input``.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.neg(tg.tensor([-1.0, 2.0]))
        tensor([ 1., -2.])
    """
    check_out("neg", out)
    return ops.neg(as_tensor_argument("neg", input))


def sign(input: Tensor, *, out: None = None) -> Tensor:
    """Return -1, 0 or 1 by the sign of each value; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sign(tg.tensor([-5.0, 0.0, 2.0]))
        tensor([-1.,  0.,  1.])
    """
    check_out("sign", out)
    return ops.sign(as_tensor_argument("sign", input))


def floor(input: Tensor, *, out: None = None) -> Tensor:
    """Return the largest whole number not above; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.floor(tg.tensor([-1.5, 1.5]))
        tensor([-2.,  1.])
    """
    check_out("floor", out)
    return _stepped("floor", ops.floor, input)


def ceil(input: Tensor, *, out: None = None) -> Tensor:
    """Return the smallest whole number not below; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.ceil(tg.tensor([-1.5, 1.5]))
        tensor([-1.,  2.])
    """
    check_out("ceil", out)
    return _stepped("ceil", ops.ceil, input)


def trunc(input: Tensor, *, out: None = None) -> Tensor:
    """Return the whole part, rounding toward 0; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.trunc(tg.tensor([-1.5, 1.5]))
        tensor([-1.,  1.])
    """
    check_out("trunc", out)
    return _stepped("trunc", ops.trunc, input)


def round(input: Tensor, *, decimals: int = 0, out: None = None) -> Tensor:
    """Return each value rounded to `decimals` places, halves to the even neighbour; its gradient is 0.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.round(tg.tensor([0.5, 1.5, 2.25]))
        tensor([0., 2., 2.])
    """
    check_out("round", out)
    return _stepped("round", ops.round, input, decimals=decimals)


def positive(input: Tensor) -> Tensor:
    """Return `input` itself, as ``+input`` does.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.positive(tg.tensor([1.0]))
        tensor([1.])
    """
    return as_tensor_argument("positive", input)


def sigmoid(input: Tensor, *, out: None = None) -> Tensor:
    """Return the sigmoid function (シグモイド関数) ``1 / (1 + exp(-input))``, between 0 and 1.

    Source: the article's section 7.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.sigmoid(tg.tensor([0.0, 2.0]))
        tensor([0.5000, 0.8808])
    """
    check_out("sigmoid", out)
    return activation.sigmoid(floating("sigmoid", input))


def relu(input: Tensor) -> Tensor:
    """Return the ramp function (ReLU 関数) ``max(0, input)``; its gradient at 0 is 0.

    Source: the article's section 7.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.relu(tg.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """
    return activation.relu(as_tensor_argument("relu", input))


absolute = abs
negative = neg


def _stepped(operation: str, primitive: Any, input: Tensor, **settings: int) -> Any:
    """Call a primitive that rounds; integers are whole already."""
    as_tensor_argument(operation, input)
    return primitive(input, **settings) if input._data.dtype.kind == "f" else clone(input)
