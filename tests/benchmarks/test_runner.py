"""The benchmark runner runs and counts rightly. No test looks at how long anything took."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from benchmarks.contest import CHECK_STEPS, _check_agreement
from benchmarks.worker import _values
from benchmarks.workloads import WORKLOADS

Race = tuple[str, Any]

LARGE = ("W2", "W2a", "W4-deep", "W5", "W9")  # which take long, and show nothing that the others don't

ROOT = Path(__file__).resolve().parents[2]


def run_benchmarks(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def tiny_race(tmp_path_factory: pytest.TempPathFactory) -> Race:
    file = tmp_path_factory.mktemp("benchmarks") / "figures.json"
    finished = run_benchmarks("W3", "W4", "--rounds", "3", "--seconds", "0.001", "--json", str(file))
    assert finished.returncode == 0, finished.stderr
    return finished.stdout, json.loads(file.read_text(encoding="utf-8"))


def test_table_has_a_line_for_each_race(tiny_race: Race) -> None:
    printed, _ = tiny_race
    assert [line.split()[0] for line in printed.splitlines()] == ["ours", "W3", "W4"]


def test_every_contender_has_a_figure_for_every_round(tiny_race: Race) -> None:
    _, figures = tiny_race
    for result in figures["results"].values():
        assert {"tinygrad_edu", "numpy"} <= set(result["rounds"])
        assert all(len(times) == 3 for times in result["rounds"].values())


def test_the_ratio_is_the_median_of_the_rounds_ratios(tiny_race: Race) -> None:
    _, figures = tiny_race
    for result in figures["results"].values():
        rounds = result["rounds"]
        expected = [a / b for a, b in zip(rounds["tinygrad_edu"], rounds["numpy"], strict=True)]
        reported = result["ratios"]["tinygrad_edu/numpy"]
        assert reported == {"median": median(expected), "lowest": min(expected), "highest": max(expected)}


def test_an_unknown_race_is_refused_with_the_names_of_those_there_are() -> None:
    finished = run_benchmarks("W99")
    assert finished.returncode != 0
    assert "no race is called W99" in finished.stderr
    assert "W4-deep" in finished.stderr


@pytest.mark.parametrize("name", [name for name in WORKLOADS if name not in LARGE])
def test_what_is_worked_out_by_hand_is_what_the_package_computes(name: str) -> None:
    contenders = ("tinygrad_edu", "numpy")
    _check_agreement(name, {each: _values(WORKLOADS[name].prepare(each), CHECK_STEPS) for each in contenders})
