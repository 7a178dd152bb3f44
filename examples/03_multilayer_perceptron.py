"""More layers, and activations that bend: 多層パーセプトロンとは, ニューラルネットワークとは.

Run it in any folder: python 03_multilayer_perceptron.py. It explains as it runs, and draws five pictures into runs/;
with --lang ja in Japanese.
"""

# %%
from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from _layers import layer
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import make_xor
from tinygrad_edu.viz import new_panels, plot_decision_regions, plot_functions, plot_network

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("The multilayer perceptron", "多層パーセプトロンとは")
say(
    """
    What one line can't divide, a multilayer perceptron (MLP) can. It takes two things: a hidden layer between the
    inputs and the output, and a non-linear activation in it. First by hand, then learned.
    """,
    """
    1 本の直線では分けられない領域も、多層パーセプトロン (MLP) なら分けられます。必要なのは 2 つ。入力層と出力層の間の
    中間層(隠れ層)と、そこで使う非線形の活性化関数です。まず手で作り、そのあと学習させてみます。
    """,
)

# %%
section("One more layer", "パーセプトロンの層を追加")
say(
    """
    XOR out of three perceptrons: OR and NAND see the inputs, and AND sees the answers of these two.
    In NumPy a layer of perceptrons is one product with a matrix W, a column for each perceptron:
    """,
    """
    XOR は 3 つのパーセプトロンで作れます。OR と NAND が入力を見て、その 2 つの答えを AND が見ます。
    NumPy なら、パーセプトロンの層は行列 W との積 1 つで書けます(W の 1 列が 1 つのパーセプトロン):
    """,
)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
hidden = (X @ np.array([[1, -1], [1, -1]]) + np.array([-0.5, 1.5]) > 0).astype(int)  # OR, NAND
Y = (hidden @ np.array([1, 1]) - 1.5 > 0).astype(int)  # AND
print("  x1 x2 | OR NAND | AND = XOR")
for (x1, x2), (either, not_both), y in zip(X, hidden, Y, strict=True):
    print(f"   {x1}  {x2} |  {either}   {not_both}  |  {y}")


class Step(nn.Module):
    """The activation of perceptrons: 1 where the sum is above 0, else 0."""

    def forward(self, x: tg.Tensor) -> tg.Tensor:
        """Return the answers."""
        return nn.functional.step(x)


def output_of(network: nn.Module, unit: int = 0) -> Callable[[tg.Tensor], tg.Tensor]:
    """Return the function that gives one output of `network` for each of N points."""
    return lambda points: network(points.reshape(len(points), -1))[:, unit]


xor = nn.Sequential(layer([[1, -1], [1, -1]], [-0.5, 1.5]), Step(), layer([[1], [1]], [-1.5]), Step())
of_all_corners = xor(tg.tensor(X).float()).squeeze(1).int().tolist()
say(
    f"""
    The same with the library, layer by layer in nn.Sequential, answers {of_all_corners}.
    Each unit of the hidden layer draws a line; the next layer puts the halves together.
    """,
    f"""
    ライブラリでは、層を nn.Sequential に順に並べます。答えは同じ {of_all_corners} です。
    中間層の各ニューロンが直線を 1 本ずつ引き、次の層がその結果を組み合わせます。
    """,
)
points, classes = make_xor(80, generator=tg.Generator().manual_seed(0))
if chapter.draws:
    title = label("XOR: two inputs, two hidden units, one output", "XOR: 入力 2 つ、中間層 2 つ、出力 1 つ")
    chapter.save(plot_network(xor, title), "03_network")
    panels = new_panels(3, label("How a hidden layer divides the plane", "中間層はこう領域を分ける"))
    for axes, title, unit in (
        (panels[0], label("first hidden unit: OR", "中間層の 1 つ目: OR"), output_of(xor[:2], 0)),
        (panels[1], label("second hidden unit: NAND", "中間層の 2 つ目: NAND"), output_of(xor[:2], 1)),
        (panels[2], label("output: both, so XOR", "出力: 両方が 1、つまり XOR"), output_of(xor)),
    ):
        figure = plot_decision_regions(unit, points, classes, title, class_names=("0", "1"), axes=axes)
    chapter.save(figure, "03_two_lines")

# %%
section("A non-linear activation", "活性化関数に非線形関数を利用")
say(
    """
    Four networks learn XOR from 200 points. How learning works is told in chapters 06 to 09.
    """,
    """
    4 つのネットワークに、200 個の点から XOR を学習させます。学習の仕組みは 06 章から 09 章で説明します。
    """,
)


def answers(network: nn.Module, points: tg.Tensor) -> tg.Tensor:
    """Return the class that `network` finds likeliest for each of `points`."""
    return network(points).argmax(dim=1)


