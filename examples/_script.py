"""What the article's scripts share: options, speaking two languages, and saving a picture if there is matplotlib."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["can_draw", "read_options", "save", "speaker"]


def read_options(description: str | None, *, speaks: bool = False) -> argparse.Namespace:
    """Return what the command line says: ``output``, the folder for pictures, ``quick``, and ``lang`` if it has one."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("runs"), metavar="FOLDER", help="for the pictures: runs")
    parser.add_argument("--quick", action="store_true", help="take two seconds at most, if need be with less training")
    if speaks:
        parser.add_argument("--lang", choices=["en", "ja"], default="en", help="the language of the words: en")
    options = parser.parse_args()
    if options.output.exists() and not options.output.is_dir():
        parser.error(f"--output: {options.output} is a file; name a folder for the pictures")
    return options


def speaker(lang: str) -> Callable[[str, str], None]:
    """Return a function that takes a text in English and in Japanese, and prints the one in `lang`."""
    return lambda english, japanese: print(english if lang == "en" else japanese)


def can_draw() -> bool:
    """Return whether matplotlib is installed; if it isn't, say how to install it."""
    try:
        import_module("matplotlib")
    except ImportError:
        print('(no pictures, as matplotlib isn\'t installed: pip install "tinygrad_edu[examples]")')
        return False
    return True


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write `figure` to ``folder/name.png``, and say so."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    figure.savefig(path)
    print(f"Wrote {path}")
