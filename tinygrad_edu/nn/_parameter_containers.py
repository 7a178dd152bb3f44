"""Containers of parameters: a list of them, and a dict.

Source: https://docs.pytorch.org/docs/stable/nn.html#containers
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn._containers import ByName, position_of
from tinygrad_edu.nn._members import PARAMETER
from tinygrad_edu.nn._module import Module, bracketed
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["ParameterDict", "ParameterList"]


def _as_parameter(owner: str, value: Any) -> Parameter:
    """A tensor as a Parameter."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{owner}: wanted a Parameter or a tensor, got {describe(value)}")
    return value if isinstance(value, Parameter) else Parameter(value)


def _line(label: str, parameter: Any) -> str:
    name = parameter.dtype.name
    return f"({label}): Parameter containing: [{name} of size {'x'.join(map(str, parameter.shape))}]"


class ParameterList(Module):
    """A list of parameters that are registered; plain tensors put in become parameters.

    Args:
        values: The parameters to begin with.

    >>> weights = tg.nn.ParameterList([tg.ones(2), tg.zeros(3)])
    >>> len(weights), weights[1].requires_grad
    (2, True)
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        if values is not None:
            self.extend(values)

    def __len__(self) -> int:
        return len(self._of_kind(PARAMETER))

    def __iter__(self) -> Iterator[Any]:
        return (parameter for _, parameter in self._of_kind(PARAMETER))

    def _name_at(self, index: Any) -> str:
        position = position_of(self, index)
        if not -len(self) <= position < len(self):
            raise IndexError(f"ParameterList: index {position} is out of range for {len(self)} parameters")
        return str(position % len(self))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return getattr(self, self._name_at(index))

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, self._name_at(index), _as_parameter("ParameterList", value))

    def append(self, value: Any) -> Self:
        """Put a parameter at the end, and return the list."""
        self.register_parameter(str(len(self)), _as_parameter("ParameterList", value))
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Put several parameters at the end, in order, and return the list.

        Raises:
            TypeError: If `values` isn't iterable, or is a single tensor.
        """
        if isinstance(values, Tensor) or not isinstance(values, Iterable):
            raise TypeError(f"ParameterList: wanted a list of parameters, got {describe(values)}")
        for value in list(values):
            self.append(value)
        return self

    __iadd__ = extend

    def __repr__(self) -> str:
        return bracketed("ParameterList", [], [_line(name, each) for name, each in self._of_kind(PARAMETER)])


class ParameterDict(ByName):
    """Parameters by name; plain tensors put in become parameters.

    Args:
        parameters: A dict, or pairs of name and parameter, to begin with.

    >>> weights = tg.nn.ParameterDict({"left": tg.ones(2), "right": tg.zeros(3)})
    >>> list(weights), weights["left"].requires_grad
    (['left', 'right'], True)
    """

    _kind = PARAMETER

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        if parameters is not None:
            self.update(parameters)

    def __setitem__(self, key: str, value: Any) -> None:
        self.register_parameter(key, _as_parameter("ParameterDict", value))

    def update(self, parameters: Any) -> None:
        """Put in all parameters of a dict, or of pairs; those of the same name are replaced.

        Raises:
            TypeError: If it is neither.
        """
        self._put_all(parameters)

    def __repr__(self) -> str:
        return bracketed("ParameterDict", [], [_line(name, each) for name, each in self._of_kind(PARAMETER)])
