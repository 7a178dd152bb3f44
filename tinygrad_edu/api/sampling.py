"""Tensors of random numbers, from a `Generator` or the default one (see random.py).

Numbers keep to the range that they are drawn from, also where their type is coarse: none is rounded up to an end that
is left out. What a type can't hold is refused.

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#random-sampling
"""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._broadcasting import stretched_axes
from tinygrad_edu._errors import describe
from tinygrad_edu._summation import add_up
from tinygrad_edu.api._arguments import as_number, as_tensor_argument, wrap
from tinygrad_edu.api._in_place import check_writable, method, replace
from tinygrad_edu.api._making import LikeOptions, Options, creating, dtype_or, finished, new_shape
from tinygrad_edu.api._reading import misfit, of_tensor
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.random import Generator, below, draw, width_of_draws

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["bernoulli", "multinomial", "normal", "rand", "rand_like", "randint", "randn", "randn_like", "randperm"]


@creating
def rand(*lengths: Any, size: Any = None, generator: Generator | None = None, **options: Unpack[Options]) -> Tensor:
    """Numbers drawn evenly from [0, 1).

    >>> x = tg.rand(100)
    >>> bool(((x >= 0) & (x < 1)).all())
    True
    """
    return _drawn(draw(generator).random, new_shape(lengths, size), dtypes.default(), end=1, **options)


@creating
def randn(*lengths: Any, size: Any = None, generator: Generator | None = None, **options: Unpack[Options]) -> Tensor:
    """Numbers drawn from the normal distribution with mean 0 and variance 1.

    >>> tg.randn(2, 3).shape
    tinygrad_edu.Size([2, 3])
    """
    return _drawn(draw(generator).standard_normal, new_shape(lengths, size), dtypes.default(), **options)


@creating
def randint(
    low: int = 0, high: Any = None, size: Any = None, *, generator: Generator | None = None, **options: Unpack[Options]
) -> Tensor:
    """Integers drawn evenly from `low` (0 if left out) up to but not including `high`.

    Called as ``randint(high, size)`` or ``randint(low, high, size)``.

    Raises:
        RuntimeError: If there is no integer to draw, or the dtype can't hold all of them (PyTorch warns where a
            floating dtype can't).

    >>> x = tg.randint(3, 5, (100,))
    >>> int(x.min()), int(x.max())
    (3, 4)
    """
    if isinstance(high, (tuple, list)):
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if not isinstance(size, (tuple, list)):
        wrong = "is missing" if size is None else f"must be a tuple such as (2, 3), got {describe(size)}"
        raise TypeError(f"the size {wrong}; call randint(high, size) or randint(low, high, size)")
    low, high, wanted = _integer("low", low), _integer("high", high), dtype_or(np.int64, **options)
    if low >= high:
        raise RuntimeError(f"there is no integer from {low} up to but not including {high}")
    _check_held(low, high - 1, wanted)
    drawn = draw(generator).integers(low, high, new_shape((size,)))
    return finished(np.asarray(drawn).astype(wanted), **options)


@creating
def randperm(n: int, *, generator: Generator | None = None, **options: Unpack[Options]) -> Tensor:
    """The integers from 0 to ``n - 1`` in random order, as int64.

    Raises:
        RuntimeError: If `n` is negative, or the dtype can't hold all of them.

    >>> sorted(tg.randperm(4).tolist())
    [0, 1, 2, 3]
    """
    if options.get("requires_grad"):
        raise RuntimeError(
            "only floating-point tensors can require a gradient, and these are integers; leave out requires_grad=True"
        )
    n, wanted = _integer("n", n), dtype_or(np.int64, **options)
    if n < 0:
        raise RuntimeError(f"the number of integers must not be negative, got {n}")
    _check_held(0, n - 1, wanted)
    return finished(draw(generator).permutation(n).astype(wanted, copy=False), **options)


@creating
def rand_like(input: Tensor, *, generator: Generator | None = None, **options: Unpack[LikeOptions]) -> Tensor:
    """Numbers drawn evenly from [0, 1), in the shape and dtype of `input`.

    >>> tg.rand_like(tg.zeros(2, 3)).shape
    tinygrad_edu.Size([2, 3])
    """
    data = as_tensor_argument(input)._data
    return _drawn(draw(generator).random, data.shape, data.dtype, end=1, **options)


