"""Embeddings against PyTorch's own, where that is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, values
from parity.twins import RNG, compare, twins

import tinygrad_edu as tg
from tinygrad_edu import nn

torch = pytest.importorskip("torch")

EMBEDDING = """\
F.embedding(i, w) | F.embedding(i[0, 0], w) | F.embedding(i[:0], w) | F.embedding(i.int(), w)
F.embedding(i, w.mT[:, :2]) | F.embedding(i) | F.embedding(i, 3)
F.embedding(i, w, padding_idx=4) | F.embedding(i, w, padding_idx=-1) | F.embedding(i, w, scale_grad_by_freq=True)
F.embedding(i, w, 2, None, 2.0, True) | F.embedding(input=i, weight=w) | F.embedding(i.mT, w) | F.embedding(i, w[:, :0])
F.embedding(i, w[:2]) | F.embedding(-i, w) | F.embedding(i.float(), w) | F.embedding(i.short(), w)
F.embedding(i > 1, w) | F.embedding(i, w[0]) | F.embedding(i, w, padding_idx=5) | F.embedding(i, w, padding_idx=-6)"""

BAGS = """\
B(i, w) | B(i, w, mode='sum') | B(i, w, mode='max') | B(i[:0], w, mode='max') | B(i.int(), w, mode='sum')
B(i.view(-1), w, m.tensor([0, 2])) | B(i.view(-1), w, m.tensor([0, 2, 2]), mode='sum') | B(i, w, padding_idx=-1)
B(i.view(-1), w, m.tensor([0, 0, 5]), mode='max') | B(i.view(-1), w, m.tensor([0, 2, 6]), include_last_offset=True)
B(i, w, mode='sum', per_sample_weights=p) | B(i, w, mode='sum', per_sample_weights=p, padding_idx=4)
B(i, w, padding_idx=4) | B(i, w, mode='max', padding_idx=4) | B(i.view(-1), w, m.tensor([0, 6]), mode='max')
B(i, w, scale_grad_by_freq=True) | B(i, w, mode='sum', scale_grad_by_freq=True) | B(i[:0].view(-1), w, m.tensor([0, 0]))
B(i.view(-1), w) | B(i, w, m.tensor([0])) | B(i.view(-1), w, m.tensor([1])) | B(i.view(-1), w, m.tensor([0, 7]))
B(i.view(-1), w, m.tensor([[0]])) | B(i, w, mode='mode') | B(i, w, per_sample_weights=p) | B(i[None], w) | B(i, w[:2])
B(i, w, mode='sum', per_sample_weights=p[0]) | B(i, w, mode='max', scale_grad_by_freq=True) | B(i.float(), w)"""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("expression", listed(EMBEDDING))
def test_embedding(expression: str, dtype: str) -> None:
    agree(f"(lambda F: {expression})(m.nn.functional)", i=np.array([[4, 0, 2], [4, 4, 1]]), w=values(dtype, 5, 3))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("expression", listed(BAGS))
def test_embedding_bag(expression: str, dtype: str) -> None:
    i, w, p = np.array([[4, 0, 2], [4, 4, 1]]), values(dtype, 5, 3), values(dtype, 2, 3)
    agree(f"(lambda B: {expression})(m.nn.functional.embedding_bag)", i=i, w=w, p=p)


@pytest.mark.parametrize("settings", [{}, {"padding_idx": 1}, {"padding_idx": -1, "scale_grad_by_freq": True}])
def test_the_layer(settings: dict[str, Any]) -> None:
    compare(*twins("Embedding", 5, 3, **settings), np.array([[4, 0, 2], [4, 4, 1]]))


@pytest.mark.parametrize(
    "settings", [{}, {"mode": "sum", "padding_idx": 0}, {"mode": "max", "include_last_offset": True}]
)
def test_the_layer_of_bags(settings: dict[str, Any]) -> None:
    offsets = np.array([0, 2, 6]) if "include_last_offset" in settings else np.array([0, 2])
    compare(*twins("EmbeddingBag", 5, 3, **settings), np.array([4, 0, 2, 4, 4, 1]), offsets, order=1)


@pytest.mark.parametrize("name", ["Embedding", "EmbeddingBag"])
@pytest.mark.parametrize("norm_type", [2.0, 1.0, float("inf")])
def test_long_rows_are_shortened(name: str, norm_type: float) -> None:
    mine, theirs = twins(name, 5, 3, max_norm=1.0, norm_type=norm_type)
    compare(mine, theirs, np.array([[4, 0, 2], [4, 4, 1]]), order=1)
    np.testing.assert_allclose(mine.weight.detach().numpy(), theirs.weight.detach().numpy(), rtol=1e-6)


@pytest.mark.parametrize("name", ["Embedding", "EmbeddingBag"])
@pytest.mark.parametrize("freeze", [True, False])
def test_a_given_table(name: str, freeze: bool) -> None:
    table = RNG.standard_normal((4, 3))
    made = [getattr(m.nn, name).from_pretrained(m.tensor(table), freeze=freeze, padding_idx=2) for m in (tg, torch)]
    assert repr(made[0]) == repr(made[1])
    assert [each.weight.requires_grad for each in made] == [not freeze] * 2
    compare(*made, np.array([[3, 2], [0, 3]]), order=1)


def test_the_row_of_the_padding_starts_at_0_and_the_others_spread_like_a_normal() -> None:
    table = nn.Embedding(1000, 50, padding_idx=3).weight.detach().numpy()
    assert not table[3].any()
    assert abs(table.mean()) < 0.02
    assert abs(table.std() - 1) < 0.02


@pytest.mark.parametrize("name", ["Embedding", "EmbeddingBag"])
def test_wrong_tables(name: str) -> None:
    for m in (tg, torch):
        kind = getattr(m.nn, name)
        with pytest.raises((ValueError, AssertionError)):
            kind(5, 3, padding_idx=5)
        with pytest.raises((ValueError, AssertionError)):
            kind.from_pretrained(m.ones(4))
        with pytest.raises((ValueError, AssertionError)):
            kind(5, 3, _weight=m.ones(4, 3))
    layer = getattr(nn, name)(5, 3, sparse=True)
    with pytest.raises(NotImplementedError, match="sparse=True is not supported"):
        layer(tg.tensor([[0]]))
