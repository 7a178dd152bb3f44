"""The beta distribution, of a probability: density x^(a - 1) (1 - x)^(b - 1) Γ(a + b) / (Γ(a) Γ(b)).

It is the first of the two values of a Dirichlet distribution.

Source: https://docs.pytorch.org/docs/stable/distributions.html#beta
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_edu.api.joining import stack
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions.dirichlet import Dirichlet
from tinygrad_edu.distributions.distribution import Distribution, together

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Beta"]


class Beta(Distribution):
    """The beta distribution on [0, 1], with a density ∝ ``x**(concentration1 - 1) * (1 - x)**(concentration0 - 1)``.

    Its samples are gamma variables divided by their sum, and have the gradients of these. Those of PyTorch's samples
    are other ones, with the same mean.

    Args:
        concentration1: a > 0, a number or a tensor.
        concentration0: b > 0, a number or a tensor.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Beta(2.0, 2.0)
    >>> d.mean, d.log_prob(tg.tensor(0.5))
    (tensor(0.5000), tensor(0.4055))
    """

    arg_constraints: ClassVar[Any] = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = True
    hidden = True

    def __init__(
        self, concentration1: Tensor | float, concentration0: Tensor | float, validate_args: bool | None = None
    ) -> None:
        self.concentration1, self.concentration0 = together("Beta", concentration1, concentration0)
        super().__init__(self.concentration1.shape, validate_args=validate_args)

    @property
    def _dirichlet(self) -> Dirichlet:
        return Dirichlet(stack([self.concentration1, self.concentration0], -1), validate_args=False)

    @property
    def mean(self) -> Tensor:
        """``a / (a + b)``."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Tensor:
        """``(a - 1) / (a + b - 2)``, where both are above 1."""
        return self._dirichlet.mode[..., 0]

    @property
    def variance(self) -> Tensor:
        """``a b / ((a + b)² (a + b + 1))``."""
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total**2 * (total + 1))

    def _drawn(self, shape: Size) -> Tensor:
        return self._dirichlet.expand(shape).rsample()[..., 0]

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density."""
        x = self._validated(value)
        return self._dirichlet.log_prob(stack([x, 1 - x], -1))

    def entropy(self) -> Tensor:
        """As that of the Dirichlet distribution of a and b."""
        return self._dirichlet.entropy()
