"""The nodes of primitives: they save what their plan says, and run the rules on the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._broadcasting import sum_to
from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.graph import UNCHANGING, Node, TensorBase
from tinygrad_edu.autograd.plans import Plan, arguments

__all__ = ["FittingNode", "PrimitiveNode"]


class PrimitiveNode(Node):
    """The node of a primitive: saves what the plan says and runs the rules."""

    __slots__ = ("plan",)

    plan: Plan

    @property
    def operation(self) -> str:
        """The name of the primitive."""
        return self.plan.primitive.name

    def pull(self, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        """Run the rules on the saved values; see `Node.pull`."""
        saved = self.saved
        for stamp in self.stamps:
            if stamp[0] > self.order:
                saved = None
        if saved is None:
            saved = self.take_saved()  # which says what is wrong
        if differentiable:
            saved = self._as_tensors(saved, g.result_type)
        plan = self.plan
        run = plan.run
        results: Sequence[Any] = run(g, saved)
        if not retain and plan.heavy:  # without values there is nothing to free, and the node can be walked again
            self.saved = None
        return results

    def _as_tensors(self, saved: Sequence[Any], tensor_type: type[TensorBase]) -> tuple[Any, ...]:
        """Return the saved values as tensors joined to the graph, so that rules on them record."""
        primitive = self.plan.primitive
        edges = dict(zip(map(primitive.operand_name, self.plan.differentiable), self.edges, strict=True))
        edges["out"] = self
        values: dict[str, Any] = {}
        stamps = dict(zip(self.plan.stamped, self.stamps, strict=bool(self.stamps)))
        for name, value in zip(self.plan.sources, saved, strict=True):
            edge = edges.get(name)
            if isinstance(edge, Node):
                values[name] = tensor_type.wrap(value, edge, True)
                values[name]._stamp = stamps.get(name, UNCHANGING)
            else:
                values[name] = value if edge is None else edge
        for name, recipe in primitive.residuals.items():
            if recipe is not None and name in values:
                values[name] = recipe(*[values[argument] for argument in arguments(recipe)])
        return tuple(values.values())


class FittingNode(PrimitiveNode):
    """One that looks at the shapes of what its rules return, and fits it to the operands.

    It is made where a broadcast stretched an operand, and for operations from outside the package's own table.
    """

    __slots__ = ("shapes",)

    shapes: Sequence[tuple[int, ...]]  # of all operands

    def pull(self, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        """Run the rules and return their results in the shapes of the operands; see `Node.pull`."""
        results, plan = super().pull(g, differentiable, retain), self.plan
        if plan.primitive.variadic:
            results = [results[0][position] for position in plan.differentiable]
        fitted = [
            g if g is None or np.shape(g) == self.shapes[position] else self._fitted(g, position)
            for g, position in zip(results, plan.differentiable, strict=True)
        ]
        if not plan.primitive.trusted:  # a user's rule may hand out an array that it keeps
            fitted = [np.array(g) if isinstance(g, np.ndarray) else g for g in fitted]
        return fitted

    def _fitted(self, result: Any, position: int) -> Any:
        primitive, shape = self.plan.primitive, self.shapes[position]
        if not primitive.elementwise:
            raise RuntimeError(
                f"backward through {primitive.name}: the rule for operand {primitive.operand_name(position)!r} "
                f"returned {describe(result)}, but the operand has shape {shape}"
            )
        return sum_to(result, shape) if isinstance(result, (np.ndarray, np.generic)) else result.sum_to_size(shape)
