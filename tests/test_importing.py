"""Importing the package leaves the interpreter as it was, and ``dir()`` shows what is for users."""

import importlib
import subprocess
import sys
from types import ModuleType

import pytest

import tinygrad_edu as tg


def printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_the_garbage_collector_is_at_work_afterwards_if_it_was_before() -> None:
    for before in ("enable", "disable"):
        program = f"import gc; gc.{before}(); import tinygrad_edu; print(gc.isenabled())"
        assert printed(program) == str(before == "enable")


def test_what_the_program_has_frozen_stays_so_and_nothing_else_is() -> None:
    for before in ("get_freeze_count", "freeze"):
        program = (
            f"import gc; gc.{before}(); frozen = gc.get_freeze_count(); import tinygrad_edu; "
            "print(frozen, gc.get_freeze_count())"
        )
        frozen, afterwards = map(int, printed(program).split())
        assert bool(afterwards) == bool(frozen) == (before == "freeze")
        assert afterwards <= frozen  # some are freed, as the import replaces them


FACES = """
 .nn .nn.functional .nn.init .nn.utils .optim .optim.lr_scheduler .utils .utils.data .autograd .linalg .func .special
 .random .distributions .backends .datasets .inspection .testing .viz
"""


@pytest.mark.parametrize("face", ["", *FACES.split()])
def test_dir_shows_what_is_for_users_and_nothing_of_the_inside(face: str) -> None:
    module = importlib.import_module(f"tinygrad_edu{face}")
    shown = dir(module)
    assert [name for name in shown if name.startswith("_") and not name.endswith("__")] == []
    assert {"TYPE_CHECKING", "annotations", "np", "Any", "api", "ops"}.isdisjoint(shown)
    for name in shown:
        inside = getattr(module, name)
        if isinstance(inside, ModuleType):
            assert inside.__name__ == f"tinygrad_edu{face}.{name}", "it is another module's"
    assert set(getattr(module, "__all__", ())) <= set(shown)
    assert {"__doc__", "__name__"} <= set(shown)


@pytest.mark.parametrize("wanted", ["tg.nn.Linear", "tg.relu_", "tg.save", "tg.autocast", "tg.optim.SGD"])
def test_rooms_wait_for_whoever_asks_for_them_or_for_what_they_have_at_the_top_level(wanted: str) -> None:
    loaded = "[name for name in ('nn', 'optim', 'serialization', 'amp') if f'tinygrad_edu.{name}' in sys.modules]"
    program = f"import sys, tinygrad_edu as tg; tg.ones(2).sum(); print({loaded}); {wanted}; print({loaded} != [])"
    assert printed(program) == "[]\nTrue"


def test_a_name_at_the_top_level_is_kept() -> None:
    vars(tg).pop("conv2d", None)
    assert tg.conv2d is vars(tg)["conv2d"] is tg.nn.functional.conv2d


def test_a_star_takes_functions_and_classes_and_no_rooms() -> None:
    taken: dict[str, object] = {}
    exec("from tinygrad_edu import *", taken)
    assert {"Tensor", "tensor", "float32", "no_grad", "save", "conv2d", "relu_", "device"} <= taken.keys()
    assert [name for name, value in taken.items() if isinstance(value, ModuleType)] == []
    shown = {name for name in dir(tg) if not name.startswith("__")}
    assert taken.keys() - {"__builtins__"} == {name for name in shown if not isinstance(getattr(tg, name), ModuleType)}


def test_the_rooms_that_are_imported_later_are_shown() -> None:
    shown = set(dir(tg))
    assert {"tensor", "Tensor", "nn", "viz", "testing", "inspection", "serialization"} <= shown
    assert "lr_scheduler" in dir(tg.optim)
    assert "swa_utils" in dir(tg.optim)
