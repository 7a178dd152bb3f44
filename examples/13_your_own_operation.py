"""Beyond the article: an operation of your own, with its derivative, in two ways: 自作の演算とその微分.

Run it in any folder: python 13_your_own_operation.py. It explains as it runs, and draws a picture into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import autograd
from tinygrad_edu.viz import plot_functions

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("A line of calculus", "1 行の微分")
say(
    """
    An operation is a function together with the rule that takes a gradient back through it. The bell curve exp(-x^2)
    has the derivative -2 x exp(-x^2), so -2 x times the result. autograd.elementwise takes the NumPy function, and the
    rule: its arguments say what it needs, which are g, the gradient that arrives, the input x, and the result, out.
    """,
    """
    演算とは、関数と、勾配をその逆向きに通す規則の組です。釣り鐘の形の exp(-x^2) の微分は -2 x exp(-x^2)、つまり結果の
    -2 x 倍です。autograd.elementwise に、NumPy の関数とこの規則を渡します。規則の引数の名前が、必要なものを表します。
    g は届いた勾配、x は入力、out は結果です。
    """,
)
bell = autograd.elementwise(lambda x: np.exp(-x * x), name="bell", x=lambda g, x, out: g * -2 * x * out)
x = tg.tensor([[-1.5, 0.5, 2.0], [0.1, -0.7, 1.0]], dtype=tg.float64)
leaf = x[0].clone().requires_grad_()
bell(leaf).sum().backward()
print("  x         ", x[0].numpy())
print("  bell      ", bell(x[0]).numpy().round(6))
print("  derivative", np.asarray(leaf.grad).round(6))

# %%
section("A class with forward and backward", "forward と backward を持つクラス")
say(
    """
    PyTorch's way is a class: autograd.Function. And autograd.primitive is for operations that don't work element by
    element, such as the length of each row of a matrix.
    """,
    """
    PyTorch のやり方はクラスです: autograd.Function。要素ごとではない演算、たとえば行列の各行の長さには
    autograd.primitive を使います。
    """,
)
Operation = Callable[[tg.Tensor], tg.Tensor]


class Bell(autograd.Function):
    """The same bell curve in PyTorch's form."""

    @staticmethod
    def forward(ctx: Any, x: tg.Tensor) -> tg.Tensor:
        """Return exp(-x^2), and keep for `backward` what it needs."""
        out = (-x * x).exp()
        ctx.save_for_backward(x, out)
        return out

    @staticmethod
    def backward(ctx: Any, g: tg.Tensor) -> tg.Tensor:
        """Return the gradient of x, given that of the result."""
        x, out = ctx.saved_tensors
        return g * -2 * x * out


row_lengths = autograd.primitive(
    lambda x: np.sqrt((x * x).sum(axis=1)),
    name="row_lengths",
    x=lambda g, x, out: (g / out).reshape(-1, 1) * x,
)

# %%
section("Checked, and differentiated again", "検算と、もう一度の微分")
say(
    """
    Every rule that one writes should be checked against numerical differentiation. These can be differentiated again,
    too, for their rules are made of operations that have rules of their own:
    """,
    """
    自分で書いた規則は、数値微分と比べて確かめましょう。ここの規則は、それ自身も規則を持つ演算でできているので、
    もう一度微分することもできます:
    """,
)


def derivative(operation: Operation) -> Operation:
    """Return the derivative of an elementwise `operation`, again an operation that can be differentiated."""

    def gradient(x: tg.Tensor) -> tg.Tensor:
        with tg.enable_grad():
            x = x if x.requires_grad else x.detach().requires_grad_()
            return autograd.grad(operation(x).sum(), x, create_graph=True)[0]

    return gradient


def agrees(operation: Operation) -> bool:
    """Return whether the gradient of the sum of ``operation(x)`` by the rule is the numerical one."""
    numerical = autograd.numerical_gradient(lambda x: operation(x).sum(), x)
    return tg.allclose(derivative(operation)(x).detach(), numerical, atol=1e-6)


CHECKED: dict[str, Operation] = {
    "bell": bell,
    "Bell.apply": Bell.apply,
    "row_lengths": row_lengths,
    "derivative of bell": derivative(bell),
}
for name, operation in CHECKED.items():
    english, japanese = ("agrees", "一致") if agrees(operation) else ("DIFFERS", "不一致")
    show(f"  {name:18} {english}", f"  {name:18} {japanese}")
if chapter.draws:
    curves: dict[str, Operation] = {
        "exp(-x²)": bell,
        label("first derivative", "1 次の微分"): derivative(bell),
        label("second derivative", "2 次の微分"): derivative(derivative(bell)),
    }
    title = label("an operation of your own, differentiated twice", "自作の演算を 2 回微分する")
    chapter.save(plot_functions(curves, tg.arange(-3.0, 3.0, 0.05), title), "13_your_own_operation")

# %%
chapter.ask(
    """
    Forget the minus sign in the rule. What does a check say?
    """,
    """
    規則のマイナスを書き忘れたら、検算は何と言うでしょう。
    """,
)
wrong = autograd.elementwise(lambda x: np.exp(-x * x), name="bell", x=lambda g, x, out: g * 2 * x * out)
chapter.answer(
    "autograd.gradcheck names the mistake, here a flipped sign:",
    "autograd.gradcheck が、間違いの種類を言い当てます。ここでは「符号が逆」です:",
)
try:
    autograd.gradcheck(wrong, x[0].clone().requires_grad_())
except RuntimeError as error:
    print(textwrap.indent(textwrap.fill(str(error), 110), "  "))
