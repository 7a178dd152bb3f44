"""Averages of weights: the mean of the models that a training passes through is often better than the last of them.

After step t of a training, with W that model's weights and A the average so far, of n models,

    A ← W                        at the first time;
    A ← A + (W - A) / (n + 1)    for equal weights (SWA, stochastic weight averaging);
    A ← decay A + (1 - decay) W  for weights that fade away (EMA, exponential moving average).

`AveragedModel` keeps A, `SWALR` holds the learning rate up so that the models differ, and `update_bn` computes anew
what batch norms know of the data, which no average of theirs would say.

Source: https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema; P. Izmailov et al., Averaging
weights leads to wider optima and better generalization (2018), https://arxiv.org/abs/1803.05407
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tinygrad_edu.api.creation as creation
from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.grad_mode import no_grad
from tinygrad_edu.nn._batch_norm import _BatchNorm
from tinygrad_edu.nn._module import Module
from tinygrad_edu.optim.lr_scheduler.scheduler import LRScheduler, check_optimizer, check_start, for_each_group
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]

Average = Callable[[Tensor, Tensor, Tensor], Tensor]
ManyAverages = Callable[[list[Tensor], list[Tensor], Tensor], None]


def get_swa_avg_fn() -> Average:
    """The function that computes equally weighted averages: of the average, a model's tensor, and n, the next average.

    >>> average = tg.optim.swa_utils.get_swa_avg_fn()
    >>> average(tg.tensor([1.0]), tg.tensor([4.0]), 2)
    tensor([2.])
    """

    @no_grad()
    def swa_update(averaged_param: Tensor, current_param: Tensor, num_averaged: Tensor) -> Tensor:
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)

    return swa_update


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The function that computes exponential averages: of the average, a model's tensor, and n, the next average.

    Args:
        decay: How much of the average stays, from 0 to 1.

    Raises:
        ValueError: For any other `decay`.

    >>> average = tg.optim.swa_utils.get_ema_avg_fn(0.5)
    >>> average(tg.tensor([1.0]), tg.tensor([4.0]), 2)
    tensor([2.5000])
    """
    decay = _checked_decay("get_ema_avg_fn", decay)

    @no_grad()
    def ema_update(ema_param: Tensor, current_param: Tensor, num_averaged: Tensor) -> Tensor:
        return decay * ema_param + (1 - decay) * current_param

    return ema_update


def get_swa_multi_avg_fn() -> ManyAverages:
    """The function that moves the tensors of a list to their equally weighted averages, in place.

    >>> averages = [tg.tensor([1.0])]
    >>> tg.optim.swa_utils.get_swa_multi_avg_fn()(averages, [tg.tensor([4.0])], 2)
    >>> averages
    [tensor([2.])]
    """

    @no_grad()
    def swa_update(averaged_param_list: Any, current_param_list: Any, num_averaged: Tensor) -> None:
        share = 1 / (num_averaged + 1)
        for average, current in zip(averaged_param_list, current_param_list, strict=True):
            average.copy_(average + (current - average) * share)

    return swa_update


def get_ema_multi_avg_fn(decay: float = 0.999) -> ManyAverages:
    """The function that moves the tensors of a list to their exponential averages, in place.

    Args:
        decay: How much of the averages stays, from 0 to 1.

    Raises:
        ValueError: For any other `decay`.

    >>> averages = [tg.tensor([1.0])]
    >>> tg.optim.swa_utils.get_ema_multi_avg_fn(0.5)(averages, [tg.tensor([4.0])], 2)
    >>> averages
    [tensor([2.5000])]
    """
    decay = _checked_decay("get_ema_multi_avg_fn", decay)

    @no_grad()
    def ema_update(ema_param_list: Any, current_param_list: Any, num_averaged: Tensor) -> None:
        for average, current in zip(ema_param_list, current_param_list, strict=True):
            average.copy_(average * decay + current * (1 - decay))

    return ema_update


