"""The Laplace distribution, two exponential ones back to back: density exp(-|x - μ| / b) / 2b.

Source: https://docs.pytorch.org/docs/stable/distributions.html#laplace
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions.distribution import Distribution, constant, together
from tinygrad_edu.random import draw

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Laplace"]


class Laplace(Distribution):
    """The Laplace distribution around `loc`, with density ``exp(-abs(x - loc) / scale) / (2 * scale)``.

    Args:
        loc: μ, a number or a tensor.
        scale: b > 0, a number or a tensor.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Laplace(0.0, 1.0)
    >>> d.log_prob(tg.tensor([0.0, 1.0])), d.variance
    (tensor([-0.6931, -1.6931]), tensor(2.))
    """

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Tensor | float, scale: Tensor | float, validate_args: bool | None = None) -> None:
        self.loc, self.scale = together("Laplace", loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """The mean, μ."""
        return self.loc

    mode = mean

    @property
    def stddev(self) -> Tensor:
        """``b √2``."""
        return 2**0.5 * self.scale

    @property
    def variance(self) -> Tensor:
        """``2 b²``."""
        return 2 * self.scale**2

    def _drawn(self, shape: Size) -> Tensor:
        noise = draw(None).standard_exponential((2, *shape))  # their difference is Laplace's, of b = 1
        return self.loc + self.scale * constant(noise[0] - noise[1], self.loc)

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density."""
        return -(2 * self.scale).log() - (self._validated(value) - self.loc).abs() / self.scale

    def cdf(self, value: Tensor) -> Tensor:
        """``exp(-|z|) / 2`` below the middle, ``1 - exp(-|z|) / 2`` above it, with ``z = (x - μ) / b``."""
        z = (self._validated(value) - self.loc) / self.scale
        return 0.5 - 0.5 * z.sign() * (-z.abs()).expm1()

    def icdf(self, value: Tensor) -> Tensor:
        """The inverse of `cdf`."""
        distance = value - 0.5
        return self.loc - self.scale * distance.sign() * (-2 * distance.abs()).log1p()

    def entropy(self) -> Tensor:
        """``1 + log(2 b)``."""
        return 1 + (2 * self.scale).log()
