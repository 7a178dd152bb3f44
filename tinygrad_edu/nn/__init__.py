"""Building blocks of neural networks (ニューラルネットワーク): modules, parameters, layers, losses.

Source: https://docs.pytorch.org/docs/stable/nn.html
"""

from tinygrad_edu.nn import functional, init, parameter, utils
from tinygrad_edu.nn._activation import LogSigmoid, LogSoftmax, ReLU, Sigmoid, Softmax, Softplus, Step, Tanh
from tinygrad_edu.nn._containers import ModuleDict, ModuleList, Sequential
from tinygrad_edu.nn._dropout import Dropout
from tinygrad_edu.nn._linear import Flatten, Identity, Linear, Unflatten
from tinygrad_edu.nn._loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyError,
    CrossEntropyLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SumOfSquaredErrors,
)
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn._parameter_containers import ParameterDict, ParameterList
from tinygrad_edu.nn._perceptron import Perceptron
from tinygrad_edu.nn.parameter import Parameter

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyError",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "Identity",
    "L1Loss",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "Perceptron",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Step",
    "SumOfSquaredErrors",
    "Tanh",
    "Unflatten",
    "functional",
    "init",
    "parameter",
    "utils",
]
