"""The call of an operation of the package's own table, written out for exactly that operation.

`Primitive.__call__` serves any operation: it loops over operands, asks for settings and residuals by name, and
wonders about views. On small tensors that takes longer than the computation: without this file W4 takes twice its
time, and W3 a third more. So each operation of the table gets a function that does the same and nothing that this
operation doesn't need, as `dataclasses` writes each class its own ``__init__``. That of ``exp`` is

    def exp(x):
        needing = 0
        if isinstance(x, Tensor):
            if x._view is not None:
                x.follow_base()
            x_value, x_stamp = x._data, x._stamp
            if x._requires_grad:
                needing += 1
        else:
            return ignoring_errors().run(forward, x)  # a rule's call in a first-order backward
        out = ignoring_errors().run(forward if x_stamp is UNCHANGING or x_value.nbytes < LARGE else in_room, x_value)
        result = new(Tensor)
        result._data = out
        result._stamp = out_stamp = [0] if type(out) is ndarray else UNCHANGING
        result._grad = result._hooks = result._view = None
        if not (needing and recording()):
            result._node, result._requires_grad = None, False
            return result
        node = PrimitiveNode()
        result._node, result._requires_grad = node, True
        if needing == 1:
            node.plan = plan_1
            node.edges = (x._node or x,)
            node.saved = (out,)
            node.stamps = () if out_stamp is UNCHANGING else (out_stamp,)
        node.hooks = None
        node.order = clock()
        return result

and `source` returns that of any.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._large_arrays import LARGE, into_room
from tinygrad_edu._numpy_warnings import ignoring_errors
from tinygrad_edu.autograd.grad_mode import recording
from tinygrad_edu.autograd.graph import UNCHANGING, TensorBase, clock, new
from tinygrad_edu.autograd.nodes import FittingNode, PrimitiveNode
from tinygrad_edu.autograd.plans import Plan
from tinygrad_edu.autograd.widening import HALF, is_half, widened

if TYPE_CHECKING:
    from tinygrad_edu.autograd.primitive import Primitive

__all__ = ["source", "written_call"]


def written_call(primitive: Primitive) -> Callable[..., Any]:
    """The function that computes and records a call of `primitive`, which has a fixed number of operands."""
    names = {
        "FittingNode": FittingNode,
        "PrimitiveNode": PrimitiveNode,
        "Tensor": TensorBase.result_type,
        "UNCHANGING": UNCHANGING,
        "clock": clock,
        "forward": primitive.forward,
        "LARGE": LARGE,
        "half": HALF,
        "ignoring_errors": ignoring_errors,
        "is_half": is_half,
        "link_view": primitive.link_view,
        "may_share_memory": np.may_share_memory,
        "ndarray": ndarray,
        "new": new,
        "primitive": primitive,
        "recording": recording.get,
    }
    if primitive.widens:
        names["wide_forward"] = widened(primitive.forward)
    elif ufunc := _ufunc(primitive):
        names["in_room"] = into_room(ufunc)
    names |= {f"default_{name}": value for name, value in primitive.defaults.items()}
    names |= {f"plan_{needing}": plan for needing, plan in _plans(primitive).items()}
    exec(compile(source(primitive), f"<call of {primitive.name}>", "exec"), names)
    call: Callable[..., Any] = names[primitive.name]
    return call


def source(primitive: Primitive) -> str:
    """The text of that function."""
    operands, settings, plans = primitive.operands, primitive.params, _plans(primitive)
    signature = [*operands, *(["*"] if settings else [])]
    signature += [f"{name}=default_{name}" if name in primitive.defaults else name for name in settings]
    text = f"def {primitive.name}({', '.join(signature)}):\n    needing = 0\n"
    text += "    compute = forward\n" if primitive.widens else ""
    stamped = {name for plan in plans.values() for name in plan.stamped}
    if _ufunc(primitive):
        stamped.add(operands[0])  # numbers have a stamp in common, and so show most quickly that they aren't large
    for place, x in enumerate(operands):
        owned = f"        {x}.owned_array()\n" if primitive.view and not place else ""
        of_constants = "" if place else _of_constants(primitive)
        text += _read(x, 1 << place, owned, x in stamped, *_ways(primitive, x), of_constants)
    text += _compute(primitive)
    for number, (needing, plan) in enumerate(plans.items()):
        text += f"    {'elif' if number else 'if'} needing == {needing}:\n" + _save(plan, needing)
    if None in primitive.rules.values() and plans:
        text += f"    else:\n        primitive.plan(needing, {len(operands)})  # which says for what there is no rule\n"
    return text + "    node.hooks = None\n    node.order = clock()\n    return result\n"


def _plans(primitive: Primitive) -> dict[int, Plan]:
    """The plan of each choice of operands that have rules, all of them first."""
    count = len(primitive.operands)
    without = sum(1 << place for place, rule in enumerate(primitive.rules.values()) if rule is None)
    choices = range((1 << count) - 1, 0, -1)
    return {needing: primitive.plan(needing, count) for needing in choices if not needing & without}


def _read(
    x: str, bit: int, owned: str, stamped: bool, way_of_tensor: str, way_of_constant: str, of_constants: str
) -> str:
    """Take the value of an operand, and its stamp if a rule asks for the value; note whether it needs a gradient.

    And choose the way to compute, where there are several; what comes `of_constants` alone the first operand sees.
    What is looked into must be `owned` first: a number has no memory to share.
    """
    value_and_stamp = f"{x}_value, {x}_stamp" if stamped else f"{x}_value"
    of_tensor, of_constant = (f"{x}._data, {x}._stamp", f"{x}, UNCHANGING") if stamped else (f"{x}._data", x)
    text = f"""\
    if isinstance({x}, Tensor):
{owned}\
        if {x}._view is not None:
            {x}.follow_base()
        {value_and_stamp} = {of_tensor}
{way_of_tensor}\
        if {x}._requires_grad:
            needing += {bit}
    else:
{of_constants}"""
    if of_constants.lstrip().startswith("return"):  # there is no other operand
        return text
    return text + f"        {value_and_stamp} = {of_constant}\n{way_of_constant}"


def _of_constants(primitive: Primitive) -> str:
    """The call of a rule in a first-order backward, of arrays and numbers alone: there is nothing to record."""
    operands = primitive.operands
    no_tensors = " or ".join(f"isinstance({x}, Tensor)" for x in operands[1:])
    compute = f"wide_forward if {' or '.join(f'is_half({x})' for x in operands)} else forward"
    inputs = [*operands, *(f"{name}={name}" for name in primitive.params)]
    indent = "    " if no_tensors else ""
    result = _run(primitive, compute if primitive.widens else "forward", inputs)
    result += "[0]" if primitive.residuals else ""
    text = f"        {indent}return {result}  # a rule's call in a first-order backward\n"
    return (f"        if not ({no_tensors}):\n" if no_tensors else "") + text


def _run(primitive: Primitive, compute: str, inputs: Iterable[str]) -> str:
    """The call of the forward; a view computes nothing, and so nothing overflows."""
    if primitive.view:
        return f"{compute}({', '.join(inputs)})"
    return f"ignoring_errors().run({', '.join([compute, *inputs])})"


def _ways(primitive: Primitive, x: str) -> tuple[str, str]:
    """The lines that choose to widen, for an operand that is a tensor, and for one that is none."""
    if not primitive.widens:
        return "", ""
    conditions = f"{x}_value.dtype == half", f"is_half({x}_value)"
    of_tensor, of_constant = (f"        if {each}:\n            compute = wide_forward\n" for each in conditions)
    return of_tensor, of_constant


_UFUNCS: dict[Any, np.ufunc] = {  # of Python's operators, which are faster for numbers
    operator.abs: np.absolute,
    operator.add: np.add,
    operator.mul: np.multiply,
    operator.neg: np.negative,
    operator.sub: np.subtract,
    operator.truediv: np.divide,
}


def _ufunc(primitive: Primitive) -> np.ufunc | None:
    """The function of NumPy's that is the whole forward, if its results are numbers like the operands."""
    ufunc = _UFUNCS.get(primitive.forward, primitive.forward)
    return ufunc if isinstance(ufunc, np.ufunc) and {"f->f", "ff->f"}.intersection(ufunc.types) else None


