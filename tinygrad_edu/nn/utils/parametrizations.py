"""Parametrizations that are ready for use: a weight of given length, one that makes nothing longer, and one that turns.

`weight_norm` and `spectral_norm` are told of in weight_norm.py and spectral_norm.py. An *orthogonal* matrix Q keeps all
lengths, ``QᵀQ = I``. It is made of any matrix X in one of three ways; with L, the lower triangle of X, A = L - Lᵀ is
antisymmetric:

    matrix_exp     Q = exp A = I + A + A²/2 + …
    cayley         Q = (I - A/2)⁻¹ (I + A/2)
    householder    Q = H₁ H₂ … H_k    H_j = I - τ_j v_j v_jᵀ    τ_j = 2 / ‖v_j‖²

where v_j is the column j of X below the diagonal, and 1 on it: each H_j is a reflection.

With `use_trivialization`, Q is multiplied by a fixed orthogonal matrix, the *base*: so any orthogonal matrix can be
what it starts from.

Source: Lezcano-Casado, Trivializations for gradient-based optimization on manifolds (2019),
https://arxiv.org/abs/1909.09501; https://docs.pytorch.org/docs/stable/nn.html#utility-functions-in-other-modules
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_flag, as_integer, as_number
from tinygrad_edu.api._reading import named
from tinygrad_edu.api.filling import eye
from tinygrad_edu.api.joining import cat
from tinygrad_edu.api.matrix_powers import matrix_exp
from tinygrad_edu.api.sampling import randn
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.functional import normalize
from tinygrad_edu.nn.utils._recomputed import module_with
from tinygrad_edu.nn.utils.parametrize import register_parametrization
from tinygrad_edu.nn.utils.spectral_norm import as_matrix, rows_of, some_direction
from tinygrad_edu.nn.utils.weight_norm import ALL, length_of
from tinygrad_edu.ops.solving import solve

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


def _tensor_of(module: Any, name: Any) -> Any:
    weight = getattr(module_with(module, name), name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"{describe(module)} has no parameter or buffer called {name!r}")
    return weight


# A length and a direction


class _WeightNorm(Module):
    """g v/‖v‖, of a length g and a direction v."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = ALL if dim is None else as_integer("dim", dim)

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        """The weight."""
        return weight_v * (weight_g / length_of(weight_v, self.dim))

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Its lengths, and itself."""
        return length_of(weight, self.dim), weight


@named
def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Any:
    """Learn a parameter's lengths and its directions apart: ``w = g v / ‖v‖``; return the module.

    Args:
        module: The module that has the parameter.
        name: The parameter's name.
        dim: The dimension along which each place has a length of its own; with None there is one for all.

    >>> layer = tg.nn.utils.parametrizations.weight_norm(tg.nn.Linear(4, 3))
    >>> {name: tuple(each.shape) for name, each in layer.named_parameters() if name != "bias"}
    {'parametrizations.weight.original0': (3, 1), 'parametrizations.weight.original1': (3, 4)}
    """
    register_parametrization(module_with(module, name), name, _WeightNorm(dim), unsafe=True)

    def read_older_names(module: Any, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
        old = [f"{prefix}{name}_{end}" for end in "gv"]  # of `nn.utils.weight_norm`
        if all(each in state_dict for each in old):
            for number, each in enumerate(old):
                state_dict[f"{prefix}parametrizations.{name}.original{number}"] = state_dict.pop(each)

    module.register_load_state_dict_pre_hook(read_older_names)
    return module


# The largest singular value


class _SpectralNorm(Module):
    """The weight, divided by its largest singular value; of one dimension, by its length."""

    _u: Any
    _v: Any

    def __init__(self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(f"dim must be from {-weight.ndim} to {weight.ndim - 1}, got {dim}")
        self.n_power_iterations = as_integer("n_power_iterations", n_power_iterations)
        if self.n_power_iterations <= 0:
            raise ValueError(f"n_power_iterations must be positive, got {n_power_iterations}")
        self.dim, self.eps = dim % weight.ndim, as_number("eps", eps)
        if weight.ndim > 1:
            with no_grad():
                matrix = as_matrix(weight, self.dim)
                for each, length in zip(("_u", "_v"), matrix.shape, strict=True):
                    self.register_buffer(each, some_direction(weight, length, self.eps))
                self._turn(matrix, 15)

    def _turn(self, matrix: Tensor, times: int) -> None:
        with no_grad():
            for _ in range(times):
                self._u.copy_(normalize(matrix @ self._v, dim=0, eps=self.eps))
                self._v.copy_(normalize(matrix.T @ self._u, dim=0, eps=self.eps))

    def forward(self, weight: Tensor) -> Tensor:
        """The weight, divided; in training, u and v turn a little."""
        if weight.ndim == 1:
            return normalize(weight, dim=0, eps=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._turn(matrix, self.n_power_iterations)
        divided: Tensor = weight / self._u.clone().dot(matrix @ self._v.clone())
        return divided

    def right_inverse(self, value: Tensor) -> Tensor:
        """The value itself."""
        return value


@named
def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Any:
    """Divide a parameter by its largest singular value; return the module.

    Args:
        module: The module that has the parameter.
        name: The parameter's name.
        n_power_iterations: How often the vectors are turned each time that the parameter is read in training.
        eps: The smallest length that a vector is divided by.
        dim: The dimension that has the rows; the one of the outputs if left out.

    Raises:
        IndexError: If there is no such dimension.
        ValueError: If there is no such parameter, or there are no iterations.

    >>> layer = tg.nn.utils.parametrizations.spectral_norm(tg.nn.Linear(4, 3), n_power_iterations=50)
    >>> bool(tg.linalg.matrix_norm(layer.weight, 2).isclose(tg.tensor(1.0)))
    True
    """
    weight = _tensor_of(module, name)
    made = _SpectralNorm(weight, n_power_iterations, rows_of(module, dim), eps)
    return register_parametrization(module, name, made)


# Orthogonal matrices


def _factored(matrix: Any) -> tuple[Any, Any]:
    """The QR decomposition as LAPACK has it: R with the vectors of reflections below it, and their τ."""
    stored, tau = np.linalg.qr(matrix.detach().numpy(), mode="raw")
    return Tensor.wrap(np.swapaxes(stored, -2, -1).copy()), Tensor.wrap(tau)


def _reflected(vectors: Any, tau: Any) -> Any:
    """The first columns of H₁ H₂ … H_k, for vectors below the diagonal of a matrix of k columns."""
    n, k = vectors.shape[-2:]
    q = eye(n, k, dtype=vectors.dtype).expand(*vectors.shape[:-2], n, k)
    v = vectors.tril(-1) + eye(n, k, dtype=vectors.dtype)
    for j in reversed(range(tau.shape[-1])):
        column = v[..., :, j : j + 1]
        q = q - tau[..., j : j + 1, None] * column @ (column.mT @ q)
    return q


def _made_orthogonal(matrix: Any) -> Any:
    """Q of the QR decomposition whose R has no negative number on its diagonal."""
    stored, tau = _factored(matrix)
    return _reflected(stored, tau) * stored.diagonal(dim1=-2, dim2=-1).sgn().unsqueeze(-2)


class _Orthogonal(Module):
    """An orthogonal matrix, made of any matrix; one with fewer rows than columns has orthogonal rows."""

    def __init__(self, weight: Tensor, orthogonal_map: str, use_trivialization: bool) -> None:
        super().__init__()
        self.shape, self.orthogonal_map = weight.shape, orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X: Tensor) -> Tensor:
        """Q."""
        x: Any = X
        wide = x.shape[-2] < x.shape[-1]
        if wide:
            x = x.mT
        n, k = x.shape[-2:]
        if self.orthogonal_map == "householder":
            below = x.tril(-1)
            signs = x.detach().diagonal(dim1=-2, dim2=-1).int()
            q = _reflected(below, 2 / (1 + below.square().sum(-2))) * signs.unsqueeze(-2)
        else:
            x = x.tril()
            if n != k:
                x = cat([x, x.new_zeros(n, n - k).expand(*x.shape[:-2], -1, -1)], dim=-1)
            q = self._turned(x - x.mT)[..., :k]
        if hasattr(self, "base"):
            q = self.base @ q
        result: Tensor = q.mT if wide else q
        return result

    def _turned(self, a: Any) -> Any:
        """The orthogonal matrix of an antisymmetric one."""
        if self.orthogonal_map == "matrix_exp":
            return matrix_exp(a)
        one = eye(a.shape[-1], dtype=a.dtype)
        return solve(one - 0.5 * a, one + 0.5 * a)

    @no_grad()
    def right_inverse(self, Q: Tensor) -> Tensor:
        """A matrix of which Q is made, or what is orthogonal and nearest to it in the decomposition QR."""
        if Q.shape != self.shape:
            raise ValueError(f"wanted a tensor of shape {tuple(self.shape)}, got {describe(Q)}")
        wide = Q.shape[-2] < Q.shape[-1]
        q: Any = Q.mT if wide else Q
        n, k = q.shape[-2:]
        if not hasattr(self, "base"):
            if self.orthogonal_map != "householder":
                raise NotImplementedError(
                    f"no original can be found for {self.orthogonal_map!r} with use_trivialization=False"
                )
            stored, tau = _factored(q)
            diagonal = stored.diagonal(dim1=-2, dim2=-1)
            diagonal.copy_(diagonal.sign() * (1 - 2 * (tau == 0).to(tau.dtype)))
            inverse: Tensor = stored.mT if wide else stored
            return inverse
        if n != k:
            more = randn(*q.shape[:-2], n, n - k, dtype=q.dtype)
            q = _made_orthogonal(cat([q, more], dim=-1))
        else:
            q = q.clone() if _is_orthogonal(q) else _made_orthogonal(q)
        self.base = q
        return -eye(*Q.shape[-2:], dtype=Q.dtype).expand(Q.shape).clone()


def _is_orthogonal(q: Any) -> bool:
    n, k = q.shape[-2:]
    return bool(np.allclose((q.mT @ q).numpy(), np.eye(k), atol=10 * n * np.finfo(q.numpy().dtype).eps))


@named
def orthogonal(
    module: Module, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Any:
    """Keep a parameter orthogonal; return the module.

    Args:
        module: The module that has the parameter, a matrix or several of them.
        name: The parameter's name.
        orthogonal_map: "matrix_exp", "cayley" or "householder"; the first for square matrices if left out, the last for
            others.
        use_trivialization: Whether any orthogonal matrix may be assigned to the parameter.

    Raises:
        ValueError: If there is no such parameter, it is no matrix, or the map is unknown.

    >>> layer = tg.nn.utils.parametrizations.orthogonal(tg.nn.Linear(3, 3))
    >>> tg.allclose(layer.weight @ layer.weight.T, tg.eye(3), atol=1e-5)
    True
    """
    weight = _tensor_of(module, name)
    if weight.ndim < 2:
        raise ValueError(f"wanted a matrix or several of them, got {describe(weight)}")
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise ValueError(f"orthogonal_map must be 'matrix_exp', 'cayley' or 'householder', got {orthogonal_map!r}")
    made = _Orthogonal(weight, orthogonal_map, as_flag("use_trivialization", use_trivialization))
    return register_parametrization(module, name, made, unsafe=True)
