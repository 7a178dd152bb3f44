"""Distribution: what all distributions share; shapes, checks, samples without a gradient, what is printed.

A distribution has a ``batch_shape``, that of the parameters side by side, each of which makes a distribution of its
own, and an ``event_shape``, that of one sample of one of them. Its samples have the shape
``sample_shape + batch_shape + event_shape``, and `log_prob` gives a number for each event.

Source: https://docs.pytorch.org/docs/stable/distributions.html
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from operator import index
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._size import Size
from tinygrad_edu.api._arguments import wrap
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.creation import tensor
from tinygrad_edu.api.stretching import broadcast_tensors
from tinygrad_edu.autograd.grad_mode import enable_grad, no_grad
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.distributions.constraints import Constraint

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["Distribution"]

D = TypeVar("D", bound="Distribution")
Shape = Sequence[int]


class lazy:
    """A parameter that follows from others: computed when it is first asked for, and recorded even under no_grad."""

    def __init__(self, compute: Callable[[Any], Tensor]) -> None:
        self.compute, self.__doc__ = compute, compute.__doc__

    def __get__(self, instance: Any, owner: Any = None) -> Tensor:
        if instance is None:
            return cast("Tensor", self)
        with enable_grad():
            value = vars(instance)[self.compute.__name__] = self.compute(instance)
        return value


class Distribution:
    """Base class of distributions: a subclass says what its parameters must be, and defines what it can of the rest.

    Args:
        batch_shape: The shape of the parameters side by side.
        event_shape: The shape of one sample.
        validate_args: Whether parameters and values are checked; True if left out.

    Attributes:
        arg_constraints: What each parameter must be.
        support: What samples are.
        has_rsample: Whether samples have gradients, by `rsample`.

    Raises:
        ValueError: If a parameter isn't what it must be.

    >>> d = tg.distributions.Normal(tg.zeros(3), 1.0)
    >>> d.batch_shape, d.event_shape, d.sample((2,)).shape
    (tinygrad_edu.Size([3]), tinygrad_edu.Size([]), tinygrad_edu.Size([2, 3]))
    """

    has_rsample: Any = False
    has_enumerate_support: Any = False
    arg_constraints: ClassVar[Any] = MappingProxyType({})
    support: Any = None
    hidden: ClassVar[bool] = False  # whether its parameters aren't printed, as PyTorch prints none of some
    _validate_args = True

    def __init_subclass__(cls) -> None:
        """Let errors of what takes values begin with the distribution's name."""
        for name in {"cdf", "icdf", "log_prob"} & vars(cls).keys():
            setattr(cls, name, named_as(f"{cls.__name__}.{name}")(vars(cls)[name]))

    def __init__(self, batch_shape: Shape = (), event_shape: Shape = (), validate_args: bool | None = None) -> None:
        name = type(self).__name__
        if validate_args not in (None, True, False):
            raise TypeError(f"{name}: validate_args must be True, False or None, got {describe(validate_args)}")
        self._batch_shape, self._event_shape = _as_size(name, batch_shape), _as_size(name, event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            for name, constraint in self._given():
                self._check(f"parameter {name}", getattr(self, name), constraint)

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Say whether distributions that are made from here on check their arguments, where they aren't told."""
        if not isinstance(value, bool):
            raise ValueError(f"Distribution.set_default_validate_args: wanted True or False, got {describe(value)}")
        Distribution._validate_args = value

    @property
    def batch_shape(self) -> Size:
        """The shape of the parameters side by side."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one sample of one distribution."""
        return self._event_shape

    @property
    def mean(self) -> Tensor:
        """The mean."""
        raise self._lacks("mean")

    @property
    def mode(self) -> Tensor:
        """The most probable value."""
        raise self._lacks("mode")

    @property
    def variance(self) -> Tensor:
        """The mean square of the distance from the mean."""
        raise self._lacks("variance")

    @property
    def stddev(self) -> Tensor:
        """The square root of the variance."""
        return self.variance.sqrt()

    def sample(self, sample_shape: Shape = ()) -> Tensor:
        """Samples, of shape ``sample_shape + batch_shape + event_shape``: constants, to the graph."""
        with no_grad():
            return self._drawn(self._shape("sample", sample_shape))

    def rsample(self, sample_shape: Shape = ()) -> Tensor:
        """Samples that are functions of the parameters and of noise, so that they have gradients.

        Raises:
            NotImplementedError: If the distribution has none (see `has_rsample`).
        """
        if not self.has_rsample:
            raise NotImplementedError(
                f"{type(self).__name__}.rsample: its samples have no gradients here; use sample(), and log_prob() for "
                "the gradient of a mean (the score function)"
            )
        return self._drawn(self._shape("rsample", sample_shape))

    def _drawn(self, shape: Size) -> Tensor:
        """Samples of that shape; recorded, if there is an rsample."""
        raise self._lacks("sample")

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density, or of the probability, at `value`: a number for each event.

        Raises:
            ValueError: If the value isn't a tensor, doesn't fit the shapes, or isn't in the support.
        """
        raise self._lacks("log_prob")

    def cdf(self, value: Tensor) -> Tensor:
        """The probability of a sample up to `value`."""
        raise self._lacks("cdf")

    def icdf(self, value: Tensor) -> Tensor:
        """The value up to which a sample lies with the probability `value`."""
        raise self._lacks("icdf")

    def entropy(self) -> Tensor:
        """The mean of ``-log_prob``."""
        raise self._lacks("entropy")

    def perplexity(self) -> Tensor:
        """The exponential of the entropy."""
        return self.entropy().exp()

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All values that a sample can have, along a dimension in front."""
        raise self._lacks("enumerate_support")

    def expand(self: D, batch_shape: Shape, _instance: Any = None) -> D:
        """The distribution with its parameters broadcast to another `batch_shape`."""
        shape = _as_size(f"{type(self).__name__}.expand", batch_shape)
        new = copy.copy(self)
        for name, constraint in self._given():
            value = getattr(self, name)
            event = tuple(value.shape)[value.dim() - constraint.event_dim :]
            setattr(new, name, value.expand(tuple(shape) + event))
        new._batch_shape = shape
        return new

    def __repr__(self) -> str:
        values = [] if self.hidden else [(name, getattr(self, name)) for name, _ in self._given()]
        parts = [f"{name}: {value if value.numel() == 1 else value.shape}" for name, value in values]
        return f"{type(self).__name__}({', '.join(parts)})"

    def _given(self) -> list[tuple[str, Constraint]]:
        """The parameters that there are, lazy ones once they are computed, with what they must be."""
        constraints: Mapping[str, Constraint] = self.arg_constraints
        return [(name, each) for name, each in constraints.items() if name in vars(self)]

    def _shape(self, operation: str, sample_shape: Shape) -> Size:
        first = _as_size(f"{type(self).__name__}.{operation}", sample_shape)
        return Size((*first, *self._batch_shape, *self._event_shape))

    def _check(self, what: str, value: Any, constraint: Constraint) -> None:
        holds = np.asarray(constraint.holds(value._data))
        if not holds.all():
            wrong = value._data[~holds] if holds.shape == value.shape else value._data
            raise ValueError(
                f"{type(self).__name__}: {what} must be {constraint.words}, got {describe(value)} with "
                f"{np.array2string(np.ravel(wrong), threshold=6)}"
            )

    def _validated(self, value: Any) -> Tensor:
        """A value, after a check that it can be a sample, if arguments are checked."""
        if not self._validate_args:
            return cast("Tensor", value)
        name, events = type(self).__name__, tuple(self._event_shape)
        if not isinstance(value, TensorBase):
            raise ValueError(f"{name}: the value must be a tensor, got {describe(value)}")
        got, wanted = np.shape(value._data), tuple(self._batch_shape) + events
        if got[len(got) - len(events) :] != events:
            raise ValueError(f"{name}: one event has the shape {events}, got a value of shape {got}")
        for mine, other in zip(reversed(got), reversed(wanted), strict=False):
            if 1 not in (mine, other) and mine != other:
                raise ValueError(f"{name}: a value of shape {got} doesn't broadcast with batch and event, {wanted}")
        self._check("the value", value, self.support)
        return cast("Tensor", value)

    def _lacks(self, what: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self).__name__}.{what}: this distribution doesn't have it")


