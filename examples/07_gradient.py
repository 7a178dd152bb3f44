"""Which way is up, and so which way is down: 勾配 (gradient).

Run it in any folder: python 07_gradient.py. It explains as it runs, and draws two pictures into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import autograd
from tinygrad_edu.viz import plot_downhill, plot_surface

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("The gradient", "勾配 (gradient)")
say(
    """
    The gradient of a function is all its partial derivatives, one for each weight. It points to where the function
    grows fastest; against it, it falls fastest. Of f(w0, w1) = w0^2 + w1^2 the gradient is (2 w0, 2 w1).

    The plain way to find it: move one weight a little to both sides, and see how much f changes (numerical
    differentiation, the central difference). In NumPy, as the book has it:
    """,
    """
    勾配とは、関数をそれぞれの重みで偏微分して並べたものです。関数が最も増加する方向を表すので、その逆方向は
    最も減少する方向です。f(w0, w1) = w0^2 + w1^2 の勾配は (2 w0, 2 w1) です。

    素直な求め方は、重みを 1 つずつ前後にわずかに動かし、f がどれだけ変わるかを見ることです(数値微分、中心差分)。
    NumPy で、書籍と同じように書くと:
    """,
)


def f(w: Any) -> Any:
    """Return w0^2 + w1^2 for each pair of weights in `w`, (..., 2), an array or a tensor."""
    return (w**2).sum(-1)


def numerical_gradient(f: Callable[[np.ndarray], Any], w: np.ndarray, h: float = 1e-4) -> np.ndarray:
    """Return (f(w + h) - f(w - h)) / 2h for each weight in turn."""
    gradient = np.zeros_like(w)
    for i in range(len(w)):
        step = np.zeros_like(w)
        step[i] = h
        gradient[i] = (f(w + step) - f(w - step)) / (2 * h)
    return gradient


def pair(values: Any) -> str:
    """Return two numbers as a column of the table."""
    return f"({values[0]:4.1f}, {values[1]:4.1f})"


places = ([3.0, 4.0], [0.0, 2.0], [3.0, 0.0])
for place in places:
    gradient = numerical_gradient(f, np.array(place))
    show(f"  at {pair(place)}: {pair(gradient)}", f"  {pair(place)} では {pair(gradient)}")

# %%
say(
    """
    That takes two calls of f for each weight; for a network with 40,000 weights that is 80,000 for one step. The
    library finds the whole gradient in one walk back through the computation (backpropagation, chapter 10), by the
    rules of calculus, exactly: backward(). Its own numerical_gradient() is there to check it.
    """,
    """
    これでは重み 1 つにつき f を 2 回計算します。重みが 40,000 個のネットワークなら、1 ステップに 80,000 回です。
    ライブラリの backward() は、計算を 1 回逆向きにたどるだけで、すべての勾配を微分の公式どおり正確に求めます
    (誤差逆伝播法、10 章)。ライブラリの numerical_gradient() は、その検算に使います:
    """,
)
print("    (w0, w1)     backward        numerical_gradient")
for place in places:
    w = tg.tensor(place, dtype=tg.float64, requires_grad=True)
    f(w).backward()
    by_differences = autograd.numerical_gradient(f, w.detach())
    print(f"  {pair(place)}    {pair(w.grad)}    {pair(by_differences)}")

# %%
say(
    """
    A step against the gradient makes f smaller, here a tenth of it from (3, 4):
    """,
    """
    勾配の逆方向へ進むと、f は小さくなります。(3, 4) から勾配の 1/10 だけ進むと:
    """,
)
start = np.array([3.0, 4.0])
lower = start - 0.1 * numerical_gradient(f, start)
print(f"  f({start[0]:.1f}, {start[1]:.1f}) = {f(start):.2f}  ->  f({lower[0]:.1f}, {lower[1]:.1f}) = {f(lower):.2f}")
if chapter.draws:
    chapter.save(plot_surface(f, "f(w0, w1) = w0² + w1²"), "07_surface")
    title = label("-grad f = (-2 w0, -2 w1) points to the minimum", "-grad f = (-2 w0, -2 w1) は最小の点を向く")
    chapter.save(plot_downhill(f, title), "07_negative_gradient")

# %%
chapter.ask(
    """
    Let f be w0^2 + 10 w1^2. What is its gradient at (3, 4), and does its negative point to (0, 0) there?
    """,
    """
    f を w0^2 + 10 w1^2 に変えると、(3, 4) での勾配はいくつでしょう。その逆方向は (0, 0) を向くでしょうか。
    """,
)
w = tg.tensor([3.0, 4.0], requires_grad=True)
(w[0] ** 2 + 10 * w[1] ** 2).backward()
chapter.answer(
    f"""
    It is {pair(w.grad)}.
    Its negative is the steepest way down from where one stands, not the way to the minimum: it goes almost straight
    along w1. Such a valley makes gradient descent slow (chapter 12).
    """,
    f"""
    勾配は {pair(w.grad)} です。
    その逆方向は「今いる場所で最も急な下り坂」で、最小の点を向くとは限りません。ここではほぼ w1 の方向だけに進みます。
    このような谷では、勾配降下法はゆっくりとしか進めません(12 章)。
    """,
)
