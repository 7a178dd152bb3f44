"""Operations in place: the ones with an underscore at the end.

``x.mul_(y)`` computes what ``x.mul(y)`` does, writes it into the memory of ``x``, and puts ``x`` in
the result's place in the graph. Whoever shares the memory sees the change, and the graph follows:

- a *view* that is changed changes its base: the base becomes "itself with that part overwritten";
- other views of the base find their place again when they are next used (`TensorBase.follow_base`);
- a value that an earlier operation saved is marked as changed, and backward refuses it in words.

Source: https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu.api._arguments import in_dtype
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import UNCHANGING, part_shown
from tinygrad_edu.autograd.nodes import PrimitiveNode
from tinygrad_edu.ops import indexing as ops

__all__ = ["both", "check_writable", "in_place", "method", "record_overwriting", "write"]

F = TypeVar("F", bound=Callable[..., Any])


def method(function: F) -> F:
    """The function as a method of tensors."""
    return function


def both(function: F) -> tuple[F, F]:
    """The function as a method of tensors, and as one that works in place."""
    return function, in_place(function)


def in_place(function: F) -> F:
    """The method that computes `function` of a tensor and writes the result into the tensor."""
    name = f"{function.__name__}_"

    @functools.wraps(function)
    def changing(self: Any, *args: Any, **kwargs: Any) -> Any:
        check_writable(name, self)
        return _replace(name, self, function(self, *args, **kwargs))

    changing.__name__ = changing.__qualname__ = name
    changing.__doc__ = f"Do what `{function.__name__}` does, in place: the tensor itself changes and is returned."
    return cast(F, changing)


def check_writable(operation: str, target: Any) -> None:
    """Refuse a recorded change of a leaf that requires a gradient: its gradient would lose its meaning."""
    base = target if target._view is None else target._view.base
    if is_grad_enabled() and base._requires_grad and base._node is None:
        what = "a view of a leaf" if base is not target else "a leaf"
        raise RuntimeError(
            f"{operation}: {describe(target)} is {what} tensor that requires a gradient and can't be changed in place "
            "while recording; do it inside 'with tinygrad_edu.no_grad():', or compute a new tensor"
        )


def _replace(operation: str, target: Any, result: Any) -> Any:
    """Write `result`, computed from `target`, into its memory and put `target` in its place in the graph."""
    data, values = target._data, result._data
    if values.shape != data.shape:
        raise RuntimeError(
            f"{operation}: the result has shape {values.shape}, which doesn't fit into {describe(target)} in place"
        )
    result = _converted(operation, result, target)
    if result._requires_grad:
        _keep_old_values(result._node, data)
        if target._view is None:
            target.become_result_of(result._node)
        else:
            record_overwriting(target, result)
    write(operation, target, result._data)
    return target


def record_overwriting(target: Any, values: Any) -> None:
    """Make the graph say: `target` (or the part of its base that it shows) now holds `values`."""
    view = target._view
    base, steps = (target, ()) if view is None else (view.base, view.steps)
    node = ops.overwrite.record(base, values, part=functools.partial(part_shown, steps))
    base.become_result_of(node)


def _converted(operation: str, values: Any, target: Any) -> Any:
    """A tensor of values in the dtype of `target`, unless that would change their kind."""
    source, wanted = values._data.dtype, target._data.dtype
    if source == wanted:
        return values
    if dtypes.of_higher_kind(source, wanted):
        raise RuntimeError(
            f"{operation}: the result is {source.name} and can't be put into {describe(target)} in place; "
            "use the form without the underscore"
        )
    return in_dtype(values, wanted)


def write(operation: str, target: Any, values: Any) -> None:
    """Write values into the memory of `target`, with an error in words where that can't be done."""
    try:
        target.write(values)
    except ValueError:
        data = target._data
        why = (
            "its memory is read-only or shown several times (it was expanded); use .clone() first"
            if not data.flags.writeable
            else f"values of shape {np.shape(values)} don't broadcast to it"
        )
        raise RuntimeError(f"{operation}: can't write into {describe(target)}: {why}") from None


def _keep_old_values(node: Any, data: Any) -> None:
    """Give the node a copy of what it saved from the memory that is about to change."""
    if not isinstance(node, PrimitiveNode) or not node.saved or not isinstance(data, np.ndarray):
        return
    saved = dict(zip(node.plan.names, node.saved, strict=True))
    held = {  # an empty array shares no memory, but the stamp
        name
        for name, value in saved.items()
        if isinstance(value, np.ndarray) and (value.size == 0 or np.may_share_memory(value, data))
    }
    if held:
        node.saved = tuple(value.copy() if name in held else value for name, value in saved.items())
        stamps = zip(node.plan.stamped, node.stamps, strict=True)
        node.stamps = tuple(UNCHANGING if name in held else stamp for name, stamp in stamps)
