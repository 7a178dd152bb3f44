"""Custom operations in PyTorch's form: a class with ``forward`` and ``backward``.

`Function` is a thin adapter. Its node answers the engine like any primitive's, by calling the class's
``backward`` on tensors, with the context that ``forward`` has filled. For an operation that is a NumPy
function with a derivative, a primitive is shorter; a `Function` suits one whose forward is itself a
computation with tensors.

Source: https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.Function
"""

from __future__ import annotations

import functools
import weakref
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


class FunctionCtx:
    """What ``forward`` leaves for ``backward``; any attribute may be set on it as well.

    It is not the node itself, whose own attributes a name chosen by the user could overwrite.

    Attributes:
        needs_input_grad: For each argument of ``apply``, whether its gradient is wanted.
    """

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self._to_save: tuple[Any, ...] = ()
        self._no_derivative: tuple[Any, ...] = ()
        self._materialize = True
        self._node: weakref.ref[FunctionNode] | None = None

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors (arguments or results; None is allowed) for ``backward``."""
        for tensor in tensors:
            if tensor is not None and not isinstance(tensor, TensorBase):
                raise TypeError(
                    f"save_for_backward: wanted tensors, got {describe(tensor)}; keep anything else as an attribute: "
                    "ctx.name = value"
                )
        self._to_save = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors given to `save_for_backward`, if nobody has changed them since."""
        node = None if self._node is None else self._node()
        return self._to_save if node is None else node.rebuilt()

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Say which results have no derivative, such as indices."""
        self._no_derivative = tensors

    def mark_dirty(self, *tensors: Any) -> None:
        """Refused: an operation that changes its arguments in place is not supported."""
        raise NotImplementedError(
            "mark_dirty: a Function that changes its arguments in place is not supported; return a new tensor"
        )

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether a result that nothing used brings zeros (True, the default) or None."""
        self._materialize = value


