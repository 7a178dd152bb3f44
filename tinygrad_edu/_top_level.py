"""What rooms that are imported later have at the top level, too: it is imported with the first of that.

``torch.conv2d`` is ``nn.functional.conv2d``. Such functions take the same arguments in both places; not here are those
that don't: ``torch.batch_norm``, ``instance_norm``, ``embedding`` and ``dropout``.
"""

from __future__ import annotations

from tinygrad_edu.amp import autocast
from tinygrad_edu.nn.functional import (
    adaptive_avg_pool1d,
    avg_pool1d,
    bilinear,
    celu_,
    channel_shuffle,
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    cosine_similarity,
    group_norm,
    layer_norm,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    pairwise_distance,
    pdist,
    pixel_shuffle,
    pixel_unshuffle,
    relu_,
    rms_norm,
    rrelu_,
    selu_,
    threshold_,
)
from tinygrad_edu.serialization import load, save

__all__ = [
    "adaptive_avg_pool1d",
    "autocast",
    "avg_pool1d",
    "bilinear",
    "celu_",
    "channel_shuffle",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_similarity",
    "group_norm",
    "layer_norm",
    "load",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "pairwise_distance",
    "pdist",
    "pixel_shuffle",
    "pixel_unshuffle",
    "relu_",
    "rms_norm",
    "rrelu_",
    "save",
    "selu_",
    "threshold_",
]
