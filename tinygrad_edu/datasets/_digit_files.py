"""The files that a set of digits comes in: their names, where they may lie, what must be in them.

A set has two parts, and a part two IDX files::

    train-images-idx3-ubyte    t10k-images-idx3-ubyte     (N, 28, 28) unsigned bytes: 0 paper, 255 ink
    train-labels-idx1-ubyte    t10k-labels-idx1-ubyte     (N,) unsigned bytes: the digits 0 to 9

each of them gzipped (``.gz`` after the name) or not. The names are those of the published MNIST.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu.datasets.idx import read_idx

__all__ = ["DIGIT_NAMES", "FILE_NAMES", "find_file", "names_of_part", "read_part", "user_cache_folder"]

FILE_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
DIGIT_NAMES = (
    "0 - zero",
    "1 - one",
    "2 - two",
    "3 - three",
    "4 - four",
    "5 - five",
    "6 - six",
    "7 - seven",
    "8 - eight",
    "9 - nine",
)


def names_of_part(train: bool) -> tuple[str, str]:
    """The names of the images' file and the labels' file of one part."""
    return (FILE_NAMES[0], FILE_NAMES[1]) if train else (FILE_NAMES[2], FILE_NAMES[3])


def user_cache_folder() -> Path:
    """The folder in which this package may keep what it can fetch again.

    It is ``tinygrad_edu`` inside ``$XDG_CACHE_HOME`` if that is set, else inside the system's own
    place for caches: ``%LOCALAPPDATA%`` on Windows, ``~/Library/Caches`` on macOS, ``~/.cache`` elsewhere.
    """
    chosen = os.environ.get("XDG_CACHE_HOME")
    if not chosen and sys.platform == "win32":
        chosen = os.environ.get("LOCALAPPDATA")
    if not chosen:
        chosen = str(Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache"))
    return Path(chosen) / "tinygrad_edu"


def find_file(name: str, folders: list[Path]) -> Path | None:
    """The first file called `name` or `name`.gz in `folders`, or None."""
    candidates = (folder / (name + ending) for folder in folders for ending in ("", ".gz"))
    return next((path for path in candidates if path.is_file()), None)


def read_part(images_path: Path, labels_path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The images (N, H, W) of `images_path` and the labels (N,) of `labels_path`.

    Raises:
        ValueError: If a file isn't what its name says, or the two don't belong together.
    """
    images = _read_bytes(images_path, 3, "images")
    labels = _read_bytes(labels_path, 1, "labels")
    if len(images) != len(labels):
        raise ValueError(
            f"{images_path} holds {len(images)} images but {labels_path} holds {len(labels)} labels; "
            "there must be one label for each image, so take both files from the same set"
        )
    wrong = np.flatnonzero(labels > 9)
    if wrong.size:
        raise ValueError(
            f"{labels_path}: label {wrong[0]} is {labels[wrong[0]]}, but labels are the digits 0 to 9; "
            "the file is damaged or of another set, so fetch it again"
        )
    return images, labels.astype(np.int64)


def _read_bytes(path: Path, dimensions: int, what: str) -> NDArray[Any]:
    """The array in `path`, which must be `dimensions`-dimensional unsigned bytes."""
    array = read_idx(path)
    if array.dtype != np.uint8 or array.ndim != dimensions:
        raise ValueError(
            f"{path}: it holds {array.ndim}-dimensional {array.dtype} data, but {what} are {dimensions}-dimensional "
            f"uint8 data (magic number 0x0000080{dimensions}); were images and labels swapped?"
        )
    return array
