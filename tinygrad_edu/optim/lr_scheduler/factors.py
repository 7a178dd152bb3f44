"""Schedulers that multiply the learning rate: each says by what, at step number t.

    StepLR            γ at every step_size-th step                            f(t) = γ^⌊t / step_size⌋
    MultiStepLR       γ at each milestone
    ExponentialLR     γ at every step                                         f(t) = γᵗ
    MultiplicativeLR  λ(t) at step t
    ConstantLR        a factor, until total_iters
    LinearLR          f goes straight from start_factor to end_factor         in total_iters steps
    PolynomialLR      f(t) = (1 - t / total_iters)^power
    LambdaLR          f(t) = λ(t), times the first rate

f(t) is what the rate is then, as a part of the first one. All but LambdaLR multiply the rate as it is, so that several
of them can change one rate (`ChainedScheduler`).

Source: https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from tinygrad_edu._errors import describe
from tinygrad_edu.optim.lr_scheduler.scheduler import LRScheduler, check_optimizer, for_each_group
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = [
    "ConstantLR",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "PolynomialLR",
    "StepLR",
]


class _Multiplying(LRScheduler):
    """Multiplies each rate by `_change(t)` at step t, which makes it `_share(t)` of the first one."""

    _waits = True  # whether nothing changes at the step with which it begins

    def _change(self, t: int) -> float:
        """By what the rates are multiplied at step t."""
        raise NotImplementedError

    def _share(self, t: int) -> float:
        """What they are then, as a part of the first ones."""
        raise NotImplementedError

    def get_lr(self) -> list[Any]:
        """The rates at step `last_epoch`, from those before."""
        if self._is_initial and self._waits:
            return self._rates()
        factor = self._change(self.last_epoch)
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def _get_closed_form_lr(self) -> list[Any]:
        factor = self._share(self.last_epoch)
        return [rate * factor for rate in self.base_lrs]


class StepLR(_Multiplying):
    """Multiplies the rates by `gamma` every `step_size` steps.

    Args:
        optimizer: The optimizer whose learning rates change.
        step_size: How many steps pass between two changes.
        gamma: What the rates are multiplied by.
        last_epoch: The number of the last step, where a training goes on.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [1.0]
    [0.5]
    [0.5]
    [0.25]
    """

    _waits = False

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def _change(self, t: int) -> float:
        return self.gamma if t and t % self.step_size == 0 else 1.0

    def _share(self, t: int) -> float:
        return self.gamma ** (t // self.step_size)


class MultiStepLR(_Multiplying):
    """Multiplies the rates by `gamma` at each of the `milestones`.

    Args:
        optimizer: The optimizer whose learning rates change.
        milestones: The numbers of the steps at which they change.
        gamma: What the rates are multiplied by.
        last_epoch: The number of the last step, where a training goes on.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
    >>> for _ in range(3):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [0.5]
    [0.5]
    [0.25]
    """

    _waits = False

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = dict(Counter(milestones)), gamma
        super().__init__(optimizer, last_epoch)

    def _change(self, t: int) -> float:
        return float(self.gamma ** self.milestones.get(t, 0))

    def _share(self, t: int) -> float:
        return float(self.gamma ** bisect_right(sorted(Counter(self.milestones).elements()), t))


class ExponentialLR(_Multiplying):
    """Multiplies the rates by `gamma` at every step.

    Args:
        optimizer: The optimizer whose learning rates change.
        gamma: What the rates are multiplied by.
        last_epoch: The number of the last step, where a training goes on.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _change(self, t: int) -> float:
        return self.gamma

    def _share(self, t: int) -> float:
        return float(self.gamma**t)


