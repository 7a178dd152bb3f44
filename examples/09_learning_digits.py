"""A network learns to read handwritten digits: ニューラルネットワークの学習, 確率的勾配法の実装.

It takes the 5,000 images that come with the package, and so fewer steps than the article's 10,000; train_digits.py is
the full tool, with all of MNIST.

Run it in any folder: python 09_learning_digits.py. It explains as it runs, and draws three pictures into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import Digits, to_vectors
from tinygrad_edu.nn.functional import cross_entropy
from tinygrad_edu.viz import plot_images, plot_learning, plot_weights

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("Learning", "ニューラルネットワークの学習")
tg.manual_seed(0)
train, test = Digits(train=True), Digits(train=False)
images, test_images = to_vectors(train.data), to_vectors(test.data)
network = nn.Sequential(nn.Linear(784, 50), nn.Sigmoid(), nn.Linear(50, 10))
for layer in (network[0], network[2]):
    nn.init.normal_(layer.weight, std=0.01)
    nn.init.zeros_(layer.bias)
weights = sum(parameter.numel() for parameter in network.parameters())
say(
    f"""
    Learning is to set weights and biases by themselves, from many examples. An image of 28 x 28 pixels is
    28 * 28 = {28 * 28} inputs. With 50 hidden units and 10 outputs, one for each digit, that makes
    784 * 50 + 50 + 50 * 10 + 10 = {weights:,} weights and biases: nobody could choose them by hand.
    """,
    f"""
    学習とは、大量のデータを使って、適切な重み W とバイアス B を自動で設定することです。28 x 28 ピクセルの画像では、
    入力は 28 * 28 = {28 * 28} 個になります。中間層 50 個、出力層 10 個(数字ごとに 1 個)なら、重みとバイアスは
    784 * 50 + 50 + 50 * 10 + 10 = {weights:,} 個。とても手作業では決められません。
    """,
)
if chapter.draws:
    title = label("Images to learn from, and what they are", "訓練データの画像と正解")
    chapter.save(
        plot_images(train.data[:16], [str(digit) for digit in train.targets[:16].tolist()], title), "09_images"
    )

# %%
section("Stochastic gradient descent (SGD)", "確率的勾配法 SGD(Stochastic Gradient Descent) アルゴリズム")
say(
    """
    1. Draw a mini-batch: some of the training images, at random.
    2. Find the gradient of the loss (chapters 06 and 07).
    3. Move the weights against it, by the learning rate (chapter 08).
    4. Start over at 1.
    """,
    """
    1. 訓練データから一部をランダムに選ぶ(ミニバッチ)。
    2. 損失関数の勾配を求める(06 章、07 章)。
    3. 重みを勾配のマイナス方向に、学習率の分だけ動かす(08 章)。
    4. 1 に戻る。
    """,
)

# %%
section("Mini-batches", "ミニバッチ学習")
batch = tg.randint(len(images), (100,))
with tg.no_grad():
    of_some = cross_entropy(network(images[batch]), train.targets[batch]).item()
    of_all = cross_entropy(network(images), train.targets).item()
say(
    f"""
    Why not take all images each time? As in a survey, a sample tells nearly the same and costs far less. The loss
    before learning, of 100 images: {of_some:.3f}; of all 5,000: {of_all:.3f}.
    """,
    f"""
    毎回すべての画像を使わないのはなぜでしょう。標本調査と同じで、一部でもほぼ同じことがわかり、計算がずっと少なくて
    済むからです。学習前の損失は、100 枚では {of_some:.3f}、全部(5,000 枚)では {of_all:.3f} です。
    """,
)

# %%
section("SGD, implemented", "確率的勾配法の実装")
say(
    """
    The network of the article: sigmoid, cross-entropy, mini-batches of 100, learning rate 0.1. Test images are those
    that it never learns from.
    """,
    """
    記事のネットワークです。中間層はシグモイド関数、損失は交差エントロピー誤差、ミニバッチは 100 枚、学習率は 0.1。
    テストデータは、学習には使わないデータです。
    """,
)


def accuracy(images: tg.Tensor, labels: tg.Tensor) -> float:
    """Return the share of images that the network reads right."""
    with tg.no_grad():
        return (network(images).argmax(dim=1) == labels).float().mean().item()


optimizer = optim.SGD(network.parameters(), lr=0.1)
losses: list[float] = []
learned: dict[int, float] = {}
tested: dict[int, float] = {}
for step in range(401 if chapter.quick else 2001):
    if step % 400 == 0:
        learned[step], tested[step] = accuracy(images, train.targets), accuracy(test_images, test.targets)
        show(
            f"  step {step:4}: {learned[step]:.3f} of the training images right, {tested[step]:.3f} of the test images",
            f"  {step:4} ステップ: 訓練データの正解率 {learned[step]:.3f}, テストデータの正解率 {tested[step]:.3f}",
        )
    batch = tg.randint(len(images), (100,))  # 1. a mini-batch (ミニバッチ)
    loss = cross_entropy(network(images[batch]), train.targets[batch])
    optimizer.zero_grad()
    loss.backward()  # 2. the gradient of the loss (勾配)
    optimizer.step()  # 3. a step against it (勾配降下法)
    losses.append(loss.item())
say(
    """
    Both accuracies rise together: what it has learned holds for images that it never saw. (On all of MNIST and with
    10,000 steps both reach about 0.94.)

    Each hidden unit has 784 weights, one for each pixel. As pictures they show what it looks for: blue where ink
    speaks for it, orange where ink speaks against it.
    """,
    """
    2 つの正解率は一緒に上がります。学習したことが、見たことのない画像にも通用しているのです。(MNIST の全データで
    10,000 ステップ学習すると、どちらも約 0.94 になります。)

    中間層の各ニューロンは、画素ごとに 1 つ、計 784 個の重みを持ちます。画像にすると、何を探しているかが見えます。
    青はインクがあると値が上がる画素、橙はインクがあると値が下がる画素です。
    """,
)
if chapter.draws:
    names = label("training images", "訓練データ"), label("test images", "テストデータ")
    curves = {names[0]: list(learned.values()), names[1]: list(tested.values())}
    chapter.save(plot_learning(losses, curves, list(learned), "784-50-10, SGD"), "09_learning_digits")
    title = label("What the 50 hidden units look for: 784 weights each", "中間層の 50 個が探すもの: 784 個ずつの重み")
    chapter.save(plot_weights(network[0], title), "09_weights")

# %%
chapter.ask(
    """
    The first accuracy is 0.1. Why? And why is it higher on the training images at the end?
    """,
    """
    最初の正解率が 0.1 なのはなぜでしょう。最後は訓練データの正解率のほうが高いのはなぜでしょう。
    """,
)
chapter.answer(
    """
    Of ten digits that are equally frequent, a guess gets one in ten. And the weights were fitted to the training
    images, down to what is peculiar to them and no digit's nature. Chapter 15 is about that.
    """,
    """
    10 種類の数字が同じ枚数ずつあるので、当て推量が当たるのは 10 回に 1 回です。また、重みは訓練データに合わせた
    ものなので、その画像だけのくせまで覚えてしまいます。これは 15 章で扱います。
    """,
)
