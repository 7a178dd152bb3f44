"""Shapes that are stretched to a common one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from tinygrad_edu._broadcasting import common_shape


@given(hnp.mutually_broadcastable_shapes(num_shapes=3, min_dims=0, max_dims=3, min_side=0, max_side=3))
def test_the_common_shape_is_that_of_numpy(drawn: hnp.BroadcastableShapes) -> None:
    assert common_shape(*drawn.input_shapes) == drawn.result_shape == np.broadcast_shapes(*drawn.input_shapes)


@pytest.mark.parametrize("shapes", [((2,), (3,)), ((2, 1), (3, 2)), ((0,), (2,)), ((2,), (3, 1), (2, 3))])
def test_what_does_not_fit_is_a_value_error(shapes: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(ValueError, match="broadcast"):
        common_shape(*shapes)
