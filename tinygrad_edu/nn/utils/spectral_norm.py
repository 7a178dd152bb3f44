"""Spectral normalisation: a weight is divided by its largest singular value, σ, so that it makes nothing longer.

σ is found by *power iteration*. A vector u that goes through the matrix and back, and is made 1 long each time, turns
to the direction that the matrix stretches most:

    v = Wᵀu / ‖Wᵀu‖    u = Wv / ‖Wv‖    σ = uᵀ W v

Weights change little in a step of training, so that one iteration in each call is enough; u and v are kept in between.
They are constants to the gradient. A weight of more dimensions is seen as a matrix: `dim` has its rows.

This is the older form, a hook that works the weight out before each call; `parametrizations.spectral_norm` is the
newer one.

Source: Miyato et al., Spectral Normalization for Generative Adversarial Networks (2018),
https://arxiv.org/abs/1802.05957; https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.spectral_norm.html
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_number
from tinygrad_edu.api._reading import named
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.nn._convolution import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.functional import normalize
from tinygrad_edu.nn.parameter import Parameter
from tinygrad_edu.nn.utils._recomputed import Recomputed, module_with

__all__ = ["SpectralNorm", "as_matrix", "remove_spectral_norm", "rows_of", "spectral_norm"]


def rows_of(module: Any, dim: int | None) -> int:
    """The dimension that has the rows of a module's weight, unless it is said: the outputs."""
    if dim is not None:
        return as_integer("dim", dim)
    return int(isinstance(module, ConvTranspose1d | ConvTranspose2d | ConvTranspose3d))


def as_matrix(weight: Tensor, dim: int) -> Tensor:
    """The weight as a matrix, whose rows are the places of `dim`."""
    matrix: Tensor = weight.movedim(dim, 0).flatten(1)
    return matrix


def some_direction(weight: Tensor, length: int, eps: float) -> Tensor:
    """A random vector that is 1 long."""
    return normalize(weight.new_empty(length).normal_(0, 1), dim=0, eps=eps)


class SpectralNorm(Recomputed):
    """The hook: it makes the weight of the parameter that took its place, with ``_orig`` at the end of its name."""

    what = "spectral_norm"

    def __init__(self, name: str = "weight", n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        self.name, self.dim = name, dim
        self.n_power_iterations = as_integer("n_power_iterations", n_power_iterations)
        if self.n_power_iterations <= 0:
            raise ValueError(f"n_power_iterations must be positive, got {n_power_iterations}")
        self.eps = as_number("eps", eps)

    def compute_weight(self, module: Any, do_power_iteration: bool) -> Tensor:
        """The weight of a module; perhaps after a turn of u and v."""
        weight, u, v = (getattr(module, self.name + each) for each in ("_orig", "_u", "_v"))
        matrix = as_matrix(weight, self.dim)
        if do_power_iteration:
            with no_grad():
                for _ in range(self.n_power_iterations):
                    v.copy_(normalize(matrix.T @ u, dim=0, eps=self.eps))
                    u.copy_(normalize(matrix @ v, dim=0, eps=self.eps))
                u, v = u.clone(), v.clone()  # which the graph keeps, while those of the module turn on
        divided: Tensor = weight / u.dot(matrix @ v)
        return divided

    def put_on(self, module: Any) -> None:
        """Let the other parameter take the weight's place."""
        weight = self.weight_of(module)
        with no_grad():
            u, v = (some_direction(weight, length, self.eps) for length in as_matrix(weight, self.dim).shape)
        delattr(module, self.name)
        module.register_parameter(f"{self.name}_orig", weight)
        setattr(module, self.name, weight.data)
        module.register_buffer(f"{self.name}_u", u)
        module.register_buffer(f"{self.name}_v", v)
        module.register_forward_pre_hook(self)

    def take_off(self, module: Any) -> None:
        """Let the weight, as it is, take its place again."""
        weight = self.compute_weight(module, do_power_iteration=False).detach()
        for each in ("", "_u", "_v", "_orig"):
            delattr(module, self.name + each)
        module.register_parameter(self.name, Parameter(weight))

    def __call__(self, module: Any, inputs: Any) -> None:
        """Work the weight out; in training, u and v turn a little."""
        setattr(module, self.name, self.compute_weight(module, do_power_iteration=module.training))


@named
def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Any:
    """Divide a parameter by its largest singular value before each call; return the module.

    The parameter itself is then called ``name_orig``. `parametrizations.spectral_norm` does the same in another way.

    Args:
        module: The module that has the parameter.
        name: The parameter's name.
        n_power_iterations: How often the vectors are turned in each call while the module trains.
        eps: The smallest length that a vector is divided by.
        dim: The dimension that has the rows; the one of the outputs if left out.

    Raises:
        AttributeError: If there is no such parameter.
        RuntimeError: If the parameter is normalised already.
        ValueError: If it has no shape yet, or there are no iterations.

    >>> layer = tg.nn.utils.spectral_norm(tg.nn.Linear(4, 3), n_power_iterations=50)
    >>> _ = layer(tg.zeros(4))
    >>> bool(tg.linalg.matrix_norm(layer.weight, 2).isclose(tg.tensor(1.0)))
    True
    """
    hook = SpectralNorm(name, n_power_iterations, rows_of(module_with(module, name), dim), eps)
    hook.refuse_twice(module)
    hook.put_on(module)
    return module


@named
def remove_spectral_norm(module: Module, name: str = "weight") -> Any:
    """Make a parameter that `spectral_norm` replaced an ordinary one again, with the values it has; return the module.

    Raises:
        ValueError: If there is none of that name.

    >>> layer = tg.nn.utils.spectral_norm(tg.nn.Linear(4, 3))
    >>> list(tg.nn.utils.remove_spectral_norm(layer).state_dict())
    ['bias', 'weight']
    """
    SpectralNorm.remove(module_with(module, name), name)
    return module