class AveragedModel(Module):
    """A copy of a model whose weights are the averages of those that the model had at each `update_parameters`.

    Args:
        model: The model; it is copied.
        device: Only the CPU exists here.
        avg_fn: The next average of one tensor, as `get_ema_avg_fn` makes such functions; equally weighted if left out.
        multi_avg_fn: In its place, a function that changes a list of averages, as `get_ema_multi_avg_fn` makes them.
        use_buffers: Average buffers too, as the running values of batch norms. Otherwise they are copied.

    Attributes:
        module: The averaged model.
        n_averaged: How many models the averages are of.

    Raises:
        AssertionError: If both functions are given.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.AveragedModel.html

    >>> model = tg.nn.Linear(1, 1, bias=False)
    >>> averaged = tg.optim.swa_utils.AveragedModel(model)
    >>> for weight in (1.0, 2.0, 6.0):
    ...     _ = tg.nn.init.constant_(model.weight, weight)
    ...     averaged.update_parameters(model)
    >>> averaged.module.weight.item()
    3.0
    >>> averaged(tg.ones(1)).item()
    3.0
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: ManyAverages | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if not isinstance(model, Module):
            raise TypeError(f"AveragedModel: wanted a module, got {describe(model)}")
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("AveragedModel: wanted avg_fn or multi_avg_fn, got both; leave one of them out")
        for name, each in (("avg_fn", avg_fn), ("multi_avg_fn", multi_avg_fn)):
            if each is not None and not callable(each):
                raise TypeError(f"AveragedModel: {name} must be a function or None, got {describe(each)}")
        if not isinstance(use_buffers, bool):
            raise TypeError(f"AveragedModel: use_buffers must be True or False, got {describe(use_buffers)}")
        _check_device("AveragedModel", device)
        self.module = copy.deepcopy(model)
        self.register_buffer("n_averaged", creation.tensor(0, dtype=dtypes.int64))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the averaged model makes of the arguments."""
        return self.module(*args, **kwargs)

    @no_grad()
    def update_parameters(self, model: Module) -> None:
        """Take the weights that `model` has into the averages; at the first time they are copied."""
        if not isinstance(model, Module):
            raise TypeError(f"AveragedModel.update_parameters: wanted a module, got {describe(model)}")
        averages, currents = (
            [each.detach() for each in (*owner.parameters(), *(owner.buffers() if self.use_buffers else ()))]
            for owner in (self.module, model)
        )
        if self.n_averaged == 0:
            for average, current in zip(averages, currents, strict=True):
                average.copy_(current)
        elif self.avg_fn is not None:
            for average, current in zip(averages, currents, strict=True):
                average.copy_(self.avg_fn(average, current, self.n_averaged))
        else:
            update = self.multi_avg_fn or get_swa_multi_avg_fn()
            for kind in dict.fromkeys(each.dtype for each in averages):  # a call for each dtype, as in PyTorch
                places = [place for place, each in enumerate(averages) if each.dtype == kind]
                update([averages[place] for place in places], [currents[place] for place in places], self.n_averaged)
        if not self.use_buffers:
            for kept, current in zip(self.module.buffers(), model.buffers(), strict=True):
                kept.copy_(current)
        self.n_averaged += 1


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Compute the running means and variances of a model's batch norms anew, as those of all batches of `loader`.

    Args:
        loader: Batches: tensors, or lists and tuples that begin with one.
        model: The model; it is called with each batch, as in training.
        device: Only the CPU exists here.

    >>> model = tg.nn.Sequential(tg.nn.BatchNorm1d(1))
    >>> tg.optim.swa_utils.update_bn([tg.tensor([[1.0], [3.0]]), tg.tensor([[5.0], [7.0]])], model)
    >>> model[0].running_mean, model[0].running_var
    (tensor([4.]), tensor([2.]))
    """
    if not isinstance(model, Module):
        raise TypeError(f"update_bn: wanted a module, got {describe(model)}")
    _check_device("update_bn", device)
    norms = [each for each in model.modules() if isinstance(each, _BatchNorm)]
    if not norms:
        return
    if not hasattr(loader, "__iter__") and not hasattr(loader, "__getitem__"):
        raise TypeError(f"update_bn: loader must give batches one by one, got {describe(loader)}")
    kept, was_training = [(each.momentum, copy.deepcopy(each.state_dict())) for each in norms], model.training
    model.train()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all batches
    try:
        for batch in loader:
            model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    except BaseException:
        for norm, (_, state) in zip(norms, kept, strict=True):
            norm.load_state_dict(state)
        raise
    finally:
        for norm, (momentum, _) in zip(norms, kept, strict=True):
            norm.momentum = momentum
        model.train(was_training)


class SWALR(LRScheduler):
    """Lets the rates go to `swa_lr` in `anneal_epochs` steps, and keeps them there.

    Args:
        optimizer: The optimizer whose learning rates change.
        swa_lr: The rate at the end: a number for all groups, or a list with one for each.
        anneal_epochs: In how many steps it is reached.
        anneal_strategy: ``"cos"`` for the way of half a cosine, or ``"linear"``.
        last_epoch: The number of the last step, where a training goes on.

    Raises:
        ValueError: For a wrong number of rates, another strategy, or a number of steps below 0.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.SWALR.html

    >>> optimizer = tg.optim.SGD([tg.ones(1)], lr=1.0)
    >>> scheduler = tg.optim.swa_utils.SWALR(optimizer, swa_lr=0.2, anneal_epochs=2, anneal_strategy="linear")
    >>> for _ in range(3):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(f"{scheduler.get_last_lr()[0]:.4f}")
    0.6000
    0.2000
    0.2000
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | Sequence[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(self, optimizer)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"SWALR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"SWALR: anneal_epochs must be an integer that isn't negative, got {anneal_epochs!r}")
        goals = for_each_group(self, "swa_lr", swa_lr, optimizer)
        for goal in goals:
            if not isinstance(goal, (int, float, Tensor)):
                raise TypeError(f"SWALR: swa_lr must be a number, or one for each group, got {describe(swa_lr)}")
        check_start(self, optimizer, last_epoch)
        for goal, group in zip(goals, optimizer.param_groups, strict=True):
            group["swa_lr"] = goal
        self.anneal_epochs = anneal_epochs
        self._anneal_strategy = anneal_strategy
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The rates at this step, from those before: the part of the way that is done says where it began."""
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, after = self._way_done(step - 1), self._way_done(step)
        rates = []
        for rate, group in zip(self._rates(), self.optimizer.param_groups, strict=True):
            goal = group["swa_lr"]
            start = goal if before == 1 else (rate - before * goal) / (1 - before)
            rates.append(after * goal + (1 - after) * start)
        return rates

    def _way_done(self, step: int) -> float:
        """Which part of the way from the first rate to the last is done after a number of steps."""
        t = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return t if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2


def _check_device(operation: str, device: Any) -> None:
    if device is not None and str(device) not in ("cpu", "cpu:0"):
        raise RuntimeError(f"{operation}: got device={str(device)!r}, but only 'cpu' exists here")


def _checked_decay(operation: str, decay: float) -> float:
    if not isinstance(decay, (int, float)) or not 0 <= decay <= 1:
        raise ValueError(f"{operation}: decay must lie in [0, 1], got {describe(decay)}")
    return decay
