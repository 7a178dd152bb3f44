"""Operations in place: the ones with an underscore at the end.

``x.mul_(y)`` computes what ``x.mul(y)`` does, writes it into the memory of ``x``, and puts ``x`` in
the result's place in the graph. Whoever shares the memory sees the change, and the graph follows:

- a result outside the graph, as of ``normal_`` or ``eq_``, is a constant: the way back ends there;
- a *view* that is changed changes its base: the base becomes "itself with that part overwritten";
- other views of the base find their place again when they are next used (`TensorBase.follow_base`);
- a value that an earlier operation saved is marked as changed, and backward refuses it in words.

What can't be done is refused before anything is: first come the checks, then the values, last the graph.

Source: https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._axes import slowest_first
from tinygrad_edu._broadcasting import unlocked
from tinygrad_edu._errors import describe
from tinygrad_edu._memory import apart
from tinygrad_edu.api._arguments import in_dtype
from tinygrad_edu.autograd.grad_mode import is_grad_enabled
from tinygrad_edu.autograd.graph import UNCHANGING, part_shown
from tinygrad_edu.autograd.nodes import PrimitiveNode
from tinygrad_edu.ops import indexing as ops
from tinygrad_edu.ops.windows import overlaps

__all__ = [
    "both",
    "change",
    "changes_graph",
    "check_graph",
    "check_memory",
    "check_writable",
    "in_place",
    "method",
    "overwriting",
    "replace",
    "shows_twice",
    "turning",
]

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
        result = function(self, *args, **kwargs)
        if kwargs and kwargs.get("dtype") is not None and result._data.dtype != self._data.dtype:
            raise RuntimeError(f"{name}: dtype must be that of {describe(self)}, got {kwargs['dtype']}")
        return replace(name, self, result)

    changing.__name__ = changing.__qualname__ = name
    changing.__doc__ = f"Do what `{function.__name__}` does, in place: the tensor itself changes and is returned."
    return cast(F, changing)


def check_writable(operation: str, target: Any) -> None:
    """Refuse, before anything is done, a change that the graph or the memory of `target` doesn't allow."""
    check_graph(operation, target)
    check_memory(operation, target)


def check_graph(operation: str, target: Any) -> None:
    """Refuse a recorded change that no graph could tell of: of a leaf, or through a view that has no place in it."""
    if not is_grad_enabled():
        return
    is_base = target._view is None or (target._requires_grad and target._node is None)
    base = target if is_base else target._view.base
    if not base._requires_grad:
        return
    if base._node is None:
        what = "a view of a leaf" if base is not target else "a leaf"
        raise RuntimeError(
            f"{operation}: {describe(target)} is {what} tensor that requires a gradient and can't be changed in place "
            "while recording; do it inside 'with tinygrad_edu.no_grad():', or compute a new tensor"
        )
    target.follow_base()
    if not target._requires_grad:
        raise RuntimeError(
            f"{operation}: {describe(target)} is a view of a tensor that requires a gradient, but was made without "
            "recording (no_grad or inference_mode), so the gradient would miss a change made through it while "
            "recording; make both the view and the change inside 'with tinygrad_edu.no_grad():', or neither"
        )


def check_memory(operation: str, target: Any, *, filling: bool = False) -> None:
    """Refuse to write where one place stands for several values, unless all are to be the same (`filling`)."""
    if type(target._data) is not np.ndarray or target._data.flags.writeable:
        return
    why = None if unlocked(target._data) is not None else "its memory is read-only"
    if shows_twice(target._data) and not filling:
        how = "it was expanded" if 0 in target._data.strides else "its parts overlap"
        why = f"its memory is shown several times ({how})"
    if why is not None:
        raise RuntimeError(f"{operation}: can't write into {describe(target)}: {why}; use .clone() first")


def shows_twice(data: np.ndarray) -> bool:
    """Whether one place in memory stands for several values: it was stretched, or its parts overlap."""
    return data.size > 0 and overlaps(data.shape, data.strides)


def replace(operation: str, target: Any, result: Any) -> Any:
    """Write `result` into the memory of `target`, and put `target` in its place in the graph.

    `check_writable` comes before it, and all else that may be refused is refused here before anything changes.
    """
    if result is target:
        return target
    data, values = target._data, result._data
    if values.shape != data.shape:
        raise RuntimeError(
            f"{operation}: the result has shape {values.shape}, which doesn't fit into {describe(target)} in place"
        )
    result = _converted(operation, result, target)
    if result._requires_grad:
        _keep_old_values(result._node, data)
        if target._view is None:
            change(target, result._data, result._node)
            return target
    change(target, result._data, overwriting(target, result))
    return target


def turning(function: F) -> F:
    """The method that makes a tensor the view of itself that `function` gives: the memory stays, its shape changes."""
    name = f"{function.__name__}_"

    @functools.wraps(function)
    def changing(self: Any, *args: Any, **kwargs: Any) -> Any:
        check_graph(name, self)
        if self._node is not None and not is_grad_enabled():
            raise RuntimeError(
                f"{name}: {describe(self)} is the result of a recorded operation, whose shape can't change without "
                "recording; use the form without the underscore"
            )
        before = self
        if self._view is None:  # those that view it go on from its old self
            before = type(self).wrap(self.owned_array(), self._node, self._requires_grad)
            before._stamp = self._stamp
        view = function(before, *args, **kwargs)
        self._data, self._stamp = view._data, view._stamp
        if self.is_leaf and self._requires_grad:
            return self
        self._view = view._view if view is not before else self._view
        if view._node is not None:
            self.become_result_of(view._node)
        return self

    changing.__name__ = changing.__qualname__ = name
    changing.__doc__ = f"Do what `{function.__name__}` does, in place: the tensor itself has the other shape."
    return cast(F, changing)


def changes_graph(target: Any, values: Any) -> bool:
    """Whether the graph must hear that `target` gets other values."""
    return is_grad_enabled() and (values.requires_grad or target.requires_grad)


def overwriting(target: Any, values: Any) -> PrimitiveNode | None:
    """The node that says: `target` (or the part of its base that it shows) now holds `values`; None if none is needed.

    Values outside the graph are constants: no gradient passes to what was there before.
    """
    if not changes_graph(target, values):
        return None
    view = target._view
    base, steps = (target, ()) if view is None else (view.base, view.steps)
    part, layout = functools.partial(part_shown, steps), slowest_first(base._data.strides)
    return ops.overwrite.record(base, values, part=part, layout=layout)


def change(target: Any, values: Any, node: Any, index: Any = ...) -> None:
    """Write values that fit at `index` into `target`, and make its base a result of `node`, if there is one."""
    data = target._data
    if type(data) is not np.ndarray and index is ...:
        target.write(values)
    else:
        array: Any = unlocked(target.owned_array())
        array[index] = apart(values, array)
        target.note_change()
    if node is None:
        return
    if target._view is None:
        target.become_result_of(node)
        return
    target._view.base.become_result_of(node)
    if target._node is not None and target._node.hooks is not None:
        target.follow_base()  # the wish to keep the gradient is about the values from now on


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
