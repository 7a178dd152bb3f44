"""What is done to the sums of a layer: 中間層の活性化関数 (sigmoid, ReLU), 出力層の活性化関数 (identity, softmax).

Run it in any folder: python 05_activations.py. It explains as it runs, and draws five pictures into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

from collections.abc import Callable

import numpy as np
from _drawings import draw_bars
from _layers import layer
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import new_panels, plot_functions, plot_network

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("Activations of hidden layers", "中間層 (隠れ層) の活性化関数")
say(
    """
    In hidden layers the activation must not be linear, or the layer adds nothing (chapter 03). Two are usual.
    """,
    """
    中間層では、非線形の活性化関数を使います。線形では層を足す意味がないからです(03 章)。よく使うのは次の 2 つです。
    """,
)

# %%
section("The sigmoid", "シグモイド関数とは")
say(
    """
    The sigmoid turns any number into one from 0 to 1: h(x) = 1 / (1 + exp(-x)). In NumPy, and by the library:
    """,
    """
    シグモイド関数は、どんな値も 0 から 1 の間の値に変換します: h(x) = 1 / (1 + exp(-x))。NumPy とライブラリでは:
    """,
)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


X = np.array([-1.0, 0.0, 2.0])
x = tg.tensor([-1.0, 0.0, 2.0], requires_grad=True)
print("  x                ", X)
print("  NumPy            ", sigmoid(X))
print("  tinygrad_edu     ", tg.sigmoid(x).detach().numpy())
tg.sigmoid(x).sum().backward()
print("  derivative       ", np.asarray(x.grad))
say(
    """
    The derivative is how fast the function rises; learning needs it. The sigmoid's is 0.25 at most, and far from 0
    next to nothing: there a network hardly learns.
    """,
    """
    微分は関数がどれだけ速く増えるかを表し、学習で使います。シグモイド関数の微分は最大でも 0.25 で、0 から離れると
    ほとんど 0 です。そこでは学習がなかなか進みません。
    """,
)

# %%
section("The ReLU (ramp function)", "ReLU 関数 (ランプ関数) とは")
say(
    """
    ReLU hands on what is above 0, and makes 0 of the rest: max(0, x). It is the usual choice: its derivative is 1
    wherever x is above 0, however large.
    """,
    """
    ReLU 関数は、0 より大きい入力をそのまま出力し、0 以下なら 0 を出力します: max(0, x)。迷ったらこれを使います。
    入力が 0 より大きければ、どんなに大きくても微分は 1 で、学習が進みやすいからです。
    """,
)
x.grad = None
print("  NumPy            ", np.maximum(0, X))
print("  tinygrad_edu     ", tg.relu(x).detach().numpy())
tg.relu(x).sum().backward()
print("  derivative       ", np.asarray(x.grad))


def slope_of(function: Callable[[tg.Tensor], tg.Tensor]) -> Callable[[tg.Tensor], tg.Tensor]:
    """Return the derivative of a function of one variable, which backward() finds."""

    def slope(x: tg.Tensor) -> tg.Tensor:
        with tg.enable_grad():
            places = x.clone().requires_grad_()
            return tg.autograd.grad(function(places).sum(), places)[0]

    return slope


if chapter.draws:
    places = tg.arange(-5.0, 5.0, 0.01)
    derivative = label("its derivative", "その微分")
    sigmoids = {"sigmoid": tg.sigmoid, derivative: slope_of(tg.sigmoid)}
    title = label("sigmoid: 1 / (1 + exp(-x))", "シグモイド関数: 1 / (1 + exp(-x))")
    chapter.save(plot_functions(sigmoids, places, title), "05_sigmoid")
    relus = {"ReLU": tg.relu, derivative: slope_of(tg.relu)}
    chapter.save(plot_functions(relus, places, label("ReLU: max(0, x)", "ReLU 関数: max(0, x)")), "05_relu")

# %%
section("Activations of output layers", "出力層の活性化関数の使い方")
say(
    """
    On the outputs it depends on the question: the identity for regression, softmax for classification.
    """,
    """
    出力層の活性化関数は、推論したい問題で選びます。回帰問題なら恒等関数、分類問題ならソフトマックス関数です。
    """,
)

# %%
section("The identity", "恒等関数とは")
say(
    """
    The identity hands on what it gets; the output is the sum of the last layer as it is.
    """,
    """
    恒等関数は、入力をそのまま出力します。最後の層の総和が、そのままネットワークの出力になります。
    """,
)
print("  nn.Identity      ", nn.Identity()(x).detach().numpy())
if chapter.draws:
    height = nn.Sequential(layer([[1, 0], [0.5, -1]], [0, 1]), nn.ReLU(), layer([[2], [0.5]], [3]), nn.Identity())
    title = label("Regression: the last activation is the identity", "回帰問題: 出力層は恒等関数")
    chapter.save(plot_network(height, title), "05_identity")

# %%
section("The softmax", "ソフトマックス関数とは")
say(
    """
    Softmax makes exp(a_k) / sum of all exp(a_i) of the values a_k. Every output is from 0 to 1 and all add up to 1,
    so they are probabilities. The largest value is subtracted first, so that exp doesn't overflow. In NumPy:
    """,
    """
    ソフトマックス関数は、値 a_k を exp(a_k) / (すべての exp(a_i) の和) に変えます。各出力は 0 から 1 の間で、総和は
    1 になるので、確率とみなせます。先に最大値を引くのは、exp があふれないようにするためです(オーバーフロー対策)。
    """,
)


def softmax(a: np.ndarray) -> np.ndarray:
    """Return exp(a_k) / sum_i exp(a_i)."""
    exp_a = np.exp(a - np.max(a))
    return exp_a / np.sum(exp_a)


a = np.array([0.5, 1.5, 2.5])
y = tg.from_numpy(a).softmax(dim=0)
print(" ", softmax(a))
print(" ", y.numpy(), "tinygrad_edu")
for size, probability in zip("SML", y.tolist(), strict=True):
    show(f"  size {size}: {100 * probability:.1f} %", f"  {size} サイズ: {100 * probability:.1f} %")
say(
    f"""
    They add up to {y.sum().item():g}, and keep their order:
    before: {" < ".join(f"{value:g}" for value in a)}
    after:  {" < ".join(f"{value:.8f}" for value in y.tolist())}
    To find the likeliest class, softmax isn't needed; it is for probabilities, and for learning.
    """,
    f"""
    総和は {y.sum().item():g} で、値の大小関係は変わりません:
    前: {" < ".join(f"{value:g}" for value in a)}
    後: {" < ".join(f"{value:.8f}" for value in y.tolist())}
    いちばん確率の高いクラスを選ぶだけなら、ソフトマックス関数は不要です。確率がほしいときと、学習のときに使います。
    """,
)
with np.errstate(over="ignore", invalid="ignore"):
    naive = np.exp(a + 1000) / np.sum(np.exp(a + 1000))
say(
    f"""
    Without the subtraction 1000 more would be too much, exp(1000) is infinite: {naive}
    With it nothing changes: {softmax(a + 1000)}
    """,
    f"""
    最大値を引かないと、1000 を足しただけで exp(1000) が無限大になり、計算できません: {naive}
    最大値を引けば、結果は変わりません: {softmax(a + 1000)}
    """,
)
if chapter.draws:
    left, right = new_panels(
        2, label("Softmax makes probabilities of scores", "ソフトマックス関数は出力を確率に変える")
    )
    draw_bars(left, a.tolist(), "SML", label("before: the sums a", "前: 総和 a"), right=2)
    draw_bars(right, y.tolist(), "SML", label("after: probabilities y, together 1", "後: 確率 y(合計 1)"), right=2)
    chapter.save(left.figure, "05_softmax")

# %%
section("Inference, all of it", "推論のまとめ")
network = nn.Sequential(
    layer([[1, 0.5, -1], [0.5, 1, -0.5]], [0, 0, 0]),
    nn.ReLU(),
    layer([[0, 0.5, 1], [0.2, 0.2, 0.2], [1, -1, 1]], [0, 0, 0]),
    nn.Softmax(dim=-1),
)
say(
    """
    ReLU in the hidden layer, softmax on the outputs: step by step, what goes from layer to layer for X = (1, 2).
    """,
    """
    中間層に ReLU、出力層にソフトマックス関数。入力 X = (1, 2) が層から層へどう変わっていくか、1 歩ずつ見てみます。
    """,
)
with tg.no_grad():
    values = tg.tensor([1.0, 2.0])
    for stage, name in zip(
        network, ("A1 = X W1 + B1", "Z1 = ReLU(A1)", "A2 = Z1 W2 + B2", "Y = softmax(A2)"), strict=True
    ):
        values = stage(values)
        print(f"  {name:17}", "  ".join(f"{value:6.3f}" for value in values.tolist()))
if chapter.draws:
    title = label("Inference: ReLU, then softmax", "推論: 中間層は ReLU、出力層はソフトマックス")
    chapter.save(plot_network(network, title), "05_inference")

# %%
chapter.ask(
    """
    What does softmax make of ten times the values, (5, 15, 25)? Predict, then read on.
    """,
    """
    値を 10 倍した (5, 15, 25) をソフトマックス関数に入れると、どうなるでしょう。予想してから続きを読んでください。
    """,
)
sharp = ", ".join(f"{value:.5f}" for value in softmax(10 * a))
chapter.answer(
    f"""
    ({sharp}): the larger the distances, the surer it is.
    Only distances count: adding 1000 changed nothing.
    """,
    f"""
    ({sharp}) です。値の差が大きいほど、確信が強くなります。
    大事なのは差だけです。1000 を足しても、結果は変わりませんでした。
    """,
)
