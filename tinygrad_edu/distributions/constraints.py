"""Where values may lie: what the parameters and the samples of a distribution must be.

Each is a sentence that errors say, a question that ``check`` asks of a tensor, and the number of dimensions that
belong to one value: 0 for a number, 1 for a vector, 2 for a matrix.

Source: https://docs.pytorch.org/docs/stable/distributions.html#module-torch.distributions.constraints
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._summation import add_up
from tinygrad_edu.api._arguments import wrap

__all__ = ["Constraint"]

_NEARLY = 1e-6  # how far from 1 probabilities of a row may add up to


class Constraint(NamedTuple):
    """What values must be.

    Attributes:
        words: What a value must be, as in "must be greater than 0".
        holds: Whether the values of a NumPy array are so, each vector or matrix as one.
        event_dim: How many dimensions belong to one value.

    >>> from tinygrad_edu.distributions import constraints
    >>> constraints.positive.check(tg.tensor([-1.0, 0.0, 2.0]))
    tensor([False, False,  True])
    """

    words: str
    holds: Callable[[np.ndarray], Any]
    event_dim: int = 0

    def check(self, value: Any) -> Any:
        """Whether each value of a tensor is so."""
        return wrap(np.asarray(self.holds(value._data)))


def interval(low: Any, high: Any, words: str) -> Constraint:
    """Numbers from `low` to `high`, both included: tensors or numbers."""
    bounds = [getattr(each, "_data", each) for each in (low, high)]
    return Constraint(words, lambda x: (x >= bounds[0]) & (x <= bounds[1]))


def integers(low: int, high: int) -> Constraint:
    """Whole numbers from `low` to `high`, both included."""
    return Constraint(f"a whole number from {low} to {high}", lambda x: (x == np.floor(x)) & (x >= low) & (x <= high))


def counts(total: int) -> Constraint:
    """Vectors of whole numbers, not negative, that add up to `total`."""
    return Constraint(
        f"whole numbers that aren't negative and add up to {total}",
        lambda x: np.all((x >= 0) & (x == np.floor(x)), axis=-1) & (add_up(x, axis=-1) == total),
        1,
    )


def _is_simplex(x: np.ndarray) -> Any:
    return np.all(x >= 0, axis=-1) & (np.abs(add_up(x, axis=-1) - 1) < _NEARLY)


def _is_lower_cholesky(x: np.ndarray) -> Any:
    diagonal = np.diagonal(x, axis1=-2, axis2=-1)
    return np.all(np.tril(x) == x, axis=(-2, -1)) & np.all(diagonal > 0, axis=-1)


def _is_positive_definite(x: np.ndarray) -> Any:
    symmetric = np.all(np.isclose(x, np.swapaxes(x, -2, -1), atol=1e-6), axis=(-2, -1))
    if not np.all(np.isfinite(x)):
        return symmetric & False
    return symmetric & np.all(np.linalg.eigvalsh(x) > 0, axis=-1)


real = Constraint("a number", lambda x: x == x)
real_vector = Constraint("a vector of numbers", lambda x: np.all(x == x, axis=-1), 1)
positive = Constraint("greater than 0", lambda x: x > 0)
positive_vector = Constraint("greater than 0", lambda x: np.all(x > 0, axis=-1), 1)
nonnegative = Constraint("0 or greater", lambda x: x >= 0)
nonnegative_integer = Constraint("a whole number that isn't negative", lambda x: (x >= 0) & (x == np.floor(x)))
boolean = Constraint("0 or 1", lambda x: (x == 0) | (x == 1))
unit_interval = interval(0, 1, "from 0 to 1")
simplex = Constraint("probabilities that aren't negative and add up to 1", _is_simplex, 1)
lower_cholesky = Constraint("a lower triangle with a positive diagonal", _is_lower_cholesky, 2)
positive_definite = Constraint("symmetric and positive definite", _is_positive_definite, 2)
