"""Functions that normalise channels."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from support.arrays import ANY, arrays, shapes
from support.calls.call import Call, Calls

import tinygrad_edu as tg

MOMENTA = st.sampled_from([0.1, 0.5])


@st.composite
def norm_of_channels(draw: st.DrawFn, running: str | None, multiple: int = 1) -> Call:
    """Calls that normalise by the input, or, where `running` says so, by running values."""
    channels, least = draw(st.integers(1, 2)) * multiple, 0 if running == "training" or multiple > 1 else 1
    places = draw(shapes(min_dims=least, max_dims=2, min_side=2, max_side=2))
    shape = (draw(st.integers(2, 3)), channels, *places)
    given = {"input": draw(arrays(shape, ANY))}
    factors = ("weight", "bias")[: draw(st.integers(0, 2))]  # PyTorch has no second derivative of a bias alone
    given |= {name: draw(arrays((channels,), ANY)) for name in factors}
    settings: dict[str, Any] = {"eps": draw(st.sampled_from([0.1, 0.5]))}
    if multiple > 1:
        return Call(given, {"num_groups": multiple, **settings})
    if running is not None:
        by_input = draw(st.booleans())
        settings |= {running: by_input, "momentum": draw(MOMENTA), "running_mean": None, "running_var": None}
        if not by_input or draw(st.booleans()):
            settings["running_mean"] = tg.tensor(np.linspace(-0.5, 0.5, channels))
            settings["running_var"] = tg.tensor(np.linspace(0.5, 1.5, channels))
    return Call(given, settings)


OF_CHANNELS: dict[str, Calls] = {
    "batch_norm": norm_of_channels("training"),
    "group_norm": norm_of_channels(None, multiple=2),
    "instance_norm": norm_of_channels("use_input_stats"),
}
