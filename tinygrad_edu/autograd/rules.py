"""What a rule asks for, and how a node runs it.

A rule of the derivative table is a Python function, and its argument names say what it needs besides
the upstream gradient. For each choice of operands that need a gradient, a `Plan` works out, once,
what a call has to save and what its node will run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.graph import UNCHANGING, Node, TensorBase

if TYPE_CHECKING:
    from tinygrad_edu.autograd.primitive import Primitive

__all__ = [
    "FittingNode",
    "Plan",
    "PrimitiveNode",
    "Rule",
    "arguments",
    "check_rules",
    "constant",
    "keywords",
    "sum_to",
    "unit",
]

Rule = Callable[..., Any]
Picker = Callable[[Sequence[Any]], Sequence[Any]]


class Plan:
    """What a call has to save and what its node will run, for one choice of operands with gradients.

    A call has a *pool* of values: those of the operands, the result, and for the few rules that ask for more,
    the residuals, the settings and the operands' shapes.

    Attributes:
        primitive: The operation.
        differentiable: The positions of the operands with gradients.
        sources: The names of the values to save.
        stamped: The names of those of them that are operands or the result, and may be changed in place.
        take: Picks the values to save from the pool.
        take_stamps: Picks their stamps from those of the operands and the result.
        short: Whether operands and result are all the pool that is needed.
        shaped: Whether operands' shapes are needed.
        heavy: Whether any values are saved, and not only shapes and settings.
        run: All the rules, as one function of ``g`` and the saved values.
    """

    __slots__ = (
        "differentiable",
        "heavy",
        "primitive",
        "run",
        "shaped",
        "short",
        "sources",
        "stamped",
        "take",
        "take_stamps",
    )

    def __init__(self, primitive: Primitive, needing: int, count: int) -> None:
        """Work out what the rules of those of `count` operands that need a gradient (bit i for operand i) ask for."""
        self.primitive = primitive
        self.differentiable = tuple(i for i in range(count) if needing >> i & 1)
        names = [primitive.operand_name(i) for i in range(count)]
        if primitive.variadic:
            shapes = [f"{primitive.operands[0]}_shape"]
            rules = [_existing_rule(primitive, 0)]
        else:
            shapes = [f"{name}_shape" for name in names]
            rules = [_existing_rule(primitive, i) for i in self.differentiable]
        pool = [*names, "out", *primitive.residuals, *primitive.params, *shapes]
        sources: dict[str, None] = {}  # an ordered set
        for rule in rules:
            for argument in arguments(rule)[1:]:
                recipe = primitive.residuals.get(argument)
                sources |= dict.fromkeys([argument] if recipe is None else [argument, *arguments(recipe)])
        positions = [pool.index(name) for name in sources]
        stamped = [position for position in positions if position <= count]
        self.sources = tuple(sources)
        self.stamped = tuple(pool[position] for position in stamped)
        self.take = _picker(positions)
        self.take_stamps = _picker(stamped)
        self.short = stamped == positions
        self.shaped = not sources.keys().isdisjoint(shapes)
        self.heavy = not sources.keys() <= {*shapes, *primitive.params}
        self.run = _all_of(rules, self.sources)


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


def _existing_rule(primitive: Primitive, position: int) -> Rule:
    rule = primitive.rules[primitive.operands[position]]
    if rule is None:
        name = primitive.operand_name(position)
        raise RuntimeError(
            f"{primitive.name}: operand {name!r} requires a gradient, but this operation has no derivative with "
            f"respect to it; pass {name}.detach() instead"
        )
    return rule


def check_rules(primitive: Primitive) -> None:
    """Refuse, when the primitive is defined, a rule that asks for a name that doesn't exist."""
    known = {"out", *primitive.residuals, *primitive.params, *(f"{name}_shape" for name in primitive.operands)}
    if not primitive.variadic:
        known |= set(primitive.operands)
    for operand, rule in primitive.rules.items():
        if rule is None:
            continue
        first, *others = arguments(rule) or [""]
        if first != "g":
            raise TypeError(
                f"primitive {primitive.name}: the rule for {operand!r} must take the upstream gradient 'g' as its "
                f"first argument, got ({', '.join(arguments(rule))})"
            )
        for name in others:
            if name not in known:
                raise TypeError(
                    f"primitive {primitive.name}: the rule for {operand!r} asks for {name!r}, which is none of "
                    + ", ".join(sorted(known))
                )


def constant(x: Any) -> Any:
    """Return the values of `x`, an array or a tensor, as an array: for what has no derivative, as masks."""
    return x._data if isinstance(x, TensorBase) else x


@lru_cache
def unit(dtype: np.dtype[Any]) -> Any:
    """Return the number 1 from which a backward of that dtype starts: always the same object."""
    return dtype.type(1)


def sum_to(g: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Sum `g` over the directions in which an array of `shape` was stretched to the shape of `g`."""
    extra = g.ndim - len(shape)
    stretched = tuple(i for i in range(g.ndim) if i < extra or (shape[i - extra] == 1 != g.shape[i]))
    summed: np.ndarray = np.add.reduce(g, axis=stretched).reshape(shape)
    return summed


def _picker(positions: Sequence[int]) -> Picker:
    """Return a function that picks `positions` out of a sequence: in C, as it runs for every node."""
    if len(positions) == 1:
        return itemgetter(slice(positions[0], positions[0] + 1))
    return itemgetter(*positions) if positions else itemgetter(slice(0))


def _all_of(rules: Sequence[Rule], sources: Sequence[str]) -> Callable[[Any, Sequence[Any]], list[Any]]:
    """Return the rules as one function of ``g`` and the saved values.

    For the rules of ``x * y`` that is ``lambda g, saved: [rule0(g, saved[1]), rule1(g, saved[0])]``, written
    out so that a node makes no more calls than it has rules (benchmark W4).
    """
    calls = []
    for number, rule in enumerate(rules):
        places = [f"saved[{sources.index(name)}]" for name in arguments(rule)[1:]]
        calls.append(f"rule{number}({', '.join(['g', *places])})")
    written: Callable[[Any, Sequence[Any]], list[Any]] = eval(
        f"lambda g, saved: [{', '.join(calls)}]", {f"rule{number}": rule for number, rule in enumerate(rules)}
    )
    return written


def arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the positional arguments of a Python function."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


def keywords(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the keyword-only arguments of a function; () for one of NumPy's own."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ()
    return tuple(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
