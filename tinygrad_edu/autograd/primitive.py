"""Primitives: an operation is a NumPy function with its derivatives written beside it.

    exp = elementwise(np.exp, x=lambda g, out: g * out)
    mul = elementwise(operator.mul, x=lambda g, y: g * y, y=lambda g, x: g * x)

Each keyword names an operand, in order, and gives its *rule*: a function of the upstream gradient
``g`` that returns the gradient with respect to that operand. What else a rule's arguments name is
what the graph keeps for it, and nothing else is kept:

    an operand's name (``x``)      its value
    ``out``                        the result
    ``x_shape``, ``x_dtype``       the shape, the dtype of operand ``x``
    a keyword of the forward       its value (``dim``, ``keepdim``, …)
    a residual's name              a by-product of the forward (see `primitive`)
    the name of what is shared     a value on the way back that several rules begin with (see `primitive`)

**One rule serves every order.** In a first-order backward the rules get plain arrays and run at
NumPy's speed. With ``create_graph=True`` they get tensors, and the same line records a graph.

**Broadcasting** is the business of the node alone (nodes.py): an elementwise rule says ``g * y``, and
the sum over the directions in which the operand was stretched happens there. A rule of any other
operation that returns a wrong shape is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._errors import listed
from tinygrad_edu._numpy_warnings import ignoring_errors
from tinygrad_edu.autograd.calls import written_call
from tinygrad_edu.autograd.grad_mode import recording
from tinygrad_edu.autograd.graph import UNCHANGING, Edge, Stamp, TensorBase, View, clock
from tinygrad_edu.autograd.nodes import FittingNode, PrimitiveNode
from tinygrad_edu.autograd.plans import Plan, Rule, check_rules, keywords
from tinygrad_edu.autograd.widening import is_half, widened

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["Primitive", "elementwise", "primitive"]


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
        shared: What several rules begin with on the way back.
        widens: Whether it computes in float32 where it gets float16 (see widening.py).
        trusted: Whether it belongs to the package's own table, whose rules are tested: results need less checking.
        params: The names of the forward's settings.
        defaults: The values of those that have one.
        differentiable: Whether it has any rule.
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
        shared: Mapping[str, Rule] | None = None,
        widens: bool = False,
    ) -> None:
        self.name = name or forward.__name__.strip("_")
        self.forward = forward
        self.widens = widens
        self.rules = dict(rules)
        self.elementwise = elementwise
        self.view = view
        self.variadic = variadic
        self.residuals = dict(residuals or {})
        self.shared = dict(shared or {})
        self.trusted = False
        self.defaults: dict[str, Any] = getattr(forward, "__kwdefaults__", None) or {}
        self.params = keywords(forward)
        self.operands = tuple(self.rules)
        self.differentiable = any(rule is not None for rule in self.rules.values())
        self.plans: dict[Any, Plan] = {}
        check_rules(self)

    def __repr__(self) -> str:
        return f"<primitive {self.name}({', '.join(self.operands)})>"

    def write_call(self) -> None:
        """Give it a call of its own (see calls.py): and so a class of its own, for Python looks for calls there."""
        call = staticmethod(written_call(self))
        self.__class__ = type("Primitive", (Primitive,), {"__call__": call, "__doc__": self.__doc__})

    def computation(self, values: Sequence[Any]) -> Callable[..., Any]:
        """The forward as a call with those operands runs it."""
        return widened(self.forward) if self.widens and any(map(is_half, values)) else self.forward

    def rules_changed(self) -> None:
        """Forget what was worked out from the rules."""
        self.plans.clear()
        self.__class__ = Primitive

    def operand_name(self, position: int) -> str:
        """The name of the operand at `position`."""
        return f"{self.operands[0]}[{position}]" if self.variadic else self.operands[position]

    def __call__(self, *operands: Any, **params: Any) -> Tensor:
        """Compute; and record, if an operand needs a gradient.

        The result is typed as callers know it. Of arrays alone, as in a rule, it is an array.
        """
        if self.trusted and not self.variadic:  # the first call of one of the table
            self.write_call()
            return self(*operands, **params)
        if not self.trusted and len(operands) > len(self.operands) and not self.variadic:
            raise TypeError(
                f"{self.name}: called with {len(operands)} operands, but rules are stated for {len(self.operands)}: "
                f"{listed(self.operands) or 'none'}; state one for each, in the order of the operands, such as "
                "y=lambda g: g, or y=None if it has no derivative"
            )
        if self.view and isinstance(operands[0], TensorBase):
            operands[0].owned_array()  # a number has no memory to share
        values: list[Any] = []
        stamps: list[Stamp] = []
        edges: list[Edge] = []
        needing, bit = 0, 1  # bit i of `needing` says whether operand i needs a gradient
        has_tensor = False
        for operand in operands:
            if isinstance(operand, TensorBase):
                has_tensor = True
                if operand._view is not None:
                    operand.follow_base()
                if operand._requires_grad:
                    needing += bit
                    edges.append(operand._node or operand)
                values.append(operand._data)
                stamps.append(operand._stamp)
            else:
                values.append(operand)
                stamps.append(UNCHANGING)
            bit += bit
        out = ignoring_errors().run(self.computation(values), *values, **params)
        by_products: Sequence[Any] = ()
        if self.residuals:
            out, *by_products = out
        if not self.trusted and isinstance(out, (list, tuple)):
            raise TypeError(
                f"{self.name}: forward returned a {type(out).__name__} of {len(out)}, wanted one array; several "
                "results take a Function, whose forward returns a tuple of tensors"
            )
        if not has_tensor:  # a rule's call in a first-order backward
            array: Tensor = out
            return array
        result: Tensor = TensorBase.result_type.wrap(out)
        if needing and self.differentiable and recording.get():
            result._node = self._node(needing, edges, [*values, out], [*stamps, result._stamp], by_products, params)
            result._requires_grad = True
        if self.view and (np.may_share_memory(values[0], out) or not out.size):
            self.link_view(operands[0], result, **params)
        return result

    def record(self, *operands: Any, **params: Any) -> PrimitiveNode:
        """The node of this operation, which is not computed: for results that are made in place.

        Only for operations whose rules ask for no value of theirs.
        """
        needing = sum(1 << i for i, x in enumerate(operands) if x._requires_grad)
        edges = [x.edge() for x in operands if x._requires_grad]
        values = [x._data for x in operands]
        return self._node(needing, edges, [*values, values[0]], [UNCHANGING] * (len(values) + 1), (), params)

    def plan(self, needing: int, count: int) -> Plan:
        """The plan for those of `count` operands that need a gradient (bit i for operand i)."""
        key = (needing, count) if self.variadic else needing
        plan = self.plans.get(key)
        if plan is None:
            plan = self.plans[key] = Plan(self, needing, count)
        return plan

    def _node(
        self,
        needing: int,
        edges: list[Edge],
        pool: list[Any],
        stamps: list[Stamp],
        by_products: Sequence[Any],
        params: Mapping[str, Any],
    ) -> PrimitiveNode:
        """The node of a call: `pool` has the values of the operands and the result, `stamps` has their stamps."""
        *shapes, shape = [getattr(value, "shape", ()) for value in pool]
        stretched = self.elementwise and shapes.count(shape) < len(shapes)
        node: PrimitiveNode
        if stretched or self.variadic or not self.trusted:
            node = fitting = FittingNode()
            fitting.shapes = shapes if stretched or not self.elementwise else ()
        else:
            node = PrimitiveNode()
        node.plan = plan = self.plan(needing, len(shapes))
        node.edges = edges
        node.hooks = None
        if plan.asks_for_more:
            dtypes = [getattr(x, "dtype", None) for x in pool[:-1]] if plan.asks_for_dtypes else []
            pool += [*by_products, *map({**self.defaults, **params}.get, self.params)]
            pool += [shapes] if self.variadic else shapes
            pool += dtypes
        node.saved = plan.pick(pool)
        node.stamps = plan.pick_stamps(stamps)
        node.order = clock()
        return node

    def link_view(self, operand: Any, result: TensorBase, /, **params: Any) -> None:
        """Note that `result` looks into `operand`'s memory."""
        step = partial(self, **params)
        above = operand._view
        result._stamp = operand._stamp
        result._view = View(operand, ((), step)) if above is None else View(above.base, (above.steps, step))


