"""functional_call: a module as a function of its parameters.

Source: https://docs.pytorch.org/docs/stable/generated/torch.func.functional_call.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tinygrad_edu._errors import describe, listed
from tinygrad_edu._signatures import checked
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.nn._module import Module

__all__ = ["functional_call"]


@checked
def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """What `module` returns if these tensors stand in the places of its parameters and buffers; it stays as it was.

    Args:
        module: The module.
        parameter_and_buffer_dicts: Tensors by the names that ``named_parameters`` and ``named_buffers`` give, or
            several such dicts. What isn't named keeps its value.
        args: The arguments: a tuple, or one that isn't a tuple.
        kwargs: The keywords.
        tie_weights: Whether a tensor that the module has under several names is replaced under all of them.
        strict: Refuse names that the module doesn't have, and to leave out any that it has.

    Raises:
        RuntimeError: With ``strict=True``.
        TypeError: If `module` isn't a module, or what is given isn't a tensor.

    >>> layer = tg.nn.Linear(2, 1, bias=False)
    >>> tg.func.functional_call(layer, {"weight": tg.tensor([[1.0, 10.0]])}, tg.tensor([3.0, 4.0]))
    tensor([43.])
    """
    if not isinstance(module, Module):
        raise TypeError(f"functional_call: wanted a module, got {describe(module)}")
    dicts: Any = parameter_and_buffer_dicts
    if not isinstance(dicts, (Mapping, tuple, list)):
        raise TypeError(f"functional_call: wanted a dict of tensors, or several, got {describe(dicts)}")
    given: dict[str, Any] = {}
    for each in [dicts] if isinstance(dicts, Mapping) else dicts:
        if not isinstance(each, Mapping):
            raise TypeError(f"functional_call: wanted dicts of tensors, got {describe(each)}")
        given.update(each)
    for name, value in given.items():
        if not isinstance(value, TensorBase):
            raise TypeError(f"functional_call: wanted a tensor for {name!r}, got {describe(value)}")
    places = _places(module)
    if strict:
        missing, unknown = places.keys() - given.keys(), given.keys() - places.keys()
        if missing or unknown:
            raise RuntimeError(
                f"functional_call, strict=True: {type(module).__name__} wants {listed(places)}; missing are "
                f"[{listed(sorted(missing))}], and unknown [{listed(sorted(unknown))}]"
            )
    new = {name: value for name, value in given.items() if name in places}
    if tie_weights:
        by_tensor = {id(_value(places[name])): value for name, value in new.items()}
        new = {
            name: new.get(name, by_tensor.get(id(_value(place))))
            for name, place in places.items()
            if name in new or id(_value(place)) in by_tensor
        }
    kept = {name: _value(places[name]) for name in new}
    for name, value in new.items():
        _put(places[name], value)
    try:
        positional = () if args is None else args if isinstance(args, tuple) else (args,)
        return module(*positional, **(kwargs or {}))
    finally:
        for name, value in kept.items():
            _put(places[name], value)


def _places(module: Module) -> dict[str, tuple[Module, str]]:
    """The module and the attribute of each parameter and buffer, by its full name."""
    found = [name for name, _ in module.named_parameters(remove_duplicate=False)]
    found += [name for name, _ in module.named_buffers(remove_duplicate=False)]
    places = {}
    for name in found:
        owner, _, attribute = name.rpartition(".")
        places[name] = (module.get_submodule(owner), attribute)
    return places


def _value(place: tuple[Module, str]) -> Any:
    return vars(place[0])[place[1]]


def _put(place: tuple[Module, str], value: Any) -> None:
    """Set the attribute alone: what the module notes of its members stays."""
    place[0]._set_for_all(place[1], value)
