"""The script of the convolutional network, as a reader meets it: it learns, says how well, and draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from examples.test_article_examples import run, stand_in_for_a_missing_matplotlib
from matplotlib.image import imread


def accuracy_in(printed: str) -> float:
    (line,) = [line for line in printed.splitlines() if line.startswith("Test accuracy")]
    return float(line.split()[-1])


def test_it_learns_in_a_few_epochs_and_draws(tmp_path: Path) -> None:
    printed = run("cnn_digits", tmp_path, "--quick")
    assert accuracy_in(printed) > 0.75  # one of ten would be right by chance
    assert f"Wrote {Path('runs', 'cnn_digits')}.png" in printed
    assert len(np.unique(imread(tmp_path / "runs" / "cnn_digits.png")[::3, ::3, 0])) > 20, "the picture is blank"


def test_without_matplotlib_it_says_what_to_install(tmp_path: Path) -> None:
    printed = run("cnn_digits", tmp_path, "--quick", PYTHONPATH=stand_in_for_a_missing_matplotlib(tmp_path))
    assert printed.splitlines()[-1].startswith("(no pictures")
