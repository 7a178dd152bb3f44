"""The article's section 4: the multilayer perceptron (多層パーセプトロン, MLP) divides what one line can't.

It takes two things: a hidden layer (中間層, 隠れ層) between input and output, and a non-linear activation
(非線形関数) in it. First by hand: XOR of two bits out of three perceptrons, where the third looks at the
answers of the other two. Then learned from the stars and triangles of section 3, by four networks:

    no hidden layer             one straight line, as before
    hidden layer, identity      layers of linear functions are a linear function: still one line
    hidden layer, ReLU          several lines (複数の線を利用する方法)
    hidden layer, tanh          a curve (曲線を利用する方法)

How a network learns is the subject of sections 9 to 16.

Run it in any folder: python 03_multilayer_perceptron.py. It draws one picture into runs/.
"""

from __future__ import annotations

from functools import partial

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import make_xor
from tinygrad_edu.viz import new_panels, plot_decision_regions


def xor_by_hand() -> None:
    """Print the truth table of XOR = (x1 OR x2) AND NOT (x1 AND x2), made of three perceptrons."""
    either = nn.Perceptron(weight=[1.0, 1.0], bias=-0.5)
    not_both = nn.Perceptron(weight=[-1.0, -1.0], bias=1.5)
    both = nn.Perceptron(weight=[1.0, 1.0], bias=-1.5)
    print("By hand, out of three perceptrons:\n  x1 x2 | OR NAND | AND of these two = XOR")
    for x in ([0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]):
        hidden = tg.stack([either(tg.tensor(x)), not_both(tg.tensor(x))])
        print(f"   {x[0]:.0f}  {x[1]:.0f} |  {hidden[0]:.0f}   {hidden[1]:.0f}  | {both(hidden):.0f}")


def answers(network: nn.Module, points: tg.Tensor) -> tg.Tensor:
    """Return the class that `network` finds likeliest for each of `points`."""
    return network(points).argmax(dim=1)


def learn(network: nn.Module, points: tg.Tensor, classes: tg.Tensor, steps: int) -> float:
    """Let `network` learn the classes of `points`; return the share that it then gets right."""
    optimizer = optim.SGD(network.parameters(), lr=0.5)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(points), classes).backward()
        optimizer.step()
    return (answers(network, points) == classes).float().mean().item()


def main() -> None:
    """Build XOR by hand, then let four networks learn it, and draw how each divides the plane."""
    options = read_options(__doc__)
    xor_by_hand()

    tg.manual_seed(0)
    points, classes = make_xor(200, noise=0.15)
    networks = {
        "no hidden layer": nn.Sequential(nn.Linear(2, 2)),
        "hidden layer, identity": nn.Sequential(nn.Linear(2, 8), nn.Identity(), nn.Linear(8, 2)),
        "hidden layer, ReLU": nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2)),
        "hidden layer, tanh": nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2)),
    }
    print("\nLearned from 200 points:")
    titles = {}
    for name, network in networks.items():
        accuracy = learn(network, points, classes, steps=500 if options.quick else 2_000)
        titles[name] = f"{name}: {100 * accuracy:.1f} % right"
        print(f"  {titles[name]}")

    if can_draw():
        panels = new_panels(4, "It takes a hidden layer and a non-linear activation")
        for axes, (name, network) in zip(panels, networks.items(), strict=True):
            figure = plot_decision_regions(partial(answers, network), points, classes, titles[name], axes=axes)
        save(figure, options.output, "03_multilayer_perceptron")


if __name__ == "__main__":
    main()
