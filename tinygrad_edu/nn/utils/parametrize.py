"""Parametrizations: a weight that is computed from what is learned in its place, by a module.

After ``register_parametrization(layer, "weight", symmetric)`` the layer's parameter is called
``parametrizations.weight.original``, and ``layer.weight`` is ``symmetric(original)``, worked out anew each time that it
is read. Several of them are called one after the other.

A parametrization may have a method ``right_inverse``, which finds an original for a weight: so ``layer.weight = …``
can be understood, and the first original is found from the weight that was there. It may return several tensors, then
called ``original0``, ``original1``, …; then ``forward`` takes as many.

The module becomes one of a class of its own, in which the weight is a property.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.register_parametrization.html
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import check_arguments, checked
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named, named_as
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.nn._containers import ModuleDict, ModuleList
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import Parameter

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "transfer_parametrizations_and_params",
    "type_before_parametrizations",
]

_cache: ContextVar[dict[tuple[int, str], Any] | None] = ContextVar("_cache", default=None)


@contextmanager
def cached() -> Iterator[None]:
    """Within this block, a parametrized tensor is worked out once, however often it is read.

    For networks that use a weight many times in one pass, such as recurrent ones.

    >>> from tinygrad_edu.nn.utils import parametrize
    >>> layer = tg.nn.utils.parametrizations.weight_norm(tg.nn.Linear(2, 2))
    >>> with parametrize.cached():
    ...     print(layer.weight is layer.weight)
    True
    """
    if _cache.get() is not None:  # an outer block keeps it
        yield
        return
    before = _cache.set({})
    try:
        yield
    finally:
        _cache.reset(before)


class ParametrizationList(ModuleList):
    """The parametrizations of one tensor, in the order in which they are called, and what is learned in its place.

    Args:
        modules: The parametrizations.
        original: The tensor that they are for.
        unsafe: Whether they may change its shape and dtype.

    Raises:
        ValueError: If there are none, or they don't fit the tensor.

    >>> layer = tg.nn.utils.parametrizations.weight_norm(tg.nn.Linear(2, 3))
    >>> [name for name, _ in layer.parametrizations.weight.named_parameters()]
    ['original0', 'original1']
    """

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        check_arguments(self, ParametrizationList.__init__, locals())
        super().__init__(modules)
        self.unsafe = unsafe
        named_as(type(self).__name__)(self._begin)(original)

    def _begin(self, original: Any) -> None:
        """Find what is learned, and check that the tensor made of it is like the original."""
        if not len(self):
            raise ValueError("wanted one parametrization or more, got none")
        for each in self:
            if not isinstance(each, Module):
                raise TypeError(f"a parametrization must be a module, got {describe(each)}")
        shape, dtype = original.shape, original.dtype
        with no_grad():
            found: Any = original
            for each in reversed(list(self)):
                found = _inverse(each, found)
        self.is_tensor = isinstance(found, Tensor)
        if not self.is_tensor and not isinstance(found, Sequence):
            raise ValueError(f"right_inverse must return a tensor or a sequence of them, got {describe(found)}")
        self.ntensors = 1 if self.is_tensor else len(found)
        if self.is_tensor:
            if found.dtype != dtype:
                raise ValueError(f"right_inverse must keep the dtype {dtype} of the tensor, got {describe(found)}")
            original.data = found.detach()
            _register(self, "original", original)
        else:
            for number, each in enumerate(found):
                if not isinstance(each, Tensor):
                    raise ValueError(f"right_inverse must return tensors, got {describe(each)} at place {number}")
                part = Parameter(each, original.requires_grad) if isinstance(original, Parameter) else each
                _register(self, f"original{number}", part.requires_grad_(original.requires_grad))
        if not self.unsafe:
            _check_kept("a parametrization", self(), shape, dtype)

    original: Any

    def _originals(self) -> list[Any]:
        if self.is_tensor:
            return [self.original]
        return [getattr(self, f"original{number}") for number in range(self.ntensors)]

    def right_inverse(self, value: Tensor) -> None:
        """Make what is learned such that the parametrized tensor becomes `value`.

        Raises:
            RuntimeError: If a parametrization has no right_inverse.
            ValueError: If what one returns doesn't fit.
        """
        with no_grad():
            found: Any = value
            for each in reversed(list(self)):
                if not hasattr(each, "right_inverse"):
                    raise RuntimeError(
                        f"{type(each).__name__} has no right_inverse, so no original can be found for {describe(value)}"
                    )
                found = each.right_inverse(found)
            if self.is_tensor:
                found = [found]
            elif not isinstance(found, Sequence) or len(found) != self.ntensors:
                raise ValueError(f"right_inverse must return {self.ntensors} tensors, got {describe(found)}")
            for each, original in zip(found, self._originals(), strict=True):
                if not isinstance(each, Tensor) or each.dtype != original.dtype:
                    raise ValueError(f"right_inverse must return tensors of {original.dtype}, got {describe(each)}")
            for each, original in zip(found, self._originals(), strict=True):
                original.data = each.detach()

    def forward(self) -> Any:
        """The parametrized tensor."""
        first, *others = self
        x = first(*self._originals())
        for each in others:
            x = each(x)
        return x


def _inverse(parametrization: Any, value: Any) -> Any:
    """An original for a value; the value itself, if the parametrization knows of none."""
    try:
        return parametrization.right_inverse(value) if hasattr(parametrization, "right_inverse") else value
    except NotImplementedError:
        return value


def _check_kept(what: str, found: Any, shape: Any, dtype: Any) -> None:
    if not isinstance(found, Tensor):
        raise ValueError(f"{what} must return a tensor, got {describe(found)}")
    if found.dtype != dtype or found.shape != shape:
        raise ValueError(
            f"{what} must keep the shape {tuple(shape)} and the {dtype} of the tensor, got {describe(found)}; "
            "unsafe=True allows others"
        )


def _register(module: Any, name: str, tensor: Any) -> None:
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


class _Computed(property):
    """The property that a parametrized tensor is."""

    def __init__(self, name: str) -> None:
        def get(module: Any) -> Any:
            cache, key = _cache.get(), (id(module), name)
            if cache is None:
                return module.parametrizations[name]()
            if key not in cache:
                cache[key] = module.parametrizations[name]()
            return cache[key]

        super().__init__(get, lambda module, value: module.parametrizations[name].right_inverse(value))


def _deepcopied(self: Any, memo: dict[int, Any]) -> Any:
    replica = memo[id(self)] = self.__new__(type(self))
    replica.__setstate__(copy.deepcopy(vars(self), memo))
    return replica


def _not_pickled(self: Any) -> Any:
    raise RuntimeError(f"{type(self).__name__} can't be pickled, as its class is made for it; save its state_dict()")


def _assigned(self: Any, name: str, value: Any) -> None:
    if isinstance(value, Parameter) and isinstance(getattr(type(self), name, None), _Computed):
        raise KeyError(f"{type(self).__name__}: {name!r} is parametrized; assign a tensor that is no Parameter")
    super(type(self), self).__setattr__(name, value)


def _become(module: Any, kind: type) -> None:
    """Make a module one of the class that has its parametrized tensors as properties; or of `kind` itself, of none."""
    names = list(module.parametrizations)
    properties: dict[str, Any] = {name: _Computed(name) for name in names}
    methods = {"__deepcopy__": _deepcopied, "__getstate__": _not_pickled, "__setattr__": _assigned}
    made = type(f"Parametrized{kind.__name__}", (kind,), properties | methods | {"__module__": kind.__module__})
    module.__class__ = made if names else kind


@named
@checked
def register_parametrization(module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False) -> Any:
    """Compute a parameter or buffer of a module by a parametrization, from now on; return the module.

    Args:
        module: The module that has the tensor.
        tensor_name: Its name.
        parametrization: A module that makes the tensor of what is learned in its place. It may have a method
            ``right_inverse`` that finds the latter for a tensor.
        unsafe: Whether it may change the tensor's shape and dtype.

    Raises:
        ValueError: If there is no such tensor, or the parametrization changes its shape or dtype.

    >>> from tinygrad_edu.nn.utils import parametrize
    >>> class Symmetric(tg.nn.Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).mT
    >>> layer = parametrize.register_parametrization(tg.nn.Linear(3, 3), "weight", Symmetric())
    >>> tg.equal(layer.weight, layer.weight.mT)
    True
    >>> list(layer.state_dict())
    ['bias', 'parametrizations.weight.original']
    """
    parametrization.train(module.training)
    owner: Any = module
    if is_parametrized(module, tensor_name):
        before = getattr(module, tensor_name)
        if not unsafe:
            after = parametrization(before)
            _check_kept("a parametrization", after, before.shape, before.dtype)
            _check_kept("right_inverse", _inverse(parametrization, after), before.shape, before.dtype)
        owner.parametrizations[tensor_name].append(parametrization)
        owner.parametrizations[tensor_name].unsafe |= unsafe
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(f"{type(module).__name__} has no parameter or buffer of that name, got {tensor_name!r}")
    made = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
    delattr(module, tensor_name)
    kind = type_before_parametrizations(module)
    if not is_parametrized(module):
        owner.parametrizations = ModuleDict()
    owner.parametrizations[tensor_name] = made
    _become(module, kind)
    return module


@named
@checked
def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a module has a parametrized tensor; or whether the one of that name is.

    >>> tg.nn.utils.parametrize.is_parametrized(tg.nn.Linear(2, 3))
    False
    """
    found = getattr(module, "parametrizations", None)
    if not isinstance(found, ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


@named
@checked
def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Any:
    """Make a parametrized tensor an ordinary parameter or buffer again; return the module.

    Args:
        module: The module that has it.
        tensor_name: Its name.
        leave_parametrized: Whether it keeps the values that it has; otherwise it gets those of its original.

    Raises:
        ValueError: If it isn't parametrized; or if it is to get the values of its original, and there are several.

    >>> layer = tg.nn.utils.parametrizations.weight_norm(tg.nn.Linear(2, 3))
    >>> tg.nn.utils.parametrize.remove_parametrizations(layer, "weight")
    Linear(in_features=2, out_features=3, bias=True)
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"{describe(module)} has no parametrization of {tensor_name!r}")
    owner: Any = module
    made = owner.parametrizations[tensor_name]
    if made.is_tensor:
        original = made.original
        if leave_parametrized:
            with no_grad():
                original.data = getattr(module, tensor_name).detach()
    elif leave_parametrized:
        now = getattr(module, tensor_name)
        original = Parameter(now.detach()) if now.requires_grad else now
    else:
        raise ValueError(f"{tensor_name!r} is made of {made.ntensors} tensors; leave_parametrized=False can't be")
    del owner.parametrizations[tensor_name]
    kind = type_before_parametrizations(module)
    _become(module, kind)
    if type(module) is kind:
        del owner.parametrizations
    _register(module, tensor_name, original)
    return module


@named
@checked
def type_before_parametrizations(module: Module) -> type:
    """The class that a module had before it was parametrized.

    >>> layer = tg.nn.utils.parametrizations.weight_norm(tg.nn.Linear(2, 3))
    >>> tg.nn.utils.parametrize.type_before_parametrizations(layer)
    <class 'tinygrad_edu.nn._linear.Linear'>
    """
    kind = type(module)
    return kind.__bases__[0] if any(isinstance(each, _Computed) for each in vars(kind).values()) else kind


@named
@checked
def transfer_parametrizations_and_params(from_module: Module, to_module: Module, tensor_name: str | None = None) -> Any:
    """Give a module the parametrizations of another, and what is learned by them; return it.

    Args:
        from_module: The module that has them.
        to_module: The module that gets them; a tensor that it lacks is made.
        tensor_name: Only those of this tensor.

    >>> first = tg.nn.utils.parametrizations.weight_norm(tg.nn.Linear(2, 3))
    >>> second = tg.nn.utils.parametrize.transfer_parametrizations_and_params(first, tg.nn.Linear(2, 3))
    >>> tg.equal(first.weight, second.weight)
    True
    """
    if not is_parametrized(from_module):
        return to_module
    given: Any = from_module
    taker: Any = to_module
    for name in list(given.parametrizations) if tensor_name is None else [tensor_name]:
        source = given.parametrizations[name]
        if not hasattr(taker, name):
            setattr(taker, name, Parameter(getattr(given, name).detach()))
        for each in source:
            register_parametrization(taker, name, each)
        for original in [each for each in vars(source) if each.startswith("original")]:
            setattr(taker.parametrizations[name], original, getattr(source, original))
    return to_module
