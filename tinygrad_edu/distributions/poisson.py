"""The Poisson distribution, of counts: probability λ^k exp(-λ) / k!.

Source: https://docs.pytorch.org/docs/stable/distributions.html#poisson
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions.distribution import Distribution, constant, together
from tinygrad_edu.random import draw

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Poisson"]


class Poisson(Distribution):
    """The Poisson distribution of counts, with the probability ``rate**k * exp(-rate) / k!`` of k.

    Args:
        rate: λ ≥ 0, a number or a tensor.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Poisson(2.0)
    >>> d.log_prob(tg.tensor([0.0, 1.0, 2.0]))
    tensor([-2.0000, -1.3069, -1.3069])
    """

    arg_constraints: ClassVar[Any] = {"rate": constraints.nonnegative}
    support = constraints.nonnegative_integer

    def __init__(self, rate: Tensor | float, validate_args: bool | None = None) -> None:
        (self.rate,) = together("Poisson", rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """The mean, λ."""
        return self.rate

    variance = mean

    @property
    def mode(self) -> Tensor:
        """λ, rounded down."""
        return self.rate.floor()

    def _drawn(self, shape: Size) -> Tensor:
        return constant(draw(None).poisson(self.rate._data, shape), self.rate)

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the probability."""
        k = self._validated(value)
        return k.xlogy(self.rate) - self.rate - (k + 1).lgamma()
