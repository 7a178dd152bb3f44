"""The program that cut the bundled digits out of MNIST, and can do it again.

The rule: go through a part of MNIST in the order of its file and keep an image if fewer than `quota`
of its digit were kept before it: 500 of each for training, 100 of each for testing. What is kept
stays in the order of the file, so the digits come mixed and each as often as every other.

    python -m tinygrad_edu.datasets._build_digits FOLDER_OF_MNIST [FOLDER_TO_WRITE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu.datasets._digit_files import find_file, names_of_part, read_part
from tinygrad_edu.datasets.idx import write_idx

__all__ = ["QUOTAS", "build", "first_of_each", "main"]

QUOTAS = {True: 500, False: 100}  # images of each digit, for training and for testing


def first_of_each(labels: NDArray[np.int64], quota: int) -> NDArray[np.intp]:
    """The places in `labels` of the first `quota` of each of the ten digits, in rising order.

    Raises:
        ValueError: If a digit occurs fewer than `quota` times.

    >>> from tinygrad_edu.datasets._build_digits import first_of_each
    >>> first_of_each(np.array([9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0]), quota=1)
    array([ 0,  1,  2,  3,  4,  5,  6,  7,  8, 10])
    """
    places = [np.flatnonzero(labels == digit)[:quota] for digit in range(10)]
    for digit, found in enumerate(places):
        if len(found) < quota:
            raise ValueError(f"there are {len(found)} images of the digit {digit}, but {quota} are to be kept")
    return np.sort(np.concatenate(places))


def build(source: Path, destination: Path) -> None:
    """Write the four gzipped files of the bundled digits, cut out of the MNIST files in `source`.

    Raises:
        FileNotFoundError: If `source` lacks one of MNIST's files.
        ValueError: If a file is damaged or a digit too rare.
    """
    for train, quota in QUOTAS.items():
        paths = []
        for name in names_of_part(train):
            path = find_file(name, [source])
            if path is None:
                raise FileNotFoundError(f"there is neither {name} nor {name}.gz in {source}")
            paths.append(path)
        images, labels = read_part(*paths)
        kept = first_of_each(labels, quota)
        for name, array in zip(names_of_part(train), (images[kept], labels[kept].astype(np.uint8)), strict=True):
            write_idx(destination / f"{name}.gz", array)


def main(arguments: list[str]) -> None:
    """Run `build` on the folders that `arguments` name; without the second one, on this package's own."""
    if len(arguments) not in (1, 2):
        sys.exit("usage: python -m tinygrad_edu.datasets._build_digits FOLDER_OF_MNIST [FOLDER_TO_WRITE]")
    build(Path(arguments[0]), Path(arguments[1]) if len(arguments) == 2 else Path(__file__).parent / "data")


if __name__ == "__main__":
    main(sys.argv[1:])
