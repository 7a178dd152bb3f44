"""The article's sections 1 and 2: the perceptron (パーセプトロン), and the straight line that it draws.

A perceptron weighs its inputs, adds a bias, and answers 0 or 1 (活性化関数, the activation: a step):

    y = 0 if b + w1 x1 + w2 x2 <= 0 else 1

The first one tells shirts of size S from those of size M by their length alone: w = (1, 0), b = -69.
The second has w = (1, 1), b = 0.4. Its answer changes where 0.4 + x1 + x2 = 0, so on the line
x2 = -x1 - 0.4: a perceptron divides the plane in two by one straight line (単純パーセプトロン).

Run it in any folder: python 01_perceptron.py. It draws two pictures into runs/.
"""

from __future__ import annotations

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import plot_decision_regions

SIZES = ("S", "M")


def main() -> None:
    """Size three shirts, find the line of a perceptron, and draw both."""
    options = read_options(__doc__)

    shirt_size = nn.Perceptron(weight=[1.0, 0.0], bias=-69.0)
    print("Size of a shirt by its length, 0 if -69 + length <= 0 else 1:")
    for length in (66.0, 69.0, 72.0):
        y = shirt_size(tg.tensor([length, 52.0]))
        print(f"  length {length:.0f} cm: -69 + {length:.0f} = {length - 69:.0f}, so y = {y:.0f}: size {SIZES[int(y)]}")

    by_a_line = nn.Perceptron(weight=[1.0, 1.0], bias=0.4)
    print("\nw = (1, 1), b = 0.4 divides the plane by the line x2 = -x1 - 0.4:")
    for x1, x2, where in ((1.0, -1.5, "below"), (1.0, -1.3, "above")):
        print(f"  x = ({x1:g}, {x2:g}), {where} the line: y = {by_a_line(tg.tensor([x1, x2])):.0f}")

    if can_draw():
        tg.manual_seed(0)
        shirts = tg.tensor([69.0, 52.0]) + tg.tensor([3.0, 2.0]) * tg.randn(60, 2)
        figure = plot_decision_regions(
            shirt_size,
            shirts,
            shirt_size(shirts),
            "w = (1, 0), b = -69: M if longer than 69 cm",
            class_names=SIZES,
            axis_names=("body length x1, cm", "body width x2, cm"),
        )
        save(figure, options.output, "01_shirt_size")
        points = tg.rand(60, 2) * 6 - 3
        figure = plot_decision_regions(
            by_a_line,
            points,
            by_a_line(points),
            "w = (1, 1), b = 0.4: the line x2 = -x1 - 0.4",
            class_names=("y = 0", "y = 1"),
        )
        save(figure, options.output, "01_line")


if __name__ == "__main__":
    main()
