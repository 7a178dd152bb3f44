"""What anomaly detection watches, and what it tells; loaded when `anomaly_mode` is first turned on.

Watched are the calls of operations, to note the line that called each and whether its result is the first that isn't
finite, and the way back through nodes, to notice what makes a NaN or an infinity out of finite numbers. For that the
methods of their classes are replaced, and put back when the detection ends.

An infinity alone is no error: masks are made of them. A NaN in a gradient is, and then the story is told from its
beginning: ``0 * inf`` is NaN at one node, but the infinity came from another.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from tinygrad_edu.autograd.function import Function, FunctionNode
from tinygrad_edu.autograd.graph import Node, Slots, TensorBase, constant
from tinygrad_edu.autograd.nodes import FittingNode, PrimitiveNode
from tinygrad_edu.autograd.placed import whole
from tinygrad_edu.autograd.primitive import Primitive

__all__ = ["watch"]

SMALL = "add a small number before it"
DIVISION = "a division by 0; add a small number to the divisor"
EDGE = "the slope at -1 and 1 is infinite; clamp to a little less before it"
FEW = "the variance of a single value is 0 / 0; take more values, or correction=0"
TOO_LARGE = (
    "numbers have outgrown their type; a smaller learning rate, gradients clipped with nn.utils.clip_grad_norm_ or "
    "inputs scaled to about 1 keep them small"
)
ZERO = (
    "0 times an infinity: a gradient of 0 has come, as for the branch that where() doesn't choose, and the slope is "
    "infinite; replace the input by a harmless one before this operation, too: where(x > 0, x, 1).log()"
)
CAUSES = {
    "log": "log of 0 is -inf and its slope infinite, log of less is NaN; clamp(min=1e-9) before it; of probabilities, "
    "log_softmax, logsigmoid or a loss of logits compute both steps in one",
    "sqrt": f"the slope of sqrt at 0 is infinite, and of less there is no root; {SMALL}: (x + 1e-8).sqrt()",
    "exp": "exp of a large number is infinite; softmax, logsumexp and the losses of logits subtract the largest first",
    "pow": f"a power of 0 or of a negative number that has no finite slope; {SMALL}, or clamp",
    **dict.fromkeys(("rsqrt", "norm"), f"at 0 there is no finite slope; {SMALL}"),
    **dict.fromkeys(("div", "reciprocal"), DIVISION),
    **dict.fromkeys(("acos", "asin", "atanh", "erfinv"), EDGE),
    **dict.fromkeys(("var", "std", "var_mean", "std_mean"), FEW),
}

_PACKAGE = __name__.partition(".")[0]
CAME = "the gradient that came"
_FRAMES = 4  # how many lines of the user's are told, the innermost last


class Call(NamedTuple):
    """Where an operation was called, and what it made of finite numbers that isn't finite, if so."""

    lines: Sequence[tuple[str, int, str]]
    fault: str


class Beginning(NamedTuple):
    """Where a gradient has first become infinite: the node, and the values there."""

    node: Node
    fault: str


_calls: WeakKeyDictionary[Node, Call] = WeakKeyDictionary()
_infinite: WeakKeyDictionary[Node, Beginning] = WeakKeyDictionary()  # at the nodes where the infinity arrives
_replaced: list[tuple[type, str, Any]] = []
_check: dict[str, bool] = {"nan": True}


def watch(enabled: bool, check_nan: bool) -> None:
    """Begin to watch, or end it."""
    _check["nan"] = check_nan
    if enabled and not _replaced:
        classes: list[type] = [Primitive, *Primitive.__subclasses__()]
        for each in classes:
            _watch_calls(each)
        _replace(Primitive, "write_call", _watching_what_is_written(Primitive.write_call))
        _replace(Function, "apply", classmethod(_watching_apply(vars(Function)["apply"].__func__)))
        for node in (PrimitiveNode, FittingNode, FunctionNode):
            _replace(node, "pull", _watching_pull(node.pull))
    elif not enabled:
        while _replaced:
            owner, name, before = _replaced.pop()
            setattr(owner, name, before)
        _calls.clear()
        _infinite.clear()


def _replace(owner: type, name: str, by: Any) -> None:
    _replaced.append((owner, name, vars(owner)[name]))
    setattr(owner, name, by)


