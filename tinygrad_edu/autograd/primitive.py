"""Primitives: an operation is a NumPy function with its derivatives written beside it.

    exp = elementwise(np.exp, x=lambda g, out: g * out)
    mul = elementwise(operator.mul, x=lambda g, y: g * y, y=lambda g, x: g * x)

Each keyword names an operand, in order, and gives its *rule*: a function of the upstream gradient
``g`` that returns the gradient with respect to that operand. What else a rule's arguments name is
what the graph keeps for it, and nothing else is kept:

    an operand's name (``x``)      its value
    ``out``                        the result
    ``x_shape``                    the shape of operand ``x``
    a keyword of the forward       its value (``dim``, ``keepdim``, …)
    a residual's name              a by-product of the forward (see `primitive`)

**One rule serves every order.** In a first-order backward the rules get plain arrays and run at
NumPy's speed. With ``create_graph=True`` they get tensors, and the same line records a graph.

**Broadcasting** is the business of this file alone: an elementwise rule says ``g * y``, and the sum
over the directions in which the operand was stretched happens here. A rule of any other operation
that returns a wrong shape is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.grad_mode import recording
from tinygrad_edu.autograd.graph import Node, TensorBase, View, clock, new

__all__ = ["Primitive", "constant", "elementwise", "primitive", "sum_to"]

Rule = Callable[..., Any]

_UNCHANGING = [0]  # the stamp of what no tensor can change in place


class Plan(NamedTuple):
    """What a call has to save and what its node will run, for one choice of operands with gradients."""

    differentiable: tuple[int, ...]  # the positions of those operands
    sources: tuple[str, ...]  # the names of the saved values
    take: Callable[[Sequence[Any]], tuple[Any, ...]]  # picks them from the pool, see Primitive._pool
    short: bool  # whether operands and result are all the pool it needs
    calls: tuple[tuple[Rule, tuple[int, ...]], ...]  # each rule, and which saved values it gets


class PrimitiveNode(Node):
    """The node of a primitive: saves what the plan says and runs the rules."""

    __slots__ = ("plan", "primitive", "shapes")

    primitive: Primitive
    plan: Plan
    shapes: tuple[tuple[int, ...], ...] | None  # of the differentiable operands; None: the result's

    @property
    def operation(self) -> str:  # type: ignore[override]
        """The name of the primitive."""
        return self.primitive.name

    @property
    def owns_results(self) -> bool:  # type: ignore[override]
        """True for the package's own rules: they return ``g``, a view of it, or a fresh array."""
        return self.primitive.trusted

    def pull(self, g: Any, differentiable: bool) -> Sequence[Any]:
        """Run the rules on the saved values; see `Node.pull`."""
        saved = self.take_saved()
        plan = self.plan
        if differentiable:
            saved = self._as_tensors(saved, g.result_type)
        if self.primitive.variadic:
            rule, wanted = plan.calls[0]
            every = rule(g, *[saved[i] for i in wanted])
            results = [every[position] for position in plan.differentiable]
        else:
            results = [rule(g, *[saved[i] for i in wanted]) for rule, wanted in plan.calls]
        if self.shapes is not None:
            for i, shape in enumerate(self.shapes):
                if results[i] is not None and np.shape(results[i]) != shape:
                    results[i] = self._fitted(results[i], shape, plan.differentiable[i])
        return results

    def _fitted(self, result: Any, shape: tuple[int, ...], position: int) -> Any:
        primitive = self.primitive
        if not primitive.elementwise:
            raise RuntimeError(
                f"backward through {primitive.name}: the rule for operand {primitive.operand_name(position)!r} "
                f"returned {describe(result)}, but the operand has shape {shape}"
            )
        return result.sum_to_size(shape) if isinstance(result, TensorBase) else sum_to(result, shape)

    def _as_tensors(self, saved: tuple[Any, ...], tensor_type: type[TensorBase]) -> tuple[Any, ...]:
        """Return the saved values as tensors joined to the graph, so that rules on them record."""
        primitive = self.primitive
        edges = dict(zip(map(primitive.operand_name, self.plan.differentiable), self.edges, strict=True))
        edges["out"] = self
        values: dict[str, Any] = {}
        for name, value, stamp in zip(self.plan.sources, saved, self.stamps, strict=True):
            edge = edges.get(name)
            if isinstance(edge, Node):
                values[name] = tensor_type.wrap(value, edge, True)
                values[name]._stamp = stamp
            else:
                values[name] = value if edge is None else edge
        for name, recipe in primitive.residuals.items():
            if recipe is not None and name in values:
                values[name] = recipe(*[values[argument] for argument in _arguments(recipe)])
        return tuple(values.values())


