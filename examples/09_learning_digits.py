"""The article's last section: stochastic gradient descent (確率的勾配法の実装) on handwritten digits.

A network of 784 inputs, 50 hidden units and 10 outputs learns from mini-batches of 100 images, drawn at random; the
loss is the cross-entropy, the learning rate 0.1. Here it takes the 5,000 images that come with the package, and so
fewer steps than the article's 10,000; train_digits.py is the full tool, with all of MNIST.

Run it in any folder: python 09_learning_digits.py. It draws pictures into runs/. With --lang ja it speaks Japanese.
"""

from __future__ import annotations

from _script import can_draw, read_options, save, speaker

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import Digits, to_vectors
from tinygrad_edu.viz import plot_learning, plot_weights


def accuracy(network: nn.Module, images: tg.Tensor, labels: tg.Tensor) -> float:
    """Return the share of images that the network reads right."""
    with tg.no_grad():
        return (network(images).argmax(dim=1) == labels).float().mean().item()


def main() -> None:
    """Learn, print the accuracies on the way, and draw them."""
    options = read_options(__doc__, speaks=True)
    say = speaker(options.lang)
    tg.manual_seed(0)
    train, test = Digits(train=True), Digits(train=False)
    images, test_images = to_vectors(train.data), to_vectors(test.data)
    network = nn.Sequential(nn.Linear(784, 50), nn.Sigmoid(), nn.Linear(50, 10))
    for layer in (network[0], network[2]):
        nn.init.normal_(layer.weight, std=0.01)
        nn.init.zeros_(layer.bias)
    optimizer = optim.SGD(network.parameters(), lr=0.1)

    losses: list[float] = []
    steps: list[int] = []
    accuracies: dict[str, list[float]] = {"training images": [], "test images": []}
    for step in range(401 if options.quick else 2001):
        if step % 400 == 0:
            steps.append(step)
            accuracies["training images"].append(accuracy(network, images, train.targets))
            accuracies["test images"].append(accuracy(network, test_images, test.targets))
            learned, tested = (each[-1] for each in accuracies.values())
            say(
                f"step {step:4}: {learned:.3f} of the training images right, {tested:.3f} of the test images",
                f"{step:4} ステップ: 訓練データの正解率 {learned:.3f}、テストデータの正解率 {tested:.3f}",
            )
        batch = tg.randint(len(images), (100,))  # 1. a mini-batch (ミニバッチ)
        loss = nn.functional.cross_entropy(network(images[batch]), train.targets[batch])
        optimizer.zero_grad()
        loss.backward()  # 2. the gradient of the loss (勾配)
        optimizer.step()  # 3. a step against it (勾配降下)
        losses.append(loss.item())
    say(
        "Each hidden unit has 784 weights, one for each pixel. As pictures they show what it looks for: blue where\n"
        "ink speaks for it, orange where ink speaks against it.",
        "隠れ層の各ユニットは、画素ごとに 1 つ、計 784 個の重みを持ちます。画像にすると、何を探しているかが見えます。\n"
        "青はインクがあると値が上がる画素、橙はインクがあると値が下がる画素です。",
    )
    say(
        "A question: the first accuracy is about 0.1. Why? Of ten classes that are equally likely, a guess gets one.",
        "問題: 最初の正解率が約 0.1 なのはなぜでしょう。10 クラスは同じ数なので、"
        "当て推量が当たるのは 10 回に 1 回です。",
    )
    if can_draw(options.lang):
        save(
            plot_learning(losses, accuracies, steps, "784-50-10, SGD"),
            options.output,
            "09_learning_digits",
            options.lang,
        )
        weights = plot_weights(network[0], "What the 50 hidden units look for: 784 weights each")
        save(weights, options.output, "09_weights", options.lang)


if __name__ == "__main__":
    main()
