"""The program whose types mypy --strict and pyright check runs, too: its types are no wishes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("beginners_program.py")


def test_the_program_runs(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(PROGRAM)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" 39760\n")
    assert {"loss.png", "weights.png"} <= {path.name for path in tmp_path.iterdir()}
