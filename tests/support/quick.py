"""The tests that prove one operation, layer or optimiser: ``python -m pytest --operation hypot``.

These are the tests that are made once for each name in a registry (the derivative table, nn, docstrings …), the
file of that name, the tests whose names begin with it, and the completeness of the registries. To be quick, only
those files are collected that walk a registry or mention the name. Small letters and underscores make no
difference: ``elu`` means `nn.ELU` too, and ``log_softmax`` means `nn.LogSoftmax`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from support.package import names_of, published

import tinygrad_edu as tg
from tinygrad_edu.nn import functional
from tinygrad_edu.ops.table import TABLE

COMPLETENESS = "test_completeness.py"
WALKS_A_REGISTRY = re.compile(
    r"\b(TABLE|__all__|support\.(calls|cases|conventions|elementwise|layers|optimizers|package|rules))\b"
)
ABOUT_SOMETHING_ELSE = {"asked", "dtype", "reduction"}  # parameters of tests whose values look like names of operations


def plain(name: str) -> str:
    return name.replace("_", "").lower()


def words(text: str) -> set[str]:
    return {plain(word) for word in re.findall(r"\w+", text)}


def check(name: str) -> None:
    """Refuse a name that nothing has."""
    known = {
        *TABLE,
        *published(functional),
        *published(tg.nn),
        *names_of("tinygrad_edu.optim"),
        *(each for each in dir(tg) if each[0] != "_"),
    }
    if plain(name) not in map(plain, known):
        near = difflib.get_close_matches(name, known)
        raise pytest.UsageError(
            f"--operation {name}: there is no rule, function, layer or optimiser of that name"
            + (f"; did you mean {' or '.join(near)}?" if near else "")
        )


def may_be_about(path: Path, name: str) -> bool:
    """Whether a file of tests may have one about that name."""
    text = path.read_text(encoding="utf-8")
    return bool(WALKS_A_REGISTRY.search(text)) or plain(name) in words(text) or is_named_after(path, name)


def is_named_after(path: Path, name: str) -> bool:
    return plain(path.stem).removeprefix("test").removesuffix("parity") == plain(name)


def is_about(item: pytest.Item, name: str) -> bool:
    """Whether a test is about that name."""
    if item.path.name == COMPLETENESS or is_named_after(item.path, name):
        return True
    function, _, parameters = item.name.partition("[")
    others = words(" ".join(str(each) for each in values_of(item, ABOUT_SOMETHING_ELSE)))
    return function.lower().startswith(f"test_{name.lower()}_") or plain(name) in words(parameters) - others


def values_of(item: pytest.Item, parameters: Iterable[str]) -> list[object]:
    callspec = getattr(item, "callspec", None)
    return [callspec.params[each] for each in parameters if callspec and each in callspec.params]
