"""Automatic differentiation: recording, walking back, and checking the result.

PyTorch's ``torch.autograd``, and two things of our own: `primitive` and `elementwise`, the door for
operations that are a NumPy function with its derivatives, and `numerical_gradient`, the article's
central difference.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.autograd.anomaly_mode import detect_anomaly, set_detect_anomaly
from tinygrad_edu.autograd.engine import backward, grad
from tinygrad_edu.autograd.function import Function
from tinygrad_edu.autograd.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from tinygrad_edu.autograd.gradcheck import GradcheckError, Mistake, gradcheck, gradgradcheck
from tinygrad_edu.autograd.numerical import difference_step, numerical_gradient
from tinygrad_edu.autograd.primitive import Primitive, elementwise, primitive
from tinygrad_edu.autograd.variable import Variable

__all__ = [
    "Function",
    "GradcheckError",
    "Mistake",
    "Primitive",
    "Variable",
    "backward",
    "detect_anomaly",
    "difference_step",
    "elementwise",
    "enable_grad",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "numerical_gradient",
    "primitive",
    "set_detect_anomaly",
    "set_grad_enabled",
]

if TYPE_CHECKING:
    from tinygrad_edu.autograd import functional as functional
else:
    __getattr__ = _otherwise(__name__, "functional")


__dir__ = _listing(__name__, "function", "functional", "grad_mode", "graph", "variable")
