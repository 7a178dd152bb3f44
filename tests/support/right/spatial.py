"""Right arguments that one function alone takes. Of functions and layers over spatial dimensions."""

from __future__ import annotations

from typing import Any

from support.right.makers import constant, of_shape

CHANNELS: dict[str, Any] = {"in_channels": constant(2), "out_channels": constant(4), "kernel_size": constant(3)}


def of_convolution(ndim: int) -> dict[str, Any]:
    """An input of two channels, and a weight that goes with it forwards and backwards."""
    return {"input": of_shape(1, 2, *[4] * ndim), "weight": of_shape(2, 2, *[2] * ndim)}


SPATIAL: dict[str, dict[str, Any]] = {
    **{f"conv{ndim}d": of_convolution(ndim) for ndim in (1, 2, 3)},
    **{f"conv_transpose{ndim}d": of_convolution(ndim) for ndim in (1, 2, 3)},
    "pad": {"pad": constant((1, 0))},
    **{f"Conv{ndim}d": CHANNELS for ndim in (1, 2, 3)},
    **{f"ConvTranspose{ndim}d": CHANNELS for ndim in (1, 2, 3)},
}
