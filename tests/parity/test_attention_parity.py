"""Attention and transformers against PyTorch's own, where that is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from parity.twins import RNG, agree_in_errors, compare, twins, twins_of

import tinygrad_edu as tg

torch = pytest.importorskip("torch")


def attention(m: Any) -> Any:
    return m.nn.functional.scaled_dot_product_attention


def both() -> tuple[Any, Any]:
    return attention(tg), attention(torch)


Q, K, V = (RNG.standard_normal(shape) for shape in ((2, 4, 3, 8), (2, 4, 5, 8), (2, 4, 5, 6)))
SEEN = np.array([[True, False, True, True, False], [False] * 5, [True] * 5])


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"is_causal": True},
        {"scale": 0.3},
        {"attn_mask": RNG.standard_normal((3, 5))},
        {"attn_mask": RNG.standard_normal((2, 1, 3, 5)), "scale": 2.0},
        {"attn_mask": SEEN},
        {"attn_mask": SEEN[:, 0, None]},
        {"dropout_p": 1.0},
    ],
    ids=lambda settings: ",".join(settings) or "plain",
)
def test_attention(settings: dict[str, Any]) -> None:
    compare(*both(), Q, K, V, **settings, order=1)


def test_attention_of_other_shapes() -> None:
    compare(*both(), Q[0, 0], K[0, 0], V[0, 0])
    compare(*both(), Q[:, :1], K[:1], V, order=1)
    compare(*both(), Q, K[:, :2], V[:, :2], enable_gqa=True, order=1)
    compare(*both(), *(each.astype(np.float32) for each in (Q, K, V)), order=1)
    compare(*both(), Q[:, :, :0], K, V, order=1)


@pytest.mark.parametrize(
    "call",
    [
        lambda m, q, k, v: attention(m)(q, k, v, m.ones(3, 5), is_causal=True),
        lambda m, q, k, v: attention(m)(q[0, 0, 0], k[0, 0], v[0, 0]),
        lambda m, q, k, v: attention(m)(q, k, v.double()),
        lambda m, q, k, v: attention(m)(q[:, :2], k, v),
        lambda m, q, k, v: attention(m)(q, k[:, :3], v[:, :3], enable_gqa=True),
        lambda m, q, k, v: attention(m)(q[0, 0], k[0, 0], v[0, 0], enable_gqa=True),
        lambda m, q, k, v: attention(m)(q, k, v, dropout_p=1.5),
        lambda m, q, k, v: attention(m)(q, k[..., :7], v),
        lambda m, q, k, v: attention(m)(q, k, v[:, :, :4]),
        lambda m, q, k, v: attention(m)(q, k, v, m.zeros(3, 4)),
        lambda m, q, k, v: attention(m)(q, k, v, m.zeros(3, 5, dtype=m.int64)),
        lambda m, q, k, v: attention(m)(q, k, v, m.zeros(3, 5, dtype=m.float64)),
    ],
)
def test_attention_of_what_does_not_fit(call: Any) -> None:
    words = agree_in_errors(
        lambda m: call(m, *(m.tensor(each.astype(np.float32)) for each in (Q, K, V))), RuntimeError, IndexError
    )
    assert words.startswith("scaled_dot_product_attention: ")


def test_dropout_keeps_the_mean_of_the_weights() -> None:
    q, k, v = tg.zeros(1, 8), tg.zeros(1000, 8), tg.ones(1000, 1)
    found = tg.cat([attention(tg)(q, k, v, dropout_p=0.3) for _ in range(20)])
    assert abs(found.mean().item() - 1) < 0.02
    assert found.std().item() > 0


SETTINGS: list[dict[str, Any]] = [
    {},
    {"bias": False},
    {"add_bias_kv": True},
    {"add_zero_attn": True},
    {"add_bias_kv": True, "add_zero_attn": True, "kdim": 6, "vdim": 4},
]
PADDED = np.array([[False, True, False, False, True], [False] * 5])
UNSEEN = np.array([[False, True, False, False, True], [False, False, True, False, True], [False] * 5])
MASKS: list[dict[str, Any]] = [
    {"key_padding_mask": PADDED},
    {"attn_mask": UNSEEN},
    {"attn_mask": UNSEEN, "key_padding_mask": PADDED},
    {"attn_mask": RNG.standard_normal((4, 3, 5))},
    {"attn_mask": RNG.standard_normal((3, 5)), "key_padding_mask": RNG.standard_normal((2, 5))},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: ",".join(settings) or "plain")
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("need_weights", [False, True])
def test_attention_with_heads(settings: dict[str, Any], batch_first: bool, need_weights: bool) -> None:
    mine, theirs = twins("MultiheadAttention", 8, 2, batch_first=batch_first, **settings)
    shapes = (3, 2, 8), (5, 2, settings.get("kdim", 8)), (5, 2, settings.get("vdim", 8))
    inputs = [RNG.standard_normal(shape) for shape in shapes]
    inputs = [each.swapaxes(0, 1) for each in inputs] if batch_first else inputs
    compare(mine, theirs, *inputs, need_weights=need_weights)
    for masks in MASKS:
        compare(mine, theirs, *inputs, need_weights=need_weights, **masks, order=1)
    alone = [each[0] if batch_first else each[:, 0] for each in inputs]
    compare(mine, theirs, *alone, need_weights=need_weights, average_attn_weights=False, order=1)


@pytest.mark.parametrize("masks", [{}, {"attn_mask": np.triu(np.ones((3, 3), bool), 1), "is_causal": True}])
def test_attention_of_a_sequence_to_itself(masks: dict[str, Any]) -> None:
    def to_itself(layer: Any) -> Any:
        def call(x: Any, **masks: Any) -> Any:
            return layer(x, x, x, need_weights=False, **masks)[0]

        vars(call)["parameters"] = layer.parameters
        return call

    mine, theirs = twins("MultiheadAttention", 8, 2, batch_first=True)
    compare(to_itself(mine), to_itself(theirs), RNG.standard_normal((2, 3, 8)), **masks)


def heads(m: Any, *shapes: tuple[int, ...], **settings: Any) -> Any:
    query, key, value = (m.zeros(shape) for shape in shapes)
    return m.nn.MultiheadAttention(8, 2)(query, key, value, **{name: make(m) for name, make in settings.items()})


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.nn.MultiheadAttention(8, 3),
        lambda m: m.nn.MultiheadAttention(0, 1),
        lambda m: heads(m, (3, 2, 7), (5, 2, 7), (5, 2, 7)),
        lambda m: heads(m, (3, 2, 8), (5, 8), (5, 2, 8)),
        lambda m: heads(m, (3, 8, 1, 1), (5, 2, 8), (5, 2, 8)),
        lambda m: heads(m, (3, 2, 8), (5, 2, 8), (4, 2, 8)),
        lambda m: heads(m, (3, 2, 8), (5, 2, 8), (5, 2, 8), attn_mask=lambda m: m.zeros(3, 4)),
        lambda m: heads(m, (3, 2, 8), (5, 2, 8), (5, 2, 8), attn_mask=lambda m: m.zeros(2, 3, 5)),
        lambda m: heads(m, (3, 2, 8), (5, 2, 8), (5, 2, 8), key_padding_mask=lambda m: m.zeros(2, 4)),
        lambda m: heads(m, (3, 2, 8), (5, 2, 8), (5, 2, 8), key_padding_mask=lambda m: m.zeros(2, 5, dtype=m.int64)),
        lambda m: heads(m, (3, 2, 8), (5, 2, 8), (5, 2, 8), is_causal=lambda m: True),
    ],
)
def test_heads_of_what_does_not_fit(call: Any) -> None:
    assert agree_in_errors(call, RuntimeError, ValueError).startswith("MultiheadAttention: ")


OF_LAYERS: list[dict[str, Any]] = [
    {},
    {"norm_first": True, "activation": "gelu"},
    {"batch_first": True, "bias": False},
    {"activation": "tanh", "layer_norm_eps": 0.1},
]


def layer(kind: str, settings: dict[str, Any]) -> Callable[[Any], Any]:
    def make(m: Any) -> Any:
        given = dict(settings)
        if given.get("activation") == "tanh":
            given["activation"] = m.tanh
        return getattr(m.nn, kind)(8, 2, 16, 0.0, **given, dtype=m.float64)

    return make


@pytest.mark.parametrize("settings", OF_LAYERS, ids=lambda settings: ",".join(settings) or "plain")
def test_layers_of_encoder_and_decoder(settings: dict[str, Any]) -> None:
    x, memory = RNG.standard_normal((3, 3, 8)), RNG.standard_normal((3, 3, 8))
    mask, padded = np.triu(np.ones((3, 3), bool), 1), np.array([[False, False, True], [False] * 3, [False] * 3])
    encoder = twins_of(layer("TransformerEncoderLayer", settings))
    compare(*encoder, x)
    compare(*encoder, x, src_mask=mask, src_key_padding_mask=padded, order=1)
    decoder = twins_of(layer("TransformerDecoderLayer", settings))
    compare(*decoder, x, memory, order=1)
    masks = {"tgt_mask": mask, "tgt_is_causal": True, "memory_key_padding_mask": padded, "memory_mask": mask}
    compare(*decoder, x, memory, **masks, order=1)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("settings", [{}, {"batch_first": True}, {"norm_first": True}], ids=str)
def test_stacks(norm: bool, settings: dict[str, Any]) -> None:
    def encoder(m: Any) -> Any:
        last = m.nn.LayerNorm(8, dtype=m.float64) if norm else None
        return m.nn.TransformerEncoder(layer("TransformerEncoderLayer", settings)(m), 2, last)

    def decoder(m: Any) -> Any:
        last = m.nn.LayerNorm(8, dtype=m.float64) if norm else None
        return m.nn.TransformerDecoder(layer("TransformerDecoderLayer", settings)(m), 2, last)

    x, memory = RNG.standard_normal((3, 3, 8)), RNG.standard_normal((3, 3, 8))
    mask, padded = np.triu(np.ones((3, 3), bool), 1), np.array([[False, False, True], [False] * 3, [False] * 3])
    compare(*twins_of(encoder), x, mask=mask, order=1)
    compare(*twins_of(encoder), x, src_key_padding_mask=padded, order=1)
    compare(*twins_of(decoder), x, memory, order=1)
    compare(*twins_of(decoder), x, memory, tgt_mask=mask, memory_key_padding_mask=padded, order=1)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize("batch_first", [False, True])
def test_the_transformer(batch_first: bool) -> None:
    def make(m: Any) -> Any:
        return m.nn.Transformer(8, 2, 1, 2, 16, 0.0, batch_first=batch_first, dtype=m.float64)

    def decoded(m: Any, shape: Any) -> Any:
        return make(m)(m.zeros(3, 3, 8), m.zeros(shape))

    x = RNG.standard_normal((3, 3, 8))
    compare(*twins_of(make), x, x, order=1)
    for m in (tg, torch):
        mask = m.nn.Transformer.generate_square_subsequent_mask(3)
        assert mask.tolist() == np.triu(np.full((3, 3), -np.inf), 1).tolist()
    for wrong in ((3, 3, 7), (3, 2, 8) if not batch_first else (2, 3, 8)):
        agree_in_errors(partial(decoded, shape=wrong), RuntimeError)
    agree_in_errors(lambda m: m.nn.TransformerEncoderLayer(8, 2, activation="swish"), RuntimeError)


HEADS: dict[str, Callable[[Any], Any]] = {
    "beside each other in rows": lambda m: heads_in_rows(m),
    "rows": lambda m: [m.zeros(2, 3, 5, 4)] * 3,
    "columns": lambda m: [m.zeros(2, 3, 4, 5).mT] * 3,
    "every other column": lambda m: [m.zeros(2, 3, 5, 8)[..., ::2]] * 3,
    "batch inside": lambda m: [m.zeros(5, 2, 3, 4).permute(1, 2, 0, 3)] * 3,
    "queries in rows": lambda m: [m.zeros(2, 3, 5, 4), *heads_in_rows(m)[1:]],
    "queries beside each other": lambda m: [heads_in_rows(m)[0], *[m.zeros(2, 3, 7, 4)] * 2],
    "wider values": lambda m: [*heads_in_rows(m)[:2], m.zeros(2, 3, 5, 6)],
    "one query": lambda m: [heads_in_rows(m)[0][:, :, :1], *heads_in_rows(m)[1:]],
    "stretched": lambda m: [m.zeros(1, 3, 5, 4).expand(2, 3, 5, 4)] * 3,
    "without a batch": lambda m: [each[0] for each in heads_in_rows(m)],
}


def heads_in_rows(m: Any) -> Any:
    """Queries, keys and values of three heads, as a linear layer puts them beside each other."""
    return [each.view(2, 5, 3, 4).transpose(1, 2) for each in m.zeros(2, 5, 36).split(12, 2)]


@pytest.fixture
def usual_kernels() -> Iterator[None]:
    """PyTorch's attention as it is without twins.py, which wants the one that can be differentiated twice."""
    torch.backends.cuda.enable_flash_sdp(True)
    yield
    torch.backends.cuda.enable_flash_sdp(False)


@pytest.mark.usefixtures("usual_kernels")
@pytest.mark.parametrize("settings", [{}, {"is_causal": True}, {"dropout_p": 0.5}], ids=str)
@pytest.mark.parametrize("given", HEADS)
def test_results_lie_in_memory_as_the_queries_do(given: str, settings: dict[str, Any]) -> None:
    ours, theirs = (attention(m)(*HEADS[given](m), **settings).stride() for m in (tg, torch))
    assert ours == theirs
