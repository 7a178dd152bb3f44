"""A small PyTorch on NumPy, written to be read: tensors, automatic differentiation, networks.

It implements an article on neural networks for beginners, from the perceptron to stochastic
gradient descent on handwritten digits, and goes past it. The names are PyTorch's, so that
``import tinygrad_edu as torch`` is all that a beginner's script needs to change.

In the examples that ``help()`` shows, `tg` is this package and `np` is NumPy:

>>> import numpy as np
>>> import tinygrad_edu as tg
>>> w = tg.tensor([3.0, 4.0], requires_grad=True)
>>> loss = (w**2).sum()
>>> loss.backward()
>>> w.grad
tensor([6., 8.])
"""

from typing import TYPE_CHECKING

from tinygrad_edu import _importing  # isort: skip - before all others

from tinygrad_edu import autograd as autograd
from tinygrad_edu import random as random
from tinygrad_edu import return_types as return_types
from tinygrad_edu._device import *
from tinygrad_edu._execution import *
from tinygrad_edu._layout import *
from tinygrad_edu._old_types import *
from tinygrad_edu._printing import *
from tinygrad_edu._size import *
from tinygrad_edu._tensor import *
from tinygrad_edu._type_info import *
from tinygrad_edu.api.activation import *
from tinygrad_edu.api.arithmetic import *
from tinygrad_edu.api.axes import *
from tinygrad_edu.api.blending import *
from tinygrad_edu.api.choice import *
from tinygrad_edu.api.comparison import *
from tinygrad_edu.api.contractions import *
from tinygrad_edu.api.creation import *
from tinygrad_edu.api.cumulative import *
from tinygrad_edu.api.decompositions import *
from tinygrad_edu.api.diagonals import *
from tinygrad_edu.api.differences import *
from tinygrad_edu.api.distinct import *
from tinygrad_edu.api.exponential import *
from tinygrad_edu.api.extremes import *
from tinygrad_edu.api.filling import *
from tinygrad_edu.api.floats import *
from tinygrad_edu.api.histograms import *
from tinygrad_edu.api.indexing import *
from tinygrad_edu.api.integers import *
from tinygrad_edu.api.joining import *
from tinygrad_edu.api.matmul import *
from tinygrad_edu.api.matrices import *
from tinygrad_edu.api.matrix_powers import *
from tinygrad_edu.api.norms import *
from tinygrad_edu.api.order import *
from tinygrad_edu.api.picking import *
from tinygrad_edu.api.powers import *
from tinygrad_edu.api.products import *
from tinygrad_edu.api.putting import *
from tinygrad_edu.api.questions import *
from tinygrad_edu.api.ranges import *
from tinygrad_edu.api.reduction import *
from tinygrad_edu.api.repeating import *
from tinygrad_edu.api.rounding import *
from tinygrad_edu.api.sampling import *
from tinygrad_edu.api.scattering import *
from tinygrad_edu.api.shape import *
from tinygrad_edu.api.solving import *
from tinygrad_edu.api.special import *
from tinygrad_edu.api.splitting import *
from tinygrad_edu.api.statistics import *
from tinygrad_edu.api.stretching import *
from tinygrad_edu.api.trigonometric import *
from tinygrad_edu.api.windows import *
from tinygrad_edu.autograd.anomaly_mode import is_anomaly_check_nan_enabled as is_anomaly_check_nan_enabled
from tinygrad_edu.autograd.anomaly_mode import is_anomaly_enabled as is_anomaly_enabled
from tinygrad_edu.autograd.grad_mode import *
from tinygrad_edu.dtypes import *
from tinygrad_edu.random import *

__version__ = "0.1.0"

if TYPE_CHECKING:
    from tinygrad_edu import accelerator as accelerator
    from tinygrad_edu import amp as amp
    from tinygrad_edu import backends as backends
    from tinygrad_edu import cuda as cuda
    from tinygrad_edu import datasets as datasets
    from tinygrad_edu import distributed as distributed
    from tinygrad_edu import distributions as distributions
    from tinygrad_edu import func as func
    from tinygrad_edu import functional as functional
    from tinygrad_edu import inspection as inspection
    from tinygrad_edu import jit as jit
    from tinygrad_edu import linalg as linalg
    from tinygrad_edu import nn as nn
    from tinygrad_edu import onnx as onnx
    from tinygrad_edu import optim as optim
    from tinygrad_edu import profiler as profiler
    from tinygrad_edu import serialization as serialization
    from tinygrad_edu import special as special
    from tinygrad_edu import testing as testing
    from tinygrad_edu import utils as utils
    from tinygrad_edu import version as version
    from tinygrad_edu import viz as viz
    from tinygrad_edu._top_level import *
else:
    # Rooms that not every program enters: importing takes time. What they have at the top level, too, waits with them.
    _later = (
        "accelerator",
        "amp",
        "backends",
        "cuda",
        "datasets",
        "distributed",
        "distributions",
        "func",
        "functional",
        "inspection",
        "jit",
        "linalg",
        "nn",
        "onnx",
        "optim",
        "profiler",
        "serialization",
        "special",
        "testing",
        "utils",
        "version",
        "viz",
    )

    _at_once = ("autograd", "random", "return_types")
    _otherwise = _importing.otherwise(__name__, *_later, also="_top_level")
    __dir__ = _importing.listing(__name__, *_at_once, *_later, also="_top_level")

    def __getattr__(name):
        """What is imported when it is first asked for; functions in place, which are methods, as functions."""
        if name == "__all__":  # what a star takes: no rooms, as of PyTorch
            return [each for each in __dir__() if not (each.startswith("__") or each in (*_at_once, *_later))]
        from tinygrad_edu._tensor import Tensor

        try:
            return _otherwise(name)
        except AttributeError:
            if name.endswith("_") and not name.startswith("_") and hasattr(Tensor, name):
                return getattr(Tensor, name)
            raise


_importing.done()