class Primitive:
    """A NumPy function together with its derivative rules; made by `primitive` or `elementwise`.

    Called with tensors it computes, and records where a gradient is needed. Called with plain arrays
    it only computes, so that rules may use primitives too.

    Attributes:
        name: What error messages and the graph call it.
        forward: The function of arrays.
        rules: The rule of each operand, by the operand's name; None where there is no derivative.
        elementwise: Whether the operands broadcast against each other.
        view: Whether the result shares the first operand's memory where NumPy can arrange it.
        variadic: Whether it takes any number of operands, with one rule for them all.
        residuals: By-products of the forward that rules use.
        trusted: Whether it belongs to the package's own, fully tested table.
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        name: str | None,
        rules: Mapping[str, Rule | None],
        *,
        elementwise: bool = False,
        view: bool = False,
        variadic: bool = False,
        residuals: Mapping[str, Rule | None] | None = None,
    ) -> None:
        self.name = name or forward.__name__.strip("_")
        self.forward = forward
        self.rules = dict(rules)
        self.elementwise = elementwise
        self.view = view
        self.variadic = variadic
        self.residuals = dict(residuals or {})
        self.trusted = False
        # IEEE infinities and NaNs are results like any other: NumPy need not warn of them.
        self._compute = forward if view else np.errstate(all="ignore")(forward)
        self._defaults: dict[str, Any] = getattr(forward, "__kwdefaults__", None) or {}
        self._params = _keywords(forward)
        self._operands = tuple(self.rules)
        self._differentiable = any(rule is not None for rule in self.rules.values())
        self._plans: dict[tuple[int, int], Plan] = {}
        self._check_rules()

    def __repr__(self) -> str:
        return f"<primitive {self.name}({', '.join(self._operands)})>"

    def operand_name(self, position: int) -> str:
        """Return the name of the operand at `position`."""
        return f"{self._operands[0]}[{position}]" if self.variadic else self._operands[position]

    def __call__(self, *operands: Any, **params: Any) -> Any:
        """Compute; and record, if an operand needs a gradient."""
        result_type: Any = None
        needing = 0
        values: list[Any] = []
        for position, operand in enumerate(operands):
            if isinstance(operand, TensorBase):
                result_type = operand.result_type
                if operand._view is not None:
                    operand.follow_base()
                if operand._requires_grad:
                    needing |= 1 << position
                values.append(operand._data)
            else:
                values.append(operand)
        if result_type is not None and self.view:
            values[0] = operands[0].owned_array()
        data = self._compute(*values, **params)
        extras: Sequence[Any] = ()
        if self.residuals:
            data, *extras = data
        if result_type is None:
            return data
        tensor = result_type.wrap(data)
        if needing and self._differentiable and recording.get():
            tensor._node = self._record(needing, operands, values, tensor, extras, params)
            tensor._requires_grad = True
        if self.view and np.may_share_memory(values[0], data):
            self._link_view(operands[0], tensor, params)
        return tensor

    def record(self, *operands: Any, **params: Any) -> PrimitiveNode:
        """Return the node of this operation without computing it: for results that are made in place.

        Only for operations whose rules ask for no value of theirs.
        """
        needing = sum(1 << i for i, x in enumerate(operands) if isinstance(x, TensorBase) and x._requires_grad)
        return self._record(needing, operands, [x._data for x in operands], operands[0], (), params)

    def _record(
        self,
        needing: int,
        operands: Sequence[Any],
        values: list[Any],
        result: TensorBase,
        extras: Sequence[Any],
        params: Mapping[str, Any],
    ) -> PrimitiveNode:
        """Return the node of a call. Bit i of `needing` is set if operand i needs a gradient."""
        plan = self._plans.get((needing, len(operands)))
        if plan is None:
            plan = self._plans[needing, len(operands)] = self._make_plan(needing, len(operands))
        node = new(PrimitiveNode)
        node.primitive = self
        node.plan = plan
        node.edges = tuple([operands[i].edge() for i in plan.differentiable])
        node.shapes = self._shapes_to_check(values, result._data, plan)
        node.hooks = None
        if plan.sources:
            stamps = [x._stamp if isinstance(x, TensorBase) else _UNCHANGING for x in (*operands, result)]
            pool = [*values, result._data]
            if not plan.short:
                pool += self._long_pool(values, extras, params)
                stamps += [_UNCHANGING] * (len(pool) - len(stamps))
            node.saved = plan.take(pool)
            node.stamps = plan.take(stamps)
        else:
            node.saved = node.stamps = ()
        node.order = clock()
        return node

    def _shapes_to_check(self, values: list[Any], result: Any, plan: Plan) -> Any:
        """Return the operands' shapes, or None if every gradient has the result's shape for sure."""
        if self.elementwise and self.trusted:
            shape = result.shape
            for i in plan.differentiable:
                if values[i].shape != shape:
                    break
            else:
                return None
        return tuple([values[i].shape for i in plan.differentiable])

    def _long_pool(self, values: list[Any], extras: Sequence[Any], params: Mapping[str, Any]) -> list[Any]:
        known = {**self._defaults, **params}
        shapes = [np.shape(value) for value in values]
        return [*extras, *[known.get(name) for name in self._params], *([shapes] if self.variadic else shapes)]

    def _make_plan(self, needing: int, count: int) -> Plan:
        """Work out, once for each choice of operands, what its rules make a call save."""
        differentiable = tuple(i for i in range(count) if needing >> i & 1)
        if self.variadic:
            rules = list(self.rules.values())
            pool_names = [self.operand_name(i) for i in range(count)]
            shape_names = [f"{self._operands[0]}_shape"]
        else:
            rules = [self.rules[self._operands[i]] for i in differentiable]
            pool_names = list(self._operands[:count])
            shape_names = [f"{name}_shape" for name in pool_names]
        pool_names += ["out"]
        short = len(pool_names)
        pool_names += [*self.residuals, *self._params, *shape_names]
        for position, rule in zip(differentiable, rules, strict=False):
            if rule is None:
                raise RuntimeError(
                    f"{self.name}: operand {self.operand_name(position)!r} requires a gradient, but this operation "
                    f"has no derivative with respect to it; pass {self.operand_name(position)}.detach() instead"
                )
        sources: list[str] = []
        for rule in rules:
            for argument in _arguments(rule)[1:]:
                recipe = self.residuals.get(argument)
                sources += [argument] if recipe is None else [argument, *_arguments(recipe)]
        sources = list(dict.fromkeys(sources))
        positions = [pool_names.index(name) for name in sources]
        return Plan(
            differentiable=differentiable,
            sources=tuple(sources),
            take=_picker(positions),
            short=all(position < short for position in positions),
            calls=tuple((rule, tuple(map(sources.index, _arguments(rule)[1:]))) for rule in rules),
        )

    def _check_rules(self) -> None:
        """Refuse, when the primitive is defined, a rule that asks for a name that doesn't exist."""
        known = {"out", *self.residuals, *self._params, *(f"{name}_shape" for name in self._operands)}
        if not self.variadic:
            known |= set(self._operands)
        for operand, rule in self.rules.items():
            if rule is None:
                continue
            first, *others = _arguments(rule) or [""]
            if first != "g":
                raise TypeError(
                    f"primitive {self.name}: the rule for {operand!r} must take the upstream gradient 'g' as its "
                    f"first argument, got ({', '.join(_arguments(rule))})"
                )
            for name in others:
                if name not in known:
                    raise TypeError(
                        f"primitive {self.name}: the rule for {operand!r} asks for {name!r}, which is none of "
                        + ", ".join(sorted(known))
                    )

    def _link_view(self, operand: Any, result: TensorBase, params: Mapping[str, Any]) -> None:
        """Note that `result` looks into `operand`'s memory."""
        step = partial(self, **params)
        above = operand._view
        result._stamp = operand._stamp
        result._view = View(operand, (step,)) if above is None else View(above.base, (*above.steps, step))


