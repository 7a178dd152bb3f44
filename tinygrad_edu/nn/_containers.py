"""Containers: modules and parameters in a row, in a list, or by name.

Source: https://docs.pytorch.org/docs/stable/nn.html#containers
"""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from tinygrad_edu._errors import describe, listed
from tinygrad_edu.nn._members import MODULE
from tinygrad_edu.nn._module import Module, bracketed, indented

__all__ = ["ModuleDict", "ModuleList", "Sequential"]


class _Numbered(Module):
    """What `Sequential` and `ModuleList` share: children called "0", "1", ... in order."""

    def _children(self) -> list[Any]:
        return [module for _, module in self._of_kind(MODULE)]

    def _names(self) -> list[str]:
        return [name for name, _ in self._of_kind(MODULE)]

    def _name_at(self, index: Any) -> str:
        """Return the name of the child at a position, counted from the end if negative."""
        position = operator.index(index)
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
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Any:
        """Put a module before the one at `index`; Sequential returns itself, as in PyTorch."""
        children = self._children()
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

    Example:
        >>> import tinygrad_edu as tg
        >>> from tinygrad_edu import nn
        >>> net = nn.Sequential(nn.Linear(784, 50), nn.Sigmoid(), nn.Linear(50, 10))
        >>> net(tg.zeros(100, 784)).shape
        tinygrad_edu.Size([100, 10])
        >>> net[1]
        Sigmoid()

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
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

    Example:
        >>> from tinygrad_edu import nn
        >>> layers = nn.ModuleList([nn.Linear(10, 10) for _ in range(3)])
        >>> layers
        ModuleList(
          (0-2): 3 x Linear(in_features=10, out_features=10, bias=True)
        )

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
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


class ModuleDict(Module):
    """Modules by name, in the order in which they were put in.

    Args:
        modules: A dict, or pairs of name and module, to begin with.

    Example:
        >>> from tinygrad_edu import nn
        >>> choices = nn.ModuleDict({"relu": nn.ReLU(), "sigmoid": nn.Sigmoid()})
        >>> choices["relu"]
        ReLU()

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(f"ModuleDict: there is no module {key!r}; there are {listed(self.keys()) or 'none'}")
        return getattr(self, key)

    def __setitem__(self, key: str, module: Module) -> None:
        self.register_module(key, module)

    def __delitem__(self, key: str) -> None:
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._of_kind(MODULE))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return key in dict(self._of_kind(MODULE))

    def keys(self) -> Iterable[str]:
        """Return the names."""
        return dict(self._of_kind(MODULE)).keys()

    def values(self) -> Iterable[Any]:
        """Return the modules."""
        return dict(self._of_kind(MODULE)).values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Return pairs of name and module."""
        return dict(self._of_kind(MODULE)).items()

    def clear(self) -> None:
        """Take all modules out."""
        for key in list(self.keys()):
            del self[key]

    def pop(self, key: str) -> Any:
        """Take the module called `key` out, and return it."""
        module = self[key]
        del self[key]
        return module

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Put in all modules of a dict, or of pairs; those of the same name are replaced.

        Raises:
            TypeError: If it is neither.
        """
        if not isinstance(modules, Iterable):
            raise TypeError(f"ModuleDict.update: wanted a dict of modules, got {describe(modules)}")
        pairs = modules.items() if isinstance(modules, (Mapping, ModuleDict)) else modules
        for pair in pairs:
            if not (isinstance(pair, (tuple, list)) and len(pair) == 2):
                raise TypeError(f"ModuleDict.update: wanted pairs of a name and a module, got {describe(pair)}")
            self[pair[0]] = pair[1]
