"""The command that measures errors says what it found, and refuses what it doesn't know."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def measure(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.ulps", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_table_has_a_line_for_each_result_and_gradient() -> None:
    done = measure("square", "div", "norm", "--many", "5")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines[1:]] == ["square"] * 4 + ["div"] * 6 + ["norm"] * 4
    assert all("yes" in line for line in lines[1:])


def test_an_unknown_function_is_refused_with_the_names_of_those_there_are() -> None:
    done = measure("sinus")
    assert done.returncode != 0
    assert "there is no sinus; there are " in done.stderr
    assert ", add, sub, mul, " in done.stderr