def primitive(
    forward: Callable[..., Any],
    /,
    *,
    name: str | None = None,
    view: bool = False,
    variadic: bool = False,
    residuals: Mapping[str, Rule | None] | None = None,
    **rules: Rule | None,
) -> Primitive:
    """Make a differentiable operation out of a NumPy function and its derivatives.

    Args:
        forward: A function of arrays (the operands, by position) and keyword-only settings.
        name: The operation's name; by default that of `forward`.
        view: True if the result shares the memory of the first operand.
        variadic: True if it takes any number of operands; the one rule then returns a sequence of
            gradients, and ``x_shape`` is the list of all their shapes.
        residuals: By-products for the rules: `forward` then returns them after the result. Each
            comes with the recipe that computes it from operands (a function whose argument names
            say which), used for higher orders; None if it is constant wherever it is defined.
        rules: For each operand, in order, the rule of its derivative, or None if it has none.

    Returns:
        The operation: call it with tensors.

    Raises:
        TypeError: If a rule doesn't take ``g`` first or asks for something unknown.

    Source: the derivative table of this project, ``ops/``; PyTorch's derivatives.yaml has the idea.

    Example:
        >>> import numpy as np
        >>> import tinygrad_edu as tg
        >>> from tinygrad_edu.autograd import primitive
        >>> scale = primitive(lambda x, *, by: x * by, name="scale", x=lambda g, by: g * by)
        >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
        >>> scale(x, by=3.0).sum().backward()
        >>> x.grad
        tensor([3., 3.])
    """
    return Primitive(forward, name, rules, view=view, variadic=variadic, residuals=residuals)


