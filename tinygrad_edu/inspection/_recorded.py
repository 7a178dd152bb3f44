"""The recorded graph of a result as data, and a slow walk back through it that keeps all it sees.

Here an operation is a `Vertex`, and so is a tensor at which the way back ends. `walk` does what the engine does, in
the same order, but calls no hooks, changes no ``grad`` and frees nothing: the graph is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._numpy_warnings import here_ignoring_errors
from tinygrad_edu.autograd.graph import Node, Select, TensorBase, constant
from tinygrad_edu.autograd.nodes import PrimitiveNode
from tinygrad_edu.autograd.placed import whole
from tinygrad_edu.autograd.plans import arguments
from tinygrad_edu.inspection._rules import written

__all__ = ["Contribution", "Recorded", "Step", "Vertex", "recorded", "walk"]


class Vertex:
    """An operation, or a tensor that the gradient ends at.

    Attributes:
        number: Its place among all, in the order in which they were made.
        operation: What was computed; "" for a tensor that wasn't.
        name: The variable or parameter that holds the result; "" if none does.
        operands: For each operand with a gradient, its name in the table and where it came from.
        shape: That of the result; None if nothing tells it.
        value: The result; None if nobody has kept it.
        gradient: That of the result, once `walk` has been there.
    """

    __slots__ = ("edge", "gradient", "name", "number", "operands", "operation", "shape", "value")

    def __init__(self, edge: Any, number: int) -> None:
        self.edge, self.number = edge, number
        self.operation: str = edge.operation if isinstance(edge, Node) else ""
        self.name = ""
        self.operands: list[tuple[str, Vertex]] = []
        self.shape: tuple[int, ...] | None = None
        self.value: np.ndarray | None = None
        self.gradient: np.ndarray | None = None

    @property
    def title(self) -> str:
        """What stands for it in a sentence: its name, or else its operation and number."""
        return self.name or f"{self.operation or 'tensor'}#{self.number}"

    def see(self, value: Any) -> None:
        """Note the result."""
        if value is not None:
            self.value, self.shape = np.asarray(value), np.shape(value)


class Contribution(NamedTuple):
    """What an operation hands on to one of its operands.

    Attributes:
        operand: The operand's name in the table.
        target: Where it goes.
        rule: The rule as it is written.
        used: The values that the rule asked for, by name.
        value: The gradient that is handed on.
        summed: Whether it was summed over directions in which the operand had been stretched.
    """

    operand: str
    target: Vertex
    rule: str
    used: dict[str, np.ndarray]
    value: np.ndarray
    summed: bool


class Step(NamedTuple):
    """A step of the walk back: the gradient `arrived` at the result of an operation, and what it hands on.

    Of an operation with several results, `arrived` holds the gradients of those that were used, one after the other.
    """

    vertex: Vertex
    arrived: np.ndarray
    contributions: list[Contribution]


class Recorded(NamedTuple):
    """The graph of a result.

    Attributes:
        vertices: All of it, in the order in which it was made.
        result: The one that the walk begins at.
    """

    vertices: list[Vertex]
    result: Vertex


def recorded(result: Any, names: Mapping[str, TensorBase]) -> Recorded:
    """The graph of a tensor, with names, and with those values that somebody has kept."""
    start = result.edge()
    vertices = {edge: Vertex(edge, number) for number, edge in enumerate(_in_order(start), 1)}
    for edge, vertex in vertices.items():
        if isinstance(edge, Node):
            operands = _operand_names(edge)
            vertex.operands = [(name, vertices[each]) for name, each in zip(operands, edge.edges, strict=True)]
            _see_saved(vertex)
        else:
            vertex.see(edge._data)
    vertices[start].see(result._data)
    for name, tensor in names.items():
        held = vertices.get(tensor.edge()) if tensor._requires_grad else None
        if held is not None and not held.name:
            held.name = name
            held.see(tensor._data)
    return Recorded(list(vertices.values()), vertices[start])


def walk(graph: Recorded, start: np.ndarray) -> list[Step]:
    """The steps of backpropagation from a gradient of the result, without any effect on the graph or its tensors.

    Raises:
        RuntimeError: If values of the graph were freed by an earlier backward, or changed in place.
    """
    return here_ignoring_errors().run(_walk, graph, start)


def _walk(graph: Recorded, start: np.ndarray) -> list[Step]:
    of_edges = {vertex.edge: vertex for vertex in graph.vertices}
    arrived: dict[Any, Any] = {graph.result.edge: start}
    steps = []
    for vertex in reversed(graph.vertices):
        g = arrived.get(vertex.edge)
        if g is None:
            continue
        if not isinstance(g, list):
            vertex.gradient = np.array(constant(g))
            vertex.shape = vertex.gradient.shape
        if not isinstance(vertex.edge, Node):
            continue
        rules = _rules_of(vertex.edge)
        saved = _saved(vertex.edge)
        contributions = []
        parts = vertex.edge.pull(g, False, True)
        for (operand, _), rule, edge, given in zip(vertex.operands, rules, vertex.edge.edges, parts, strict=True):
            if given is None:
                continue
            part = whole(given)
            arrived[edge] = arrived[edge] + part if edge in arrived else part
            if not isinstance(part, list):
                value = np.array(constant(part))
                summed = value.size < np.size(g) and _is_elementwise(vertex.edge)
                used = {name: kept for name, kept in saved.items() if name in rule.asks}
                contributions.append(Contribution(operand, of_edges[edge], rule.text, used, value, summed))
        if not isinstance(vertex.edge, Select):
            parts = g if isinstance(g, list) else [g]
            came = [np.array(constant(part)) for part in parts if part is not None]
            one = came[0] if len(came) == 1 else np.concatenate([part.ravel() for part in came])
            steps.append(Step(vertex, one, contributions))
    return steps


def _in_order(start: Any) -> list[Any]:
    """All that is reached from there, the oldest first; a leaf stands just before what used it first."""
    nodes, waiting = {start}, [start]
    while waiting:
        edge = waiting.pop()
        fresh = [each for each in edge.edges if each not in nodes] if isinstance(edge, Node) else []
        nodes.update(fresh)
        waiting += fresh
    ordered: dict[Any, None] = {}
    for node in sorted((each for each in nodes if isinstance(each, Node)), key=lambda each: each.order):
        ordered |= dict.fromkeys(edge for edge in node.edges if not isinstance(edge, Node))
        ordered[node] = None
    return list(ordered) or [start]


def _operand_names(node: Node) -> list[str]:
    if isinstance(node, PrimitiveNode):
        return [node.plan.primitive.operand_name(position) for position in node.plan.positions]
    return [f"input {number}" for number in range(len(node.edges))] if len(node.edges) > 1 else ["input"]


class _Rule(NamedTuple):
    """A rule as it is written, and what it asks for."""

    text: str
    asks: tuple[str, ...]


def _rules_of(node: Node) -> list[_Rule]:
    if not isinstance(node, PrimitiveNode):
        return [_Rule(f"{node.operation}.backward", ())] * len(node.edges)
    primitive = node.plan.primitive
    rules = [primitive.rules[primitive.operands[0 if primitive.variadic else each]] for each in node.plan.positions]
    return [_Rule(written(rule), arguments(rule)) for rule in rules if rule is not None]


def _saved(node: Node) -> dict[str, np.ndarray]:
    """The numbers that a node has kept for its rules, by name."""
    if not isinstance(node, PrimitiveNode) or node.saved is None:
        return {}
    numbers = {*node.plan.primitive.operands, *node.plan.primitive.residuals, "out"}
    kept = zip(node.plan.names, node.saved, strict=True)
    return {name: np.array(constant(value)) for name, value in kept if name in numbers and not isinstance(value, tuple)}


def _is_elementwise(node: Node) -> bool:
    return isinstance(node, PrimitiveNode) and node.plan.primitive.elementwise


def _see_saved(vertex: Vertex) -> None:
    """Note the values that a node has kept: of its own result, and of its operands."""
    saved = _saved(vertex.edge)
    vertex.see(saved.get("out"))
    for name, operand in vertex.operands:
        operand.see(saved.get(name))
