"""Sheets of small images with words above each: a look at the data, and at what was misread."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu.viz._figure import new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_images", "plot_misread"]


def plot_images(images: Any, captions: Any = None, title: str = "", columns: int = 8) -> Figure:
    """Draw grey images in rows, each with its caption above it, ink dark on white paper.

    Args:
        images: (N, H, W) or (N, 1, H, W), a tensor or an array, from 0 (paper) to the largest value there is (ink).
        captions: The words above each image, N of them; numbers and a tensor of labels are taken, too. None if None.
        title: What stands above the sheet.
        columns: How many images a row holds.

    Returns:
        The figure; ``figure.savefig("sheet.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        ValueError: If `images` isn't three-dimensional or there isn't one caption for each.

    >>> from tinygrad_edu.datasets import Digits
    >>> from tinygrad_edu.viz import plot_images
    >>> digits = Digits(train=False)
    >>> figure = plot_images(digits.data[:16], digits.targets[:16])
    >>> len(figure.axes)
    16
    """
    pixels = _array(images)
    if pixels.ndim == 4 and pixels.shape[1] == 1:
        pixels = pixels[:, 0]
    words = [""] * len(pixels) if captions is None else [str(each) for each in _listed(captions)]
    if pixels.ndim != 3 or len(pixels) != len(words):
        raise ValueError(
            f"plot_images: got images of shape {pixels.shape} and {len(words)} captions; "
            "wanted images of shape (N, H, W) and N captions"
        )
    rows = math.ceil(len(pixels) / columns)
    lines = max((caption.count("\n") + 1 for caption in words), default=1) if captions is not None else 0
    figure = new_figure("plot_images", 1.2 * columns, max(1.0, (1.05 + 0.2 * lines) * rows) + (0.5 if title else 0))
    if title:
        figure.suptitle(title)
    if not len(pixels):
        figure.text(0.5, 0.4, "no images", ha="center", color="0.4")
    darkest = pixels.max(initial=0)
    for place, (image, caption) in enumerate(zip(pixels, words, strict=True), start=1):
        axes = figure.add_subplot(rows, columns, place)
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=darkest)
        axes.set_title(caption, fontsize=9)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_color("0.8")
    return figure


def plot_misread(images: Any, targets: Any, probabilities: Any, title: str = "", limit: int = 40) -> Figure:
    """Draw the images that a classifier misread, those it was surest of first.

    Above each image stands its true class, and what it was taken for with the probability given to that.

    Args:
        images: (N, H, W), a tensor or an array.
        targets: The true class of each image, N integers.
        probabilities: (N, K), how probable each of K classes is for each image, as softmax gives it.
        title: What stands first above the sheet; how many of how many were misread follows it.
        limit: How many images to show at most.

    Returns:
        The figure; ``figure.savefig("misread.png")`` writes it.

    Raises:
        ImportError: If matplotlib isn't installed.
        ValueError: If the shapes don't belong together.

    >>> from tinygrad_edu.viz import plot_misread
    >>> figure = plot_misread(tg.rand(2, 28, 28), tg.tensor([0, 1]), tg.tensor([[0.9, 0.1], [0.7, 0.3]]))
    >>> figure.axes[0].get_title().splitlines()
    ['is 1', 'read as 0 (70 %)']
    """
    pixels, labels, chances = _array(images), _array(targets), _array(probabilities)
    if pixels.ndim != 3 or labels.ndim != 1 or chances.ndim != 2 or not len(pixels) == len(labels) == len(chances):
        raise ValueError(
            f"plot_misread: got images of shape {pixels.shape}, targets of shape {labels.shape} and probabilities "
            f"of shape {chances.shape}; wanted (N, H, W), (N,) and (N, K) with the same N"
        )
    read_as = chances.argmax(axis=1)
    surest = np.argsort(-chances.max(axis=1), kind="stable")
    misread = surest[(read_as != labels)[surest]]
    shown = misread[:limit]
    captions = [f"is {labels[one]}\nread as {read_as[one]} ({100 * chances[one].max():.0f} %)" for one in shown]
    count = f"{len(misread):,} of {len(pixels):,} misread"
    if len(shown) < len(misread):
        count += f"; the {len(shown)} it was surest of"
    return plot_images(pixels[shown], captions, f"{title}: {count}" if title else count)


def _listed(values: Any) -> Iterable[Any]:
    listed: Iterable[Any] = values.tolist() if hasattr(values, "tolist") else values
    return listed


def _array(values: Any) -> NDArray[Any]:
    """A tensor's values, or whatever else NumPy takes, as an array."""
    return np.asarray(values.detach() if hasattr(values, "detach") else values)
