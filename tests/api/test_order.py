"""Ranks, medians and modes of small samples, by hand."""

from __future__ import annotations

import pytest

import tinygrad_edu as tg

NAN = float("nan")


def test_ranks() -> None:
    x = tg.tensor([[3.0, 1.0, 2.0], [4.0, 6.0, 5.0]])
    assert [each.tolist() for each in x.kthvalue(2)] == [[2.0, 5.0], [2, 2]]
    assert x.kthvalue(1, 0, True).values.tolist() == [[3.0, 1.0, 2.0]]
    assert x.msort().tolist() == x.sort(0).values.tolist()
    with pytest.raises(RuntimeError, match="kthvalue: k must be a rank from 1 to 3, got 4"):
        x.kthvalue(4)


def test_medians() -> None:
    x = tg.tensor([[3.0, 1.0, 2.0, 4.0], [NAN, 6.0, 5.0, 7.0], [NAN] * 4])
    assert [each.tolist() for each in x[:2].nanmedian(1)] == [[2.0, 6.0], [2, 1]]
    assert x[0].median().item() == 2.0
    assert x.median(1).indices.tolist() == [2, 0, 0]
    assert x.nanmedian().item() == 4.0
    assert x[2].nanmedian(0).indices.item() == 1
    with pytest.raises(TypeError, match="median: keepdim=True needs a dim"):
        x.median(keepdim=True)
    with pytest.raises(TypeError, match="median: wanted numbers, got a bool tensor"):
        (x > 0).median()


def test_modes() -> None:
    x = tg.tensor([[1, 3, 1, 3], [2, 2, 2, 5]])
    assert [each.tolist() for each in x.mode()] == [[1, 2], [2, 2]]
    assert x.mode(0, keepdim=True).values.tolist() == [[1, 2, 1, 3]]


def test_results_have_names_and_can_not_be_changed() -> None:
    found = tg.tensor([2.0, 1.0]).sort()
    assert isinstance(found, tg.return_types.sort)
    assert found.values is found[0]
    assert (found.n_fields, found.n_unnamed_fields) == (2, 0)
    with pytest.raises(AttributeError):
        found.values = found.indices
    with pytest.raises(TypeError, match="sort: got 3 results, wanted 2: values, indices"):
        tg.return_types.sort([1, 2, 3])
