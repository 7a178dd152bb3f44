"""For each primitive of the derivative table, the strategy of its calls.

Those of operations that work element by element are in support/elementwise/; the others are here, a file a kind.
"""

from __future__ import annotations

import pytest
from support.cases.along_dimensions import ALONG_DIMENSIONS, reduction
from support.cases.channels import OF_CHANNELS
from support.cases.indexing import INDEXING, any_index, basic_index
from support.cases.linear_algebra import LINEAR_ALGEBRA
from support.cases.products import PRODUCTS
from support.cases.sequences import OF_SEQUENCES
from support.cases.shapes import SHAPES
from support.cases.spatial import SPATIAL
from support.elementwise import ELEMENTWISE, Cases
from support.rules import row_to_write

from tinygrad_edu.ops.table import TABLE

__all__ = ["CASES", "any_index", "basic_index", "reduction"]


class Rows(dict[str, Cases]):
    """The row of each rule, by its name; a missing one says what to write."""

    def __missing__(self, name: str) -> Cases:
        pytest.fail(row_to_write(TABLE[name]), pytrace=False)


CALLS_OF_ELEMENTS = {name: row.calls for name, row in ELEMENTWISE.items()}
CASES = Rows(
    CALLS_OF_ELEMENTS
    | ALONG_DIMENSIONS
    | SHAPES
    | INDEXING
    | PRODUCTS
    | LINEAR_ALGEBRA
    | OF_CHANNELS
    | OF_SEQUENCES
    | SPATIAL
)
