"""Losses, distances and dropout against PyTorch's own, where that is installed: what rows don't draw, and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, values

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

CALLS = """\
F.smooth_l1_loss(x, y, beta=-1) | F.huber_loss(x, y, delta=0) | F.smooth_l1_loss(x, y, beta=0) | F.huber_loss(x, x)
F.kl_div(x, y.softmax(1), reduction="batchmean") | F.kl_div(x, y * 0, reduction="sum")
F.kl_div(x[0], y[0], reduction="batchmean")
F.kl_div(x, y, reduction="batchmean", log_target=True) | F.kl_div(x, y[0].exp(), reduction="none")
F.kl_div(x, y, reduction="no")
F.poisson_nll_loss(x, y[0]) | F.poisson_nll_loss(x.exp(), y.detach() * 3, log_input=False, full=True)
F.poisson_nll_loss(x, y, reduction="no")
F.gaussian_nll_loss(x, y, 2.0) | F.gaussian_nll_loss(x, y, y[:, 0].abs()) | F.gaussian_nll_loss(x, y, y.abs() * 0)
F.gaussian_nll_loss(x, y, y[:, :1].abs(), full=True) | F.gaussian_nll_loss(x, y, -y.abs())
F.gaussian_nll_loss(x, y, m.ones(2))
F.hinge_embedding_loss(x, y.sign()) | F.hinge_embedding_loss(x, y)
F.hinge_embedding_loss(x, y[0].sign(), margin=0.3)
F.margin_ranking_loss(x, y, y.sign()) | F.margin_ranking_loss(x, y[0], y)
F.margin_ranking_loss(x, y, y[:1].sign(), 0.5)
F.cosine_embedding_loss(x, y, m.tensor([1, -1, 1])) | F.cosine_embedding_loss(x[0], y[0], m.tensor(-1), 0.2)
F.cosine_embedding_loss(x, y, m.ones(3, 1)) | F.cosine_embedding_loss(x[0], y[0], m.ones(1))
F.cosine_embedding_loss(x, y, m.ones(2))
F.triplet_margin_loss(x, y, x + y) | F.triplet_margin_loss(x, y, x[0]) | F.triplet_margin_loss(x, y, x + y, margin=-1)
F.triplet_margin_loss(x[0], y[0], x[1], p=1, swap=True) | F.triplet_margin_with_distance_loss(x, y, x + y, margin=0)
F.soft_margin_loss(x, y.sign().detach()) | F.soft_margin_loss(x, y[0].detach())
F.soft_margin_loss(x, y.detach(), reduction="sum")
F.multi_margin_loss(x, t) | F.multi_margin_loss(x[0], t[0]) | F.multi_margin_loss(x, t, p=2, weight=y[0].detach())
F.multi_margin_loss(x, t, p=3)
F.multi_margin_loss(x, t + 2) | F.multi_margin_loss(x, t[:2]) | F.multi_margin_loss(x, t.float())
F.multi_margin_loss(x, t, weight=y.detach())
F.multilabel_margin_loss(x, l) | F.multilabel_margin_loss(x[0], l[0]) | F.multilabel_margin_loss(x, l[:, :3])
F.multilabel_margin_loss(x, l + 3)
F.multilabel_margin_loss(x, l * 0) | F.multilabel_margin_loss(x, l - 1, reduction="sum")
F.multilabel_soft_margin_loss(x, (y > 0).to(x.dtype))
F.multilabel_soft_margin_loss(x, y[0], weight=y[0].detach(), reduction="none")
F.cosine_similarity(x, y) | F.cosine_similarity(x, y[0], -1) | F.cosine_similarity(x * 0, y, 0)
F.cosine_similarity(x, y[:2])
F.cosine_similarity(x.long(), y.long()) | F.cosine_similarity(x, y, 2) | F.cosine_similarity(x[:0], y[:0])
F.cosine_similarity(x[0], y[0], 0)
F.pairwise_distance(x, x) | F.pairwise_distance(x, y[0], 1) | F.pairwise_distance(x[0], y[0], keepdim=True)
F.pairwise_distance(x, y, p=float("inf")) | F.pairwise_distance(x, y[:2]) | F.pairwise_distance(x[:0], y[:0])
F.pairwise_distance(x, y, 0.5)
F.pdist(x) | F.pdist(x, 1) | F.pdist(x, float("inf")) | F.pdist(x[:1]) | F.pdist(x[0]) | F.pdist(x, -1)
F.normalize(x) | F.normalize(x, 1, 0) | F.normalize(x, float("inf"), -1) | F.normalize(x * 0) | F.normalize(x[0])
F.normalize(x.long())
F.normalize(x, dim=(0, 1)) | F.normalize(x[:0], dim=0) | F.normalize(x[0, 0], dim=0)
F.bilinear(x, y, w) | F.bilinear(x[0], y[0], w, y[0, :2]) | F.bilinear(x, y, w[:, :3]) | F.bilinear(x, y[:2], w)
F.bilinear(x, y, w, y[0])
F.dropout1d(x, 0.0) | F.dropout1d(x[0]) | F.dropout1d(x, 1.5) | F.dropout1d(x, 1.0)
F.dropout2d(x[None, None], 1.0) | F.dropout3d(x, training=False)
F.alpha_dropout(x, 1.0, True) | F.alpha_dropout(x, 2.0) | F.alpha_dropout(x)
F.feature_alpha_dropout(x[0], 0.5, True) | F.feature_alpha_dropout(x)"""


@pytest.mark.filterwarnings("ignore:dropout[23]d")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("expression", listed(CALLS))
def test_the_functions_are_pytorch_s(expression: str, dtype: str) -> None:
    rng = np.random.default_rng(0)
    operands: dict[str, Any] = {name: values(dtype, 3, 4) for name in "xy"} | {"w": values(dtype, 2, 4, 4)}
    operands |= {"t": rng.integers(0, 4, 3), "l": np.array([[0, 3, -1, 1], [2, -1, -1, -1], [1, 2, 0, 3]])}
    agree(f"(lambda F: {expression})(m.nn.functional)", **operands)


@pytest.mark.parametrize("name", ["alpha_dropout", "feature_alpha_dropout"])
def test_alpha_dropout_keeps_mean_and_variance(name: str) -> None:
    tg.manual_seed(0)
    x = getattr(tg.nn.functional, name)(tg.randn(500, 300, 2), 0.3, training=True)
    assert abs(x.mean().item()) < 0.01
    assert abs(x.std().item() - 1) < 0.01
    torch.manual_seed(0)
    theirs = getattr(torch.nn.functional, name)(torch.zeros(50, 30, 2), 0.3, training=True).unique()
    mine = getattr(tg.nn.functional, name)(tg.zeros(50, 30, 2), 0.3, training=True).unique()
    np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "shape"), [("Dropout1d", (40, 30, 5)), ("Dropout2d", (40, 30, 5, 2)), ("Dropout3d", (40, 30, 5, 2, 2))]
)
def test_whole_channels_are_dropped(name: str, shape: tuple[int, ...]) -> None:
    layer = getattr(tg.nn, name)(0.25)
    dropped = layer(tg.ones(shape)).reshape(40, 30, -1)
    assert tg.equal(dropped, dropped[..., :1].expand_as(dropped))
    assert sorted(set(dropped.flatten().tolist())) == pytest.approx([0, 4 / 3])
    assert abs((dropped == 0).float().mean().item() - 0.25) < 0.05
    assert tg.equal(layer.eval()(tg.ones(shape)), tg.ones(shape))


def test_a_distance_that_is_a_module_is_a_part_of_the_loss() -> None:
    texts = [
        repr(m.nn.TripletMarginWithDistanceLoss(distance_function=m.nn.CosineSimilarity(), swap=True))
        + repr(m.nn.TripletMarginWithDistanceLoss())
        for m in (tg, torch)
    ]
    assert texts[0] == texts[1]
    with pytest.raises(ValueError, match="margin must be greater than 0"):
        tg.nn.TripletMarginWithDistanceLoss(margin=0)