def elementwise(forward: Callable[..., Any], /, *, name: str | None = None, **rules: Rule | None) -> Primitive:
    """Make a differentiable operation that works element by element and broadcasts its operands.

    The rules are as in `primitive`; each may return a gradient of the result's shape, and the engine
    sums it to the operand's.

    Example:
        >>> import numpy as np
        >>> import tinygrad_edu as tg
        >>> from tinygrad_edu.autograd import elementwise
        >>> cube = elementwise(lambda x: x**3, name="cube", x=lambda g, x: g * 3 * x**2)
        >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
        >>> cube(x).sum().backward()
        >>> x.grad
        tensor([ 3., 12.])
    """
    return Primitive(forward, name, rules, elementwise=True)


def constant(x: Any) -> Any:
    """Return the values of `x`, an array or a tensor, as an array: for what has no derivative, as masks."""
    return x._data if isinstance(x, TensorBase) else x


def sum_to(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Sum `g` over the directions in which an array of `shape` was stretched to the shape of `g`."""
    extra = g.ndim - len(shape)
    stretched = tuple(i for i in range(g.ndim) if i < extra or (shape[i - extra] == 1 != g.shape[i]))
    return np.add.reduce(g, axis=stretched).reshape(shape)


def _picker(positions: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return a function that picks `positions` out of a sequence, as a tuple."""
    if len(positions) == 1:
        only = positions[0]
        return lambda pool: (pool[only],)
    return itemgetter(*positions) if positions else lambda pool: ()


def _arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the positional arguments of a Python function."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


def _keywords(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the keyword-only arguments of a function; () for one of NumPy's own."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ()
    return tuple(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
