"""The example that catches a wrong derivative: what it prints, and what it says where hypothesis is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "check_your_own_gradient.py"


def run(folder: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Run the script in `folder`, where a warning is an error, with `paths` before the package on the path."""
    path = os.pathsep.join(map(str, [*paths, ROOT]))
    return subprocess.run(
        [sys.executable, "-W", "error", str(SCRIPT), "--quick"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_mistake_is_named_and_the_corrected_rule_proven(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    first, _, second = done.stdout.partition("=== 2. The rule with its minus ===")
    assert "The sign is flipped" in first
    assert "analytic 0.735759, numerical -0.735759" in first
    assert first.count("np.array(1.0, np.float64)") == 2, "the smallest input is two numbers"
    assert second.strip() == "Right at 50 inputs: the first derivatives, and the second ones."
    assert {path.name for path in tmp_path.iterdir()} <= {".hypothesis"}, "nothing but hypothesis's own cache is left"


def test_without_hypothesis_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "hypothesis.py").write_text("raise ModuleNotFoundError('absent', name='hypothesis')\n")
    done = run(tmp_path, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "hypothesis, which isn't installed here; install it with: pip install hypothesis" in done.stderr
