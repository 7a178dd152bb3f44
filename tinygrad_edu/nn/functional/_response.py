"""Local response normalisation: a strong answer quietens those of the channels beside it.

Source: A. Krizhevsky, I. Sutskever and G. Hinton, ImageNet classification with deep convolutional networks (2012);
https://docs.pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
"""

from __future__ import annotations

from math import prod

from tinygrad_edu._errors import shape_of
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer
from tinygrad_edu.api._reading import of_tensor, widening
from tinygrad_edu.api.arithmetic import add, div, mul
from tinygrad_edu.api.powers import pow
from tinygrad_edu.nn.functional._spatial import check_floating
from tinygrad_edu.ops._windows import Windows
from tinygrad_edu.ops.pooling import avg_pool
from tinygrad_edu.ops.shape import reshape

__all__ = ["local_response_norm"]


@of_tensor
@widening
def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Each value divided by ``(k + alpha * m) ** beta``, where m is the mean square of `size` channels around its own.

    Args:
        input: (N, C, *).
        size: How many channels there are in the mean.
        alpha: How much it counts.
        beta: The exponent.
        k: What is added.

    Raises:
        ValueError: If the input has fewer than three dimensions.
        RuntimeError: If `size` isn't positive.

    >>> tg.nn.functional.local_response_norm(tg.tensor([[[1.0], [2.0]]]), 2, alpha=2.0, beta=1.0)
    tensor([[[0.5000],
             [0.3333]]])
    """
    shape = input._data.shape
    if len(shape) < 3:
        raise ValueError(f"wanted an input (N, C, …) of three dimensions or more, got {shape_of(input)}")
    check_floating(input)
    count = as_integer("size", size)
    if count < 1:
        raise RuntimeError(f"size must be 1 or more, got {count}")
    if 0 in shape:
        return mul(input, 1)
    rows = reshape(mul(input, input), shape=(shape[0], shape[1], prod(shape[2:])))
    windows = Windows((count, 1), rows._data.shape[1:], (1, 1), (count // 2, 0), (1, 1))
    means = reshape(avg_pool(rows, windows=windows, divisor=count), shape=shape)
    return div(input, pow(add(mul(means, alpha), k), beta))