class ConstantLR(_Multiplying):
    """Multiplies the rates by `factor`, and after `total_iters` steps gives them back as they were.

    Args:
        optimizer: The optimizer whose learning rates change.
        factor: What the rates are multiplied by, from 0 to 1.
        total_iters: For how many steps.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        ValueError: If `factor` isn't from 0 to 1.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> for _ in range(2):
    ...     print(scheduler.get_last_lr())
    ...     optimizer.step()
    ...     scheduler.step()
    [0.5]
    [0.5]
    >>> scheduler.get_last_lr()
    [1.0]
    """

    _waits = False

    def __init__(
        self, optimizer: Optimizer, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        _check_factor(self, "factor", factor)
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def _change(self, t: int) -> float:
        return self.factor if t == 0 else 1.0 / self.factor if t == self.total_iters else 1.0

    def _share(self, t: int) -> float:
        return 1.0 if t >= self.total_iters else self.factor


class LinearLR(_Multiplying):
    """Lets the rates go straight from `start_factor` to `end_factor` of what they were, as in a warm-up.

    Args:
        optimizer: The optimizer whose learning rates change.
        start_factor: The part of the rates to begin with: above 0, and at most 1.
        end_factor: The part of them to end with, from 0 to 1.
        total_iters: In how many steps.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        ValueError: If a factor isn't in its range.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> for _ in range(2):
    ...     print(scheduler.get_last_lr())
    ...     optimizer.step()
    ...     scheduler.step()
    [0.5]
    [0.75]
    >>> scheduler.get_last_lr()
    [1.0]
    """

    _waits = False

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        _check_factor(self, "start_factor", start_factor)
        _check_factor(self, "end_factor", end_factor)
        if start_factor == 0:
            raise ValueError(
                "LinearLR: start_factor must be above 0, for a rate of 0 times anything stays 0; got "
                f"{describe(start_factor)}"
            )
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def _change(self, t: int) -> float:
        if t == 0:
            return self.start_factor
        if self._is_initial or t > self.total_iters:
            return 1.0
        way = self.end_factor - self.start_factor
        return 1.0 + way / (self.total_iters * self.start_factor + (t - 1) * way)

    def _share(self, t: int) -> float:
        way = self.end_factor - self.start_factor
        return self.start_factor + way * min(self.total_iters, t) / self.total_iters


class PolynomialLR(_Multiplying):
    """Lets the rates go down to 0 in `total_iters` steps, as a power of what is left of them.

    Args:
        optimizer: The optimizer whose learning rates change.
        total_iters: After how many steps the rates are 0.
        power: The power: 1 for a straight line.
        last_epoch: The number of the last step, where a training goes on.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4, power=2)
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(round(scheduler.get_last_lr()[0], 4))
    0.5625
    0.25
    0.0625
    0.0
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def _change(self, t: int) -> float:
        if t > self.total_iters:
            return 1.0
        return float(((1.0 - t / self.total_iters) / (1.0 - (t - 1) / self.total_iters)) ** self.power)

    def _share(self, t: int) -> float:
        return float((1.0 - min(self.total_iters, t) / self.total_iters) ** self.power)


class LambdaLR(LRScheduler):
    """Sets the rates to the first ones times a function of the number of the step.

    Args:
        optimizer: The optimizer whose learning rates change.
        lr_lambda: A function of the step's number, or a list of one for each group.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        ValueError: If there isn't a function for each group.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t))
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    functions: ClassVar[tuple[str, ...]] = ("lr_lambdas",)

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | list[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(self, optimizer)
        self.lr_lambdas = for_each_group(self, "lr_lambda", lr_lambda, optimizer)
        for each in self.lr_lambdas:
            if not callable(each):
                raise TypeError(
                    f"{type(self).__name__}: lr_lambda must be a function of the step's number, got {describe(each)}"
                )
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The rates at step `last_epoch`."""
        pairs = zip(self.base_lrs, self.lr_lambdas, strict=True)
        return [rate * function(self.last_epoch) for rate, function in pairs]


class MultiplicativeLR(LambdaLR):
    """Multiplies the rates, at each step, by a function of the number of the step.

    Args:
        optimizer: The optimizer whose learning rates change.
        lr_lambda: A function of the step's number, or a list of one for each group.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        TypeError: If `lr_lambda` is no function.
        ValueError: If there isn't a function for each group.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda t: 1 / t)
    >>> for _ in range(3):
    ...     optimizer.step()
    ...     scheduler.step()
    >>> round(scheduler.get_last_lr()[0], 4)
    0.1667
    """

    def get_lr(self) -> list[Any]:
        """The rates at step `last_epoch`, from those before."""
        if self._is_initial:
            return self._rates()
        pairs = zip(self._rates(), self.lr_lambdas, strict=True)
        return [rate * function(self.last_epoch) for rate, function in pairs]


def _check_factor(scheduler: object, name: str, factor: float) -> None:
    if not 0 <= factor <= 1:
        raise ValueError(f"{type(scheduler).__name__}: {name} must be from 0 to 1, got {describe(factor)}")
