"""What tests of diagnoses need: leaves, functions with a rule of their own, and the error of a check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, GradcheckError, Mistake, gradcheck

__all__ = ["Case", "at", "diagnosed", "function", "leaf"]


def leaf(*shape: int, seed: int = 0) -> Any:
    """A float64 leaf of values around 1."""
    return tg.tensor(np.random.default_rng(seed).uniform(0.5, 1.5, shape), requires_grad=True)


def at(*values: float) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


def function(forward: Callable[..., Any], backward: Callable[..., Any], name: str = "Written") -> Callable[..., Any]:
    """Return a Function whose `backward` gets g and the inputs."""

    def run(ctx: Any, *inputs: Any) -> Any:
        ctx.save_for_backward(*inputs)
        return forward(*inputs)

    def pull(ctx: Any, *gradients: Any) -> Any:
        return backward(*gradients, *ctx.saved_tensors)

    written: Any = type(name, (Function,), {"forward": staticmethod(run), "backward": staticmethod(pull)})
    apply: Callable[..., Any] = written.apply
    return apply


def diagnosed(operation: Callable[..., Any], *inputs: Any, check: Any = gradcheck, **options: Any) -> GradcheckError:
    with pytest.raises(GradcheckError) as caught:
        check(operation, inputs, **options)
    return caught.value


class Case(NamedTuple):
    operation: Callable[..., Any]
    inputs: tuple[Any, ...]
    mistake: Mistake
    words: tuple[str, ...]