@creating
def randn_like(input: Tensor, *, generator: Generator | None = None, **options: Unpack[LikeOptions]) -> Tensor:
    """Numbers drawn from the standard normal distribution, in the shape and dtype of `input`.

    >>> tg.randn_like(tg.zeros(2, 3)).shape
    tinygrad_edu.Size([2, 3])
    """
    data = as_tensor_argument(input)._data
    return _drawn(draw(generator).standard_normal, data.shape, data.dtype, **options)


@creating
def normal(
    mean: Any, std: Any = None, size: Any = None, *, generator: Generator | None = None, **options: Unpack[Options]
) -> Tensor:
    """Numbers drawn from normal distributions with the given means and standard deviations.

    Args:
        mean: A number or a tensor of means.
        std: A number or a tensor of standard deviations; 1 by default, beside a tensor of means.
        size: The shape: needed if both are numbers, not allowed otherwise.
        generator: Where the numbers come from.
        options: ``dtype``, if both are numbers (otherwise it is the tensors'), ``requires_grad`` and so on.

    Raises:
        RuntimeError: If a standard deviation is negative, the shapes don't broadcast, or a number leaves the range
            of the dtype.
        TypeError: If `size` is missing, or the tensors aren't floating-point.

    >>> tg.normal(0.0, 0.01, (2, 2)).shape
    tinygrad_edu.Size([2, 2])
    """
    if std is None:
        if not isinstance(mean, TensorBase):
            raise TypeError("std is missing: a number or a tensor of standard deviations")
        std = 1.0
    tensors = [each for each in (mean, std) if isinstance(each, TensorBase)]
    parts = (("mean", mean), ("std", std))
    centre, width = (
        each._data if isinstance(each, TensorBase) else float(as_number(name, each)) for name, each in parts
    )
    if not np.all(np.greater_equal(width, 0)):
        raise RuntimeError(f"a standard deviation can't be negative, got {describe(std)}")
    if tensors:
        if size is not None:
            raise TypeError(f"a size goes with numbers only; the tensors given say the shape, got size={size}")
        for each in tensors:
            if each._data.dtype.kind != "f":
                raise TypeError(f"wanted floating-point tensors, got {describe(each)}")
        error = misfit(mean, std)
        if error is not None:
            raise error
        wanted = dtypes.widest(*[each._data.dtype for each in tensors])
        shape = np.broadcast_shapes(np.shape(centre), np.shape(width))
    else:
        if not isinstance(size, (tuple, list)):
            raise TypeError(f"for numbers the size must be a tuple such as (2, 3), got {describe(size)}")
        wanted, shape = _real_dtype(dtypes.default(), **options), new_shape((size,))
    drawn = draw(generator).standard_normal(shape, dtype=width_of_draws(wanted))
    return finished(_moved(drawn, centre, width, wanted), **options)


