"""Dropout: silencing random values while training, so that a network doesn't rely on single ones.

Source: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting (2014);
https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
"""

from __future__ import annotations

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_number
from tinygrad_edu.api._reading import of_tensor, real_already
from tinygrad_edu.random import draw

__all__ = ["dropout"]

_LARGEST = 65504.0  # in float16, the narrowest type


@of_tensor
def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Each value set to 0 with probability `p` and the others divided by ``1 - p``: the mean is kept.

    Args:
        input: A floating-point tensor of any shape.
        p: The probability, from 0 to 1.
        training: With False, `input` is returned as it is.
        inplace: Write the result into `input` itself.

    Raises:
        ValueError: If `p` isn't a probability, or so near 1 that the dtype can't hold ``1 / (1 - p)``.

    >>> x = tg.nn.functional.dropout(tg.ones(1000), p=0.5)
    >>> sorted(set(x.tolist()))
    [0.0, 2.0]
    """
    check_probability(p)
    if not training or p == 0:
        return input
    real_already(input)
    factor = 1 / (1 - p) if p < 1 else 0.0
    if factor > _LARGEST and factor > float(np.finfo(input._data.dtype).max):
        raise ValueError(f"{input._data.dtype.name} can't hold 1 / (1 - p), which is {factor:.6g} for p={p}")
    kept = draw(None).random(input._data.shape, dtype=np.float32) >= p
    scale = Tensor.wrap(np.multiply(kept, factor, dtype=input._data.dtype))
    return input.mul_(scale) if inplace else input * scale


def check_probability(p: float) -> None:
    """Refuse what isn't a probability."""
    if not 0 <= as_number("p", p) <= 1:
        raise ValueError(f"the probability p must lie between 0 and 1, got {describe(p)}")
