"""Beyond the article: backpropagation (誤差逆伝播法) by hand, beside the library that does it.

A graph of three operations, L = (a b + c)^2, is gone through forwards and back with pencil and paper: at each operation
what arrives is multiplied by the operation's own derivative, and handed on. The library walks the same way, which
inspection.explain shows. What is used twice gets the sum.

Run it in any folder: python 10_backpropagation_by_hand.py. It draws the graph into runs/, and a page to step through.
With --lang ja it speaks Japanese.
"""

from __future__ import annotations

from _script import read_options, speaker

import tinygrad_edu as tg
from tinygrad_edu.inspection import explain, graph


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


def main() -> None:
    """Print the walk by hand and by the library, and what happens to a number that is used twice."""
    options = read_options(__doc__, speaks=True)
    say = speaker(options.lang)

    say(
        "L = (a b + c)^2 for a = 2, b = 3, c = -1. There: p = a b, s = p + c, L = s^2. Back, by hand:",
        "a = 2, b = 3, c = -1 のときの L = (a b + c)^2。順方向: p = a b, s = p + c, L = s^2。逆方向を手で計算すると:",
    )
    hand = by_hand(2.0, 3.0, -1.0)
    for name, value in hand.items():
        print(f"  {name:5} = {value:g}")

    a, b, c = (tg.tensor(value, requires_grad=True) for value in (2.0, 3.0, -1.0))
    loss = (a * b + c) ** 2
    say("\nThe library says the same, step by step:\n", "\nライブラリも一歩ずつ同じ計算をします:\n")
    steps = explain(loss, {"a": a, "b": b, "c": c, "L": loss}, lang=options.lang)
    print(steps)
    loss.backward()
    for name, leaf in {"dL/da": a, "dL/db": b, "dL/dc": c}.items():
        assert leaf.grad is not None
        assert leaf.grad.item() == hand[name]

    say(
        "\nA question: in L = (a b + a)^2 the number a is used twice. What is dL/da? Predict it, then read on.",
        "\n問題: L = (a b + a)^2 では a が 2 回使われます。dL/da はいくつでしょう。予想してから続きを読んでください。",
    )
    a.grad = None
    twice = (a * b + a) ** 2
    twice.backward()
    assert a.grad is not None
    say(
        f"Both uses hand back what arrives at the sum, 2 s = 16: one times b, one times 1. So 16 (3 + 1) = {a.grad:g}.",
        f"和に届いた 2 s = 16 が両方から戻ります。片方は b 倍、もう片方は 1 倍。合わせて 16 (3 + 1) = {a.grad:g}。",
    )

    options.output.mkdir(parents=True, exist_ok=True)
    picture, page = (options.output / f"10_backpropagation_by_hand{ending}" for ending in (".svg", ".html"))
    loss = (a * b + c) ** 2
    names = {"a": a, "b": b, "c": c, "L": loss}
    graph(loss, names, values=True, gradients=True).save(picture)
    explain(loss, names, lang=options.lang).save(page)
    say(
        f"Wrote {picture}, the graph, and {page}, to step through",
        f"書き出し: {picture}(グラフ), {page}(一歩ずつ見るページ)",
    )


if __name__ == "__main__":
    main()
