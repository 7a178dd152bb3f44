"""Beyond the article: a network that knows which pixels are neighbours: 畳み込みニューラルネットワーク (CNN).

Run it in any folder: python 17_convolution.py. It explains as it runs, for less than a minute, and draws two pictures
into runs/; with --lang ja in Japanese.
"""

# %%
from __future__ import annotations

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.datasets import Digits, to_images
from tinygrad_edu.nn.functional import conv2d, cross_entropy, max_pool2d, pad, relu
from tinygrad_edu.utils.data import DataLoader, TensorDataset
from tinygrad_edu.viz import plot_images, plot_weights

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("A kernel slides over an image", "カーネルを画像の上で滑らせる")
say(
    """
    The article's network looks at an image as at 784 numbers in a row, and doesn't know which of them are neighbours.
    A convolution does: a small kernel slides over the image, and at each place the pixels below are multiplied by its
    weights and added up. The kernel below looks for a change from left to right:
    """,
    """
    記事のネットワークは、画像を 784 個の数の列として見るだけで、どの画素が隣り合っているかを知りません。畳み込みは
    違います。小さなカーネルを画像の上で滑らせ、それぞれの場所で、下にある画素と重みを掛けて足します。次のカーネルは
    「左から右への変化」を探します:
    """,
)
picture = tg.tensor([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
kernel = tg.tensor([[-1.0, 1.0], [-1.0, 1.0]])
found = conv2d(picture.reshape(1, 1, 3, 4), kernel.reshape(1, 1, 2, 2))[0, 0]
for place in range(3):
    columns = [f"{each[place].tolist()!s:24}" if place < len(each) else " " * 24 for each in (picture, kernel)]
    print(f"  {columns[0]} {columns[1]} {found[place].tolist() if place < len(found) else ''}".rstrip())
say(
    """
    The picture, the kernel, and what was found: 2 at the edge, 0 elsewhere. Here the kernels aren't set by hand: their
    weights are learned, like all others.
    """,
    """
    左から、画像、カーネル、結果です。境目のところだけが 2 で、ほかは 0 です。カーネルの重みは手で決めるのではなく、
    ほかの重みと同じように学習します。
    """,
)

# %%
section("A small network", "小さなネットワーク")
say(
    """
    convolution    16 kernels of 5x5 pixels slide over the image, and each looks for a pattern of its own
    pooling        of each 2x2 values only the largest is kept: the pattern is there, and about where
    convolution    32 larger patterns, made of those that the first layer has found
    linear layers  from the patterns that were found to the ten digits
    """,
    """
    畳み込み      5x5 画素のカーネル 16 個が画像の上を滑り、それぞれが別の模様を探す
    プーリング    2x2 の値のうち最大のものだけを残す: 模様が「あったこと」と「だいたいの場所」がわかればよい
    畳み込み      最初の層が見つけた模様を組み合わせた、もっと大きな 32 種類の模様を探す
    全結合層      見つかった模様から、10 種類の数字へ
    """,
)


class Network(nn.Module):
    """Two convolutions with pooling, and two linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 16, kernel_size=5)
        self.second = nn.Conv2d(16, 32, kernel_size=5)
        self.hidden = nn.Linear(512, 64)
        self.output = nn.Linear(64, 10)

    def forward(self, x: tg.Tensor) -> tg.Tensor:
        """Return the scores of the ten digits, for images of the shape (N, 1, 28, 28)."""
        x = max_pool2d(relu(self.first(x)), 2)  # (N, 16, 12, 12)
        x = max_pool2d(relu(self.second(x)), 2)  # (N, 32, 4, 4)
        return self.output(relu(self.hidden(tg.flatten(x, 1))))


def moved(images: tg.Tensor) -> tg.Tensor:
    """Return the images, moved by up to two pixels up or down, left or right: all of a batch alike."""
    down, right = tg.randint(-2, 3, (2,)).tolist()
    return pad(images, (right, -right, down, -down))


@tg.no_grad()
def accuracy(network: Network, images: tg.Tensor, labels: tg.Tensor) -> float:
    """Return the share of the images that the network reads right."""
    answers = tg.cat([network(some).argmax(dim=1) for some in images.split(500)])
    return (answers == labels).float().mean().item()


# %%
tg.manual_seed(0)
train, test = Digits(train=True), Digits(train=False)
test_images = to_images(test.data)
count, epochs = (800, 2) if chapter.quick else (len(train), 15)
images, labels = to_images(train.data)[:count], train.targets[:count]
network = Network()
parameters = sum(each.numel() for each in network.parameters())
say(
    f"""
    {parameters:,} parameters, and {count:,} images. A digit that is moved by a pixel is still that digit, so each
    mini-batch is moved about a little before it is learned from:
    """,
    f"""
    パラメータは {parameters:,} 個、画像は {count:,} 枚です。1 画素ずれても同じ数字なので、ミニバッチごとに少し
    ずらしてから学習します:
    """,
)
optimizer = optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
batches = DataLoader(TensorDataset(images, labels), batch_size=50, shuffle=True)
for epoch in range(1, epochs + 1):
    optimizer.param_groups[0]["lr"] = 0.05 * (1 - (epoch - 1) / epochs)  # smaller steps at the end
    total = 0.0
    for some_images, some_labels in batches:
        optimizer.zero_grad()
        loss = cross_entropy(network(moved(some_images)), some_labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
    mean = total / len(batches)
    show(f"  epoch {epoch:2}: mean loss {mean:.4f}", f"  {epoch:2} エポック: 損失の平均 {mean:.4f}")
right = accuracy(network, test_images, test.targets)
show(f"  Of images never seen: {right:.3f} right", f"  見たことのない画像の正解率: {right:.3f}")
say(
    """
    The fully connected network of chapter 9 gets 88 of 100 of them. What do the 16 kernels look for? Blue is where ink
    speaks for a kernel's pattern, orange where it speaks against it; the second picture shows where each is found.
    """,
    """
    第 9 章の全結合のネットワークでは 100 枚中 88 枚でした。16 個のカーネルは何を探しているのでしょう。青はインクが
    あると値が上がる画素、橙は下がる画素です。2 枚目の図は、それぞれの模様が画像のどこで見つかったかを示します。
    """,
)
if chapter.draws:
    title = label("The 16 kernels of the first layer", "最初の層の 16 個のカーネル")
    chapter.save(plot_weights(network.first, title, columns=8), "17_kernels")
    with tg.no_grad():
        where = relu(network.first(test_images[0]))
        where = where / where.amax((1, 2), keepdim=True).clamp(min=1e-9)
    captions = [label("the image", "画像"), *(label(f"kernel {each}", f"カーネル {each}") for each in range(16))]
    title = label("Where each kernel finds its pattern", "それぞれの模様が見つかった場所")
    pictures = tg.cat([test_images[0], pad(where, (2, 2, 2, 2))])
    chapter.save(plot_images(pictures, captions, title, columns=6), "17_found")

# %%
chapter.ask(
    """
    The first convolution puts out 16 x 24 x 24 numbers. How many weights would a linear layer need to make as
    many of the 784 pixels? How many has the convolution?
    """,
    """
    最初の畳み込みの出力は 16 x 24 x 24 個の数です。784 画素から同じ数の出力を作る全結合層には、重みがいくつ必要
    でしょう。畳み込みの重みはいくつでしょう。
    """,
)
of_linear, of_convolution = 784 * 16 * 24 * 24, network.first.weight.numel()
chapter.answer(
    f"""
    {of_linear:,} against {of_convolution}.
    A kernel uses the same 25 weights at each place, so what is learned of a pattern in one corner is known in all
    others. That is why few images are enough.
    """,
    f"""
    全結合層は {of_linear:,} 個、畳み込みは {of_convolution} 個です。
    カーネルは、どの場所でも同じ 25 個の重みを使います。ある隅で覚えた模様は、ほかのどこでも通用します。
    だから少ない画像でも学習できるのです。
    """,
)
