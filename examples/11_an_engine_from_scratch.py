"""Beyond the article: an automatic differentiation of one's own, in sixty lines of plain Python: 自動微分.

Run it in any folder: python 11_an_engine_from_scratch.py. It explains as it runs; with --lang ja in Japanese.
"""

# %%
from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import count
from typing import Any

from _script import Chapter

import tinygrad_edu as tg

chapter = Chapter(__doc__)
section, say, show = chapter.section, chapter.say, chapter.show

# %%
section("A table, a number that remembers, and a walk back", "表、由来を覚えている数、逆向きの計算")
say(
    """
    It takes three things. A table: for each operation its value, and beside it its derivative by each operand. A
    number that remembers which operation made it, of which numbers. And a walk back that visits the youngest number
    first, for that one has got all that it will get. This is the idea of the whole library: its table is in
    tinygrad_edu/ops/, its walk in tinygrad_edu/autograd/engine.py. Read it in this file.
    """,
    """
    必要なものは 3 つです。1 つ目は表。演算ごとに、値の求め方と、各入力による微分を並べます。2 つ目は、どの演算で、
    どの数から作られたかを覚えている数。3 つ目は、逆向きの計算。いちばん新しい数から順にたどります。その数には、届く
    べきものがもうすべて届いているからです。このライブラリ全体も同じ考えで、表は tinygrad_edu/ops/ に、逆向きの計算は
    tinygrad_edu/autograd/engine.py にあります。コードはこのファイルで読んでください。
    """,
)
# Step 1: the table. For each operation its value, and its derivative by each operand: g is what arrives, y the result.
Rule = Callable[..., float]
TABLE: dict[str, tuple[Rule, list[Rule]]] = {
    "add": (lambda a, b: a + b, [lambda g, a, b, y: g, lambda g, a, b, y: g]),
    "mul": (lambda a, b: a * b, [lambda g, a, b, y: g * b, lambda g, a, b, y: g * a]),
    "tanh": (math.tanh, [lambda g, a, y: g * (1 - y * y)]),
}
clock = count().__next__


# Step 2: a number that remembers how it was made.
class Number:
    """A value, the operation and the numbers that it came from, and its gradient."""

    def __init__(self, value: float, operation: str = "", operands: tuple[Number, ...] = ()) -> None:
        self.value, self.operation, self.operands = value, operation, operands
        self.grad, self.born = 0.0, clock()

    def __add__(self, other: Any) -> Number:
        return apply("add", self, other)

    def __mul__(self, other: Any) -> Number:
        return apply("mul", self, other)

    def tanh(self) -> Number:
        """Return the hyperbolic tangent."""
        return apply("tanh", self)

    # Step 3: the walk back. Whoever was born last has had all that it will get.
    def backward(self) -> None:
        """Add to ``grad``, for all that this was computed from, the derivative of this by it."""
        self.grad, waiting, done = 1.0, {self}, set()
        while waiting:
            number = max(waiting, key=lambda each: each.born)
            waiting.remove(number)
            done.add(number)
            if number.operation:
                values = [each.value for each in number.operands]
                for operand, rule in zip(number.operands, TABLE[number.operation][1], strict=True):
                    operand.grad += rule(number.grad, *values, number.value)
                    waiting |= {operand} - done


def apply(operation: str, *operands: Any) -> Number:
    """Return the result of an operation of the table, which remembers its operands."""
    numbers = tuple(each if isinstance(each, Number) else Number(each) for each in operands)
    return Number(TABLE[operation][0](*(each.value for each in numbers)), operation, numbers)


# %%
section("Is it right?", "正しいか")
say(
    """
    A network of 2 inputs, 3 hidden units and 1 output, with tanh, has 13 weights. Its loss on the four points of XOR,
    once with these numbers and once with the library's tensors:
    """,
    """
    入力 2、中間層 3、出力 1 で活性化関数が tanh のネットワークには、重みが 13 個あります。XOR の 4 点での損失を、
    この「数」と、ライブラリのテンソルの両方で書き、勾配を比べます:
    """,
)


def loss_of(weights: list[Number]) -> Number:
    """Return the squared errors of a 2-3-1 network on the four points of XOR; it has 13 weights."""
    total = Number(0.0)
    for x0, x1, wanted in ((0, 0, -1), (0, 1, 1), (1, 0, 1), (1, 1, -1)):
        hidden = [(weights[i] * x0 + weights[i + 3] * x1 + weights[i + 6]).tanh() for i in range(3)]
        y = (hidden[0] * weights[9] + hidden[1] * weights[10] + hidden[2] * weights[11] + weights[12]).tanh()
        error = y + -float(wanted)
        total = total + error * error
    return total


def loss_of_library(weights: tg.Tensor) -> tg.Tensor:
    """Return the same with tensors."""
    points = tg.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype=tg.float64)
    hidden = (points @ weights[:6].reshape(2, 3) + weights[6:9]).tanh()
    y = (hidden @ weights[9:12] + weights[12]).tanh()
    return ((y - tg.tensor([-1.0, 1.0, 1.0, -1.0])) ** 2).sum()


draw = random.Random(0)
weights = [Number(draw.uniform(-1, 1)) for _ in range(13)]
loss_of(weights).backward()
same = tg.tensor([each.value for each in weights], dtype=tg.float64, requires_grad=True)
loss_of_library(same).backward()
assert same.grad is not None
furthest = max(abs(one.grad - other) for one, other in zip(weights, same.grad.tolist(), strict=True))
show(
    f"  13 gradients by this file and by the library differ by {furthest:.0e} at most.",
    f"  このファイルとライブラリで求めた 13 個の勾配の差は、最大でも {furthest:.0e} です。",
)

# %%
section("It learns XOR", "XOR の学習")
say("Gradient descent, number by number:", "1 つずつの数で、勾配降下法を行います:")
for step in range(301):
    for each in weights:
        each.grad = 0.0
    loss = loss_of(weights)
    loss.backward()
    if step % 100 == 0:
        show(f"  step {step:3}: loss {loss.value:.4f}", f"  {step:3} ステップ: 損失 {loss.value:.4f}")
    for each in weights:
        each.value -= 0.1 * each.grad

# %%
chapter.ask(
    """
    What does the table need for exp?
    """,
    """
    exp を加えるには、表に何が要るでしょう。
    """,
)
TABLE["exp"] = (math.exp, [lambda g, a, y: g * y])
x = Number(1.0)
apply("exp", x).backward()
chapter.answer(
    f"""
    One line. Then exp at 1 has the derivative {x.grad:.6f}.
    The line has its value, and its derivative, which is its own result times what arrives.
    """,
    f"""
    1 行だけです。加えると、1 における exp の微分は {x.grad:.6f} になります。
    その 1 行に書くのは、値と微分です。exp の微分は、結果そのものに、届いた勾配を掛けたものです。
    """,
)
