"""How weights begin: initial values written into a tensor in place.

What matters is the *variance*. A layer sums over its ``fan_in`` inputs, so with weights of variance
1 / fan_in the sum is about as large as one input, and signals neither die out nor blow up from
layer to layer. The schemes differ in the factor (the *gain*, by activation function) and in whether
they look after the forward pass (fan_in), the backward pass (fan_out), or both.

Every function returns the tensor it filled, and works on tensors that require a gradient.

Source: https://docs.pytorch.org/docs/stable/nn.init.html
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_number, as_tensor_argument
from tinygrad_edu.api._reading import named, real_already
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.random import Generator, draw

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

_LINEAR = ("linear", *(f"conv{kind}{n}d" for kind in ("", "_transpose") for n in (1, 2, 3)), "sigmoid")


@named
def calculate_gain(nonlinearity: str, param: int | float | None = None) -> float:
    """The factor by which weights should be larger in front of an activation function.

    Args:
        nonlinearity: Its name: "linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "conv2d", ...
        param: The negative slope of "leaky_relu", 0.01 if left out.

    Raises:
        ValueError: If the name is unknown, or `param` isn't a number.

    >>> round(tg.nn.init.calculate_gain("relu"), 4)
    1.4142
    """
    slope = 0.01 if param is None else param
    if isinstance(slope, bool) or not isinstance(slope, (int, float)):
        raise ValueError(f"param, the negative slope, must be a number, got {describe(param)}")
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + slope * slope))
    gains = {**dict.fromkeys(_LINEAR, 1.0), "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity not in gains:
        raise ValueError(f"got {nonlinearity!r}; wanted one of {', '.join([*gains, 'leaky_relu'])}")
    return gains[nonlinearity]


@named
@no_grad()
def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn evenly from [a, b).

    >>> w = tg.nn.init.uniform_(tg.empty(100), -1, 1)
    >>> bool((w.abs() <= 1).all())
    True
    """
    weights: Tensor = as_tensor_argument(tensor)
    return weights.uniform_(a, b, generator=generator)


@named
@no_grad()
def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn from a normal distribution; the article's network takes ``std=0.01``.

    >>> tg.nn.init.normal_(tg.empty(784, 50), std=0.01).shape
    tinygrad_edu.Size([784, 50])
    """
    weights: Tensor = as_tensor_argument(tensor)
    return weights.normal_(mean, std, generator=generator)


@named
@no_grad()
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Fill with numbers from a normal distribution, drawn again where they fall outside [a, b].

    Raises:
        ValueError: If nothing between `a` and `b` can be drawn, or the dtype can't hold what is.

    >>> w = tg.nn.init.trunc_normal_(tg.empty(100), std=1.0)
    >>> bool((w.abs() <= 2).all())
    True
    """
    x: Tensor = real_already(as_tensor_argument(tensor))
    if not (a < b and std > 0 and _chance(mean, std, a, b) > 1e-6):
        raise ValueError(f"next to nothing of mean {mean} and std {std} lies between {a} and {b}")
    numbers = draw(generator)
    drawn = numbers.normal(mean, std, x._data.shape)
    outside = (drawn < a) | (drawn > b)
    while np.any(outside):
        drawn[outside] = numbers.normal(mean, std, int(np.count_nonzero(outside)))
        outside = (drawn < a) | (drawn > b)
    limits = np.finfo(x._data.dtype)
    if np.any(np.abs(drawn) > limits.max):
        raise ValueError(f"{x._data.dtype.name} holds numbers up to {limits.max:.6g}, and got some beyond that")
    return _filled(x, drawn.astype(x._data.dtype))


def _chance(mean: float, std: float, a: float, b: float) -> float:
    """How likely a normal draw lies in [a, b]."""
    low, high = (math.erf((bound - mean) / (std * math.sqrt(2))) for bound in (a, b))
    return (high - low) / 2


