"""What the package consists of: its modules, its public names, and what has a docstring of its own."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import tinygrad_edu
from tinygrad_edu import linalg, nn, optim

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "tinygrad_edu"


class Documented(NamedTuple):
    """An object that the package defines, by its full name, with its docstring."""

    name: str
    module: str
    member: Any
    text: str

    @property
    def home(self) -> str:
        """The file that it stands in, as seen from the repository's root."""
        return home_of(self.module)

    @property
    def line(self) -> int:
        """The number of the line, from 0, on which the docstring opens; 0 if it isn't written out in the file."""
        source = (ROOT / self.home).read_text(encoding="utf-8")
        found = source.find(self.text.strip().split("\n")[0])
        return source.count("\n", 0, found) if found >= 0 else 0


def home_of(module: str) -> str:
    """The file of a module, as seen from the repository's root."""
    file = importlib.import_module(module).__file__
    assert file is not None
    return Path(file).relative_to(ROOT).as_posix()


@cache
def modules() -> tuple[ModuleType, ...]:
    """All modules of the package, itself first."""
    found = pkgutil.walk_packages(tinygrad_edu.__path__, "tinygrad_edu.")
    return tinygrad_edu, *(importlib.import_module(each.name) for each in found)


def original(member: Any) -> Any:
    """What was written: the function inside of a property, a class method or any number of decorators."""
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, staticmethod | classmethod):
        member = member.__func__
    return inspect.unwrap(member)


@cache
def documented() -> tuple[Documented, ...]:
    """Every module, class, function, method and property that has a docstring, each once and where it is defined."""
    found: dict[int, Documented] = {}
    for module in modules():
        if module.__doc__:
            found[id(module)] = Documented(module.__name__, module.__name__, module, module.__doc__)
        for each in _members(module.__name__, vars(module)):
            found.setdefault(id(original(each.member)), each)
    return tuple(found.values())


def _members(module: str, space: Any) -> Iterator[Documented]:
    """The documented members of a module or class, those of classes within it too, that `module` defines."""
    for name, member in list(space.items()):
        written = original(member)
        if not (inspect.isfunction(written) or inspect.isclass(written)) or written.__module__ != module:
            continue
        if member.__doc__ and not _inherited(written):
            yield Documented(f"{module}.{getattr(written, '__qualname__', name)}", module, member, member.__doc__)
        if inspect.isclass(written):
            yield from _members(module, vars(written))


def _inherited(written: Any) -> bool:
    """Whether a class has only the docstring of a class above it."""
    return inspect.isclass(written) and "__doc__" not in vars(written)


def taken_whole(room: str) -> Iterator[str]:
    """The files whose public names a face hands on, with ``from … import *``; the room itself if there are none."""
    tree = ast.parse((ROOT / home_of(room)).read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    stars = [node.module for node in imports if node.module and node.names[0].name == "*"]
    for star in stars:
        yield from taken_whole(star)
    if not stars:
        yield room


def published(face: Any) -> list[str]:
    """The names that a face with an ``__all__`` publishes; type checkers follow its star imports instead."""
    names: list[str] = face.__all__
    return names


def names_of(face: str) -> list[str]:
    """The names of the files that a face takes whole."""
    return [name for room in taken_whole(face) for name in importlib.import_module(room).__all__]


@cache
def public() -> dict[str, Any]:
    """Every public function, class and method, once, by how it is written in a program."""
    methods = [name for name in dir(tinygrad_edu.Tensor) if not name.startswith("_")]
    faces: list[tuple[str, Any, list[str]]] = [
        ("tg.nn.functional", nn.functional, published(nn.functional)),
        ("tg", tinygrad_edu, names_of("tinygrad_edu")),
        ("tg.nn", nn, published(nn)),
        ("tg.nn.init", nn.init, nn.init.__all__),
        ("tg.nn.utils", nn.utils, nn.utils.__all__),
        ("tg.nn.utils.parametrizations", nn.utils.parametrizations, nn.utils.parametrizations.__all__),
        ("tg.nn.utils.parametrize", nn.utils.parametrize, nn.utils.parametrize.__all__),
        ("tg.special", tinygrad_edu.special, tinygrad_edu.special.__all__),
        ("tg.optim", optim, names_of("tinygrad_edu.optim")),
        ("tg.linalg", linalg, published(linalg)),
        ("tg.Tensor", tinygrad_edu.Tensor, methods),
    ]
    found: dict[int, tuple[str, Any]] = {}
    for face, place, names in faces:
        for name in names:
            member = inspect.getattr_static(place, name)
            written = original(member)
            if isinstance(member, property) or not (inspect.isfunction(written) or inspect.isclass(written)):
                continue
            if written.__module__ != "tinygrad_edu.autograd.graph":  # the engine's side of a tensor
                found.setdefault(id(written), (f"{face}.{name}", member))
    return dict(found.values())
