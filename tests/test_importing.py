"""Importing the package leaves the interpreter as it was, and ``dir()`` shows what is for users."""

import importlib
import subprocess
import sys
from types import ModuleType

import pytest

import tinygrad_edu as tg


def test_the_garbage_collector_is_at_work_afterwards_if_it_was_before() -> None:
    for before in ("enable", "disable"):
        program = f"import gc; gc.{before}(); import tinygrad_edu; print(gc.isenabled())"
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert found.stdout.strip() == str(before == "enable")


def test_what_the_program_has_frozen_stays_so_and_nothing_else_is() -> None:
    for before in ("get_freeze_count", "freeze"):
        program = (
            f"import gc; gc.{before}(); frozen = gc.get_freeze_count(); import tinygrad_edu; "
            "print(frozen, gc.get_freeze_count())"
        )
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        frozen, afterwards = map(int, found.stdout.split())
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


def test_the_rooms_that_are_imported_later_are_shown() -> None:
    shown = set(dir(tg))
    assert {"tensor", "Tensor", "nn", "viz", "testing", "inspection", "serialization"} <= shown
    assert "lr_scheduler" in dir(tg.optim)
    assert "swa_utils" in dir(tg.optim)
