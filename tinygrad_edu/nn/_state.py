"""A module's state as a dict from dotted paths to tensors, and back again.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.state_dict
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, NamedTuple

from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.nn._members import BUFFER, MODULE, PARAMETER, Members
from tinygrad_edu.nn.parameter import Parameter, is_lazy

__all__ = ["IncompatibleKeys", "StateHooks", "collect", "load"]

EXTRA = "_extra_state"  # the key of what get_extra_state returns


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict` found not to match.

    Attributes:
        missing_keys: What the module has and the dict hasn't.
        unexpected_keys: What the dict has and the module hasn't.
    """

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class Place(NamedTuple):
    """Where a tensor of the state is: the module that has it, the attribute, the tensor itself."""

    module: Members
    name: str
    tensor: Any


class StateHooks:
    """The functions that see, and may change, the state of one module as it is collected or loaded."""

    def __init__(self) -> None:
        self.before_collecting: OrderedDict[int, Callable[..., Any]] = OrderedDict()
        self.after_collecting: OrderedDict[int, Callable[..., Any]] = OrderedDict()
        self.before_loading: OrderedDict[int, Callable[..., Any]] = OrderedDict()
        self.after_loading: OrderedDict[int, Callable[..., Any]] = OrderedDict()


def hooks_of(module: Any, kind: str) -> list[Callable[..., Any]]:
    """The functions of a kind that a module has, in the order in which they are called."""
    hooks = vars(module).get("_state_hooks")
    return [] if hooks is None else list(getattr(hooks, kind).values())


def places(module: Members, prefix: str = "") -> Iterator[tuple[str, Place]]:
    """Iterate over all that is saved of a module: its parameters, its buffers, then its children's."""
    for path, each in module.named_modules(remove_duplicate=False):
        for kind in (PARAMETER, BUFFER):
            for name, tensor in each._of_kind(kind):
                if tensor is not None:
                    yield f"{prefix}{path}.{name}" if path else prefix + name, Place(each, name, tensor)


def collect(module: Any, destination: MutableMapping[str, Any], prefix: str, keep_vars: bool) -> None:
    """Put the state of `module` into `destination`; see `Module.state_dict`."""
    for hook in hooks_of(module, "before_collecting"):
        hook(module, prefix, keep_vars)
    for kind in (PARAMETER, BUFFER):
        for name, tensor in module._of_kind(kind):
            if tensor is not None:
                destination[prefix + name] = tensor if keep_vars or is_lazy(tensor) else tensor.detach()
    if _has_extra(module):
        destination[prefix + EXTRA] = module.get_extra_state()
    for name, child in module._of_kind(MODULE):
        if child is not None:
            child.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
    for hook in hooks_of(module, "after_collecting"):
        hook(module, destination, prefix, {})


def _has_extra(module: Any) -> bool:
    """Whether a module has a state of its own kind, besides tensors."""
    return type(module).get_extra_state is not type(module)._without_extra_state


def load(module: Members, state_dict: Mapping[str, Any], strict: bool, assign: bool) -> IncompatibleKeys:
    """Put `state_dict` into `module`, after checking all of it; see `Module.load_state_dict`."""
    if not isinstance(state_dict, Mapping):
        raise TypeError(
            f"load_state_dict: wanted a dict as state_dict() returns it, got {describe(state_dict)}; "
            "to read a file, use load_state_dict(tinygrad_edu.load(path))"
        )
    modules: list[tuple[str, Any]] = list(module.named_modules(remove_duplicate=False))
    state_dict, words = dict(state_dict), list[str]()
    for path, each in modules:
        for hook in hooks_of(each, "before_loading"):
            hook(state_dict, f"{path}." if path else "", {}, strict, [], [], words)
    wanted = dict(places(module))
    extra = {f"{path}.{EXTRA}" if path else EXTRA: each for path, each in modules if _has_extra(each)}
    known = [*wanted, *extra]
    found = IncompatibleKeys(
        [key for key in known if key not in state_dict], [key for key in state_dict if key not in known]
    )
    after = [(each, hook) for _, each in reversed(modules) for hook in hooks_of(each, "after_loading")]
    _refuse(module, words + _misfits(wanted, state_dict), found if strict and not after else None)
    with no_grad():
        for key, place in wanted.items():
            if key in state_dict:
                _put(place, state_dict[key], assign)
    for key, each in extra.items():
        if key in state_dict:
            each.set_extra_state(state_dict[key])
    for each, hook in after:  # which may take keys out of the lists
        hook(each, found)
    _refuse(module, [], found if strict else None)
    return found


def _refuse(module: Members, problems: list[str], found: IncompatibleKeys | None) -> None:
    """Raise an error that says what doesn't fit, if anything."""
    if found is not None:
        problems = _key_problems(*found) + problems
    if problems:
        raise RuntimeError(
            f"load_state_dict: the state doesn't fit {type(module).__name__}, which is left as it was:\n  "
            + "\n  ".join(problems)
        )


def _key_problems(missing: list[str], unexpected: list[str]) -> list[str]:
    problems = []
    if missing:
        problems.append("missing keys: " + ", ".join(map(repr, missing)))
    if unexpected:
        problems.append("unexpected keys: " + ", ".join(map(repr, unexpected)))
    if problems:
        problems.append("(strict=False loads what matches)")
    return problems


def _misfits(wanted: Mapping[str, Place], state_dict: Mapping[str, Any]) -> list[str]:
    """What is wrong, in words, with the values that can't be put in their places."""
    problems = []
    for key, place in wanted.items():
        value = state_dict.get(key, place.tensor)
        if not isinstance(value, TensorBase):
            problems.append(f"{key}: wanted a tensor, got {describe(value)}")
        elif is_lazy(value) or (value._data.shape != place.tensor._data.shape and not is_lazy(place.tensor)):
            problems.append(f"{key}: the state has shape {value._data.shape}, the module {place.tensor._data.shape}")
    return problems


def _put(place: Place, value: Any, assign: bool) -> None:
    if is_lazy(place.tensor):
        place.tensor.materialize(value.shape)
    if not assign:
        place.tensor.copy_(value)
    elif isinstance(place.tensor, Parameter) and not isinstance(value, Parameter):
        setattr(place.module, place.name, Parameter(value, requires_grad=place.tensor.requires_grad))
    else:
        setattr(place.module, place.name, value)
