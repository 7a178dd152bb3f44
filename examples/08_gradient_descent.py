"""The article's section 15: gradient descent (勾配降下法) and its learning rate (学習率).

Step by step the weights move against the gradient, W <- W - eta dL/dW, and the loss gets smaller, if the
learning rate eta is right. Three tries on L = w0^2 + w1^2, each 20 steps from (-3, 4):

    too large    it passes the minimum and ends further away with every step: it diverges (発散)
    too small    it hardly moves
    right        it arrives at (0, 0)

Run it in any folder: python 08_gradient_descent.py. It draws one picture into runs/.
"""

from __future__ import annotations

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import optim
from tinygrad_edu.viz import new_panels, plot_descent

STEPS = 20
LEARNING_RATES = {"too large": 1.02, "too small": 0.002, "right": 0.1}


def loss(w: tg.Tensor) -> tg.Tensor:
    """Return w0^2 + w1^2 for each pair of weights in `w`, (..., 2)."""
    return (w**2).sum(dim=-1)


def descend(learning_rate: float) -> tg.Tensor:
    """Return where the weights were at the start and after each step, (STEPS + 1, 2)."""
    w = tg.tensor([-3.0, 4.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=learning_rate)
    path = [w.detach().clone()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(w).backward()
        optimizer.step()  # w <- w - learning_rate * w.grad
        path.append(w.detach().clone())
    return tg.stack(path)


def main() -> None:
    """Go down with three learning rates, print where they lead, and draw the paths."""
    options = read_options(__doc__)

    print(f"{STEPS} steps down w0^2 + w1^2, from (-3, 4), where it is 25:")
    paths = {name: descend(rate) for name, rate in LEARNING_RATES.items()}
    for name, path in paths.items():
        w0, w1 = path[-1].tolist()
        print(f"  eta = {LEARNING_RATES[name]:<5g} ({name}): at ({w0:.3f}, {w1:.3f}), where it is {loss(path[-1]):.4f}")

    if can_draw():
        panels = new_panels(3, f"Gradient descent, {STEPS} steps on the contours of w0² + w1²")
        for axes, (name, path) in zip(panels, paths.items(), strict=True):
            figure = plot_descent(loss, path, f"learning rate {LEARNING_RATES[name]:g}: {name}", reach=10, axes=axes)
        save(figure, options.output, "08_gradient_descent")


if __name__ == "__main__":
    main()