class FunctionNode(Node):
    """The node of a custom operation: it calls the class's ``backward``."""

    def __init__(self, function: type[Function], context: FunctionCtx, args: Sequence[Any]) -> None:
        wanted = [i for i, needs in enumerate(context.needs_input_grad) if needs]
        self.function = function
        self.context = context
        self.edges = tuple(args[i].edge() for i in wanted)
        self.arguments = [(i, args[i]._data.shape, args[i]._data.dtype) for i in wanted]
        self.results: list[tuple[Any, tuple[int, ...], np.dtype]] = []
        self.saved = self.stamps = ()
        self.hooks = None
        self.order = clock()

    @property
    def operation(self) -> str:  # type: ignore[override]
        """The name of the class."""
        return self.function.__name__

    @property
    def result_count(self) -> int:
        """How many results the operation has."""
        return len(self.results)

    def name(self) -> str:
        """Return the class's name with ``Backward``, as PyTorch does."""
        return f"{self.function.__name__}Backward"

    def pull(self, g: Any, differentiable: bool) -> Sequence[Any]:
        """Call the class's ``backward``; see `Node.pull`."""
        self.take_saved()
        gradients = g if isinstance(g, list) else [g]
        tensors = [self._as_tensor(each, number) for number, each in enumerate(gradients)]
        returned = self.function.backward(self.context, *tensors)
        answers = returned if isinstance(returned, tuple) else (returned,)
        count = len(self.context.needs_input_grad)
        if len(answers) < count or any(extra is not None for extra in answers[count:]):
            raise RuntimeError(
                f"{self.name()} returned {len(answers)} gradients, but {self.operation}.apply got "
                f"{count} arguments; return one for each, None where there is none"
            )
        checked = [self._checked(answers[i], i, shape, dtype) for i, shape, dtype in self.arguments]
        return checked if differentiable else [each if each is None else each._data.copy() for each in checked]

    def _as_tensor(self, g: Any, number: int) -> Any:
        tensor_type, shape, dtype = self.results[number]
        if g is None:
            return tensor_type.wrap(np.zeros(shape, dtype)) if self.context._materialize else None
        return g if isinstance(g, TensorBase) else tensor_type.wrap(g)

    def _checked(self, answer: Any, position: int, shape: tuple[int, ...], dtype: np.dtype) -> Any:
        if answer is None:
            return None
        if not isinstance(answer, TensorBase) or answer._data.shape != shape:
            raise RuntimeError(
                f"{self.name()} returned {describe(answer)} as the gradient of argument {position}, "
                f"which has shape {shape}"
            )
        return answer if answer._data.dtype == dtype else answer.result_type.to(answer, dtype)

    def rebuilt(self) -> tuple[Any, ...]:
        """Return the saved tensors; those that are results joined to this node again."""
        return tuple(self._rebuilt(each) if isinstance(each, Result) else each for each in self.take_saved())

    def _rebuilt(self, result: Result) -> TensorBase:
        node = Select(self, result.number) if self.result_count > 1 else self
        return result.tensor_type.wrap(result.data, node, True)

    def attach(self, args: Sequence[Any], results: Sequence[Any]) -> tuple[Any, ...]:
        """Become the node of `results`, save what the context was given, and return the results."""
        for result in results:
            if not isinstance(result, TensorBase):
                raise TypeError(f"{self.operation}.forward must return tensors, got {describe(result)}")
        self.results = [(result.result_type, result._data.shape, result._data.dtype) for result in results]
        joined = {id(result): self._joined(result, number, args) for number, result in enumerate(results)}
        arguments = {id(arg) for arg in args}
        saved: list[Any] = []
        stamps: list[Any] = []
        for tensor in self.context._to_save:
            mine, light = (tensor, None) if id(tensor) in arguments else joined.get(id(tensor), (tensor, None))
            saved.append(mine if light is None else light)
            if mine is not None:
                stamps.append(mine._stamp)
        self.saved, self.stamps = saved, stamps
        self.context._to_save = self.context._no_derivative = ()  # the results among them would make a cycle
        self.context._node = weakref.ref(self)
        return tuple(joined[id(result)][0] for result in results)

    def _joined(self, result: Any, number: int, args: Sequence[Any]) -> tuple[Any, Result | None]:
        """Return a result as a tensor that comes from this node, and as what the node may keep of it."""
        if any(result is each for each in self.context._no_derivative) or result._data.dtype.kind != "f":
            return result, None
        shared = any(
            result is arg or (isinstance(arg, TensorBase) and np.may_share_memory(result._data, arg._data))
            for arg in args
        )
        if shared or result._view is not None:
            # A change of the result in place must not reach an argument, or another result, unseen by the graph.
            result = result.result_type.wrap(result._data.copy())
        result._node = Select(self, number) if self.result_count > 1 else self
        result._requires_grad = True
        return result, Result(result.result_type, result._data, number)


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
        ctx = FunctionCtx(wants)
        with no_grad():
            if cls.setup_context is None:
                outputs = cls.forward(ctx, *args)
            else:
                outputs = cls.forward(*args)
                cls.setup_context(ctx, args, outputs)
        if not (any(wants) and recording.get()):
            return outputs
        several = isinstance(outputs, tuple)
        results = FunctionNode(cls, ctx, args).attach(args, outputs if several else (outputs,))
        return results if several else results[0]


class NoDerivative(Node):
    """Stands where the derivative of a once-differentiable backward would be, and refuses to be walked."""

    def __init__(self, node: FunctionNode) -> None:
        self.operation = node.name()
        self.edges = node.edges
        self.saved = self.stamps = ()
        self.hooks = None
        self.order = clock()

    def pull(self, g: Any, differentiable: bool) -> Sequence[Any]:
        """Raise an error that says why; see `Node.pull`."""
        raise RuntimeError(
            f"{self.operation} is marked @once_differentiable, so its gradient has no gradient; write its backward "
            "with tensor operations, and without the mark, to differentiate it again"
        )


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a ``backward`` that can't be differentiated in turn: doing so is an error, not a wrong result.

    Source: torch.autograd.function.once_differentiable
    """

    @functools.wraps(backward)
    def unrecorded(ctx: FunctionCtx, *gradients: Any) -> Any:
        with no_grad():
            answers = backward(ctx, *gradients)
        function_node = None if ctx._node is None else ctx._node()
        if function_node is None or not recording.get():
            return answers
        several = answers if isinstance(answers, tuple) else (answers,)
        node = NoDerivative(function_node)
        refusing = [each if each is None else each.result_type.wrap(each._data, node, True) for each in several]
        return tuple(refusing)

    return unrecorded
