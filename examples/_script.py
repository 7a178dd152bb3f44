"""What the chapters share: options, speaking two languages, and saving a picture if there is matplotlib."""

from __future__ import annotations

import argparse
import os
import textwrap
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

# Read when NumPy is imported. Matrices as small as these gain nothing from a second thread, and where
# other programs are busy too, each product would wait for the thread that is held up.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Chapter", "can_draw", "read_options", "save", "speaker"]

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

    Attributes:
        lang: ``"en"`` or ``"ja"``.
        quick: Whether it should take two seconds at most.
        draws: Whether there is matplotlib to draw with.
    """

    def __init__(self, description: str | None) -> None:
        options = read_options(description, speaks=True)
        self.lang: str = options.lang
        self.quick: bool = options.quick
        self.draws = can_draw(self.lang)
        self._folder: Path = options.output
        self._writes_japanese = self.lang == "ja" and self.draws and _found_a_japanese_font()

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

    def save(self, figure: Figure, name: str) -> None:
        """Write `figure` to ``name.png`` in the folder for pictures, and say so."""
        save(figure, self._folder, name, self.lang, dpi=75 if self.quick else 150)


def read_options(description: str | None, *, speaks: bool = False) -> argparse.Namespace:
    """Return what the command line says: ``output``, the folder for pictures, ``quick``, and ``lang`` if it has one."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("runs"), metavar="FOLDER", help="for the pictures: runs")
    parser.add_argument("--quick", action="store_true", help="take a few seconds: less training, small pictures")
    if speaks:
        parser.add_argument("--lang", choices=["en", "ja"], default="en", help="the language of the words: en")
    options = parser.parse_args()
    if options.output.exists() and not options.output.is_dir():
        parser.error(f"--output: {options.output} is a file; name a folder for the pictures")
    return options


def speaker(lang: str) -> Callable[[str, str], None]:
    """Return a function that takes a text in English and in Japanese, and prints the one in `lang`."""
    return lambda english, japanese: print(english if lang == "en" else japanese)


def can_draw(lang: str = "en") -> bool:
    """Return whether matplotlib is installed; if it isn't, say how to install it."""
    try:
        import_module("matplotlib")
    except ImportError:
        speaker(lang)(
            "(no pictures, as matplotlib isn't installed: pip install matplotlib)",
            "(matplotlib がないので図は描きません: pip install matplotlib)",
        )
        return False
    return True


def save(figure: Figure, folder: Path, name: str, lang: str = "en", dpi: int = 150) -> None:
    """Write `figure` to ``folder/name.png``, and say so."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    figure.savefig(path, dpi=dpi)
    speaker(lang)(f"Wrote {path}", f"図を保存: {path}")


def _found_a_japanese_font() -> bool:
    """Let matplotlib write with a font that knows Japanese, if this machine has one."""
    from matplotlib import font_manager, rcParams

    here = {font.name for font in font_manager.fontManager.ttflist}
    found = [name for name in JAPANESE_FONTS if name in here]
    rcParams["font.family"] = [*found[:1], "DejaVu Sans"]
    return bool(found)
