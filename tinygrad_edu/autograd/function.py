"""Custom operations in PyTorch's form: a class with ``forward`` and ``backward``.

`Function` is a thin adapter. The context that both methods get *is* the node of the graph, as in
PyTorch: it answers the engine like any primitive's node, by calling the class's ``backward`` on
tensors. For an operation that is a NumPy function with a derivative, a primitive is shorter; a
`Function` suits one whose forward is itself a computation with tensors.

Source: https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.Function
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._words import describe
from tinygrad_edu.autograd.grad_mode import no_grad, recording
from tinygrad_edu.autograd.graph import Node, Select, TensorBase, clock

__all__ = ["Function", "FunctionCtx", "once_differentiable"]


class Result(NamedTuple):
    """What the node knows of a result: enough to rebuild it, but not the tensor, which would be a cycle."""

    tensor_type: type[TensorBase]
    data: Any
    number: int


class FunctionCtx(Node):
    """What ``forward`` leaves for ``backward``; any attribute may be set on it as well.

    Attributes:
        needs_input_grad: For each argument of ``apply``, whether its gradient is wanted.
    """

    def __init__(self, function: type[Function], needs_input_grad: tuple[bool, ...]) -> None:
        self.function = function
        self.needs_input_grad = needs_input_grad
        self.edges = ()
        self.hooks = None
        self.saved = self.stamps = ()
        self._results: list[tuple[type[TensorBase], tuple[int, ...], np.dtype]] = []
        self._argument_shapes: list[tuple[int, tuple[int, ...]]] = []
        self._no_derivative: set[int] = set()
        self._materialize = True

    @property
    def operation(self) -> str:  # type: ignore[override]
        """The name of the class."""
        return self.function.__name__

    @property
    def result_count(self) -> int:
        """How many results the operation has."""
        return len(self._results)

    def name(self) -> str:
        """Return the class's name with ``Backward``, as PyTorch does."""
        return f"{self.function.__name__}Backward"

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors (arguments or results; None is allowed) for ``backward``."""
        for tensor in tensors:
            if tensor is not None and not isinstance(tensor, TensorBase):
                raise TypeError(
                    f"save_for_backward: wanted tensors, got {describe(tensor)}; keep anything else as an attribute: "
                    "ctx.name = value"
                )
        self.saved = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors given to `save_for_backward`, if nobody has changed them since."""
        return tuple(self._rebuilt(each) if isinstance(each, Result) else each for each in self.take_saved())

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Say which results have no derivative, such as indices."""
        self._no_derivative = {id(tensor) for tensor in tensors}

    def mark_dirty(self, *tensors: Any) -> None:
        """Refused: an operation that changes its arguments in place is not supported."""
        raise NotImplementedError(
            "mark_dirty: a Function that changes its arguments in place is not supported; return a new tensor"
        )

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether a result that nothing used brings zeros (True, the default) or None."""
        self._materialize = value

    def pull(self, g: Any, differentiable: bool) -> Sequence[Any]:
        """Call the class's ``backward``; see `Node.pull`."""
        self.take_saved()
        gradients = g if isinstance(g, list) else [g]
        tensors = [self._as_tensor(each, number) for number, each in enumerate(gradients)]
        returned = self.function.backward(self, *tensors)
        answers = returned if isinstance(returned, tuple) else (returned,)
        count = len(self.needs_input_grad)
        if len(answers) < count or any(extra is not None for extra in answers[count:]):
            raise RuntimeError(
                f"{self.name()} returned {len(answers)} gradients, but {self.operation}.apply got "
                f"{count} arguments; return one for each, None where there is none"
            )
        return [
            self._checked(answers[position], shape, position, differentiable)
            for position, shape in self._argument_shapes
        ]

    def _as_tensor(self, g: Any, number: int) -> Any:
        tensor_type, shape, dtype = self._results[number]
        if g is None:
            return tensor_type.wrap(np.zeros(shape, dtype)) if self._materialize else None
        return g if isinstance(g, TensorBase) else tensor_type.wrap(g)

    def _checked(self, answer: Any, shape: tuple[int, ...], position: int, differentiable: bool) -> Any:
        if answer is None:
            return None
        if not isinstance(answer, TensorBase) or answer._data.shape != shape:
            raise RuntimeError(
                f"{self.name()} returned {describe(answer)} as the gradient of argument {position}, "
                f"which has shape {shape}"
            )
        return answer if differentiable else answer._data.copy()

    def _rebuilt(self, result: Result) -> TensorBase:
        node = Select(self, result.number) if self.result_count > 1 else self
        return result.tensor_type.wrap(result.data, node, True)

    def _attach(self, args: Sequence[Any], results: Sequence[Any]) -> tuple[Any, ...]:
        """Become the node of `results`, and return them joined to it."""
        for result in results:
            if not isinstance(result, TensorBase):
                raise TypeError(f"{self.operation}.forward must return tensors, got {describe(result)}")
        self._argument_shapes = [(i, args[i]._data.shape) for i, needs in enumerate(self.needs_input_grad) if needs]
        self.edges = tuple(args[i].edge() for i, _ in self._argument_shapes)
        self._results = [(result.result_type, result._data.shape, result._data.dtype) for result in results]
        self.stamps = [tensor._stamp for tensor in self.saved or () if tensor is not None]
        self.order = clock()
        joined = {}
        for index, result in enumerate(results):
            # An argument that is returned as it is keeps its own place in the graph.
            mine = result.result_type.wrap(result._data) if any(result is arg for arg in args) else result
            if id(result) not in self._no_derivative and result._data.dtype.kind == "f":
                mine._node = Select(self, index) if len(results) > 1 else self
                mine._requires_grad = True
                joined[id(result)] = (mine, Result(result.result_type, result._data, index))
            else:
                joined[id(result)] = (mine, result)
        arguments = {id(arg) for arg in args}
        self.saved = tuple(
            joined[id(each)][1] if id(each) in joined and id(each) not in arguments else each
            for each in self.saved or ()
        )
        return tuple(joined[id(result)][0] for result in results)


