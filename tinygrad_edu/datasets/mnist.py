"""MNIST as published: 60,000 handwritten digits to learn from and 10,000 to test on.

The class reads the four IDX files from a folder, gzipped or not, and can download them.

Source: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes and Burges); the class is after
https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.MNIST.html
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from tinygrad_edu.api.creation import from_numpy
from tinygrad_edu.datasets._digit_files import DIGIT_NAMES, find_file, names_of_part, read_part, user_cache_folder
from tinygrad_edu.datasets.images import LabelledImages

__all__ = ["MNIST"]


class MNIST(LabelledImages):
    """The MNIST database of handwritten digits (28 x 28 pixels), read from files.

    Sample `i` is ``(image, label)``: the image a uint8 tensor (28, 28) from 0 (paper) to 255 (ink), or
    what `transform` makes of it; the label an int from 0 to 9, or what `target_transform` makes of it.
    (torchvision gives the image as one of PIL, a library that this package does without.)

    Args:
        root: A folder that holds the four files, or torchvision's layout ``root/MNIST/raw`` that holds
            them. If None, the user's folder for caches: ``$XDG_CACHE_HOME/tinygrad_edu``, or what
            stands for it on the system.
        train: The 60,000 images to learn from if True, else the 10,000 to test on.
        transform: Called with each image; `to_vectors` and `to_images` make it ready for a network.
        target_transform: Called with each label.
        download: Fetch those of the four files (12 MB) that are missing, into ``root/MNIST/raw``.

    Attributes:
        data: All images, uint8 (N, 28, 28).
        targets: All labels, int64 (N,).
        classes: The names of the ten classes.
        mirrors: Addresses that offer the files, tried in turn; a subclass may name others.
        checksums: The MD5 checksum of each file, unpacked; what a mirror sends must have it.

    Raises:
        FileNotFoundError: If a file is missing and `download` is False.
        ValueError: If a file is damaged or is not what its name says.
        ConnectionError: If no mirror gave a missing file.

    >>> import tempfile, numpy as np
    >>> from tinygrad_edu.datasets import MNIST, write_idx
    >>> with tempfile.TemporaryDirectory() as folder:  # stand-ins for the real files
    ...     write_idx(f"{folder}/t10k-images-idx3-ubyte.gz", np.zeros((2, 28, 28), np.uint8))
    ...     write_idx(f"{folder}/t10k-labels-idx1-ubyte.gz", np.array([7, 2], np.uint8))
    ...     test_set = MNIST(folder, train=False)
    >>> test_set
    <MNIST: 2 images of 28 x 28 pixels to test on>
    >>> test_set[1][1]
    2
    """

    mirrors: ClassVar[Sequence[str]] = (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    )
    checksums: ClassVar[Mapping[str, str]] = {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    }

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        train: bool = True,
        transform: Callable[..., Any] | None = None,
        target_transform: Callable[..., Any] | None = None,
        download: bool = False,
    ) -> None:
        self.root = user_cache_folder() if root is None else Path(root)
        if download:
            self.download()
        images_name, labels_name = names_of_part(train)
        images, labels = read_part(self._file(images_name), self._file(labels_name))
        super().__init__(from_numpy(images), from_numpy(labels), DIGIT_NAMES, train, transform, target_transform)

    @property
    def raw_folder(self) -> str:
        """The folder into which downloads go, ``root/MNIST/raw``, as torchvision has it."""
        return str(self.root / type(self).__name__ / "raw")

    def download(self) -> None:
        """Fetch those of the four files that are missing.

        Raises:
            ConnectionError: If no mirror gave a missing file.
        """
        # Imported here because the network modules take as long to import as half of the package.
        from tinygrad_edu.datasets._download import download_file

        for name, checksum in self.checksums.items():
            if find_file(name, self._folders()) is None:
                download_file(f"{name}.gz", Path(self.raw_folder), self.mirrors, checksum)

    def _folders(self) -> list[Path]:
        """The folders in which the files may lie."""
        return [self.root, Path(self.raw_folder)]

    def _file(self, name: str) -> Path:
        """The path of the file `name`, gzipped or not; FileNotFoundError says how to get it."""
        found = find_file(name, self._folders())
        if found is not None:
            return found
        fix = (
            "pass download=True to fetch it, or name the folder that holds it; "
            "Digits() has 6,000 of the images without any file"
        )
        if not self.root.is_dir():
            raise FileNotFoundError(f"{type(self).__name__}: there is no folder {self.root}; {fix}")
        raise FileNotFoundError(
            f"{type(self).__name__}: neither {name} nor {name}.gz is in {self.root} or {self.raw_folder}; {fix}"
        )
