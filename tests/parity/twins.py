"""Layers of both modules, ours and PyTorch's, with the same weights: what they compute, and their gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from support.evidence import LEDGER, kinds_of, name_of
from support.views import laid_out

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

__all__ = ["RNG", "agree_in_errors", "compare", "in_both", "results", "twins", "twins_of"]

torch.backends.cuda.enable_flash_sdp(False)  # on a CPU too: the attention that has second derivatives
RNG = np.random.default_rng(0)
CLOSENESS = {"float64": 1e-11, "float32": 3e-5, "float16": 2e-2}


def twins(name: str, *settings: Any, dtype: str = "float64", **named: Any) -> tuple[Any, Any]:
    """A layer of either module with the same weights, in that dtype."""
    return twins_of(lambda m: getattr(m.nn, name)(*settings, **named, dtype=getattr(m, dtype)))


def twins_of(make: Callable[[Any], Any]) -> tuple[Any, Any]:
    """What is made with either module, with the same weights."""
    mine, theirs = make(tg), make(torch)
    assert repr(mine).replace("tinygrad_edu", "torch") == repr(theirs)
    state = theirs.state_dict()
    assert list(mine.state_dict()) == list(state)
    mine.load_state_dict({key: tg.tensor(value.numpy()) for key, value in state.items()})
    assert [name for name, _ in mine.named_parameters()] == [name for name, _ in theirs.named_parameters()]
    return mine, theirs


def in_both(value: Any, m: Any) -> Any:
    """Arrays in a value as tensors of a module, those of floats with a gradient; also within tuples and dicts."""
    if isinstance(value, np.ndarray):
        tensor = laid_out(m, value, getattr(m, value.dtype.name))
        return tensor.requires_grad_() if tensor.is_floating_point() else tensor
    if isinstance(value, tuple | list):
        return type(value)(in_both(each, m) for each in value)
    if isinstance(value, dict):
        return {name: in_both(each, m) for name, each in value.items()}
    return value


def results(value: Any) -> list[Any]:
    """The tensors in a result, one after the other."""
    if isinstance(value, tuple | list):
        return [tensor for each in value for tensor in results(each)]
    return [value] if hasattr(value, "grad_fn") else []


def compare(mine: Any, theirs: Any, *inputs: Any, order: int = 2, **named: Any) -> None:
    """Call both with equal arguments: equal results, and gradients by inputs and parameters, to the second order."""
    name = name_of(type(mine) if isinstance(mine, tg.nn.Module) else mine)
    with LEDGER.judging(name, "value"):
        orders = agree_in_outcome(mine, theirs, inputs, named, order)
    if LEDGER.is_open:
        columns = ["value", "gradient", "second order"]
        LEDGER.count(name, columns[: orders + 1], kinds_of(in_both(inputs, tg), in_both(named, tg)))


def agree_in_outcome(mine: Any, theirs: Any, inputs: tuple[Any, ...], named: dict[str, Any], order: int) -> int:
    """Compare; and return how many orders of derivatives there were."""
    (orders, mine_found), (_, theirs_found) = (
        outcome(m, call, inputs, named, order) for m, call in ((tg, mine), (torch, theirs))
    )
    for number, (ours, other) in enumerate(zip(mine_found, theirs_found, strict=True)):
        assert (ours.dtype, ours.shape) == (other.dtype, other.shape), number
        closeness = CLOSENESS.get(ours.dtype.name, 0.0)
        scale = closeness * max(1.0, float(np.abs(other[np.isfinite(other)]).max(initial=0)))
        np.testing.assert_allclose(ours, other, rtol=closeness, atol=scale, err_msg=f"result {number}")
    return orders


def outcome(
    m: Any, call: Callable[..., Any], inputs: Sequence[Any], named: dict[str, Any], order: int
) -> tuple[int, list[Any]]:
    """How many orders of derivatives a call has; its results, and its gradients, zeros where there is none."""
    given, settings = in_both(tuple(inputs), m), in_both(named, m)
    out = results(call(*given, **settings))
    leaves = [each for each in results([given, list(settings.values())]) if each.requires_grad]
    leaves += [each for each in getattr(call, "parameters", list)() if each.requires_grad]
    found = [each.detach().numpy() for each in out]
    differentiable = [each for each in out if each.requires_grad]
    total = sum((each * weights(m, each)).sum() for each in differentiable)
    orders = order if differentiable else 0
    for _ in range(orders):
        recorded = total.requires_grad  # the gradients of what isn't are zeros
        gradients = (
            m.autograd.grad(total, leaves, create_graph=True, allow_unused=True) if recorded else [None] * len(leaves)
        )
        gradients = [m.zeros_like(leaf) if g is None else g for g, leaf in zip(gradients, leaves, strict=True)]
        zeros = [m.zeros_like(leaf) for leaf in leaves]  # added, as PyTorch has tensors of zeros without memory
        found += [(each + zero).detach().numpy() for each, zero in zip(gradients, zeros, strict=True)]
        total = sum((each * weights(m, each)).sum() for each in gradients)
    return orders, found


def weights(m: Any, like: Any) -> Any:
    return m.tensor(np.cos(np.arange(like.numel())), dtype=like.dtype).reshape(like.shape)


def agree_in_errors(call: Callable[[Any], Any], *kinds: type[Exception]) -> str:
    """Both modules refuse a call, ours with one of these kinds of errors; return its words."""
    with pytest.raises((*kinds, AssertionError, NotImplementedError)):
        call(torch)
    with pytest.raises(kinds) as mine:
        call(tg)
    return str(mine.value)
