"""Beyond the article: four ways down a ravine: SGD, momentum, RMSProp and Adam: 勾配降下法, 慣性.

Run it in any folder: python 12_down_a_ravine.py. It explains as it runs, and draws a picture into runs/; with
--lang ja in Japanese.

Source of the picture: the book that the article follows, chapter 6.
"""

# %%
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import optim
from tinygrad_edu.viz import new_panels, plot_descent

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("A ravine", "谷")
say(
    """
    L = w0^2 / 20 + w1^2 is a long valley: steep across, nearly flat along. The gradient points across it, so gradient
    descent goes to and fro and hardly gets on. Three ways to do better:
      momentum   keeps some of the last step, so that the to and fro cancels, and along the valley it gets up speed
      RMSProp    divides by the size that the gradient has had, so that all directions count alike
      Adam       does both
    """,
    """
    L = w0^2 / 20 + w1^2 は細長い谷です。横切る向きには急で、谷に沿ってはほとんど平らです。勾配は谷を横切る向きを指す
    ので、勾配降下法は行ったり来たりして、なかなか進みません。3 つの改良があります:
      慣性 (momentum)  前のステップを少し残す。行ったり来たりは打ち消し合い、谷に沿っては勢いがつく
      RMSProp          これまでの勾配の大きさで割る。どの向きも同じように進む
      Adam             その両方
    """,
)
STEPS = 30
WAYS: dict[str, Callable[[list[tg.Tensor]], Any]] = {
    "SGD, lr=0.95": lambda w: optim.SGD(w, lr=0.95),
    "momentum 0.9, lr=0.1": lambda w: optim.SGD(w, lr=0.1, momentum=0.9),
    "RMSprop, lr=0.5": lambda w: optim.RMSprop(w, lr=0.5),
    "Adam, lr=0.3": lambda w: optim.Adam(w, lr=0.3),
}


def loss(w: tg.Tensor) -> tg.Tensor:
    """Return w0^2 / 20 + w1^2 for each pair of weights in `w`, (..., 2)."""
    return w[..., 0] ** 2 / 20 + w[..., 1] ** 2


def descend(make: Callable[[list[tg.Tensor]], Any]) -> tg.Tensor:
    """Return where the weights were at the start and after each step, (STEPS + 1, 2)."""
    w = tg.tensor([-7.0, 2.0], requires_grad=True)
    optimizer = make([w])
    path = [w.detach().clone()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(w).backward()
        optimizer.step()
        path.append(w.detach().clone())
    return tg.stack(path)


# %%
say(
    f"{STEPS} steps from (-7, 2), where it is 6.45; the minimum, 0, is at (0, 0):",
    f"(-7, 2) から {STEPS} ステップ下ります(出発点の値は 6.45、最小値は (0, 0) で 0):",
)
paths = {name: descend(make) for name, make in WAYS.items()}
for name, path in paths.items():
    w0, w1 = path[-1].tolist()
    show(
        f"  {name:20}: at ({w0:6.3f}, {w1:6.3f}), where it is {loss(path[-1]):.4f}",
        f"  {name:20}: ({w0:6.3f}, {w1:6.3f}) で値は {loss(path[-1]):.4f}",
    )
if chapter.draws:
    title = label(f"{STEPS} steps down a ravine, w0² / 20 + w1²", f"谷 w0² / 20 + w1² を下る {STEPS} ステップ")
    for axes, (name, path) in zip(new_panels(4, title), paths.items(), strict=True):
        figure = plot_descent(loss, path, name, reach=8, axes=axes)
    chapter.save(figure, "12_down_a_ravine")

# %%
chapter.ask(
    """
    Why not a larger learning rate for SGD?
    """,
    """
    SGD の学習率をもっと大きくできないのはなぜでしょう。
    """,
)
chapter.answer(
    """
    Across the valley the slope is 2 w1, so a step multiplies w1 by 1 - 2 lr: at lr = 1 it jumps from side to
    side for ever, and above it diverges. The steepest direction sets the learning rate of all.
    """,
    """
    谷を横切る向きの傾きは 2 w1 なので、1 ステップで w1 は (1 - 2 lr) 倍になります。lr = 1 なら両側を行き来し続け、
    それを超えると発散します。いちばん急な向きが、全体の学習率を決めてしまうのです。
    """,
)