class Function:
    """Base class of custom operations; call them through ``apply``.

    Subclasses define two static methods. ``forward(ctx, *args)`` returns a tensor or a tuple of
    tensors; ``backward(ctx, *grads)`` takes one gradient for each result and returns one for each
    argument, None where there is none. As in PyTorch, ``forward`` may leave ``ctx`` to a third static
    method, ``setup_context(ctx, inputs, output)``.

    Example:
        >>> import tinygrad_edu as tg
        >>> class Square(tg.autograd.Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         ctx.save_for_backward(x)
        ...         return x * x
        ...
        ...     @staticmethod
        ...     def backward(ctx, g):
        ...         (x,) = ctx.saved_tensors
        ...         return 2 * x * g
        >>> x = tg.tensor(3.0, requires_grad=True)
        >>> Square.apply(x).backward()
        >>> x.grad
        tensor(6.)
    """

    forward: Callable[..., Any]
    backward: Callable[..., Any]
    setup_context: Callable[..., Any] | None = None

    def __init__(self) -> None:
        name = type(self).__name__
        raise RuntimeError(f"{name} has only static methods and makes no objects; call {name}.apply(...)")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run ``forward`` on `args`, and record the operation if one of them needs a gradient."""
        for arg in args:
            if isinstance(arg, TensorBase):
                arg.edge()  # a view overtaken by its base learns here whether it needs a gradient
        wants = tuple(isinstance(arg, TensorBase) and arg._requires_grad for arg in args)
        ctx = FunctionCtx(cls, wants)
        with no_grad():
            if cls.setup_context is None:
                outputs = cls.forward(ctx, *args)
            else:
                outputs = cls.forward(*args)
                cls.setup_context(ctx, args, outputs)
        if not (any(wants) and recording.get()):
            return outputs
        several = isinstance(outputs, tuple)
        results = ctx._attach(args, outputs if several else (outputs,))
        return results if several else results[0]


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a ``backward`` that can't be differentiated in turn: its results are not recorded.

    Source: torch.autograd.function.once_differentiable
    """

    @functools.wraps(backward)
    def unrecorded(ctx: FunctionCtx, *gradients: Any) -> Any:
        with no_grad():
            return backward(ctx, *gradients)

    return unrecorded
