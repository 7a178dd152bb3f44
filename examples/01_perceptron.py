"""The perceptron, an artificial neuron: パーセプトロン (人工ニューロン) とは, 単純パーセプトロンとは.

Run it in any folder: python 01_perceptron.py. It explains as it runs, and draws four pictures into runs/; with
--lang ja in Japanese.
"""

from __future__ import annotations

import numpy as np
from _drawings import draw_perceptron
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import plot_decision_regions, plot_functions

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("The perceptron, an artificial neuron", "パーセプトロン (人工ニューロン) とは")
say(
    """
    A perceptron is a model of a nerve cell. It weighs its inputs x, adds a bias b, and answers y = 0 or y = 1.
    The weights w say how much each input counts; the bias says how easily the answer becomes 1.
    """,
    """
    パーセプトロンは、神経細胞の仕組みをまねたモデルです。入力 x に重み w を掛けて足し、バイアス b を加え、0 か 1 を
    出力します。重みは「どの入力をどれだけ重視するか」、バイアスは「出力がどれだけ 1 になりやすいか」を表します。
    """,
)
LENGTH, WIDTH = label("body length", "身丈"), label("body width", "身幅")
if chapter.draws:
    chapter.save(draw_perceptron([0.6, 0.4], -62, [LENGTH, WIDTH], label("S or M", "S か M"), label), "01_perceptron")

# %%
section("Formula and activation", "数式と活性化関数")
say(
    """
    In NumPy that is one line. What turns the sum into the answer is the activation function: here a step.
    Length counts 60 %, width 40 %, and b = -62:
    """,
    """
    NumPy なら 1 行で書けます。総和から出力を決める関数が活性化関数で、ここではステップ関数(0 より大きければ 1)です。
    身丈の重みを 60 %、身幅の重みを 40 %、バイアスを b = -62 とすると:
    """,
)


def perceptron(x: list[float], w: list[float], b: float) -> int:
    """Return 0 if the weighted sum of the inputs and the bias is at most 0, else 1."""
    return 0 if b + np.dot(w, x) <= 0 else 1


for width in (50.0, 52.0):
    total = -62 + 0.6 * 69 + 0.4 * width
    y = perceptron([69.0, width], [0.6, 0.4], -62.0)
    show(
        f"  69 cm long, {width:.0f} cm wide: the sum is {total:4.1f}, so y = {y}: size {'SM'[y]}",
        f"  身丈 69 cm, 身幅 {width:.0f} cm: 総和は {total:4.1f} なので y = {y}: {'SM'[y]} サイズ",
    )
if chapter.draws:
    names = (label("sum b + w1 x1 + w2 x2", "総和 b + w1 x1 + w2 x2"), label("output y", "出力 y"))
    title = label("the activation of a perceptron: a step", "パーセプトロンの活性化関数: ステップ関数")
    chapter.save(
        plot_functions({"step": nn.functional.step}, tg.arange(-5.0, 5.0, 0.01), title, axis_names=names), "01_step"
    )

# %%
section("An example", "パーセプトロンの例")
say(
    """
    The library has perceptrons, too. This one looks at the length alone: w = (1, 0), b = -69.
    """,
    """
    同じものがライブラリにもあります。次のパーセプトロンは身丈だけで判断します: w = (1, 0), b = -69。
    """,
)
shirt_size = nn.Perceptron(weight=[1.0, 0.0], bias=-69.0)
for length in (66.0, 69.0, 72.0):
    y = int(shirt_size(tg.tensor([length, 52.0])))
    show(
        f"  length {length:.0f} cm: -69 + {length:.0f} = {length - 69:.0f}, so y = {y}: size {'SM'[y]}",
        f"  身丈 {length:.0f} cm: -69 + {length:.0f} = {length - 69:.0f} なので y = {y}: {'SM'[y]} サイズ",
    )
if chapter.draws:
    tg.manual_seed(0)
    shirts = tg.tensor([69.0, 52.0]) + tg.tensor([3.0, 2.0]) * tg.randn(60, 2)
    figure = plot_decision_regions(
        shirt_size,
        shirts,
        shirt_size(shirts),
        label("w = (1, 0), b = -69: M if longer than 69 cm", "w = (1, 0), b = -69: 69 cm より長ければ M"),
        class_names=("S", "M"),
        axis_names=(f"{LENGTH} x1 (cm)", f"{WIDTH} x2 (cm)"),
    )
    chapter.save(figure, "01_shirt_size")

# %%
section("The simple perceptron", "単純パーセプトロンとは")
say(
    """
    The answer changes where the sum is 0. For w = (1, 1), b = 0.4 that is 0.4 + x1 + x2 = 0, so the straight
    line x2 = -x1 - 0.4. A simple perceptron always divides the plane in two groups by one straight line.
    """,
    """
    出力が切り替わるのは、総和がちょうど 0 になるところです。w = (1, 1), b = 0.4 なら 0.4 + x1 + x2 = 0、つまり
    直線 x2 = -x1 - 0.4 です。単純パーセプトロンは、いつも 1 本の直線で平面を 2 つのグループに分けます。
    """,
)
by_a_line = nn.Perceptron(weight=[1.0, 1.0], bias=0.4)
for x2, where, there in ((-1.5, "below", "下"), (-1.3, "above", "上")):
    y = int(by_a_line(tg.tensor([1.0, x2])))
    show(f"  x = (1, {x2:g}), {where} the line: y = {y}", f"  x = (1, {x2:g}), 直線の{there}: y = {y}")
if chapter.draws:
    points = tg.rand(60, 2) * 6 - 3
    title = label("w = (1, 1), b = 0.4: the line x2 = -x1 - 0.4", "w = (1, 1), b = 0.4: 直線 x2 = -x1 - 0.4")
    chapter.save(
        plot_decision_regions(by_a_line, points, by_a_line(points), title, class_names=("y = 0", "y = 1")), "01_line"
    )

# %%
chapter.ask(
    """
    Change b from 0.4 to 2. Where does the line go, and what is y at (1, -1.5) then?
    """,
    """
    b を 0.4 から 2 に変えると、直線はどこへ動くでしょう。そのとき (1, -1.5) での y はいくつでしょう。
    """,
)
y = int(nn.Perceptron(weight=[1.0, 1.0], bias=2.0)(tg.tensor([1.0, -1.5])))
chapter.answer(
    f"""
    To x2 = -x1 - 2, further down: the bias moves the line, the weights turn it. Now y = {y}, as 2 + 1 - 1.5 = 1.5
    is more than 0. The larger the bias, the more easily the answer is 1.
    """,
    f"""
    x2 = -x1 - 2 になり、下へ動きます。バイアスは直線を動かし、重みは傾きを変えます。2 + 1 - 1.5 = 1.5 は 0 より
    大きいので y = {y} です。バイアスが大きいほど、出力は 1 になりやすくなります。
    """,
)
