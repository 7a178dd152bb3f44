"""The call of an operation of the package's own table, written out for exactly that operation.

`Primitive.__call__` serves any operation: it loops over operands, asks for settings and residuals by
name, and wonders about views. On small tensors that takes longer than the computation (benchmarks W3
and W4). So each operation of the table gets a function that does the same and nothing that this
operation doesn't need, as `dataclasses` writes each class its own ``__init__``. For ``x * y``:

    def mul(x, y):
        needing = constants = 0
        if isinstance(x, TensorBase):
            ...
        out = ignoring_errors().run(forward, x_value, y_value)
        ...

`source` returns that text, to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._numpy_warnings import ignoring_errors
from tinygrad_edu.autograd.grad_mode import recording
from tinygrad_edu.autograd.graph import UNCHANGING, TensorBase, clock, new
from tinygrad_edu.autograd.nodes import FittingNode, PrimitiveNode
from tinygrad_edu.autograd.plans import Plan

if TYPE_CHECKING:
    from tinygrad_edu.autograd.primitive import Primitive

__all__ = ["source", "written_call"]

_OPERAND = """\
    if isinstance({x}, TensorBase):
        if {x}._view is not None:
            {x}.follow_base()
        {found} = {taken}
        if {x}._requires_grad:
            needing += {bit}
    else:
        {found} = {constant}
        constants += 1
"""

_COMPUTE = """\
    {results} = ignoring_errors().run({inputs})
    if constants == {count}:  # a rule's call in a first-order backward
        return out
    result = new(Tensor)
    result._data = out
    result._stamp = out_stamp = [0] if type(out) is ndarray else UNCHANGING
    result._grad = result._hooks = result._view = None
    if not ({needing} and recording()):
        result._node, result._requires_grad = None, False
        return result
{make_node}    result._node = node
    result._requires_grad = True
    node.hooks = None
"""

_NODE = """\
    node = PrimitiveNode()
"""

_NODE_FOR_BROADCASTS = """\
    if out_stamp is not UNCHANGING and ({stretched}):  # a number is the result of numbers
        node = FittingNode()
        node.shapes = ({shapes})
    else:
        node = PrimitiveNode()
"""

_SAVE = """\
    {condition} needing == {needing}:
        node.plan = plan_{needing}
        node.edges = ({edges})
        node.saved = ({saved})
        node.stamps = {stamps}
"""

_NO_RULE = """\
    else:
        primitive.plan(needing, {count})  # says for which operand there is no rule
"""

_RETURN = """\
    node.order = clock()
    return result
"""


def written_call(primitive: Primitive) -> Callable[..., Any]:
    """Return the function that computes and records a call of `primitive`: no view, a fixed number of operands."""
    names: dict[str, Any] = {
        "FittingNode": FittingNode,
        "PrimitiveNode": PrimitiveNode,
        "Tensor": TensorBase.result_type,
        "TensorBase": TensorBase,
        "UNCHANGING": UNCHANGING,
        "clock": clock,
        "forward": primitive.forward,
        "ignoring_errors": ignoring_errors,
        "ndarray": np.ndarray,
        "new": new,
        "primitive": primitive,
        "recording": recording.get,
    }
    names |= {f"default_{name}": value for name, value in primitive.defaults.items()}
    names |= {f"plan_{needing}": plan for needing, plan in _plans(primitive).items()}
    exec(compile(source(primitive), f"<call of {primitive.name}>", "exec"), names)
    call: Callable[..., Any] = names[primitive.name]
    return call


def source(primitive: Primitive) -> str:
    """Return the text of that function."""
    operands, settings, residuals = primitive.operands, primitive.params, tuple(primitive.residuals)
    plans = _plans(primitive)
    bits = {x: 1 << place for place, x in enumerate(operands)}
    values = {x: f"{x}_value" for x in operands}
    shapes = {f"{x}_shape": f'getattr({x}_value, "shape", ())' for x in operands}
    signature = [*operands, *(["*"] if settings else [])]
    signature += [f"{name}=default_{name}" if name in primitive.defaults else name for name in settings]

    text = f"def {primitive.name}({', '.join(signature)}):\n    needing = constants = 0\n"
    for x, bit in bits.items():
        kept = any(x in plan.stamped for plan in plans.values())
        text += _OPERAND.format(
            x=x,
            bit=bit,
            found=f"{x}_value, {x}_stamp" if kept else f"{x}_value",
            taken=f"{x}._data, {x}._stamp" if kept else f"{x}._data",
            constant=f"{x}, UNCHANGING" if kept else x,
        )
    node = _NODE
    if primitive.elementwise and len(operands) > 1:
        stretched = " or ".join(f"(needing & {bit} and {values[x]}.shape != out.shape)" for x, bit in bits.items())
        node = _NODE_FOR_BROADCASTS.format(stretched=stretched, shapes=_items(shapes.values()))
    text += _COMPUTE.format(
        count=len(operands),
        results=", ".join(["out", *residuals]),
        inputs=", ".join(["forward", *values.values(), *(f"{name}={name}" for name in settings)]),
        needing="needing" if primitive.differentiable else "False",
        make_node=node,
    )
    condition = "if"
    for needing, plan in plans.items():
        text += _SAVE.format(
            condition=condition,
            needing=needing,
            edges=_items(f"{x}._node or {x}" for x, bit in bits.items() if needing & bit),
            saved=_items({**values, **shapes}.get(name, name) for name in plan.names),
            stamps=_stamps([f"{name}_stamp" for name in plan.stamped], primitive.elementwise),
        )
        condition = "elif"
    text += _NO_RULE.format(count=len(operands)) if condition == "elif" else ""
    return text + _RETURN


def _plans(primitive: Primitive) -> dict[int, Plan]:
    """Return the plan of each choice of operands that have rules, all of them first."""
    count = len(primitive.operands)
    without = sum(1 << place for place, rule in enumerate(primitive.rules.values()) if rule is None)
    choices = range((1 << count) - 1, 0, -1)
    return {needing: primitive.plan(needing, count) for needing in choices if not needing & without}


def _items(items: Iterable[str]) -> str:
    """Return the items of a tuple as they stand between its brackets."""
    return "".join(f"{item}, " for item in items).rstrip()


def _stamps(stamps: list[str], numbers: bool) -> str:
    """Return the expression for a node's stamps: none where only numbers were saved, which leaves less to collect."""
    without = f"() if {' is '.join(stamps)} is UNCHANGING else " if numbers and stamps else ""
    return f"{without}({_items(stamps)})"
