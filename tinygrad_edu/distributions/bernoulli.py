"""The Bernoulli distribution, of one coin: 1 with probability p, else 0.

Source: https://docs.pytorch.org/docs/stable/distributions.html#bernoulli
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_edu.api.choice import where
from tinygrad_edu.api.creation import tensor
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions._chances import binary_logits_of, one_of
from tinygrad_edu.distributions.distribution import Distribution, constant, lazy, together
from tinygrad_edu.nn.functional import binary_cross_entropy_with_logits
from tinygrad_edu.random import draw

if TYPE_CHECKING:
    from tinygrad_edu._size import Size
    from tinygrad_edu._tensor import Tensor

__all__ = ["Bernoulli"]


class Bernoulli(Distribution):
    """The Bernoulli distribution: 1 with the probability `probs`, else 0.

    Args:
        probs: p, a number or a tensor.
        logits: In its place, ``log(p / (1 - p))``.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Bernoulli(0.25)
    >>> d.log_prob(tg.tensor([0.0, 1.0])), d.variance
    (tensor([-0.2877, -1.3863]), tensor(0.1875))
    """

    arg_constraints: ClassVar[Any] = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.boolean
    has_enumerate_support = True

    def __init__(
        self,
        probs: Tensor | float | None = None,
        logits: Tensor | float | None = None,
        validate_args: bool | None = None,
    ) -> None:
        name, value = one_of("Bernoulli", probs, logits)
        (value,) = together("Bernoulli", value)
        setattr(self, name, value)
        super().__init__(value.shape, validate_args=validate_args)

    @lazy
    def logits(self) -> Tensor:
        """``log(p / (1 - p))``."""
        return binary_logits_of(self.probs)

    @lazy
    def probs(self) -> Tensor:
        """The probability of 1."""
        return self.logits.sigmoid()

    @property
    def param_shape(self) -> Size:
        """The shape of the parameter."""
        return self._batch_shape

    @property
    def mean(self) -> Tensor:
        """The mean, p."""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """1 or 0, what is more probable; NaN if both are equally so."""
        p = self.probs.detach()
        mode: Tensor = where(p == 0.5, p * float("nan"), (p >= 0.5).to(p.dtype))
        return mode

    @property
    def variance(self) -> Tensor:
        """``p (1 - p)``."""
        return self.probs * (1 - self.probs)

    def _drawn(self, shape: Size) -> Tensor:
        return constant(draw(None).random(shape) < self.probs._data, self.probs)

    def log_prob(self, value: Tensor) -> Tensor:
        """``x log p + (1 - x) log(1 - p)``."""
        logits, x = together("Bernoulli.log_prob", self.logits, self._validated(value))
        return -binary_cross_entropy_with_logits(logits, x, reduction="none")

    def entropy(self) -> Tensor:
        """``-p log p - (1 - p) log(1 - p)``."""
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """0 and 1, along a dimension in front."""
        values = tensor([0.0, 1.0]).to(self.probs.dtype).reshape(2, *(1 for _ in self._batch_shape))
        return values.expand(2, *self._batch_shape) if expand else values
