"""Recurrent layers against their definitions, written as loops (support/recurrent_loops.py)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.recurrent_loops import STEPS, sequence_through

import tinygrad_edu as tg
from tinygrad_edu import nn

LAYERS: dict[str, Any] = {
    "tanh": lambda **options: nn.RNN(3, 4, **options),
    "relu": lambda **options: nn.RNN(3, 4, nonlinearity="relu", **options),
    "GRU": lambda **options: nn.GRU(3, 4, **options),
    "LSTM": lambda **options: nn.LSTM(3, 4, **options),
}
OPTIONS: list[dict[str, Any]] = [
    {},
    {"num_layers": 2},
    {"bidirectional": True},
    {"num_layers": 2, "bidirectional": True},
]


@pytest.mark.parametrize(
    ("kind", "options"),
    [(kind, options) for kind in LAYERS for options in OPTIONS]
    + [("LSTM", {"proj_size": 2}), ("LSTM", {"proj_size": 2, "num_layers": 2, "bidirectional": True})],
)
def test_it_is_what_plain_loops_say(kind: str, options: dict[str, Any]) -> None:
    tg.manual_seed(0)
    layer = LAYERS[kind](batch_first=True, **options).double()
    lengths = [5, 3, 1]
    batch = tg.randn(3, 5, 3, dtype=tg.float64)
    weights = {name: value.tolist() for name, value in layer.named_parameters()}
    shape = options.get("num_layers", 1), 2 if options.get("bidirectional") else 1, 4
    expected = [
        sequence_through(STEPS[kind], weights, each[:length].tolist(), *shape)
        for each, length in zip(batch, lengths, strict=True)
    ]
    packed = nn.utils.rnn.pack_padded_sequence(batch, lengths, batch_first=True)
    outputs, _ = nn.utils.rnn.pad_packed_sequence(layer(packed)[0], batch_first=True)
    for found, length, wanted in zip(outputs, lengths, expected, strict=True):
        np.testing.assert_allclose(found[:length].detach(), wanted)
    np.testing.assert_allclose(layer(batch)[0][0].detach(), expected[0])