@named
@no_grad()
def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with the number `val`.

    >>> tg.nn.init.constant_(tg.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    weights: Tensor = as_tensor_argument(tensor)
    return weights.fill_(val)


@named
def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones.

    >>> tg.nn.init.ones_(tg.empty(2))
    tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


@named
def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros, as the article's biases.

    >>> tg.nn.init.zeros_(tg.empty(2))
    tensor([0., 0.])
    """
    return constant_(tensor, 0.0)


@named
@no_grad()
def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with ones on its diagonal and zeros elsewhere: a layer that passes its input on.

    Raises:
        ValueError: If `tensor` doesn't have two dimensions.

    >>> tg.nn.init.eye_(tg.empty(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    if as_tensor_argument(tensor).ndim != 2:
        raise ValueError(f"wanted a matrix, got {describe(tensor)}")
    return _filled(tensor, np.eye(*tensor.shape, dtype=tensor._data.dtype))


@named
@no_grad()
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill the weights of a convolution so that it passes as many channels on as there are, unchanged.

    All are 0 but those in the middle of a kernel that goes from a channel to the one of the same number, which are 1.

    Args:
        tensor: Weights of shape (out_channels, in_channels / groups, …), of three to five dimensions.
        groups: In how many groups the channels are; each passes on its own.

    Raises:
        ValueError: If `tensor` has other dimensions, or its first isn't divisible by `groups`.

    >>> tg.nn.init.dirac_(tg.empty(2, 2, 3))
    tensor([[[0., 1., 0.],
             [0., 0., 0.]],
    <BLANKLINE>
            [[0., 0., 0.],
             [0., 1., 0.]]])
    """
    x: Tensor = as_tensor_argument(tensor)
    if x.ndim not in (3, 4, 5):
        raise ValueError(f"wanted the weights of a convolution, of three to five dimensions, got {describe(tensor)}")
    groups, (rows, columns, *kernel) = as_integer("groups", groups), x._data.shape
    if groups < 1 or rows % groups:
        raise ValueError(f"groups must divide the {rows} output channels, got {groups}")
    values = np.zeros_like(x._data)
    if values.size:
        passed = np.arange(min(rows // groups, columns))
        for group in range(groups):
            values[(group * (rows // groups) + passed, passed, *(length // 2 for length in kernel))] = 1
    return _filled(x, values)


@named
@no_grad()
def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """Fill a matrix with numbers from a normal distribution, and in each column a part of the places with zeros.

    Args:
        tensor: A matrix.
        sparsity: Which part of a column is 0, from 0 to 1; rounded up to a whole number of places.
        std: How far the others spread.
        generator: Where the numbers come from.

    Raises:
        ValueError: If `tensor` isn't a matrix, or `sparsity` isn't between 0 and 1.

    Source: Martens, Deep learning via Hessian-free optimization (2010).

    >>> int((tg.nn.init.sparse_(tg.empty(10, 2), sparsity=0.25) == 0).sum())
    6
    """
    x: Tensor = as_tensor_argument(tensor)
    if x.ndim != 2:
        raise ValueError(f"wanted a matrix, got {describe(tensor)}")
    if not 0 <= as_number("sparsity", sparsity) <= 1:
        raise ValueError(f"sparsity must be between 0 and 1, got {sparsity}")
    normal_(x, 0, std, generator)
    rows, columns = x._data.shape
    values = np.array(x._data)
    order = draw(generator).permuted(np.arange(rows)[:, None].repeat(columns, axis=1), axis=0)
    np.put_along_axis(values, order[: math.ceil(as_number("sparsity", sparsity) * rows)], 0, axis=0)
    return _filled(x, values)


@named
def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill evenly from [-a, a) with a = gain · √(6 / (fan_in + fan_out)).

    Raises:
        ValueError: If `tensor` has fewer than two dimensions.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks (2010).

    >>> w = tg.nn.init.xavier_uniform_(tg.empty(3, 3))
    >>> bool((w.abs() <= 1).all())
    True
    """
    bound = gain * math.sqrt(6 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


@named
def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from the normal distribution with std = gain · √(2 / (fan_in + fan_out)).

    Raises:
        ValueError: If `tensor` has fewer than two dimensions.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks (2010).

    >>> tg.nn.init.xavier_normal_(tg.empty(3, 3)).shape
    tinygrad_edu.Size([3, 3])
    """
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(_fans(tensor))), generator)


@named
def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill evenly from [-b, b) with b = gain · √(3 / fan).

    Args:
        tensor: Weights of shape (fan_out, fan_in), or those of a convolution.
        a: The negative slope of the leaky ReLU that follows; 0 for a ReLU.
        mode: "fan_in" looks after the forward pass, "fan_out" after the backward pass.
        nonlinearity: The activation function that follows; see `calculate_gain`.
        generator: Where the numbers come from.

    Raises:
        ValueError: If `mode` or `nonlinearity` is unknown, or `tensor` has fewer than two dimensions.

    Source: He, Zhang, Ren and Sun, Delving deep into rectifiers (2015).

    >>> tg.nn.init.kaiming_uniform_(tg.empty(3, 5), nonlinearity="relu").shape
    tinygrad_edu.Size([3, 5])
    """
    if 0 in as_tensor_argument(tensor)._data.shape:
        return tensor
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


@named
def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill from the normal distribution with std = gain / √fan; the arguments are as in `kaiming_uniform_`.

    Raises:
        ValueError: If `mode` or `nonlinearity` is unknown, or `tensor` has fewer than two dimensions.

    Source: He, Zhang, Ren and Sun, Delving deep into rectifiers (2015).

    >>> tg.nn.init.kaiming_normal_(tg.empty(3, 5), nonlinearity="relu").shape
    tinygrad_edu.Size([3, 5])
    """
    if 0 in as_tensor_argument(tensor)._data.shape:
        return tensor
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


@named
@no_grad()
def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Fill with a random matrix whose rows (or columns, whichever are fewer) are orthonormal.

    Dimensions after the first are flattened.

    Raises:
        ValueError: If `tensor` has fewer than two dimensions.

    Source: Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning (2013).

    >>> w = tg.nn.init.orthogonal_(tg.empty(2, 3))
    >>> tg.allclose(w @ w.T, tg.eye(2), atol=1e-6)
    True
    """
    x: Tensor = as_tensor_argument(tensor)
    if x.ndim < 2:
        raise ValueError(f"wanted at least two dimensions, got {describe(tensor)}")
    gain = as_number("gain", gain)
    if x._data.size == 0:
        return x
    rows = x._data.shape[0]
    columns = x._data.size // rows
    random = draw(generator).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(random)
    q *= np.sign(np.diag(r))  # makes every orthogonal matrix equally likely
    return _filled(x, gain * (q if rows >= columns else q.T).reshape(x._data.shape))


def _filled(tensor: Tensor, values: np.ndarray) -> Tensor:
    tensor.write(values)
    return tensor


def _fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs each output has, and how many outputs each input."""
    shape = as_tensor_argument(tensor)._data.shape
    if len(shape) < 2:
        raise ValueError(
            f"wanted weights of at least two dimensions (out_features, in_features), got "
            f"{describe(tensor)}; for biases use zeros_ or uniform_"
        )
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = _fans(tensor)
    return calculate_gain(nonlinearity, a) / math.sqrt(fan_in if mode == "fan_in" else fan_out)


def __getattr__(name: str) -> Any:
    """What the functions were called before they had an underscore at the end; deprecated, as in PyTorch."""
    if f"{name}_" not in __all__ or name in ("ones", "zeros", "trunc_normal"):
        return _otherwise(__name__)(name)
    function = globals()[f"{name}_"]

    @functools.wraps(function)
    def renamed(*args: Any, **kwargs: Any) -> Any:
        warn(f"nn.init.{name} is deprecated; use nn.init.{name}_ instead", FutureWarning)
        return function(*args, **kwargs)

    renamed.__name__ = name
    return renamed


__dir__ = _listing(__name__)
