"""The faces `nn` and `nn.functional` hand on whole files: no name of one hides that of another, and none is missing."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from types import ModuleType

import pytest

from tinygrad_edu import nn

FACES = [nn, nn.functional]
# Files that only those beside them use.
INNER = {"_hooks", "_in_place", "_members", "_of_function", "_recurrent", "_shared", "_spatial", "_state"}
INNER |= {"reduction", "targets"}


def files_of(face: ModuleType) -> list[str]:
    """The modules of which a face hands on everything."""
    tree = ast.parse(Path(str(face.__file__)).read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [str(node.module) for node in imports if node.names[0].name == "*"]


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_no_file_hides_a_name_of_another(face: ModuleType) -> None:
    names = [name for file in files_of(face) for name in importlib.import_module(file).__all__]
    assert len(names) == len(set(names)) > 15
    assert set(names) <= set(face.__all__)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_no_file_is_forgotten(face: ModuleType) -> None:
    room = Path(str(face.__file__)).parent
    paths = [path.relative_to(room) for pattern in ("_*.py", "_*/*.py") for path in room.glob(pattern)]
    written = {".".join([face.__name__, *path.with_suffix("").parts]) for path in paths if path.stem != "__init__"}
    forgotten = {file for file in written - set(files_of(face)) if file.rpartition(".")[2] not in INNER}
    assert not forgotten, f"write in {face.__file__}: from {' or '.join(forgotten)} import *"


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_what_is_handed_on_is_public(face: ModuleType) -> None:
    inner = {"TYPE_CHECKING", "check_probability", "clear_gradient", "reduced"}
    assert not [name for name in face.__all__ if name.startswith("_") or name in inner]
