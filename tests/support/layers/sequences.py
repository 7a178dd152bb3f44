"""Layers of models of sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from support.arrays import arrays, lattice, shapes
from support.layers.layer import Layer, Layers, inputs, parameters

import tinygrad_edu as tg
from tinygrad_edu import nn


@st.composite
def norm_of_samples(draw: st.DrawFn, kind: Any) -> Layer:
    sample = draw(shapes(min_dims=1, max_dims=2, min_side=1))
    settings: dict[str, Any] = {
        "normalized_shape": sample if len(sample) > 1 else draw(st.sampled_from([sample, sample[0]])),
        "eps": draw(st.sampled_from([0.1, 0.5])),
        "elementwise_affine": draw(st.booleans()),
    }
    if kind is nn.LayerNorm:
        settings["bias"] = draw(st.booleans())
    module = kind(**settings, dtype=tg.float64)
    for name in [name for name, _ in module.named_parameters()]:
        setattr(module, name, draw(parameters(sample)))
    return Layer(module, settings, draw(inputs((*draw(shapes(max_dims=1)), *sample))))


class _Looked(nn.Module):
    """The rows that a table has for some numbers, times an input."""

    def __init__(self, table: nn.Module, numbers: Any) -> None:
        super().__init__()
        self.table = table
        self.numbers = numbers

    def forward(self, x: Any) -> Any:
        return self.table(self.numbers) * x


@st.composite
def table(draw: st.DrawFn, kind: Any) -> Layer:
    settings: dict[str, Any] = {
        "num_embeddings": draw(st.integers(1, 3)),
        "embedding_dim": draw(st.integers(1, 3)),
    }
    rows, width = settings["num_embeddings"], settings["embedding_dim"]
    if kind is nn.EmbeddingBag:
        settings["padding_idx"] = draw(st.none() | st.integers(-rows, rows - 1))
        settings["include_last_offset"] = draw(st.booleans())  # of a 2-d input it says nothing
        settings["mode"] = draw(st.sampled_from(["sum", "mean", "max"]))
    module = kind(**settings, dtype=tg.float64)
    module.weight = draw(parameters((rows, width), lattice(0)))
    numbers = tg.tensor(draw(st.lists(st.integers(0, rows - 1), min_size=2, max_size=2))).unsqueeze(0)
    return Layer(_Looked(module, numbers), settings, draw(inputs((width,))))


class _OfOneInput(nn.Module):
    """A module of which one argument is an input, and the others are that, or fixed."""

    def __init__(self, module: nn.Module, call: Callable[[nn.Module, Any], Any]) -> None:
        super().__init__()
        self.module = module
        self.call = call

    def forward(self, x: Any) -> Any:
        return self.call(self.module, x)


def with_drawn(draw: st.DrawFn, module: nn.Module) -> nn.Module:
    """The module, with parameters of few values."""
    for parameter in module.parameters():
        values = draw(arrays(tuple(parameter.shape), st.sampled_from([-1.0, -0.5, 0.5, 1.0])))
        with tg.no_grad():
            parameter.copy_(tg.tensor(values))
    return module


@st.composite
def multihead_attention(draw: st.DrawFn) -> Layer:
    settings: dict[str, Any] = {
        "embed_dim": 4,
        "num_heads": draw(st.sampled_from([1, 2])),
        "bias": draw(st.booleans()),
        "dropout": draw(st.sampled_from([0.0, 1.0])),
        "add_bias_kv": draw(st.booleans()),
        "add_zero_attn": draw(st.booleans()),
        "batch_first": draw(st.booleans()),
        "kdim": draw(st.sampled_from([None, 2])),
        "vdim": draw(st.sampled_from([None, 3])),
    }
    module = with_drawn(draw, nn.MultiheadAttention(**settings, dtype=tg.float64))

    def call(attention: Any, x: Any) -> Any:
        return attention(x, x[..., : attention.kdim], x[..., : attention.vdim], need_weights=False)[0]

    return Layer(_OfOneInput(module, call), settings, draw(inputs((2, 2, 4))))


@st.composite
def transformer_layer(draw: st.DrawFn, kind: Any) -> Layer:
    settings: dict[str, Any] = {
        "d_model": 2,
        "nhead": draw(st.sampled_from([1, 2])),
        "dim_feedforward": draw(st.sampled_from([1, 2])),
        "dropout": 0.0,
        "activation": draw(st.sampled_from(["gelu", tg.tanh])),
        "layer_norm_eps": draw(st.sampled_from([0.5, 1.0])),
        "batch_first": draw(st.booleans()),
        "norm_first": draw(st.booleans()),
        "bias": draw(st.booleans()),
    }
    module = with_drawn(draw, kind(**settings, dtype=tg.float64))

    def call(layer: Any, x: Any) -> Any:
        return layer(x) if kind is nn.TransformerEncoderLayer else layer(x, x * 0.5)

    return Layer(_OfOneInput(module, call), settings | {"dropout": 0.5}, draw(inputs((2, 2, 2))))


@st.composite
def transformer_stack(draw: st.DrawFn, kind: Any) -> Layer:
    decoder = kind is nn.TransformerDecoder
    layer: Any = nn.TransformerDecoderLayer if decoder else nn.TransformerEncoderLayer
    first = layer(2, 1, 2, 0.0, "gelu", 0.5, dtype=tg.float64)
    settings: dict[str, Any] = {
        "num_layers": draw(st.integers(1, 2)),
        "norm": draw(st.sampled_from([None, nn.LayerNorm(2, 0.5, dtype=tg.float64)])),
    }
    module = with_drawn(draw, kind(first, **settings))
    name = "decoder_layer" if decoder else "encoder_layer"
    call: Any = (lambda layers, x: layers(x, x * 0.5)) if decoder else (lambda layers, x: layers(x))
    return Layer(_OfOneInput(module, call), settings | {name: first}, draw(inputs((2, 2))))


@st.composite
def transformer(draw: st.DrawFn) -> Layer:
    settings: dict[str, Any] = {
        "d_model": 2,
        "nhead": draw(st.sampled_from([1, 2])),
        "num_encoder_layers": 1,
        "num_decoder_layers": 1,
        "dim_feedforward": 2,
        "dropout": 0.0,
        "activation": "gelu",
        "layer_norm_eps": 0.5,
        "batch_first": draw(st.booleans()),
        "norm_first": draw(st.booleans()),
        "bias": draw(st.booleans()),
    }
    for name in ("encoder", "decoder"):
        settings[f"custom_{name}"] = None
    module = with_drawn(draw, nn.Transformer(**settings, dtype=tg.float64))
    given = settings | {"dropout": 0.5, "custom_encoder": module, "custom_decoder": module}
    return Layer(_OfOneInput(module, lambda model, x: model(x, x * 0.5)), given, draw(inputs((2, 2))))


@st.composite
def recurrent(draw: st.DrawFn, kind: Any) -> Layer:
    settings: dict[str, Any] = {
        "input_size": draw(st.integers(1, 2)),
        "hidden_size": 2,
        "num_layers": draw(st.integers(1, 2)),
        "bias": draw(st.booleans()),
        "batch_first": draw(st.booleans()),
        "dropout": 0.0,
        "bidirectional": draw(st.booleans()),
    }
    if kind is nn.RNNBase:
        settings["mode"] = draw(st.sampled_from(["GRU", "LSTM", "RNN_TANH"]))
    if kind is nn.LSTM or settings.get("mode") == "LSTM":
        settings["proj_size"] = draw(st.integers(0, 1))
    module = with_drawn(draw, kind(**settings, dtype=tg.float64))
    drawn = draw(inputs((2, 2, settings["input_size"])))
    given = settings | {"dropout": 0.5} | ({"nonlinearity": "relu"} if kind is nn.RNN else {})
    return Layer(_OfOneInput(module, lambda layer, x: layer(x)[0]), given, drawn)


@st.composite
def cell(draw: st.DrawFn, kind: Any) -> Layer:
    settings: dict[str, Any] = {"input_size": 2, "hidden_size": 2, "bias": draw(st.booleans())}
    if kind is nn.RNNCellBase:
        return Layer(nn.Identity(), settings | {"num_chunks": 2}, draw(inputs((2, 2))))
    module = with_drawn(draw, kind(**settings, dtype=tg.float64))

    def call(cell: Any, x: Any) -> Any:
        return cell(x, (x * 0.5, x * 0.25))[1] if kind is nn.LSTMCell else cell(x, x * 0.5)

    given = settings | ({"nonlinearity": "relu"} if kind is nn.RNNCell else {})
    return Layer(_OfOneInput(module, call), given, draw(inputs((2, 2))))


OF_SEQUENCES: dict[type[nn.Module], Layers] = {
    nn.Embedding: table(nn.Embedding),
    nn.EmbeddingBag: table(nn.EmbeddingBag),
    nn.LayerNorm: norm_of_samples(nn.LayerNorm),
    nn.MultiheadAttention: multihead_attention(),
    nn.TransformerEncoderLayer: transformer_layer(nn.TransformerEncoderLayer),
    nn.TransformerDecoderLayer: transformer_layer(nn.TransformerDecoderLayer),
    nn.TransformerEncoder: transformer_stack(nn.TransformerEncoder),
    nn.TransformerDecoder: transformer_stack(nn.TransformerDecoder),
    nn.Transformer: transformer(),
    **{each: recurrent(each) for each in (nn.RNNBase, nn.RNN, nn.LSTM, nn.GRU)},
    **{each: cell(each) for each in (nn.RNNCellBase, nn.RNNCell, nn.LSTMCell, nn.GRUCell)},
    nn.RMSNorm: norm_of_samples(nn.RMSNorm),
}
