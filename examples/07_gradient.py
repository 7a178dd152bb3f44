"""The article's section 14: the gradient (勾配), all the partial derivatives (偏微分) of a function.

Of f(w0, w1) = w0^2 + w1^2 it is (2 w0, 2 w1). It points to where f grows fastest, so its negative points
downhill: here to the minimum at (0, 0). The script finds it in two ways, which agree:

    backward()             by the rules of calculus, exact (誤差逆伝播法)
    numerical_gradient()   by moving each weight a little to both sides (数値微分, central difference)

Run it in any folder: python 07_gradient.py. It draws two pictures into runs/.
"""

from __future__ import annotations

from typing import Any

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu.autograd import numerical_gradient
from tinygrad_edu.viz import plot_downhill, plot_surface


def f(w: tg.Tensor) -> tg.Tensor:
    """Return w0^2 + w1^2 for each pair of weights in `w`, (..., 2)."""
    return (w**2).sum(dim=-1)


def pair(values: Any) -> str:
    """Return a tensor of two numbers in the words of a line of the table."""
    first, second = values.tolist()
    return f"({first:4.1f}, {second:4.1f})"


def main() -> None:
    """Print the gradient of f at three places, found in two ways, and draw f and -grad f."""
    options = read_options(__doc__)

    print("f(w0, w1) = w0^2 + w1^2; its gradient is (2 w0, 2 w1)")
    print("    (w0, w1)     by backward     numerical")
    for place in ([3.0, 4.0], [0.0, 2.0], [3.0, 0.0]):
        w = tg.tensor(place, dtype=tg.float64, requires_grad=True)
        f(w).backward()
        print(f"  {pair(w)}    {pair(w.grad)}    {pair(numerical_gradient(f, w.detach()))}")

    if can_draw():
        save(plot_surface(f, "f(w0, w1) = w0² + w1²"), options.output, "07_surface")
        save(plot_downhill(f, "-grad f = (-2 w0, -2 w1) points to the minimum"), options.output, "07_negative_gradient")


if __name__ == "__main__":
    main()
