"""Every example in a docstring of the package runs, and prints what it says.

Its names are ``tg``, for ``import tinygrad_edu as tg``, and ``np``; what else it needs it imports.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator

import numpy as np
import pytest
from support.package import ROOT, Documented, documented, home_of, modules

import tinygrad_edu as tg

EXAMPLES = {each.name: each for each in documented() if ">>>" in each.text}


@pytest.mark.parametrize("documented", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_an_example_prints_what_it_says(documented: Documented) -> None:
    names = {"tg": tg, "np": np, "__name__": "__main__"}
    example = doctest.DocTestParser().get_doctest(
        documented.text, names, documented.name, documented.home, documented.line
    )
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert result.attempted, f"{documented.name} has '>>>' in its docstring, but not as an example"
    if result.failed:
        pytest.fail("".join(said), pytrace=False)


def written(body: list[ast.stmt], place: str) -> Iterator[str]:
    """The names of functions and classes in a file whose docstring, as it is written there, has an example."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = f"{place}.{node.name}"
            if ">>>" in (ast.get_docstring(node) or ""):
                yield name
            if isinstance(node, ast.ClassDef):
                yield from written(node.body, name)


@pytest.mark.parametrize("module", [module.__name__ for module in modules()])
def test_no_example_is_overlooked(module: str) -> None:
    tree = ast.parse((ROOT / home_of(module)).read_text(encoding="utf-8"))
    overlooked = [name for name in written(tree.body, module) if name not in EXAMPLES]
    assert not overlooked, (
        f"the examples of {overlooked} are never run: tests/support/package.py finds what a decorator made only if it "
        "is wrapped with functools.wraps, or has __wrapped__"
    )
