"""Activation functions (活性化関数) as layers; what they compute is said in functional/_activation.py.

Source: the article's sections 1, 7 and 8;
https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity
"""

from __future__ import annotations

from tinygrad_edu.nn import functional
from tinygrad_edu.nn._of_function import OfFunction, WithSettings

__all__ = ["LogSigmoid", "LogSoftmax", "ReLU", "Sigmoid", "Softmax", "Softplus", "Step", "Tanh"]


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
