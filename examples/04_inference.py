"""From the inputs to the outputs of a network: 推論可能な問題の種類, ニューラルネットワークの推論, 全結合層.

Run it in any folder: python 04_inference.py. It explains as it runs, and draws four pictures into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

import numpy as np
from _drawings import draw_matrix_product
from _layers import layer
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.viz import new_panels, plot_decision_regions, plot_network

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("What can be inferred", "推論可能な問題の種類")
say(
    """
    A neural network answers two kinds of questions: how much, with a number (regression), and which, with a class
    (classification).
    """,
    """
    ニューラルネットワークが推論できる問題は 2 種類です。「どのくらいか」(数値)を答える回帰問題と、
    「どれか」(クラス)を答える分類問題です。
    """,
)

# %%
section("Regression", "回帰問題")
say(
    """
    Regression guesses a number from other data: Y = f(X). Here: how tall is somebody whose shirt is 72 cm long?
    Nobody knows the weights, but there are 40 people to learn from. The loss is how far off the guesses are; each
    step moves W and B a little to where it gets smaller (chapters 06 to 08 tell how).
    """,
    """
    回帰問題は、データから別のデータ(数値)を推測する問題です: Y = f(X)。ここではシャツの身丈から身長を推測します。
    重みは誰も知りませんが、40 人分のデータがあります。損失は推測がどれだけ外れているかを表し、1 ステップごとに
    W と B を、損失が小さくなる方へ少し動かします(仕組みは 06 章から 08 章で)。
    """,
)
tg.manual_seed(0)
lengths = 69 + 3 * tg.randn(40, 1)
heights = 168 + 2 * (lengths - 69) + 3 * tg.randn(40, 1)

line = nn.Linear(1, 1)
optimizer = optim.SGD(line.parameters(), lr=0.02)
for step in range(501):
    loss = nn.functional.mse_loss(line(lengths - 69), heights)  # centred, so that W and B are learned as quickly
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step in (0, 10, 50, 500):
        show(f"  step {step:3}: loss {loss.item():9.2f}", f"  {step:3} ステップ: 損失 {loss.item():9.2f}")

with tg.no_grad():  # inference needs no gradients
    guess = line(tg.tensor([72.0 - 69])).item()
w, b = line.weight.item(), line.bias.item()
slope, height = np.polyfit(lengths.squeeze(1).numpy() - 69, heights.squeeze(1).numpy(), 1)
say(
    f"""
    Learned: height = {b:.2f} + {w:.2f} (length - 69). The exact best line has {height:.2f} and {slope:.2f}.
    So a shirt of 72 cm belongs to somebody about {guess:.1f} cm tall.
    """,
    f"""
    学習の結果: 身長 = {b:.2f} + {w:.2f} (身丈 - 69)。数式で求めた最良の直線では {height:.2f} と {slope:.2f} です。
    身丈 72 cm のシャツの持ち主は、身長およそ {guess:.1f} cm と推測します。
    """,
)
if chapter.draws:
    [axes] = new_panels(
        1, label("Regression: Y = f(X), learned from 40 people", "回帰問題: 40 人から学習した Y = f(X)"), 6
    )
    axes.scatter(lengths.numpy(), heights.numpy(), color="#0072B2", label=label("people", "データ"))
    ends = tg.tensor([[lengths.min()], [lengths.max()]])
    axes.plot(ends.numpy(), line(ends - 69).detach().numpy(), color="#D55E00", label=label("learned", "学習した直線"))
    axes.set(xlabel=label("length of the shirt (cm)", "身丈 (cm)"), ylabel=label("height (cm)", "身長 (cm)"))
    axes.legend()
    chapter.save(axes.figure, "04_regression")

# %%
section("Classification", "分類問題")
say(
    """
    Classification guesses a class (a group), here the size S, M or L of a shirt. The output layer has a unit for each
    class, and softmax makes probabilities of what they say (chapter 05). The weights are set by hand here:
    """,
    """
    分類問題は、データをクラス(グループ)に分類する問題です。ここではシャツのサイズ S, M, L を推測します。出力層の
    ニューロンはクラスの数だけあり、ソフトマックス関数が出力を確率にします(05 章)。ここでは重みを手で決めます:
    """,
)
W1, B1 = np.array([[1, 0], [0, 1]]), np.array([-62, -45])
W2, B2 = np.array([[0, 0.6, 1.2], [0, 0.4, 0.8]]), np.array([0, -5.5, -14.5])
size = nn.Sequential(layer(W1, B1), nn.ReLU(), layer(W2, B2), nn.Softmax(dim=-1))
shirt = tg.tensor([69.0, 52.0])
for name, probability in zip("SML", size(shirt).tolist(), strict=True):
    show(
        f"  a shirt of 69 by 52 cm is of size {name} with probability {probability:.3f}",
        f"  身丈 69 cm, 身幅 52 cm のシャツが {name} サイズである確率は {probability:.3f}",
    )
if chapter.draws:
    shirts = tg.tensor([69.5, 52.0]) + tg.tensor([3.5, 2.5]) * tg.randn(60, 2)
    figure = plot_decision_regions(
        lambda x: size(x).argmax(dim=1),
        shirts,
        size(shirts).argmax(dim=1),
        label("Classification: the most probable class", "分類問題: 確率が最大のクラス"),
        class_names=("S", "M", "L"),
        axis_names=(label("length x1 (cm)", "身丈 x1 (cm)"), label("width x2 (cm)", "身幅 x2 (cm)")),
    )
    chapter.save(figure, "04_classification")

# %%
section("The two phases of a network", "ニューラルネットワークの流れ")
say(
    """
    A network works in two phases, as the regression above did:
    1. Learning sets the weights W and the biases B.
    2. Inference computes the output Y from an input X with them; it needs no gradients (tg.no_grad).
    """,
    """
    ニューラルネットワークには 2 つのフェーズがあります。上の回帰問題もこの順でした:
    1. 学習フェーズ: 重み W とバイアス B を設定します。
    2. 推論フェーズ: それを使って入力 X から出力 Y を求めます。勾配は不要です(tg.no_grad)。
    """,
)
if chapter.draws:
    title = label("The network that tells sizes: weights on the lines", "サイズを分類するネットワーク(線の数字が重み)")
    chapter.save(plot_network(size, title), "04_network")

# %%
section("Inference", "ニューラルネットワークの推論")
say(
    """
    Inference does the same for each layer: the sums A, then the activation; the result goes to the next layer, until
    the output layer is done. The network above in NumPy, for a shirt of 69 by 52 cm:
    """,
    """
    推論では、層ごとに総和 A を求め、活性化関数を適用し、結果を次の層に渡します。出力層まで来たら終わりです。
    上のネットワークを NumPy で、身丈 69 cm, 身幅 52 cm のシャツについて計算すると:
    """,
)
A1 = B1 + np.dot([69, 52], W1)
Z1 = np.maximum(0, A1)  # ReLU
A2 = B2 + np.dot(Z1, W2)
print(f"  A1 = {A1}, Z1 = {Z1}, A2 = {A2.round(3)}: {'SML'[A2.argmax()]}")

# %%
section("The fully connected (affine) layer", "全結合層 (アフィン層)")
say(
    """
    All the sums of a layer at once are one matrix product: A = B + X W. The article's numbers, in NumPy:
    """,
    """
    1 つの層の総和は、行列の積 1 つでまとめて求められます: A = B + X W。記事の数値を NumPy で計算すると:
    """,
)
B = np.array([0, 1])
X = np.array([2, 3])
W = np.array([[4, 5], [6, 7]])
print(B + np.dot(X, W))
say(
    """
    With the library it is the same line, with @ for the product. As a layer it is nn.Linear; layer(W, B) in
    _layers.py makes one with given weights. It keeps W transposed, a row for each unit.
    """,
    """
    ライブラリでも同じ 1 行です(積は @ と書きます)。層としては nn.Linear で、_layers.py の layer(W, B) が重みを指定して
    作ります。nn.Linear は W を転置して、ニューロンごとに 1 行で持っています。
    """,
)
print(tg.tensor(B) + tg.tensor(X) @ tg.tensor(W))
print("nn.Linear:", layer([[4, 5], [6, 7]], [0, 1])(tg.tensor([2.0, 3.0])).tolist())
if chapter.draws:
    chapter.save(draw_matrix_product(X, W, B, label), "04_matrix_product")

# %%
chapter.ask(
    """
    X = [[2, 3], [0, 0]] has two rows, two inputs at once (a batch). What is B + X W then?
    """,
    """
    X = [[2, 3], [0, 0]] のように 2 行にすると、2 つの入力を一度に計算できます(バッチ)。B + X W はどうなるでしょう。
    """,
)
both = B + np.array([[2, 3], [0, 0]]) @ W
chapter.answer(
    f"""
    {both.tolist()}: a row for each input. The second is B itself: what a layer says when it sees nothing.
    """,
    f"""
    {both.tolist()} です。入力ごとに 1 行になります。2 行目は B そのもの、つまり入力が 0 のときの出力です。
    """,
)
