"""Convolution and pooling against their definitions, written as loops (support/loops.py)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import loops
from support.cases import CASES
from support.cases.spatial import windows_on

from tinygrad_edu.ops import convolution as ops
from tinygrad_edu.ops import pooling
from tinygrad_edu.ops._windows import Windows
from tinygrad_edu.ops.table import TABLE


@given(data=st.data())
def test_a_convolution_is_its_definition(data: st.DataObject) -> None:
    (x, w, b), settings = data.draw(CASES["convolution"])
    wanted = loops.convolved(x, w, b, settings["windows"], settings["groups"])
    np.testing.assert_allclose(TABLE["convolution"](x, w, b, **settings), wanted, atol=1e-12)


@given(data=st.data())
def test_the_three_of_a_convolution_are_one_form(data: st.DataObject) -> None:
    """Σ g · convolution(x, w) = Σ x · transposed(g, w) = Σ w · correlation(x, g)."""
    (x, w, _), settings = data.draw(CASES["convolution"])
    y = TABLE["convolution"](x, w, None, **settings)
    g = np.random.default_rng(0).uniform(-1, 1, y.shape)
    back = TABLE["transposed_convolution"](g, w, size=x.shape[2:], **settings)
    kernels = TABLE["correlation"](x, g, **settings)
    form = np.vdot(g, y)
    np.testing.assert_allclose([np.vdot(x, back), np.vdot(w, kernels)], [form, form], atol=1e-10)


@pytest.mark.parametrize("cache", [1, 300, 10_000])
def test_in_pieces_of_any_size_the_results_are_the_same(cache: int, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = np.random.default_rng(0)
    x, w, b = (numbers.uniform(-1, 1, shape) for shape in ((7, 2, 5, 6), (4, 2, 3, 2), (4,)))
    windows = Windows((3, 2), (3, 3), (1, 2), (0, 0), (1, 1))
    whole = [ops.convolution(x, w, b, windows=windows, groups=1)]
    whole += [ops.transposed(whole[0], w, windows=windows, groups=1, size=(5, 6))]
    whole += [ops.correlation(x, whole[0], windows=windows, groups=1)]
    monkeypatch.setattr(ops, "_CACHE", cache)
    pieces = [ops.convolution(x, w, b, windows=windows, groups=1)]
    pieces += [ops.transposed(whole[0], w, windows=windows, groups=1, size=(5, 6))]
    pieces += [ops.correlation(x, whole[0], windows=windows, groups=1)]
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@given(data=st.data(), values=st.sampled_from([[0.0, 1.0], [-np.inf, 0.0], [-2.0, -1.0, 3.0]]))
def test_the_largest_is_its_definition_among_equals_too(data: st.DataObject, values: list[float]) -> None:
    windows, size = data.draw(windows_on(data.draw(st.integers(1, 2))))
    windows = windows._replace(padding=(0,) * windows.ndim)
    x = np.random.default_rng(data.draw(st.integers(0, 9))).choice(values, (2, 1, *size))
    x = windows.pad(x, values[0])  # so that every window sees something
    best, places = loops.largest(x, windows)
    found, chosen = pooling.largest(x, windows=windows)
    np.testing.assert_array_equal(found, best)
    np.testing.assert_array_equal(pooling.places_in_input(chosen, windows, x.shape[2:]), places)


@given(data=st.data())
def test_a_mean_is_its_definition(data: st.DataObject) -> None:
    windows, size = data.draw(windows_on(data.draw(st.integers(1, 2))))
    x = np.random.default_rng(0).uniform(-1, 1, (2, 1, *size))
    wanted = loops.averaged(x, windows, 3)
    np.testing.assert_allclose(TABLE["avg_pool"](x, windows=windows, divisor=3), wanted, atol=1e-12)
