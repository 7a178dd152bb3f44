"""What the tensors of a program are called: by its variables, and by the parameters of its modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.nn import Module

__all__ = ["names_in", "names_of_caller"]


def names_in(operation: str, named: Any, frame: FrameType) -> dict[str, TensorBase]:
    """The tensors that have a name, by it: those of `named`, a module or a dict of tensors, or else of the caller.

    Raises:
        TypeError: If `named` is neither.
    """
    if named is None:
        return names_of_caller(frame)
    if isinstance(named, Module):
        return dict(_of_module(named))
    if isinstance(named, Mapping):
        return dict(_of_variables(named))
    raise TypeError(
        f"{operation}: named must be a module, or a dict of tensors and modules by their names; got {describe(named)}"
    )


def names_of_caller(frame: FrameType) -> dict[str, TensorBase]:
    """The tensors in the variables of a running function and of its file; the function's own come first."""
    variables = {**frame.f_globals, **frame.f_locals}
    return dict(_of_variables({name: value for name, value in variables.items() if not name.startswith("_")}))


def _of_variables(variables: Mapping[str, Any]) -> Iterator[tuple[str, TensorBase]]:
    for name, value in variables.items():
        if isinstance(value, TensorBase):
            yield name, value
    for name, value in variables.items():
        if isinstance(value, Module):
            yield from ((f"{name}.{each}", tensor) for each, tensor in _of_module(value))


def _of_module(module: Module) -> Iterator[tuple[str, TensorBase]]:
    yield from module.named_parameters()
    yield from module.named_buffers()
