"""What the chapters share: options, speaking two languages, and saving a picture if there is matplotlib."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

# Read when NumPy is imported. Matrices as small as these gain nothing from a second thread, and where
# other programs are busy too, each product would wait for the thread that is held up.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__all__ = ["Chapter"]

# Fonts that can write Japanese, of Windows, macOS and Linux.
JAPANESE_FONTS = (
    "Yu Gothic",
    "Meiryo",
    "MS Gothic",
    "Hiragino Sans",
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "IPAexGothic",
)


class Chapter:
    """A chapter that explains as it runs, in the language and with the pictures that the command line asks for.

    A notebook has no command line: there the options are written into the call, ``Chapter(__doc__, "--lang ja")``.

    Attributes:
        lang: ``"en"`` or ``"ja"``.
        quick: Whether it should take two seconds at most.
    """

    def __init__(self, description: str | None, arguments: str | None = None) -> None:
        options = _read_options(description, arguments)
        self.lang: str = options.lang
        self.quick: bool = options.quick
        self._folder: Path = options.output

    @cached_property
    def draws(self) -> bool:
        """Whether there is matplotlib to draw with; if there isn't, say how to install it."""
        try:
            import_module("matplotlib")
        except ImportError:
            self.show(
                "(no pictures, as matplotlib isn't installed: pip install matplotlib)",
                "(matplotlib がないので図は描きません: pip install matplotlib)",
            )
            return False
        return True

    @cached_property
    def _writes_japanese(self) -> bool:
        return self.lang == "ja" and self.draws and _found_a_japanese_font()

    def section(self, english: str, japanese: str) -> None:
        """Print the title of a section: in Japanese, the article's heading."""
        print(f"\n=== {english if self.lang == 'en' else japanese} ===")

    def say(self, english: str, japanese: str) -> None:
        """Print a paragraph, a blank line before it; the lines of a text may be indented as the program is."""
        print(f"\n{textwrap.dedent(english if self.lang == 'en' else japanese).strip()}")

    def show(self, english: str, japanese: str) -> None:
        """Print one line of results."""
        print(english if self.lang == "en" else japanese)

    def ask(self, english: str, japanese: str) -> None:
        """Print a question to think about before reading on."""
        self.say(f"Question: {textwrap.dedent(english).strip()}", f"問題: {textwrap.dedent(japanese).strip()}")

    def answer(self, english: str, japanese: str) -> None:
        """Print the answer to the question."""
        self.say(f"Answer: {textwrap.dedent(english).strip()}", f"答え: {textwrap.dedent(japanese).strip()}")

    def label(self, english: str, japanese: str) -> str:
        """Return the words for a picture: in Japanese only where a font can write it."""
        return japanese if self._writes_japanese else english

    def save(self, picture: Any, name: str) -> None:
        """Write a figure to ``name.png`` in the folder for pictures, or what saves itself to `name`, and say so."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / (name if "." in name else f"{name}.png")
        if path.suffix == ".png":
            picture.savefig(path, dpi=75 if self.quick else 150)
        else:
            picture.save(path)
        self.show(f"Wrote {path}", f"図を保存: {path}")
        if in_notebook():
            import_module("IPython.display").display(picture)


def in_notebook() -> bool:
    """Return whether this runs in Jupyter, whose command line is not the chapter's."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _read_options(description: str | None, arguments: str | None) -> argparse.Namespace:
    """Return what the command line says: ``output``, the folder for pictures, ``quick``, and ``lang``.

    If there are `arguments`, such as ``"--quick"``, they stand for the command line.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("runs"), metavar="FOLDER", help="for the pictures: runs")
    parser.add_argument("--quick", action="store_true", help="take a few seconds: less training, small pictures")
    parser.add_argument("--lang", choices=["en", "ja"], default="en", help="the language of the words: en")
    if arguments is None and in_notebook():
        arguments = ""
    options = parser.parse_args(None if arguments is None else arguments.split())
    if options.output.exists() and not options.output.is_dir():
        parser.error(f"--output: {options.output} is a file; name a folder for the pictures")
    return options


def _found_a_japanese_font() -> bool:
    """Let matplotlib write with a font that knows Japanese, if this machine has one."""
    from matplotlib import font_manager, rcParams

    here = {font.name for font in font_manager.fontManager.ttflist}
    found = [name for name in JAPANESE_FONTS if name in here]
    rcParams["font.family"] = [*found[:1], "DejaVu Sans"]
    return bool(found)
