"""Beyond the article: learning by heart, and two ways against it: 過学習, 荷重減衰, ドロップアウト.

Run it in any folder: python 15_overfitting.py. It explains as it runs, and draws a picture into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import Digits, to_vectors
from tinygrad_edu.nn.functional import cross_entropy
from tinygrad_edu.viz import new_panels, plot_loss

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("Learning by heart", "過学習: 丸暗記してしまう")
say(
    """
    A network of 199,210 parameters gets 500 images to learn from, and 100 of them have a wrong label. It need not
    find out what makes a 3 a 3: it can learn all 500 by heart, the wrong ones too. That is overfitting. What the
    network is worth shows on images that it has never seen.
    """,
    """
    パラメータが 199,210 個のネットワークに、500 枚の画像を学習させます。しかも、そのうち 100 枚はラベルが間違って
    います。「3 らしさ」を見つけなくても、間違いも含めて 500 枚を丸暗記できてしまいます。これが過学習です。
    本当の実力は、見たことのない画像で測ります。
    """,
)
train, test = Digits(train=True), Digits(train=False)
test_images = to_vectors(test.data)


def some(count: int) -> tuple[tg.Tensor, tg.Tensor]:
    """Return `count` images and their labels, of which every fifth is wrong."""
    tg.manual_seed(0)
    chosen = tg.randperm(len(train))[:count]
    labels = train.targets[chosen]
    labels[::5] = (labels[::5] + tg.randint(1, 10, (len(labels[::5]),))) % 10
    return to_vectors(train.data[chosen]), labels


@tg.no_grad()
def judge(model: nn.Module, images: tg.Tensor, labels: tg.Tensor) -> tuple[float, float]:
    """Return the loss, and the share of the images that the model says the label of."""
    model.eval()  # nothing is dropped
    scores = model(images)
    model.train()
    return cross_entropy(scores, labels).item(), (scores.argmax(dim=1) == labels).float().mean().item()


def learn(
    model: nn.Module, images: tg.Tensor, labels: tg.Tensor, epochs: int, weight_decay: float = 0.0
) -> dict[str, list[float]]:
    """Learn the images in mini-batches of 50, and return the losses behind each epoch."""
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=weight_decay)
    losses: dict[str, list[float]] = {
        label("training images", "訓練データ"): [],
        label("test images", "テストデータ"): [],
    }
    for _ in range(epochs):
        for batch in tg.randperm(len(images)).split(50):
            optimizer.zero_grad()
            cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
        for so_far, (x, t) in zip(losses.values(), ((images, labels), (test_images, test.targets)), strict=True):
            so_far.append(judge(model, x, t)[0])
    return losses


def network() -> nn.Sequential:
    """Return two hidden layers of 200 units."""
    tg.manual_seed(0)
    return nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10))


def report(model: nn.Module, images: tg.Tensor, labels: tg.Tensor) -> None:
    """Print how well the model does on what it learned from, and on what it has never seen."""
    (_, right), (loss, test_right) = judge(model, images, labels), judge(model, test_images, test.targets)
    show(
        f"  of what it learned {right:.3f} right; of the test images {test_right:.3f} right, loss {loss:.2f}",
        f"  訓練データの正解率 {right:.3f}、テストデータの正解率 {test_right:.3f}、テストデータの損失 {loss:.2f}",
    )


images, labels = some(500)
epochs = 8 if chapter.quick else 150
plain = network()
print(f"  {plain}".replace("\n", "\n  "))
runs = {label("nothing against it", "対策なし"): learn(plain, images, labels, epochs)}
report(plain, images, labels)

# %%
section("Weight decay", "荷重減衰")
say(
    """
    To get a single wrong image right, a network bends sharply around it, and that takes large weights. Weight decay
    makes each weight a little smaller at every step: it is as if the loss had 0.01 / 2 times the sum of all squared
    weights added to it. A weight stays large only if many images ask for it.
    """,
    """
    間違った 1 枚に合わせるには、その周りだけ出力を急に曲げる必要があり、それには大きな重みが要ります。荷重減衰は、
    ステップごとに重みを少しだけ小さくします。損失に「すべての重みの 2 乗和の 0.01 / 2 倍」を足すのと同じです。
    大きな重みは、多くの画像が必要とするときだけ残ります。
    """,
)
decayed = network()
runs[label("weight decay", "荷重減衰")] = learn(decayed, images, labels, epochs, weight_decay=0.01)
report(decayed, images, labels)
sizes = [model[0].weight.square().sum().item() for model in (plain, decayed)]
show(
    f"  the squared weights of the first layer add up to {sizes[0]:.1f} without it, and to {sizes[1]:.1f} with it",
    f"  最初の層の重みの 2 乗和は、荷重減衰なしで {sizes[0]:.1f}、ありで {sizes[1]:.1f} です",
)

# %%
section("Dropout", "ドロップアウト")
say(
    """
    Dropout switches off units at random in every step: here 30 % of the pixels, and half of the hidden units. No unit
    can rely on another one being there, so each has to be of use by itself. When the network is asked for an answer,
    after model.eval(), all units are there. It is as if many networks were asked, and their answers averaged.
    """,
    """
    ドロップアウトは、ステップごとにニューロンをランダムに消します。ここでは画素の 30 % と、中間層のニューロンの半分を
    消します。どのニューロンも、ほかのニューロンを当てにできないので、それぞれが単独で役に立つようになります。
    推論では model.eval() を呼んで、すべてを使います。たくさんのネットワークに聞いて平均を取るようなものです。
    """,
)
first, relu, second, _, last = network()
dropped = nn.Sequential(nn.Dropout(0.3), first, relu, nn.Dropout(0.5), second, relu, nn.Dropout(0.5), last)
runs[label("dropout", "ドロップアウト")] = learn(dropped, images, labels, epochs)
report(dropped, images, labels)
if chapter.draws:
    title = label("500 images, every fifth label wrong", "500 枚の画像、5 枚に 1 枚はラベルが間違い")
    for axes, (name, losses) in zip(new_panels(3, title), runs.items(), strict=True):
        figure = plot_loss(losses, name, axes=axes)
        axes.set(xlabel=label("epoch", "エポック"), ylabel=label("loss", "損失"), ylim=(0, 3))
    chapter.save(figure, "15_overfitting")

# %%
chapter.ask(
    """
    What would help more than all of this?
    """,
    """
    こうした対策よりも、もっと効く方法は何でしょう。
    """,
)
many, their_labels = some(len(train))
model = network()
learn(model, many, their_labels, 1 if chapter.quick else epochs // 10)
right = judge(model, test_images, test.targets)[1]
chapter.answer(
    f"""
    More images. With all {len(many):,} (every fifth label still wrong), the same network and as many steps get
    {right:.3f} of the test images right: too many to learn them by heart in that time.
    """,
    f"""
    訓練データを増やすことです。{len(many):,} 枚すべてを使うと(5 枚に 1 枚はやはり間違い)、同じネットワーク、
    同じステップ数でもテストデータの正解率は {right:.3f} です。この時間では、とても丸暗記できません。
    """,
)
