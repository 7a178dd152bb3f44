"""The normal distribution, the bell curve: density exp(-(x - μ)² / 2σ²) / (σ √(2π)).

Source: https://docs.pytorch.org/docs/stable/distributions.html#normal
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_edu.api.sampling import randn
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions.distribution import Distribution, together

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Normal"]


class Normal(Distribution):
    """The normal distribution of mean `loc` and standard deviation `scale`.

    Its density is ``exp(-(x - loc)**2 / (2 * scale**2)) / (scale * sqrt(2π))``.

    Args:
        loc: μ, a number or a tensor.
        scale: σ > 0, a number or a tensor.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Normal(0.0, tg.tensor([1.0, 2.0]))
    >>> d.log_prob(tg.tensor(0.0)), d.entropy()
    (tensor([-0.9189, -1.6121]), tensor([1.4189, 2.1121]))
    """

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Tensor | float, scale: Tensor | float, validate_args: bool | None = None) -> None:
        self.loc, self.scale = together("Normal", loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """The mean, μ."""
        return self.loc

    mode = mean

    @property
    def stddev(self) -> Tensor:
        """The standard deviation, σ."""
        return self.scale

    @property
    def variance(self) -> Tensor:
        """σ²."""
        return self.scale**2

    def _drawn(self, shape: Size) -> Tensor:
        return self.loc + randn(shape, dtype=self.loc.dtype) * self.scale

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density."""
        z = (self._validated(value) - self.loc) / self.scale
        return -(z**2) / 2 - self.scale.log() - math.log(2 * math.pi) / 2

    def cdf(self, value: Tensor) -> Tensor:
        """``(1 + erf((x - μ) / (σ √2))) / 2``."""
        return (1 + ((self._validated(value) - self.loc) / (self.scale * math.sqrt(2))).erf()) / 2

    def icdf(self, value: Tensor) -> Tensor:
        """The inverse of `cdf`."""
        return self.loc + self.scale * (2 * value - 1).erfinv() * math.sqrt(2)

    def entropy(self) -> Tensor:
        """``log(σ √(2πe))``."""
        return (1 + math.log(2 * math.pi)) / 2 + self.scale.log()
