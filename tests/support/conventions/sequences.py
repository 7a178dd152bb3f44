"""Models of sequences: rows that a mask hides, scores out of range, texts that no path reads."""

from __future__ import annotations

from typing import Any

from support.conventions.convention import Convention, nan

import tinygrad_edu as tg


def attention(q: Any, k: Any, v: Any) -> Any:
    return tg.nn.functional.scaled_dot_product_attention(q, k, v)


def attention_with_a_row_hidden(q: Any, k: Any, v: Any) -> Any:
    mask = tg.tensor([[False, False], [True, True]])
    return tg.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def states_of_relu(x: Any) -> Any:
    layer = tg.nn.RNN(1, 1, nonlinearity="relu", bias=False, dtype=tg.float64)
    for parameter in layer.parameters():
        tg.nn.init.ones_(parameter)
    return layer(x)[0]


def rows_of_a_table(weight: Any) -> Any:
    return tg.nn.functional.embedding(tg.tensor([0, 0, 1]), weight, scale_grad_by_freq=True) ** 2


def loss_of_texts(x: Any, zero_infinity: bool = False) -> Any:
    """Of the texts aab, b, of none, and of bb, which needs a frame more than it has."""
    texts, lengths, frames = tg.tensor([[1, 1, 2], [2, 0, 0], [0, 0, 0], [2, 2, 0]]), (3, 1, 0, 2), (5, 4, 2, 2)
    return tg.nn.functional.ctc_loss(
        x.log_softmax(2), texts, frames, lengths, reduction="none", zero_infinity=zero_infinity
    )


# Where all letters are as likely as each other: 1/3, less the part of the paths that have it there.
OF_AAB = [
    [4 / 21, -11 / 21, 1 / 3],
    [-8 / 21, 1 / 21, 1 / 3],
    [-2 / 21, -5 / 21, 1 / 3],
    [4 / 21, -5 / 21, 1 / 21],
    [4 / 21, 1 / 3, -11 / 21],
]
OF_B = [[-4 / 15, 1 / 3, -1 / 15], *[[-1 / 15, 1 / 3, -4 / 15]] * 2, [-4 / 15, 1 / 3, -1 / 15], [0] * 3]
OF_NONE = [*[[-2 / 3, 1 / 3, 1 / 3]] * 2, *[[0] * 3] * 3]


def by_frames(*of_texts: Any) -> Any:
    return [list(frame) for frame in zip(*of_texts, strict=True)]


SEQUENCES = [
    Convention(
        "attention with scores whose exponentials overflow",
        attention,
        [[[30.0]], [[30.0], [30.0]], [[1.0], [3.0]]],
        [[[0]], [[-15], [15]], [[0.5], [0.5]]],
        [[[0]], [[-0.5], [0.5]], [[0], [0]]],
    ),
    Convention(
        "attention of a query that all is hidden from",
        attention_with_a_row_hidden,
        [[[1.0], [2.0]], [[2.0], [2.0]], [[1.0], [3.0]]],
        [[[0], [0]], [[-1], [1]], [[0.5], [0.5]]],
        [[[0], [0]], [[-0.5], [0.5]], [[0], [0]]],
    ),
    Convention(
        "attention over many keys, all alike",
        attention,
        [[[1.0]], [[0.0]] * 512, [[1.0]] * 512],
        [[[0]], [[0]] * 512, [[1 / 512]] * 512],
    ),
    Convention("attention of long values", attention, [[[1.0]], [[0.0]], [[1.0] * 512]], [[[0]], [[0]], [[1] * 512]]),
    Convention("RNN of ramps at 0", states_of_relu, [[[0.0], [1.0]]], [[[0], [1]]], [[[0], [0]]]),
    Convention(
        "embedding with a row's gradient divided by how often it is used",
        rows_of_a_table,
        [[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]],
        [[[2, 4], [6, 8], [0, 0]]],
    ),
    Convention(
        "CTC of a text that no path reads",
        loss_of_texts,
        [[[[0.0] * 3] * 4] * 5],
        [by_frames(OF_AAB, OF_B, OF_NONE, [*[[nan] * 3] * 2, *[[0] * 3] * 3])],
    ),
    Convention(
        "CTC of a text that no path reads, with zero_infinity",
        lambda x: loss_of_texts(x, zero_infinity=True),
        [[[[0.0] * 3] * 4] * 5],
        [by_frames(OF_AAB, OF_B, OF_NONE, [[0] * 3] * 5)],
    ),
]
