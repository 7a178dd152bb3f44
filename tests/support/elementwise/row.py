"""What the row of an elementwise operation is made of: how its calls are drawn, and what it is exactly.

A `Case` is one call: operands (float64 arrays, or what else the operation takes) and settings. The
domains keep away from points without a derivative; what happens *there* is a matter of convention
and has tables of its own, tests/support/conventions/.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.arrays import Domain, Shape, arrays, shapes
from support.exact import Exact


class Case(NamedTuple):
    """One call of a primitive."""

    operands: tuple[Any, ...]
    params: dict[str, Any]


Cases = st.SearchStrategy[Case]


@st.composite
def broadcast_shapes(draw: st.DrawFn, count: int) -> tuple[Shape, ...]:
    """Shapes that broadcast against each other; mostly such as really stretch, which few drawn at random do."""
    if draw(st.integers(0, 2)):
        return tuple(draw(st.permutations([(2, 3), (3,), (2, 1), (2, 1, 3), ()]))[:count])
    return draw(hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, min_side=0, max_side=3)).input_shapes


@st.composite
def operands(draw: st.DrawFn, *domains: Domain) -> tuple[Any, ...]:
    """One array from each domain, of shapes that broadcast against each other."""
    if len(domains) == 1:
        return (draw(arrays(draw(shapes()), domains[0])),)
    shapes_of_all = draw(broadcast_shapes(len(domains)))
    return tuple(draw(arrays(shape, domain)) for shape, domain in zip(shapes_of_all, domains, strict=True))


def pointwise(*domains: Domain, **params: st.SearchStrategy[Any]) -> Cases:
    """Calls of an elementwise operation of arrays."""
    return st.builds(Case, operands(*domains), st.fixed_dictionaries(params))


def beside_numbers(x: Domain, y: Domain) -> Cases:
    """Calls of a binary operation on two arrays, or on an array and a Python number."""
    return st.one_of(
        pointwise(x, y),
        st.builds(lambda many, one: Case((*many, one), {}), operands(x), y),
        st.builds(lambda one, many: Case((one, *many), {}), x, operands(y)),
    )


class Row(NamedTuple):
    """What is known of an operation.

    Attributes:
        calls: The strategy of its calls.
        exact: What it is in exact arithmetic, or why that isn't asked.
    """

    calls: Cases
    exact: Exact | str
