"""Sets of labelled grey images, and the step from their pixels to the numbers a network takes.

Pixels are stored as they were published, in bytes from 0 to 255: a quarter of the memory of float32.
`to_vectors` and `to_images` turn them into float32 from 0 to 1, for one image or for any stack of
them, so they serve as a data set's `transform` and on its `data` as a whole alike::

    digits = Digits(train=True, transform=to_vectors)     # each sample when it is asked for
    inputs = to_vectors(digits.data)                      # all of them at once: (5000, 784)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._errors import describe
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api.creation import from_numpy
from tinygrad_edu.utils.data import Dataset, default_collate

__all__ = ["LabelledImages", "to_images", "to_vectors", "works_on_stacks"]

_Transform = TypeVar("_Transform", bound=Callable[..., Any])
_MARK: Final = "works_on_stacks"


def works_on_stacks(transform: _Transform) -> _Transform:
    """Mark `transform` as one that may be given many images at once, and return it.

    A `DataLoader` then calls it once a batch, not once an image. The promise is that a stack of images
    (N, H, W) gives the tensor that stacking the results of the N images would give.

    >>> from tinygrad_edu.datasets import Digits, works_on_stacks
    >>> @works_on_stacks
    ... def ink_is_black(images):
    ...     return 255 - images
    >>> image, label = Digits(transform=ink_is_black)[0]
    >>> image[0, 0].item()
    255
    """
    if not callable(transform) or not hasattr(transform, "__dict__"):
        raise TypeError(f"works_on_stacks: transform must be a function, got {describe(transform)}")
    vars(transform)[_MARK] = True
    return transform


@works_on_stacks
def to_vectors(images: Tensor) -> Tensor:
    """Each image as one row of numbers from 0 to 1, as a fully connected network takes it.

    Args:
        images: uint8 (..., H, W).

    Returns:
        float32 (..., H * W), each number a pixel / 255: 784 of them for an image of 28 x 28.

    Raises:
        TypeError: If the elements are not uint8.
        ValueError: If there are fewer than two dimensions.

    >>> from tinygrad_edu.datasets import Digits, to_vectors
    >>> to_vectors(Digits(train=False).data).shape
    tinygrad_edu.Size([1000, 784])
    """
    scaled = _scaled("to_vectors", images)
    return from_numpy(scaled.reshape(*scaled.shape[:-2], scaled.shape[-2] * scaled.shape[-1]))


@works_on_stacks
def to_images(images: Tensor) -> Tensor:
    """Each image with one channel of numbers from 0 to 1, as a convolutional network takes it.

    Args:
        images: uint8 (..., H, W).

    Returns:
        float32 (..., 1, H, W), each number a pixel / 255; for one image the values and shape that
        ``torchvision.transforms.ToTensor`` gives.

    Raises:
        TypeError: If the elements are not uint8.
        ValueError: If there are fewer than two dimensions.

    >>> from tinygrad_edu.datasets import Digits, to_images
    >>> to_images(Digits(train=False).data).shape
    tinygrad_edu.Size([1000, 1, 28, 28])
    """
    scaled = _scaled("to_images", images)
    return from_numpy(scaled[..., np.newaxis, :, :])


def _scaled(operation: str, images: Tensor) -> NDArray[np.float32]:
    """The pixels divided by 255, in a new array."""
    pixels = np.asarray(images._data) if isinstance(images, Tensor) else np.asarray(images)
    if pixels.dtype != np.uint8:
        raise TypeError(
            f"{operation}: wanted uint8 pixels from 0 to 255, got {describe(images)}; "
            "if they are scaled already, leave this step out"
        )
    if pixels.ndim < 2:
        raise ValueError(f"{operation}: wanted images of shape (..., H, W), got {describe(images)}")
    scaled: NDArray[np.float32] = np.divide(pixels, 255, dtype=np.float32)
    return scaled


class LabelledImages(Dataset[tuple[Any, Any]]):
    """Images with a class each, all in memory: what `Digits` and `MNIST` have in common.

    Sample `i` is ``(image, label)``: the image a uint8 tensor (H, W), or what `transform` makes of
    it; the label an int, or what `target_transform` makes of it.

    Args:
        data: The images, uint8 (N, H, W).
        targets: Their labels, int64 (N,).
        classes: The name of each class.
        train: Whether this is the part to learn from, or the one to test on.
        transform: Called with each image; see `works_on_stacks` for calling it once a batch.
        target_transform: Called with each label.
    """

    def __init__(
        self,
        data: Tensor,
        targets: Tensor,
        classes: Sequence[str],
        train: bool = True,
        transform: Callable[..., Any] | None = None,
        target_transform: Callable[..., Any] | None = None,
    ) -> None:
        check_arguments(self, LabelledImages.__init__, locals())
        if data.ndim != 3:
            raise ValueError(f"{type(self).__name__}: data must be images of shape (N, H, W), got {describe(data)}")
        self.data = data
        self.targets = targets
        self.classes = list(classes)
        self.train = train
        self.transform = transform
        self.target_transform = target_transform

    @property
    def class_to_idx(self) -> dict[str, int]:
        """The label that stands for each class name."""
        return {name: label for label, name in enumerate(self.classes)}

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image: Any = self.data[index]
        label: Any = int(self.targets[index])
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label

    def __getbatch__(self, indices: Sequence[int]) -> Any:
        """The collated batch of the samples `indices`, without going through them one by one."""
        if self.target_transform is not None or not getattr(self.transform, _MARK, self.transform is None):
            return default_collate([self[index] for index in indices])
        chosen = np.fromiter(map(operator.index, indices), np.intp, len(indices))
        images: Any = self.data[chosen]
        return [images if self.transform is None else self.transform(images), self.targets[chosen]]

    def __repr__(self) -> str:
        height, width = self.data.shape[1:]
        part = "to learn from" if self.train else "to test on"
        return f"<{type(self).__name__}: {len(self)} images of {height} x {width} pixels {part}>"
