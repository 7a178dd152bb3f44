"""Step by step downhill: 勾配降下法 (gradient descent), 学習率.

Run it in any folder: python 08_gradient_descent.py. It explains as it runs, and draws two pictures into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

from typing import Any

import numpy as np
from _drawings import draw_descent
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import optim
from tinygrad_edu.viz import new_panels, plot_descent

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("Gradient descent", "勾配降下法 (gradient descent)")
say(
    """
    Move the weight against the gradient of the loss, and the loss falls: W <- W - dL/dW. On one curve, L = w^2,
    whose derivative is 2 w, with steps of 0.2 times the gradient, from w = 2:
    """,
    """
    重みを損失の勾配のマイナス方向へ動かすと、損失が減ります: W <- W - dL/dW。1 つの重みの曲線 L = w^2 で試しましょう。
    微分は 2 w です。勾配の 0.2 倍ずつ、w = 2 から進みます:
    """,
)
w = 2.0
path = [w]
for step in range(1, 6):
    w = w - 0.2 * 2 * w
    path.append(w)
    show(f"  step {step}: w = {w:.3f}, L = {w**2:.3f}", f"  {step} ステップ: w = {w:.3f}, L = {w**2:.3f}")
if chapter.draws:
    chapter.save(draw_descent(path, label), "08_one_curve")

# %%
section("The learning rate", "学習率")
say(
    """
    The factor is the learning rate eta: W <- W - eta dL/dW. Neither too large nor too small is any good. Three
    tries on L = w0^2 + w1^2, each 20 steps from (-3, 4), where it is 25. In NumPy:
    """,
    """
    この倍率が学習率 η(イータ)です: W <- W - η dL/dW。大きすぎても小さすぎてもいけません。L = w0^2 + w1^2 で 3 つの
    学習率を試します。どれも (-3, 4) から 20 ステップです(出発点での値は 25)。NumPy では:
    """,
)
STEPS = 20


def loss(w: Any) -> Any:
    """Return w0^2 + w1^2 for each pair of weights in `w`, (..., 2), an array or a tensor."""
    return (w**2).sum(-1)


def gradient_descent(w: np.ndarray, learning_rate: float) -> np.ndarray:
    """Return where the weights are after all the steps."""
    for _ in range(STEPS):
        w = w - learning_rate * 2 * w  # the gradient of w0^2 + w1^2 is (2 w0, 2 w1)
    return w


rates = {("too large", "大きすぎる"): 1.02, ("too small", "小さすぎる"): 0.002, ("right", "適切"): 0.1}
for (english, japanese), rate in rates.items():
    w0, w1 = gradient_descent(np.array([-3.0, 4.0]), rate)
    value = w0**2 + w1**2
    show(
        f"  eta = {rate:<5g} ({english}): at ({w0:.3f}, {w1:.3f}), where it is {value:.4f}",
        f"  η = {rate:<5g} ({japanese}): ({w0:.3f}, {w1:.3f}) に着き、値は {value:.4f}",
    )
say(
    """
    Too large: each step passes the minimum and ends further away; it diverges. Too small: it hardly moves. Right: it
    arrives at (0, 0). The library's optim.SGD does the step, backward() finds the gradient; the rest is a loop:
    """,
    """
    大きすぎると、最小の点を通り過ぎるたびに遠ざかり、発散します。小さすぎると、ほとんど動きません。適切なら (0, 0) に
    着きます。ライブラリでは backward() が勾配を求め、optim.SGD が重みを動かします。あとは繰り返すだけです:
    """,
)


def descend(learning_rate: float) -> tg.Tensor:
    """Return where the weights were at the start and after each step, (STEPS + 1, 2)."""
    w = tg.tensor([-3.0, 4.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=learning_rate)
    path = [w.detach().clone()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(w).backward()
        optimizer.step()  # w <- w - learning_rate * w.grad
        path.append(w.detach().clone())
    return tg.stack(path)


paths = {name: descend(rate) for name, rate in rates.items()}
for (english, japanese), steps in paths.items():
    w0, w1 = steps[-1].tolist()
    show(f"  {english}: ({w0:.3f}, {w1:.3f})", f"  {japanese}: ({w0:.3f}, {w1:.3f})")
if chapter.draws:
    title = label(
        "Gradient descent, 20 steps on the contours of w0² + w1²", "勾配降下法: w0² + w1² の等高線の上を 20 ステップ"
    )
    panels = new_panels(3, title)
    for axes, (name, steps) in zip(panels, paths.items(), strict=True):
        title = label(f"learning rate {rates[name]:g}: {name[0]}", f"学習率 {rates[name]:g}: {name[1]}")
        figure = plot_descent(loss, steps, title, reach=10, axes=axes)
    chapter.save(figure, "08_gradient_descent")

# %%
chapter.ask(
    """
    What happens with a learning rate of exactly 1? Predict where the weights are after 1, 2 and 20 steps.
    """,
    """
    学習率がちょうど 1 なら、どうなるでしょう。1, 2, 20 ステップ後の重みを予想してください。
    """,
)
steps = descend(1.0)
first, second, last = (tuple(steps[number].tolist()) for number in (1, 2, 20))
chapter.answer(
    f"""
    At {first}, {second}, {last}: W - 1 x 2 W = -W.
    So it jumps from side to side for ever, and the loss stays {loss(steps[-1]):.1f}. Below 1 it comes nearer, above 1
    it diverges.
    """,
    f"""
    {first}, {second}, {last} です。W - 1 x 2 W = -W だからです。
    両側を行き来し続け、損失は {loss(steps[-1]):.1f} のままです。
    1 より小さければ近づき、1 より大きければ発散します。
    """,
)
