"""Layers that put more values around those that there are.

Source: https://docs.pytorch.org/docs/stable/nn.html#padding-layers
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.nn._shared import SharedConstructor
from tinygrad_edu.nn.functional._padding import pad
from tinygrad_edu.nn.functional._spatial import read_numbers

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class _Padding(SharedConstructor):
    """A layer that pads the last dimensions.

    Args:
        padding: How many values are put on, the same number on all sides; or before and after the last dimension,
            before and after the one before it, and so on.
    """

    mode: ClassVar[str]
    ndim: ClassVar[int]
    value: float = 0.0

    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__()
        check_arguments(self, _Padding.__init__, locals())
        self.padding = named_as(type(self).__name__)(read_numbers)("padding", padding, 2 * self.ndim)

    def forward(self, input: Tensor) -> Tensor:
        return pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPadding(_Padding):
    """A layer that puts a constant around the values.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.
        value: The constant.
    """

    mode = "constant"

    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        check_arguments(self, _ConstantPadding.__init__, locals())
        self.value = value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPadding):
    """Puts a constant around sequences.

    Args:
        padding: How many, on all sides; or before and after.
        value: The constant.

    >>> tg.nn.ConstantPad1d((2, 1), 9.0)(tg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[9., 9., 1., 2., 3., 9.]])
    """

    ndim = 1


class ConstantPad2d(_ConstantPadding):
    """Puts a constant around images.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.
        value: The constant.

    >>> tg.nn.ConstantPad2d((1, 0, 0, 0), 9.0)(tg.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[9., 1., 2.],
             [9., 3., 4.]]])
    """

    ndim = 2


class ConstantPad3d(_ConstantPadding):
    """Puts a constant around volumes.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.
        value: The constant.

    >>> tg.nn.ConstantPad3d(1, 9.0)(tg.ones(5, 4, 3, 2)).shape
    tinygrad_edu.Size([5, 6, 5, 4])
    """

    ndim = 3


class ZeroPad1d(_Padding):
    """Puts zeros around sequences.

    Args:
        padding: How many, on all sides; or before and after.

    >>> tg.nn.ZeroPad1d((2, 1))(tg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[0., 0., 1., 2., 3., 0.]])
    """

    ndim = 1
    mode = "constant"


class ZeroPad2d(_Padding):
    """Puts zeros around images.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.

    >>> tg.nn.ZeroPad2d((1, 0, 0, 0))(tg.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[0., 1., 2.],
             [0., 3., 4.]]])
    """

    ndim = 2
    mode = "constant"


class ZeroPad3d(_Padding):
    """Puts zeros around volumes.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.

    >>> tg.nn.ZeroPad3d(1)(tg.ones(5, 4, 3, 2)).shape
    tinygrad_edu.Size([5, 6, 5, 4])
    """

    ndim = 3
    mode = "constant"


class ReflectionPad1d(_Padding):
    """Puts the values themselves, mirrored at the outermost ones, around sequences.

    Args:
        padding: How many, on all sides; or before and after.

    >>> tg.nn.ReflectionPad1d((2, 1))(tg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 2., 1., 2., 3., 2.]])
    """

    ndim = 1
    mode = "reflect"


class ReflectionPad2d(_Padding):
    """Puts the values themselves, mirrored at the outermost ones, around images.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.

    >>> tg.nn.ReflectionPad2d((1, 0, 0, 0))(tg.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[2., 1., 2.],
             [4., 3., 4.]]])
    """

    ndim = 2
    mode = "reflect"


class ReflectionPad3d(_Padding):
    """Puts the values themselves, mirrored at the outermost ones, around volumes.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.

    >>> tg.nn.ReflectionPad3d(1)(tg.ones(5, 4, 3, 2)).shape
    tinygrad_edu.Size([5, 6, 5, 4])
    """

    ndim = 3
    mode = "reflect"


class ReplicationPad1d(_Padding):
    """Puts the outermost values again around sequences.

    Args:
        padding: How many, on all sides; or before and after.

    >>> tg.nn.ReplicationPad1d((2, 1))(tg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[1., 1., 1., 2., 3., 3.]])
    """

    ndim = 1
    mode = "replicate"


class ReplicationPad2d(_Padding):
    """Puts the outermost values again around images.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.

    >>> tg.nn.ReplicationPad2d((1, 0, 0, 0))(tg.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[1., 1., 2.],
             [3., 3., 4.]]])
    """

    ndim = 2
    mode = "replicate"


class ReplicationPad3d(_Padding):
    """Puts the outermost values again around volumes.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.

    >>> tg.nn.ReplicationPad3d(1)(tg.ones(5, 4, 3, 2)).shape
    tinygrad_edu.Size([5, 6, 5, 4])
    """

    ndim = 3
    mode = "replicate"


class CircularPad1d(_Padding):
    """Puts the values from the other end around sequences.

    Args:
        padding: How many, on all sides; or before and after.

    >>> tg.nn.CircularPad1d((2, 1))(tg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[2., 3., 1., 2., 3., 1.]])
    """

    ndim = 1
    mode = "circular"


class CircularPad2d(_Padding):
    """Puts the values from the other end around images.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.

    >>> tg.nn.CircularPad2d((1, 0, 0, 0))(tg.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[2., 1., 2.],
             [4., 3., 4.]]])
    """

    ndim = 2
    mode = "circular"


class CircularPad3d(_Padding):
    """Puts the values from the other end around volumes.

    Args:
        padding: How many, on all sides; or before and after the last dimension, the one before it, and so on.

    >>> tg.nn.CircularPad3d(1)(tg.ones(5, 4, 3, 2)).shape
    tinygrad_edu.Size([5, 6, 5, 4])
    """

    ndim = 3
    mode = "circular"
