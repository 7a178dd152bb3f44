"""Why a tensor has no gradient, in words."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu._memory import owner
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.graph import Node
from tinygrad_edu.autograd.nodes import PrimitiveNode
from tinygrad_edu.inspection._names import names_of_caller
from tinygrad_edu.inspection._recorded import recorded

__all__ = ["why_no_grad"]


def why_no_grad(tensor: Tensor, loss: Tensor | None = None) -> str:
    """Why ``tensor.grad`` is None, and what to do.

    Args:
        tensor: The tensor that was to have a gradient.
        loss: What ``backward()`` was called on, or is to be; with it more can be said.

    Raises:
        TypeError: If one of them is no tensor.

    >>> w = tg.tensor([1.0, 2.0])
    >>> print(tg.inspection.why_no_grad(w))
    w doesn't ask for a gradient: it was made without requires_grad=True; call w.requires_grad_() first
    >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> loss = (w * w).sum()
    >>> print(tg.inspection.why_no_grad(w, loss))
    the loss depends on w, but nothing has gone back yet: call loss.backward()
    """
    for name, each in (("tensor", tensor), ("loss", loss)):
        if not isinstance(each, Tensor) and not (name == "loss" and each is None):
            raise TypeError(f"why_no_grad: {name} must be a tensor, got {describe(each)}")
    names = names_of_caller(sys._getframe(1))
    called = next((name for name, each in names.items() if each is tensor), "the tensor")
    if tensor.owned_gradient() is not None:
        return f"{called} has a gradient: see {called}.grad"
    if not tensor.is_floating_point():
        return (
            f"{called} holds {tensor.dtype.name}, and only floating-point numbers have gradients: make it with "
            f"dtype=tinygrad_edu.float32, or take {called}.float().requires_grad_()"
        )
    if not tensor.requires_grad:
        return _of_a_constant(tensor, called, names)
    if not tensor.is_leaf and not tensor.retains_grad:
        return (
            f"{called} is a result and no leaf, and gradients are kept for leaves only: call {called}.retain_grad() "
            "before backward(), or ask for it with autograd.grad"
        )
    return _of_a_leaf(tensor, called, loss, names)


def _of_a_constant(tensor: Tensor, called: str, names: Mapping[str, Any]) -> str:
    source = next((name for name, each in names.items() if each.requires_grad and _share_memory(each, tensor)), None)
    if source is not None:
        return (
            f"{called} shows the memory of {source}, but outside the graph: it was made by {source}.detach() or "
            f".data, or as a view under no_grad; compute with {source} itself"
        )
    return (
        f"{called} doesn't ask for a gradient: it was made without requires_grad=True; call {called}.requires_grad_() "
        "first"
    )


def _of_a_leaf(tensor: Tensor, called: str, loss: Tensor | None, names: Mapping[str, Any]) -> str:
    if loss is None:
        return (
            f"{called} asks for a gradient, and none has arrived since it was made or since zero_grad(): either "
            f"backward() wasn't called, or what it was called on doesn't depend on {called}; give the loss as the "
            "second argument to hear which"
        )
    if not loss.requires_grad:
        return (
            "nothing was recorded for the loss: it was computed under no_grad, or from what .detach(), .item(), "
            ".numpy() or tensor(...) had taken out of the graph"
        )
    graph = recorded(loss, names)
    target = tensor.edge()
    if all(vertex.edge is not target for vertex in graph.vertices):
        reached = sorted(vertex.name for vertex in graph.vertices if vertex.name and not isinstance(vertex.edge, Node))
        return (
            f"the loss doesn't depend on {called}: its graph ends at {', '.join(reached) or 'other tensors'}; "
            f"somewhere between them {called} was copied or taken out of the graph (.detach(), .data, .item(), "
            ".numpy(), tensor(...), no_grad), it was made anew after the loss was computed, or it wasn't used at all"
        )
    if any(_freed(vertex.edge) for vertex in graph.vertices):
        return (
            f"backward() has gone through the graph of the loss, and the gradient of {called} was taken away since: "
            "by zero_grad(), by grad = None, or the walk was asked for other inputs only; read it before zero_grad()"
        )
    return f"the loss depends on {called}, but nothing has gone back yet: call loss.backward()"


def _freed(node: Any) -> bool:
    return isinstance(node, PrimitiveNode) and node.saved is None


def _share_memory(one: Tensor, other: Tensor) -> bool:
    return one is not other and owner(one._data) is owner(other._data)