@of_tensor
def bernoulli(
    input: Tensor, p: float | None = None, *, generator: Generator | None = None, out: Tensor | None = None
) -> Tensor:
    """1 with the probability that `input` says at each place, else 0, in its dtype.

    If `p` is given, it is the probability everywhere, and `input` says only the shape.

    Raises:
        RuntimeError: If a probability lies outside [0, 1].
        TypeError: If `input` isn't floating-point.

    >>> tg.bernoulli(tg.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    values = input._data
    if values.dtype.kind != "f":
        raise TypeError(f"probabilities must be floating-point, got {describe(input)}")
    given = f"{describe(input)} with others" if p is None else f"p={p}"
    chances = _probabilities(values if p is None else np.asarray(p), given)
    return wrap((draw(generator).random(values.shape) < chances).astype(values.dtype))


@of_tensor
def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """`num_samples` indices drawn with the weights in each row of `input`.

    Args:
        input: Weights, not negative, of shape (C,) or (N, C).
        num_samples: How many to draw from each row.
        replacement: Whether an index may be drawn twice.
        generator: Where the numbers come from.

    Raises:
        RuntimeError: If weights are negative, all zero, or too few are positive.
        TypeError: If `input` isn't floating-point.

    >>> tg.multinomial(tg.tensor([0.0, 1.0, 0.0]), 3, replacement=True)
    tensor([1, 1, 1])
    """
    if input._data.dtype.kind != "f":
        raise TypeError(f"weights must be floating-point, got {describe(input)}; use .float() first")
    if num_samples <= 0:
        raise RuntimeError(f"the number of samples must be positive, got {num_samples}")
    weights = input._data.astype(np.float64)
    if weights.ndim not in (1, 2) or np.any(weights < 0) or not np.all(np.isfinite(weights)):
        raise RuntimeError(f"wanted 1 or 2 dimensions of finite weights >= 0, got {describe(input)}")
    rows = np.atleast_2d(weights)
    possible = np.count_nonzero(rows, axis=1).min()
    if possible == 0 or (not replacement and num_samples > possible):
        raise RuntimeError(f"can't draw {num_samples} indices from a row with {possible} positive weights")
    numbers = draw(generator)
    largest = rows.max(axis=1, keepdims=True)
    rows = np.where(largest > 1e300, rows / largest, rows)  # or their sum might be infinite
    drawn = [numbers.choice(len(row), num_samples, replacement, row / add_up(row)) for row in rows]
    return wrap(np.asarray(drawn, dtype=np.int64).reshape((*weights.shape[:-1], num_samples)))


@of_tensor
def uniform_(self: Tensor, from_: float = 0, to: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn evenly from [from_, to), both rounded to the dtype.

    Raises:
        RuntimeError: If `to` is below `from_`, or one of them or their difference leaves the range of the dtype.
        TypeError: If the tensor isn't floating-point.

    >>> tg.empty(3).uniform_(5, 5)
    tensor([5., 5., 5.])
    """
    _check_fillable("uniform_", self)
    if to < from_:
        raise RuntimeError(f"wanted from <= to, got from={from_} and to={to}")
    dtype = self._data.dtype
    limit = float(np.finfo(dtype).max)
    if not (-limit <= from_ and to <= limit and to - from_ <= limit):
        raise RuntimeError(
            f"wanted from, to and to - from within what {dtype.name} holds, up to {limit:.6g}; "
            f"got from={from_} and to={to}"
        )
    numbers = draw(generator).random(self._data.shape, dtype=width_of_draws(dtype))
    return _filled(
        "uniform_", self, below(np.asarray(numbers * (to - from_) + from_).astype(dtype, copy=False), from_, to)
    )