def _compute(primitive: Primitive) -> str:
    """Run the forward; unless a gradient is needed that is all, else there is a node."""
    operands = primitive.operands
    inputs = [*(f"{x}_value" for x in operands), *(f"{name}={name}" for name in primitive.params)]
    compute = "compute" if primitive.widens else "forward"
    if _ufunc(primitive):
        x = operands[0]
        compute = f"forward if {x}_stamp is UNCHANGING or {x}_value.nbytes < LARGE else in_room"
    node = "    node = PrimitiveNode()\n"
    if primitive.elementwise and len(operands) > 1:
        stretched = [f"needing & {1 << i} and {x}_value.shape != out.shape" for i, x in enumerate(operands)]
        node = f"""\
    if out_stamp is not UNCHANGING and ({" or ".join(stretched)}):  # a number is the result of numbers
        node = FittingNode()
        node.shapes = {_tuple(map(_shape, operands))}
    else:
        node = PrimitiveNode()
"""
    link = f"""\
    if may_share_memory({operands[0]}_value, out) or not out.size:
        link_view({", ".join([operands[0], "result", *(f"{name}={name}" for name in primitive.params)])})
"""
    return f"""\
    {", ".join(["out", *primitive.residuals])} = {_run(primitive, compute, inputs)}
    result = new(Tensor)
    result._data = out
    result._stamp = out_stamp = [0] if type(out) is ndarray else UNCHANGING
    result._grad = result._hooks = result._view = None
{link if primitive.view else ""}\
    if not ({"needing" if primitive.differentiable else "False"} and recording()):
        result._node, result._requires_grad = None, False
        return result
{node}\
    result._node, result._requires_grad = node, True
"""


def _save(plan: Plan, needing: int) -> str:
    """Give the node what its plan says; no stamps where only numbers were saved, which leaves less to collect."""
    primitive = plan.primitive
    values = {x: f"{x}_value" for x in primitive.operands} | {f"{x}_shape": _shape(x) for x in primitive.operands}
    values |= {f"{x}_dtype": f'getattr({x}_value, "dtype", None)' for x in primitive.operands}
    stamps = [f"{name}_stamp" for name in plan.stamped]
    only_numbers = f"() if {' is '.join(stamps)} is UNCHANGING else " if primitive.elementwise and stamps else ""
    return f"""\
        node.plan = plan_{needing}
        node.edges = {_tuple(f"{primitive.operands[i]}._node or {primitive.operands[i]}" for i in plan.positions)}
        node.saved = {_tuple(values.get(name, name) for name in plan.names)}
        node.stamps = {only_numbers}{_tuple(stamps)}
"""


def _shape(x: str) -> str:
    return f'getattr({x}_value, "shape", ())'


def _tuple(items: Iterable[str]) -> str:
    return f"({''.join(f'{item}, ' for item in items).rstrip()})"
