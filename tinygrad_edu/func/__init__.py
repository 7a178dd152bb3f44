"""Functions of functions: derivatives, batches, and modules as functions of their parameters; ``torch.func``.

Source: https://docs.pytorch.org/docs/stable/func.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.func._derivatives import grad, grad_and_value, hessian, jacfwd, jacrev, jvp, vjp
from tinygrad_edu.func._functional_call import functional_call
from tinygrad_edu.func._vmap import vmap

__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp", "vmap"]

if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)


__dir__ = _listing(__name__)
