"""Chapters as notebooks: their cells hold the whole chapter, and Jupyter runs them, in either language."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from support.chapters import SCRIPTS

EXAMPLES = Path(__file__).parents[2] / "examples"
CONVERTER = runpy.run_path(str(EXAMPLES / "to_notebook.py"))
cells_of, notebook_of = CONVERTER["cells_of"], CONVERTER["notebook_of"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_cells_of_a_chapter_are_the_chapter(script: str) -> None:
    program = (EXAMPLES / f"{script}.py").read_text(encoding="utf-8")
    (kind, title), *cells = cells_of(program)
    assert (kind, {kind for kind, _ in cells}) == ("markdown", {"code"})
    assert title.startswith("# ")
    assert len(cells) >= 4
    assert [text.count("Chapter(__doc__)") for _, text in cells] == [1, *[0] * (len(cells) - 1)]
    lines = [line for line in program.partition('"""\n\n')[2].split("\n") if line not in ("# %%", "")]
    assert [line for _, text in cells for line in text.split("\n") if line] == lines
    for _, text in cells:
        compile(text, script, "exec")


def test_a_command_writes_notebooks(tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLES / "to_notebook.py"), "--lang", "ja", "--output", "there"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    told = subprocess.run(
        [*command, str(EXAMPLES / "12_down_a_ravine.py")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert told.stdout == f"Wrote {Path('there', '12_down_a_ravine.ipynb')}\n"
    written = json.loads((tmp_path / "there" / "12_down_a_ravine.ipynb").read_text(encoding="utf-8"))
    assert written == notebook_of(EXAMPLES / "12_down_a_ravine.py", "ja")
    missing = subprocess.run([*command, "13_no_such.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert missing.stderr == "to_notebook.py: there is no 13_no_such.py\n"


@pytest.mark.filterwarnings("default")  # what Jupyter's own packages are warned of
@pytest.mark.parametrize(
    ("script", "lang", "shown"),
    [
        ("01_perceptron", "en", ["image/png"] * 4),
        ("10_backpropagation_by_hand", "ja", ["image/svg+xml", "text/html"]),
        ("12_down_a_ravine", "ja", ["image/png"]),
    ],
)
def test_jupyter_runs_a_chapter_and_shows_its_pictures_once(
    script: str, lang: str, shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbclient = pytest.importorskip("nbclient", reason="needs the extra: notebooks")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES.parent))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    notebook = nbformat.from_dict(notebook_of(EXAMPLES / f"{script}.py", lang))
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    if lang == "en":
        assert [line for line in SCRIPTS[script][0] if line not in printed.split("\n")] == []
    else:
        assert any("ぁ" <= each <= "ん" for each in printed)
    kinds = [set(output.data) - {"text/plain"} for output in outputs if output.output_type == "display_data"]
    assert kinds == [{each} for each in shown]
    assert len(list(tmp_path.glob("runs/*"))) == len(shown)
