"""What a single perceptron can't do: 単純パーセプトロンの限界.

Run it in any folder: python 02_limit_of_one_line.py. It explains as it runs, and draws two pictures into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.datasets import make_xor
from tinygrad_edu.viz import new_panels, plot_decision_regions

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("The limit of the simple perceptron", "単純パーセプトロンの限界")
say(
    """
    A perceptron can be a logic gate: inputs and answer are 0 or 1. For AND, OR and NAND weights are soon found:
    """,
    """
    パーセプトロンは論理回路にもなります。入力も出力も 0 か 1 です。AND, OR, NAND の重みはすぐに見つかります:
    """,
)
corners = tg.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
gates = {
    "AND": nn.Perceptron(weight=[1.0, 1.0], bias=-1.5),
    "OR": nn.Perceptron(weight=[1.0, 1.0], bias=-0.5),
    "NAND": nn.Perceptron(weight=[-1.0, -1.0], bias=1.5),
}
print("  x1 x2 | " + "  ".join(gates))
for x in corners:
    answers = "    ".join(f"{gate(x):.0f}" for gate in gates.values())
    print(f"   {x[0]:.0f}  {x[1]:.0f} |  {answers}")

# %%
say(
    """
    XOR (exclusive or) wants a 1 where exactly one input is 1. Stars (0) and triangles (1) lie around the corners
    of a square, coloured like a chessboard. Let us try thousands of perceptrons at random, and keep the best:
    """,
    """
    XOR(排他的論理和)は、入力の片方だけが 1 のときに 1 を出力します。正方形の四隅の周りに「☆グループ」(0)と
    「△グループ」(1)が市松模様に並びます。パーセプトロンをランダムに何千個も作り、いちばん良いものを選んでみます:
    """,
)


def best_perceptron(points: tg.Tensor, classes: tg.Tensor, tries: int) -> tuple[nn.Perceptron, float]:
    """Return the best of `tries` random perceptrons, and the share of `points` that it gets right."""
    weights = tg.randn(2, tries)
    through = tg.rand(tries, 2) * 2 - 0.5  # each line goes through a place between or near the points
    biases = -(through * weights.T).sum(dim=1)
    answers = nn.functional.step(biases + points @ weights)  # (points, tries): all the perceptrons at once
    accuracies = (answers == classes.reshape(-1, 1)).float().mean(dim=0)
    best = int(accuracies.argmax())
    return nn.Perceptron(weights[:, best], biases[best]), accuracies[best].item()


tries = 1_000 if chapter.quick else 20_000
tg.manual_seed(0)
points, xor = make_xor(80)
either = (points.round().sum(dim=1) > 0).long()
by_or, or_accuracy = best_perceptron(points, either, tries)
by_xor, xor_accuracy = best_perceptron(points, xor, tries)
show(f"  OR : {100 * or_accuracy:.1f} % of the points right", f"  OR : 正解率 {100 * or_accuracy:.1f} %")
show(f"  XOR: {100 * xor_accuracy:.1f} % of the points right", f"  XOR: 正解率 {100 * xor_accuracy:.1f} %")

# %%
say(
    """
    Why can't any line do XOR? Each corner asks something of the weights:
        (0, 0) is a 0:  b <= 0              (0, 1) is a 1:  b + w2 > 0
        (1, 1) is a 0:  b + w1 + w2 <= 0    (1, 0) is a 1:  b + w1 > 0
    Add up each side: the left says 2 b + w1 + w2 <= 0, the right says 2 b + w1 + w2 > 0. Both can't be.
    Any three of the four can: so three corners of four, 75 % of the points, is the best that one line gets.
    """,
    """
    なぜ XOR は 1 本の直線では分けられないのでしょう。四隅は、それぞれ重みに条件をつけます:
        (0, 0) は 0:  b <= 0              (0, 1) は 1:  b + w2 > 0
        (1, 1) は 0:  b + w1 + w2 <= 0    (1, 0) は 1:  b + w1 > 0
    左と右をそれぞれ足すと、左は 2 b + w1 + w2 <= 0、右は 2 b + w1 + w2 > 0。両立しません(線形分離不可能)。
    4 つのうち 3 つなら満たせます。だから、1 本の直線では四隅のうち三隅、つまり 75 % の点を分けるのが限界です。
    """,
)
if chapter.draws:
    panels = new_panels(3, label("One perceptron draws one straight line", "1 つのパーセプトロンは 1 本の直線"))
    for axes, (name, gate) in zip(panels, gates.items(), strict=True):
        figure = plot_decision_regions(gate, corners, gate(corners), name, class_names=("0", "1"), axes=axes)
    chapter.save(figure, "02_gates")
    panels = new_panels(2, label("The best of many lines", "いちばん良い直線"))
    for axes, name, gate, classes, right in (
        (panels[0], "OR", by_or, either, or_accuracy),
        (panels[1], "XOR", by_xor, xor, xor_accuracy),
    ):
        title = label(f"{name}: at best {100 * right:.1f} % right", f"{name}: 最高でも正解率 {100 * right:.1f} %")
        figure = plot_decision_regions(
            gate,
            points,
            classes,
            title,
            class_names=(label("star", "☆ グループ"), label("triangle", "△ グループ")),
            axes=axes,
        )
    chapter.save(figure, "02_limit_of_one_line")

# %%
chapter.ask(
    """
    Take the points around (1, 1) away. How many of the others does the best line get right now?
    """,
    """
    (1, 1) の周りの点を取り除くと、残りの点をいちばん良い直線は何 % 分けられるでしょう。
    """,
)
rest = points.round().sum(dim=1) < 2
_, accuracy = best_perceptron(points[rest], xor[rest], tries)
chapter.answer(
    f"""
    {100 * accuracy:.1f} %: without that corner XOR is the same as OR. The fourth corner is what one line can't do.
    For all four the article names two ways, which only help together: more layers, and non-linear activations.
    """,
    f"""
    {100 * accuracy:.1f} % です。その隅がなければ XOR は OR と同じで、4 つ目の隅だけが 1 本の直線の手に余ります。
    四隅とも分けるには、層を追加し、活性化関数に非線形関数を使います。2 つそろってはじめて役に立ちます(次の章)。
    """,
)
