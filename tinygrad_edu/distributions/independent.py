"""Independent: several distributions side by side, seen as one of all their values together.

Source: https://docs.pytorch.org/docs/stable/distributions.html#independent
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe
from tinygrad_edu._size import Size
from tinygrad_edu.distributions.constraints import Constraint
from tinygrad_edu.distributions.distribution import Distribution, over_last

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["Independent"]


class Independent(Distribution):
    """A distribution whose last batch dimensions belong to one sample: the log-probabilities along them are added up.

    Args:
        base_distribution: The distribution.
        reinterpreted_batch_ndims: How many of its batch dimensions.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Independent(tg.distributions.Normal(tg.zeros(3), 1.0), 1)
    >>> d.batch_shape, d.event_shape, d.log_prob(tg.zeros(3))
    (tinygrad_edu.Size([]), tinygrad_edu.Size([3]), tensor(-2.7568))
    """

    def __init__(
        self, base_distribution: Any, reinterpreted_batch_ndims: int, validate_args: bool | None = None
    ) -> None:
        if not isinstance(base_distribution, Distribution):
            raise TypeError(f"Independent: wanted a distribution, got {describe(base_distribution)}")
        batch, event = base_distribution.batch_shape, base_distribution.event_shape
        if not isinstance(reinterpreted_batch_ndims, int) or reinterpreted_batch_ndims < 0:
            raise ValueError(
                "Independent: reinterpreted_batch_ndims must be an integer that isn't negative, got "
                f"{describe(reinterpreted_batch_ndims)}"
            )
        if reinterpreted_batch_ndims > len(batch):
            raise ValueError(
                f"Independent: reinterpreted_batch_ndims must be at most {len(batch)}, the number of batch dimensions "
                f"of {base_distribution}; got {reinterpreted_batch_ndims}"
            )
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, reinterpreted_batch_ndims
        cut = len(batch) - reinterpreted_batch_ndims
        super().__init__(batch[:cut], batch[cut:] + event, validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Independent:
        """The distribution with its parameters broadcast to another `batch_shape`."""
        new = super().expand(batch_shape)
        new.base_dist = self.base_dist.expand((*batch_shape, *self._event_shape[: self.reinterpreted_batch_ndims]))
        return new

    @property
    def has_rsample(self) -> bool:
        """Whether samples of the distribution inside have gradients."""
        return bool(self.base_dist.has_rsample)

    @property
    def has_enumerate_support(self) -> bool:
        """Whether its values can be listed: not if several stand together."""
        return self.reinterpreted_batch_ndims == 0 and bool(self.base_dist.has_enumerate_support)

    @property
    def support(self) -> Any:
        """What each value inside is."""
        inner: Constraint = self.base_dist.support
        return inner._replace(event_dim=inner.event_dim + self.reinterpreted_batch_ndims)

    @property
    def mean(self) -> Tensor:
        """As inside."""
        return self.base_dist.mean

    @property
    def mode(self) -> Tensor:
        """As inside."""
        return self.base_dist.mode

    @property
    def variance(self) -> Tensor:
        """As inside."""
        return self.base_dist.variance

    def _drawn(self, shape: Size) -> Tensor:
        inner = self.base_dist
        first = shape[: len(shape) - len(inner.batch_shape) - len(inner.event_shape)]
        return inner._drawn(inner._shape("sample", first))

    def log_prob(self, value: Tensor) -> Tensor:
        """The sum of those inside."""
        return over_last(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        """The sum of those inside."""
        return over_last(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """As inside, if nothing stands together."""
        if self.reinterpreted_batch_ndims > 0:
            raise NotImplementedError("Independent.enumerate_support: the values of several together aren't listed")
        return self.base_dist.enumerate_support(expand)

    def __repr__(self) -> str:
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"
