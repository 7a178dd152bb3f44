"""The multinomial distribution, of n dice: how often each class came, n! Π p_i^x_i / x_i!.

Source: https://docs.pytorch.org/docs/stable/distributions.html#multinomial
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._summation import add_up
from tinygrad_edu.api.ranges import arange
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions._chances import one_of
from tinygrad_edu.distributions.categorical import Categorical
from tinygrad_edu.distributions.distribution import Distribution, at_least_a_vector, constant, together
from tinygrad_edu.random import draw

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Multinomial"]


class Multinomial(Distribution):
    """How often each class comes in `total_count` draws, with the probability ``n! * prod(p**x / x!)``.

    Args:
        total_count: n, the number of draws.
        probs: Weights, that are divided by their sum; the classes lie along the last dimension.
        logits: In their place, their logarithms, up to a constant.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Multinomial(4, tg.tensor([1.0, 1.0]))
    >>> d.mean, d.log_prob(tg.tensor([2.0, 2.0]))
    (tensor([2., 2.]), tensor(-0.9808))
    """

    arg_constraints: ClassVar[Any] = {"probs": constraints.simplex, "logits": constraints.real_vector}
    hidden = True

    def __init__(
        self,
        total_count: int = 1,
        probs: Tensor | None = None,
        logits: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError(
                f"Multinomial: total_count must be one integer for all, got {describe(total_count)}"
            )
        at_least_a_vector("Multinomial", *one_of("Multinomial", probs, logits))
        self.total_count = total_count
        self._categorical = Categorical(probs, logits, validate_args)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Multinomial:
        """The distribution with its parameters broadcast to another `batch_shape`."""
        new = super().expand(batch_shape)
        new._categorical = self._categorical.expand(batch_shape)
        return new

    @property
    def support(self) -> Any:
        """Counts that add up to `total_count`."""
        return constraints.counts(self.total_count)

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return self._categorical.logits

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self._categorical.probs

    @property
    def param_shape(self) -> Size:
        """The shape of the parameter, the classes included."""
        return self._categorical.param_shape

    @property
    def mean(self) -> Tensor:
        """``n p``."""
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        """``n p (1 - p)``, of each class."""
        return self.total_count * self.probs * (1 - self.probs)

    def _drawn(self, shape: Size) -> Tensor:
        chances = self.probs._data.astype(np.float64)
        chances = chances / add_up(chances, axis=-1, keepdims=True)
        return constant(draw(None).multinomial(self.total_count, chances, shape[:-1]), self.probs)

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the probability of the counts."""
        logits, x = together("Multinomial.log_prob", self.logits, self._validated(value))
        impossible = (x == 0) & (logits == -np.inf)
        powers = (logits.masked_fill(impossible, 0) * x).sum(-1)
        return (x.sum(-1) + 1).lgamma() - (x + 1).lgamma().sum(-1) + powers

    def entropy(self) -> Tensor:
        """``-log n! - n Σ p log p + Σ E[log x_i!]``, where each count x_i alone is binomial."""
        n, p = self.total_count, self.probs
        k = arange(n + 1).to(p.dtype).reshape(-1, *(1 for _ in p.shape))
        log_factorials = (k + 1).lgamma()
        log_n_factorial = log_factorials[n].reshape(())
        log_choices = log_n_factorial - log_factorials - (n - k + 1).lgamma()
        chances = (log_choices + k.xlogy(p) + (n - k).xlogy(1 - p)).exp()
        return n * self._categorical.entropy() - log_n_factorial + (chances * log_factorials).sum((0, -1))
