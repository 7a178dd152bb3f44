"""Right arguments of every public function: those of all functions by the parameter's name, those of one by its own.

PyTorch's names mean the same everywhere, so a new function needs a line only if one of its parameters has a new name
(here, in `RIGHT`) or a meaning of its own (in the file of its kind).
"""

from __future__ import annotations

from typing import Any

from support.right.datasets import OF_DATASETS
from support.right.gradients import OF_GRADIENTS
from support.right.linear_algebra import OF_LINEAR_ALGEBRA
from support.right.makers import MATRIX, Maker, constant, dataset, leaf, reals
from support.right.networks import OF_NETWORKS
from support.right.rooms import OF_ROOMS
from support.right.tensors import OF_TENSORS

from tinygrad_edu import nn

__all__ = ["RIGHT", "SPECIAL"]

RIGHT: dict[str, Maker] = {
    **dict.fromkeys(["key"], constant("a")),
    **dict.fromkeys(["module"], nn.ReLU),
    **dict.fromkeys(["input", "other", "tensor", "self", "src", "obj", "data", "y", "t", "target", "x"], MATRIX),
    **dict.fromkeys(["x1", "x2"], MATRIX),
    **dict.fromkeys(
        [
            "gradient",
            "tensor1",
            "tensor2",
            "exponent",
            "images",
            "logits",
            "input1",
            "input2",
            "anchor",
            "positive",
            "negative",
        ],
        MATRIX,
    ),
    **dict.fromkeys(["condition", "mask"], lambda: reals(2, 3) > 0.3),
    **dict.fromkeys(["tensors", "parameters"], lambda: [leaf(2, 3), leaf(2, 3)]),
    **dict.fromkeys(["dim", "axis", "dims", "source", "dim0", "axis0", "start", "index", "low"], constant(0)),
    **dict.fromkeys(["destination", "threshold", "dim1", "axis1", "shifts", "length", "value"], constant(1)),
    **dict.fromkeys(["k", "chunks", "n", "m", "repeats", "num_samples", "batch_size", "high"], constant(2)),
    **dict.fromkeys(["steps", "in_features", "num_features", "split_size", "split_size_or_sections"], constant(3)),
    **dict.fromkeys(["in1_features", "in2_features"], constant(3)),
    **dict.fromkeys(["num_embeddings", "embedding_dim", "input_size", "hidden_size", "num_chunks"], constant(4)),
    **dict.fromkeys(["val", "max_norm", "clip_value", "fill_value", "mean", "end", "out_features"], constant(1)),
    **dict.fromkeys(["p", "maxnorm"], constant(2)),
    **dict.fromkeys(["q"], constant(0.5)),
    **dict.fromkeys(["size", "shape"], constant((3, 2))),
    **dict.fromkeys(["padding"], constant(1)),
    **dict.fromkeys(["output_size"], constant(2)),
    **dict.fromkeys(["mode", "drop_last", "requires_grad"], constant(True)),
    **dict.fromkeys(["params"], lambda: [leaf(2, 3)]),
    **dict.fromkeys(["indices", "data_source"], lambda: [0, 1]),
    **dict.fromkeys(["dataset"], dataset),
    **dict.fromkeys(["hook", "f", "func"], lambda: lambda g: g * 1),
}

# Of one function, or of all of a name; "self" is what a method is called on, and "*" what is given by position.
SPECIAL: dict[str, dict[str, Any]] = (
    OF_TENSORS | OF_LINEAR_ALGEBRA | OF_NETWORKS | OF_ROOMS | OF_DATASETS | OF_GRADIENTS
)
