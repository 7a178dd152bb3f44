"""The article's scripts as a reader meets them: each runs in an empty folder, prints the article's numbers, draws."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

REPOSITORY = Path(__file__).parents[2]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(REPOSITORY),
    "PYTHONIOENCODING": "utf-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "1",
}

# For each script: lines it must print, among others, and the pictures it must draw.
SCRIPTS: dict[str, tuple[list[str], list[str]]] = {
    "01_perceptron": (
        [
            "  length 66 cm: -69 + 66 = -3, so y = 0: size S",
            "  length 69 cm: -69 + 69 = 0, so y = 0: size S",
            "  length 72 cm: -69 + 72 = 3, so y = 1: size M",
            "w = (1, 1), b = 0.4 divides the plane by the line x2 = -x1 - 0.4:",
            "  x = (1, -1.5), below the line: y = 0",
            "  x = (1, -1.3), above the line: y = 1",
        ],
        ["01_line", "01_shirt_size"],
    ),
    "02_limit_of_one_line": (
        ["  OR : 100.0 % of the points right", "  XOR: 75.0 % of the points right"],
        ["02_limit_of_one_line"],
    ),
    "03_multilayer_perceptron": (
        ["   0  0 |  0   1  | 0", "   0  1 |  1   1  | 1", "   1  0 |  1   1  | 1", "   1  1 |  1   0  | 0"],
        ["03_multilayer_perceptron"],
    ),
    "04_inference": (
        [
            "[26 32]",
            "The same by nn.Linear: [26.0, 32.0]",
            "Regression: a shirt 66 cm long belongs to somebody 156.0 cm tall",
            "Classification: a shirt of 69 by 52 cm is of size M with probability 0.736",
        ],
        ["04_inference"],
    ),
    "05_activations": (
        [
            "sigmoid  [0.2689414 0.5       0.880797 ]",
            "ReLU     [0. 0. 2.]",
            "[0.09003057 0.24472847 0.66524096]",
            "  after:  0.09003057 < 0.24472847 < 0.66524096",
        ],
        ["05_relu", "05_sigmoid"],
    ),
    "06_losses": (
        [
            "  right guess: 0.097500",
            "  wrong guess: 0.827500",
            "  right guess: 0.510825",
            "  wrong guess: 16.118096",
            "  far: accuracy 0, loss 6.003",
            "  near: accuracy 0, loss 1.817",
        ],
        ["06_loss_and_accuracy", "06_near_and_far"],
    ),
    "07_gradient": (
        [
            "  ( 3.0,  4.0)    ( 6.0,  8.0)    ( 6.0,  8.0)",
            "  ( 0.0,  2.0)    ( 0.0,  4.0)    ( 0.0,  4.0)",
            "  ( 3.0,  0.0)    ( 6.0,  0.0)    ( 6.0,  0.0)",
        ],
        ["07_negative_gradient", "07_surface"],
    ),
    "08_gradient_descent": (
        [
            "  eta = 1.02  (too large): at (-6.573, 8.764), where it is 120.0253",
            "  eta = 0.002 (too small): at (-2.769, 3.692), where it is 21.2968",
            "  eta = 0.1   (right): at (-0.035, 0.046), where it is 0.0033",
        ],
        ["08_gradient_descent"],
    ),
    "09_your_own_operation": (
        [
            "derivative [ 0.316198 -0.778801 -0.073263]",
            "  bell               agrees",
            "  Bell.apply         agrees",
            "  row_lengths        agrees",
            "  derivative of bell agrees",
        ],
        ["09_your_own_operation"],
    ),
    "10_backpropagation_by_hand": (
        ["  dL/da = 30", "  dL/db = 20", "    goes to a: 30.", "    goes to b: 20.", "  c: 10."],
        [],
    ),
    "11_an_engine_from_scratch": (
        [
            "  step   0: loss 4.8313",
            "  step 300: loss 0.0094",
            "With it, exp at 1 has the derivative 2.718282.",
        ],
        [],
    ),
    "12_down_a_ravine": (
        [
            "  SGD, lr=0.95        : at (-0.350,  0.085), where it is 0.0133",
            "  momentum 0.9, lr=0.1: at ( 0.896,  0.088), where it is 0.0479",
            "  RMSprop, lr=0.5     : at (-0.000,  0.000), where it is 0.0000",
            "  Adam, lr=0.3        : at ( 0.136,  0.318), where it is 0.1022",
        ],
        ["12_down_a_ravine"],
    ),
}
SPEAKING = ["10_backpropagation_by_hand", "11_an_engine_from_scratch", "12_down_a_ravine"]


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
def test_a_script_prints_the_article_s_numbers_and_draws(script: str, tmp_path: Path) -> None:
    lines, pictures = SCRIPTS[script]
    printed = run(script, tmp_path, "--quick").splitlines()
    assert [line for line in lines if line not in printed] == []
    assert sorted(path.name for path in tmp_path.glob("runs/*.png")) == [f"{name}.png" for name in pictures]
    for name in pictures:
        assert f"Wrote {Path('runs', name)}.png" in printed
        pixels = imread(tmp_path / "runs" / f"{name}.png")
        assert len(np.unique(pixels[::3, ::3, 0])) > 20, "the picture is blank"


def test_only_a_hidden_layer_with_a_non_linear_activation_divides_xor(tmp_path: Path) -> None:
    without_matplotlib = stand_in_for_a_missing_matplotlib(tmp_path)
    printed = run("03_multilayer_perceptron", tmp_path, PYTHONPATH=without_matplotlib)
    percent = {
        name: float(line.split()[0])
        for name, _, line in (each.rpartition(": ") for each in printed.splitlines())
        if line.endswith("% right")
    }
    assert percent["  no hidden layer"] < 76
    assert percent["  hidden layer, identity"] < 76
    assert percent["  hidden layer, ReLU"] > 95
    assert percent["  hidden layer, tanh"] > 95


@pytest.mark.parametrize("script", [script for script, (_, pictures) in SCRIPTS.items() if pictures])
def test_without_matplotlib_a_script_prints_and_says_what_to_install(script: str, tmp_path: Path) -> None:
    lines, _ = SCRIPTS[script]
    without_matplotlib = stand_in_for_a_missing_matplotlib(tmp_path)
    printed = run(script, tmp_path, "--quick", PYTHONPATH=without_matplotlib).splitlines()
    assert [line for line in lines if line not in printed] == []
    assert printed[-1] == '(no pictures, as matplotlib isn\'t installed: pip install "tinygrad_edu[examples]")'
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("script", SPEAKING)
def test_a_script_says_in_japanese_what_it_says_in_english(script: str, tmp_path: Path) -> None:
    english, japanese = (run(script, tmp_path, "--quick", "--lang", lang) for lang in ("en", "ja"))
    assert re.search(r"[ぁ-ん]", japanese)
    assert not re.search(r"[ぁ-ん]", english)
    numbers = [sorted(re.findall(r"-?\d+\.\d+", text)) for text in (english, japanese)]
    assert numbers[0] == numbers[1]
    assert english.count("\n") == japanese.count("\n")


def test_pictures_go_where_they_are_wanted(tmp_path: Path) -> None:
    printed = run("05_activations", tmp_path, "--output", "here/and there")
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
