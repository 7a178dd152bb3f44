"""Right arguments that one function alone takes. Of functions and layers over spatial dimensions."""

from __future__ import annotations

from typing import Any

from support.right.makers import constant, of_shape

import tinygrad_edu as tg

SIZES: dict[str, Any] = {"kernel_size": constant(2), "norm_type": constant(2)}


def of_pooling(ndim: int) -> dict[str, Any]:
    return {"input": of_shape(1, 2, *[4] * ndim), **SIZES}


def of_unpooling(ndim: int) -> dict[str, Any]:
    return {
        "input": of_shape(1, 1, *[1] * ndim),
        "indices": lambda: tg.zeros(1, 1, *[1] * ndim, dtype=tg.int64),
        **SIZES,
    }


CHANNELS: dict[str, Any] = {"in_channels": constant(2), "out_channels": constant(4), "kernel_size": constant(3)}
LAZY_CHANNELS = {name: value for name, value in CHANNELS.items() if name != "in_channels"}


def of_convolution(ndim: int) -> dict[str, Any]:
    """An input of two channels, and a weight that goes with it forwards and backwards."""
    return {"input": of_shape(1, 2, *[4] * ndim), "weight": of_shape(2, 2, *[2] * ndim)}


UPSAMPLING = ("upsample", "upsample_nearest", "upsample_bilinear")
SPATIAL: dict[str, dict[str, Any]] = {
    "affine_grid": {"theta": of_shape(1, 2, 3), "size": constant((1, 1, 2, 3)), "align_corners": constant(False)},
    "grid_sample": {
        "input": of_shape(1, 2, 3, 4),
        "grid": of_shape(1, 2, 2, 2),
        "align_corners": constant(False),
    },
    **{each: {"input": of_shape(1, 1, 2, 2), "size": constant(3)} for each in UPSAMPLING},
    **{f"conv{ndim}d": of_convolution(ndim) for ndim in (1, 2, 3)},
    **{f"conv_transpose{ndim}d": of_convolution(ndim) for ndim in (1, 2, 3)},
    **{
        f"{kind}{ndim}d": of_pooling(ndim)
        for kind in ("avg_pool", "lp_pool", "max_pool", "adaptive_avg_pool", "adaptive_max_pool")
        for ndim in (1, 2, 3)
    },
    **{f"max_unpool{ndim}d": of_unpooling(ndim) for ndim in (1, 2, 3)},
    **{
        f"{kind}{ndim}d": SIZES
        for kind in ("AvgPool", "LPPool", "MaxPool", "MaxUnpool", "AdaptiveAvgPool", "AdaptiveMaxPool")
        for ndim in (1, 2, 3)
    },
    "interpolate": {"input": of_shape(1, 2, 3), "size": constant(4)},
    "functional.unfold": {"input": of_shape(1, 4, 4), "kernel_size": constant(2)},
    "fold": {"input": of_shape(4, 9), "kernel_size": constant(2), "output_size": constant(4)},
    "Fold": {"kernel_size": constant(2), "output_size": constant(4)},
    "Unfold": {"kernel_size": constant(2)},
    "pixel_shuffle": {"input": of_shape(4, 2, 2), "upscale_factor": constant(2)},
    "pixel_unshuffle": {"input": of_shape(1, 2, 2), "downscale_factor": constant(2)},
    "channel_shuffle": {"input": of_shape(1, 4, 2), "groups": constant(2)},
    "PixelShuffle": {"upscale_factor": constant(2)},
    "PixelUnshuffle": {"downscale_factor": constant(2)},
    "ChannelShuffle": {"groups": constant(2)},
    "local_response_norm": {"input": of_shape(1, 4, 2), "size": constant(2)},
    "LocalResponseNorm": {"size": constant(2)},
    "pad": {"pad": constant((1, 0))},
    **{f"Conv{ndim}d": CHANNELS for ndim in (1, 2, 3)},
    **{f"ConvTranspose{ndim}d": CHANNELS for ndim in (1, 2, 3)},
    **{f"Lazy{kind}{ndim}d": LAZY_CHANNELS for kind in ("Conv", "ConvTranspose") for ndim in (1, 2, 3)},
}
