"""Containers: modules and parameters in a row, in a list, or by name.

Source: https://docs.pytorch.org/docs/stable/nn.html#containers
"""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any, ClassVar, Self

from tinygrad_edu._errors import describe, listed
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn._members import MODULE
from tinygrad_edu.nn._module import Module, bracketed, indented

__all__ = ["ModuleDict", "ModuleList", "Sequential"]


def position_of(container: Module, index: Any) -> int:
    """The index of a container as an integer."""
    try:
        return operator.index(index)
    except (TypeError, ValueError):
        wanted = f"{type(container).__name__}: an index must be an integer"
        raise TypeError(f"{wanted}, got {describe(index)}") from None


class _Numbered(Module):
    """A module with children called "0", "1", ... in order: `Sequential` and `ModuleList`."""

    def _children(self) -> list[Any]:
        return [module for _, module in self._of_kind(MODULE)]

    def _names(self) -> list[str]:
        return [name for name, _ in self._of_kind(MODULE)]

    def _name_at(self, index: Any) -> str:
        """The name of the child at a position, counted from the end if negative."""
        position = position_of(self, index)
        names = self._names()
        if not -len(names) <= position < len(names):
            raise IndexError(f"{type(self).__name__}: index {position} is out of range for {len(names)} modules")
        return names[position]

    def _refill(self, modules: Iterable[Any]) -> None:
        """Put `modules` in place of the children, numbered from 0."""
        for name in self._names():
            delattr(self, name)
        for number, module in enumerate(modules):
            self.register_module(str(number), module)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._sliced(index)
        return getattr(self, self._name_at(index))

    def _sliced(self, index: slice) -> Any:
        raise NotImplementedError

    def __setitem__(self, index: Any, module: Module) -> None:
        name = self._name_at(index)
        self.register_module(name, module)

    def __delitem__(self, index: Any) -> None:
        names = self._names()
        doomed = names[index] if isinstance(index, slice) else [self._name_at(index)]
        for name in doomed:
            delattr(self, name)
        self._refill(self._children())

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._children())

    def append(self, module: Module) -> Self:
        """Put a module at the end, and return the container."""
        self.register_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put several modules at the end, in order, and return the container.

        Raises:
            TypeError: If `modules` isn't iterable.
        """
        if not isinstance(modules, Iterable):
            raise TypeError(f"{type(self).__name__}.extend: wanted a list of modules, got {describe(modules)}")
        modules = list(modules)
        for number, module in enumerate(modules, len(self)):
            self._check_module(str(number), module)
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Any:
        """Put a module before the one at `index`; Sequential returns itself, as in PyTorch."""
        self._check_module(str(index), module)
        children = self._children()
        index = position_of(self, index)
        if not -len(children) <= index <= len(children):
            raise IndexError(f"{type(self).__name__}: index {index} is out of range for {len(children)} modules")
        children.insert(index, module)
        self._refill(children)

    def pop(self, key: int | slice) -> Any:
        """Take the module at a position out, and return it."""
        module = self[key]
        del self[key]
        return module


class Sequential(_Numbered):
    """Modules one after the other: the output of each is the input of the next.

    Args:
        args: The modules in order; or one OrderedDict of names and modules.

    >>> from tinygrad_edu import nn
    >>> net = nn.Sequential(nn.Linear(784, 50), nn.Sigmoid(), nn.Linear(50, 10))
    >>> net(tg.zeros(100, 784)).shape
    tinygrad_edu.Size([100, 10])
    >>> net[1]
    Sigmoid()
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for name, module in args[0].items():
                self.register_module(name, module)
            return
        if len(args) == 1 and isinstance(args[0], (list, tuple)):
            raise TypeError("Sequential: got a list; pass the modules one by one: Sequential(*modules)")
        for number, module in enumerate(args):
            self.register_module(str(number), module)

    def forward(self, input: Any) -> Any:
        """Hand `input` through the modules in order."""
        attributes = self.__dict__
        for name, kind in self._members.items():  # not _children(), whose lists cost time (benchmark W3)
            if kind == MODULE:
                module = attributes[name]
                input = module.forward(input) if module._hooks is None else module(input)
        return input

    def _sliced(self, index: slice) -> Sequential:
        return type(self)(OrderedDict(self._of_kind(MODULE)[index]))

    def insert(self, index: int, module: Module) -> Self:
        """Put a module before the one at `index`, and return the container.

        Raises:
            IndexError: If `index` is out of range.
        """
        super().insert(index, module)
        return self

    def __add__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            return NotImplemented
        return Sequential(*self, *other)

    def __iadd__(self, other: Sequential) -> Self:
        if not isinstance(other, Sequential):
            return NotImplemented
        return self.extend(other)


