"""The article's sections 7 and 8: activation functions (活性化関数).

In the hidden layers, something non-linear:

    sigmoid (シグモイド関数)    1 / (1 + exp(-x)), from 0 to 1
    ReLU (ランプ関数)           max(0, x), the usual choice

On the outputs, the identity (恒等関数) for regression, and for classification softmax (ソフトマックス関数),
exp(a_k) / sum_i exp(a_i): probabilities, which keep the order of the values and add up to 1. The
maximum is subtracted first, so that exp never overflows (オーバーフロー対策).

Run it in any folder: python 05_activations.py. It draws two pictures into runs/.
"""

from __future__ import annotations

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import plot_functions


def main() -> None:
    """Print a few values of each activation, and draw the two for hidden layers."""
    options = read_options(__doc__)

    x = tg.tensor([-1.0, 0.0, 2.0])
    print("x       ", x.numpy())
    print("sigmoid ", tg.sigmoid(x).numpy())
    print("ReLU    ", tg.relu(x).numpy())
    print("identity", nn.Identity()(x).numpy())

    a = tg.tensor([0.5, 1.5, 2.5], dtype=tg.float64)
    y = a.softmax(dim=0)
    print("\nsoftmax of", a.numpy())
    print(y.numpy())
    # The article cuts the 24.47 % off to 24.4; here it is rounded.
    for size, probability in zip("SML", y.tolist(), strict=True):
        print(f"  size {size}: {100 * probability:.1f} %")
    print(f"They add up to {y.sum().item():g}, and keep the order of the values:")
    print("  before:", " < ".join(f"{value:g}" for value in a.tolist()))
    print("  after: ", " < ".join(f"{value:.8f}" for value in y.tolist()))
    print("softmax of", (a + 1000).numpy(), "overflows no more than that:")
    print((a + 1000).softmax(dim=0).numpy())

    if can_draw():
        x = tg.arange(-5.0, 5.0, 0.1)
        save(plot_functions({"sigmoid": tg.sigmoid}, x, "sigmoid: 1 / (1 + exp(-x))"), options.output, "05_sigmoid")
        save(plot_functions({"ReLU": tg.relu}, x, "ReLU: max(0, x)"), options.output, "05_relu")


if __name__ == "__main__":
    main()
