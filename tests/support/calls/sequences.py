"""Functions that models of sequences are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from support.arrays import ANY, Shape, arrays, lattice, shapes
from support.calls.call import Call, Calls

import tinygrad_edu as tg

HALVES = st.sampled_from([-1.0, -0.5, 0.5, 1.0])


@st.composite
def norm_of_samples(draw: st.DrawFn, factors: tuple[str, ...]) -> Call:
    batch, sample = draw(shapes(max_dims=2)), draw(shapes(min_dims=1, max_dims=2, min_side=1))
    places = {"input": draw(arrays((*batch, *sample), ANY))}
    given = factors[: draw(st.integers(0, len(factors)))]  # PyTorch has no second derivative of a bias without a weight
    places |= {name: draw(arrays(sample, ANY)) for name in given}
    settings: dict[str, Any] = {"normalized_shape": sample, "eps": draw(st.sampled_from([0.1, 0.5]))}
    return Call(places, settings)


@st.composite
def numbers(draw: st.DrawFn, shape: Shape, count: int) -> Any:
    """Draw row numbers."""
    size = int(np.prod(shape))
    drawn = draw(st.lists(st.integers(0, count - 1), min_size=size, max_size=size))
    return tg.tensor(np.array(drawn, dtype=np.int64).reshape(shape))


@st.composite
def embedding(draw: st.DrawFn) -> Call:
    rows = draw(st.integers(1, 3))
    settings = {"input": draw(numbers(draw(shapes(max_dims=2, min_side=1)), rows))}
    return Call({"weight": draw(arrays((rows, draw(st.integers(1, 3))), ANY))}, settings)


@st.composite
def embedding_bag(draw: st.DrawFn) -> Call:
    rows, mode = draw(st.integers(1, 3)), draw(st.sampled_from(["mean", "sum", "max"]))
    places = {"weight": draw(arrays((rows, draw(st.integers(1, 2))), lattice(0), unique=True))}
    shape = draw(st.sampled_from([(2, 3), (1, 2), (4,)]))
    settings: dict[str, Any] = {"input": draw(numbers(shape, rows)), "mode": mode}
    settings["padding_idx"] = draw(st.none() | st.integers(-rows, rows - 1))
    if len(shape) == 1:
        last = draw(st.booleans())
        settings |= {"offsets": tg.tensor([0, 2, 4] if last else [0, 2]), "include_last_offset": last}
    if mode == "sum" and draw(st.booleans()):
        places["per_sample_weights"] = draw(arrays(shape, ANY))
    return Call(places, settings)


@st.composite
def attention(draw: st.DrawFn) -> Call:
    batch, heads, length, seen = draw(st.tuples(*[st.integers(1, 2)] * 4))
    shared = draw(st.sampled_from([1, 2]))
    shapes_of = {"query": (heads * shared, length, 2), "key": (heads, seen, 2), "value": (heads, seen, 3)}
    places = {name: draw(arrays((batch, *shape), ANY)) for name, shape in shapes_of.items()}
    settings: dict[str, Any] = {
        "scale": draw(st.sampled_from([None, 0.5])),
        "enable_gqa": shared > 1 or draw(st.booleans()),
        "dropout_p": draw(st.sampled_from([0.0, 1.0])),
        "is_causal": draw(st.booleans()),
    }
    if not settings["is_causal"] and draw(st.booleans()):
        places["attn_mask"] = draw(arrays((length, seen), ANY))
    elif not settings["is_causal"] and draw(st.booleans()):
        settings["attn_mask"] = tg.ones(length, seen, dtype=tg.bool).tril()
    return Call(places, settings)


@st.composite
def heads(draw: st.DrawFn) -> Call:
    count, length, seen, width, num_heads = 2, draw(st.integers(1, 2)), draw(st.integers(1, 2)), 4, 2
    shapes_of = {
        "query": (length, count, width),
        "key": (seen, count, width),
        "value": (seen, count, width),
        "in_proj_weight": (3 * width, width),
        "in_proj_bias": (3 * width,),
        "out_proj_weight": (width, width),
        "out_proj_bias": (width,),
    }
    settings: dict[str, Any] = {
        "embed_dim_to_check": width,
        "num_heads": num_heads,
        "add_zero_attn": draw(st.booleans()),
        "dropout_p": draw(st.sampled_from([0.0, 1.0])),
        "training": draw(st.booleans()),
        "bias_k": None,
        "bias_v": None,
        "need_weights": draw(st.booleans()),
        "average_attn_weights": draw(st.booleans()),
    }
    if draw(st.booleans()):
        shapes_of |= {"bias_k": (1, 1, width), "bias_v": (1, 1, width)}
        del settings["bias_k"], settings["bias_v"]
    elif draw(st.booleans()):
        fixed = (count * num_heads, seen, width // num_heads)
        shapes_of |= {"static_k": fixed, "static_v": fixed}
    if draw(st.booleans()):
        del shapes_of["in_proj_weight"]
        shapes_of |= {f"{name}_proj_weight": (width, width) for name in "qkv"}
        settings |= {"use_separate_proj_weight": True, "in_proj_weight": None}
    mask = draw(st.sampled_from(["none", "attn_mask", "key_padding_mask", "is_causal"]))
    if mask == "is_causal":
        settings |= {"attn_mask": tg.ones(length, seen, dtype=tg.bool).triu(1), "is_causal": True}
    elif mask != "none":
        shapes_of[mask] = (length, seen) if mask == "attn_mask" else (count, seen)
    return Call({name: draw(arrays(shape, HALVES)) for name, shape in shapes_of.items()}, settings)


OF_SEQUENCES: dict[str, Calls] = {
    "embedding": embedding(),
    "embedding_bag": embedding_bag(),
    "layer_norm": norm_of_samples(("weight", "bias")),
    "multi_head_attention_forward": heads(),
    "scaled_dot_product_attention": attention(),
    "rms_norm": norm_of_samples(("weight",)),
}