@of_tensor
def normal_(self: Tensor, mean: float = 0, std: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn from a normal distribution.

    Raises:
        RuntimeError: If `std` is negative, or a number leaves the range of the dtype.
        TypeError: If the tensor isn't floating-point.

    >>> tg.empty(3).normal_(5, 0)
    tensor([5., 5., 5.])
    """
    _check_fillable("normal_", self)
    mean, std = as_number("mean", mean), as_number("std", std)
    if not std >= 0:
        raise RuntimeError(f"the standard deviation can't be negative, got {std}")
    numbers = draw(generator).standard_normal(self._data.shape, dtype=width_of_draws(self._data.dtype))
    return _filled("normal_", self, _moved(numbers, mean, std, self._data.dtype))


@of_tensor
def bernoulli_(self: Tensor, p: float | Tensor = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill with 1 (with probability `p`, a number or a tensor that broadcasts) and 0.

    Raises:
        RuntimeError: If a probability lies outside [0, 1].

    >>> tg.empty(3).bernoulli_(1.0)
    tensor([1., 1., 1.])
    """
    check_writable("bernoulli_", self)
    chances = _probabilities(p._data if isinstance(p, TensorBase) else np.asarray(p), describe(p))
    if stretched_axes(chances.shape, self._data.shape) is None:
        raise RuntimeError(f"probabilities of shape {chances.shape} don't broadcast to {describe(self)}")
    return _filled("bernoulli_", self, draw(generator).random(self._data.shape) < chances)


@of_tensor
def random_(self: Tensor, *limits: int, to: int | None = None, generator: Generator | None = None) -> Tensor:
    """Fill with integers drawn evenly, from 0, or from the first of two `limits`, up to but not including the last.

    Without limits they go as far as the dtype holds every integer.

    Raises:
        RuntimeError: If there is no integer to draw, or the dtype can't hold all of them.

    >>> tg.empty(3).random_(5, 6)
    tensor([5., 5., 5.])
    """
    check_writable("random_", self)
    dtype = self._data.dtype
    given = [_integer("a limit", each) for each in (*limits, *([] if to is None else [to]))]
    if len(given) > 2:
        raise TypeError(f"wanted random_(), random_(to) or random_(low, to), got {limits} and to={to}")
    low, high = (0, _most(dtype)) if not given else (0, given[0]) if len(given) == 1 else given
    if low >= high:
        raise RuntimeError(f"there is no integer from {low} up to but not including {high}")
    _check_held(low, high - 1, dtype)
    return _filled("random_", self, draw(generator).integers(low, high, self._data.shape))


class SamplingMethods(TensorBase):
    """Random numbers as methods of tensors."""

    __slots__ = ()

    bernoulli = method(bernoulli)
    multinomial = method(multinomial)
    uniform_ = method(uniform_)
    normal_ = method(normal_)
    bernoulli_ = method(bernoulli_)
    random_ = method(random_)


def _most(dtype: np.dtype) -> int:
    """The first integer above those from 0 on that a dtype holds each of."""
    if dtype.kind == "f":
        return int(2 ** (np.finfo(dtype).nmant + 1)) + 1
    return 2 if dtype.kind == "b" else int(np.iinfo(dtype).max) + 1


def _moved(numbers: Any, mean: Any, std: Any, dtype: np.dtype) -> np.ndarray:
    """Standard normal numbers, moved to `mean` and `std`, in `dtype`."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.asarray(numbers * std + mean).astype(dtype, copy=False)
        limit = float(np.finfo(dtype).max)
        safe = np.all(np.abs(mean) + 10 * np.abs(std) <= limit)
    if not safe:
        lost = np.isinf(values) & np.isfinite(mean) & np.isfinite(std)
        if lost.any():
            raise RuntimeError(
                f"{np.count_nonzero(lost)} of {lost.size} numbers leave the range of {dtype.name}, which holds up to "
                f"{limit:.6g}; draw in a wider dtype, or with a smaller mean and standard deviation"
            )
    return values


def _drawn(
    sample: Callable[..., Any], shape: tuple[int, ...], default: Any, *, end: float | None = None, **options: Any
) -> Tensor:
    """Real numbers from one of NumPy's distributions; if it is that of [0, end), they stay below `end`."""
    wanted = _real_dtype(default, **options)
    width = width_of_draws(wanted)
    values = np.asarray(sample(shape, dtype=width)).astype(wanted, copy=False)
    return finished(values if end is None or width == wanted else below(values, 0, end), **options)


def _real_dtype(default: Any, **options: Any) -> np.dtype:
    wanted = dtype_or(default, **options)
    if wanted.kind != "f":
        raise RuntimeError(f"random real numbers need a floating dtype, got {wanted.name}")
    return wanted


def _probabilities(chances: Any, given: str) -> Any:
    if not np.all((chances >= 0) & (chances <= 1)):
        raise RuntimeError(f"probabilities must lie in [0, 1], got {given}")
    return chances


def _integer(argument: str, value: Any) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        return index(value)
    except (TypeError, ValueError):
        raise TypeError(f"{argument} must be an integer, got {describe(value)}") from None


def _check_held(lowest: int, highest: int, dtype: np.dtype) -> None:
    """Refuse integers that `dtype` can't all hold, and tell apart."""
    if dtype.kind == "f":
        last = 2 ** (np.finfo(dtype).nmant + 1)
        first = -last
    else:
        first, last = (0, 1) if dtype.kind == "b" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    if lowest < first or highest > last:
        raise RuntimeError(
            f"{dtype.name} holds the integers from {first} to {last}, and those from {lowest} to {highest} are to be "
            "drawn; choose a wider dtype"
        )


def _check_fillable(operation: str, target: Any) -> None:
    check_writable(operation, target)
    if target._data.dtype.kind != "f":
        raise TypeError(f"real numbers need a floating-point tensor, got {describe(target)}")


def _filled(operation: str, target: Any, numbers: Any) -> Tensor:
    """`target` with the numbers drawn for it in its dtype: constants, to the graph."""
    filled: Tensor = replace(operation, target, wrap(np.asarray(numbers).astype(target._data.dtype)))
    return filled
