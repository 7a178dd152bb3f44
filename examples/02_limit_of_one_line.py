"""The article's section 3: what a single perceptron can't do (単純パーセプトロンの限界).

Stars and triangles lie around the corners of a square, coloured like a chessboard: XOR (排他的論理和).
No straight line has all the stars on one side and all the triangles on the other (線形分離不可能). The
script tries: it draws thousands of perceptrons at random and keeps the one that gets most points right.
On an easier pattern, OR, where only one corner is different, the same search finds a perfect line.

Run it in any folder: python 02_limit_of_one_line.py. It draws one picture into runs/.
"""

from __future__ import annotations

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.datasets import make_xor
from tinygrad_edu.viz import new_panels, plot_decision_regions


def best_perceptron(points: tg.Tensor, classes: tg.Tensor, tries: int) -> tuple[nn.Perceptron, float]:
    """Return the best of `tries` random perceptrons, and the share of `points` that it gets right."""
    weights = tg.randn(2, tries)
    through = tg.rand(tries, 2) * 2 - 0.5  # each line goes through a place between or near the points
    biases = -(through * weights.T).sum(dim=1)
    answers = nn.functional.step(biases + points @ weights)  # (points, tries): all the perceptrons at once
    accuracies = (answers == classes.reshape(-1, 1)).float().mean(dim=0)
    best = int(accuracies.argmax())
    return nn.Perceptron(weights[:, best], biases[best]), accuracies[best].item()


def main() -> None:
    """Search for a line for each of the two patterns, and draw the best."""
    options = read_options(__doc__)
    tries = 1_000 if options.quick else 20_000
    tg.manual_seed(0)
    points, xor = make_xor(80)
    patterns = {"OR": (points.round().sum(dim=1) > 0).long(), "XOR": xor}

    print(f"The best of {tries:,} perceptrons, each of them one straight line:")
    found = {name: best_perceptron(points, classes, tries) for name, classes in patterns.items()}
    for name, (_, accuracy) in found.items():
        print(f"  {name:3}: {100 * accuracy:.1f} % of the points right")
    print("With XOR a quarter of the points, one corner, stays on the wrong side: one line isn't enough.")

    if can_draw():
        panels = new_panels(2, "A single perceptron draws one straight line")
        for axes, (name, (perceptron, accuracy)) in zip(panels, found.items(), strict=True):
            title = f"{name}: at best {100 * accuracy:.1f} % right"
            figure = plot_decision_regions(perceptron, points, patterns[name], title, axes=axes)
        save(figure, options.output, "02_limit_of_one_line")


if __name__ == "__main__":
    main()
