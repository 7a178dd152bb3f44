"""The article's sections 11 to 13: loss functions (損失関数), and why not simply count right answers.

A loss says how wrong an answer y is, given the right one, t; 0 would be perfect.

    sum of squared errors (二乗和誤差)            1/2 sum_k (y_k - t_k)^2, for regression
    cross-entropy error (交差エントロピー誤差)    -sum_k t_k log(y_k + 1e-7), for classification

Accuracy, the share of right answers, can't tell near from far: of two wrong answers, one may be nearly
right. It is flat almost everywhere, too, so nothing in it says which way is better; a loss does.

Run it in any folder: python 06_losses.py. It draws two pictures into runs/.
"""

from __future__ import annotations

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import plot_decision_regions, plot_functions

# In float64, NumPy's usual precision, which the article's last digits need.
T = tg.tensor([0, 0, 1, 0, 0, 0, 0, 0, 0, 0], dtype=tg.float64)  # the digit is a 2
RIGHT_GUESS = tg.tensor([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0], dtype=tg.float64)  # a 2, 60 %
WRONG_GUESS = tg.tensor([0.1, 0.05, 0.0, 0.0, 0.05, 0.0, 0.8, 0.0, 0.0, 0.0], dtype=tg.float64)  # a 6, 80 %

CENTRES = tg.tensor([[1.0, 1.0], [-1.0, 0.0], [1.0, -1.0]])  # of the regions of three classes; the first is right


def scores(points: tg.Tensor) -> tg.Tensor:
    """Return for each of `points` (N, 2) how well it fits each of three classes, (N, 3): the nearer, the better."""
    return -(points.reshape(-1, 1, 2) - CENTRES).square().sum(dim=2)


def main() -> None:
    """Print the losses of the article's guesses, then the loss and the accuracy of a far, a near and a right one."""
    options = read_options(__doc__)

    for name, loss in (
        ("sum of squared errors", nn.functional.sum_of_squared_errors),
        ("cross-entropy error", nn.functional.cross_entropy_error),
    ):
        print(f"{name}:")
        print(f"  right guess: {loss(RIGHT_GUESS, T).item():f}")
        print(f"  wrong guess: {loss(WRONG_GUESS, T).item():f}")

    guesses = {"far": [-1.5, 0.5], "near": [-0.35, 0.4], "right": [1.0, 1.0]}
    print("Three guesses, the first two of them wrong:")
    notes = {}
    for name, guess in guesses.items():
        score, answer = scores(tg.tensor([guess])), tg.tensor([0])
        accuracy = int(score.argmax(dim=1) == answer)
        cross_entropy = nn.functional.cross_entropy(score, answer).item()
        notes[name] = f"{name}: accuracy {accuracy}, loss {cross_entropy:.3f}"
        print(f"  {notes[name]}")

    if can_draw():
        figure = plot_decision_regions(
            lambda x: scores(x).argmax(dim=1),
            tg.tensor(list(guesses.values())),
            tg.tensor([0, 0, 0]),
            "wrong and far, wrong and near, right",
            class_names=("star, right in the region of its colour",),
        )
        for name, (x1, x2) in guesses.items():
            note = notes[name].replace(": ", "\n").replace(", ", "\n")
            figure.axes[0].text(x1, x2 - 0.08, note, ha="center", va="top")
        save(figure, options.output, "06_near_and_far")
        curves = {
            "cross-entropy error": lambda p: -(p + 1e-7).log(),
            "sum of squared errors": lambda p: (p - 1).square(),  # twice the same: of p, and of 1 - p
            "accuracy": lambda p: nn.functional.step(p - 0.5),
        }
        title = "a loss falls all the way, accuracy jumps once"
        names = ("probability given to the right one of two classes", "loss, or accuracy")
        figure = plot_functions(curves, tg.arange(0.01, 1.0, 0.001), title, axis_names=names)
        save(figure, options.output, "06_loss_and_accuracy")


if __name__ == "__main__":
    main()
