"""The categorical distribution, of one die: class i with probability p_i.

Source: https://docs.pytorch.org/docs/stable/distributions.html#categorical
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from tinygrad_edu._size import Size
from tinygrad_edu.api._arguments import wrap
from tinygrad_edu.api.ranges import arange
from tinygrad_edu.api.stretching import broadcast_tensors
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions._chances import logits_of, one_of
from tinygrad_edu.distributions.distribution import Distribution, at_least_a_vector, lazy
from tinygrad_edu.random import draw

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["Categorical"]


class Categorical(Distribution):
    """The distribution of a class, the index i with the probability ``probs[..., i]``.

    Args:
        probs: Weights, that are divided by their sum; the classes lie along the last dimension.
        logits: In their place, their logarithms, up to a constant.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.Categorical(tg.tensor([1.0, 1.0, 2.0]))
    >>> d.probs, d.log_prob(tg.tensor(2)), d.entropy()
    (tensor([0.2500, 0.2500, 0.5000]), tensor(-0.6931), tensor(1.0397))
    """

    arg_constraints: ClassVar[Any] = {"probs": constraints.simplex, "logits": constraints.real_vector}
    has_enumerate_support = True

    def __init__(
        self, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: bool | None = None
    ) -> None:
        name, value = one_of("Categorical", probs, logits)
        at_least_a_vector("Categorical", name, value)
        if name == "probs":
            self.probs = value = value / value.sum(-1, keepdim=True)
        else:
            self.logits = value = value - value.logsumexp(-1, keepdim=True)
        self._num_events = value.shape[-1]
        super().__init__(value.shape[:-1], validate_args=validate_args)

    @lazy
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return logits_of(self.probs)

    @lazy
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self.logits.softmax(-1)

    @property
    def support(self) -> Any:
        """The indices of classes."""
        return constraints.integers(0, self._num_events - 1)

    @property
    def param_shape(self) -> Size:
        """The shape of the parameter, the classes included."""
        return Size((*self._batch_shape, self._num_events))

    @property
    def mean(self) -> Tensor:
        """NaN: classes have no mean."""
        return self.probs.detach()[..., 0] * float("nan")

    variance = mean

    @property
    def mode(self) -> Tensor:
        """The most probable class."""
        return self.probs.argmax(-1)

    def _drawn(self, shape: Size) -> Tensor:
        chances = self.probs._data
        waiting = draw(None).standard_exponential((*shape, self._num_events))
        with np.errstate(divide="ignore", invalid="ignore"):  # of waiting times of rates p, the first is i's with p_i
            arrival = np.where(chances > 0, waiting / chances, np.inf)
        return wrap(np.asarray(np.argmin(arrival, axis=-1)))

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the probability of each class in `value`."""
        places = self._validated(value).long().unsqueeze(-1)
        places, logits = broadcast_tensors(places, self.logits)
        return logits.gather(-1, places[..., :1]).squeeze(-1)

    def entropy(self) -> Tensor:
        """``-Σ p log p``."""
        lowest = float(np.finfo(self.logits._data.dtype).min)
        return -(self.logits.clamp(min=lowest) * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All classes, along a dimension in front."""
        values = arange(self._num_events).reshape(-1, *(1 for _ in self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values
