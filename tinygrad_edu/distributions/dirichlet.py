"""The Dirichlet distribution, of probabilities: density Γ(Σ α) Π x_i^(α_i - 1) / Γ(α_i).

Source: https://docs.pytorch.org/docs/stable/distributions.html#dirichlet
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_edu.api.choice import where
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions._gamma_samples import log_gammas
from tinygrad_edu.distributions.distribution import Distribution, at_least_a_vector

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Dirichlet"]


class Dirichlet(Distribution):
    """The Dirichlet distribution, of vectors that are probabilities, with a density ∝ ``prod(x**(concentration - 1))``.

    Its samples are gamma variables divided by their sum, and have the gradients of these. Those of PyTorch's samples
    are other ones, with the same mean.

    Args:
        concentration: α > 0, a tensor whose last dimension is the vector.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Dirichlet(tg.tensor([1.0, 3.0]))
    >>> d.mean, d.log_prob(tg.tensor([0.5, 0.5]))
    (tensor([0.2500, 0.7500]), tensor(-0.2877))
    """

    arg_constraints: ClassVar[Any] = {"concentration": constraints.positive_vector}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, concentration: Tensor, validate_args: bool | None = None) -> None:
        self.concentration = at_least_a_vector("Dirichlet", "concentration", concentration)
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)

    @property
    def mean(self) -> Tensor:
        """``α / Σ α``."""
        return self.concentration / self.concentration.sum(-1, keepdim=True)

    @property
    def mode(self) -> Tensor:
        """``(α - 1) / Σ (α - 1)``, with 0 for what is below 0; the first corner where all are below 1."""
        above = (self.concentration - 1).clamp(min=0)
        corner = above * 0
        corner[..., 0] = 1
        outside = (self.concentration < 1).all(-1, keepdim=True)
        mode: Tensor = where(outside, corner, above / above.sum(-1, keepdim=True))
        return mode

    @property
    def variance(self) -> Tensor:
        """``α (Σ α - α) / ((Σ α)² (Σ α + 1))``."""
        total = self.concentration.sum(-1, keepdim=True)
        return self.concentration * (total - self.concentration) / (total**2 * (total + 1))

    def _drawn(self, shape: Size) -> Tensor:
        return log_gammas(self.concentration, shape).softmax(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density."""
        a = self.concentration
        powers = (a - 1).xlogy(self._validated(value)).sum(-1)
        return powers + a.sum(-1).lgamma() - a.lgamma().sum(-1)

    def entropy(self) -> Tensor:
        """``Σ log Γ(α) - log Γ(Σ α) - (k - Σ α) ψ(Σ α) - Σ (α - 1) ψ(α)``, of k values."""
        a, total, k = self.concentration, self.concentration.sum(-1), self.concentration.shape[-1]
        by_total: Tensor = total.lgamma() + (k - total) * total.digamma()
        return a.lgamma().sum(-1) - by_total - ((a - 1) * a.digamma()).sum(-1)
