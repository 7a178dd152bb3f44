"""Beyond the article: an operation of your own, with its derivative, in two ways.

An operation is a function together with the rule that takes a gradient back through it (誤差逆伝播法). Here
it is the bell curve exp(-x^2), whose derivative is -2 x exp(-x^2), so -2 x times the result:

    autograd.elementwise   a NumPy function and one line of calculus; the rule's arguments say what it
                           needs: g, the gradient that arrives, the input x, and the result, out
    autograd.Function      PyTorch's way: a class with forward and backward

`autograd.primitive` is like `elementwise`, for operations that don't work element by element; the
example here is the length of each row of a matrix. Both can be differentiated again, and all are checked
against `numerical_gradient`, as should be every rule that one writes.

Run it in any folder: python 13_your_own_operation.py. It draws one picture into runs/.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import autograd
from tinygrad_edu.viz import plot_functions

bell = autograd.elementwise(lambda x: np.exp(-x * x), name="bell", x=lambda g, x, out: g * -2 * x * out)

row_lengths = autograd.primitive(
    lambda x: np.sqrt((x * x).sum(axis=1)),
    name="row_lengths",
    x=lambda g, x, out: (g / out).reshape(-1, 1) * x,
)


Operation = Callable[[tg.Tensor], tg.Tensor]


class Bell(autograd.Function):
    """The same bell curve in PyTorch's form."""

    @staticmethod
    def forward(ctx: Any, x: tg.Tensor) -> tg.Tensor:
        """Return exp(-x^2), and keep for `backward` what it needs."""
        out = (-x * x).exp()
        ctx.save_for_backward(x, out)
        return out

    @staticmethod
    def backward(ctx: Any, g: tg.Tensor) -> tg.Tensor:
        """Return the gradient of x, given that of the result."""
        x, out = ctx.saved_tensors
        return g * -2 * x * out


def derivative(operation: Operation) -> Operation:
    """Return the derivative of an elementwise `operation`, again an operation that can be differentiated."""

    def gradient(x: tg.Tensor) -> tg.Tensor:
        with tg.enable_grad():
            x = x if x.requires_grad else x.detach().requires_grad_()
            return autograd.grad(operation(x).sum(), x, create_graph=True)[0]

    return gradient


def check(name: str, operation: Operation, x: tg.Tensor) -> None:
    """Compare the gradient of the sum of ``operation(x)`` by the rule with the numerical one."""
    by_rule = derivative(operation)(x).detach()
    numerical = autograd.numerical_gradient(lambda x: operation(x).sum(), x)
    print(f"  {name:18} {'agrees' if tg.allclose(by_rule, numerical, atol=1e-6) else 'DIFFERS'}")


def main() -> None:
    """Check the rules against numerical differentiation, and draw the curve with its derivatives."""
    options = read_options(__doc__)

    x = tg.tensor([[-1.5, 0.5, 2.0], [0.1, -0.7, 1.0]], dtype=tg.float64)
    print("x         ", x[0].numpy())
    print("bell      ", bell(x[0]).numpy().round(6))
    print("derivative", derivative(bell)(x[0]).detach().numpy().round(6))
    print("The rule against numerical_gradient:")
    check("bell", bell, x)
    check("Bell.apply", Bell.apply, x)
    check("row_lengths", row_lengths, x)
    check("derivative of bell", derivative(bell), x)

    if can_draw():
        curves: dict[str, Operation] = {
            "exp(-x²)": bell,
            "first derivative": derivative(bell),
            "second derivative": derivative(derivative(bell)),
        }
        figure = plot_functions(curves, tg.arange(-3.0, 3.0, 0.05), "an operation of your own, differentiated twice")
        save(figure, options.output, "13_your_own_operation")


if __name__ == "__main__":
    main()
