"""Gates as layers: activation functions that pass each value by as much as it says itself.

Source: https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
"""

from __future__ import annotations

from tinygrad_edu.nn import functional
from tinygrad_edu.nn._of_function import WithSettings

__all__ = ["GELU", "GLU", "Hardsigmoid", "Hardswish", "Mish", "SiLU"]


class GELU(WithSettings):
    """The input times the probability that a normal number lies below it: a ReLU with a round corner.

    Args:
        approximate: "none" for that probability itself, "tanh" for a simpler function that is nearly it.

    >>> tg.nn.GELU()(tg.tensor([-1.0, 2.0]))
    tensor([-0.1587,  1.9545])
    """

    function = staticmethod(functional.gelu)
    approximate: str = "none"


class SiLU(WithSettings):
    """``input * sigmoid(input)``, also called swish: a ReLU with a round corner.

    Args:
        inplace: Write the result into the input itself.

    >>> tg.nn.SiLU()(tg.tensor([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """

    function = staticmethod(functional.silu)
    inplace: bool = False


class Mish(WithSettings):
    """``input * tanh(softplus(input))``: a ReLU with a round corner.

    Args:
        inplace: Write the result into the input itself.

    >>> tg.nn.Mish()(tg.tensor([-1.0, 2.0]))
    tensor([-0.3034,  1.9440])
    """

    function = staticmethod(functional.mish)
    inplace: bool = False


class _Straight(WithSettings):
    """What is made of straight lines, and prints no setting."""

    inplace: bool = False

    def extra_repr(self) -> str:
        return ""


class Hardsigmoid(_Straight):
    """A sigmoid made of straight lines: ``relu6(input + 3) / 6``.

    Args:
        inplace: Write the result into the input itself.

    >>> tg.nn.Hardsigmoid()(tg.tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """

    function = staticmethod(functional.hardsigmoid)


class Hardswish(_Straight):
    """``input * hardsigmoid(input)``.

    Args:
        inplace: Write the result into the input itself.

    >>> tg.nn.Hardswish()(tg.tensor([0.0, 1.5]))
    tensor([0.0000, 1.1250])
    """

    function = staticmethod(functional.hardswish)


class GLU(WithSettings):
    """One half of the values along `dim`, times the sigmoid of the other half.

    Args:
        dim: The dimension to halve; its length must be even.

    >>> tg.nn.GLU()(tg.tensor([3.0, 4.0, 0.0, 100.0]))
    tensor([1.5000, 4.0000])
    """

    function = staticmethod(functional.glu)
    dim: int = -1
