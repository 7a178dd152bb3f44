"""Learning to read digits: ニューラルネットワークの学習, 確率的勾配法 SGD, ミニバッチ学習, 確率的勾配法の実装.

Run it in any folder: python 09_learning_digits.py. It explains as it runs, and draws two pictures into runs/; with
--lang ja in Japanese. With all of MNIST and more options the same is train_digits.py.
"""

# %%
from __future__ import annotations

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import Digits, to_vectors
from tinygrad_edu.viz import plot_learning, plot_weights

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("Learning", "ニューラルネットワークの学習")
say(
    """
    To learn is to find weights and biases that make the loss small, from examples with their right answers. The
    examples are images of handwritten digits, 28 by 28 pixels. Some are kept back: the test images show what the
    network is worth on images that it has never seen.
    """,
    """
    学習とは、正解の付いたデータを使って、損失が小さくなる重みとバイアスを見つけることです。データは 28 x 28 画素の
    手書き数字の画像です。一部はテストデータとして取っておきます。見たことのない画像をどれだけ読めるかが、
    ネットワークの実力だからです。
    """,
)
train, test = Digits(train=True), Digits(train=False)
images, test_images = to_vectors(train.data), to_vectors(test.data)
show(
    f"  {len(images):,} training images and {len(test_images):,} test images, each 784 numbers from 0 to 1",
    f"  訓練データ {len(images):,} 枚、テストデータ {len(test_images):,} 枚。それぞれ 0 から 1 の数 784 個",
)

# %%
section("Stochastic gradient descent, SGD", "確率的勾配法 SGD")
say(
    """
    The gradient of the loss over all images would be exact, and slow: all of them for one step. Stochastic gradient
    descent takes a few that are drawn at random, which point about the same way, and takes many steps instead.
    """,
    """
    すべての画像の損失から勾配を求めれば正確ですが、1 ステップに全部の画像を使うので時間がかかります。確率的勾配法は、
    ランダムに選んだ少しの画像を使います。勾配の向きはだいたい同じなので、その分たくさんのステップを進めます。
    """,
)

# %%
section("Mini-batches", "ミニバッチ学習")
say(
    """
    Those few are a mini-batch: here 100 images. The network has 784 inputs, 50 hidden units with a sigmoid, and 10
    outputs; the weights start as small random numbers, and the biases at 0.
    """,
    """
    選んだ画像の組がミニバッチです。ここでは 100 枚です。ネットワークは入力 784、シグモイド関数を持つ隠れ層 50、
    出力 10 で、重みは小さな乱数、バイアスは 0 から始めます。
    """,
)
tg.manual_seed(0)
network = nn.Sequential(nn.Linear(784, 50), nn.Sigmoid(), nn.Linear(50, 10))
for layer in (network[0], network[2]):
    nn.init.normal_(layer.weight, std=0.01)
    nn.init.zeros_(layer.bias)


@tg.no_grad()
def accuracy(images: tg.Tensor, labels: tg.Tensor) -> float:
    """Return the share of images that the network reads right."""
    return (network(images).argmax(dim=1) == labels).float().mean().item()


# %%
section("SGD on handwritten digits", "確率的勾配法の実装")
say(
    """
    Three things, again and again: a mini-batch, the gradient of its loss, a step against it; the loss is the
    cross-entropy, the learning rate 0.1.
    """,
    """
    ミニバッチを選び、損失の勾配を求め、その逆へ一歩進む。この 3 つを繰り返します。
    損失は交差エントロピー誤差、学習率は 0.1 です。
    """,
)
optimizer = optim.SGD(network.parameters(), lr=0.1)
losses: list[float] = []
steps: list[int] = []
accuracies: dict[str, list[float]] = {
    label("training images", "訓練データ"): [],
    label("test images", "テストデータ"): [],
}
for step in range(401 if chapter.quick else 2001):
    if step % 400 == 0:
        steps.append(step)
        learned, tested = accuracy(images, train.targets), accuracy(test_images, test.targets)
        for curve, share in zip(accuracies.values(), (learned, tested), strict=True):
            curve.append(share)
        show(
            f"  step {step:4}: {learned:.3f} of the training images right, {tested:.3f} of the test images",
            f"  {step:4} ステップ: 訓練データの正解率 {learned:.3f}、テストデータの正解率 {tested:.3f}",
        )
    batch = tg.randint(len(images), (100,))  # 1. a mini-batch (ミニバッチ)
    loss = nn.functional.cross_entropy(network(images[batch]), train.targets[batch])
    optimizer.zero_grad()
    loss.backward()  # 2. the gradient of the loss (勾配)
    optimizer.step()  # 3. a step against it (勾配降下)
    losses.append(loss.item())
say(
    """
    Each hidden unit has 784 weights, one for each pixel. As pictures they show what it looks for: blue where ink
    speaks for it, orange where ink speaks against it.
    """,
    """
    隠れ層の各ユニットは、画素ごとに 1 つ、計 784 個の重みを持ちます。画像にすると、何を探しているかが見えます。
    青はインクがあると値が上がる画素、橙はインクがあると値が下がる画素です。
    """,
)
if chapter.draws:
    chapter.save(plot_learning(losses, accuracies, steps, "784-50-10, SGD"), "09_learning_digits")
    title = label("What the 50 hidden units look for: 784 weights each", "50 個のユニットが探すもの: 重み 784 個ずつ")
    chapter.save(plot_weights(network[0], title), "09_weights")

# %%
chapter.ask(
    """
    The first accuracy is about 0.1. Why? And why is it higher on the training images at the end?
    """,
    """
    最初の正解率が約 0.1 なのはなぜでしょう。最後は訓練データの正解率のほうが高いのはなぜでしょう。
    """,
)
chapter.answer(
    """
    Of ten digits that are equally frequent, a guess gets one in ten. And the weights were fitted to the training
    images, down to what is peculiar to them and no digit's nature. Chapter 15 is about that.
    """,
    """
    10 種類の数字は同じ数なので、当て推量が当たるのは 10 回に 1 回です。また、重みは訓練データに合わせたものなので、
    その画像だけのくせまで覚えてしまいます。これは第 15 章で扱います。
    """,
)
