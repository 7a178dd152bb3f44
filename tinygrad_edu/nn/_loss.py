"""Loss functions (損失関数) as modules: they hold the settings, the functions in functional/_loss/ compute.

`reduction` says what becomes of the losses of single values or samples: their "mean", their "sum", or with
"none" they stay as they are. `size_average` and `reduce` are what PyTorch had before it, and deprecated.

Source: the article, 「二乗和誤差」, 「交差エントロピー誤差」;
https://docs.pytorch.org/docs/stable/nn.html#loss-functions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn import functional
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn._of_function import WithSettings
from tinygrad_edu.nn.functional._loss.reduction import reduction_of

if TYPE_CHECKING:
    from dataclasses import InitVar

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CrossEntropyError",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SumOfSquaredErrors",
]


class _Loss(Module):
    """What losses of one's own may derive from: `reduction`, in words or in PyTorch's two old arguments."""

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = reduction_of(type(self).__name__, reduction, size_average, reduce)


class Loss(WithSettings, _Loss):
    """A loss as a module: it holds one `reduction`, whichever way that was said, and prints no settings."""

    def __post_init__(self, size_average: bool | None = None, reduce: bool | None = None) -> None:
        self.reduction: str = reduction_of(type(self).__name__, self.reduction, size_average, reduce)

    def extra_repr(self) -> str:
        """Nothing, as in PyTorch."""
        return ""


class MSELoss(Loss):
    """The mean of the squared differences (平均二乗誤差); see `functional.mse_loss`.

    Args:
        reduction: "mean", "sum" or "none".

    >>> tg.nn.MSELoss()(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(2.)
    """

    function = staticmethod(functional.mse_loss)
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class L1Loss(Loss):
    """The mean of the distances; see `functional.l1_loss`.

    Args:
        reduction: "mean", "sum" or "none".

    >>> tg.nn.L1Loss()(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 4.0]))
    tensor(1.)
    """

    function = staticmethod(functional.l1_loss)
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class CrossEntropyLoss(Loss):
    """Softmax and cross-entropy error (交差エントロピー誤差) in one; see `functional.cross_entropy`.

    Args:
        weight: A factor for each class, of shape (C,).
        ignore_index: A class number that marks samples that don't count.
        reduction: "mean", "sum" or "none".
        label_smoothing: How much of the target, from 0 to 1, is spread evenly over all classes.

    Shape:
        Input (C,), (N, C) or (N, C, d1, ...); target (), (N,) or (N, d1, ...) of class numbers, or
        probabilities in the shape of the input.

    >>> tg.nn.CrossEntropyLoss()(tg.tensor([[2.0, 0.5, 0.1], [0.0, 3.0, 0.2]]), tg.tensor([0, 1]))
    tensor(0.2108)
    """

    function = staticmethod(functional.cross_entropy)
    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    ignore_index: int = -100
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"
    label_smoothing: float = 0.0


class NLLLoss(Loss):
    """Minus the log-probability of the right class; see `functional.nll_loss`.

    Args:
        weight: A factor for each class, of shape (C,).
        ignore_index: A class number that marks samples that don't count.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.NLLLoss()(tg.tensor([[0.25, 0.75], [0.5, 0.5]]).log(), tg.tensor([1, 0]))
    tensor(0.4904)
    """

    function = staticmethod(functional.nll_loss)
    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    ignore_index: int = -100
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class BCELoss(Loss):
    """The cross-entropy of two classes, from probabilities; see `functional.binary_cross_entropy`.

    Args:
        weight: A factor for each value; must broadcast.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.BCELoss()(tg.tensor([0.9, 0.2]), tg.tensor([1.0, 0.0]))
    tensor(0.1643)
    """

    function = staticmethod(functional.binary_cross_entropy)
    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class BCEWithLogitsLoss(Loss):
    """The cross-entropy of two classes, from scores; see `functional.binary_cross_entropy_with_logits`.

    Args:
        weight: A factor for each value; must broadcast.
        reduction: "mean", "sum" or "none".
        pos_weight: A factor for the part of answer 1; must broadcast.

    >>> tg.nn.BCEWithLogitsLoss()(tg.tensor([0.0, -200.0]), tg.tensor([1.0, 0.0]))
    tensor(0.3466)
    """

    function = staticmethod(functional.binary_cross_entropy_with_logits)
    weight: Tensor | None = None
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"
    pos_weight: Tensor | None = None


class SumOfSquaredErrors(Loss):
    """The article's sum of squared errors (二乗和誤差) ``1/2 Σ (y - t)²``; see `functional.sum_of_squared_errors`.

    Args:
        reduction: What to do with the sums of a batch: "sum", "mean" or "none".

    >>> tg.nn.SumOfSquaredErrors()(tg.tensor([0.5, 2.0]), tg.tensor([0.5, 4.0]))
    tensor(2.)
    """

    function = staticmethod(functional.sum_of_squared_errors)
    reduction: str = "sum"


class CrossEntropyError(Loss):
    """The article's cross-entropy error ``-Σ t log(y + delta)`` of probabilities; see `functional.cross_entropy_error`.

    Args:
        delta: A small number that keeps the logarithm away from log 0.
        reduction: What to do with the sums of a batch: "mean", "sum" or "none".

    >>> tg.nn.CrossEntropyError()(tg.tensor([0.25, 0.75]), tg.tensor([0.0, 1.0]))
    tensor(0.2877)
    """

    function = staticmethod(functional.cross_entropy_error)
    delta: float = 1e-7
    reduction: str = "mean"


class SmoothL1Loss(Loss):
    """The distance, with a parabola in place of its corner; see `functional.smooth_l1_loss`.

    Args:
        beta: Up to which distance it is a parabola; 0 for none.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.SmoothL1Loss()(tg.tensor([1.0, 2.0]), tg.tensor([1.5, 4.0]))
    tensor(0.8125)
    """

    function = staticmethod(functional.smooth_l1_loss)
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"
    beta: float = 1.0


class HuberLoss(Loss):
    """Half the square of the difference, and further out a straight line; see `functional.huber_loss`.

    Args:
        delta: Up to which distance it is a parabola.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.HuberLoss()(tg.tensor([1.0, 2.0]), tg.tensor([1.5, 4.0]))
    tensor(0.8125)
    """

    function = staticmethod(functional.huber_loss)
    reduction: str = "mean"
    delta: float = 1.0


class PoissonNLLLoss(Loss):
    """Minus the logarithm of the likelihood of counts; see `functional.poisson_nll_loss`.

    Args:
        log_input: Whether the input holds logarithms of expected counts.
        full: Whether to add what doesn't depend on the input.
        eps: What is added to an input that holds no logarithms.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.PoissonNLLLoss()(tg.tensor([0.0, 1.0]), tg.tensor([1.0, 2.0]))
    tensor(0.8591)
    """

    function = staticmethod(functional.poisson_nll_loss)
    log_input: bool = True
    full: bool = False
    size_average: InitVar[bool | None] = None
    eps: float = 1e-8
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"


class GaussianNLLLoss(Loss):
    """Minus the logarithm of the likelihood of normal numbers; see `functional.gaussian_nll_loss`.

    Args:
        full: Whether to add the constant ``log(2π) / 2``.
        eps: The smallest variance.
        reduction: "mean", "sum" or "none".

    >>> tg.nn.GaussianNLLLoss()(tg.tensor([0.0, 1.0]), tg.tensor([0.0, 2.0]), tg.tensor([1.0, 1.0]))
    tensor(0.2500)
    """

    function = staticmethod(functional.gaussian_nll_loss)
    _by_name = True
    full: bool = False
    eps: float = 1e-6
    reduction: str = "mean"


class KLDivLoss(Loss):
    """How far some probabilities are from the right ones (カルバック・ライブラー情報量); see `functional.kl_div`.

    Args:
        reduction: "batchmean" for the divergence of a sample, "mean", "sum" or "none".
        log_target: Whether the target holds logarithms, as the input does.

    >>> p, q = tg.tensor([[0.5, 0.5]]), tg.tensor([[0.9, 0.1]])
    >>> tg.nn.KLDivLoss(reduction="batchmean")(p.log(), q)
    tensor(0.3681)
    """

    function = staticmethod(functional.kl_div)
    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"
    log_target: bool = False

    def __post_init__(self, size_average: bool | None = None, reduce: bool | None = None) -> None:
        if self.reduction != "batchmean":
            super().__post_init__(size_average, reduce)


class CTCLoss(Loss):
    """How unlikely it is that frames say a text, wherever in them its letters lie; see `functional.ctc_loss`.

    Args:
        blank: The number of the blank.
        reduction: "mean" (each loss divided by the length of its target), "sum" or "none".
        zero_infinity: Whether a loss is 0 where there are too few frames for the target.

    Shape:
        log_probs (T, N, C) or (T, C); targets (N, S) or (sum of target_lengths,); both lengths (N,).

    >>> log_probs = tg.tensor([[0.6, 0.4], [0.5, 0.5]]).log()
    >>> tg.nn.CTCLoss()(log_probs, tg.tensor([1]), (2,), (1,))
    tensor(0.3567)
    """

    function = staticmethod(functional.ctc_loss)
    blank: int = 0
    reduction: str = "mean"
    zero_infinity: bool = False
