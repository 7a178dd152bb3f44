"""Recurrent layers as their definitions say them, number by number: the judges of the fast ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, tanh
from typing import Any

__all__ = ["STEPS", "sequence_through"]

Row = list[float]


def sigmoid(a: float) -> float:
    return 1 / (1 + exp(-a))


def sums(weight: Sequence[Row], bias: Row, values: Row) -> Row:
    """Σ_j w[i, j] v[j] + b[i] for each unit i."""
    return [sum(w * v for w, v in zip(row, values, strict=True)) + b for row, b in zip(weight, bias, strict=True)]


def parts(of_gates: Row, count: int) -> list[Row]:
    """The sums of each gate, which follow each other."""
    width = len(of_gates) // count
    return [of_gates[width * k : width * (k + 1)] for k in range(count)]


def rnn(bend: Callable[[float], float]) -> Callable[[Row, Row, Row, Row], tuple[Row, Row]]:
    """h' = bend(W x + b + U h + b'); each step takes W x + b, U h + b', h and c."""
    return lambda from_x, from_h, h, c: ([bend(a + b) for a, b in zip(from_x, from_h, strict=True)], c)


def gru(from_x: Row, from_h: Row, h: Row, c: Row) -> tuple[Row, Row]:
    """h' = (1 - z) n + z h with r, z = sigmoid, n = tanh(x_n + r h_n)."""
    (x_r, x_z, x_n), (h_r, h_z, h_n) = parts(from_x, 3), parts(from_h, 3)
    result = []
    for i, before in enumerate(h):
        r, z = sigmoid(x_r[i] + h_r[i]), sigmoid(x_z[i] + h_z[i])
        result.append((1 - z) * tanh(x_n[i] + r * h_n[i]) + z * before)
    return result, c


def lstm(from_x: Row, from_h: Row, h: Row, c: Row) -> tuple[Row, Row]:
    """c' = f c + i g and h' = o tanh(c')."""
    gates = parts([a + b for a, b in zip(from_x, from_h, strict=True)], 4)
    cells = [sigmoid(f) * before + sigmoid(i) * tanh(g) for i, f, g, before in zip(*gates[:3], c, strict=True)]
    return [sigmoid(o) * tanh(cell) for o, cell in zip(gates[3], cells, strict=True)], cells


STEPS: dict[str, Any] = {"tanh": rnn(tanh), "relu": rnn(lambda a: max(a, 0)), "GRU": gru, "LSTM": lstm}


def sequence_through(
    step: Callable[[Row, Row, Row, Row], tuple[Row, Row]],
    weights: dict[str, Any],
    sequence: list[Row],
    layers: int,
    directions: int,
    width: int,
) -> list[Row]:
    """The states of the last layer at each place of a sequence, from states of 0.

    The weights have PyTorch's names, such as ``weight_ih_l0_reverse``.
    """
    for layer in range(layers):
        found: list[list[Row]] = []
        for direction in range(directions):
            end = f"_l{layer}" + "_reverse" * direction
            projection = weights.get(f"weight_hr{end}")
            h, c = [0.0] * (len(projection) if projection else width), [0.0] * width
            outputs = []
            for x in sequence[:: -1 if direction else 1]:
                from_x = sums(weights[f"weight_ih{end}"], weights[f"bias_ih{end}"], x)
                from_h = sums(weights[f"weight_hh{end}"], weights[f"bias_hh{end}"], h)
                h, c = step(from_x, from_h, h, c)
                if projection:
                    h = sums(projection, [0.0] * len(projection), h)
                outputs.append(h)
            found.append(outputs[:: -1 if direction else 1])
        sequence = [[value for row in rows for value in row] for rows in zip(*found, strict=True)]
    return sequence
