"""Tensors of random numbers, from a `Generator` or the default one (see random.py).

Source for every function: https://docs.pytorch.org/docs/stable/torch.html#random-sampling
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._reading import as_tensor_argument, check_out, wrap
from tinygrad_edu.api.creation import OptionalDtype, check_options, check_requires_grad
from tinygrad_edu.api.filling import new_shape
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.random import Generator, default_generator

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["bernoulli", "multinomial", "normal", "rand", "rand_like", "randint", "randn", "randn_like", "randperm"]


def draw(generator: Generator | None) -> np.random.Generator:
    """Return NumPy's generator behind `generator`, or behind the default one."""
    return (default_generator if generator is None else generator).numpy


def rand(
    *lengths: Any,
    size: Any = None,
    generator: Generator | None = None,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Return numbers drawn evenly from [0, 1).

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.rand(100)
        >>> bool(((x >= 0) & (x < 1)).all())
        True
    """
    check_out("rand", out)
    check_options("rand", device=device, layout=layout, pin_memory=pin_memory)
    return _real("rand", draw(generator).random, new_shape("rand", lengths, size), dtype, requires_grad)


def randn(
    *lengths: Any,
    size: Any = None,
    generator: Generator | None = None,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Return numbers drawn from the normal distribution with mean 0 and variance 1.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.randn(2, 3).shape
        tinygrad_edu.Size([2, 3])
    """
    check_out("randn", out)
    check_options("randn", device=device, layout=layout, pin_memory=pin_memory)
    return _real("randn", draw(generator).standard_normal, new_shape("randn", lengths, size), dtype, requires_grad)


def randint(
    low: int = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return integers drawn evenly from `low` (0 if left out) up to but not including `high`.

    Called as ``randint(high, size)`` or ``randint(low, high, size)``.

    Raises:
        RuntimeError: If there is no integer to draw.

    Example:
        >>> import tinygrad_edu as tg
        >>> x = tg.randint(3, 5, (100,))
        >>> int(x.min()), int(x.max())
        (3, 4)
    """
    check_out("randint", out)
    check_options("randint", device=device, layout=layout)
    if isinstance(high, (tuple, list)):
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if size is None:
        raise TypeError("randint: the size is missing; call randint(high, size) or randint(low, high, size)")
    if low >= high:
        raise RuntimeError(f"randint: there is no integer from {low} up to but not including {high}")
    wanted = np.dtype(np.int64) if dtype is None else dtypes.to_numpy(dtype, "randint")
    drawn = draw(generator).integers(low, high, new_shape("randint", (size,))).astype(wanted)
    if requires_grad:
        check_requires_grad("randint", drawn)
    made = wrap(drawn)
    made._requires_grad = requires_grad
    return made


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Return the integers from 0 to ``n - 1`` in random order, as int64.

    Example:
        >>> import tinygrad_edu as tg
        >>> sorted(tg.randperm(4).tolist())
        [0, 1, 2, 3]
    """
    check_out("randperm", out)
    check_options("randperm", device=device, layout=layout, pin_memory=pin_memory)
    if requires_grad:
        raise RuntimeError("randperm: only floating-point tensors can require a gradient, and these are integers")
    if n < 0:
        raise RuntimeError(f"randperm: the number of integers must not be negative, got {n}")
    wanted = np.dtype(np.int64) if dtype is None else dtypes.to_numpy(dtype, "randperm")
    return wrap(draw(generator).permutation(n).astype(wanted, copy=False))


def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return numbers drawn evenly from [0, 1), in the shape and dtype of `input`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.rand_like(tg.zeros(2, 3)).shape
        tinygrad_edu.Size([2, 3])
    """
    x = as_tensor_argument("rand_like", input)
    check_options("rand_like", memory_format=memory_format)
    return rand(
        x._data.shape,
        generator=generator,
        dtype=dtype or x.dtype,
        layout=layout,
        device=device,
        requires_grad=requires_grad,
    )


def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    memory_format: None = None,
) -> Tensor:
    """Return numbers drawn from the standard normal distribution, in the shape and dtype of `input`.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.randn_like(tg.zeros(2, 3)).shape
        tinygrad_edu.Size([2, 3])
    """
    x = as_tensor_argument("randn_like", input)
    check_options("randn_like", memory_format=memory_format)
    return randn(
        x._data.shape,
        generator=generator,
        dtype=dtype or x.dtype,
        layout=layout,
        device=device,
        requires_grad=requires_grad,
    )


def normal(
    mean: Any,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    out: None = None,
    dtype: OptionalDtype = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Return numbers drawn from normal distributions with the given means and standard deviations.

    Args:
        mean: A number or a tensor of means.
        std: A number or a tensor of standard deviations.
        size: The shape: needed if both are numbers, not allowed otherwise.
        generator: Where the numbers come from.
        out: Not supported.
        dtype: The element type, if both are numbers; otherwise it is the tensors'.
        layout: Accepted for PyTorch's sake.
        device: Only the CPU exists.
        pin_memory: Must be False.
        requires_grad: Whether gradients with respect to the numbers drawn are wanted.

    Raises:
        RuntimeError: If a standard deviation is negative, or the shapes don't broadcast.
        TypeError: If `size` is missing, or the tensors aren't floating-point.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.normal(0.0, 0.01, (2, 2)).shape
        tinygrad_edu.Size([2, 2])
    """
    check_out("normal", out)
    check_options("normal", device=device, layout=layout, pin_memory=pin_memory)
    tensors = [each for each in (mean, std) if isinstance(each, TensorBase)]
    centre, width = (each._data if isinstance(each, TensorBase) else each for each in (mean, std))
    if np.any(np.less(width, 0)):
        raise RuntimeError(f"normal: a standard deviation can't be negative, got {describe(std)}")
    if not tensors:
        if not isinstance(size, (tuple, list)):
            raise TypeError(f"normal: for numbers the size must be a tuple such as (2, 3), got {describe(size)}")
        made = randn(size, generator=generator, dtype=dtype)
        return wrap(made._data * width + centre).requires_grad_(requires_grad)
    if size is not None:
        raise TypeError("normal: a size goes with numbers only; the tensors given say the shape")
    for each in tensors:
        if each._data.dtype.kind != "f":
            raise TypeError(f"normal: wanted floating-point tensors, got {describe(each)}")
    dtypes_met = dtypes.widest(*[each._data.dtype for each in tensors])
    try:
        shape = np.broadcast_shapes(np.shape(centre), np.shape(width))
    except ValueError:
        raise RuntimeError(f"normal: {describe(mean)} and {describe(std)} don't broadcast") from None
    drawn = draw(generator).standard_normal(shape, dtype=np.float64 if dtypes_met.itemsize == 8 else np.float32)
    return wrap((drawn * width + centre).astype(dtypes_met)).requires_grad_(requires_grad)


def bernoulli(input: Tensor, p: float | None = None, *, generator: Generator | None = None, out: None = None) -> Tensor:
    """Return 1 with the probability that `input` says at each place, else 0, in its dtype.

    If `p` is given, it is the probability everywhere, and `input` says only the shape.

    Raises:
        RuntimeError: If a probability lies outside [0, 1].
        TypeError: If `input` isn't floating-point.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.bernoulli(tg.tensor([0.0, 1.0]))
        tensor([0., 1.])
    """
    check_out("bernoulli", out)
    values = as_tensor_argument("bernoulli", input)._data
    if values.dtype.kind != "f":
        raise TypeError(f"bernoulli: probabilities must be floating-point, got {describe(input)}")
    chances = values if p is None else np.asarray(p)
    if not np.all((chances >= 0) & (chances <= 1)):
        given = f"{describe(input)} with others" if p is None else f"p={p}"
        raise RuntimeError(f"bernoulli: probabilities must lie in [0, 1], got {given}")
    return wrap((draw(generator).random(values.shape) < chances).astype(values.dtype))


def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
    out: None = None,
) -> Tensor:
    """Return `num_samples` indices drawn with the weights in each row of `input`.

    Args:
        input: Weights, not negative, of shape (C,) or (N, C).
        num_samples: How many to draw from each row.
        replacement: Whether an index may be drawn twice.
        generator: Where the numbers come from.
        out: Not supported.

    Raises:
        RuntimeError: If weights are negative, all zero, or too few are positive.
        TypeError: If `input` isn't floating-point.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.multinomial(tg.tensor([0.0, 1.0, 0.0]), 3, replacement=True)
        tensor([1, 1, 1])
    """
    check_out("multinomial", out)
    if as_tensor_argument("multinomial", input)._data.dtype.kind != "f":
        raise TypeError(f"multinomial: weights must be floating-point, got {describe(input)}; use .float() first")
    if num_samples <= 0:
        raise RuntimeError(f"multinomial: the number of samples must be positive, got {num_samples}")
    weights = input._data.astype(np.float64)
    if weights.ndim not in (1, 2) or np.any(weights < 0) or not np.all(np.isfinite(weights)):
        raise RuntimeError(f"multinomial: wanted 1 or 2 dimensions of finite weights >= 0, got {describe(input)}")
    rows = np.atleast_2d(weights)
    possible = np.count_nonzero(rows, axis=1).min()
    if possible == 0 or (not replacement and num_samples > possible):
        raise RuntimeError(f"multinomial: can't draw {num_samples} indices from a row with {possible} positive weights")
    numbers = draw(generator)
    drawn = [numbers.choice(len(row), num_samples, replacement, row / row.sum()) for row in rows]
    return wrap(np.asarray(drawn, dtype=np.int64).reshape((*weights.shape[:-1], num_samples)))


def _real(operation: str, sample: Any, shape: tuple[int, ...], dtype: OptionalDtype, requires_grad: bool) -> Tensor:
    wanted = np.dtype(np.float32) if dtype is None else dtypes.to_numpy(dtype, operation)
    if wanted.kind != "f":
        raise RuntimeError(f"{operation}: random real numbers need a floating dtype, got {wanted.name}")
    drawn_in = np.float64 if wanted == np.float64 else np.float32
    made = wrap(sample(shape, dtype=drawn_in).astype(wanted, copy=False))
    made._requires_grad = requires_grad
    return made
