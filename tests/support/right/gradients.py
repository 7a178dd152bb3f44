"""Right arguments that one function alone takes. Of what walks back, and of what checks gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
from support.right.makers import (
    LEAF,
    MATRIX,
    W,
    constant,
    leaf,
)

OF_GRADIENTS: dict[str, dict[str, Any]] = {
    "gradcheck": {"func": constant(lambda x: x * x), "inputs": lambda: leaf(2).double().detach().requires_grad_()},
    "gradgradcheck": {"func": constant(lambda x: x * x), "inputs": lambda: leaf(2).double().detach().requires_grad_()},
    "tg.autograd.backward": {"tensors": lambda: leaf(2, 3).sum()},
    "Tensor.backward": {"self": lambda: leaf(2, 3).sum()},
    "elementwise": {"*": [constant(np.exp)], "name": constant("power"), "x": constant(lambda g, out: g * out)},
    "primitive": {"*": [constant(np.exp)], "name": constant("power"), "x": constant(lambda g, out: g * out)},
    "grad": {"outputs": lambda: W.square().sum(), "inputs": lambda: W},
    "numerical_gradient": {"f": constant(lambda x: x.sum())},
    **{each: {"func": constant(lambda x: (x * x).sum()), "inputs": MATRIX} for each in ("hessian", "vjp", "hvp")},
    **{each: {"func": constant(lambda x: (x * x).sum()), "inputs": MATRIX} for each in ("jacobian", "jvp", "vhp")},
    **{each: {"v": MATRIX} for each in ("tg.autograd.functional.hvp", "tg.autograd.functional.jvp")},
    "tg.autograd.functional.vhp": {"v": MATRIX},
    "tg.autograd.functional.jvp": {"v": MATRIX, "func": constant(lambda x: x * x)},
    "works_on_stacks": {"transform": constant(lambda x: x)},
    **{each: {"self": LEAF} for each in ("register_hook", "register_post_accumulate_grad_hook", "retain_grad")},
}
