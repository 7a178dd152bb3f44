"""For each layer that isn't a single function, the strategy of its instances, with an input that fits.

Layers that hold the settings of a function come from support/calls/.
"""

from __future__ import annotations

from support.layers.basic import BASIC
from support.layers.channels import OF_CHANNELS
from support.layers.containers import CONTAINERS
from support.layers.layer import Layer, Layers
from support.layers.lazy import LAZY
from support.layers.sequences import OF_SEQUENCES
from support.layers.spatial import SPATIAL

from tinygrad_edu import nn

__all__ = ["LAYERS", "Layer"]

LAYERS: dict[type[nn.Module], Layers] = BASIC | LAZY | CONTAINERS | OF_CHANNELS | OF_SEQUENCES | SPATIAL
