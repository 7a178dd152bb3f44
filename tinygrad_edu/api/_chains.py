"""Products of several matrices, in the order that takes the fewest multiplications.

With m[i, j] for the fewest that the product of the matrices i to j takes, and p[i] rows of matrix i,

    m[i, j] = min over k from i to j - 1 of m[i, k] + m[k + 1, j] + p[i] p[k + 1] p[j + 1].

Source: T. H. Cormen and others, Introduction to Algorithms, 3rd ed., MIT Press 2009, section 15.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tinygrad_edu.api.matmul import matmul

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["multiplied"]


def multiplied(matrices: Sequence[Any]) -> Tensor:
    """The product of one matrix or more, whose shapes fit."""
    lengths = [len(matrices[0]._data), *(each._data.shape[1] for each in matrices)]
    cuts = _best_cuts(lengths)

    def product(first: int, last: int) -> Any:
        if first == last:
            return matrices[first]
        cut = cuts[first, last]
        return matmul(product(first, cut), product(cut + 1, last))

    result: Tensor = product(0, len(matrices) - 1)
    return result


def _best_cuts(p: Sequence[int]) -> dict[tuple[int, int], int]:
    """After which matrix the product of those from i to j is best cut into two."""
    count = len(p) - 1
    costs = {(i, i): 0 for i in range(count)}
    cuts: dict[tuple[int, int], int] = {}
    for distance in range(1, count):
        for i in range(count - distance):
            j = i + distance
            cost, cut = min((costs[i, k] + costs[k + 1, j] + p[i] * p[k + 1] * p[j + 1], k) for k in range(i, j))
            costs[i, j], cuts[i, j] = cost, cut
    return cuts
