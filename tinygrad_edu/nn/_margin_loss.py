"""Losses with a margin as modules; what they compute is said in functional/_loss/margin.py.

Source: https://docs.pytorch.org/docs/stable/nn.html#loss-functions
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._distance import PairwiseDistance
from tinygrad_edu.nn._loss import Loss

if TYPE_CHECKING:
    from dataclasses import InitVar

__all__ = [
    "CosineEmbeddingLoss",
    "HingeEmbeddingLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class HingeEmbeddingLoss(Loss):
    """Distances of pairs that belong together or not; see `functional.hinge_embedding_loss`.

    Args:
        margin: How far pairs that don't belong together should be from each other.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.HingeEmbeddingLoss()(tg.tensor([0.5, 0.25]), tg.tensor([1.0, -1.0]))
    tensor(0.6250)
    """

    function = staticmethod(functional.hinge_embedding_loss)
    margin: float = 1.0
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class MarginRankingLoss(Loss):
    """How far the right order of two scores is missed; see `functional.margin_ranking_loss`.

    Args:
        margin: By how much one should be larger.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.MarginRankingLoss()(tg.tensor([1.0, 1.0]), tg.tensor([3.0, 0.0]), tg.tensor([1.0, 1.0]))
    tensor(1.)
    """

    function = staticmethod(functional.margin_ranking_loss)
    margin: float = 0.0
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class CosineEmbeddingLoss(Loss):
    """Angles of pairs that belong together or not; see `functional.cosine_embedding_loss`.

    Args:
        margin: How large the cosine of pairs that don't belong together may be.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.CosineEmbeddingLoss()(tg.tensor([[1.0, 0.0]]), tg.tensor([[0.0, 1.0]]), tg.tensor([1]))
    tensor(1.)
    """

    function = staticmethod(functional.cosine_embedding_loss)
    margin: float = 0.0
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class TripletMarginLoss(Loss):
    """How much nearer an anchor should be to its like; see `functional.triplet_margin_loss`.

    Args:
        margin: How much nearer; more than 0.
        p: Which norm the distance is.
        eps: What is added to differences.
        swap: Whether the negative's distance to the positive counts, where that is the smaller.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.TripletMarginLoss()(tg.zeros(1, 2), tg.tensor([[3.0, 4.0]]), tg.tensor([[0.0, 4.5]]))
    tensor(1.5000)
    """

    function = staticmethod(functional.triplet_margin_loss)
    margin: float = 1.0
    p: float = 2.0
    eps: float = 1e-6
    swap: bool = False
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    def __post_init__(self, size_average: bool | None = None, reduce: bool | None = None) -> None:
        super().__post_init__(size_average, reduce)
        _check_margin(self)


class TripletMarginWithDistanceLoss(Loss):
    """`TripletMarginLoss` with any distance; see `functional.triplet_margin_with_distance_loss`.

    Args:
        distance_function: The distance of two tensors; `PairwiseDistance` by default.
        margin: How much nearer; more than 0.
        swap: Whether the negative's distance to the positive counts, where that is the smaller.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.TripletMarginWithDistanceLoss()(tg.zeros(1, 2), tg.tensor([[3.0, 4.0]]), tg.tensor([[0.0, 4.5]]))
    tensor(1.5000)
    """

    function = staticmethod(functional.triplet_margin_with_distance_loss)
    _by_name = True
    distance_function: Callable[..., Any] | None = None
    margin: float = 1.0
    swap: bool = False
    reduction: str = "mean"

    def __post_init__(self, size_average: bool | None = None, reduce: bool | None = None) -> None:
        super().__post_init__(size_average, reduce)
        _check_margin(self)
        if self.distance_function is None:
            self.distance_function = PairwiseDistance()


class SoftMarginLoss(Loss):
    """The cross-entropy of two classes that are called 1 and -1; see `functional.soft_margin_loss`.

    Args:
        reduction: "mean", "sum" or "none".

    >>> tg.nn.SoftMarginLoss()(tg.tensor([0.0, 100.0]), tg.tensor([1.0, 1.0]))
    tensor(0.3466)
    """

    function = staticmethod(functional.soft_margin_loss)
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class MultiMarginLoss(Loss):
    """How far the right class is from being ahead; see `functional.multi_margin_loss`.

    Args:
        p: 1, or 2 for the squares.
        margin: How far ahead it should be.
        weight: A factor for each class.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.MultiMarginLoss()(tg.tensor([[0.5, 0.0, 2.0]]), tg.tensor([0]))
    tensor(1.)
    """

    function = staticmethod(functional.multi_margin_loss)
    p: int = 1
    margin: float = 1.0
    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    def __post_init__(self, size_average: bool | None = None, reduce: bool | None = None) -> None:
        super().__post_init__(size_average, reduce)
        if self.p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p must be 1 or 2, got {self.p}")
        if self.weight is not None and self.weight._data.ndim != 1:
            raise ValueError(f"MultiMarginLoss: weight must have a factor a class, got {describe(self.weight)}")


class MultiLabelMarginLoss(Loss):
    """How far several right classes are from being ahead; see `functional.multilabel_margin_loss`.

    Args:
        reduction: "mean", "sum" or "none".

    >>> tg.nn.MultiLabelMarginLoss()(tg.tensor([0.1, 0.2, 0.4, 0.8]), tg.tensor([3, 0, -1, 1]))
    tensor(0.8500)
    """

    function = staticmethod(functional.multilabel_margin_loss)
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class MultiLabelSoftMarginLoss(Loss):
    """Yes or no for each class; see `functional.multilabel_soft_margin_loss`.

    Args:
        weight: A factor for each class.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.MultiLabelSoftMarginLoss()(tg.tensor([[0.0, 100.0]]), tg.tensor([[1.0, 1.0]]))
    tensor(0.3466)
    """

    function = staticmethod(functional.multilabel_soft_margin_loss)
    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


def _check_margin(loss: TripletMarginLoss | TripletMarginWithDistanceLoss) -> None:
    if not loss.margin > 0:
        raise ValueError(f"{type(loss).__name__}: margin must be greater than 0, got {loss.margin}")
