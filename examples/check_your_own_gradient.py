"""Beyond the article: is the derivative that you wrote right? Let a thousand inputs try it: 数値微分による検証.

Run it in any folder: python check_your_own_gradient.py. It explains as it runs; with --lang ja in Japanese.
"""

# %%
from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import autograd
from tinygrad_edu._missing import not_installed

try:
    from hypothesis import Phase, settings

    from tinygrad_edu.testing import between, check_gradients, reals
except ImportError as error:
    sys.exit(f"This script searches with {not_installed(error.name or 'hypothesis')}")

chapter = Chapter(__doc__)
section, say, show = chapter.section, chapter.say, chapter.show

# %%
say(
    """
    Everybody who writes an operation writes a wrong derivative some day. The network trains a little worse then, and
    nobody is told. So a rule is held against numerical differentiation, which needs no rule: gradcheck does so at one
    point, check_gradients at many that it looks for itself.

    The operation is a bell curve of a chosen width, exp(-(x / w)^2). It has two inputs, so two rules:
        by x    -2 x / w^2   times the result
        by w     2 x^2 / w^3 times the result
    Each input has a domain, where its values may lie: any x will do, but a width must not be 0, nor so small that w^2
    isn't a float any more. In a test file, for pytest to find, the whole check is three lines:

        from tinygrad_edu.testing import between, check_gradients, reals
        def test_bell():
            check_gradients(bell, reals(), between(0.1, 10))
    """,
    """
    演算を書く人は、いつか必ず微分を間違えます。ネットワークの学習は少し悪くなるだけで、誰も教えてくれません。そこで、
    規則を数値微分と比べます。数値微分に規則は要らないからです。gradcheck は 1 点で、check_gradients は自分で探した
    多くの点で確かめます。

    例は、幅を選べる釣り鐘形の曲線 exp(-(x / w)^2) です。入力が 2 つなので、規則も 2 つあります:
        x について  -2 x / w^2   × 結果
        w について   2 x^2 / w^3 × 結果
    入力には、値の範囲(domain)を指定します。x は何でもかまいませんが、幅 w は 0 ではいけません。w^2 が float で表せない
    ほど小さくてもいけません。テストファイルなら、次の 3 行だけで pytest が見つけて実行します:

        from tinygrad_edu.testing import between, check_gradients, reals
        def test_bell():
            check_gradients(bell, reals(), between(0.1, 10))
    """,
)


def bell_curve(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return exp(-(x / w)^2) for arrays: the forward, in plain NumPy."""
    return np.exp(-((x / w) ** 2))


first_try = autograd.elementwise(
    bell_curve,
    name="bell",
    x=lambda g, x, w, out: g * 2 * x / w**2 * out,
    w=lambda g, x, w, out: g * 2 * x**2 / w**3 * out,
)

bell = autograd.elementwise(
    bell_curve,
    name="bell",
    x=lambda g, x, w, out: g * -2 * x / w**2 * out,
    w=lambda g, x, w, out: g * 2 * x**2 / w**3 * out,
)

TRIES = 50 if chapter.quick else 1000
PHASES = [Phase.generate, Phase.shrink]  # try inputs; then look for the smallest that fails


def report(operation: Callable[..., tg.Tensor]) -> None:
    """Check the gradients of `operation` at many inputs, and print what comes of it."""
    search = settings(max_examples=TRIES, deadline=None, database=None, derandomize=True, phases=PHASES)
    try:
        check_gradients(operation, reals(), between(0.1, 10), settings=search)
    except autograd.GradcheckError as error:
        print(error)
        print("\n".join(getattr(error, "__notes__", [])[:1]))
    else:
        show(
            f"Right at {TRIES} inputs: the first derivatives, and the second ones.",
            f"{TRIES} 個の入力で、1 階微分も 2 階微分も正しい。",
        )


# %%
section("1. A rule that has lost its minus", "1. マイナスを書き忘れた規則")
report(first_try)

# %%
section("2. The rule with its minus", "2. マイナスをつけた規則")
report(bell)
