"""Recurrent layers, their cells, and sequences of different lengths against PyTorch's own, where that is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.twins import RNG, agree_in_errors, compare, twins
from support.evidence import LEDGER, name_of

import tinygrad_edu as tg
from tinygrad_edu import nn

torch = pytest.importorskip("torch")

SETTINGS: list[dict[str, Any]] = [
    {},
    {"bias": False},
    {"batch_first": True},
    {"num_layers": 2},
    {"bidirectional": True},
    {"num_layers": 2, "bidirectional": True, "batch_first": True},
]
OF_ONE: list[tuple[str, dict[str, Any]]] = [
    ("RNN", {"nonlinearity": "relu"}),
    ("LSTM", {"proj_size": 2}),
    ("LSTM", {"proj_size": 1, "num_layers": 2, "bidirectional": True, "bias": False}),
]
NAMES = ["RNN", "GRU", "LSTM"]


def states(mine: Any, count: int | None) -> Any:
    """First states of a layer: of an LSTM a pair."""
    layers = mine.num_layers * (2 if mine.bidirectional else 1)
    batch = () if count is None else (count,)
    h = RNG.standard_normal((layers, *batch, mine.proj_size or mine.hidden_size))
    return (h, RNG.standard_normal((layers, *batch, mine.hidden_size))) if mine.mode == "LSTM" else h


@pytest.mark.parametrize(
    ("name", "settings"), [(name, settings) for name in NAMES for settings in SETTINGS] + OF_ONE, ids=str
)
def test_the_layers(name: str, settings: dict[str, Any]) -> None:
    mine, theirs = twins(name, 2, 3, **settings)
    compare(mine, theirs, RNG.standard_normal((4, 4, 2)))
    compare(mine, theirs, RNG.standard_normal((4, 4, 2)), states(mine, 4), order=1)
    compare(mine, theirs, RNG.standard_normal((4, 2)), order=1)
    compare(mine, theirs, RNG.standard_normal((4, 2)), states(mine, None), order=1)
    assert [len(each) for each in mine.all_weights] == [len(each) for each in theirs.all_weights]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_other_dtypes(name: str, dtype: str) -> None:
    mine, theirs = twins(name, 2, 3, dtype=dtype)
    if dtype == "float32":
        compare(mine, theirs, RNG.standard_normal((4, 3, 2)).astype(dtype), order=1)
    else:
        result = mine(tg.tensor(RNG.standard_normal((4, 3, 2)).astype(dtype)))[0]
        assert result.dtype == tg.float16


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("settings", [{}, {"num_layers": 2, "bidirectional": True}])
@pytest.mark.parametrize("lengths", [[4, 2, 1], [2, 4, 1]])
def test_packed_sequences(name: str, settings: dict[str, Any], lengths: list[int]) -> None:
    mine, theirs = twins(name, 2, 3, **settings)

    def of_packed(layer: Any, rnn: Any) -> Any:
        def call(x: Any, hx: Any = None) -> Any:
            packed = rnn.pack_padded_sequence(x, lengths, enforce_sorted=lengths[0] == 4)
            output, last = layer(packed, hx)
            padded = rnn.pad_packed_sequence(output)
            return padded[0], last

        vars(call)["parameters"] = layer.parameters
        return call

    calls = of_packed(mine, nn.utils.rnn), of_packed(theirs, torch.nn.utils.rnn)
    x = RNG.standard_normal((4, 3, 2))
    compare(*calls, x)
    compare(*calls, x, states(mine, 3), order=1)


@pytest.mark.parametrize("name", ["RNNCell", "GRUCell", "LSTMCell"])
@pytest.mark.parametrize("settings", [{}, {"bias": False}])
def test_cells(name: str, settings: dict[str, Any]) -> None:
    mine, theirs = twins(name, 2, 3, **settings)
    for batch in ((), (4,)):
        h = RNG.standard_normal((*batch, 3))
        hx = (h, RNG.standard_normal((*batch, 3))) if name == "LSTMCell" else h
        compare(mine, theirs, RNG.standard_normal((*batch, 2)))
        compare(mine, theirs, RNG.standard_normal((*batch, 2)), hx)


def test_a_cell_with_relu() -> None:
    compare(*twins("RNNCell", 2, 3, nonlinearity="relu"), RNG.standard_normal((4, 2)), RNG.standard_normal((4, 3)))


def test_dropout_stands_between_layers_while_training() -> None:
    layer = nn.LSTM(2, 3, num_layers=2, dropout=1.0)
    x = tg.randn(4, 1, 2)
    dropped, other = layer(x)[0], layer(x * 2)[0]
    assert tg.equal(dropped, other)
    assert not tg.equal(layer.eval()(x)[0], dropped)
    compare(*(each.eval() for each in twins("LSTM", 2, 3, num_layers=2, dropout=0.5)), RNG.standard_normal((4, 1, 2)))


def test_parameters_are_drawn_within_one_over_the_root_of_the_width() -> None:
    for parameter in nn.LSTM(50, 100).parameters():
        values = parameter.detach().numpy()
        assert np.abs(values).max() <= 0.1
        assert abs(values.std() - 0.1 / np.sqrt(3)) < 0.01


WRONG_LAYERS: list[Any] = [
    lambda m: m.nn.LSTM(0, 3),
    lambda m: m.nn.LSTM(2, 0),
    lambda m: m.nn.GRU(2, 3, num_layers=0),
    lambda m: m.nn.LSTM(2, 3, proj_size=3),
    lambda m: m.nn.LSTM(2, 3, proj_size=-1),
    lambda m: m.nn.LSTM(2, 3, dropout=1.5),
    lambda m: m.nn.RNN(2, 3, nonlinearity="sigmoid"),
    lambda m: m.nn.RNN(2, 3, 1, "softmax"),
]
WRONG_CALLS: list[Any] = [
    lambda m: m.nn.LSTM(2, 3)(m.zeros(4, 1, 3)),
    lambda m: m.nn.LSTM(2, 3)(m.zeros(4)),
    lambda m: m.nn.LSTM(2, 3)(m.zeros(0, 1, 2)),
    lambda m: m.nn.LSTM(2, 3)(m.zeros(4, 1, 2, dtype=m.float64)),
    lambda m: m.nn.LSTM(2, 3)(m.zeros(4, 1, 2), (m.zeros(1, 1, 3), m.zeros(1, 2, 3))),
    lambda m: m.nn.GRU(2, 3)(m.zeros(4, 1, 2), m.zeros(1, 2, 3)),
    lambda m: m.nn.GRU(2, 3)(m.zeros(4, 1, 2), m.zeros(1, 3)),
    lambda m: m.nn.RNN(2, 3)(m.zeros(4, 2), m.zeros(1, 1, 3)),
    lambda m: m.nn.RNNCell(2, 3)(m.zeros(4, 1, 2)),
    lambda m: m.nn.RNNCell(2, 3)(m.zeros(4, 3)),
    lambda m: m.nn.GRUCell(2, 3)(m.zeros(4, 2), m.zeros(3, 3)),
    lambda m: m.nn.RNNCell(2, 3, nonlinearity="sigmoid")(m.zeros(4, 2)),
]


@pytest.mark.parametrize("call", WRONG_LAYERS + WRONG_CALLS)
def test_wrong_calls(call: Any) -> None:
    words = agree_in_errors(call, ValueError, RuntimeError)
    assert "got" in words


RAGGED = [[1.0, 2.0, 3.0], [4.0], [5.0, 6.0]]


def ragged(m: Any) -> list[Any]:
    return [m.tensor(each) for each in RAGGED]


SEQUENCES: list[Any] = [
    lambda m, rnn: rnn.pad_sequence(ragged(m)),
    lambda m, rnn: rnn.pad_sequence(ragged(m), batch_first=True),
    lambda m, rnn: rnn.pad_sequence(ragged(m), True, -1.5),
    lambda m, rnn: rnn.pad_sequence(ragged(m), True, padding_side="left"),
    lambda m, rnn: rnn.pad_sequence([m.ones(2, 3), m.ones(1, 3)], padding_value=9),
    lambda m, rnn: rnn.pad_sequence([m.tensor([1, 2]), m.tensor([3])]),
    lambda m, rnn: rnn.pack_sequence(ragged(m), enforce_sorted=False),
    lambda m, rnn: rnn.pack_sequence(sorted(ragged(m), key=len, reverse=True)),
    lambda m, rnn: rnn.pack_padded_sequence(m.arange(12).reshape(2, 3, 2), [2, 2, 1]),
    lambda m, rnn: rnn.pack_padded_sequence(m.arange(12).reshape(2, 3, 2), m.tensor([3, 1]), batch_first=True),
    lambda m, rnn: rnn.pack_padded_sequence(m.arange(12).reshape(2, 3, 2), [1, 3], True, enforce_sorted=False),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence(ragged(m), False)),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence(ragged(m), False), True, -1.0, 5),
    lambda m, rnn: rnn.unpack_sequence(rnn.pack_sequence(ragged(m), False)),
    lambda m, rnn: rnn.unpad_sequence(rnn.pad_sequence(ragged(m), True), m.tensor([3, 1, 2]), True),
    lambda m, rnn: rnn.unpad_sequence(rnn.pad_sequence(ragged(m)), m.tensor([3, 1, 2])),
    lambda m, rnn: rnn.unpack_sequence(rnn.pack_sequence([m.ones(3), m.zeros(1)])),
    lambda m, rnn: rnn.unpack_sequence(rnn.pack_sequence([m.arange(4), m.arange(2)])),
    lambda m, rnn: rnn.unpack_sequence(rnn.pack_sequence([m.ones(1, 2), m.ones(3, 2)], False)),
    lambda m, rnn: rnn.unpack_sequence(rnn.pack_padded_sequence(m.arange(6).reshape(3, 2), [3, 2])),
    lambda m, rnn: rnn.unpack_sequence(rnn.pack_padded_sequence(m.arange(6).reshape(2, 3), [1, 3], True, False)),
    lambda m, rnn: rnn.unpack_sequence(rnn.pack_sequence([m.ones(2, 1, 1)])),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence([m.ones(3), m.zeros(1)]), padding_value=2.0),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence([m.ones(3), m.zeros(1)]), total_length=4),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence([m.ones(2, 2)]), True),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence([m.arange(3), m.arange(1)]), padding_value=-1),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_padded_sequence(m.arange(8.0).reshape(2, 2, 2), [2, 1]), True),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence([m.ones(1), m.ones(2)], False), True, 0.0, 3),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence([m.ones(2, 3, dtype=m.float64)])),
    lambda m, rnn: rnn.PackedSequence(m.arange(3), m.tensor([2, 1])),
    lambda m, rnn: rnn.PackedSequence((m.arange(3), m.tensor([2, 1])), None, m.tensor([1, 0])),
    lambda m, rnn: rnn.pack_sequence(ragged(m), False).to(m.float64),
    lambda m, rnn: rnn.pack_sequence(ragged(m), False).double().float(),
    lambda m, rnn: rnn.invert_permutation(m.tensor([2, 0, 1])),
    lambda m, rnn: rnn.invert_permutation(m.tensor([0])),
    lambda m, rnn: rnn.invert_permutation(m.tensor([3, 1, 0, 2])),
    lambda m, rnn: rnn.invert_permutation(None),
]
WRONG_SEQUENCES: list[Any] = [
    lambda m, rnn: rnn.pack_sequence(ragged(m)),
    lambda m, rnn: rnn.pack_padded_sequence(m.ones(2, 3), [2, 1]),
    lambda m, rnn: rnn.pack_padded_sequence(m.ones(2, 3), [2, 1, 0]),
    lambda m, rnn: rnn.pad_packed_sequence(rnn.pack_sequence([m.ones(3), m.ones(1)]), total_length=2),
    lambda m, rnn: rnn.pad_sequence([]),
    lambda m, rnn: rnn.pad_sequence([m.ones(2, 3), m.ones(2, 4)]),
    lambda m, rnn: rnn.pad_sequence([m.ones(2)], padding_side="middle"),
]


def plain(value: Any) -> Any:
    return (
        [plain(each) for each in value]
        if isinstance(value, tuple | list)
        else None
        if value is None
        else value.tolist()
    )


@pytest.mark.parametrize("call", SEQUENCES)
def test_sequences_of_different_lengths(call: Any) -> None:
    mine, theirs = call(tg, nn.utils.rnn), call(torch, torch.nn.utils.rnn)
    assert plain(mine) == plain(theirs)
    assert getattr(mine, "_fields", None) == getattr(theirs, "_fields", None)
    for name in call.__code__.co_names:
        LEDGER.count(name_of(getattr(nn.utils.rnn, name, None)), ["value"])


@pytest.mark.parametrize("call", WRONG_SEQUENCES)
def test_sequences_that_do_not_fit(call: Any) -> None:
    agree_in_errors(lambda m: call(m, m.nn.utils.rnn), ValueError, RuntimeError)
