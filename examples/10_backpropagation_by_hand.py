"""Beyond the article: backpropagation by hand, beside the library that does it: 誤差逆伝播法.

Run it in any folder: python 10_backpropagation_by_hand.py. It explains as it runs, and puts the graph, and a page to
step through, into runs/; with --lang ja in Japanese.
"""

# %%
from __future__ import annotations

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu.inspection import explain, graph

chapter = Chapter(__doc__)
section, say, show = chapter.section, chapter.say, chapter.show

# %%
section("With pencil and paper", "手計算で")
say(
    """
    L = (a b + c)^2 is three operations: p = a b, s = p + c, L = s^2. Once its numbers are known, go back: at each
    operation, what arrives is multiplied by the operation's own derivative, and handed on. For a = 2, b = 3, c = -1:
    """,
    """
    L = (a b + c)^2 は 3 つの演算です: p = a b, s = p + c, L = s^2。値を求めたら、逆向きにたどります。演算ごとに、
    届いた数にその演算の微分を掛けて、先へ渡します。a = 2, b = 3, c = -1 なら:
    """,
)


def by_hand(a: float, b: float, c: float) -> dict[str, float]:
    """Return the numbers of the way there and of the way back for L = (a b + c)^2."""
    p = a * b
    s = p + c
    loss = s**2
    d_loss = 1.0  # L by itself
    d_s = d_loss * 2 * s  # the derivative of s^2 is 2 s
    d_p = d_s * 1  # a sum hands on what arrives, to both
    d_c = d_s * 1
    d_a = d_p * b  # the derivative of a b by a is b
    d_b = d_p * a  # and by b it is a
    return {"p": p, "s": s, "L": loss, "dL/ds": d_s, "dL/dp": d_p, "dL/da": d_a, "dL/db": d_b, "dL/dc": d_c}


hand = by_hand(2.0, 3.0, -1.0)
for name, value in hand.items():
    print(f"  {name:5} = {value:g}")

# %%
section("By the library", "ライブラリで")
say(
    """
    The library walks the same way, and inspection.explain says each step of it:
    """,
    """
    ライブラリも同じ道をたどります。inspection.explain は、それを一歩ずつ説明します:
    """,
)
a, b, c = (tg.tensor(value, requires_grad=True) for value in (2.0, 3.0, -1.0))
loss = (a * b + c) ** 2
names = {"a": a, "b": b, "c": c, "L": loss}
print(explain(loss, names, lang=chapter.lang))
chapter.save(graph(loss, names, values=True, gradients=True), "10_graph.svg")
chapter.save(explain(loss, names, lang=chapter.lang), "10_steps.html")
loss.backward()
for name, leaf in {"dL/da": a, "dL/db": b, "dL/dc": c}.items():
    assert leaf.grad is not None
    assert leaf.grad.item() == hand[name]

# %%
chapter.ask(
    """
    In L = (a b + a)^2 the number a is used twice. What is dL/da?
    """,
    """
    L = (a b + a)^2 では a が 2 回使われます。dL/da はいくつでしょう。
    """,
)
a.grad = None
twice = (a * b + a) ** 2
twice.backward()
assert a.grad is not None
chapter.answer(
    f"""
    Both uses hand back what arrives at the sum, 2 s = 16: one times b, one times 1.
    What is used twice gets the sum of both: 16 (3 + 1) = {a.grad:g}.
    """,
    f"""
    和に届いた 2 s = 16 が、両方から戻ります。片方は b 倍、もう片方は 1 倍です。
    2 回使われたものは、両方の合計を受け取ります: 16 (3 + 1) = {a.grad:g}。
    """,
)
