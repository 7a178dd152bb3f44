"""A scheduler that looks at the loss, and lowers the learning rate when it no longer gets better.

Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
"""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu._errors import describe, warn
from tinygrad_edu.optim.lr_scheduler.scheduler import LRScheduler, check_optimizer, for_each_group, write
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(LRScheduler):
    """Multiplies the rates by `factor` when a number, such as the loss, hasn't got better for `patience` steps.

    Args:
        optimizer: The optimizer whose learning rates change.
        mode: ``"min"`` if smaller is better, ``"max"`` if larger is.
        factor: What the rates are multiplied by, less than 1.
        patience: How many steps without an improvement are let pass.
        threshold: How much better counts as better.
        threshold_mode: ``"rel"`` if `threshold` is a part of the best number, ``"abs"`` if it is a difference.
        cooldown: How many steps after a change nothing is counted.
        min_lr: The lowest rate, for all groups or a list of one for each.
        eps: Changes of a rate that are smaller aren't made.

    Raises:
        ValueError: If `factor` is 1 or more, a mode is another text, or there isn't a `min_lr` for each group.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     optimizer.step()
    ...     scheduler.step(loss)
    >>> scheduler.get_last_lr()
    [0.1]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: list[float] | float = 0,
        eps: float = 1e-8,
    ) -> None:
        name = type(self).__name__
        if factor >= 1.0:
            raise ValueError(f"{name}: factor must be less than 1, got {describe(factor)}")
        check_optimizer(self, optimizer)
        if mode not in ("min", "max"):
            raise ValueError(f"{name}: mode must be 'min' or 'max', got {describe(mode)}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"{name}: threshold_mode must be 'rel' or 'abs', got {describe(threshold_mode)}")
        self.default_min_lr = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.min_lrs = for_each_group(self, "min_lr", min_lr, optimizer)
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.threshold_mode, self.cooldown, self.eps = threshold, threshold_mode, cooldown, eps
        self.mode_worse = math.inf if mode == "min" else -math.inf
        self.last_epoch = 0
        self._reset()
        self._keep_rates()

    def _reset(self) -> None:
        self.best, self.cooldown_counter, self.num_bad_epochs = self.mode_worse, 0, 0

    @property
    def in_cooldown(self) -> bool:
        """Whether a change is so recent that nothing is counted."""
        return self.cooldown_counter > 0

    def step(self, metrics: Any, epoch: int | None = None) -> None:  # type: ignore[override] # as PyTorch has it
        """Look at a number, and change the rates if it hasn't got better for too long.

        Args:
            metrics: The number: the loss of the epoch, say.
            epoch: The number of the step; as in PyTorch, better not given.
        """
        current = float(metrics)
        if epoch is not None:
            warn(f"{type(self).__name__}: step(metrics, epoch) is deprecated; call step(metrics) once for each epoch")
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self._is_better(current, self.best):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._keep_rates()

    def _is_better(self, a: float, best: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        wanted = best * (1 - sign * self.threshold) if self.threshold_mode == "rel" else best - sign * self.threshold
        return sign * a < sign * wanted

    def _reduce(self) -> None:
        groups = self.optimizer.param_groups
        if len(groups) != len(self.min_lrs):
            if self.default_min_lr is None:
                raise RuntimeError(
                    f"{type(self).__name__}: the optimizer has {len(groups)} groups by now, but there are "
                    f"{len(self.min_lrs)} min_lr; give scheduler.min_lrs one for each"
                )
            self.min_lrs = [self.default_min_lr] * len(groups)
        for group, lowest in zip(groups, self.min_lrs, strict=True):
            rate = float(group["lr"])
            lower = max(rate * self.factor, lowest)
            if rate - lower > self.eps:
                write(group, "lr", lower)
