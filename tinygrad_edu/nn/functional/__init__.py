"""The functions that layers and losses are made of: ``import tinygrad_edu.nn.functional as F``.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from tinygrad_edu.api.matmul import linear
from tinygrad_edu.nn.functional._activation import (
    log_softmax,
    logsigmoid,
    relu,
    sigmoid,
    softmax,
    softplus,
    step,
    tanh,
)
from tinygrad_edu.nn.functional._article import cross_entropy_error, sum_of_squared_errors
from tinygrad_edu.nn.functional._binary import binary_cross_entropy, binary_cross_entropy_with_logits
from tinygrad_edu.nn.functional._cross_entropy import cross_entropy, nll_loss
from tinygrad_edu.nn.functional._dropout import dropout
from tinygrad_edu.nn.functional._regression import l1_loss, mse_loss
from tinygrad_edu.nn.functional._sparse import one_hot

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "cross_entropy_error",
    "dropout",
    "l1_loss",
    "linear",
    "log_softmax",
    "logsigmoid",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "step",
    "sum_of_squared_errors",
    "tanh",
]
