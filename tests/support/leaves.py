"""Tensors to differentiate by, tensors that aren't, and the gradients of a sum."""

from __future__ import annotations

from typing import Any

import tinygrad_edu as tg

__all__ = ["fixed", "gradients", "leaf"]


def leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


def fixed(values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64)


def gradients(total: Any, *leaves: Any) -> list[Any]:
    """The gradients of the sum of `total`, as lists."""
    return [each.tolist() for each in tg.autograd.grad(total.sum(), leaves, materialize_grads=True)]
