"""Optimizers: they move the parameters so that the loss gets smaller (勾配降下法, gradient descent).

Source: the article, 「確率的勾配法 SGD」, 「勾配降下法 (gradient descent)」, 「確率的勾配法の実装」;
https://docs.pytorch.org/docs/stable/optim.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.optim.adadelta import *
from tinygrad_edu.optim.adagrad import *
from tinygrad_edu.optim.adam import *
from tinygrad_edu.optim.adamax import *
from tinygrad_edu.optim.adamw import *
from tinygrad_edu.optim.asgd import *
from tinygrad_edu.optim.lbfgs import *
from tinygrad_edu.optim.nadam import *
from tinygrad_edu.optim.optimizer import *
from tinygrad_edu.optim.radam import *
from tinygrad_edu.optim.rmsprop import *
from tinygrad_edu.optim.rprop import *
from tinygrad_edu.optim.sgd import *

if TYPE_CHECKING:
    from tinygrad_edu.optim import lr_scheduler as lr_scheduler
    from tinygrad_edu.optim import swa_utils as swa_utils
else:
    __getattr__ = _otherwise(__name__, "lr_scheduler", "swa_utils")


__dir__ = _listing(__name__, "lr_scheduler", "swa_utils")