def _watch_calls(owner: type) -> None:
    call = vars(owner)["__call__"]
    written = isinstance(call, staticmethod)
    function = call.__func__ if written else call

    def watched(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if isinstance(result, TensorBase) and result._node is not None:
            _note(result._node, result, args)
        return result

    _replace(owner, "__call__", staticmethod(watched) if written else watched)


def _watching_what_is_written(write_call: Callable[[Any], None]) -> Callable[[Any], None]:
    def watched(self: Any) -> None:
        write_call(self)
        _watch_calls(type(self))

    return watched


def _watching_apply(apply: Callable[..., Any]) -> Callable[..., Any]:
    def watched(cls: Any, *args: Any, **kwargs: Any) -> Any:
        results = apply(cls, *args, **kwargs)
        for each in results if isinstance(results, tuple) else (results,):
            node = getattr(each, "_node", None)
            if node is not None:
                _note(node if isinstance(node, FunctionNode) else node.edges[0], each, args)
        return results

    return watched


def _note(node: Node, result: TensorBase, operands: Sequence[Any]) -> None:
    fault = ""
    if not _is_finite(result._data) and all(map(_is_finite, map(constant, operands))):
        parts = [each for each in map(constant, operands) if isinstance(each, (np.ndarray, np.generic))]
        fault = _values_at(result._data, {f"operand {number}": part for number, part in enumerate(parts)})
    _calls[node] = Call(_user_lines(), fault)


def _watching_pull(pull: Callable[..., Sequence[Any]]) -> Callable[..., Sequence[Any]]:
    def watched(self: Any, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        plan = getattr(self, "plan", None)
        kept = dict(zip(plan.names, self.saved or (), strict=False)) if plan is not None else {}
        try:
            results = pull(self, g, differentiable, retain)
        except Exception as error:
            if not hasattr(error, "__notes__"):
                error.add_note(f"In the backward of {self.name()}, {_called(self)}")
            raise
        if _check["nan"]:
            for number, (result, edge) in enumerate(zip(results, self.edges, strict=False)):
                _look_at(self, g, whole(result), number, edge, kept)
        return results

    return watched


def _look_at(node: Node, g: Any, result: Any, number: int, edge: Any, kept: dict[str, Any]) -> None:
    """Refuse a NaN in a gradient; note an infinity."""
    for value in result if isinstance(result, Slots) else (result,):
        if value is None or _is_finite(constant(value)):
            continue
        gradients = list(map(constant, g if isinstance(g, Slots) else [g]))
        finite_before = all(map(_is_finite, gradients))
        fault = _values_at(constant(value), {CAME: gradients[0]} | kept)
        beginning = Beginning(node, fault) if finite_before else _infinite.get(node, Beginning(node, fault))
        if np.isnan(constant(value)).any():
            raise RuntimeError(
                f"Function '{node.name()}' returned nan values in its {number}th output.\n"
                + _story(node, fault, beginning)
            )
        if isinstance(edge, Node):
            _infinite[edge] = beginning


def _story(node: Node, fault: str, beginning: Beginning) -> str:
    """What happened, from the first number that isn't finite on."""
    forward = [each for each in _ancestors({node, beginning.node}) if each in _calls and _calls[each].fault]
    told = []
    first = min(forward, key=lambda each: each.order) if forward else beginning.node
    if forward:
        told.append(f"It began in the forward of {first.operation}, {_called(first)}there {_calls[first].fault}.")
    elif first is not node:
        told.append(f"It began in the backward of {first.operation}, {_called(first)}there {beginning.fault}.")
    told.append(f"The NaN came in the backward of {node.operation}, {_called(node)}there {fault}.")
    cause = CAUSES.get(first.operation, TOO_LARGE)
    if first is node and f"{CAME} is 0.0" in fault:
        cause = ZERO
    elif isinstance(first, FunctionNode):
        cause = f"the {'forward' if forward else 'backward'} of {first.operation}, which isn't this package's"
    return "\n".join([*told, f"The usual cause: {cause}."])


def _ancestors(nodes: set[Node]) -> set[Node]:
    """The nodes, and all that their operands came from."""
    seen, stack = set(nodes), list(nodes)
    while stack:
        fresh = [each for each in stack.pop().edges if isinstance(each, Node) and each not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return seen


def _called(node: Node) -> str:
    """Where a node's operation was called, in the form of Python's tracebacks."""
    call = _calls.get(node)
    if call is None or not call.lines:
        return "called before the detection began (let it begin before the forward), "
    text = "called here:\n"
    for filename, line, name in reversed(call.lines):
        source = linecache.getline(filename, line).strip()
        text += f'  File "{filename}", line {line}, in {name}\n' + (f"    {source}\n" if source else "")
    return text


def _user_lines() -> list[tuple[str, int, str]]:
    """The lines outside of this package that led here, the innermost first."""
    lines: list[tuple[str, int, str]] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and len(lines) < _FRAMES:
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] not in ("", _PACKAGE):
            lines.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back
    return lines


def _is_finite(value: Any) -> bool:
    kind = getattr(value, "dtype", None)
    return kind is None or kind.kind != "f" or bool(np.isfinite(value).all())


def _values_at(result: Any, others: dict[str, Any]) -> str:
    """The first value that isn't finite, and those of the others at that place, in words."""
    result = np.asarray(result)
    bad = ~np.isfinite(result)
    place = np.unravel_index(int(np.argmax(np.isnan(result) if np.isnan(result).any() else bad)), result.shape)
    at = f" at {list(map(int, place))}" if place else ""
    words = [f"{int(np.count_nonzero(bad))} of {result.size} values not finite; the first is {result[place]!s}{at}"]
    for name, other in others.items():
        shown = np.asarray(constant(other)) if isinstance(other, (np.ndarray, np.generic, TensorBase)) else None
        if shown is not None and shown.dtype.kind in "fiub" and shown.shape in (result.shape, ()):
            words.append(f"{name} is {shown[place] if shown.shape else shown[()]!s}")
    return ", where ".join([words[0], " and ".join(words[1:])]) if words[1:] else words[0]
