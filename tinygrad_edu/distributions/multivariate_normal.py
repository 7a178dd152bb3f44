"""The normal distribution of vectors: density exp(-(x - μ)ᵀ Σ⁻¹ (x - μ) / 2) / √((2π)^k det Σ).

All is computed with the lower triangle L of Σ = L Lᵀ: Σ⁻¹ by solving L z = x - μ, whose zᵀ z is what stands in the
exponent; det Σ as the square of the product of L's diagonal.

Source: https://docs.pytorch.org/docs/stable/distributions.html#multivariatenormal
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from tinygrad_edu._errors import describe
from tinygrad_edu._size import Size
from tinygrad_edu.api.filling import eye
from tinygrad_edu.api.sampling import randn
from tinygrad_edu.api.stretching import broadcast_shapes
from tinygrad_edu.distributions import constraints
from tinygrad_edu.distributions.distribution import Distribution, at_least_a_vector, lazy
from tinygrad_edu.linalg import cholesky, solve_triangular

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["MultivariateNormal"]


class MultivariateNormal(Distribution):
    """The normal distribution of vectors, with the mean `loc` and one of three matrices.

    Its density is ``exp(-(x - μ)ᵀ Σ⁻¹ (x - μ) / 2) / sqrt((2π)**k * det Σ)``, for vectors of k values.

    Args:
        loc: μ, a tensor whose last dimension is the vector.
        covariance_matrix: Σ, symmetric and positive definite.
        precision_matrix: In its place, Σ⁻¹.
        scale_tril: In its place, the lower triangle L of Σ = L Lᵀ.
        validate_args: Whether arguments are checked.

    >>> d = tg.distributions.MultivariateNormal(tg.zeros(2), tg.tensor([[2.0, 1.0], [1.0, 2.0]]))
    >>> d.log_prob(tg.zeros(2)), d.entropy()
    (tensor(-2.3872), tensor(3.3872))
    """

    arg_constraints: ClassVar[Any] = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        at_least_a_vector("MultivariateNormal", "loc", loc)
        matrices = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        given = [(name, each) for name, each in matrices.items() if each is not None]
        if len(given) != 1:
            raise ValueError(f"MultivariateNormal: wanted one of {', '.join(matrices)}, got {len(given)} of them")
        ((name, matrix),) = given
        if at_least_a_vector("MultivariateNormal", name, matrix).dim() < 2:
            raise ValueError(f"MultivariateNormal: {name} must have at least two dimensions, got {describe(matrix)}")
        if matrix.shape[-2:] != (loc.shape[-1],) * 2:
            raise ValueError(
                f"MultivariateNormal: for vectors of {loc.shape[-1]} values, {name} must be a square of as many rows, "
                f"got {describe(matrix)}"
            )
        batch_shape = broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        setattr(self, name, matrix.expand(*batch_shape, -1, -1))
        self.loc = loc.expand(*batch_shape, -1)
        super().__init__(batch_shape, self.loc.shape[-1:], validate_args)
        self._factor: Tensor = _FACTORS[name](matrix)

    @lazy
    def scale_tril(self) -> Tensor:
        """L, the lower triangle of ``Σ = L Lᵀ``."""
        return self._as_parameter(self._factor)

    @lazy
    def covariance_matrix(self) -> Tensor:
        """``Σ = L Lᵀ``."""
        return self._as_parameter(self._factor @ self._factor.mT)

    @lazy
    def precision_matrix(self) -> Tensor:
        """``Σ⁻¹``."""
        inverse = _inverse(self._factor)
        return self._as_parameter(inverse.mT @ inverse)

    @property
    def mean(self) -> Tensor:
        """The mean, μ."""
        return self.loc

    mode = mean

    @property
    def variance(self) -> Tensor:
        """The diagonal of Σ: the variance of each value alone."""
        return (self._factor**2).sum(-1).expand(self._batch_shape + self._event_shape)

    def _drawn(self, shape: Size) -> Tensor:
        noise = randn(shape, dtype=self.loc.dtype)
        moved: Tensor = self.loc + (self._factor @ noise.unsqueeze(-1)).squeeze(-1)
        return moved

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density."""
        z = solve_triangular(self._factor, (self._validated(value) - self.loc).unsqueeze(-1), upper=False).squeeze(-1)
        exponent: Tensor = -((z**2).sum(-1) + self._event_shape[0] * math.log(2 * math.pi)) / 2
        return exponent - half_log_det(self)

    def entropy(self) -> Tensor:
        """``k log(2πe) / 2 + log det L``."""
        entropy: Tensor = self._event_shape[0] * (1 + math.log(2 * math.pi)) / 2 + half_log_det(self)
        return entropy.expand(self._batch_shape)

    def _as_parameter(self, matrix: Tensor) -> Tensor:
        return matrix.expand(self._batch_shape + self._event_shape * 2)


def half_log_det(d: MultivariateNormal) -> Tensor:
    """``log det L``, half of log det Σ."""
    return d._factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)


def _inverse(triangle: Tensor) -> Tensor:
    return solve_triangular(triangle, eye(triangle.shape[-1], dtype=triangle.dtype), upper=False)


def _of_precision(matrix: Any) -> Any:
    """L from ``Σ⁻¹ = U Uᵀ``, with U an upper triangle: ``L = U⁻ᵀ``. U is a lower one, seen from the other corner."""
    return _inverse(cholesky(matrix.flip(-2, -1)).flip(-2, -1).mT)


_FACTORS: dict[str, Any] = {
    "covariance_matrix": cholesky,
    "precision_matrix": _of_precision,
    "scale_tril": lambda matrix: matrix,
}
