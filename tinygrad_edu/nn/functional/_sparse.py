"""Class numbers written out as vectors.

Source: the article, 「二乗和誤差」; https://docs.pytorch.org/docs/stable/nn.functional.html#sparse-functions
"""

from __future__ import annotations

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._arguments import as_integer, as_tensor_argument
from tinygrad_edu.api._reading import named

__all__ = ["one_hot"]


@named
def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Vectors that are 1 at the place of the class and 0 elsewhere (one-hot 表現).

    Args:
        tensor: Class numbers, int64, of any shape.
        num_classes: How many classes there are; by default one more than the largest number.

    Returns:
        int64 of shape (*, num_classes).

    Raises:
        RuntimeError: If `tensor` isn't int64, or a number doesn't fit.

    >>> tg.nn.functional.one_hot(tg.tensor([2, 0]), num_classes=4)
    tensor([[0, 0, 1, 0],
            [1, 0, 0, 0]])
    """
    num_classes = as_integer("num_classes", num_classes)
    classes = np.asarray(as_tensor_argument(tensor)._data)
    if classes.dtype != np.int64:
        raise RuntimeError(f"class numbers must be int64, got {describe(tensor)}; convert it with .long()")
    if classes.size == 0 and num_classes <= 0:
        raise RuntimeError("an empty tensor doesn't say how many classes there are; give num_classes")
    if classes.size and classes.min() < 0:
        raise RuntimeError(f"class numbers can't be negative, got {classes.min()}")
    count = int(classes.max()) + 1 if num_classes == -1 else num_classes
    if classes.size and classes.max() >= count:
        raise RuntimeError(f"class {classes.max()} is out of range for num_classes={num_classes}")
    return Tensor.wrap((classes[..., None] == np.arange(count)).astype(np.int64))