def learn(network: nn.Module, points: tg.Tensor, classes: tg.Tensor) -> tuple[float, float]:
    """Let `network` learn the classes of `points`; return the share that it then gets right, and its loss."""
    optimizer = optim.SGD(network.parameters(), lr=0.5)
    for _ in range(500 if chapter.quick else 2_000):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(points), classes)
        loss.backward()
        optimizer.step()
    return (answers(network, points) == classes).float().mean().item(), loss.item()


tg.manual_seed(0)
points, classes = make_xor(200, noise=0.15)
networks = {
    ("no hidden layer", "中間層なし"): nn.Sequential(nn.Linear(2, 2)),
    ("hidden layer, identity", "中間層あり, 恒等関数"): nn.Sequential(nn.Linear(2, 8), nn.Identity(), nn.Linear(8, 2)),
    ("hidden layer, ReLU", "中間層あり, ReLU"): nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2)),
    ("hidden layer, tanh", "中間層あり, tanh"): nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2)),
}
results = {name: learn(network, points, classes) for name, network in networks.items()}
for (english, japanese), (accuracy, loss) in results.items():
    show(
        f"  {english:22}: loss {loss:.3f}, {100 * accuracy:5.1f} % right",
        f"  {japanese}: 損失 {loss:.3f}, 正解率 {100 * accuracy:5.1f} %",
    )

first, _, second = networks["hidden layer, identity", "中間層あり, 恒等関数"]
together = nn.functional.linear(points, second.weight @ first.weight, second.weight @ first.bias + second.bias)
same = tg.allclose(together, second(first(points)), atol=1e-5)
say(
    f"""
    A layer without an activation adds nothing: (x W1) W2 = x (W1 W2), so two such layers are one layer.
    Put together into one by that formula, do they give the same scores? {same}.

    And why do these two get about half right, when the best line gets 75 %? Learning doesn't count right answers,
    it makes a loss small, here the cross-entropy. It punishes a sure wrong answer hard: the line of 75 % is surely
    wrong about a whole corner. As the corners pull against each other, the least loss is to know nothing: all
    weights about 0, each class 50 %, loss log 2 = {math.log(2):.3f}. Which points then are right is chance.

    With ReLU there are several lines (a bent one), with tanh a curve; both divide the plane.
    """,
    f"""
    活性化関数のない層を足しても意味がありません。(x W1) W2 = x (W1 W2) なので、2 つの層は 1 つの層と同じだからです。
    この式で 1 つの層にまとめたものと出力が同じかどうか調べると: {same}(同じ)。

    最良の直線なら 75 % なのに、この 2 つの正解率はなぜ半分ほどなのでしょう。学習は正解の数を増やすのではなく、損失
    (ここでは交差エントロピー誤差)を小さくするからです。この損失は、自信のある間違いに厳しい罰を与えます。75 % の直線は
    一隅をまるごと、自信たっぷりに間違えます。四隅は互いに引っ張り合うので、損失が最小になるのは「何もわからない」とき、
    つまり重みがほぼ 0、確率が 50 % ずつ、損失が log 2 = {math.log(2):.3f} のときです。正解する点は偶然で決まります。

    ReLU なら複数の線(折れ線)、tanh なら曲線になり、どちらも領域を分けられます。
    """,
)
if chapter.draws:
    panels = new_panels(4, label("A hidden layer and a non-linear activation", "中間層と非線形の活性化関数"))
    for axes, (name, network) in zip(panels, networks.items(), strict=True):
        title = label(f"{name[0]}: {100 * results[name][0]:.1f} % right", f"{name[1]}: {100 * results[name][0]:.1f} %")
        names = (label("star", "☆ グループ"), label("triangle", "△ グループ"))
        figure = plot_decision_regions(partial(answers, network), points, classes, title, class_names=names, axes=axes)
    chapter.save(figure, "03_multilayer_perceptron")

# %%
section("The conclusion", "結論")
say(
    """
    With one hidden layer and a non-linear activation every pattern can be divided, given enough units: the universal
    approximation theorem. A disc, cut out by n lines (n perceptrons, and an AND that wants them all):
    """,
    """
    中間層が 1 層あり、活性化関数が非線形なら、ニューロンを増やすことでどんなパターンの領域も分けられます(普遍性定理)。
    たとえば円は、n 本の直線(n 個のパーセプトロンと、全部が 1 なら 1 を出す AND)で切り出せます:
    """,
)


def polygon(n: int) -> nn.Sequential:
    """Return a network that answers 1 inside a polygon of `n` sides, as large as the disc of radius 1."""
    angles = [2 * math.pi * side / n for side in range(n)]
    distance = math.sqrt(math.pi / (n * math.tan(math.pi / n)))
    inwards = [[-math.cos(angle) for angle in angles], [-math.sin(angle) for angle in angles]]
    return nn.Sequential(layer(inwards, [distance] * n), Step(), layer([[1.0]] * n, [0.5 - n]), Step())


