"""The bundled digits: 6,000 images of MNIST inside the package, there without any download.

Source: http://yann.lecun.com/exdb/mnist/ (LeCun, Cortes and Burges); where these images come from and
their licence (CC BY-SA 3.0) are told in ``data/README.md``, next to them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinygrad_edu.api.creation import from_numpy
from tinygrad_edu.datasets._digit_files import DIGIT_NAMES, names_of_part, read_part
from tinygrad_edu.datasets.images import LabelledImages

__all__ = ["Digits"]


class Digits(LabelledImages):
    """Handwritten digits, a small and even part of MNIST that comes with the package.

    5,000 images to learn from, 500 of each digit, and 1,000 others to test on, 100 of each, in mixed
    order. An image is 28 x 28 bytes, from 0 (paper) to 255 (ink). They are the first of each digit in
    the files of MNIST, by Yann LeCun, Corinna Cortes and Christopher J. C. Burges
    (http://yann.lecun.com/exdb/mnist/), under the licence commonly stated for it, CC BY-SA 3.0. On so
    few images the article's network reaches less than on the whole of `MNIST`, but in seconds.

    Sample `i` is ``(image, label)``: the image a uint8 tensor (28, 28), or what `transform` makes of
    it; the label an int from 0 to 9, or what `target_transform` makes of it.

    Args:
        train: The 5,000 images to learn from if True, else the 1,000 to test on.
        transform: Called with each image; `to_vectors` and `to_images` make it ready for a network.
        target_transform: Called with each label.

    Attributes:
        data: All images, uint8 (N, 28, 28).
        targets: All labels, int64 (N,).
        classes: The names of the ten classes.

    >>> from tinygrad_edu.datasets import Digits, to_vectors
    >>> from tinygrad_edu.utils.data import DataLoader
    >>> digits = Digits(train=True, transform=to_vectors)
    >>> image, label = digits[0]
    >>> image.shape, label
    (tinygrad_edu.Size([784]), 5)
    >>> images, labels = next(iter(DataLoader(digits, batch_size=100, shuffle=True)))
    >>> images.shape, labels.shape
    (tinygrad_edu.Size([100, 784]), tinygrad_edu.Size([100]))
    """

    def __init__(
        self,
        train: bool = True,
        transform: Callable[..., Any] | None = None,
        target_transform: Callable[..., Any] | None = None,
    ) -> None:
        folder = Path(__file__).parent / "data"
        images_name, labels_name = names_of_part(train)
        images, labels = read_part(folder / f"{images_name}.gz", folder / f"{labels_name}.gz")
        super().__init__(from_numpy(images), from_numpy(labels), DIGIT_NAMES, train, transform, target_transform)
