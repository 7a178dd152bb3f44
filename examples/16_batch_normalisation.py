"""Beyond the article: layers that keep the numbers at a good size by themselves: バッチ正規化.

Run it in any folder: python 16_batch_normalisation.py. It explains as it runs, and draws two pictures into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import Digits, to_vectors
from tinygrad_edu.nn.functional import cross_entropy
from tinygrad_edu.viz import new_panels, plot_activations, plot_loss

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("By hand, and as a layer", "手計算と、層として")
say(
    """
    How far numbers spread behind a layer depends on its weights, and learning changes them all the time. Batch
    normalisation makes sure of it instead: of each unit, over the images of the mini-batch, take away the mean and
    divide by the standard deviation. What one unit says of four images:
    """,
    """
    層の出力の散らばりは重みで決まり、その重みは学習のたびに変わります。バッチ正規化は、散らばりを直接整えます。
    ニューロンごとに、ミニバッチの画像にわたる平均を引き、標準偏差で割るのです。
    あるニューロンの、画像 4 枚での出力なら:
    """,
)
x = tg.tensor([[2.0], [4.0], [4.0], [10.0]])
by_hand = (x - x.mean(dim=0)) / x.std(dim=0, correction=0)
layer = nn.BatchNorm1d(1)
before, after, of_layer = (
    " ".join(f"{value:7.4f}" for value in each.flatten().tolist()) for each in (x, by_hand, layer(x))
)
show(f"  before    {before}: mean 5, standard deviation 3", f"  正規化前 {before} 平均 5, 標準偏差 3")
show(f"  after     {after}: mean 0, standard deviation 1", f"  正規化後 {after} 平均 0, 標準偏差 1")
show(f"  the layer {of_layer}", f"  層の出力 {of_layer}")
say(
    """
    The layer then multiplies by a weight and adds a bias, both learned (1 and 0 at the start), so that a unit may
    still have another mean and spread, if that is of use.
    """,
    """
    層はその後、学習する重みを掛け、バイアスを足します(最初は 1 と 0)。そのほうが役に立つなら、別の平均や散らばりに
    戻すこともできます。
    """,
)

# %%
section("Five layers that start badly", "初期値の悪い 5 層")
say(
    """
    Chapter 14 lost everything in five layers whose weights start at std 0.01. The same layers, with batch
    normalisation in front of each activation:
    """,
    """
    第 14 章では、標準偏差 0.01 で始めた 5 つの層の中で、すべてが失われました。同じ層で、活性化関数の前にバッチ正規化を
    入れてみます:
    """,
)
train, test = Digits(train=True), Digits(train=False)
images, test_images = to_vectors(train.data), to_vectors(test.data)
STDS = (0.01, 0.1, 1.0)


def network(std: float, normalised: bool) -> nn.Sequential:
    """Return five hidden layers of 100 units, whose weights start at `std`."""
    tg.manual_seed(1)
    layers: list[nn.Module] = []
    for inputs in (784, 100, 100, 100, 100):
        layers += [nn.Linear(inputs, 100), *([nn.BatchNorm1d(100)] if normalised else []), nn.Tanh()]
    model = nn.Sequential(*layers, nn.Linear(100, 10))
    for each in model:
        if isinstance(each, nn.Linear):
            nn.init.normal_(each.weight, std=std)
            nn.init.zeros_(each.bias)
    return model


KINDS = {label("without", "なし"): False, label("with batch normalisation", "バッチ正規化あり"): True}
for normalised in KINDS.values():
    x, spreads = images[:500], []
    with tg.no_grad():
        for each in list(network(0.01, normalised))[:-1]:
            x = each(x)
            if isinstance(each, nn.Tanh):
                spreads.append(f"{x.std().item():7.1g}")
    english, japanese = ("with it", "あり") if normalised else ("without", "なし")
    numbers = " ".join(spreads)
    show(f"  std behind each layer, {english}: {numbers}", f"  各層の標準偏差、{japanese}: {numbers}")
if chapter.draws:
    title = label("Weights that start at std 0.01: behind each layer", "標準偏差 0.01 で始めた各層の出力")
    for axes, (name, normalised) in zip(new_panels(2, title), KINDS.items(), strict=True):
        figure = plot_activations(network(0.01, normalised), images[:500], name, layers=nn.Tanh, axes=axes)
    chapter.save(figure, "16_activations")

# %%
say(
    """
    And learning, from weights that are too small, about right, and far too large:
    """,
    """
    では学習です。小さすぎる、ちょうどよい、大きすぎる、の 3 通りの重みから始めます:
    """,
)


def learn(model: nn.Module, steps: int) -> list[float]:
    """Take steps of gradient descent, and return the loss of each."""
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        batch = tg.randint(len(images), (100,))
        loss = cross_entropy(model(images[batch]), train.targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@tg.no_grad()
def accuracy(model: nn.Module) -> float:
    """Return the share of the test images that are read right, each by itself."""
    model.eval()
    return (model(test_images).argmax(dim=1) == test.targets).float().mean().item()


steps = 30 if chapter.quick else 400
runs: dict[float, dict[str, list[float]]] = {}
for std in STDS:
    runs[std], rights = {}, []
    for name, normalised in KINDS.items():
        model = network(std, normalised)
        runs[std][name] = learn(model, steps)
        rights.append(accuracy(model))
    without, with_it = rights
    show(
        f"  std {std:4}, {steps} steps: {without:.3f} of the test images without, {with_it:.3f} with it",
        f"  標準偏差 {std:4}, {steps} ステップ: テストデータの正解率は、なし {without:.3f}、あり {with_it:.3f}",
    )
if chapter.draws:
    for axes, (std, losses) in zip(new_panels(3, height=4.0), runs.items(), strict=True):
        figure = plot_loss(losses, label(f"weights start at std {std}", f"重みの標準偏差 {std}"), axes=axes)
        axes.set(xlabel=label("training step", "ステップ"), ylabel=label("loss", "損失"), ylim=(0, None))
    chapter.save(figure, "16_learning")

# %%
chapter.ask(
    """
    To read one image, there is no mini-batch to take a mean over. What does the layer do then?
    """,
    """
    画像を 1 枚だけ読むときは、平均を取るミニバッチがありません。そのとき、層は何をするのでしょう。
    """,
)
layer = nn.BatchNorm1d(1)
for _ in range(100):
    layer(tg.tensor([[2.0], [4.0], [4.0], [10.0]]))
layer.eval()
mean, single = layer.running_mean.item(), layer(tg.tensor([[8.0]])).item()
chapter.answer(
    f"""
    While it learns, the layer keeps an average of the means and variances that it sees. After
    model.eval() it takes those: having seen the four numbers of above 100 times, it knows the mean {mean:.2f}, and
    makes {single:.2f} of a single 8.0. Forget eval(), and a single image is refused.
    """,
    f"""
    学習中に見た平均と分散を、層が平均して覚えています。model.eval() の後は、それを使います。
    上の 4 つの数を 100 回見せた層は平均 {mean:.2f} を覚えていて、8.0 という 1 つの数を {single:.2f} にします。
    eval() を忘れて 1 枚だけ渡すと、エラーになります。
    """,
)
