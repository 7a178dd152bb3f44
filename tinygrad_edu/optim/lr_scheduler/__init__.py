"""Schedulers: they change the learning rates (学習率) of an optimizer as training goes on.

``scheduler.step()`` comes after ``optimizer.step()``, mostly once an epoch. A family is a file: `factors` multiplies
the rate, `cosine` lets it follow a cosine, `cycles` up and down, `plateau` when the loss stays where it is, and
`combined` has schedulers of schedulers.

Source: https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
"""

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu.optim.lr_scheduler.combined import *
from tinygrad_edu.optim.lr_scheduler.cosine import *
from tinygrad_edu.optim.lr_scheduler.cycles import *
from tinygrad_edu.optim.lr_scheduler.factors import *
from tinygrad_edu.optim.lr_scheduler.plateau import *
from tinygrad_edu.optim.lr_scheduler.scheduler import *
from tinygrad_edu.optim.lr_scheduler.scheduler import _LRScheduler as _LRScheduler

__dir__ = _listing(__name__)
