"""Make notebooks of chapters: each cell that begins with ``# %%`` becomes one of Jupyter's.

    python to_notebook.py 01_perceptron.py 17_convolution.py      writes 01_perceptron.ipynb, 17_convolution.ipynb
    python to_notebook.py --lang ja --output notebooks *.py       in Japanese, into a folder

The notebooks import what stands beside the chapters, so they find it wherever they lie. VS Code and jupytext open the
chapters as they are, too.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["cells_of", "notebook_of"]


def cells_of(program: str) -> list[tuple[str, str]]:
    """Return the cells of a chapter: ``"markdown"``, what its docstring says, and ``"code"``, each with its text."""
    docstring = ast.get_docstring(ast.parse(program)) or ""
    first, *others = program.split("\n# %%\n")
    begun = ast.parse(first).body
    code = "\n".join(first.split("\n")[begun[0].end_lineno if docstring else 0 :])
    title, _, words = docstring.partition("\n")
    found = [("markdown", f"# {title}\n{words}"), *(("code", each.strip("\n")) for each in (code, *others))]
    return [(kind, text) for kind, text in found if text]


def notebook_of(chapter: Path, lang: str = "en") -> dict[str, Any]:
    """Return a notebook in Jupyter's format, which is JSON."""
    beside = str(chapter.resolve().parent)
    cells = cells_of(chapter.read_text(encoding="utf-8"))
    if lang != "en":
        cells = [(kind, text.replace("Chapter(__doc__)", f'Chapter(__doc__, "--lang {lang}")')) for kind, text in cells]
    cells.insert(1, ("code", f"import sys\n\nsys.path.insert(0, {beside!r})"))
    return {
        "cells": [
            {
                "cell_type": kind,
                "id": f"cell-{number}",
                "metadata": {},
                "source": text,
                **({"outputs": [], "execution_count": None} if kind == "code" else {}),
            }
            for number, (kind, text) in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def main() -> None:
    """Write a notebook for each chapter that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="+", type=Path, metavar="CHAPTER", help="such as 01_perceptron.py")
    parser.add_argument("--output", type=Path, default=Path(), metavar="FOLDER", help="for the notebooks: this one")
    parser.add_argument("--lang", choices=["en", "ja"], default="en", help="the language of the words: en")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for chapter in options.chapters:
        if not chapter.is_file():
            sys.exit(f"to_notebook.py: there is no {chapter}")
        path = options.output / f"{chapter.stem}.ipynb"
        path.write_text(json.dumps(notebook_of(chapter, options.lang), ensure_ascii=False, indent=1), encoding="utf-8")
        print(f"Wrote {path}")


if __name__ == "__main__":
    main()
