"""One call of a function, recorded: what the derivatives in _derivatives.py are taken of.

The arguments by which it is differentiated are passed on as tensors of their own, so the caller's get no gradients. If
they, or tensors that the function itself knows, are recorded already (as inside of another derivative), so are the
results: derivatives of derivatives are found by nesting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.grad_mode import enable_grad, is_grad_enabled
from tinygrad_edu.autograd.graph import Node, TensorBase
from tinygrad_edu.func._trees import filled, leaves, mapped

__all__ = ["Evaluation", "check_settings"]

_AROUND: ContextVar[Evaluation | None] = ContextVar("around", default=None)  # the call inside of which others are made


class Evaluation:
    """The call ``func(*args, **kwargs)``.

    Args:
        operation: Who asks, for the words of errors.
        func: The function.
        args: Its positional arguments.
        kwargs: Its keywords.
        argnums: Which of the positional ones to differentiate by: a number, or a tuple of them.
        has_aux: Whether it returns a pair, of what is differentiated and of anything else.

    Attributes:
        output: What it returned: a tree of tensors.
        aux: The other part, or None.
        inputs: The tensors to differentiate by.
        made: Those of them that are leaves of this call's own, and those of the calls inside of it.
        joined: Whether somebody outside is part of the record, so that results stay in it.
    """

    def __init__(
        self, operation: str, func: Callable[..., Any], args: Sequence[Any], kwargs: Any, argnums: Any, has_aux: bool
    ) -> None:
        check_settings(operation, func, argnums, has_aux)
        self.operation = operation
        places = self._places(argnums, len(args))
        self.form = tuple(args[place] for place in places) if isinstance(argnums, tuple) else args[places[0]]
        self.made: list[Any] = []
        recording = is_grad_enabled()
        with enable_grad():
            given = list(args)
            for place in places:
                given[place] = mapped(self._own, args[place])
            self.inputs = leaves([given[place] for place in places])
            token = _AROUND.set(self)
            try:
                result = func(*given, **kwargs)
            finally:
                _AROUND.reset(token)
            around = _AROUND.get()
            if around is not None:
                around.made += self.made
        self.aux = None
        if has_aux:
            if not isinstance(result, tuple) or len(result) != 2:
                raise RuntimeError(
                    f"{operation}: with has_aux=True the function must return a tuple (output, aux), got "
                    f"{describe(result)}"
                )
            result, self.aux = result
        self.output = result
        self.outputs = leaves(result)
        for each in self.outputs:
            if not isinstance(each, TensorBase):
                raise RuntimeError(f"{operation}: the function must return tensors, got {describe(each)}")
        self.joined = recording and _reaches_others(self.outputs, self.made)

    def value(self) -> Any:
        """What the function returned, as the caller gets it."""
        return self.finished(self.output)

    def finished(self, tree: Any) -> Any:
        """A tree of results, without the record of this call if nobody outside is part of it."""

        def apart(each: Any) -> Any:
            return getattr(each, "detach", lambda: each)()

        return tree if self.joined else mapped(apart, tree)

    def back(self, starts: Sequence[Any] | None) -> list[Any]:
        """The products of `starts`, one for each output, with the Jacobian; 1 for an output that is one number."""
        return self._walk(self.outputs, self.inputs, starts, self.joined)

    def along(self, directions: Sequence[Any]) -> list[Any]:
        """The product of the Jacobian with `directions`, one for each input: by a walk back through the walk back."""
        weights = [_constant(np.zeros_like(each._data), each).requires_grad_() for each in self.outputs]
        with enable_grad():
            back = self._walk(self.outputs, self.inputs, weights, True)
        return self._walk(back, weights, directions, self.joined)

    def rows(self, output: Any) -> list[Any]:
        """The Jacobian of one output by each input: a tensor of the shape of the output and then the input."""
        rows = []
        for place in range(output.numel()):
            start = np.zeros(tuple(output.shape), output._data.dtype)
            start.flat[place] = 1
            rows.append(self._walk([output], self.inputs, [_constant(start, output)], self.joined))
        shapes = [(*output.shape, *each.shape) for each in self.inputs]
        if not rows:
            return [each.new_zeros(shape) for each, shape in zip(self.inputs, shapes, strict=True)]
        by_input = zip(*rows, strict=True)
        # Given tensors, NumPy's functions are ours.
        return [np.stack(each).reshape(shape) for each, shape in zip(by_input, shapes, strict=True)]

    def in_form(self, values: Sequence[Any]) -> Any:
        """Values, one for each input, in the form of the arguments."""
        return filled(self.form, values)

    def fitting(self, vector: Any, like: Any, what: str) -> list[Any]:
        """The leaves of `vector`, which must have the form and the shapes of `like`."""
        found, wanted = leaves(vector), leaves(like)
        if len(found) != len(wanted):
            raise RuntimeError(f"{self.operation}: wanted {len(wanted)} tensors for the {what}, got {len(found)}")
        for mine, other in zip(found, wanted, strict=True):
            if not isinstance(mine, TensorBase):
                raise RuntimeError(f"{self.operation}: wanted tensors for the {what}, got {describe(mine)}")
            if np.shape(mine._data) != np.shape(other._data):
                raise RuntimeError(
                    f"{self.operation}: for the {what}, wanted the shape {tuple(other.shape)}, got {describe(mine)}"
                )
        return found

    def _places(self, argnums: Any, count: int) -> list[int]:
        places = []
        for each in argnums if isinstance(argnums, tuple) else (argnums,):
            if not -count <= each < count:
                raise RuntimeError(f"{self.operation}: got argnums={argnums}, but {count} positional arguments")
            places.append(each % count)
        return places

    def _own(self, tensor: Any) -> Any:
        if not isinstance(tensor, TensorBase):
            raise ValueError(f"{self.operation}: wanted tensors to differentiate by, got {describe(tensor)}")
        if tensor._data.dtype.kind != "f":
            raise RuntimeError(
                f"{self.operation}: only floating-point values have derivatives, got {describe(tensor)}; use .float()"
            )
        given: Any = tensor
        if given.requires_grad:
            return given.view_as(given)
        own = given.detach().requires_grad_()
        self.made.append(own)
        return own

    def _walk(self, outputs: Any, inputs: Any, starts: Any, recorded: bool) -> list[Any]:
        starts = [None] * len(outputs) if starts is None else starts
        pairs = [(each, start) for each, start in zip(outputs, starts, strict=True) if each.requires_grad]
        if not pairs:
            return [each.new_zeros(each.shape) for each in inputs]
        outs, weights = zip(*pairs, strict=True)
        found = grad(outs, inputs, weights, retain_graph=True, create_graph=recorded, allow_unused=True)
        return [at.new_zeros(at.shape) if each is None else each for each, at in zip(found, inputs, strict=True)]


def check_settings(operation: str, func: Any, argnums: Any, has_aux: Any) -> None:
    """Refuse what is no function, no number of an argument, and neither True nor False."""
    if not callable(func):
        raise TypeError(f"{operation}: wanted a function, got {describe(func)}")
    for each in argnums if isinstance(argnums, tuple) else (argnums,):
        if isinstance(each, bool) or not isinstance(each, int):
            raise RuntimeError(f"{operation}: argnums must be an integer or a tuple of them, got {describe(argnums)}")
    if not isinstance(has_aux, bool):
        raise TypeError(f"{operation}: has_aux must be True or False, got {describe(has_aux)}")


def _constant(array: np.ndarray, like: Any) -> Any:
    return like.result_type.wrap(array)


def _reaches_others(outputs: Sequence[Any], own: Sequence[Any]) -> bool:
    """Whether the way back from the outputs leads to a tensor that isn't one of these."""
    mine = {id(each) for each in own}
    stack = [each.edge() for each in outputs if each.requires_grad]
    seen = {id(each) for each in stack}
    while stack:
        edge = stack.pop()
        if not isinstance(edge, Node):
            if id(edge) not in mine:
                return True
            continue
        fresh = [each for each in edge.edges if id(each) not in seen]
        seen.update(map(id, fresh))
        stack.extend(fresh)
    return False
