"""The settings of optimizers: gathered from the arguments of an `__init__`, checked, and read at each step.

A setting that PyTorch takes as a number or as a tensor of one number may be either here too, and a
NumPy number, which is what computations of learning rates often give.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.graph import TensorBase, constant

__all__ = ["fraction", "not_negative", "pair", "plain", "plain_settings", "settings_of", "two_fractions"]

_PLAIN = {bool, float, int, list, type(None)}  # the types of most, and that of the parameters' list


def settings_of(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The settings among the `arguments` of an `__init__`, its ``locals()``; lists as tuples, for groups share them."""
    settings = {name: value for name, value in arguments.items() if name not in ("self", "params", "__class__")}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}


def not_negative(optimizer: object, **settings: Any) -> None:
    """Refuse settings that aren't numbers of 0 or more."""
    for name, value in settings.items():
        if not _number(optimizer, name, value) >= 0:
            raise ValueError(f"{type(optimizer).__name__}: {name} can't be negative, got {describe(value)}")


def fraction(optimizer: object, **settings: Any) -> None:
    """Refuse settings that aren't numbers from 0 to 1."""
    for name, value in settings.items():
        if not 0 <= _number(optimizer, name, value) <= 1:
            raise ValueError(f"{type(optimizer).__name__}: {name} must be from 0 to 1, got {describe(value)}")


def pair(optimizer: object, **settings: Any) -> tuple[Any, Any]:
    """The two numbers of a setting."""
    ((name, values),) = settings.items()
    if not isinstance(values, (tuple, list)) or len(values) != 2:
        raise TypeError(f"{type(optimizer).__name__}: {name} must be two numbers, got {describe(values)}")
    first, second = (_number(optimizer, name, value) for value in values)
    return first, second


def two_fractions(optimizer: object, **settings: Any) -> None:
    """Refuse settings that aren't pairs of numbers from 0 up to, but without, 1."""
    for name, values in settings.items():
        for place, value in enumerate(pair(optimizer, **{name: values})):
            if not 0 <= value < 1:
                raise ValueError(
                    f"{type(optimizer).__name__}: {name}[{place}] must be at least 0 and less than 1, "
                    f"got {describe(values[place])}"
                )


def plain(value: Any) -> Any:
    """A setting for computations: numbers in tensors or of NumPy's as Python's own, which take on any dtype."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, TensorBase):
        value = value._data
    if isinstance(value, (np.ndarray, np.generic)):
        return value.item()
    if isinstance(value, (tuple, list)):
        return tuple([plain(each) for each in value])
    return value


def plain_settings(group: dict[str, Any]) -> dict[str, Any]:
    """The settings of a group, all of them plain."""
    if _PLAIN.issuperset(map(type, group.values())):
        return group
    return {name: plain(value) for name, value in group.items()}


def _number(optimizer: object, name: str, value: Any) -> Any:
    if np.size(constant(value)) != 1:
        raise ValueError(f"{type(optimizer).__name__}: {name} must be one number, got {describe(value)}")
    number = plain(value)
    if not isinstance(number, Real):
        raise TypeError(f"{type(optimizer).__name__}: {name} must be a number, got {describe(value)}")
    return number
