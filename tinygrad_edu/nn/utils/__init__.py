"""Helpers for training: gradients held in bounds, parameters as one vector, sequences of different lengths.

Source: https://docs.pytorch.org/docs/stable/nn.html#utilities
"""

from typing import TYPE_CHECKING

from tinygrad_edu.nn.utils import rnn as rnn
from tinygrad_edu.nn.utils.clip_grad import clip_grad_norm_, clip_grad_value_, get_total_norm
from tinygrad_edu.nn.utils.convert_parameters import parameters_to_vector, vector_to_parameters

__all__ = ["clip_grad_norm_", "clip_grad_value_", "get_total_norm", "parameters_to_vector", "vector_to_parameters"]

if not TYPE_CHECKING:

    def __getattr__(name):
        """Say what to use instead of a name that isn't here."""
        from tinygrad_edu._missing import no_such_name

        raise no_such_name(__name__, name)
