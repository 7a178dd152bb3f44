"""Convolution, pooling, padding and resizing against PyTorch's: options, types, shapes, and what is refused.

Ordinary calls with their gradients are compared in test_rows_parity.py, layers in test_nn_parity.py.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

IMAGE, KERNELS = "m.arange(32.0).reshape(1, 2, 4, 4).sin()", "m.arange(24.0).reshape(3, 2, 2, 2).cos()"
SEQUENCE = "m.arange(12.0).reshape(2, 6).sin()"
VOLUME = "m.arange(27.0).reshape(1, 3, 3, 3).sin()"
ROWS = "m.arange(6.0).reshape(1, 2, 3)"
NAN = "m.tensor([[[1.0, float('nan'), float('nan'), 0.0]]])"
LOWEST = "m.full((1, 1, 3), -float('inf'))"
ONES = "m.ones(4, 4) | m.ones(0, 1, 4, 4) | m.ones(1, 0, 4, 4) | m.ones(1, 1, 1, 4)"


def calls(name: str, *arguments: str, then: str = "") -> list[str]:
    """Calls of a function with each combination of its arguments, of which several stand between bars."""
    combinations = itertools.product(*map(listed, arguments))
    return [f"m.nn.functional.{name}({', '.join(each)}){then}" for each in combinations]


def converted(tensor: str, dtypes: str) -> str:
    return " | ".join(f"{tensor}.mul(9).{dtype}()" for dtype in dtypes.split())


CONVOLUTIONS = [
    *calls("conv2d", IMAGE, KERNELS, "None", "1 | (2, 1)", "0 | (1, 2) | [1]", "1 | (1, 2)"),
    *calls("conv2d", IMAGE, KERNELS, "padding='same' | padding='valid' | padding=-1 | padding='x' | padding=(1, 2, 3)"),
    *calls("conv2d", IMAGE, KERNELS, "padding='same'", "stride=2"),
    *calls("conv2d", IMAGE, KERNELS, "stride=0 | dilation=0 | groups=0 | dilation=4"),
    *calls("conv2d", f"{IMAGE}[0] | {IMAGE}[:0] | {IMAGE}[:, :1] | {IMAGE}[0, 0]", KERNELS),
    *calls("conv2d", f"{IMAGE}.transpose(2, 3)", f"{KERNELS}.transpose(2, 3)"),
    *calls("conv2d", f"{IMAGE}.double()", f"{KERNELS}.double()", "m.ones(3, dtype=m.float64)"),
    *calls("conv2d", f"{IMAGE}.half()", f"{KERNELS}.half()", then=".float().round(decimals=1)"),
    *calls("conv2d", converted(IMAGE, "long bool"), converted(KERNELS, "long bool double")),
    *calls("conv2d", IMAGE, KERNELS, "m.ones(2) | m.ones(3) | m.ones(3, dtype=m.float64)"),
    *calls("conv2d", IMAGE, f"{KERNELS}[0] | {KERNELS}[:2, :1] | {KERNELS}[:, :1]", "groups=2"),
    *calls("conv1d", f"{SEQUENCE} | {SEQUENCE}.bool()", "m.ones(1, 2, 3)", "padding=1 | padding='same'"),
    *calls("conv3d", VOLUME, "m.ones(2, 1, 2, 2, 2)", "stride=(1, 2, 1) | padding=1"),
    *calls("conv_transpose2d", IMAGE, "m.ones(2, 3, 3, 2)", "stride=2", "output_padding=0", "padding=0 | padding=1"),
    *calls("conv_transpose2d", IMAGE, "m.ones(2, 3, 3, 2)", "stride=2", "output_padding=1 | output_padding=(1, 0)"),
    *calls("conv_transpose2d", IMAGE, "m.ones(2, 3, 3, 2)", "stride=2", "output_padding=2 | output_padding=-1"),
    *calls("conv_transpose2d", IMAGE, "m.ones(2, 1, 3, 2)", "groups=2", "dilation=2", "padding=1"),
    *calls("conv_transpose2d", IMAGE, "m.ones(3, 2, 2, 2) | m.ones(2, 2, 2, 2)", "m.ones(2) | m.ones(3)"),
    *calls("conv_transpose1d", SEQUENCE, "m.ones(2, 1, 2)", "stride=3"),
]

POOLING = [
    *calls("max_pool2d", IMAGE, "2 | (3, 1)", "None | 1 | (3, 2)", "ceil_mode=False | ceil_mode=True"),
    *calls("avg_pool2d", IMAGE, "2 | (3, 1)", "None | 1 | (3, 2)", "ceil_mode=False | ceil_mode=True"),
    *calls("avg_pool2d", IMAGE, "3, 2, 1", "False | True", "False | True", "None | 5 | -2 | 0"),
    *calls("max_pool2d", IMAGE, "2, 1", "0 | 1 | (0, 1)", "1 | 2", "return_indices=True", then="[1]"),
    *calls("max_pool2d", f"{NAN} | {LOWEST} | m.ones(1, 2, 3)", "(1, 2), 1, (0, 1)", "return_indices=True", then="[1]"),
    *calls("max_pool2d", f"{NAN} | {LOWEST} | m.ones(1, 2, 3)", "(1, 2), 1, (0, 1)"),
    *calls("max_pool2d", converted(IMAGE, "long int half double bool"), "2"),
    *calls("avg_pool2d", f"{converted(IMAGE, 'long double bool')} | {IMAGE}.transpose(2, 3)", "2"),
    *calls("max_pool2d", ONES, "2"),
    *calls("avg_pool2d", ONES, "2"),
    *calls("max_pool2d", IMAGE, "0 | 2, 0 | 2, padding=2 | 2, padding=-1 | 2, dilation=0 | (2, 2, 2) | 2, stride=[]"),
    *calls("avg_pool1d", SEQUENCE, "2, 1, 1", "count_include_pad=False | ceil_mode=True"),
    *calls("max_pool1d", SEQUENCE, "3, 2, 1 | 2, dilation=2"),
    *calls("max_pool3d", VOLUME, "2, 1 | 3"),
    *calls("avg_pool3d", VOLUME, "2, 1 | 3"),
    *calls("lp_pool1d", SEQUENCE, "2 | 3.0 | 1", "2"),
    *calls("lp_pool2d", IMAGE, "2 | 3.0 | 1", "2 | (2, 3), ceil_mode=True"),
    *calls("adaptive_avg_pool2d", IMAGE, "1 | (2, 3) | (None, 2) | (5, 1) | 0 | -1 | (1, 2, 3)"),
    *calls("adaptive_max_pool2d", IMAGE, "1 | (2, 3) | (None, 2) | (5, 1) | 0 | -1 | (1, 2, 3)"),
    *calls("adaptive_max_pool2d", f"{IMAGE} | {NAN}", "1 | (1, 3)", "return_indices=True", then="[1]"),
    *calls("adaptive_avg_pool1d", SEQUENCE, "4 | 1"),
    *calls("adaptive_avg_pool2d", f"m.ones(1, 0, 4) | {IMAGE}.long()", "2"),
    *calls("adaptive_max_pool1d", "m.ones(1, 0)", "1"),
    *[
        f"m.nn.functional.max_unpool2d(m.ones(1, 1, 2), m.tensor({places}), (1, 2), output_size={size})"
        for places in ("[[[0, 3]]]", "[[[0, 4]]]", "[[[-1, 0]]]", "[[[0.0, 1.0]]]", "[[[0]]]")
        for size in ("None", "(1, 5)", "(9, 9)")
    ],
]

PADS = "(1, 2) | (0, 0) | (-1, 2) | (3, 3) | (4, 0) | (1, 0, 0, 1) | (-2, -2) | (1,) | (1, 1, 1, 1, 1, 1)"
PADDING = [
    *calls("pad", ROWS, PADS, "'constant' | 'reflect' | 'replicate' | 'circular' | 'x'"),
    *calls("pad", converted(ROWS, "long double half bool"), "(1, 1)", "value=1.7"),
    *calls("pad", ROWS, "(1, 1), 'reflect', value=1.0 | () | (1.5, 1)"),
    *calls("pad", f"{ROWS}[:, :0] | {ROWS}[:0] | {ROWS}[0, 0]", "(1, 1)", "'reflect' | 'replicate' | 'circular'"),
]

SIZES = "size=3 | size=(7, 2) | scale_factor=2 | scale_factor=(0.5, 1.7) | scale_factor=0.1 | size=0"
MODES = " | ".join(f"mode='{each}'" for each in ("nearest", "nearest-exact", "area", "bilinear", "bicubic", "linear"))
SHUFFLED = (
    "m.arange(8.0).reshape(1, 8, 1, 1) | m.ones(3, 2, 2) | m.ones(2, 2) | m.ones(4, 1, 0) | m.ones(4, 1, 2).long()"
)
RESIZING = [
    *calls("interpolate", IMAGE, SIZES, MODES),
    *calls("interpolate", IMAGE, "size=6", MODES, "align_corners=True | align_corners=False"),
    *calls("interpolate", f"{IMAGE} | {IMAGE}[0, 0] | {IMAGE}.byte()", "size=3"),
    *calls("interpolate", f"{IMAGE}", "3, 2 | size=(3,) | size=3, mode='cubic' | size=3, recompute_scale_factor=True"),
    *calls("interpolate", f"{IMAGE}", "scale_factor=1.3", "mode='bilinear'", "recompute_scale_factor=True"),
    *calls("pixel_shuffle", SHUFFLED, "2"),
    *calls("pixel_unshuffle", IMAGE, "1 | 2 | 3 | 0"),
    *calls("channel_shuffle", "m.arange(12.0).reshape(1, 4, 3)", "1 | 2 | 3 | 4"),
    *calls("unfold", IMAGE, "2 | (2, 3), 1, 1, 2 | 2, 2 | 5 | 2, stride=0 | 1, padding=1"),
    *calls("unfold", "m.ones(0, 4, 4)", "2"),
    *calls("unfold", "m.ones(0, 2, 4, 4)", "2"),
    *calls("fold", "m.ones(0, 9)", "4, 2"),
    *calls("fold", "m.ones(0, 4, 9)", "4, 2"),
    *calls("fold", "m.arange(36.0).reshape(4, 9)", "4, 2 | (4, 4), (2, 2) | 5, 2 | 4, (1, 2) | 4, 3"),
    *calls("local_response_norm", f"{IMAGE} | {ROWS}", "2 | 3, 0.5 | 5, 1.0, 2.0, 3.0 | 0"),
]


@pytest.mark.parametrize("expression", [*CONVOLUTIONS, *POOLING, *PADDING, *RESIZING])
def test_it_is_as_in_pytorch(expression: str) -> None:
    agree(expression)


@pytest.mark.parametrize("output_size", [None, (8, 8), (1, 2, 7, 8), (9, 8), (8,)])
def test_a_transposed_layer_finds_the_output_padding(output_size: Any) -> None:
    agree(f"m.nn.ConvTranspose2d(2, 2, 3, stride=2)(m.ones(1, 2, 3, 3), {output_size}).mul(0)")


@pytest.mark.parametrize(
    "made",
    [
        *("Conv2d(3, 2, 3, groups=2)", "Conv2d(2, 3, 3, groups=2)", "Conv2d(2, 2, 3, groups=0)"),
        *(
            "Conv2d(2, 2, 3, padding='x')",
            "Conv2d(2, 2, 3, padding_mode='x')",
            "Conv2d(2, 2, 3, padding='same', stride=2)",
        ),
        *("ConvTranspose2d(1, 2, 3, padding_mode='reflect')", "Conv2d(-2, 2, 3)"),
    ],
)
def test_a_layer_refuses_what_pytorch_s_refuses(made: str) -> None:
    with pytest.raises((ValueError, RuntimeError)) as theirs:
        eval(f"torch.nn.{made}")
    with pytest.raises(theirs.type):
        eval(f"tg.nn.{made}")


@pytest.mark.parametrize("padding_mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("padding", ["same", "valid", 1, (2, 1)])
def test_what_stands_around_the_image(padding_mode: str, padding: Any) -> None:
    mine: Any = tg.nn.Conv2d(2, 3, (3, 2), padding=padding, padding_mode=padding_mode)
    theirs = torch.nn.Conv2d(2, 3, (3, 2), padding=padding, padding_mode=padding_mode)
    theirs.load_state_dict({name: torch.tensor(each.numpy()) for name, each in mine.state_dict().items()})
    assert repr(mine) == repr(theirs)
    x = np.random.default_rng(0).uniform(-1, 1, (2, 2, 5, 4)).astype(np.float32)
    wanted = theirs(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(mine(tg.tensor(x)).detach().numpy(), wanted, rtol=1e-5, atol=1e-6)
