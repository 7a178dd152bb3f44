"""Beyond the article: four ways down a ravine: plain gradient descent, momentum, RMSProp and Adam.

L = w0^2 / 20 + w1^2 is a long valley: steep across, nearly flat along. The gradient points across, so gradient descent
(勾配降下法) goes to and fro and hardly gets on. Momentum (慣性) keeps some of the last step, so that the to and fro
cancels. RMSProp divides by the size that the gradient has had, so that all directions count alike. Adam does both.

Source of the picture: the book that the article follows, chapter 6.

Run it in any folder: python 12_down_a_ravine.py. It draws one picture into runs/. With --lang ja it speaks Japanese.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from _script import can_draw, read_options, save, speaker

import tinygrad_edu as tg
from tinygrad_edu import optim
from tinygrad_edu.viz import new_panels, plot_descent

STEPS = 30
WAYS: dict[str, Callable[[list[tg.Tensor]], optim.Optimizer]] = {
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


def main() -> None:
    """Go down in four ways, print where they lead, and draw the paths."""
    options = read_options(__doc__, speaks=True)
    say = speaker(options.lang)
    say(
        f"{STEPS} steps down w0^2 / 20 + w1^2 from (-7, 2), where it is 6.45 and the minimum, 0, is at (0, 0):",
        f"w0^2 / 20 + w1^2 を (-7, 2) から {STEPS} ステップ下る(出発点の値は 6.45、最小値は (0, 0) で 0):",
    )
    paths = {name: descend(make) for name, make in WAYS.items()}
    for name, path in paths.items():
        w0, w1 = path[-1].tolist()
        say(
            f"  {name:20}: at ({w0:6.3f}, {w1:6.3f}), where it is {loss(path[-1]):.4f}",
            f"  {name:20}: ({w0:6.3f}, {w1:6.3f}) で値は {loss(path[-1]):.4f}",
        )
    say(
        "A question: why not a larger learning rate for SGD? Across the valley the slope is 2 w1, so a step\n"
        "multiplies w1 by 1 - 2 lr: at lr = 1 it jumps from side to side for ever, and above it diverges.",
        "問題: SGD の学習率をもっと大きくできないのはなぜでしょう。谷を横切る向きの傾きは 2 w1 なので、\n"
        "1 ステップで w1 は (1 - 2 lr) 倍になります。lr = 1 なら両側を行き来し続け、それを超えると発散します。",
    )
    if can_draw(options.lang):
        panels = new_panels(4, f"{STEPS} steps down a ravine, w0² / 20 + w1²")
        for axes, (name, path) in zip(panels, paths.items(), strict=True):
            figure = plot_descent(loss, path, name, reach=8, axes=axes)
        save(figure, options.output, "12_down_a_ravine", options.lang)


if __name__ == "__main__":
    main()
