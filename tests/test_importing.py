"""Importing the package leaves the interpreter as it was."""

import subprocess
import sys


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
