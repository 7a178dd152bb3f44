"""What a rule asks for, worked out once.

A rule of the derivative table is a Python function, and its argument names say what it needs besides
the upstream gradient. For each choice of operands that need a gradient, a `Plan` says what a call has
to save and what its node will run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinygrad_edu.autograd.primitive import Primitive

__all__ = ["Plan", "Rule", "arguments", "check_rules", "keywords"]

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
