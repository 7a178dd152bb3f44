"""LRScheduler: what all schedulers share; the count of steps, the writing of rates, saving and loading.

A scheduler states its `get_lr`: the rates of the groups at step number ``last_epoch``, which is 0 when it is made.
Those that come before the last rate, so that schedulers can be chained, compute them from ``group["lr"]``; the rates
at the start are ``base_lrs``.

Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LRScheduler.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import Any, ClassVar

from tinygrad_edu._errors import describe, warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["LRScheduler"]


class LRScheduler:
    """Base class of schedulers: a subclass defines `get_lr`.

    Args:
        optimizer: The optimizer whose learning rates change.
        last_epoch: The number of the last step, where a training goes on; -1 for one that begins.

    Attributes:
        base_lrs: The rates at the start, one a group; the groups keep them as ``"initial_lr"``.
        last_epoch: The number of the last step.

    Raises:
        KeyError: If a training goes on, and a group doesn't say with which rate it began.
        TypeError: If `optimizer` is none.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LRScheduler.html

    >>> class Halving(tg.optim.lr_scheduler.LRScheduler):
    ...     def get_lr(self):
    ...         return [rate * 0.5**self.last_epoch for rate in self.base_lrs]
    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=0.8)
    >>> scheduler = Halving(optimizer)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.4]
    """

    functions: ClassVar[tuple[str, ...]] = ()  # attributes that hold a user's function, which no file can keep
    optimizer: Optimizer
    _is_initial = False

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(self, optimizer)
        check_start(self, optimizer, last_epoch)
        self.optimizer = optimizer
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", copied(group["lr"]))
        self.base_lrs = [copied(group["initial_lr"]) for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._start()

    def get_lr(self) -> list[Any]:
        """The rates of the groups at step `last_epoch`; what was written last is `get_last_lr`."""
        raise NotImplementedError(f"{type(self).__name__}.get_lr is not defined: it must return a rate for each group")

    def get_last_lr(self) -> list[Any]:
        """The rates that were written last, one a group."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Count a step, and write the rates of it.

        Args:
            epoch: The number of the step, in the place of the next one; as in PyTorch, better not given.
        """
        if self._step_count == 1 and type(self.optimizer).step is Optimizer.step and not self.optimizer._has_stepped:
            warn(
                f"{type(self).__name__}: scheduler.step() was called before optimizer.step(), so the first learning "
                "rate is never used; call optimizer.step() first"
            )
        self._step_count += 1
        if epoch is not None:
            warn(f"{type(self).__name__}: step(epoch) is deprecated; call step() once for each epoch")
        self._go_to(epoch)

    def state_dict(self) -> dict[str, Any]:
        """All that it remembers but the optimizer, for `tinygrad_edu.save`; of functions, only what objects hold."""
        state = {name: value for name, value in vars(self).items() if name != "optimizer"}
        for name in self.functions:
            state[name] = _held(state[name])
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where another scheduler was, whose `state_dict` this is.

        Raises:
            TypeError: If it isn't a dict.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"{type(self).__name__}.load_state_dict: wanted a dict as state_dict() returns it, got "
                f"{describe(state_dict)}"
            )
        vars(self).update({name: value for name, value in state_dict.items() if name not in self.functions})
        for name in self.functions:
            _give_back(getattr(self, name), state_dict.get(name))

    def _start(self) -> None:
        """Do the step with which it begins."""
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            del self._is_initial

    def _go_to(self, epoch: int | None) -> None:
        """Write the rates of the next step, or of that number."""
        if epoch is None:
            self.last_epoch += 1
            rates = self.get_lr()
        else:
            self.last_epoch = epoch
            rates = self._get_closed_form_lr()
        self._write(rates)

    def _get_closed_form_lr(self) -> list[Any]:
        """The rates at step `last_epoch`, whatever the last ones were."""
        return self.get_lr()

    def _write(self, rates: list[Any]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            write(group, "lr", rate)
        self._keep_rates()

    def _keep_rates(self) -> None:
        self._last_lr = self._rates()

    def _rates(self) -> list[Any]:
        """The rates as they are."""
        return [copied(group["lr"]) for group in self.optimizer.param_groups]


def check_optimizer(scheduler: object, optimizer: object) -> None:
    """Refuse what is no optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(scheduler).__name__}: wanted an optimizer, got {describe(optimizer)}")


def check_start(owner: object, optimizer: Optimizer, last_epoch: int) -> None:
    """Refuse to go on with a training, at a step other than -1, of which the optimizer knows nothing."""
    for number, group in enumerate(optimizer.param_groups):
        if last_epoch != -1 and "initial_lr" not in group:
            raise KeyError(
                f"{type(owner).__name__}: last_epoch={last_epoch} goes on with a training, but group {number} of "
                "the optimizer doesn't say at which 'initial_lr' it began; load the optimizer's state first"
            )


def copied(value: Any) -> Any:
    """A number, or a copy of a tensor of one."""
    return value.detach().clone() if isinstance(value, Tensor) else value


def write(group: dict[str, Any], name: str, value: Any) -> None:
    """Set a setting of a group; what is a tensor stays that tensor."""
    if isinstance(group[name], Tensor):
        with no_grad():
            group[name].fill_(value)
    else:
        group[name] = value


def for_each_group(scheduler: object, name: str, value: Any, optimizer: Optimizer) -> list[Any]:
    """A setting for each group: one for all, or a list."""
    count = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * count
    if len(value) != count:
        raise ValueError(
            f"{type(scheduler).__name__}: wanted one {name} for each of the {count} groups of the optimizer, got "
            f"{len(value)}"
        )
    return list(value)


def _held(function: Any) -> Any:
    """What a file can keep of a function: of an object that is one, its attributes."""
    if isinstance(function, list):
        return [_held(each) for each in function]
    return None if function is None or isinstance(function, FunctionType) else dict(vars(function))


def _give_back(function: Any, held: Any) -> None:
    """Give an object that is a function its attributes back."""
    if isinstance(function, list) and isinstance(held, list):
        for each, part in zip(function, held, strict=True):
            _give_back(each, part)
    elif held is not None:
        vars(function).update(held)


_LRScheduler = LRScheduler  # its name before PyTorch 2.0
