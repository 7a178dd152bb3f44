"""Recurrent layers and cells against loops, with packed sequences too; what they have, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn.utils import rnn

KINDS: dict[str, Callable[..., Any]] = {
    "tanh": nn.RNN,
    "relu": partial(nn.RNN, nonlinearity="relu"),
    "LSTM": nn.LSTM,
    "GRU": nn.GRU,
}
CELLS: dict[str, Callable[..., Any]] = {
    "tanh": nn.RNNCell,
    "relu": partial(nn.RNNCell, nonlinearity="relu"),
    "LSTM": nn.LSTMCell,
    "GRU": nn.GRUCell,
}


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def step(kind: str, x: np.ndarray, states: list[np.ndarray], weights: list[np.ndarray]) -> list[np.ndarray]:
    """The next states, as the formulas in PyTorch's documentation say."""
    h = states[0]
    a, b = x @ weights[0].T + weights[2], h @ weights[1].T + weights[3]
    if kind == "LSTM":
        i, f, g, o = np.split(a + b, 4, axis=-1)
        c = sigmoid(f) * states[1] + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        return [h @ weights[4].T if len(weights) > 4 else h, c]
    if kind == "GRU":
        (ra, za, na), (rb, zb, nb) = np.split(a, 3, axis=-1), np.split(b, 3, axis=-1)
        z = sigmoid(za + zb)
        return [(1 - z) * np.tanh(na + sigmoid(ra + rb) * nb) + z * h]
    return [np.tanh(a + b) if kind == "tanh" else np.maximum(a + b, 0)]


