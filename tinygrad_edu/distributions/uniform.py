"""The uniform distribution: density 1 / (b - a) from a to b.

Source: https://docs.pytorch.org/docs/stable/distributions.html#uniform
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu.api.sampling import rand
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions.distribution import Distribution, together

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Uniform"]


class Uniform(Distribution):
    """The uniform distribution on [low, high), with density ``1 / (high - low)``.

    Args:
        low: a, a number or a tensor.
        high: b > a, a number or a tensor.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Uniform(0.0, 4.0)
    >>> d.log_prob(tg.tensor(1.0)), d.mean
    (tensor(-1.3863), tensor(2.))
    """

    has_rsample = True

    def __init__(self, low: Tensor | float, high: Tensor | float, validate_args: bool | None = None) -> None:
        self.low, self.high = together("Uniform", low, high)
        super().__init__(self.low.shape, validate_args=validate_args)

    @property
    def arg_constraints(self) -> Any:
        """The lower bound must be below the upper one."""
        low, high = self.low._data, self.high._data
        return {
            "low": constraints.Constraint("less than high", lambda x: x < high),
            "high": constraints.Constraint("greater than low", lambda x: x > low),
        }

    @property
    def support(self) -> Any:
        """Numbers from `low` to `high`."""
        return constraints.interval(self.low, self.high, "from low to high")

    @property
    def mean(self) -> Tensor:
        """``(a + b) / 2``."""
        return (self.high + self.low) / 2

    @property
    def mode(self) -> Tensor:
        """NaN: none is more probable than another."""
        return self.high * float("nan")

    @property
    def stddev(self) -> Tensor:
        """``(b - a) / √12``."""
        return (self.high - self.low) / 12**0.5

    @property
    def variance(self) -> Tensor:
        """``(b - a)² / 12``."""
        return (self.high - self.low) ** 2 / 12

    def _drawn(self, shape: Size) -> Tensor:
        return self.low + rand(shape, dtype=self.low.dtype) * (self.high - self.low)

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density, -infinity outside."""
        x = self._validated(value)
        inside = (self.low <= x) & (x < self.high)
        return inside.to(self.low.dtype).log() - (self.high - self.low).log()

    def cdf(self, value: Tensor) -> Tensor:
        """``(x - a) / (b - a)``, from 0 to 1."""
        return ((self._validated(value) - self.low) / (self.high - self.low)).clamp(0, 1)

    def icdf(self, value: Tensor) -> Tensor:
        """The inverse of `cdf`."""
        return value * (self.high - self.low) + self.low

    def entropy(self) -> Tensor:
        """``log(b - a)``."""
        return (self.high - self.low).log()
