"""Loss functions (損失関数) as modules: they hold the settings, `functional` computes.

Source: the article's sections 11 and 12; https://docs.pytorch.org/docs/stable/nn.html#loss-functions
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.functional._loss.reduction import reduction_of

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyError",
    "CrossEntropyLoss",
    "L1Loss",
    "MSELoss",
    "NLLLoss",
    "SumOfSquaredErrors",
]


class _Loss(Module):
    """What all losses share: the reduction, and weights that move with the module."""

    def __init__(self, reduction: str, size_average: bool | None = None, reduce: bool | None = None) -> None:
        super().__init__()
        self.reduction = reduction_of(type(self).__name__, reduction, size_average, reduce)


class MSELoss(_Loss):
    """The mean of the squared differences (平均二乗誤差); see `functional.mse_loss`.

    Args:
        size_average: Deprecated; see `reduction`.
        reduce: Deprecated; see `reduction`.
        reduction: "mean", "sum" or "none".

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.MSELoss()(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
        tensor(2.)
    """

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction, size_average, reduce)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return functional.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """The mean of the distances; see `functional.l1_loss`.

    Args:
        size_average: Deprecated; see `reduction`.
        reduce: Deprecated; see `reduction`.
        reduction: "mean", "sum" or "none".

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.L1Loss()(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
        tensor(1.)
    """

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction, size_average, reduce)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return functional.l1_loss(input, target, reduction=self.reduction)


class CrossEntropyLoss(_Loss):
    """Softmax and cross-entropy error (交差エントロピー誤差) in one; see `functional.cross_entropy`.

    Args:
        weight: A factor for each class, of shape (C,).
        size_average: Deprecated; see `reduction`.
        ignore_index: A class number that marks samples that don't count.
        reduce: Deprecated; see `reduction`.
        reduction: "mean", "sum" or "none".
        label_smoothing: How much of the target, from 0 to 1, is spread evenly over all classes.

    Shape:
        Input (C,), (N, C) or (N, C, d1, ...); target (), (N,) or (N, d1, ...) of class numbers, or
        probabilities in the shape of the input.

    Source: the article's section 12; https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.CrossEntropyLoss()(tg.tensor([[2.0, 0.5, 0.1], [0.0, 3.0, 0.2]]), tg.tensor([0, 1]))
        tensor(0.2108)
    """

    weight: Any

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction, size_average, reduce)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return functional.cross_entropy(
            input, target, self.weight, None, self.ignore_index, None, self.reduction, self.label_smoothing
        )


class NLLLoss(_Loss):
    """Minus the log-probability of the right class; see `functional.nll_loss`.

    Args:
        weight: A factor for each class, of shape (C,).
        size_average: Deprecated; see `reduction`.
        ignore_index: A class number that marks samples that don't count.
        reduce: Deprecated; see `reduction`.
        reduction: "mean", "sum" or "none".

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.NLLLoss()(tg.tensor([[0.25, 0.75], [0.5, 0.5]]).log(), tg.tensor([1, 0]))
        tensor(0.4904)
    """

    weight: Any

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction, size_average, reduce)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return functional.nll_loss(input, target, self.weight, None, self.ignore_index, None, self.reduction)


class BCELoss(_Loss):
    """The cross-entropy of two classes, from probabilities; see `functional.binary_cross_entropy`.

    Args:
        weight: A factor for each value; must broadcast.
        size_average: Deprecated; see `reduction`.
        reduce: Deprecated; see `reduction`.
        reduction: "mean", "sum" or "none".

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.BCELoss()(tg.tensor([0.9, 0.2]), tg.tensor([1.0, 0.0]))
        tensor(0.1643)
    """

    weight: Any

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction, size_average, reduce)
        self.register_buffer("weight", weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_Loss):
    """The cross-entropy of two classes, from scores; see `functional.binary_cross_entropy_with_logits`.

    Args:
        weight: A factor for each value; must broadcast.
        size_average: Deprecated; see `reduction`.
        reduce: Deprecated; see `reduction`.
        reduction: "mean", "sum" or "none".
        pos_weight: A factor for the part of answer 1; must broadcast.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.BCEWithLogitsLoss()(tg.tensor([0.0, -200.0]), tg.tensor([1.0, 0.0]))
        tensor(0.3466)
    """

    weight: Any
    pos_weight: Any

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(reduction, size_average, reduce)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss."""
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class SumOfSquaredErrors(_Loss):
    """The article's sum of squared errors (二乗和誤差) ``1/2 Σ (y - t)²``; see `functional.sum_of_squared_errors`.

    Args:
        reduction: What to do with the sums of a batch: "sum", "mean" or "none".

    Source: the article's section 11.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.SumOfSquaredErrors()(tg.tensor([0.5, 2.0]), tg.tensor([0.5, 4.0]))
        tensor(2.)
    """

    def __init__(self, reduction: str = "sum") -> None:
        super().__init__(reduction)

    def forward(self, y: Tensor, t: Tensor) -> Tensor:
        """Return the loss."""
        return functional.sum_of_squared_errors(y, t, self.reduction)


class CrossEntropyError(_Loss):
    """The article's cross-entropy error ``-Σ t log(y + delta)`` of probabilities; see `functional.cross_entropy_error`.

    Args:
        delta: A small number that keeps the logarithm away from log 0.
        reduction: What to do with the sums of a batch: "mean", "sum" or "none".

    Source: the article's section 12.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.nn.CrossEntropyError()(tg.tensor([0.25, 0.75]), tg.tensor([0.0, 1.0]))
        tensor(0.2877)
    """

    def __init__(self, delta: float = 1e-7, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, y: Tensor, t: Tensor) -> Tensor:
        """Return the loss."""
        return functional.cross_entropy_error(y, t, self.delta, self.reduction)
