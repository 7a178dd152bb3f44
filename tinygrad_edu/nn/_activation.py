"""Activation functions (活性化関数) as layers; what they compute is said in functional/_activation.py.

Source: the article, 「数式と活性化関数」, 「中間層 (隠れ層) の活性化関数」, 「出力層の活性化関数の使い方」;
https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._signatures import check_argument, check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import full
from tinygrad_edu.dtypes import dtype as element_type
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn._of_function import OfFunction, WithSettings
from tinygrad_edu.nn.init import constant_
from tinygrad_edu.nn.parameter import Parameter

if TYPE_CHECKING:
    from dataclasses import InitVar

__all__ = [
    "CELU",
    "ELU",
    "SELU",
    "Hardshrink",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "Sigmoid",
    "Softmax",
    "Softmax2d",
    "Softmin",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Step",
    "Tanh",
    "Tanhshrink",
    "Threshold",
]


class Step(OfFunction):
    """The step function (ステップ関数) of the perceptron: 0 where ``input <= 0``, else 1.

    >>> tg.nn.Step()(tg.tensor([-1.0, 0.0, 0.5]))
    tensor([0., 0., 1.])
    """

    function = staticmethod(functional.step)


class Sigmoid(OfFunction):
    """The sigmoid function (シグモイド関数) ``1 / (1 + exp(-input))``, between 0 and 1.

    >>> tg.nn.Sigmoid()(tg.tensor([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """

    function = staticmethod(functional.sigmoid)


class Tanh(OfFunction):
    """The hyperbolic tangent, between -1 and 1.

    >>> tg.nn.Tanh()(tg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """

    function = staticmethod(functional.tanh)


class ReLU(WithSettings):
    """The ramp function (ReLU 関数) ``max(0, input)``: the article's first choice for hidden layers.

    Args:
        inplace: Write the result into the input itself.

    >>> tg.nn.ReLU()(tg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    function = staticmethod(functional.relu)
    inplace: bool = False


class Softmax(WithSettings):
    """Turns scores into probabilities along `dim` (ソフトマックス関数).

    Args:
        dim: The dimension along which the results sum to 1; leaving it out is deprecated.

    >>> tg.nn.Softmax(dim=0)(tg.tensor([0.5, 1.5, 2.5]))
    tensor([0.0900, 0.2447, 0.6652])
    """

    function = staticmethod(functional.softmax)
    dim: int | None = None


class LogSoftmax(WithSettings):
    """The logarithm of `Softmax`.

    Args:
        dim: The dimension along which the probabilities sum to 1; leaving it out is deprecated.

    >>> tg.nn.LogSoftmax(dim=0)(tg.tensor([0.0, 1000.0]))
    tensor([-1000.,     0.])
    """

    function = staticmethod(functional.log_softmax)
    dim: int | None = None


class Softplus(WithSettings):
    """A ReLU with a round corner: ``log(1 + exp(beta * input)) / beta``.

    Args:
        beta: How sharp the corner is.
        threshold: Where ``beta * input`` is larger, the result is the input itself.

    >>> tg.nn.Softplus()(tg.tensor([0.0, 50.0]))
    tensor([ 0.6931, 50.0000])
    """

    function = staticmethod(functional.softplus)
    beta: float = 1.0
    threshold: float = 20.0


class LogSigmoid(OfFunction):
    """The logarithm of `Sigmoid`.

    >>> tg.nn.LogSigmoid()(tg.tensor([0.0, -100.0]))
    tensor([  -0.6931, -100.0000])
    """

    function = staticmethod(functional.logsigmoid)


class Hardtanh(WithSettings):
    """The input, no smaller than `min_val` and no larger than `max_val`: a tanh made of straight lines.

    Args:
        min_val: The smallest result.
        max_val: The largest.
        inplace: Write the result into the input itself.
        min_value: The old name of `min_val`.
        max_value: The old name of `max_val`.

    Raises:
        ValueError: If `max_val` isn't larger than `min_val`.

    >>> tg.nn.Hardtanh()(tg.tensor([-3.0, 0.5, 3.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """

    function = staticmethod(functional.hardtanh)
    min_val: float = -1.0
    max_val: float = 1.0
    inplace: bool = False
    min_value: InitVar[float | None] = None
    max_value: InitVar[float | None] = None

    def __post_init__(self, min_value: float | None = None, max_value: float | None = None) -> None:
        for name, old in (("min_val", min_value), ("max_val", max_value)):
            check_argument(self, f"{name}ue", "float | None", old)
            if old is not None:
                warn(f"Hardtanh: {name}ue is deprecated; write {name}={old}")
                setattr(self, name, old)
        if not self.max_val > self.min_val:
            raise ValueError(f"Hardtanh: max_val must exceed min_val, got {self.max_val} and {self.min_val}")


class ReLU6(WithSettings):
    """A ReLU that goes no higher than 6: ``min(max(0, input), 6)``.

    Args:
        inplace: Write the result into the input itself.

    >>> tg.nn.ReLU6()(tg.tensor([-1.0, 2.0, 8.0]))
    tensor([0., 2., 6.])
    """

    function = staticmethod(functional.relu6)
    inplace: bool = False


class LeakyReLU(WithSettings):
    """A ReLU that is not flat below 0: there it is ``negative_slope * input``.

    Args:
        negative_slope: The slope below 0.
        inplace: Write the result into the input itself.

    >>> tg.nn.LeakyReLU(0.25)(tg.tensor([-1.0, 2.0]))
    tensor([-0.2500,  2.0000])
    """

    function = staticmethod(functional.leaky_relu)
    negative_slope: float = 0.01
    inplace: bool = False


class PReLU(Module):
    """A leaky ReLU that learns its slopes below 0.

    Args:
        num_parameters: 1 for one slope, or the number of channels for one each.
        init: What the slopes begin with.
        device: Only the CPU exists.
        dtype: The type of the slopes, float32 by default.

    Attributes:
        weight: A Parameter of shape (num_parameters,), the slopes.

    Shape:
        Input (N, C, *) or any, output the same.

    >>> tg.nn.PReLU()(tg.tensor([-1.0, 2.0])).tolist()
    [-0.25, 2.0]
    """

    weight: Parameter

    def __init__(
        self,
        num_parameters: int = 1,
        init: float = 0.25,
        device: Any = None,
        dtype: element_type | None = None,
    ) -> None:
        super().__init__()
        check_arguments(self, PReLU.__init__, locals())
        self.num_parameters = num_parameters
        self.init = init
        made = named_as("PReLU")(full)
        self.weight = Parameter(made((num_parameters,), float(init), device=device, dtype=dtype))

    def reset_parameters(self) -> None:
        """Begin with the slopes anew."""
        constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(WithSettings):
    """A leaky ReLU; while training, the slope of each value below 0 is drawn at random.

    Args:
        lower: The smallest slope.
        upper: The largest; in evaluation the slope is the mean of both.
        inplace: Write the result into the input itself.

    >>> tg.nn.RReLU(0.25, 0.75).eval()(tg.tensor([-1.0, 2.0]))
    tensor([-0.5000,  2.0000])
    """

    function = staticmethod(functional.rrelu)
    lower: float = 1 / 8
    upper: float = 1 / 3
    inplace: bool = False


class ELU(WithSettings):
    """A ReLU that bends smoothly and levels off at ``-alpha``.

    Args:
        alpha: How far below 0 it reaches.
        inplace: Write the result into the input itself.

    >>> tg.nn.ELU()(tg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """

    function = staticmethod(functional.elu)
    alpha: float = 1.0
    inplace: bool = False


class SELU(WithSettings):
    """An ELU of such a size that deep networks keep their mean and variance.

    Args:
        inplace: Write the result into the input itself.

    >>> tg.nn.SELU()(tg.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """

    function = staticmethod(functional.selu)
    inplace: bool = False


class CELU(WithSettings):
    """An ELU without a bend at 0, whatever `alpha` is: ``alpha * (exp(input / alpha) - 1)`` below 0.

    Args:
        alpha: How far below 0 it reaches; not 0.
        inplace: Write the result into the input itself.

    >>> tg.nn.CELU(2.0)(tg.tensor([-1.0, 2.0]))
    tensor([-0.7869,  2.0000])
    """

    function = staticmethod(functional.celu)
    alpha: float = 1.0
    inplace: bool = False


class Threshold(WithSettings):
    """The values above `threshold`, and `value` in the place of the others.

    Args:
        threshold: Values must be larger than this.
        value: What stands in the place of those that aren't.
        inplace: Write the result into the input itself.

    >>> tg.nn.Threshold(0.5, 9.0)(tg.tensor([-1.0, 0.2, 2.0]))
    tensor([9., 9., 2.])
    """

    function = staticmethod(functional.threshold)
    threshold: float
    value: float
    inplace: bool = False


class _Shrink(WithSettings):
    """What shrinks by one number, which is printed without its name."""

    lambd: float = 0.5

    def extra_repr(self) -> str:
        return str(self.lambd)


class Hardshrink(_Shrink):
    """The values, with 0 for those from ``-lambd`` to `lambd`.

    Args:
        lambd: How far from 0 a value must be.

    >>> tg.nn.Hardshrink()(tg.tensor([-1.0, 0.2, 2.0]))
    tensor([-1.,  0.,  2.])
    """

    function = staticmethod(functional.hardshrink)


class Softshrink(_Shrink):
    """The values, drawn towards 0 by `lambd`; nearer ones become 0.

    Args:
        lambd: How far; not negative.

    >>> tg.nn.Softshrink()(tg.tensor([-1.0, 0.2, 2.0]))
    tensor([-0.5000,  0.0000,  1.5000])
    """

    function = staticmethod(functional.softshrink)


class Tanhshrink(OfFunction):
    """``input - tanh(input)``: nearly 0 near 0, and 1 off far out.

    >>> tg.nn.Tanhshrink()(tg.tensor([0.0, 2.0]))
    tensor([0.0000, 1.0360])
    """

    function = staticmethod(functional.tanhshrink)


class Softsign(OfFunction):
    """``input / (1 + |input|)``, between -1 and 1: a tanh that levels off slowly.

    >>> tg.nn.Softsign()(tg.tensor([-1.0, 0.0, 3.0]))
    tensor([-0.5000,  0.0000,  0.7500])
    """

    function = staticmethod(functional.softsign)


class Softmin(WithSettings):
    """The `Softmax` of ``-input``: the smallest value gets the largest share.

    Args:
        dim: The dimension along which the results sum to 1; leaving it out is deprecated.

    >>> tg.nn.Softmin(dim=0)(tg.tensor([0.0, 1.0]))
    tensor([0.7311, 0.2689])
    """

    function = staticmethod(functional.softmin)
    dim: int | None = None


class Softmax2d(Module):
    """The `Softmax` over the channels of an image, at each of its places.

    Shape:
        Input (N, C, H, W) or (C, H, W), output the same.

    >>> tg.nn.Softmax2d()(tg.zeros(2, 1, 3))
    tensor([[[0.5000, 0.5000, 0.5000]],
    <BLANKLINE>
            [[0.5000, 0.5000, 0.5000]]])
    """

    def __init__(self) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        if input.dim() not in (3, 4):
            raise ValueError(f"Softmax2d: wanted an image (C, H, W) or images (N, C, H, W), got {describe(input)}")
        return functional.softmax(input, -3)
