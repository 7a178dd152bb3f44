"""The exponential distribution, of waiting times: density λ exp(-λ x).

Source: https://docs.pytorch.org/docs/stable/distributions.html#exponential
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions.distribution import Distribution, constant, together
from tinygrad_edu.random import draw

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Exponential"]


class Exponential(Distribution):
    """The exponential distribution, with density ``rate * exp(-rate * x)`` for x ≥ 0.

    Args:
        rate: λ > 0, a number or a tensor.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Exponential(tg.tensor([1.0, 2.0]))
    >>> d.mean, d.log_prob(tg.tensor(1.0))
    (tensor([1.0000, 0.5000]), tensor([-1.0000, -1.3069]))
    """

    arg_constraints: ClassVar[Any] = {"rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, rate: Tensor | float, validate_args: bool | None = None) -> None:
        (self.rate,) = together("Exponential", rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """``1 / λ``."""
        return self.rate.reciprocal()

    stddev = mean

    @property
    def mode(self) -> Tensor:
        """0."""
        return self.rate.detach() * 0

    @property
    def variance(self) -> Tensor:
        """``1 / λ²``."""
        return self.rate**-2

    def _drawn(self, shape: Size) -> Tensor:
        return constant(draw(None).standard_exponential(shape), self.rate) / self.rate

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density."""
        return self.rate.log() - self.rate * self._validated(value)

    def cdf(self, value: Tensor) -> Tensor:
        """``1 - exp(-λ x)``."""
        return -(-self.rate * self._validated(value)).expm1()

    def icdf(self, value: Tensor) -> Tensor:
        """The inverse of `cdf`."""
        return -(-value).log1p() / self.rate

    def entropy(self) -> Tensor:
        """``1 - log λ``."""
        return 1 - self.rate.log()
