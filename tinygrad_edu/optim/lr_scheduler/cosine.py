"""Schedulers that let the learning rate follow a cosine, from its first value η down to η_min.

At step t of T it is

    η(t) = η_min + ½ · (η - η_min) · (1 + cos(π · t / T))

Source: I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts (2017),
https://arxiv.org/abs/1608.03983
"""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu.optim.lr_scheduler.scheduler import LRScheduler
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["CosineAnnealingLR", "CosineAnnealingWarmRestarts"]


class CosineAnnealingLR(LRScheduler):
    """Lets the rates go down to `eta_min` along half a cosine, in `T_max` steps; then they come up again.

    Args:
        optimizer: The optimizer whose learning rates change.
        T_max: T, the number of steps on the way down.
        eta_min: η_min, the rate at its end.
        last_epoch: The number of the last step, where a training goes on.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(f"{scheduler.get_last_lr()[0]:.4f}")
    0.8536
    0.5000
    0.1464
    0.0000
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The rates at step `last_epoch`, from those before, which others may have changed, too."""
        t, rates = self.last_epoch, self._rates()
        if self._is_initial:
            return rates
        if self._step_count == 1 and t > 0:
            return self._get_closed_form_lr()
        if (t - 1 - self.T_max) % (2 * self.T_max) == 0:  # from the lowest point, nothing can be multiplied
            up = (1 - math.cos(math.pi / self.T_max)) / 2
            pairs = zip(rates, self.base_lrs, strict=True)
            return [rate + (base - self.eta_min) * up for rate, base in pairs]
        change = (1 + math.cos(math.pi * t / self.T_max)) / (1 + math.cos(math.pi * (t - 1) / self.T_max))
        return [change * (rate - self.eta_min) + self.eta_min for rate in rates]

    def _get_closed_form_lr(self) -> list[Any]:
        return _along_cosine(self.base_lrs, self.eta_min, self.last_epoch / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """Lets the rates go down to `eta_min` along half a cosine, again and again from the start.

    Args:
        optimizer: The optimizer whose learning rates change.
        T_0: The number of steps of the first way down.
        T_mult: What the number is multiplied by after each.
        eta_min: η_min, the rate at the end of each.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        ValueError: If `T_0` or `T_mult` is no integer of 1 or more.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> for _ in range(3):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(f"{scheduler.get_last_lr()[0]:.2f}")
    0.50
    1.00
    0.50
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        for name, value in (("T_0", T_0), ("T_mult", T_mult)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(
                    f"{type(self).__name__}: {name} must be an integer of 1 or more, got {describe(value)}"
                )
        if not isinstance(eta_min, (float, int)):
            raise ValueError(f"{type(self).__name__}: eta_min must be a number, got {describe(eta_min)}")
        self.T_0, self.T_i, self.T_mult, self.eta_min, self.T_cur = T_0, T_0, T_mult, eta_min, float(last_epoch)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The rates `T_cur` steps after the last restart."""
        return _along_cosine(self.base_lrs, self.eta_min, self.T_cur / self.T_i)

    def step(self, epoch: float | None = None) -> None:
        """Count a step, and write the rates of it.

        Args:
            epoch: The place in the schedule; also between two epochs, as ``epoch + batch / batches``.
        """
        if epoch is None and self.last_epoch < 0:
            epoch = 0
        if epoch is None:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        else:
            self._restart_before(epoch)
        self._step_count += 1
        self.last_epoch = math.floor(epoch)
        self._write(self.get_lr())

    def _restart_before(self, epoch: float) -> None:
        """Find the last restart before a place in the schedule."""
        if epoch < 0:
            raise ValueError(f"{type(self).__name__}.step: epoch must be 0 or more, got {describe(epoch)}")
        self.T_cur, self.T_i = epoch, self.T_0
        while self.T_cur >= self.T_i:
            self.T_cur -= self.T_i
            self.T_i *= self.T_mult


def _along_cosine(first: list[Any], last: float, part: float) -> list[Any]:
    return [last + (rate - last) * (1 + math.cos(math.pi * part)) / 2 for rate in first]
