"""Beyond the article: what weights start from, and how far activations spread: 重みの初期値.

Run it in any folder: python 14_initialisation.py. It explains as it runs, and draws a picture into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import Digits, to_vectors
from tinygrad_edu.nn.functional import cross_entropy
from tinygrad_edu.viz import new_panels, plot_activations

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("Five layers, and what is left behind them", "5 層を通ると何が残るか")
say(
    """
    Before a network has learned anything, its weights are random numbers. How large should they be? Let 1,000
    inputs pass through five layers of 100 units each, and look at how far the numbers spread behind each of them:
    their standard deviation. A number that is lost on the way can't be learned from.
    """,
    """
    学習を始める前の重みは、ただの乱数です。では、どのくらいの大きさの乱数がよいのでしょう。1,000 個の入力を、
    100 ニューロンの層 5 つに順に通し、各層の出力がどれだけ散らばっているか(標準偏差)を見てみます。
    途中で失われた違いは、もう学習に使えません。
    """,
)
Start = Callable[[tg.Tensor], tg.Tensor]
STARTS: dict[str, tuple[type[nn.Module], Start]] = {
    "std 1, tanh": (nn.Tanh, lambda w: nn.init.normal_(w, std=1.0)),
    "std 0.01, tanh": (nn.Tanh, lambda w: nn.init.normal_(w, std=0.01)),
    "Xavier, tanh": (nn.Tanh, nn.init.xavier_normal_),
    "Kaiming, ReLU": (nn.ReLU, lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu")),
}


def network(inputs: int, outputs: int, activation: type[nn.Module], start: Start) -> nn.Sequential:
    """Return five hidden layers of 100 units; `start` sets the weights, the biases are 0."""
    widths = [inputs, 100, 100, 100, 100, 100]
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(widths):
        layers += [nn.Linear(fan_in, fan_out), activation()]
    model = nn.Sequential(*layers, nn.Linear(100, outputs))
    for layer in model:
        if isinstance(layer, nn.Linear):
            start(layer.weight)
            nn.init.zeros_(layer.bias)
    return model


def spreads(model: nn.Sequential, x: tg.Tensor) -> list[float]:
    """Return the standard deviation behind each hidden layer."""
    found = []
    with tg.no_grad():
        for layer in list(model)[:-1]:
            x = layer(x)
            if not isinstance(layer, nn.Linear):
                found.append(x.std().item())
    return found


tg.manual_seed(0)
x = tg.randn(1000, 100)
models = {name: network(100, 10, *how) for name, how in STARTS.items()}
for name, model in models.items():
    numbers = "  ".join(f"{spread:8.2g}" for spread in spreads(model, x))
    show(f"  {name:14}: {numbers}", f"  {name:14}: {numbers}")
say(
    """
    Each unit adds up 100 products. With weights of std 1 that sum is ten times as large as an input, and of tanh
    only the ends are left: nearly all answers are -1 or 1. With std 0.01 the sum is a tenth, layer after layer, and
    soon nothing is left. In between, at 1 / sqrt(100) = 0.1, numbers stay about as large as they are: that is the
    start of Xavier Glorot. ReLU drops half of the numbers, so Kaiming He's start is sqrt(2) times as large.
    """,
    """
    1 つのニューロンは 100 個の積を足します。重みの標準偏差が 1 だと、和は入力の約 10 倍になり、tanh の出力はほとんどが
    両端の -1 か 1 になります。0.01 だと層を通るたびに 10 分の 1 になり、すぐに何も残らなくなります。
    その中間の 1 / sqrt(100) = 0.1 なら、大きさはほぼ保たれます。これが Xavier の初期値です。
    ReLU は値の半分を 0 にするので、He の初期値(Kaiming)はその sqrt(2) 倍にします。
    """,
)
if chapter.draws:
    title = label("Behind each of five layers, before learning", "学習前の、5 つの層それぞれの出力の分布")
    for axes, (name, model) in zip(new_panels(4, title), models.items(), strict=True):
        figure = plot_activations(model, x, name, layers=(nn.Tanh, nn.ReLU), axes=axes)
    chapter.save(figure, "14_initialisation")

# %%
section("Does it matter for learning?", "学習への影響")
say(
    """
    The same four starts on handwritten digits. First the size of the gradient at the very first weights, then the
    share of test images that are read right after some steps of gradient descent:
    """,
    """
    同じ 4 つの初期値で手書き数字を学習します。まず最初の層の重みに届く勾配の大きさ、次に、勾配降下法を何ステップか
    進めた後のテストデータの正解率です:
    """,
)
train, test = Digits(train=True), Digits(train=False)
images, test_images = to_vectors(train.data), to_vectors(test.data)
steps = 60 if chapter.quick else 600
for name, how in STARTS.items():
    tg.manual_seed(1)
    model = network(784, 10, *how)
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    first = 0.0
    for step in range(steps):
        batch = tg.randint(len(images), (100,))
        loss = cross_entropy(model(images[batch]), train.targets[batch])
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            first = model.get_submodule("0").get_parameter("weight").grad.abs().mean().item()
        optimizer.step()
    with tg.no_grad():
        right = (model(test_images).argmax(dim=1) == test.targets).float().mean().item()
    show(
        f"  {name:14}: gradient {first:7.1e}, after {steps} steps {right:.3f} of the test images",
        f"  {name:14}: 勾配 {first:7.1e}、{steps} ステップ後の正解率 {right:.3f}",
    )

say(
    """
    From std 0.01 no gradient arrives: it vanishes. From std 1 it is many times too large: it explodes, as on its way
    back it is multiplied by the large weights of each layer. Both learn badly or not at all.
    """,
    """
    標準偏差 0.01 では勾配がほとんど届きません(勾配消失)。1 では勾配が大きすぎます(勾配爆発)。戻る途中で、各層の
    大きな重みが何度も掛かるからです。どちらも、うまく学習できません。
    """,
)

# %%
chapter.ask(
    """
    Why not start all weights at the same number, say 0.1?
    How many different units has a layer then?
    """,
    """
    すべての重みを同じ数、たとえば 0.1 から始めたらどうなるでしょう。
    層の中に、異なるニューロンはいくつできるでしょう。
    """,
)
tg.manual_seed(0)
model = network(784, 10, nn.Tanh, lambda w: nn.init.constant_(w, 0.1))
optimizer = optim.SGD(model.parameters(), lr=0.05)
for _ in range(10):
    optimizer.zero_grad()
    cross_entropy(model(images[:100]), train.targets[:100]).backward()
    optimizer.step()
hidden = model.get_submodule("2").get_parameter("weight").detach()
apart = (hidden - hidden[0]).abs().max().item()
chapter.answer(
    f"""
    One. All units of a layer see the same, answer the same, and get the same gradient: after 10 steps
    the weights of the 100 units still differ by {apart:.6f} at most. Random numbers make the first difference.
    """,
    f"""
    1 つです。同じ層のニューロンは同じものを見て、同じ値を出し、同じ勾配を受け取ります。10 ステップ学習しても、
    100 個のニューロンの重みの差は最大で {apart:.6f} のままです。乱数は、別々の役割を持つためのきっかけです。
    """,
)