places = tg.rand(400, 2) * 3 - 1.5
inside = (places.square().sum(dim=1) < 1).long()
for n in (3, 6, 12):
    right = 100 * (output_of(polygon(n))(places) == inside).float().mean()
    show(f"  {n:2} hidden units: {right:.1f} % of 400 points right", f"  中間層 {n:2} 個: 400 点の正解率 {right:.1f} %")
say(
    """
    The same goes for curves. A network with n ReLU units is a line with n bends; these join points of the sine:
    """,
    """
    曲線でも同じです。ReLU が n 個のネットワークは、n 回折れる折れ線です。サイン曲線の上の点を結ぶと:
    """,
)


def bent_line(n: int) -> nn.Sequential:
    """Return a network of `n` ReLU units that joins `n` + 1 points of the sine curve from 0 to 2 pi."""
    bends = np.linspace(0, 2 * math.pi, n + 1)
    slopes = np.diff(np.sin(bends)) / np.diff(bends)
    changes = np.diff(slopes, prepend=0)  # each unit is 0 up to its bend, and changes the slope from there on
    first = layer([[1.0] * n], (-bends[:-1]).tolist())
    return nn.Sequential(first, nn.ReLU(), layer(changes[:, None].tolist(), [0.0]))


x = tg.linspace(0, 2 * math.pi, 500)
curves = {n: output_of(bent_line(n)) for n in (3, 6, 12)}
for n, curve in curves.items():
    error = (curve(x) - x.sin()).abs().max().item()
    show(f"  {n:2} hidden units: off by {error:.3f} at most", f"  中間層 {n:2} 個: 誤差は最大 {error:.3f}")
if chapter.draws:
    panels = new_panels(3, label("More units, finer regions", "ニューロンが多いほど細かく分けられる"))
    for axes, n in zip(panels, (3, 6, 12), strict=True):
        title = label(f"{n} hidden units", f"中間層 {n} 個")
        in_or_out = (label("outside", "外"), label("inside", "内"))
        figure = plot_decision_regions(output_of(polygon(n)), places, inside, title, class_names=in_or_out, axes=axes)
    chapter.save(figure, "03_finer_regions")
    relus = {n: label(f"{n} ReLU units", f"ReLU {n} 個") for n in curves}
    functions = {"sin x": tg.sin, **{relus[n]: curve for n, curve in curves.items()}}
    title = label("More units, a closer curve", "ニューロンが多いほど曲線に近づく")
    chapter.save(plot_functions(functions, x, title), "03_universal_approximation")

# %%
section("The neural network", "ニューラルネットワークとは")
relu = networks["hidden layer, ReLU", "中間層あり, ReLU"]
weights = sum(parameter.numel() for parameter in relu.parameters())
say(
    f"""
    A network of such artificial neurons is a neural network; a multilayer perceptron is one kind of it. The one with
    ReLU has 2 inputs, 8 hidden units and 2 outputs: 2 x 8 + 8 + 8 x 2 + 2 = {weights} weights and biases, all found
    by itself from the points.
    """,
    f"""
    人工ニューロンを繋げたものがニューラルネットワークで、多層パーセプトロンはその 1 種です。上の ReLU のネットワークは
    入力 2、中間層 8、出力 2 で、重みとバイアスは 2 x 8 + 8 + 8 x 2 + 2 = {weights} 個。すべてデータから
    学習した値です。
    """,
)

# %%
section("What sets neural networks apart", "機械学習とニューラルネットワークの違い")
say(
    """
    In older machine learning people decide what to look for in the data (the features), and the machine finds the rule
    in them. A neural network finds the features, too: nobody told it that XOR takes two lines.
    """,
    """
    従来の機械学習では、データのどこに注目するか(特徴量)を人が決め、機械はそこから規則性を見つけます。ニューラル
    ネットワークは特徴量も自分で見つけます。XOR には線が 2 本必要だと、誰も教えていません。
    """,
)
# %%
chapter.ask(
    """
    Can a hidden layer of a single tanh unit divide XOR? Predict about how much it gets right.
    """,
    """
    中間層が tanh 1 個だけのネットワークで、XOR は分けられるでしょうか。正解率を予想してください。
    """,
)
tg.manual_seed(0)
accuracy, loss = learn(nn.Sequential(nn.Linear(2, 1), nn.Tanh(), nn.Linear(1, 2)), points, classes)
chapter.answer(
    f"""
    {100 * accuracy:.1f} %. A single unit looks at one weighted sum, so its border is one straight line, whatever its
    activation; XOR takes two. (It does find the line of 75 %: tanh never goes beyond 1, so the wrong corner
    isn't punished more and more, and the loss is {loss:.3f}.)
    """,
    f"""
    {100 * accuracy:.1f} % です。ニューロン 1 個が見る総和は 1 つだけなので、活性化関数が曲線でも境界は直線 1 本です。
    XOR には 2 個必要です。(75 % の直線は見つかりました。tanh は 1 を超えないので、間違えた隅への罰がどこまでも
    増えることはなく、損失は {loss:.3f} で済むからです。)
    """,
)
