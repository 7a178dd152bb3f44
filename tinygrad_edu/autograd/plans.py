"""Plans: what a call saves and what its node runs, worked out once for each choice of operands with gradients.

A rule of the derivative table is a Python function, and the names of its arguments say what it needs besides
the upstream gradient. A `Plan` reads them, so that a call needn't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from tinygrad_edu.autograd.widening import widened_rules

if TYPE_CHECKING:
    from tinygrad_edu.autograd.primitive import Primitive

__all__ = ["Plan", "Rule", "arguments", "check_rules", "keywords"]

Rule = Callable[..., Any]
Picker = Callable[[Sequence[Any]], Sequence[Any]]


class Plan:
    """The rules of a primitive as a call needs them, for one choice of operands that need a gradient.

    A rule may ask for anything in the *pool*: the values of the operands and the result, and after them the
    residuals, the settings, and the operands' shapes and dtypes. Few rules do ask for those, and a call leaves them out
    where none does.

    Attributes:
        primitive: The operation.
        positions: The places of the operands that need a gradient.
        names: What to save, by name.
        stamped: Those of the names that are operands or the result: their values may be changed in place.
        pick: Takes the values to save from the pool.
        pick_stamps: Takes their stamps from those of the operands and the result.
        asks_for_more: Whether anything beyond operands and result is to be saved.
        asks_for_dtypes: Whether dtypes of operands are.
        saves_values: Whether any values are to be saved, and not only shapes, dtypes and settings.
        run: All the rules, as one function of ``g`` and the saved values.
    """

    __slots__ = (
        "asks_for_dtypes",
        "asks_for_more",
        "names",
        "pick",
        "pick_stamps",
        "positions",
        "primitive",
        "run",
        "saves_values",
        "stamped",
    )

    def __init__(self, primitive: Primitive, needing: int, count: int) -> None:
        """Read the rules of those of `count` operands that need a gradient (bit i for operand i)."""
        self.primitive = primitive
        self.positions = tuple(i for i in range(count) if needing >> i & 1)
        operands = [primitive.operand_name(i) for i in range(count)]
        if primitive.variadic:
            shapes, dtypes = [f"{primitive.operands[0]}_shape"], []
            rules = [_existing_rule(primitive, 0)]
        else:
            shapes, dtypes = [f"{name}_shape" for name in operands], [f"{name}_dtype" for name in operands]
            rules = [_existing_rule(primitive, i) for i in self.positions]
        pool = [*operands, "out", *primitive.residuals, *primitive.params, *shapes, *dtypes]
        names: dict[str, None] = {}  # an ordered set
        for rule in rules:
            for argument in asked_for(rule, primitive.shared):
                recipe = primitive.residuals.get(argument)
                names |= dict.fromkeys([argument] if recipe is None else [argument, *arguments(recipe)])
        places = [pool.index(name) for name in names]
        stamped = [place for place in places if place <= count]
        self.names = tuple(names)
        self.stamped = tuple(pool[place] for place in stamped)
        self.pick = _picker(places)
        self.pick_stamps = _picker(stamped)
        self.asks_for_more = stamped != places
        self.asks_for_dtypes = not names.keys().isdisjoint(dtypes)
        self.saves_values = not names.keys() <= {*shapes, *dtypes, *primitive.params}
        run = _all_of(rules, self.names, primitive.shared)
        self.run = widened_rules(run) if primitive.widens else run


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
        known |= {*primitive.operands, *(f"{name}_dtype" for name in primitive.operands)}
    for operand, rule in (*primitive.shared.items(), *primitive.rules.items()):
        if rule is None:
            continue
        first, *others = arguments(rule) or [""]
        if first != "g":
            raise TypeError(
                f"primitive {primitive.name}: the rule for {operand!r} must take the upstream gradient 'g' as its "
                f"first argument, got ({', '.join(arguments(rule))})"
            )
        for name in others:
            if name not in known and not (operand in primitive.rules and name in primitive.shared):
                raise TypeError(
                    f"primitive {primitive.name}: the rule for {operand!r} asks for {name!r}, which is none of "
                    + ", ".join(sorted(known))
                )


def _picker(positions: Sequence[int]) -> Picker:
    """A function that takes the items at `positions` out of a sequence: in C, as it runs for every node."""
    if len(positions) == 1:
        return itemgetter(slice(positions[0], positions[0] + 1))
    return itemgetter(*positions) if positions else itemgetter(slice(0))


def _all_of(
    rules: Sequence[Rule], names: Sequence[str], shared: Mapping[str, Rule]
) -> Callable[[Any, Sequence[Any]], list[Any]]:
    """The rules as one function of ``g`` and the saved values.

    For the rules of ``x * y`` that is ``lambda g, saved: [rule0(g, saved[0]), rule1(g, saved[1])]``, written
    out so that a node makes no more calls than it has rules (benchmark W4). What rules share comes first:
    ``lambda g, saved: (lambda d: [rule0(g, d), rule1(g, d, saved[1])])(shared_d(g, saved[0]))``.
    """
    common = [name for name in shared if any(name in arguments(rule) for rule in rules)]
    places = {name: f"saved[{place}]" for place, name in enumerate(names)} | {name: name for name in common}

    def call(function: str, rule: Rule) -> str:
        return f"{function}({', '.join(['g', *(places[name] for name in arguments(rule)[1:])])})"

    text = f"[{', '.join(call(f'rule{number}', rule) for number, rule in enumerate(rules))}]"
    if common:
        given = ", ".join(call(f"shared_{name}", shared[name]) for name in common)
        text = f"(lambda {', '.join(common)}: {text})({given})"
    functions = {f"rule{number}": rule for number, rule in enumerate(rules)}
    functions |= {f"shared_{name}": shared[name] for name in common}
    written: Callable[[Any, Sequence[Any]], list[Any]] = eval(f"lambda g, saved: {text}", functions)
    return written


def asked_for(rule: Rule, shared: Mapping[str, Rule]) -> Iterator[str]:
    """What a rule asks for besides ``g``, and what that which it shares with others asks for."""
    for argument in arguments(rule)[1:]:
        if argument in shared:
            yield from arguments(shared[argument])[1:]
        else:
            yield argument


def arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the positional arguments of a Python function."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


def keywords(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the keyword-only arguments of a function; () for one of NumPy's own."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ()
    return tuple(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
