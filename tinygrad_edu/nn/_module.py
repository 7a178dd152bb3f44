"""Module: a part of a network, with its weights and whatever parts it is made of.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Self

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import check_argument
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.api.filling import empty, zeros
from tinygrad_edu.autograd.graph import RemovableHandle
from tinygrad_edu.nn import _state
from tinygrad_edu.nn._hooks import Hook, ModuleHooks, ShowsHooks, add
from tinygrad_edu.nn._members import BUFFER, MODULE, PARAMETER, UNSAVED_BUFFER, Members
from tinygrad_edu.nn.parameter import clear_gradient

__all__ = ["Module"]


class Module(Members, ShowsHooks):
    """Base class of all layers and networks (ニューラルネットワーク).

    A subclass makes its parts in ``__init__``, after ``super().__init__()``, and computes in
    ``forward``. Calling the module calls ``forward``. A `Parameter` or a Module that is assigned to
    an attribute is registered, so that `parameters`, `state_dict`, `to` and the like find it.

    ``copy.deepcopy`` makes a module of its own. ``copy.copy`` makes one with the same parameters, buffers, parts and
    hooks, now and later: what is registered with the one is with the other too, as in PyTorch. Only plain attributes,
    `training` among them, are each one's own.

    Attributes:
        training: Whether the module is being trained; layers such as `Dropout` behave differently.

    >>> from tinygrad_edu import nn
    >>> class TwoLayerNet(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden = nn.Linear(784, 50)
    ...         self.output = nn.Linear(50, 10)
    ...
    ...     def forward(self, x):
    ...         return self.output(tg.sigmoid(self.hidden(x)))
    >>> net = TwoLayerNet()
    >>> net
    TwoLayerNet(
      (hidden): Linear(in_features=784, out_features=50, bias=True)
      (output): Linear(in_features=50, out_features=10, bias=True)
    )
    >>> net(tg.zeros(100, 784)).shape
    tinygrad_edu.Size([100, 10])
    """

    training: bool
    _hooks: ModuleHooks | None  # None as long as a call of the module is a call of ``forward`` and no more

    def __init__(self) -> None:
        super().__init__()
        self.training = True
        self._hooks = None if type(self).__call__ is Module.__call__ else ModuleHooks()

    def _forward_is_missing(self, *input: Any) -> Any:
        name = type(self).__name__
        raise NotImplementedError(f"{name} can't be called: it has no method forward(self, ...); write one")

    # Declared as a plain callable, so that each subclass is free to choose its arguments.
    forward: Callable[..., Any] = _forward_is_missing

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output: ``forward``, with the hooks around it if there are any."""
        if self._hooks is None:
            return self.forward(*args, **kwargs) if kwargs else self.forward(*args)  # empty kwargs cost time too
        return self._hooks.call(self, args, kwargs)

    # Hooks

    def _own_hooks(self) -> ModuleHooks:
        hooks = self._hooks
        if hooks is None:
            hooks = ModuleHooks()
            self._set_for_all("_hooks", hooks)
        return hooks

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args)`` before every ``forward``.

        Args:
            hook: What it returns, unless None, takes the place of the positional arguments.
            prepend: Whether to call it before the hooks that are there already.
            with_kwargs: Call ``hook(module, args, kwargs)`` instead, which returns None or both.

        Returns:
            A handle whose `remove()` takes the hook away.
        """
        check_argument(self, "hook", "Callable", hook)
        return add(self._own_hooks().before, Hook(hook, with_kwargs), prepend)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after every ``forward``.

        Args:
            hook: What it returns, unless None, takes the place of the output.
            prepend: Whether to call it before the hooks that are there already.
            with_kwargs: Call ``hook(module, args, kwargs, output)`` instead.
            always_call: Whether to call it, with None for the output, even if ``forward`` fails.

        Returns:
            A handle whose `remove()` takes the hook away.

        >>> layer = tg.nn.Linear(2, 3)
        >>> handle = layer.register_forward_hook(lambda module, args, output: print(output.shape))
        >>> _ = layer(tg.zeros(5, 2))
        tinygrad_edu.Size([5, 3])
        >>> handle.remove()
        """
        check_argument(self, "hook", "Callable", hook)
        return add(self._own_hooks().after, Hook(hook, with_kwargs, always_call), prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` whenever gradients have come back through.

        Args:
            hook: Takes two tuples: the gradients with respect to the positional arguments and to the
                outputs, None where there is none. What it returns, unless None, takes the place of
                the first.
            prepend: Whether to call it before the hooks that are there already.

        Returns:
            A handle whose `remove()` takes the hook away.
        """
        check_argument(self, "hook", "Callable", hook)
        return add(self._own_hooks().backward, Hook(hook), prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` whenever gradients come back to the outputs.

        Args:
            hook: Takes a tuple, the gradients with respect to the outputs. What it returns, unless None, takes the
                place of them.
            prepend: Whether to call it before the hooks that are there already.

        Returns:
            A handle whose `remove()` takes the hook away.
        """
        check_argument(self, "hook", "Callable", hook)
        return add(self._own_hooks().backward_before, Hook(hook), prepend)

    # Training and evaluation

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside it to training, or with False to evaluation; return it.

        Raises:
            ValueError: If `mode` isn't a bool.
        """
        if not isinstance(mode, bool):
            raise ValueError(f"train: mode must be True or False, got {describe(mode)}")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all inside it to evaluation, and return it."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Say whether gradients are wanted of all parameters (False freezes them); return the module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters.

        Args:
            set_to_none: Set ``grad`` to None; with False, fill it with zeros.
        """
        for parameter in self.parameters():
            clear_gradient(parameter, set_to_none)

    def apply(self, fn: Callable[[Any], Any]) -> Self:
        """Call `fn` on every module inside this one and then on this one; return it.

        >>> def start(module):
        ...     if isinstance(module, tg.nn.Linear):
        ...         tg.nn.init.zeros_(module.bias)
        >>> net = tg.nn.Sequential(tg.nn.Linear(2, 2)).apply(start)
        >>> net[0].bias
        Parameter containing:
        tensor([0., 0.], requires_grad=True)
        """
        check_argument(self, "fn", "Callable", fn)
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    # Element types

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert all floating-point parameters and buffers in place: ``to(dtype)``, ``to(device)``; return it.

        Raises:
            TypeError: If the dtype isn't a floating one.
        """
        wanted = zeros(0).to(*args, **kwargs).dtype
        if not wanted.is_floating_point:
            raise TypeError(f"Module.to: wanted a floating dtype such as tinygrad_edu.float32, got {wanted}")
        return self._converted(lambda tensor: tensor.to(*args, **kwargs))

    def float(self) -> Self:
        """Convert all floating-point parameters and buffers to float32."""
        return self.to(dtypes.float32)

    def double(self) -> Self:
        """Convert all floating-point parameters and buffers to float64."""
        return self.to(dtypes.float64)

    def half(self) -> Self:
        """Convert all floating-point parameters and buffers to float16."""
        return self.to(dtypes.float16)

    def type(self, dst_type: dtypes.dtype) -> Self:
        """Convert all parameters and buffers to `dst_type`."""
        check_argument(self, "dst_type", "dtype", dst_type)
        return self.to(dst_type)

    def cpu(self) -> Self:
        """The module itself: it is on the CPU already."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """Refuse: there is no GPU here.

        Raises:
            RuntimeError: Always.

        >>> tg.nn.ReLU().to("cuda" if tg.cuda.is_available() else "cpu")
        ReLU()
        """
        raise RuntimeError(
            f"{type(self).__name__}.cuda: there is no GPU here; use .to(device), with device from "
            "tinygrad_edu.cuda.is_available()"
        )

    def share_memory(self) -> Self:
        """The module itself: threads share its memory already."""
        return self

    def _converted(self, convert: Callable[[Any], Any]) -> Self:
        for module in self.modules():
            for _, parameter in module._of_kind(PARAMETER):
                if parameter is not None and parameter.is_floating_point():
                    gradient = parameter.grad
                    parameter.data = convert(parameter.data)
                    parameter.grad = None if gradient is None else convert(gradient)
            for name, buffer in module._of_kind(BUFFER, UNSAVED_BUFFER):
                if buffer is not None and buffer.is_floating_point():
                    setattr(module, name, convert(buffer))
        return self

    # State

    def state_dict(
        self,
        *,
        destination: MutableMapping[str, Any] | None = None,
        prefix: str = "",
        keep_vars: bool = False,
    ) -> Any:
        """The parameters and buffers by their dotted paths.

        The tensors share the module's memory: they follow its training. Save them with
        `tinygrad_edu.save`, or copy them with `copy.deepcopy`.

        Args:
            destination: The dict to put them in; a new one if left out.
            prefix: What to put in front of the paths.
            keep_vars: Give the parameters themselves instead of tensors outside the graph.

        >>> list(tg.nn.Sequential(tg.nn.Linear(2, 3)).state_dict())
        ['0.weight', '0.bias']
        """
        check_argument(self, "prefix", "str", prefix)
        if destination is not None and not isinstance(destination, MutableMapping):
            raise TypeError(f"state_dict: destination must be a dict, got {describe(destination)}")
        collected = OrderedDict() if destination is None else destination
        _state.collect(self, collected, prefix, keep_vars)
        return collected

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> _state.IncompatibleKeys:
        """Set the parameters and buffers to the values in `state_dict`.

        Nothing is changed unless everything fits.

        Args:
            state_dict: What `state_dict()` of a like module returned.
            strict: Whether the keys must be the same exactly; with False the rest is left alone.
            assign: Take the tensors themselves instead of copying their values.

        Returns:
            The keys that were missing and those that were not expected.

        Raises:
            RuntimeError: If keys are missing or not expected, or shapes differ: all of them are named.
            TypeError: If `state_dict` isn't a dict.

        >>> first, second = tg.nn.Linear(2, 3), tg.nn.Linear(2, 3)
        >>> second.load_state_dict(first.state_dict())
        <All keys matched successfully>
        >>> tg.equal(first.weight, second.weight)
        True
        """
        return _state.load(self, state_dict, strict, assign)

    def get_extra_state(self) -> Any:
        """What `state_dict` keeps of the module besides tensors: a subclass may say something.

        Raises:
            RuntimeError: If the class doesn't.
        """
        raise RuntimeError(f"{type(self).__name__}: get_extra_state isn't written; without it nothing extra is saved")

    _without_extra_state = get_extra_state

    def set_extra_state(self, state: Any) -> None:
        """Take what `get_extra_state` returned.

        Raises:
            RuntimeError: If the class doesn't say how.
        """
        raise RuntimeError(f"{type(self).__name__}: set_extra_state isn't written, got {describe(state)}")

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, prefix, keep_vars)`` before `state_dict` looks at this module."""
        return self._with_state_hook("before_collecting", hook)

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, state_dict, prefix, local_metadata)`` after `state_dict` looked at this module.

        >>> layer = tg.nn.Linear(2, 3)
        >>> handle = layer.register_state_dict_post_hook(lambda module, state, prefix, _: state.pop(prefix + "bias"))
        >>> list(layer.state_dict())
        ['weight']
        """
        return self._with_state_hook("after_collecting", hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call a hook before `load_state_dict` looks at this module; it may change the dict, which is a copy.

        It gets ``(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)``, and
        what it adds to the last list is an error.
        """
        check_argument(self, "hook", "Callable", hook)
        return self._with_state_hook("before_loading", lambda *args: hook(self, *args))

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, incompatible_keys)`` after `load_state_dict`; keys that it takes out are no errors."""
        return self._with_state_hook("after_loading", hook)

    def _with_state_hook(self, kind: str, hook: Callable[..., Any]) -> RemovableHandle:
        check_argument(self, "hook", "Callable", hook)
        if "_state_hooks" not in vars(self):
            self._set_for_all("_state_hooks", _state.StateHooks())
        return RemovableHandle(getattr(vars(self)["_state_hooks"], kind), hook)

    def to_empty(self, *, device: Any, recurse: bool = True) -> Self:
        """Give all parameters and buffers memory with no values in it yet; return the module.

        Args:
            device: Only the CPU exists.
            recurse: Whether to go into the modules inside this one.
        """
        made = named_as("to_empty")(empty)
        for module in self.modules() if recurse else [self]:
            for _, tensor in module._of_kind(PARAMETER, BUFFER, UNSAVED_BUFFER):
                if tensor is not None:
                    tensor.data = made(tensor.shape, dtype=tensor.dtype, device=device)
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Does nothing: there is no compiler here, and the module computes the same without one."""

    # Printing

    def extra_repr(self) -> str:
        """What to show of the module between the brackets; a subclass may say something."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        own = self.extra_repr().splitlines()
        parts = [f"({name}): {indented(repr(module))}" for name, module in self._of_kind(MODULE)]
        return bracketed(self._get_name(), own, parts)


def indented(text: str) -> str:
    """`text` with all lines but the first moved to the right."""
    return text.replace("\n", "\n  ")


def bracketed(name: str, own: list[str], parts: list[str]) -> str:
    """The text that shows a module: on one line if it has no parts."""
    if not parts and len(own) <= 1:
        return f"{name}({''.join(own)})"
    return f"{name}(\n  " + "\n  ".join(own + parts) + "\n)"
