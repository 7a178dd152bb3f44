"""Importing the package leaves the interpreter as it was."""

import subprocess
import sys


def test_the_garbage_collector_is_at_work_afterwards_if_it_was_before() -> None:
    for before in ("enable", "disable"):
        program = f"import gc; gc.{before}(); import tinygrad_edu; print(gc.isenabled())"
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert found.stdout.strip() == str(before == "enable")
