"""Beyond the article: is the derivative that you wrote right? Let a thousand inputs try it.

Everybody who writes an operation writes a wrong derivative some day. The network trains a little worse
then, and nobody is told. So a rule is held against numerical differentiation (数値微分), which needs no
rule: `gradcheck` does so at one point, `check_gradients` at many that it looks for itself.

The operation is a bell curve of a chosen width, exp(-(x / w)^2). It has two inputs, so two rules:

    by x    -2 x / w^2   times the result
    by w     2 x^2 / w^3 times the result

First x's rule is written without its minus. The check finds that, searches for the smallest input that
shows it, and says what kind of mistake it is. Then the rule is corrected, and proven.

Each input has a *domain*, where its values may lie: any x will do, but a width must not be 0, nor so small that
w^2 isn't a float any more. In a test file, for pytest to find, the whole check is three lines:

    from tinygrad_edu.testing import between, check_gradients, reals

    def test_bell():
        check_gradients(bell, reals(), between(0.1, 10))

Run it in any folder: python check_your_own_gradient.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from _script import read_options

import tinygrad_edu as tg
from tinygrad_edu import autograd
from tinygrad_edu._missing import not_installed

try:
    from hypothesis import Phase, settings

    from tinygrad_edu.testing import between, check_gradients, reals
except ImportError as error:
    sys.exit(f"This script searches with {not_installed(error.name or 'hypothesis')}")


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


PHASES = [Phase.generate, Phase.shrink]  # try inputs; then look for the smallest that fails


def report(operation: Callable[..., tg.Tensor], tries: int) -> None:
    """Check the gradients of `operation` at `tries` inputs, and print what comes of it."""
    search = settings(max_examples=tries, deadline=None, database=None, derandomize=True, phases=PHASES)
    try:
        check_gradients(operation, reals(), between(0.1, 10), settings=search)
    except autograd.GradcheckError as error:
        print(error)
        print("\n".join(getattr(error, "__notes__", [])[:1]))
    else:
        print(f"Right at {tries} inputs: the first derivatives, and the second ones.")


def main() -> None:
    """Check a wrong rule and a right one."""
    options = read_options(__doc__)
    tries = 50 if options.quick else 1000

    print("1. A rule that has lost its minus\n")
    report(first_try, tries)

    print("\n2. The rule with its minus\n")
    report(bell, tries)


if __name__ == "__main__":
    main()