def _as_size(operation: str, shape: Any) -> Size:
    try:
        return Size([index(length) for length in shape])
    except TypeError:
        raise TypeError(
            f"{operation}: a shape must be a tuple of integers such as (2,), got {describe(shape)}"
        ) from None


def together(operation: str, *values: Any) -> tuple[Tensor, ...]:
    """Numbers and tensors as tensors of one shape; numbers become of the dtype of the first tensor."""
    tensors: list[Any] = [each for each in values if isinstance(each, TensorBase)]
    for each in values:
        if not isinstance(each, (TensorBase, Real)):
            raise ValueError(f"{operation}: parameters must be numbers or tensors, got {describe(each)}")
    kind = tensors[0].dtype if tensors else tensor(0.0).dtype
    numbers: list[Any] = [each if isinstance(each, TensorBase) else tensor(each, dtype=kind) for each in values]
    try:
        return tuple(broadcast_tensors(*numbers))
    except RuntimeError as error:
        raise RuntimeError(f"{operation}: {error}") from None


def constant(numbers: Any, like: Any) -> Tensor:
    """Numbers that were drawn, as a tensor of the dtype of `like`."""
    return wrap(np.asarray(numbers).astype(like._data.dtype))


def at_least_a_vector(operation: str, name: str, value: Any) -> Tensor:
    """A parameter whose last dimension is a vector."""
    if not isinstance(value, TensorBase):
        raise TypeError(f"{operation}: {name} must be a tensor, got {describe(value)}")
    if np.ndim(value._data) < 1:
        raise ValueError(f"{operation}: {name} must have at least one dimension, got {describe(value)}")
    return cast("Tensor", value)


def over_last(value: Tensor, count: int) -> Tensor:
    """The sum over the last `count` dimensions."""
    return value.sum(tuple(range(-count, 0))) if count else value
