"""Windows: where a kernel lies on an input, for convolution, pooling and unfolding alike.

In each spatial dimension, window number i sees through place k of its kernel the position

    s i + d k - p        with stride s, dilation d, padding p

of the input. Positions outside of it are padding. Spatial dimensions are the last ones of an array.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Place", "Windows"]

Lengths = tuple[int, ...]  # a number for each spatial dimension
Place = tuple[int, ...]


class Windows(NamedTuple):
    """The windows of a kernel: a number for each spatial dimension.

    Attributes:
        kernel: How many places the kernel has.
        counts: How many windows there are.
        stride: How far one window lies from the next.
        padding: How far the first one begins before the input.
        dilation: How far apart two neighbouring places of the kernel lie.
    """

    kernel: Lengths
    counts: Lengths
    stride: Lengths
    padding: Lengths
    dilation: Lengths

    @property
    def ndim(self) -> int:
        """How many spatial dimensions there are."""
        return len(self.kernel)

    @property
    def reach(self) -> Lengths:
        """How many positions there are from the first of the first window to the last of the last."""
        each = zip(self.kernel, self.counts, self.stride, self.dilation, strict=True)
        return tuple(s * (n - 1) + d * (k - 1) + 1 for k, n, s, d in each)

    @property
    def disjoint(self) -> bool:
        """Whether no two windows see the same position."""
        each = zip(self.kernel, self.counts, self.stride, self.dilation, strict=True)
        return all(n == 1 or s > d * (k - 1) for k, n, s, d in each)

    def places(self) -> Iterator[Place]:
        """The places of the kernel, in the order of memory."""
        return product(*map(range, self.kernel))

    def seen_through(self, place: Place) -> tuple[slice, ...]:
        """What all windows see through one place of the kernel: an index of the padded input's spatial dimensions."""
        each = zip(place, self.counts, self.stride, self.dilation, strict=True)
        return tuple(slice(d * k, d * k + s * (n - 1) + 1, s) for k, n, s, d in each)

    def inside(self, size: Lengths) -> tuple[slice, ...]:
        """Where in the padded input the input itself lies."""
        return tuple(slice(p, p + n) for p, n in zip(self.padding, size, strict=True))

    def padded_size(self, size: Lengths) -> Lengths:
        """The size of an input with its padding: at least as large as the windows reach."""
        each = zip(self.padding, size, self.reach, strict=True)
        return tuple(max(p + n, reach) for p, n, reach in each)

    def pad(self, x: Any, value: Any = 0) -> Any:
        """The input with its padding, filled with `value`; itself, if there is none."""
        size = x.shape[x.ndim - self.ndim :]
        wanted = self.padded_size(size)
        if wanted == size:
            return x
        whole: Any = np.full((*x.shape[: x.ndim - self.ndim], *wanted), value, x.dtype)
        whole[(..., *self.inside(size))] = x
        return whole

    def size_of_kernel(self) -> int:
        """How many values a window sees."""
        return prod(self.kernel)
