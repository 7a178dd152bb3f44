"""Custom operations in PyTorch's form: a class with ``forward`` and ``backward``.

`Function` is a thin adapter. Its node answers the engine like any primitive's, by calling the class's
``backward`` on tensors, with the context that ``forward`` has filled. For an operation that is a NumPy
function with a derivative, a primitive is shorter; a `Function` suits one whose forward is itself a
computation with tensors.

Source: https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.Function
"""

from __future__ import annotations

import functools
import inspect
import warnings
import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._broadcasting import stretched_axes
from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.grad_mode import no_grad, recording, set_grad_enabled
from tinygrad_edu.autograd.graph import Node, Select, Slots, TensorBase, clock
from tinygrad_edu.autograd.nodes import refuse_change

__all__ = ["Function", "FunctionCtx", "once_differentiable"]


class Result(NamedTuple):
    """A result as its node knows it: enough to rebuild it, but not the tensor, which would be a cycle."""

    tensor_type: type[TensorBase]
    data: Any
    number: int
    stamp: Any


class FunctionCtx:
    """The context of one call, which ``forward`` leaves for ``backward``; any attribute may be set on it as well.

    It is not the node itself, whose own attributes a name chosen by the user could overwrite; but the
    node, which is the result's ``grad_fn``, shows what was set here.

    Attributes:
        needs_input_grad: For each argument of ``apply``, whether its gradient is wanted.
    """

    def __init__(self, function: type[Function], needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self._function = function
        self._to_save: tuple[Any, ...] = ()
        self._changed: tuple[Any, ...] = ()
        self._no_derivative: tuple[Any, ...] = ()
        self._materialize = True
        self._node: weakref.ref[FunctionNode] | None = None

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors (arguments or results; None is allowed) for ``backward``."""
        check_tensors("save_for_backward", tensors)
        self._to_save = tensors

    def save_for_forward(self, *tensors: Any) -> None:
        """Accepted for PyTorch's sake: derivatives are not carried forward here, so nothing is kept."""
        check_tensors("save_for_forward", tensors)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors given to `save_for_backward`, if nobody has changed them since."""
        node = None if self._node is None else self._node()
        return self._to_save if node is None else node.rebuilt()

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Say which results have no derivative, such as indices."""
        self._no_derivative = tensors

    def mark_dirty(self, *tensors: Any) -> None:
        """Say which arguments ``forward`` has changed in place; it must return them too.

        They become results of the operation: ``apply`` returns the very same tensors.
        """
        check_tensors("mark_dirty", tensors)
        self._changed = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether a result that nothing used brings zeros (True, the default) or None."""
        self._materialize = value


def check_tensors(method: str, values: Sequence[Any]) -> None:
    """Refuse values that are neither tensors nor None."""
    for value in values:
        if value is not None and not isinstance(value, TensorBase):
            raise TypeError(
                f"{method}: wanted tensors, got {describe(value)}; keep anything else as an attribute: ctx.name = value"
            )


class FunctionNode(Node):
    """The node of a custom operation: it calls the class's ``backward``."""

    def __init__(self, function: type[Function], context: FunctionCtx, args: Sequence[Any]) -> None:
        wanted = [i for i, needs in enumerate(context.needs_input_grad) if needs]
        self.function = function
        self.context = context
        self.edges = tuple(args[i].edge() for i in wanted)
        self.arguments = [(i, args[i]._data.shape, args[i]._data.dtype) for i in wanted]
        self.other_arguments = [i for i, arg in enumerate(args) if not isinstance(arg, TensorBase)]
        self.results: list[tuple[Any, tuple[int, ...], np.dtype] | None] = []  # None for what is no tensor
        self.saved = self.stamps = ()
        self.hooks = None
        self.order = clock()

    @property
    def operation(self) -> str:
        """The name of the class."""
        return self.function.__name__

    @property
    def result_count(self) -> int:
        """How many results the operation has."""
        return len(self.results)

    def __getattr__(self, name: str) -> Any:
        """An attribute that ``forward`` set on its context, or ``saved_tensors`` and the like."""
        if "context" not in vars(self):
            raise AttributeError(name)
        return getattr(self.context, name)

    def name(self) -> str:
        """The class's name with ``Backward``, as PyTorch does."""
        return f"{self.function.__name__}Backward"

    def pull(self, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        """Call the class's ``backward``; see `Node.pull`."""
        self.take_saved()
        gradients = g if isinstance(g, Slots) else [g]
        tensors = [self._as_tensor(each, number) for number, each in enumerate(gradients)]
        if self.function.backward is not Function.backward and self.function.vjp is not Function.vjp:
            raise RuntimeError(f"{self.operation} defines both backward and vjp, two names of one method; keep one")
        stamps = [None if each is None else each._stamp[0] for each in tensors]
        with set_grad_enabled(differentiable):
            returned = self.function.backward(self.context, *tensors)
        for given, mine, before in zip(gradients, tensors, stamps, strict=True):
            if (
                given is mine and given is not None and before is not None
            ):  # in a first-order backward it is a copy, and may be changed
                refuse_change(self.operation, mine, before)
        answers = returned if isinstance(returned, tuple) else (returned,)
        count = len(self.context.needs_input_grad)
        if len(answers) < count or any(extra is not None for extra in answers[count:]):
            raise RuntimeError(
                f"{self.name()} returned {len(answers)} gradients, but {self.operation}.apply got "
                f"{count} arguments; return one for each, None where there is none"
            )
        for i in self.other_arguments:
            if answers[i] is not None:
                raise RuntimeError(
                    f"{self.name()} returned {describe(answers[i])} as the gradient of argument {i}, which is no "
                    "tensor and has none; return None there"
                )
        checked = [self._checked(answers[i], i, shape, dtype) for i, shape, dtype in self.arguments]
        if self.saved and not retain:
            self.saved, self.stamps = None, ()
        return checked if differentiable else [each if each is None else each._data.copy() for each in checked]

    def _as_tensor(self, g: Any, number: int) -> Any:
        result = self.results[number]
        if result is None:
            return None
        tensor_type, shape, dtype = result
        if g is None:
            return tensor_type.wrap(np.zeros(shape, dtype)) if self.context._materialize else None
        return g if isinstance(g, TensorBase) else tensor_type.wrap(g.copy())  # backward may change it in place

    def _checked(self, answer: Any, position: int, shape: tuple[int, ...], dtype: np.dtype) -> Any:
        if answer is None:
            return None
        if not isinstance(answer, TensorBase) or stretched_axes(shape, answer._data.shape) is None:
            raise RuntimeError(
                f"{self.name()} returned {describe(answer)} as the gradient of argument {position}, "
                f"which has shape {shape}; return a tensor of that shape, or of one that it was broadcast to"
            )
        tensor: Any = answer if answer._data.shape == shape else answer.result_type.sum_to_size(answer, shape)
        return tensor if tensor._data.dtype == dtype else tensor.result_type.to(tensor, dtype)

    def rebuilt(self) -> tuple[Any, ...]:
        """The saved tensors; those that are results joined to this node again."""
        return tuple(self._rebuilt(each) if isinstance(each, Result) else each for each in self.take_saved())

    def _rebuilt(self, result: Result) -> TensorBase:
        node = Select(self, result.number) if self.result_count > 1 else self
        return result.tensor_type.wrap(result.data, node, True)

    def attach(self, args: Sequence[Any], results: Sequence[Any]) -> tuple[Any, ...]:
        """Become the node of `results`, save what the context was given, and return the results."""
        self.results = [
            (each.result_type, each._data.shape, each._data.dtype) if isinstance(each, TensorBase) else None
            for each in results
        ]
        joined = {id(result): self._joined(result, number, args) for number, result in enumerate(results)}
        arguments = {id(arg) for arg in args} - {id(changed) for changed in self.context._changed}
        saved: list[Any] = []
        stamps: list[Any] = []
        for tensor in self.context._to_save:
            if tensor is not None:
                tensor.owned_array()  # a number has no stamp by which a later change could be seen
            mine, light = (tensor, None) if id(tensor) in arguments else joined.get(id(tensor), (tensor, None))
            saved.append(mine if light is None else light)
            if mine is not None:
                stamps.append(mine._stamp if light is None else light.stamp)
        self.saved, self.stamps = saved, stamps
        self.context._to_save = self.context._changed = self.context._no_derivative = ()  # results among them: a cycle
        self.context._node = weakref.ref(self)
        return tuple(joined[id(result)][0] for result in results)

    def _joined(self, result: Any, number: int, args: Sequence[Any]) -> tuple[Any, Result | None]:
        """A result as a tensor that comes from this node, and as what the node may keep of it."""
        continuous = isinstance(result, TensorBase) and result._data.dtype.kind == "f"
        if not continuous or any(result is each for each in self.context._no_derivative):
            return result, None
        if any(result is each for each in self.context._changed) and any(result is arg for arg in args):
            return self._overwritten(result, number)
        shared = any(
            result is arg or (isinstance(arg, TensorBase) and np.may_share_memory(result._data, arg._data))
            for arg in args
        )
        if shared or result._view is not None:
            # A change of the result in place must not reach an argument, or another result, unseen by the graph.
            result = result.result_type.wrap(result._data.copy())
        result._node = Select(self, number) if self.result_count > 1 else self
        result._requires_grad = True
        return result, Result(result.result_type, result._data, number, result._stamp)

    def _overwritten(self, argument: Any, number: int) -> tuple[Any, Result]:
        """Let an argument that ``forward`` has changed in place come from this node from now on."""
        base = argument if argument._view is None else argument._view.base
        if base._requires_grad and base._node is None:
            raise RuntimeError(
                f"{self.operation}: {describe(argument)} is a leaf tensor that requires a gradient, or a view of one, "
                "and can't be changed in place while recording; use x.clone(), or 'with tinygrad_edu.no_grad():'"
            )
        node = Select(self, number) if self.result_count > 1 else self
        argument._grad = None  # it was that of other values; as PyTorch, which clears it for Functions alone
        if argument._view is None:
            argument.become_result_of(node)
            return argument, Result(argument.result_type, argument._data, number, argument._stamp)
        values = argument.result_type.wrap(argument._data.copy(), node, True)
        argument.copy_(values)  # which tells the base, and all others who see it
        return argument, Result(argument.result_type, values._data, number, values._stamp)


class Function:
    """Base class of custom operations; call them through ``apply``.

    Subclasses define two static methods.

    - ``forward(ctx, *args)`` computes the result: a tensor, or a tuple of tensors (and of other values,
      which pass through). Nothing is recorded inside.
    - ``backward(ctx, *grads)`` takes one gradient for each result and returns one for each argument, of
      the argument's shape; None where there is none. A gradient of a shape that the argument was
      broadcast to is summed. The method may also be called ``vjp`` (vector-Jacobian product).

    As in PyTorch, ``forward`` may leave ``ctx`` to a third static method,
    ``setup_context(ctx, inputs, output)``.

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

    setup_context: Callable[..., Any] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = type(self).__name__
        raise RuntimeError(f"{name} has only static methods and makes no objects; call {name}.apply(...)")

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the result; to be defined by the subclass."""
        name = args[0]._function.__name__ if args and isinstance(args[0], FunctionCtx) else "this Function"
        raise NotImplementedError(
            f"{name} has no forward; define a static method forward(ctx, *args) that returns the result"
        )

    @staticmethod
    def backward(*args: Any, **kwargs: Any) -> Any:
        """The gradients of the arguments; to be defined by the subclass, under this name or as `vjp`."""
        return args[0]._function.vjp(*args, **kwargs)

    @staticmethod
    def vjp(*args: Any, **kwargs: Any) -> Any:
        """The gradients of the arguments: another name for `backward`."""
        raise NotImplementedError(
            f"{args[0]._function.__name__} has no backward; define a static method backward(ctx, *grads), or vjp, that "
            "takes the gradient of each result and returns one for each argument"
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run ``forward`` on the arguments, and record the operation if one of them needs a gradient."""
        if kwargs or cls.setup_context is not None:
            args = cls._in_order(args, kwargs)
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
        several = isinstance(outputs, tuple)
        results = outputs if several else (outputs,)
        if ctx._changed:
            cls._note_changes(ctx, args, results)
        if isinstance(outputs, list) and any(isinstance(each, TensorBase) for each in outputs):
            raise TypeError(f"{cls.__name__}.forward returned {describe(outputs)}; several tensors must be a tuple")
        if not (any(wants) and recording.get()):
            return outputs
        results = FunctionNode(cls, ctx, args).attach(args, results)
        return results if several else results[0]

    @classmethod
    def _in_order(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments in ``forward``'s order, with its defaults if ``setup_context`` is to see them."""
        separate = cls.setup_context is not None
        try:
            bound = inspect.signature(cls.forward).bind(*(() if separate else (None,)), *args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{cls.__name__}.apply: {error}") from None
        if separate:
            bound.apply_defaults()
        if bound.kwargs:
            raise TypeError(
                f"{cls.__name__}.apply: {', '.join(bound.kwargs)} has no position among the arguments, as its gradient "
                "needs one; give those before it too, and let forward take no argument by name only"
            )
        return bound.args if separate else bound.args[1:]

    @classmethod
    def _note_changes(cls, ctx: FunctionCtx, args: Sequence[Any], results: Sequence[Any]) -> None:
        """Note that ``forward`` has changed arguments in place, after making sure that it returned them."""
        for changed in ctx._changed:
            if not any(changed is arg for arg in args):
                warnings.warn(f"{cls.__name__}: mark_dirty is for arguments, got another tensor", stacklevel=3)
                continue
            if not any(changed is result for result in results):
                raise RuntimeError(
                    f"{cls.__name__}.forward marked {describe(changed)} as changed in place, but didn't return it"
                )
            base = changed if changed._view is None else changed._view.base
            if recording.get() and base._requires_grad and not changed.requires_grad:
                raise RuntimeError(
                    f"{cls.__name__}.forward changed {describe(changed)} in place, a view of a tensor that requires a "
                    "gradient, made without recording (no_grad or inference_mode), so the gradient would miss the "
                    "change; make the view while recording, or call apply inside 'with tinygrad_edu.no_grad():'"
                )
            changed.note_change()


class NoDerivative(Node):
    """Stands where the derivative of a once-differentiable backward would be, and refuses to be walked."""

    def __init__(self, node: FunctionNode) -> None:
        self.derivative = node.name()
        self.edges = node.edges
        self.saved = self.stamps = ()
        self.hooks = None
        self.order = clock()

    @property
    def operation(self) -> str:
        """The name of the backward."""
        return self.derivative

    def pull(self, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        """Raise an error that says why; see `Node.pull`."""
        raise RuntimeError(
            f"{self.operation} is marked @once_differentiable, so its gradient has no gradient; write its backward "
            "with tensor operations, and without the mark, to differentiate it again"
        )


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a ``backward`` that can't be differentiated in turn: doing so is an error, not a wrong result.

    It always is here; in PyTorch only if the incoming gradient was recorded, else the answer counts as constant.

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
