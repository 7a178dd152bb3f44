"""The script of the character model, as a reader meets it: it learns a text, writes on, and draws."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from examples.test_article_examples import run, stand_in_for_a_missing_matplotlib
from matplotlib.image import imread


def test_it_learns_in_a_few_steps_writes_and_draws(tmp_path: Path) -> None:
    printed = run("character_model", tmp_path, "--quick")
    (size,) = [line for line in printed.splitlines() if line.startswith("A text of")]
    characters = int(size.split(", ")[1].split()[0])
    (loss,) = [line for line in printed.splitlines() if line.startswith("Test loss")]
    assert float(loss.split()[2].strip(":")) < math.log(characters) - 1  # as unsure as it was: log of how many
    (written,) = [line for line in printed.splitlines() if line.startswith("It writes: The statement ")]
    assert len(written) == len("It writes: The statement ") + 60
    assert f"Wrote {Path('runs', 'character_model')}.png" in printed
    assert len(np.unique(imread(tmp_path / "runs" / "character_model.png")[::3, ::3, 0])) > 20, "the picture is blank"


def test_the_same_seed_gives_the_same_text_without_matplotlib_too(tmp_path: Path) -> None:
    without = stand_in_for_a_missing_matplotlib(tmp_path)
    printed = run("character_model", tmp_path, "--quick", PYTHONPATH=without)
    assert printed.splitlines()[-1].startswith("(no pictures")
    assert run("character_model", tmp_path, "--quick", PYTHONPATH=without) == printed
