"""The answers that rules really gave: a second walk over the graph, slow and watchful, after backward has failed.

The engine stops at a gradient of the wrong shape, and takes one of another dtype for what it should be.
Here the same rules are asked again, one node after the other, and their answers are looked at before
anything is made of them. Only operations of the user's own are watched; the package's table is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._broadcasting import stretched_axes
from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.function import FunctionNode
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.autograd.gradcheck import Mistake
from tinygrad_edu.autograd.graph import Edge, Node, Slots, TensorBase
from tinygrad_edu.autograd.nodes import FittingNode, PrimitiveNode
from tinygrad_edu.autograd.placed import whole
from tinygrad_edu.gradient_checks.naming import is_own
from tinygrad_edu.gradient_checks.patterns import Finding

__all__ = ["Answer", "answers", "misfit", "narrowed"]


class Answer(NamedTuple):
    """The answer of a rule for one operand."""

    node: Node
    operand: str
    edge: Edge
    value: Any
    shape: tuple[int, ...]  # the operand's
    dtype: np.dtype  # the one wanted
    changed: bool = False  # whether the rule has changed the gradient that it got


def answers(tensor: Any, start: np.ndarray) -> Iterator[Answer]:
    """Walk back from `tensor` and yield what each operation of the user's own returns for each operand.

    Args:
        tensor: The result to start from.
        start: The gradient to start from, an array of its shape and dtype.
    """
    waiting: dict[Edge, Any] = {tensor.edge(): start}
    while True:
        nodes = [edge for edge in waiting if isinstance(edge, Node)]
        if not nodes:
            return
        node = max(nodes, key=lambda each: each.order)
        g = waiting.pop(node)
        with no_grad():
            yield from _asked(node, g)
            parts = map(whole, node.pull(g, False, True))
        for edge, part in zip(node.edges, parts, strict=True):
            if part is not None:
                waiting[edge] = waiting[edge] + part if edge in waiting else part


def misfit(answer: Answer) -> Finding | None:
    """The fault in the shape of an answer, if there is one."""
    value, wanted = answer.value, answer.shape
    if value is None:
        return None
    data = getattr(value, "_data", value)
    node = answer.node
    summed = node.plan.primitive.elementwise if isinstance(node, PrimitiveNode) else isinstance(node, FunctionNode)
    if isinstance(node, FunctionNode) and not isinstance(value, TensorBase):
        return Finding(Mistake.OTHER, f"It returned {describe(value)}, and a backward must return tensors.")
    got = np.shape(data)
    stretched = stretched_axes(wanted, got)
    if got == wanted or (summed and stretched is not None):
        return None
    said = f"It returned {describe(value)} for an operand of shape {wanted}."
    if stretched:
        axes = ("axis " if len(stretched) == 1 else "axes ") + " and ".join(map(str, stretched))
        return Finding(
            Mistake.BROADCAST,
            f"{said} The operand was broadcast in the forward, and the sum over {axes}, along which it was repeated, "
            "is missing: sum there, as np.sum(g, axis=...), or use elementwise(), which does it itself.",
        )
    if len(got) == len(wanted) and sorted(got) == sorted(wanted):
        return Finding(Mistake.TRANSPOSED, f"{said} It is transposed: look for a .T too many or too few.")
    missing = len(wanted) - len(got)
    if missing > 0 and stretched_axes(wanted, (1,) * missing + got) is not None:
        return Finding(
            Mistake.BROADCAST,
            f"{said} The operand was broadcast in the forward: sum over all axes along which it was repeated, with "
            "keepdims=True over those that it has, as np.sum(g, axis=..., keepdims=True), and without over the others; "
            "or use elementwise(), which does it itself.",
        )
    if stretched_axes(got, wanted):
        return Finding(
            Mistake.OTHER, f"{said} It must be repeated along the axes that the forward summed: expand it to {wanted}."
        )
    return Finding(Mistake.OTHER, f"{said} The gradient by an operand has the operand's own shape.")


def narrowed(answer: Answer) -> Finding | None:
    """The fault in the dtype of an answer, if there is one."""
    data = getattr(answer.value, "_data", answer.value)
    if not isinstance(data, (np.ndarray, np.generic)) or data.dtype == answer.dtype:
        return None
    return Finding(
        Mistake.DTYPE,
        f"It returned {describe(answer.value)} where {answer.dtype.name} is wanted, as the operand has it. Look for a "
        "constant array of another dtype, for .float() or .astype(), and for integers.",
    )


def _asked(node: Node, g: Any) -> Iterator[Answer]:
    """Ask a node of the user's own for its gradients."""
    if not is_own(node):
        return
    if isinstance(node, FunctionNode):
        tensors = [node._as_tensor(each, k) for k, each in enumerate(g if isinstance(g, Slots) else [g])]
        before = [None if each is None else np.array(each._data) for each in tensors]
        returned = node.function.backward(node.context, *tensors)
        changed = any(
            old is not None and not np.array_equal(each._data, old, equal_nan=True)
            for each, old in zip(tensors, before, strict=True)
        )
        several = returned if isinstance(returned, tuple) else (returned,)
        for (position, shape, dtype), edge in zip(node.arguments, node.edges, strict=True):
            if position < len(several):
                yield Answer(node, f"argument {position}", edge, several[position], shape, dtype, changed)
        return
    assert isinstance(node, FittingNode)  # as all are that are not the package's own
    plan = node.plan
    mine = g.copy() if isinstance(g, np.ndarray) else g
    values: Any = plan.run(mine, node.take_saved())
    changed = not np.array_equal(mine, g, equal_nan=True)
    if plan.primitive.variadic:
        values = [values[0][position] for position in plan.positions]
    for position, edge, value in zip(plan.positions, node.edges, values, strict=True):
        dtype = edge._data.dtype if isinstance(edge, TensorBase) else g.dtype
        place = f"operand {plan.primitive.operand_name(position)!r}"
        yield Answer(node, place, edge, value, node.shapes_of_operands(g)[position], dtype, changed)