class ModuleList(_Numbered):
    """A list of modules that are registered; what to compute with them is up to you.

    Args:
        modules: The modules to begin with.

    >>> tg.nn.ModuleList([tg.nn.Linear(10, 10) for _ in range(3)])
    ModuleList(
      (0-2): 3 x Linear(in_features=10, out_features=10, bias=True)
    )
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def _sliced(self, index: slice) -> ModuleList:
        return type(self)(self._children()[index])

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __repr__(self) -> str:
        parts: list[str] = []
        texts = [repr(module) for module in self]
        start = 0
        while start < len(texts):  # equal neighbours share a line
            end = start
            while end < len(texts) and texts[end] == texts[start]:
                end += 1
            label, count = (f"({start})", "") if end == start + 1 else (f"({start}-{end - 1})", f"{end - start} x ")
            parts.append(f"{label}: {indented(count + texts[start])}")
            start = end
        return bracketed(self._get_name(), [], parts)


class ByName(Module):
    """A module whose members of one kind are looked up by name: `ModuleDict` and `ParameterDict`."""

    _kind: ClassVar[str]

    def __getitem__(self, key: str) -> Any:
        if not isinstance(key, str) or key not in self:
            there = listed(self.keys()) or "none"
            raise KeyError(f"{type(self).__name__}: there is no {self._kind} {key!r}; there are {there}")
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        raise NotImplementedError

    def __delitem__(self, key: str) -> None:
        self[key]
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._of_kind(self._kind))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self.keys()

    def keys(self) -> KeysView[str]:
        """The names."""
        return dict(self._of_kind(self._kind)).keys()

    def values(self) -> ValuesView[Any]:
        """The members."""
        return dict(self._of_kind(self._kind)).values()

    def items(self) -> ItemsView[str, Any]:
        """Pairs of name and member."""
        return dict(self._of_kind(self._kind)).items()

    def clear(self) -> None:
        """Take all members out."""
        for key in list(self.keys()):
            del self[key]

    def pop(self, key: str) -> Any:
        """Take the member called `key` out, and return it."""
        member = self[key]
        del self[key]
        return member

    def _put_all(self, given: Any) -> None:
        """Put in all members of a dict, or of pairs."""
        owner = f"{type(self).__name__}.update"
        if isinstance(given, Tensor) or not isinstance(given, Iterable):
            raise TypeError(f"{owner}: wanted a dict of {self._kind}s, got {describe(given)}")
        for pair in given.items() if isinstance(given, (Mapping, ByName)) else given:
            if not (isinstance(pair, (tuple, list)) and len(pair) == 2):
                raise TypeError(f"{owner}: wanted pairs of a name and a {self._kind}, got {describe(pair)}")
            self[pair[0]] = pair[1]


class ModuleDict(ByName):
    """Modules by name, in the order in which they were put in.

    Args:
        modules: A dict, or pairs of name and module, to begin with.

    >>> choices = tg.nn.ModuleDict({"relu": tg.nn.ReLU(), "sigmoid": tg.nn.Sigmoid()})
    >>> choices["relu"]
    ReLU()
    """

    _kind = MODULE

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __setitem__(self, key: str, module: Module) -> None:
        self.register_module(key, module)

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Put in all modules of a dict, or of pairs; those of the same name are replaced.

        Raises:
            TypeError: If it is neither.
        """
        self._put_all(modules)
