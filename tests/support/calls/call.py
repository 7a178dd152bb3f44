"""What the row of a function of networks is made of: calls of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from support.arrays import Domain, arrays, shapes


class Call(NamedTuple):
    """One call of a function."""

    places: dict[str, np.ndarray]
    settings: dict[str, Any]


Calls = st.SearchStrategy[Call]

NOT_EMPTY = shapes(max_dims=3, min_side=1)


@st.composite
def elementwise(draw: st.DrawFn, /, domain: Domain, **settings: st.SearchStrategy[Any]) -> Call:
    return Call({"input": draw(arrays(draw(shapes()), domain))}, draw(st.fixed_dictionaries(settings)))
