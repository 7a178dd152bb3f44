"""Right arguments that one function alone takes. Of datasets, samplers and loaders."""

from __future__ import annotations

from typing import Any

from support.right.makers import (
    MATRIX,
    Stream,
    constant,
    dataset,
    reals,
    whole,
)

import tinygrad_edu as tg

OF_DATASETS: dict[str, dict[str, Any]] = {
    "to_images": {"images": lambda: tg.zeros(4, 2, 2, dtype=tg.uint8)},
    "to_vectors": {"images": lambda: tg.zeros(4, 2, 2, dtype=tg.uint8)},
    "LabelledImages": {
        "data": lambda: tg.zeros(4, 2, 2, dtype=tg.uint8),
        "targets": whole(0, 1, 0, 1),
        "classes": constant(["a", "b"]),
    },
    "Subset": {"indices": constant([0, 1])},
    "random_split": {"lengths": constant([3, 1])},
    "WeightedRandomSampler": {"weights": constant([1.0, 2.0])},
    "BatchSampler": {"sampler": constant([0, 1, 2])},
    "default_collate": {"batch": lambda: [reals(3), reals(3)]},
    "ChainDataset": {"datasets": lambda: [Stream(), Stream()]},
    "ConcatDataset": {"datasets": lambda: [dataset(), dataset()]},
    "StackDataset": {"*": [dataset, dataset]},
    "TensorDataset": {"*": [MATRIX, MATRIX]},
}