def by_loops(kind: str, layer: Any, x: np.ndarray, states: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """One sequence (T, width) through all layers, from states (layers * directions, width)."""
    last: list[list[np.ndarray]] = []
    for _ in range(layer.num_layers):
        outputs = []
        for backwards in range(1 + layer.bidirectional):
            weights = [each.detach().numpy() for each in layer.all_weights[len(last)]]
            now, found = [each[len(last)] for each in states], []
            for row in x[::-1] if backwards else x:
                now = step(kind, row, now, weights)
                found.append(now[0])
            outputs.append(np.array(found[::-1] if backwards else found))
            last.append(now)
        x = np.concatenate(outputs, 1)
    return x, [np.array(each) for each in zip(*last, strict=True)]


def parts(kind: str, hx: Any) -> list[Any]:
    return list(hx) if kind == "LSTM" else [hx]


@pytest.mark.parametrize("settings", [{}, {"num_layers": 2, "bidirectional": True}])
@pytest.mark.parametrize("kind", KINDS)
def test_each_sequence_runs_as_the_formulas_say(kind: str, settings: dict[str, Any]) -> None:
    tg.manual_seed(0)
    layer = KINDS[kind](3, 4, dtype=tg.float64, **settings)
    rows = len(layer.all_weights)
    x = tg.randn(5, 2, 3, dtype=tg.float64)
    first = [tg.randn(rows, 2, 4, dtype=tg.float64) for _ in range(1 + (kind == "LSTM"))]
    output, after = layer(x, tuple(first) if kind == "LSTM" else first[0])
    alone = [each[:, 1] for each in first]
    single, after_single = layer(x[:, 1], tuple(alone) if kind == "LSTM" else alone[0])
    for number in range(2):
        wanted, states = by_loops(kind, layer, x[:, number].numpy(), [each[:, number].numpy() for each in first])
        np.testing.assert_allclose(output[:, number].detach().numpy(), wanted, atol=1e-12)
        for each, state in zip(parts(kind, after), states, strict=True):
            np.testing.assert_allclose(each[:, number].detach().numpy(), state, atol=1e-12)
    np.testing.assert_allclose(single.detach().numpy(), output[:, 1].detach().numpy(), atol=1e-12)
    assert all(each.shape == (rows, 4) for each in parts(kind, after_single))


def test_an_lstm_may_project_its_state() -> None:
    layer = nn.LSTM(3, 4, proj_size=2, dtype=tg.float64)
    x = tg.randn(5, 3, dtype=tg.float64)
    output, (h, c) = layer(x)
    wanted, _ = by_loops("LSTM", layer, x.numpy(), [np.zeros((1, 2)), np.zeros((1, 4))])
    np.testing.assert_allclose(output.detach().numpy(), wanted, atol=1e-12)
    assert (tuple(h.shape), tuple(c.shape)) == ((1, 2), (1, 4))


@pytest.mark.parametrize("kind", KINDS)
def test_packed_sequences_run_as_each_alone(kind: str) -> None:
    tg.manual_seed(0)
    layer = KINDS[kind](3, 4, bidirectional=True, dtype=tg.float64)
    sequences = [tg.randn(length, 3, dtype=tg.float64) for length in (2, 5, 1)]
    first = [tg.randn(2, 3, 4, dtype=tg.float64) for _ in range(1 + (kind == "LSTM"))]
    packed = rnn.pack_sequence(sequences, enforce_sorted=False)
    output, after = layer(packed, tuple(first) if kind == "LSTM" else first[0])
    for number, (found, x) in enumerate(zip(rnn.unpack_sequence(output), sequences, strict=True)):
        wanted, states = by_loops(kind, layer, x.numpy(), [each[:, number].numpy() for each in first])
        np.testing.assert_allclose(found.detach().numpy(), wanted, atol=1e-12)
        for each, state in zip(parts(kind, after), states, strict=True):
            np.testing.assert_allclose(each[:, number].detach().numpy(), state, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_is_a_step_of_its_layer(kind: str) -> None:
    layer, cell = KINDS[kind](3, 4), CELLS[kind](3, 4)
    cell.load_state_dict({name.removesuffix("_l0"): each for name, each in layer.state_dict().items()})
    x = tg.randn(2, 2, 3)
    output, _ = layer(x)
    states = cell(x[1], cell(x[0]))
    assert tg.allclose(parts(kind, states)[0], output[1], atol=1e-6)
    alone = cell(x[1, 0], cell(x[0, 0]))
    assert tg.allclose(parts(kind, alone)[0], output[1, 0], atol=1e-6)


def test_batch_first_only_swaps_the_dimensions() -> None:
    layer, swapped = nn.GRU(3, 4), nn.GRU(3, 4, batch_first=True)
    swapped.load_state_dict(layer.state_dict())
    x = tg.randn(5, 2, 3)
    assert swapped(x.transpose(0, 1))[0].equal(layer(x)[0].transpose(0, 1))


def test_dropout_stands_between_layers_in_training() -> None:
    layer = nn.RNN(3, 4, num_layers=2, dropout=1.0)
    x = tg.randn(5, 2, 3)
    assert layer(x)[0].equal(layer(x * 2)[0])  # all that the second layer sees is 0
    assert not layer.eval()(x)[0].equal(layer(x * 2)[0])


def test_names_and_what_they_show() -> None:
    layer: Any = nn.LSTM(3, 4, 2, bias=False, bidirectional=True, proj_size=2)
    layer.flatten_parameters()
    assert list(layer.state_dict())[:6] == [
        *("weight_ih_l0", "weight_hh_l0", "weight_hr_l0"),
        *("weight_ih_l0_reverse", "weight_hh_l0_reverse", "weight_hr_l0_reverse"),
    ]
    assert layer.weight_ih_l1.shape == (16, 4)
    assert repr(layer) == "LSTM(3, 4, proj_size=2, num_layers=2, bias=False, bidirectional=True)"
    assert repr(nn.GRUCell(3, 4, bias=False)) == "GRUCell(3, 4, bias=False)"


def test_dropout_of_one_layer_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="num_layers=1"):
        nn.GRU(3, 4, dropout=0.5)


ONES, HALF = tg.ones(5, 2, 3), tg.ones(5, 2, 3, dtype=tg.float64)
REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.RNNBase("RNN", 3, 4), ValueError, "mode must be one of .*LSTM.*, got 'RNN'"),
    (lambda: nn.RNN(3, 4, nonlinearity="exp"), ValueError, "nonlinearity must be 'tanh' or 'relu', got 'exp'"),
    (lambda: nn.GRU(0, 4), ValueError, "GRU: input_size must be 1 or more, got 0"),
    (lambda: nn.GRU(3, 4, num_layers=0), ValueError, "num_layers must be 1 or more, got 0"),
    (lambda: nn.GRU(3, 4, num_layers=2, dropout=1.5), ValueError, "dropout must be a probability"),
    (lambda: nn.LSTM(3, 4, proj_size=4), ValueError, "between 0 and hidden_size, 4, got 4"),
    (lambda: nn.RNNBase("GRU", 3, 4, proj_size=2), ValueError, "only an LSTM"),
    (lambda: nn.GRU(3, 4)(tg.ones(3)), ValueError, "must have 3 dimensions, or 2"),
    (lambda: nn.GRU(3, 4)(tg.ones(0, 2, 3)), RuntimeError, "a step at least"),
    (lambda: nn.GRU(3, 4)(tg.ones(5, 2, 2)), RuntimeError, "must be 3 wide"),
    (lambda: nn.GRU(3, 4)(rnn.pack_sequence([tg.ones(2, 2)])), RuntimeError, "must be 3 wide"),
    (lambda: nn.GRU(3, 4)(HALF), ValueError, "must have the dtype of the weights"),
    (lambda: nn.LSTM(3, 4)(ONES, tg.ones(1, 2, 4)), RuntimeError, "a pair of states, h and c"),
    (lambda: nn.GRU(3, 4)(ONES, tg.ones(1, 2, 3)), RuntimeError, r"must have the shape \(1, 2, 4\)"),
    (lambda: nn.GRU(3, 4)(ONES[:, 0], tg.ones(1, 2, 4)), RuntimeError, r"must have the shape \(1, 4\)"),
    (lambda: nn.GRU(3, 4)(ONES, HALF[:1, :, [0, 0, 0, 0]]), RuntimeError, "must have the dtype of the input"),
    (lambda: nn.GRUCell(3, 4)(ONES), ValueError, "must have 2 dimensions, or 1"),
    (lambda: nn.LSTMCell(3, 4)(ONES[0], tg.ones(2, 4)), TypeError, "a pair of states"),
    (lambda: nn.GRUCell(3, 4)(ONES[0], tg.ones(1, 2, 4)), ValueError, r"must have the shape \(2, 4\)"),
    (lambda: nn.GRUCell(3, 4)(ONES[0], tg.ones(2, 3)), RuntimeError, r"must have the shape \(2, 4\)"),
    (lambda: nn.GRUCell(3, 4)(ONES[0, 0], tg.ones(2, 4)), RuntimeError, r"must have the shape \(4,\)"),
    (lambda: nn.RNNCell(3, 4, nonlinearity="exp")(ONES[0]), RuntimeError, "'tanh' or 'relu', got 'exp'"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_refusals(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
