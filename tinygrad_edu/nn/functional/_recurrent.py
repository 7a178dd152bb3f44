"""One recurrent layer in one direction: the input's part of all steps at once, then step by step.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html, torch.nn.GRU.html and torch.nn.RNN.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu.api.arithmetic import add
from tinygrad_edu.api.matmul import linear
from tinygrad_edu.ops import recurrent as ops

__all__: list[str] = []

MODES = {"RNN_TANH": 1, "RNN_RELU": 1, "GRU": 3, "LSTM": 4}  # and how many sums each unit has


def run(
    mode: str,
    x: Any,
    states: Sequence[Any],
    weights: tuple[Any, Any, Any, Any, Any],
    sizes: tuple[int, ...],
    reverse: bool = False,
) -> tuple[Any, list[Any]]:
    """The states h of all steps, in rows, and the last h (and c).

    Args:
        mode: One of `MODES`.
        x: The steps of all sequences, in rows: see ops/recurrent.py.
        states: The first h, of shape (B, H), and c.
        weights: weight_ih, weight_hh, bias_ih, bias_hh and weight_hr; None where there is none.
        sizes: How many sequences there are at each step.
        reverse: Whether to run from the last step to the first.
    """
    weight_ih, weight_hh, bias_ih, bias_hh, weight_hr = weights
    way: dict[str, Any] = {"sizes": sizes, "reverse": reverse}
    if mode == "GRU":
        sums = linear(x, weight_ih, bias_ih)
        bias = np.zeros(sums._data.shape[1], sums._data.dtype) if bias_hh is None else bias_hh
        result: Any = ops.gru(sums, weight_hh, bias, states[0], **way)
    else:
        sums = linear(x, weight_ih, None if bias_ih is None else add(bias_ih, bias_hh))
        if mode == "LSTM":
            result = ops.lstm(sums, weight_hh, *states, weight_hr, **way)
        else:
            result = ops.rnn(sums, weight_hh, states[0], relu=mode == "RNN_RELU", **way)
    parts, start = [], 0
    for shape in ((len(x._data), states[0]._data.shape[1]), *(each._data.shape for each in states)):
        end = start + shape[0] * shape[1]
        parts.append(result[start:end].reshape(shape))
        start = end
    return parts[0], parts[1:]
