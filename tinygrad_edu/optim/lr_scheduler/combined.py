"""Schedulers of schedulers: one after the other, or all at once.

Source: https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu.optim.lr_scheduler.plateau import ReduceLROnPlateau
from tinygrad_edu.optim.lr_scheduler.scheduler import LRScheduler, write
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["ChainedScheduler", "SequentialLR"]


class _Combined(LRScheduler):
    """Several schedulers of one optimizer."""

    _schedulers: Sequence[LRScheduler]

    def state_dict(self) -> dict[str, Any]:
        """All that it remembers but the optimizer, with the states of its schedulers."""
        return super().state_dict() | {"_schedulers": [each.state_dict() for each in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where another scheduler was, whose `state_dict` this is."""
        mine = self._schedulers
        super().load_state_dict(state_dict)
        self._schedulers = mine
        for each, state in zip(mine, state_dict["_schedulers"], strict=True):
            each.load_state_dict(state)

    def _check(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> Optimizer:
        """The optimizer of all."""
        name = type(self).__name__
        if len(schedulers) < 1:
            raise ValueError(f"{name}: wanted at least one scheduler, got none")
        for number, each in enumerate(schedulers):
            if not hasattr(each, "optimizer"):
                raise TypeError(f"{name}: scheduler {number} is none, got {describe(each)}")
            if isinstance(each, ReduceLROnPlateau):
                raise ValueError(
                    f"{name}: scheduler {number} is a ReduceLROnPlateau, whose step needs the loss; call it yourself"
                )
            optimizer = optimizer or each.optimizer
            if each.optimizer is not optimizer:
                raise ValueError(f"{name}: scheduler {number} changes the rates of another optimizer than the first")
        assert optimizer is not None
        return optimizer


class SequentialLR(_Combined):
    """Runs schedulers one after the other: the next one begins at each milestone, as after a warm-up.

    Args:
        optimizer: The optimizer whose learning rates change.
        schedulers: The schedulers, all of that optimizer.
        milestones: The numbers of the steps at which the second, the third, … begins.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        TypeError: If one is no scheduler.
        ValueError: If there isn't one milestone fewer than schedulers, or they can't be combined.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> warm_up = tg.optim.lr_scheduler.ConstantLR(optimizer, factor=0.25, total_iters=2)
    >>> decay = tg.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> scheduler = tg.optim.lr_scheduler.SequentialLR(optimizer, [warm_up, decay], milestones=[2])
    >>> for _ in range(4):
    ...     print(scheduler.get_last_lr())
    ...     optimizer.step()
    ...     scheduler.step()
    [0.25]
    [0.25]
    [1.0]
    [0.5]
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: list[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        self._check(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR: {len(schedulers)} schedulers want {len(schedulers) - 1} milestones, at which the next "
                f"one begins, got {len(milestones)}"
            )
        self.optimizer, self._schedulers, self._milestones = optimizer, schedulers, milestones
        self.last_epoch = last_epoch + 1
        for group in optimizer.param_groups:
            write(group, "lr", group["initial_lr"])
        self._undo(self)  # each has done the step with which it begins; only the first one should have
        first = schedulers[bisect_right(milestones, 0)]
        first._start()
        self._last_lr = first.get_last_lr()

    def _undo(self, scheduler: LRScheduler) -> None:
        if isinstance(scheduler, _Combined):
            for each in scheduler._schedulers:
                self._undo(each)
        else:
            scheduler.last_epoch -= 1

    def step(self) -> None:  # type: ignore[override] # as PyTorch has it
        """Do the step of the scheduler whose turn it is."""
        self.last_epoch += 1
        number = bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[number]
        if number > 0 and self._milestones[number - 1] == self.last_epoch:
            scheduler._go_to(0)
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()


class ChainedScheduler(_Combined):
    """Does the steps of several schedulers, one after the other, at each step.

    Args:
        schedulers: The schedulers, all of one optimizer.
        optimizer: That optimizer; None takes it from the first of them.

    Raises:
        TypeError: If one is no scheduler.
        ValueError: If there are none, or they can't be combined.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> one = tg.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=4)
    >>> two = tg.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> scheduler = tg.optim.lr_scheduler.ChainedScheduler([one, two])
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self.optimizer, self._schedulers = self._check(schedulers, optimizer), schedulers
        self._keep_rates()

    def step(self) -> None:  # type: ignore[override] # as PyTorch has it
        """Do a step of each."""
        for each in self._schedulers:
            each.step()
        self._keep_rates()
