"""The gamma distribution: density β^α x^(α - 1) exp(-β x) / Γ(α).

How its samples move with α is in _gamma_samples.py.

Source: https://docs.pytorch.org/docs/stable/distributions.html#gamma
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from tinygrad_edu.api.creation import tensor
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions._gamma_samples import log_gammas
from tinygrad_edu.distributions.distribution import Distribution, together

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Gamma"]


class Gamma(Distribution):
    """The gamma distribution, with density ``rate**a * x**(a - 1) * exp(-rate * x) / Γ(a)``; a is `concentration`.

    The gradients of its samples are those of the inverse of its `cdf`; they have none of their own, as in PyTorch.

    Args:
        concentration: α > 0, a number or a tensor.
        rate: β > 0, a number or a tensor.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Gamma(3.0, 2.0)
    >>> d.mean, d.variance, d.log_prob(tg.tensor(1.0))
    (tensor(1.5000), tensor(0.7500), tensor(-0.6137))
    """

    arg_constraints: ClassVar[Any] = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, concentration: Tensor | float, rate: Tensor | float, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = together("Gamma", concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """``α / β``."""
        return self.concentration / self.rate

    @property
    def mode(self) -> Tensor:
        """``(α - 1) / β``, or 0 where that is below 0."""
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Tensor:
        """``α / β²``."""
        return self.concentration / self.rate**2

    def _drawn(self, shape: Size) -> Tensor:
        drawn = log_gammas(self.concentration, shape).exp() / self.rate
        return drawn.clamp(min=float(np.finfo(drawn._data.dtype).tiny))

    def log_prob(self, value: Tensor | float) -> Tensor:
        """The logarithm of the density."""
        kind = self.rate.dtype
        x = self._validated(value.to(kind) if isinstance(value, TensorBase) else tensor(value, dtype=kind))
        a = self.concentration
        return a * self.rate.log() + (a - 1).xlogy(x) - self.rate * x - a.lgamma()

    def entropy(self) -> Tensor:
        """``α - log β + log Γ(α) + (1 - α) ψ(α)``."""
        a = self.concentration
        return a - self.rate.log() + a.lgamma() + (1 - a) * a.digamma()
