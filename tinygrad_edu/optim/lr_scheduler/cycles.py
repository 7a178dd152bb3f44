"""Schedulers that let the learning rate go up and down, and the momentum the other way.

Source: L. N. Smith, Cyclical learning rates for training neural networks (2017), https://arxiv.org/abs/1506.01186;
L. N. Smith and N. Topin, Super-convergence: very fast training of neural networks using large learning rates (2018),
https://arxiv.org/abs/1708.07120
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

from tinygrad_edu._errors import describe
from tinygrad_edu.optim.lr_scheduler.scheduler import LRScheduler, check_optimizer, for_each_group, write
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["CyclicLR", "OneCycleLR"]


class _WithMomentum(LRScheduler):
    """A scheduler that changes the momentum, too; of Adam and its kin, that is β₁."""

    cycle_momentum: bool

    def _begin_momentum(self, optimizer: Optimizer, highest: list[Any], lowest: list[Any], starts: bool) -> None:
        """Find out what the momentum is, and begin with the highest."""
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise ValueError(
                f"{type(self).__name__}: {type(optimizer).__name__} has no momentum to change; pass "
                "cycle_momentum=False"
            )
        self.use_beta1 = "betas" in optimizer.defaults
        if starts:
            for group, high, low in zip(optimizer.param_groups, highest, lowest, strict=True):
                self._write_momentum(group, high)
                group["max_momentum"], group["base_momentum"] = high, low

    def _write_momentum(self, group: dict[str, Any], value: Any) -> None:
        if self.use_beta1:
            group["betas"] = (value, *group["betas"][1:])
        else:
            group["momentum"] = value


class OneCycleLR(_WithMomentum):
    """Lets the rates go up once to `max_lr` and then far down, while momentum goes down and up; a step each batch.

    Args:
        optimizer: The optimizer whose learning rates change.
        max_lr: The highest rate, for all groups or a list of one for each.
        total_steps: How many steps the cycle has; or give the next two.
        epochs: How many epochs.
        steps_per_epoch: How many steps an epoch has.
        pct_start: The part of the steps, from 0 to 1, in which the rates go up.
        anneal_strategy: ``"cos"`` or ``"linear"``: the form of the ways.
        cycle_momentum: Whether momentum changes, too.
        base_momentum: The lowest momentum, for all groups or a list.
        max_momentum: The highest momentum, for all groups or a list.
        div_factor: The first rate is `max_lr` divided by it.
        final_div_factor: The last rate is the first one divided by it.
        three_phase: Whether the rates go down to the first one as they came up, and only then further.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        TypeError: If `optimizer` is none.
        ValueError: If the number of steps isn't said, or a setting is out of its range; at the step after the last.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=0.1, momentum=0.9)
    >>> scheduler = tg.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> rates = []
    >>> for _ in range(9):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     rates.append(f"{scheduler.get_last_lr()[0]:.2f}")
    >>> print(*rates)
    0.52 1.00 0.95 0.81 0.61 0.39 0.19 0.05 0.00
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(self, optimizer)
        self.total_steps = _number_of_steps(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: pct_start must be a float from 0 to 1, got {describe(pct_start)}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"OneCycleLR: anneal_strategy must be 'cos' or 'linear', got {describe(anneal_strategy)}")
        self._anneal_func_type, self.cycle_momentum = anneal_strategy, cycle_momentum
        up = pct_start * self.total_steps - 1
        last = self.total_steps - 1
        self._schedule_phases = (
            [
                _phase(up, "initial_lr", "max_lr", "max_momentum", "base_momentum"),
                _phase(2 * pct_start * self.total_steps - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum"),
                _phase(last, "initial_lr", "min_lr", "max_momentum", "max_momentum"),
            ]
            if three_phase
            else [
                _phase(up, "initial_lr", "max_lr", "max_momentum", "base_momentum"),
                _phase(last, "max_lr", "min_lr", "base_momentum", "max_momentum"),
            ]
        )
        starts = last_epoch == -1
        highest = for_each_group(self, "max_lr", max_lr, optimizer)
        if starts:
            for group, rate in zip(optimizer.param_groups, highest, strict=True):
                group["initial_lr"], group["max_lr"] = rate / div_factor, rate
                group["min_lr"] = group["initial_lr"] / final_div_factor
        if cycle_momentum:
            high = for_each_group(self, "max_momentum", max_momentum, optimizer)
            low = for_each_group(self, "base_momentum", base_momentum, optimizer)
            self._begin_momentum(optimizer, high, low, starts)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The rates at step `last_epoch`; the momentum changes with them."""
        t = self.last_epoch
        if t > self.total_steps:
            raise ValueError(f"OneCycleLR: this would be step {t}, but the cycle has {self.total_steps} steps")
        begins, number = 0.0, 0
        while t > self._schedule_phases[number]["end_step"] and number < len(self._schedule_phases) - 1:
            begins, number = self._schedule_phases[number]["end_step"], number + 1
        phase = self._schedule_phases[number]
        part = (t - begins) / (phase["end_step"] - begins)
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                momentum = self._between(group[phase["start_momentum"]], group[phase["end_momentum"]], part)
                self._write_momentum(group, momentum)
        groups = self.optimizer.param_groups
        return [self._between(group[phase["start_lr"]], group[phase["end_lr"]], part) for group in groups]

    def _between(self, start: Any, end: Any, part: float) -> Any:
        if self._anneal_func_type == "linear":
            return (end - start) * part + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1)


class CyclicLR(_WithMomentum):
    """Lets the rates go up and down between two bounds, again and again; a step each batch.

    Args:
        optimizer: The optimizer whose learning rates change.
        base_lr: The lowest rate, for all groups or a list of one for each.
        max_lr: The highest rate, for all groups or a list; with some modes it is reached in the first cycle only.
        step_size_up: How many steps the way up has.
        step_size_down: How many the way down has; None: as many.
        mode: ``"triangular"``, ``"triangular2"``, which halves the height with each cycle, or ``"exp_range"``, which
            multiplies it by `gamma` at each step.
        gamma: The factor of ``"exp_range"``.
        scale_fn: A function, in the place of a mode, that gives the height as a part of the first one.
        scale_mode: Of what `scale_fn` is a function: the number of the ``"cycle"``, or that of the step,
            ``"iterations"``.
        cycle_momentum: Whether momentum changes, too, the other way.
        base_momentum: The lowest momentum.
        max_momentum: The highest momentum.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        TypeError: If `optimizer` is none.
        ValueError: If `mode` is another text, or the optimizer has no momentum.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=0.1, momentum=0.9)
    >>> scheduler = tg.optim.lr_scheduler.CyclicLR(optimizer, base_lr=0.2, max_lr=1.0, step_size_up=2)
    >>> rates = []
    >>> for _ in range(5):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     rates.append(f"{scheduler.get_last_lr()[0]:.1f}")
    >>> print(*rates)
    0.6 1.0 0.6 0.2 0.6
    """

    functions: ClassVar[tuple[str, ...]] = ("_scale_fn_custom",)

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(self, optimizer)
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError(
                f"CyclicLR: mode must be 'triangular', 'triangular2' or 'exp_range', or scale_fn a function; got mode "
                f"{describe(mode)}"
            )
        starts = last_epoch == -1
        lowest = for_each_group(self, "base_lr", base_lr, optimizer)
        if starts:
            for group, rate in zip(optimizer.param_groups, lowest, strict=True):
                write(group, "lr", rate)
        self.max_lrs = for_each_group(self, "max_lr", max_lr, optimizer)
        down = step_size_up if step_size_down is None else step_size_down
        self.total_size = float(step_size_up + down)
        self.step_ratio = step_size_up / self.total_size
        self.mode, self.gamma, self._scale_fn_custom = mode, gamma, scale_fn
        self.scale_mode = scale_mode if scale_fn is not None else "iterations" if mode == "exp_range" else "cycle"
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.base_momentums = for_each_group(self, "base_momentum", base_momentum, optimizer)
            self.max_momentums = for_each_group(self, "max_momentum", max_momentum, optimizer)
            self._begin_momentum(optimizer, self.max_momentums, self.base_momentums, starts)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = lowest

    def scale_fn(self, x: float) -> float:
        """The height in cycle x, or at step x, as a part of the first one."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "triangular2":
            return float(1 / 2.0 ** (x - 1))
        return float(self.gamma**x) if self.mode == "exp_range" else 1.0

    def get_lr(self) -> list[Any]:
        """The rates at step `last_epoch`; the momentum changes with them."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        place = 1.0 + self.last_epoch / self.total_size - cycle
        height = place / self.step_ratio if place <= self.step_ratio else (place - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True)
            for group, low, high in bounds:
                self._write_momentum(group, high - (high - low) * height * scale)
        pairs = zip(self.base_lrs, self.max_lrs, strict=True)
        return [low + (high - low) * height * scale for low, high in pairs]


def _number_of_steps(total_steps: Any, epochs: Any, steps_per_epoch: Any) -> int:
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        raise ValueError("OneCycleLR: wanted total_steps, or both epochs and steps_per_epoch")
    given = (
        {"epochs": epochs, "steps_per_epoch": steps_per_epoch} if total_steps is None else {"total_steps": total_steps}
    )
    product = 1
    for name, value in given.items():
        if not isinstance(value, int) or value <= 0:
            raise ValueError(f"OneCycleLR: {name} must be an integer of 1 or more, got {describe(value)}")
        product *= value
    return product


def _phase(end: float, start_lr: str, end_lr: str, start_momentum: str, end_momentum: str) -> dict[str, Any]:
    """A part of the cycle, until a step, and between which settings of a group it goes."""
    return {
        "end_step": end,
        "start_lr": start_lr,
        "end_lr": end_lr,
        "start_momentum": start_momentum,
        "end_momentum": end_momentum,
    }
