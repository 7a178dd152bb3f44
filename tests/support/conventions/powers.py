"""Powers of 0, of infinities, of what is next to 0."""

from __future__ import annotations

from support.conventions.convention import Convention, inf, nan

POWERS = [
    Convention("hypot at 0", lambda x, y: x.hypot(y), [[0.0], [0.0]], [[nan], [nan]]),
    Convention("x ** 0", lambda x: x**0, [[0.0, 2.0, inf]], [[0, 0, 0]], [[0, 0, 0]]),
    Convention("x ** 1 at 0", lambda x: x**1, [[0.0]], [[1]], [[0]]),
    Convention("x ** 2 at 0", lambda x: x**2, [[0.0, -3.0]], [[0, -6]], [[2, 2]]),
    Convention("x ** 3 below 0", lambda x: x**3, [[0.0, -2.0]], [[0, 12]], [[0, -12]]),
    Convention("x ** 0.3 to all digits", lambda x: x**0.3, [[1.0]], [[0.3]], [[-0.21]]),
    Convention("x ** 1.5 at 0", lambda x: x**1.5, [[0.0]], [[0]], [[inf]]),
    Convention("x ** 2 at infinity", lambda x: x**2, [[inf, -inf]], [[inf, -inf]], [[2, 2]]),
    Convention("x ** 0.5 at 0", lambda x: x**0.5, [[0.0]], [[inf]]),
    Convention("x ** -1 at 0", lambda x: x**-1, [[0.0]], [[-inf]]),
    Convention("0 ** y", lambda y: 0.0**y, [[0.0, 1.0, 2.0]], [[0, 0, 0]]),
    Convention("0 ** y below 0", lambda y: 0.0**y, [[-1.0]], [[-inf]]),
    Convention("1 ** y", lambda y: 1.0**y, [[0.0, inf]], [[0, 0]], [[0, 0]]),
    Convention("2 ** y", lambda y: 2.0**y, [[0.0]], [[0.6931471805599453]], [[0.4804530139182014]]),
    Convention(
        "pow of tensors at 0",
        lambda x, y: x**y,
        [[0.0, 0.0, 0.0, 2.0], [0.0, 1.0, 2.0, 0.0]],
        [[0, 1, 0, 0], [0, 0, 0, 0.6931471805599453]],
    ),
    Convention(
        "pow of tensors next to 0",
        lambda x, y: x**y,
        [[5e-324, 1e-310, -1e-310], [0.0, 0.0, 0.0]],
        [[0, 0, 0], [-744.4400719213812, -713.8013788281544, nan]],
    ),
    Convention("0 ** -1 of tensors", lambda x, y: x**y, [[0.0], [-1.0]], [[-inf], [-inf]]),
    Convention("a negative base", lambda x, y: x**y, [[-2.0], [2.0]], [[-4], [nan]]),
]
