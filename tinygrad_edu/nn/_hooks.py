"""Hooks of a module: functions that see, and may replace, what goes in, comes out, and flows back.

A module without hooks knows nothing of this file: its call is its ``forward``.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_forward_hook
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.function import Function
from tinygrad_edu.autograd.graph import RemovableHandle

__all__ = ["Hook", "ModuleHooks", "ShowsHooks"]


class Hook(NamedTuple):
    """A function with the options it was registered with."""

    function: Callable[..., Any]
    with_kwargs: bool = False
    always_call: bool = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


class ShowsHooks:
    """The hooks of a module, by number, under the names that they have in PyTorch's."""

    _forward_pre_hooks = property(lambda self: self._own_hooks().before)
    _forward_hooks = property(lambda self: self._own_hooks().after)
    _backward_pre_hooks = property(lambda self: self._own_hooks().backward_before)
    _backward_hooks = property(lambda self: self._own_hooks().backward)


class ModuleHooks:
    """The hooks of one module, each kind in the order in which they are called."""

    def __init__(self) -> None:
        self.before: OrderedDict[int, Hook] = OrderedDict()
        self.after: OrderedDict[int, Hook] = OrderedDict()
        self.backward: OrderedDict[int, Hook] = OrderedDict()
        self.backward_before: OrderedDict[int, Hook] = OrderedDict()

    def call(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the module's ``forward`` with all hooks around it."""
        try:
            for hook in list(self.before.values()):
                args, kwargs = _before(hook, module, args, kwargs)
            output = (
                self._watched(module, args, kwargs)
                if self.backward or self.backward_before
                else module.forward(*args, **kwargs)
            )
        except Exception:
            for hook in self.after.values():
                if hook.always_call:
                    _after(hook, module, args, kwargs, None)
            raise
        for hook in list(self.after.values()):
            replaced = _after(hook, module, args, kwargs, output)
            output = output if replaced is None else replaced
        return output

    def _watched(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call ``forward`` between two gates that note the gradients on their way back."""
        arrived: list[tuple[Any, ...]] = []
        watches_input = any(isinstance(arg, Tensor) and arg.requires_grad for arg in args)

        def at_output(gradients: tuple[Any, ...]) -> Sequence[Any]:
            for hook in list(self.backward_before.values()):
                replaced = hook.function(module, gradients)
                if replaced is not None:
                    gradients = replaced if isinstance(replaced, tuple) else (replaced,)
            arrived.append(gradients)
            if not watches_input:
                self._run_backward(module, (None,) * len(args), gradients)
            return gradients

        def at_input(gradients: tuple[Any, ...]) -> Sequence[Any]:
            return self._run_backward(module, gradients, arrived.pop())

        output = module.forward(*_gated(at_input, args), **kwargs)
        if isinstance(output, tuple):
            return _gated(at_output, output)
        return _gated(at_output, (output,))[0]

    def _run_backward(self, module: Any, grad_input: tuple[Any, ...], grad_output: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in list(self.backward.values()):
            replaced = hook.function(module, grad_input, grad_output)
            if replaced is not None:
                grad_input = replaced if isinstance(replaced, tuple) else (replaced,)
        return grad_input


class Gate(Function):
    """Passes tensors on unchanged; on the way back, their gradients all go through one function."""

    @staticmethod
    def forward(ctx: Any, see: Callable[..., Any], *tensors: Any) -> tuple[Any, ...]:
        """Note the function `see`, and return the tensors."""
        ctx.see = see
        ctx.set_materialize_grads(False)
        return tensors

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Any, ...]:
        """What the function makes of the gradients."""
        return (None, *ctx.see(gradients))


def _gated(see: Callable[..., Any], values: tuple[Any, ...]) -> tuple[Any, ...]:
    """`values` with the tensors among them passed through a gate."""
    tensors = [value for value in values if isinstance(value, Tensor)]
    if not tensors:
        return values
    passed = iter(Gate.apply(see, *tensors))
    return tuple(next(passed) if isinstance(value, Tensor) else value for value in values)


def _before(hook: Hook, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not hook.with_kwargs:
        replaced = hook.function(module, args)
        if replaced is None:
            return args, kwargs
        return (replaced if isinstance(replaced, tuple) else (replaced,)), kwargs
    replaced = hook.function(module, args, kwargs)
    if replaced is None:
        return args, kwargs
    if not (isinstance(replaced, tuple) and len(replaced) == 2):
        raise RuntimeError(
            f"a forward pre-hook registered with with_kwargs=True must return None or (args, kwargs), "
            f"got {describe(replaced)}"
        )
    return replaced


def _after(hook: Hook, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
    if hook.with_kwargs:
        return hook.function(module, args, kwargs, output)
    return hook.function(module, args, output)


def add(hooks: OrderedDict[int, Hook], hook: Hook, prepend: bool) -> RemovableHandle:
    """Put a hook at the end, or at the beginning, and return what takes it away again."""
    handle = RemovableHandle(hooks, hook)
    if prepend:
        hooks.move_to_end(handle.id, last=False)
    return handle


def take_away(module: Any, function: Callable[..., Any]) -> None:
    """Take a function off the hooks that are called before ``forward``."""
    before = module._hooks.before
    for key in [key for key, hook in before.items() if hook.function is function]:
        del before[key]
    if not any(vars(module._hooks).values()):
        module._set_for_all("_hooks", None)
