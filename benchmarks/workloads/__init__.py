"""The workloads: one file each, with the same computation for every contender.

A file holds two functions: ``framework_step``, which gets this package or PyTorch, and ``numpy_step``. Each prepares
the data and the parameters (float32, equal for all, from one seed) and returns a *step*: a function
that computes once, forward and backward, and returns the values on which all must agree.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["CONTENDERS", "WORKLOADS", "Step", "Workload"]

Step = Callable[[], tuple[Any, ...]]

CONTENDERS = ("tinygrad_edu", "torch", "numpy")


@dataclass(frozen=True)
class Workload:
    """A computation to race.

    Attributes:
        title: What is computed in one step.
        module: The file in this folder.
        arguments: What its functions get.
    """

    title: str
    module: str
    arguments: tuple[Any, ...] = ()

    def prepare(self, contender: str) -> Step:
        """Import the contender, set up its side, and return its step."""
        module = importlib.import_module(f"{__name__}.{self.module}")
        step: Step
        if contender == "numpy":
            step = module.numpy_step(*self.arguments)
        else:
            step = module.framework_step(importlib.import_module(contender), *self.arguments)
        return step


WORKLOADS = {
    "W1": Workload("784-50-10, sigmoid, batch 100, SGD", "w1_article_network"),
    "W2": Workload("784-1024-1024-10, ReLU, batch 256, SGD with momentum", "w2_wide_network"),
    "W2a": Workload("W2's network, Adam", "w2a_wide_network_adam"),
    "W3": Workload("2-16-16-2, ReLU, batch 32, SGD", "w3_tiny_network"),
    "W4": Workload("999 scalar operations", "w4_scalar_chain", (999,)),
    "W4-deep": Workload("99,999 scalar operations in one chain", "w4_scalar_chain", (99_999,)),
    "W5": Workload("tanh(x) exp(-x²) + sqrt(x² + 1), mean, 4M elements", "w5_large_arrays"),
    "W6": Workload("LeNet: convolutions 1-6-16 of 5x5, batch 64 of 28x28, SGD", "w6_lenet"),
    "W7": Workload("self-attention: 4 heads, width 128, 64 tokens, batch 16, SGD", "w7_attention"),
    "W8": Workload("an LSTM 64 to 128, 32 steps, batch 32, SGD", "w8_lstm"),
    "W9": Workload("3x3 convolutions with batch norm, batch 64 of 28x28, SGD", "w9_convolutions"),
    "W10": Workload("a GPT: 2 blocks, width 64, 4 heads, 32 x 16 characters, AdamW", "w10_small_gpt"),
}
