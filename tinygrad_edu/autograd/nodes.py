"""The nodes of primitives: they save what their plan says, and run the rules on the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy import ndarray

from tinygrad_edu._broadcasting import stretched_axes, sum_to
from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.graph import UNCHANGING, Earlier, Node, TensorBase
from tinygrad_edu.autograd.plans import Plan, arguments
from tinygrad_edu.autograd.widening import wide

__all__ = ["FittingNode", "PrimitiveNode", "refuse_change"]


def refuse_change(operation: str, g: TensorBase, before: int) -> None:
    """Refuse that a rule has changed the gradient that it got, whose stamp was `before`."""
    if g._stamp[0] != before:
        raise RuntimeError(
            f"backward through {operation}: its rule changes the gradient g that it gets in place, which others use "
            "too; compute with a copy: g * 2 makes one, g *= 2 and g.mul_(2) don't"
        )


class PrimitiveNode(Node):
    """The node of a primitive whose rules return gradients that fit its operands."""

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
        run = plan.run  # on its own, as Python would look for a method in plan.run(...): a hundredth of W4
        results: Sequence[Any] = run(g, saved)
        if plan.saves_values and not retain:  # shapes, dtypes and settings stay, and so it can be walked again
            self.saved = None
        return results

    def _as_tensors(self, saved: Sequence[Any], tensor_type: type[TensorBase]) -> tuple[Any, ...]:
        """The saved values as tensors joined to the graph, so that rules on them record."""
        primitive, plan = self.plan.primitive, self.plan
        edges = dict(zip(map(primitive.operand_name, plan.positions), self.edges, strict=True))
        edges["out"] = self
        stamps = dict(zip(plan.stamped, self.stamps, strict=False))  # there may be none, or others besides
        values: dict[str, Any] = {}
        for name, value in zip(plan.names, saved, strict=True):
            edge = edges.get(name)
            if edge is not None and not isinstance(edge, Node) and edge._data is not value:
                edge = Earlier(edge)
            if isinstance(edge, Node):
                values[name] = tensor_type.wrap(value, edge, True)
                values[name]._stamp = stamps.get(name, UNCHANGING)
            else:
                values[name] = value if edge is None else edge
        for name, recipe in primitive.residuals.items():
            if recipe is not None and name in values:
                asked_for = [values[argument] for argument in arguments(recipe)]
                values[name] = recipe(*(map(wide, asked_for) if primitive.widens else asked_for))
        return tuple(values.values())


class FittingNode(PrimitiveNode):
    """The node of a primitive whose rules may return what doesn't fit: it looks at the shapes.

    Where a broadcast stretched an operand of an elementwise operation, it sums. And it stands for all operations
    from outside the package's own table. Their rules may also hand out an array that they keep: it copies those;
    and they may change the gradient that they get, which others hold too: they get a copy, and a change that is
    recorded is refused.

    Attributes:
        shapes: The shapes of all operands; () if each has the shape of the result.
    """

    __slots__ = ("shapes",)

    shapes: Sequence[tuple[int, ...]]

    def pull(self, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        """Run the rules and return their results in the shapes of the operands; see `Node.pull`."""
        plan = self.plan
        if plan.primitive.trusted:
            results = super().pull(g, differentiable, retain)
        elif isinstance(g, TensorBase):
            before = g._stamp[0]
            results = super().pull(g, differentiable, retain)
            refuse_change(plan.primitive.name, g, before)
        else:
            results = super().pull(g.copy("K") if isinstance(g, ndarray) else g, differentiable, retain)
        if plan.primitive.variadic:
            results = [results[0][position] for position in plan.positions]
        shapes, trusted = self.shapes_of_operands(g), plan.primitive.trusted
        fitted = []
        for position, result in zip(plan.positions, results):  # noqa: B905 - a result for each position
            if result is not None and getattr(result, "shape", ()) != shapes[position]:
                result = self._summed(result, position, shapes[position])
            elif not trusted and isinstance(result, ndarray):
                result = result.copy()
            fitted.append(result)
        return fitted

    def shapes_of_operands(self, g: Any) -> Sequence[tuple[int, ...]]:
        """The shapes of all operands; `g` has that of the result."""
        return self.shapes or [getattr(g, "shape", ())] * len(self.plan.primitive.operands)

    def _summed(self, result: Any, position: int, shape: tuple[int, ...]) -> Any:
        """Sum over the axes along which the operand was stretched; refuse a shape that comes from no broadcast."""
        primitive = self.plan.primitive
        if not primitive.elementwise or stretched_axes(shape, getattr(result, "shape", ())) is None:
            raise RuntimeError(
                f"backward through {primitive.name}: the rule for operand {primitive.operand_name(position)!r} "
                f"returned {describe(result)}, but the operand has shape {shape}"
            )
        return sum_to(result, shape) if isinstance(result, ndarray) else result.sum_to_size(shape)
