"""Containers of parameters: a list of them, and a dict.

Source: https://docs.pytorch.org/docs/stable/nn.html#containers
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from tinygrad_edu._errors import describe, listed
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn._members import PARAMETER
from tinygrad_edu.nn._module import Module, bracketed
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["ParameterDict", "ParameterList"]


def _as_parameter(owner: str, value: Any) -> Parameter:
    """Return a tensor as a Parameter."""
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

    Example:
        >>> import tinygrad_edu as tg
        >>> weights = tg.nn.ParameterList([tg.ones(2), tg.zeros(3)])
        >>> len(weights), weights[1].requires_grad
        (2, True)

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ParameterList.html
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
        position = operator.index(index)
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


class ParameterDict(Module):
    """Parameters by name; plain tensors put in become parameters.

    Args:
        parameters: A dict, or pairs of name and parameter, to begin with.

    Example:
        >>> import tinygrad_edu as tg
        >>> weights = tg.nn.ParameterDict({"left": tg.ones(2), "right": tg.zeros(3)})
        >>> list(weights), weights["left"].requires_grad
        (['left', 'right'], True)

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ParameterDict.html
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(f"ParameterDict: there is no parameter {key!r}; there are {listed(self.keys()) or 'none'}")
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        self.register_parameter(key, _as_parameter("ParameterDict", value))

    def __delitem__(self, key: str) -> None:
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._of_kind(PARAMETER))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return key in dict(self._of_kind(PARAMETER))

    def keys(self) -> Iterable[str]:
        """Return the names."""
        return dict(self._of_kind(PARAMETER)).keys()

    def values(self) -> Iterable[Any]:
        """Return the parameters."""
        return dict(self._of_kind(PARAMETER)).values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Return pairs of name and parameter."""
        return dict(self._of_kind(PARAMETER)).items()

    def pop(self, key: str) -> Any:
        """Take the parameter called `key` out, and return it."""
        parameter = self[key]
        del self[key]
        return parameter

    def update(self, parameters: Any) -> None:
        """Put in all parameters of a dict, or of pairs; those of the same name are replaced.

        Raises:
            TypeError: If it is neither.
        """
        if isinstance(parameters, Tensor) or not isinstance(parameters, Iterable):
            raise TypeError(f"ParameterDict.update: wanted a dict of parameters, got {describe(parameters)}")
        pairs = parameters.items() if isinstance(parameters, (Mapping, ParameterDict)) else parameters
        for key, value in pairs:
            self[key] = value

    def __repr__(self) -> str:
        return bracketed("ParameterDict", [], [_line(name, each) for name, each in self._of_kind(PARAMETER)])
