"""The article's scripts as a reader meets them: each runs in an empty folder, prints the article's numbers, draws."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from unicodedata import east_asian_width

import numpy as np
import pytest
from matplotlib.image import imread
from support.chapters import LEARNED, SCRIPTS, headings_of

REPOSITORY = Path(__file__).parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(REPOSITORY),
    "PYTHONIOENCODING": "utf-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "1",
}


def run(script: str, folder: Path, *arguments: str, **environment: str) -> str:
    """Run a script in `folder`, where a warning is an error, and return what it printed."""
    command = [sys.executable, "-W", "error", str(REPOSITORY / "examples" / f"{script}.py"), *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**ENVIRONMENT, **environment}, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_every_script_is_tested() -> None:
    scripts = {path.stem for path in (REPOSITORY / "examples").glob("[0-9]*.py")}
    assert scripts == set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_chapter_prints_the_article_s_numbers_and_draws_and_says_the_same_in_japanese(
    script: str, tmp_path: Path
) -> None:
    lines, pictures = SCRIPTS[script]
    english = run(script, tmp_path, "--quick").splitlines()
    assert [line for line in lines if line not in english] == []
    for pattern, (low, high) in LEARNED.get(script, {}).items():
        (found,) = re.findall(pattern, "\n".join(english))
        assert low <= float(found) <= high, pattern
    assert sorted(path.name for path in tmp_path.glob("runs/*.png")) == [f"{name}.png" for name in pictures]
    for name in pictures:
        assert f"Wrote {Path('runs', name)}.png" in english
        pixels = imread(tmp_path / "runs" / f"{name}.png")
        assert len(np.unique(pixels[::3, ::3, 0])) > 20, "the picture is blank"
    without_matplotlib = stand_in_for_a_missing_matplotlib(tmp_path)
    japanese = run(script, tmp_path, "--quick", "--lang", "ja", PYTHONPATH=without_matplotlib).splitlines()
    assert japanese.count("(matplotlib がないので図は描きません: pip install matplotlib)") == bool(pictures)
    assert [heading for heading in headings_of(script) if f"=== {heading} ===" not in japanese] == []
    compare(*(without_reports(each) for each in (english, japanese)))


def compare(english: list[str], japanese: list[str]) -> None:
    """Hold an English and a Japanese text against each other: as many lines, and the same numbers in them."""
    "\n".join(english).encode("ascii")  # as any console writes it,
    "\n".join(japanese).encode("cp932")  # and a Japanese one
    assert [bool(line.strip()) for line in english] == [bool(line.strip()) for line in japanese]
    assert numbers(english) == numbers(japanese)
    assert [line for line in [*english, *japanese] if width(line) > 120] == []


def numbers(lines: list[str]) -> list[str]:
    return sorted(re.findall(r"-?\d+\.\d+|\d{3,}", "\n".join(lines)))


def width(line: str) -> int:
    """How many columns of a terminal a line takes: a Japanese letter takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line)


def without_reports(lines: list[str]) -> list[str]:
    """The words of a chapter without those about files."""
    return [line for line in lines if not line.startswith(("Wrote", "図を保存", "(matplotlib がない"))]


def test_only_a_hidden_layer_with_a_non_linear_activation_divides_xor(tmp_path: Path) -> None:
    without_matplotlib = stand_in_for_a_missing_matplotlib(tmp_path)
    printed = run("03_multilayer_perceptron", tmp_path, PYTHONPATH=without_matplotlib)
    percent = {
        name.strip(): float(right)
        for name, right in re.findall(r"^  (.*): loss .*, +(\S+) % right$", printed, re.MULTILINE)
    }
    assert percent["no hidden layer"] < 76
    assert percent["hidden layer, identity"] < 76
    assert percent["hidden layer, ReLU"] > 95
    assert percent["hidden layer, tanh"] > 95
    assert "(no pictures, as matplotlib isn't installed: pip install matplotlib)" in printed
    assert not (tmp_path / "runs").exists()


def test_pictures_go_where_they_are_wanted(tmp_path: Path) -> None:
    printed = run("05_activations", tmp_path, "--quick", "--output", "here/and there")
    assert f"Wrote {Path('here', 'and there', '05_relu.png')}" in printed
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_file_is_no_place_for_pictures(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    command = [sys.executable, str(REPOSITORY / "examples" / "05_activations.py"), "--output", "taken"]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--output: taken is a file; name a folder for the pictures" in done.stderr


def stand_in_for_a_missing_matplotlib(folder: Path) -> str:
    """Return a PYTHONPATH on which importing matplotlib fails as if it weren't installed."""
    package = folder / "absent" / "matplotlib"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ModuleNotFoundError(\"No module named 'matplotlib'\")\n")
    return os.pathsep.join([str(package.parent), str(REPOSITORY)])
