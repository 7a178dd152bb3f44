"""Helpers for training: gradients held in bounds, sequences of different lengths, weights that are computed.

Source: https://docs.pytorch.org/docs/stable/nn.html#utilities
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.nn.utils import init as init
from tinygrad_edu.nn.utils import rnn as rnn
from tinygrad_edu.nn.utils.clip_grad import (
    clip_grad_norm,
    clip_grad_norm_,
    clip_grad_value_,
    clip_grads_with_norm_,
    get_total_norm,
)
from tinygrad_edu.nn.utils.convert_parameters import parameters_to_vector, vector_to_parameters
from tinygrad_edu.nn.utils.init import skip_init
from tinygrad_edu.nn.utils.spectral_norm import remove_spectral_norm, spectral_norm
from tinygrad_edu.nn.utils.weight_norm import remove_weight_norm, weight_norm

__all__ = [
    "clip_grad_norm",
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "get_total_norm",
    "parameters_to_vector",
    "remove_spectral_norm",
    "remove_weight_norm",
    "skip_init",
    "spectral_norm",
    "vector_to_parameters",
    "weight_norm",
]

if TYPE_CHECKING:
    from tinygrad_edu.nn.utils import parametrizations as parametrizations
    from tinygrad_edu.nn.utils import parametrize as parametrize
else:
    __getattr__ = _otherwise(__name__, "parametrizations", "parametrize")


__dir__ = _listing(__name__, "parametrizations", "parametrize", "rnn")