def primitive(
    forward: Callable[..., Any],
    /,
    *,
    name: str | None = None,
    view: bool = False,
    variadic: bool = False,
    residuals: Mapping[str, Rule | None] | None = None,
    shared: Mapping[str, Rule] | None = None,
    widens: bool = False,
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
        shared: Values on the way back that several rules begin with, by name: each is a function of ``g`` and of what
            rules may ask for, and is computed once for all the rules whose arguments name it.
        widens: True to compute in float32 where float16 is given, the rules too, and to round each result once.
        rules: For each operand, in order, the rule of its derivative, or None if it has none.

    Returns:
        The operation: call it with tensors.

    Raises:
        TypeError: If a rule doesn't take ``g`` first or asks for something unknown.

    Source: the derivative table of this project, ``ops/``; PyTorch's derivatives.yaml has the idea.

    >>> from tinygrad_edu.autograd import primitive
    >>> scale = primitive(lambda x, *, by: x * by, name="scale", x=lambda g, by: g * by)
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> scale(x, by=3.0).sum().backward()
    >>> x.grad
    tensor([3., 3.])
    """
    return Primitive(
        forward, name, rules, view=view, variadic=variadic, residuals=residuals, shared=shared, widens=widens
    )


def elementwise(
    forward: Callable[..., Any],
    /,
    *,
    name: str | None = None,
    residuals: Mapping[str, Rule | None] | None = None,
    widens: bool = False,
    **rules: Rule | None,
) -> Primitive:
    """Make a differentiable operation that works element by element and broadcasts its operands.

    Rules, `residuals` and `widens` are as in `primitive`; each rule may return a gradient of the result's shape,
    and the engine sums it to the operand's.

    >>> from tinygrad_edu.autograd import elementwise
    >>> cube = elementwise(lambda x: x**3, name="cube", x=lambda g, x: g * 3 * x**2)
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> cube(x).sum().backward()
    >>> x.grad
    tensor([ 3., 12.])
    """
    return Primitive(forward, name, rules, elementwise=True, residuals=residuals, widens=widens)
