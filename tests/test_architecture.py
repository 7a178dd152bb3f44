"""The rooms of ARCHITECTURE.md, held against the code: who may import whom, and what is public.

The table 'Where is what' is read from that page: a module may import from its own row and the rows above it.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tinygrad_edu

PACKAGE = Path(tinygrad_edu.__file__).parent


def rows() -> list[list[str]]:
    """The first column of the table 'Where is what' in ARCHITECTURE.md: the rooms of each row, from the ground up."""
    text = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = re.search(r"^## Where is what$.*?^\| room .*?\n\|[-|]+\n(.*?)\n\n", text, flags=re.MULTILINE | re.DOTALL)
    assert table, "ARCHITECTURE.md: wanted a table below '## Where is what' whose first column is headed 'room'"
    cells = [line.split("|")[1] for line in table[1].split("\n")]
    named = [re.findall(r"`([^`]+)`", cell) for cell in cells]
    return [[name.split("/")[0].removesuffix(".py") for name in row] for row in named]


FACE = "__init__"
ROWS = rows()


def row_of(room: str) -> int:
    for number, row in enumerate(ROWS):
        if room in row:
            return number
    pytest.fail(
        f"the table 'Where is what' in ARCHITECTURE.md doesn't tell of tinygrad_edu/{room}: add its name to a row, "
        "below the rooms that it imports from and above those that import from it",
        pytrace=False,
    )


LOADED_WHEN_CALLED = {("autograd", "gradient_checks")}  # imports inside of functions, into a room below
OPTIONAL = {"hypothesis": {"testing"}, "matplotlib": {"viz"}, "pytest": {"testing"}}

MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py" and "__pycache__" not in path.parts
)


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def runtime_imports(tree: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    """The imports that happen at run time: those under TYPE_CHECKING don't."""
    found: list[ast.Import | ast.ImportFrom] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.append(node)
        found += runtime_imports(node)
    return found


def imported_names(path: Path) -> list[str]:
    names = []
    for node in runtime_imports(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif node.module == "tinygrad_edu":
            names += [f"tinygrad_edu.{alias.name}" for alias in node.names]
        else:
            names.append(node.module or "")
    return names


def test_the_table_of_rooms_names_each_once() -> None:
    told = [name for row in ROWS for name in row]
    there = {room(path) for path in MODULES} | {FACE}
    assert all(row_of(name) < len(ROWS) for name in there)
    for name in told:
        assert name in there, f"the table 'Where is what' in ARCHITECTURE.md tells of {name}, which isn't there"
        assert told.count(name) == 1, f"the table 'Where is what' in ARCHITECTURE.md tells of {name} more than once"
    assert ROWS[-1] == [FACE], "the package's face, `__init__.py`, is the last row: it takes from all others"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_from_the_rooms_above_it(path: Path) -> None:
    for name in imported_names(path):
        parts = name.split(".")
        if parts[0] == "tinygrad_edu":
            assert len(parts) > 1, f"{path} imports the package's face"
            if (room(path), parts[1]) not in LOADED_WHEN_CALLED:
                assert row_of(parts[1]) <= row_of(room(path)), (
                    f"{path} imports {name}, which stands below {room(path)} in the table 'Where is what' of "
                    "ARCHITECTURE.md: move what it needs up, or itself down"
                )
        else:
            allowed = parts[0] == "numpy" or parts[0] in sys.stdlib_module_names
            assert allowed or room(path) in OPTIONAL.get(parts[0], set()), f"{path} imports {name}"


@pytest.mark.parametrize("path", [PACKAGE / "__init__.py", *MODULES], ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_opens_with_a_docstring_and_fits_a_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), f"{path} says nothing of what it is"
    assert text.count("\n") <= 450, f"{path} is long: is there an idea along which it splits?"


def test_importing_the_package_needs_nothing_but_numpy() -> None:
    foreign = (
        "import sys, tinygrad_edu; "
        "print(sorted({name.split('.')[0] for name in sys.modules} "
        "& {'hypothesis', 'matplotlib', 'pytest', 'rich', 'torch'}))"
    )
    done = subprocess.run([sys.executable, "-c", foreign], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def public_modules() -> list[str]:
    return [
        info.name
        for info in pkgutil.walk_packages([str(PACKAGE)], "tinygrad_edu.")
        if not any(part.startswith("_") for part in info.name.split(".")[1:]) and ".testing" not in info.name
    ]


@pytest.mark.parametrize(
    "name", ["backends", "datasets", "distributions", "func", "linalg", "onnx", "special", "testing", "utils", "viz"]
)
def test_a_room_that_is_imported_later_is_there_when_asked_for(name: str) -> None:
    program = (
        f"import sys, tinygrad_edu as tg; assert 'tinygrad_edu.{name}' not in sys.modules; print(tg.{name}.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"tinygrad_edu.{name}\n"
    assert name in dir(tinygrad_edu)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'tensro': did you mean 'tensor'") as caught:
        getattr(tinygrad_edu, "tens" + "ro")
    assert caught.value.name == "tensro"


@pytest.mark.parametrize("name", ["tinygrad_edu", *public_modules()])
def test_every_public_name_exists_and_is_documented(name: str) -> None:
    module = importlib.import_module(name)
    for each in getattr(module, "__all__", [name for name in dir(module) if not name.startswith("_")]):
        member = getattr(module, each)
        if inspect.isfunction(member) or inspect.isclass(member) or inspect.ismodule(member):
            assert inspect.getdoc(member), f"{name}.{each} has no docstring"
