"""The article's sections 5 and 6: inference (推論), from the input X to the output Y of a network.

Each layer takes the weighted sum A = B + X W (全結合層, the fully connected or affine layer) and applies an
activation to it; its result is the next layer's input. What the output means is up to the last activation:

    regression (回帰問題)        the identity: a number, here the height of a person
    classification (分類問題)    softmax: one probability for each class, here the sizes S, M and L

The weights are chosen by hand here. `nn.Linear` keeps them as PyTorch does, as W transposed: a row for
each output.

Run it in any folder: python 04_inference.py. It draws one picture into runs/.
"""

from __future__ import annotations

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import new_panels, plot_decision_regions, plot_functions

SIZES = ("S", "M", "L")


def layer(W: list[list[float]], B: list[float]) -> nn.Linear:
    """Return the fully connected layer with the weights `W`, a row for each input, and the biases `B`."""
    linear = nn.Linear(len(W), len(B))
    with tg.no_grad():
        linear.weight.copy_(tg.tensor(W).T)
        linear.bias.copy_(tg.tensor(B))
    return linear


def main() -> None:
    """Compute the article's layer, then the outputs of two small networks, and draw these."""
    options = read_options(__doc__)

    B = tg.tensor([0, 1])
    X = tg.tensor([2, 3])
    W = tg.tensor([[4, 5], [6, 7]])
    A1 = B + X @ W
    print("A = B + X W:")
    print(A1.numpy())
    print("The same by nn.Linear:", layer([[4, 5], [6, 7]], [0, 1])(X.float()).tolist())

    height = nn.Sequential(layer([[1, 1]], [-64, -72]), nn.ReLU(), layer([[3], [-2]], [150]), nn.Identity())
    for length in (66.0, 76.0):
        y = height(tg.tensor([length]))
        print(f"Regression: a shirt {length:.0f} cm long belongs to somebody {y.item():.1f} cm tall")

    scores = nn.Sequential(
        layer([[1, 0], [0, 1]], [-62, -45]), nn.ReLU(), layer([[0, 0.6, 1.2], [0, 0.4, 0.8]], [0, -5.5, -14.5])
    )
    size = nn.Sequential(scores, nn.Softmax(dim=-1))
    shirt = tg.tensor([69.0, 52.0])
    for name, probability in zip(SIZES, size(shirt).tolist(), strict=True):
        print(f"Classification: a shirt of 69 by 52 cm is of size {name} with probability {probability:.3f}")

    if can_draw():
        left, right = new_panels(2)
        lengths = tg.arange(60.0, 80.0, 0.5)
        curve = {"height": lambda x: height(x.reshape(-1, 1)).squeeze(1)}
        plot_functions(curve, lengths, "regression: Y = f(X)", axis_names=("length, cm", "height, cm"), axes=left)
        tg.manual_seed(0)
        shirts = tg.tensor([69.5, 52.0]) + tg.tensor([3.5, 2.5]) * tg.randn(60, 2)
        figure = plot_decision_regions(
            lambda x: size(x).argmax(dim=1),
            shirts,
            size(shirts).argmax(dim=1),
            "classification: the most probable class",
            class_names=SIZES,
            axis_names=("length x1, cm", "width x2, cm"),
            axes=right,
        )
        save(figure, options.output, "04_inference")


if __name__ == "__main__":
    main()
