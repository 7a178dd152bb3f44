"""The exact results and gradients of functions of a row of numbers: softmax and its kin, spreads and norms.

An error is counted in the last place of the largest number of the row, of the results or of the gradients. Where these
are differences of larger numbers, it is counted in the last place of those: the operands beside a logarithm, the
upstream gradient from which its own mean is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from mpmath import mp
from support.exact import of_networks
from support.ulps import Error, ulps

__all__ = ["ROWS", "ExactRow", "errors_of_rows", "rows"]

Row = Sequence[Any]


class ExactRow(NamedTuple):
    """A function of rows in exact arithmetic.

    Attributes:
        value: Its results for a row.
        gradient: For a row and the upstream gradients, the gradients.
        call: The operation of a library, of a matrix.
        beside_operands: Whether the last place of the operands counts, if they are larger than the results.
        beside_upstream: Whether that of the upstream gradients does, if they are larger than the gradients.
        scales: How large the numbers are.
        limit: How many units in the last place the result may be off.
        slope_limit: The same of the gradients.
    """

    value: Callable[[Row], Row]
    gradient: Callable[[Row, Row], Row]
    call: Callable[..., Any]
    beside_operands: bool = False
    beside_upstream: bool = False
    scales: tuple[float, ...] = (1e-3, 1, 30, 300)
    limit: float = 4
    slope_limit: float = 4


def softmax(x: Row) -> Row:
    exponentials = [mp.exp(each - max(x)) for each in x]
    return [each / mp.fsum(exponentials) for each in exponentials]


def logsumexp(x: Row) -> Any:
    return max(x) + mp.log(mp.fsum(mp.exp(each - max(x)) for each in x))


def by_softmax(x: Row, g: Row) -> Row:
    p = softmax(x)
    mean = mp.fsum(a * b for a, b in zip(p, g, strict=True))
    return [a * (b - mean) for a, b in zip(p, g, strict=True)]


def by_log_softmax(x: Row, g: Row) -> Row:
    return [b - a * mp.fsum(g) for a, b in zip(softmax(x), g, strict=True)]


def by_cross_entropy(x: Row, g: Row) -> Row:
    return [g[0] * (p - (place == 0)) for place, p in enumerate(softmax(x))]


def variance(x: Row) -> Any:
    mean = mp.fsum(x) / len(x)
    return mp.fsum((each - mean) ** 2 for each in x) / (len(x) - 1)


def by_variance(x: Row, g: Row) -> Row:
    mean = mp.fsum(x) / len(x)
    return [2 * g[0] * (each - mean) / (len(x) - 1) for each in x]


def by_deviation(x: Row, g: Row) -> Row:
    return [each / (2 * mp.sqrt(variance(x))) for each in by_variance(x, g)]


def norm(x: Row) -> Any:
    return mp.sqrt(mp.fsum(each**2 for each in x))


def method(name: str) -> Callable[..., Any]:
    return lambda library, x: getattr(library, name)(x, dim=1)


def entropy_of_first(library: Any, x: Any) -> Any:
    return library.nn.functional.cross_entropy(x, library.zeros(len(x), dtype=library.int64), reduction="sum")


SQUARED = (1e-6, 1e-3, 1.0, 1e3, 1e6)
ROWS: dict[str, ExactRow] = {
    "softmax": ExactRow(softmax, by_softmax, of_networks("softmax", dim=1), beside_upstream=True),
    "log_softmax": ExactRow(
        lambda x: [each - logsumexp(x) for each in x],
        by_log_softmax,
        of_networks("log_softmax", dim=1),
        beside_operands=True,
        beside_upstream=True,
        slope_limit=8,  # of exp(out), where the last place of a large result counts
    ),
    "logsumexp": ExactRow(
        lambda x: [logsumexp(x)],
        lambda x, g: [g[0] * p for p in softmax(x)],
        method("logsumexp"),
        beside_operands=True,
        slope_limit=600,  # of exp(x - out), where the last place of a large result counts
    ),
    "cross_entropy": ExactRow(
        lambda x: [logsumexp(x) - x[0]],
        by_cross_entropy,
        entropy_of_first,
        beside_operands=True,
        beside_upstream=True,
    ),
    "var": ExactRow(
        lambda x: [variance(x)],
        by_variance,
        method("var"),
        scales=SQUARED,
        slope_limit=100,  # of x - mean, where the last place of the mean counts
    ),
    "std": ExactRow(lambda x: [mp.sqrt(variance(x))], by_deviation, method("std"), scales=SQUARED, slope_limit=100),
    "norm": ExactRow(
        lambda x: [norm(x)], lambda x, g: [g[0] * each / norm(x) for each in x], method("norm"), scales=SQUARED
    ),
}


def rows(exact: ExactRow, dtype: Any, many: int) -> np.ndarray:
    """Rows of random numbers of each of the scales, near each other or not, and with one of them outstanding."""
    rng = np.random.default_rng(0)
    kinds = [rng.standard_normal((many, 5)), rng.uniform(0.9, 1, (many, 5)), np.eye(5), 1 - np.eye(5)]
    every = np.concatenate([scale * kind for scale in exact.scales for kind in kinds])
    return every.astype(dtype)


def errors_of_rows(exact: ExactRow, call: Callable[..., Any], library: Any, matrix: np.ndarray) -> Iterator[Error]:
    """The largest error of the results, and then of the gradients; a sum over the rows is taken row by row."""
    worst = [Error(0, (), 0, 0)] * 2
    for row in matrix:
        x = library.from_numpy(row[None].copy()).requires_grad_()
        result = call(x)
        upstream = np.resize([0.75, -0.25, 0.5, 1, 0.125], tuple(result.shape)).astype(row.dtype)
        result.backward(library.from_numpy(np.asarray(upstream)))
        point, g = [mp.mpf(float(each)) for each in row], [mp.mpf(float(each)) for each in upstream.ravel()]
        wanted = (exact.value(point), exact.gradient(point, g))
        beside = (
            max(map(abs, point)) if exact.beside_operands else mp.mpf(0),
            max(map(abs, g)) if exact.beside_upstream else mp.mpf(0),
        )
        for place, found in enumerate((result.detach().numpy(), x.grad.numpy())):
            size = max(beside[place], *map(abs, wanted[place]))
            each = [
                Error(ulps(a, b, size), tuple(row), a, b) for a, b in zip(found.ravel(), wanted[place], strict=True)
            ]
            worst[place] = max(worst[place], *each, key=lambda error: error.ulps)
    yield from worst
