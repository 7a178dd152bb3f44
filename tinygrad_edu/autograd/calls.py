"""The call of an operation of the package's own table, written out for exactly that operation.

`Primitive.__call__` serves any operation: it loops over operands, asks for settings and residuals by
name, and wonders about views. On small tensors that takes longer than the computation (benchmarks W3
and W4). So each operation of the table gets a function that does the same and nothing that this
operation doesn't need, as `dataclasses` writes each class its own ``__init__``. For ``x * y``:

    def mul(x, y):
        needing, any_tensor = 0, False
        if isinstance(x, TensorBase):
            ...
        out = ignoring_errors().run(primitive.forward, x_value, y_value)
        ...

`source` returns that text, to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu.autograd.grad_mode import recording
from tinygrad_edu.autograd.graph import UNCHANGING, TensorBase, clock, new
from tinygrad_edu.autograd.rules import Plan, PrimitiveNode

if TYPE_CHECKING:
    from tinygrad_edu.autograd.primitive import Primitive

__all__ = ["ignoring_errors", "source", "written_call"]

# Infinities and NaNs are results like any other, so forwards run without NumPy's warnings of them.
# NumPy keeps its error state in the context of contextvars; running in a copy of a context that
# ignores errors costs a quarter of entering np.errstate anew (benchmark W4).
_context = copy_context()
_context.run(np.seterr, all="ignore")
ignoring_errors = _context.copy

_OPERAND = """\
    if isinstance({x}, TensorBase):
        if {x}._view is not None:
            {x}.follow_base()
        {x}_value, {x}_stamp, any_tensor = {x}._data, {x}._stamp, True
        if {x}._requires_grad:
            needing += {bit}
    else:
        {x}_value, {x}_stamp = {x}, UNCHANGING
"""

_COMPUTE = """\
    {results} = ignoring_errors().run({inputs})
    if not any_tensor:  # a rule's call in a first-order backward
        return out
    result = new(TensorBase.result_type)
    result._data = out
    result._stamp = out_stamp = [0] if type(out) is ndarray else UNCHANGING
    result._grad = result._hooks = result._view = result._node = None
    result._requires_grad = False
    if not ({needing} and recording()):
        return result
    node = new(PrimitiveNode)
    node.hooks = node.shapes = None
"""

_SAVE = """\
    {condition} needing == {needing}:
        node.plan = plan_{needing}
        node.edges = ({edges})
        node.saved = ({saved})
        node.stamps = ({stamps})
"""

_NO_RULE = """\
    else:
        primitive.plan(needing, {count})  # says for which operand there is no rule
"""

_SHAPES = """\
    shape = out.shape
    if {stretched}:
        operands = ({values})
        node.shapes = [operands[i].shape for i in node.plan.differentiable]
"""

_NUMBERS = """\
    if {stamps} is UNCHANGING:  # numbers only: nothing to check, less to collect
        node.stamps = ()
"""

_RETURN = """\
    node.order = clock()
    result._node = node
    result._requires_grad = True
    return result
"""


def written_call(primitive: Primitive) -> Callable[..., Any]:
    """Return the function that computes and records a call of `primitive`: no view, a fixed number of operands."""
    names: dict[str, Any] = {
        "PrimitiveNode": PrimitiveNode,
        "TensorBase": TensorBase,
        "UNCHANGING": UNCHANGING,
        "clock": clock,
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
    bits = {x: 1 << place for place, x in enumerate(operands)}
    values = {x: f"{x}_value" for x in operands}
    stamps = {**{x: f"{x}_stamp" for x in operands}, "out": "out_stamp"}
    shapes = {f"{x}_shape": f'getattr({x}_value, "shape", ())' for x in operands}
    signature = [*operands, *(["*"] if settings else [])]
    signature += [f"{name}=default_{name}" if name in primitive.defaults else name for name in settings]

    text = f"def {primitive.name}({', '.join(signature)}):\n    needing, any_tensor = 0, False\n"
    text += "".join(_OPERAND.format(x=x, bit=bit) for x, bit in bits.items())
    text += _COMPUTE.format(
        results=", ".join(["out", *residuals]),
        inputs=", ".join(["primitive.forward", *values.values(), *(f"{name}={name}" for name in settings)]),
        needing="needing" if primitive.differentiable else "False",
    )
    condition = "if"
    for needing, plan in _plans(primitive).items():
        text += _SAVE.format(
            condition=condition,
            needing=needing,
            edges=_items(f"{x}._node or {x}" for x, bit in bits.items() if needing & bit),
            saved=_items({**values, **shapes}.get(name, name) for name in plan.sources),
            stamps=_items(stamps.get(name, "UNCHANGING") for name in plan.sources),
        )
        condition = "elif"
    text += _NO_RULE.format(count=len(operands)) if condition == "elif" else ""
    if primitive.elementwise and len(operands) > 1:
        stretched = " or ".join(f"(needing & {bit} and {x}_value.shape != shape)" for x, bit in bits.items())
        text += _SHAPES.format(stretched=stretched, values=_items(values.values()))
    return text + _NUMBERS.format(stamps=" is ".join(stamps.values())) + _RETURN


def _plans(primitive: Primitive) -> dict[int, Plan]:
    """Return the plan of each choice of operands that have rules, all of them first."""
    count = len(primitive.operands)
    without = sum(1 << place for place, rule in enumerate(primitive.rules.values()) if rule is None)
    choices = range((1 << count) - 1, 0, -1)
    return {needing: primitive.plan(needing, count) for needing in choices if not needing & without}


def _items(items: Iterable[str]) -> str:
    """Return the items of a tuple as they stand between its brackets."""
    return "".join(f"{item}, " for item in items).rstrip()
