"""Gates: activation functions that pass each value by as much as it says itself; the maths is in ops/gates.py.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#non-linear-activation-functions
"""

from __future__ import annotations

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import in_range
from tinygrad_edu.api._reading import real, real_already
from tinygrad_edu.api.activation import sigmoid
from tinygrad_edu.api.splitting import chunk
from tinygrad_edu.nn.functional._activation import relu6
from tinygrad_edu.nn.functional._in_place import or_in_place
from tinygrad_edu.ops import gates as ops

__all__ = ["gelu", "glu", "hardsigmoid", "hardswish", "mish", "silu"]


@real
def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """``input`` times the probability that a normal number lies below it: a ReLU with a round corner.

    Args:
        input: A tensor.
        approximate: "none" for that probability itself, "tanh" for a simpler function that is nearly it.

    Raises:
        RuntimeError: If `approximate` is another word.

    >>> tg.nn.functional.gelu(tg.tensor([-1.0, 2.0]))
    tensor([-0.1587,  1.9545])
    """
    if approximate not in ("none", "tanh"):
        raise RuntimeError(f"approximate must be 'none' or 'tanh', got {describe(approximate)}")
    return ops.gelu(input, approximate=approximate)


@or_in_place
@real
def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * sigmoid(input)``, also called swish: a ReLU with a round corner.

    Args:
        input: A tensor.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.silu(tg.tensor([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """
    return ops.silu(input)


@or_in_place
@real
def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * tanh(softplus(input))``: a ReLU with a round corner.

    Args:
        input: A tensor.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.mish(tg.tensor([-1.0, 2.0]))
    tensor([-0.3034,  1.9440])
    """
    return ops.mish(input)


@or_in_place
@real
def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """A sigmoid made of straight lines: ``relu6(input + 3) / 6``.

    Args:
        input: A tensor.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.hardsigmoid(tg.tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """
    return relu6(input + 3) / 6


@or_in_place
@real
def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """``input * hardsigmoid(input)``.

    Args:
        input: A tensor.
        inplace: Write the result into `input` itself.

    >>> tg.nn.functional.hardswish(tg.tensor([0.0, 1.5]))
    tensor([0.0000, 1.1250])
    """
    return ops.hardswish(input)


@real
def glu(input: Tensor, dim: int = -1) -> Tensor:
    """One half of the values along `dim`, times the sigmoid of the other half.

    Args:
        input: A tensor of at least one dimension.
        dim: The dimension to halve; its length must be even.

    Raises:
        RuntimeError: If that length is odd.

    >>> tg.nn.functional.glu(tg.tensor([3.0, 4.0, 0.0, 100.0]))
    tensor([1.5000, 4.0000])
    """
    shape = real_already(input)._data.shape
    if not shape:
        raise RuntimeError(f"wanted at least one dimension to halve, got {describe(input)}")
    axis = in_range(dim, len(shape))
    if shape[axis] % 2:
        raise RuntimeError(f"dimension {dim} is halved, so its length must be even, got {describe(input)}")
    values, scores = chunk(input, 2, axis)
    return values * sigmoid(scores)
