"""The command ``python -m benchmarks.accuracy``: how far every kind of sum is from the exact one.

Each kind is computed over 1 to 10 million values, along each axis and in each layout of memory, by tinygrad_edu
and, if it is installed, by PyTorch. What is exact is found by `math.fsum`, which rounds once, from the same values in
float64. An error is given in units of eps · Σ|x|, where Σ|x| is the same sum of absolute values (for what isn't a sum
itself, the size of the exact result). Ours may be 4 log2(n), or twice PyTorch's where that is more; the exit status is
1 if one is above.

    python -m benchmarks.accuracy                         # everything; half an hour or more
    python -m benchmarks.accuracy --longest 100000 cumsum mean
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import math
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

__all__ = ["DTYPES", "KINDS", "LAYOUTS", "LENGTHS", "Kind", "Row", "main", "rows"]

LENGTHS = (1, 2, 10, 64, 65, 256, 257, 1_000, 4_161, 10_000, 100_000, 1_000_000, 10_000_000)
DTYPES = ("float32", "float64")
WIDTH = 2  # how many sums are made side by side


class Kind(NamedTuple):
    """A kind of sum.

    Attributes:
        rules: The rules of the derivative table whose sums it measures.
        compute: The result, of a framework, an operand and the dimension of n values.
        exact: The exact result for a row of n values in float64, and what its error is measured by.
        suits: Whether it can be computed of an operand with so many dimensions along that dimension.
    """

    rules: tuple[str, ...]
    compute: Callable[[Any, Any, int], Any]
    exact: Callable[[Any], tuple[Any, Any]]
    suits: Callable[[int, int], bool] = lambda ndim, dim: True


class Row(NamedTuple):
    """What was measured in one place; errors and their limit in units of eps · Σ|x|."""

    kind: str
    dtype: str
    layout: str
    values: str
    n: int
    ours: float
    torch: float | None

    @property
    def limit(self) -> float:
        """How large the error may be."""
        return max(4 * math.log2(max(self.n, 2)), 2 * (self.torch or 0))


# The operands: n values along one dimension


def _stepped(v: Any) -> Any:
    wide = np.zeros((2 * len(v), *v.shape[1:]), v.dtype)
    wide[::2] = v
    return wide[::2]


LAYOUTS: dict[str, tuple[Callable[[Any], Any], int]] = {
    "one row": (lambda v: np.ascontiguousarray(v[:, 0]), 0),
    "down the columns": (np.ascontiguousarray, 0),
    "down the columns, column-major": (np.asfortranarray, 0),
    "along the rows": (lambda v: np.ascontiguousarray(v.T), 1),
    "along the rows, column-major": (lambda v: np.asfortranarray(v.T), 1),
    "every second row": (_stepped, 0),
    "in the middle": (lambda v: np.ascontiguousarray(np.broadcast_to(v, (2, *v.shape))), 1),
    "stretched sideways": (lambda v: np.broadcast_to(v[:, :1], v.shape), 0),
}


def _equal(n: int, dtype: str) -> Any:
    return np.full((n, WIDTH), 0.1, dtype)


def _random(n: int, dtype: str) -> Any:
    return np.random.default_rng(n).random((n, WIDTH)).astype(dtype) + np.dtype(dtype).type(0.5)


VALUES = {"all 0.1": _equal, "random": _random}


# The kinds


def total(values: Any) -> float:
    """The sum, rounded once."""
    pieces = np.array_split(values, max(1, len(values) // 100_000))
    return math.fsum(number for piece in pieces for number in piece.tolist())


def _exact_sum(row: Any) -> tuple[Any, Any]:
    return total(row), total(np.abs(row))


def _exact_variance(row: Any) -> float:
    mean = total(row) / len(row)
    return total((row - mean) ** 2) / len(row)


def _sized(value: float) -> tuple[Any, Any]:
    return value, abs(value)


def _places(n: int) -> Any:
    return np.unique(np.geomspace(1, n, 12).astype(np.int64)) - 1


def _at_places(result: Any, dim: int) -> Any:
    moved = result.movedim(dim, -1)
    return moved[..., _places(moved.shape[-1]).tolist()]


def _exact_running_sums(row: Any) -> tuple[Any, Any]:
    ends = [0, *(_places(len(row)) + 1).tolist()]
    pieces = [total(row[start:end]) for start, end in itertools.pairwise(ends)]
    sums = np.array([math.fsum(pieces[: i + 1]) for i in range(len(pieces))])
    return sums, sums


def _log_of_sum(row: Any) -> float:
    return float(row.max()) + math.log(total(np.exp(row - row.max())))


def _exact_running_logs(row: Any) -> tuple[Any, Any]:
    sums = _exact_running_sums(np.exp(row - row.max()))[0]
    logs = row.max() + np.log(sums)
    return logs, np.abs(logs) + np.abs(row).max()


def _exact_softmax(row: Any) -> tuple[Any, Any]:
    e = np.exp(row - row.max())
    p = e[_places(len(row))] / total(e)
    return p, p


def _exact_log_softmax(row: Any) -> tuple[Any, Any]:
    logs = row[_places(len(row))] - _log_of_sum(row)
    return logs, np.abs(logs) + np.abs(row).max()


def _beside(x: Any, dim: int) -> list[int]:
    """The shape of an operand that is stretched along `dim` to that of `x`."""
    return [1 if i == dim else n for i, n in enumerate(x.shape)]


def _broadcast_gradient(m: Any, x: Any, dim: int) -> Any:
    b = m.zeros(_beside(x, dim), dtype=x.dtype, requires_grad=True)
    (b * x).sum().backward()
    return b.grad.squeeze(dim)


def _expand_gradient(m: Any, x: Any, dim: int) -> Any:
    b = m.zeros(_beside(x, dim), dtype=x.dtype, requires_grad=True)
    b.expand(x.shape).backward(x)
    return b.grad.squeeze(dim)


def _bias_gradient(m: Any, x: Any, _dim: int) -> Any:
    b = m.zeros(x.shape[1], dtype=x.dtype, requires_grad=True)
    inputs, weight = m.zeros(x.shape[0], 1, dtype=x.dtype), m.zeros(x.shape[1], 1, dtype=x.dtype)
    m.nn.functional.linear(inputs, weight, b).backward(x)
    return b.grad


def _index_gradient(m: Any, x: Any, _dim: int) -> Any:
    table = m.zeros(1, x.shape[1], dtype=x.dtype, requires_grad=True)
    table[m.zeros(x.shape[0], dtype=m.int64)].backward(x)
    return table.grad[0]


def _over_samples(m: Any, x: Any, _dim: int) -> Any:
    """The mean cross-entropy of n samples of two classes, whose scores are a value and its negative."""
    scores = m.stack([x, -x], 1)
    return m.nn.functional.cross_entropy(scores, m.zeros(x.shape[0], dtype=m.int64))


def _exact_over_samples(row: Any) -> tuple[Any, Any]:
    return _sized(total(np.log1p(np.exp(-2 * row))) / len(row))


def _over_classes(m: Any, x: Any, dim: int) -> Any:
    """The cross-entropy of a few samples of n classes, the first of which is the right one."""
    rows = x.movedim(dim, -1)
    return m.nn.functional.cross_entropy(rows, m.zeros(rows.shape[0], dtype=m.int64), reduction="sum") / rows.shape[0]


def _loss(name: str) -> Callable[[Any, Any, int], Any]:
    return lambda m, x, dim: getattr(m.nn.functional, name)(x, m.zeros_like(x))


def _columns_only(ndim: int, dim: int) -> bool:
    return ndim == 2 and dim == 0


def _vectors_only(ndim: int, _dim: int) -> bool:
    return ndim == 1


KINDS = {
    "sum": Kind(("sum",), lambda m, x, dim: x.sum(dim), _exact_sum),
    "mean": Kind(
        ("mean",), lambda m, x, dim: x.mean(dim), lambda row: tuple(each / len(row) for each in _exact_sum(row))
    ),
    "var": Kind(("var",), lambda m, x, dim: x.var(dim, correction=0), lambda row: _sized(_exact_variance(row))),
    "std": Kind(("std",), lambda m, x, dim: x.std(dim, correction=0), lambda row: _sized(_exact_variance(row) ** 0.5)),
    "norm": Kind(("norm",), lambda m, x, dim: x.norm(dim=dim), lambda row: _sized(total(row**2) ** 0.5)),
    "logsumexp": Kind(("logsumexp",), lambda m, x, dim: x.logsumexp(dim), lambda row: _sized(_log_of_sum(row))),
    "softmax": Kind(("softmax",), lambda m, x, dim: _at_places(x.softmax(dim), dim), _exact_softmax),
    "log_softmax": Kind(("log_softmax",), lambda m, x, dim: _at_places(x.log_softmax(dim), dim), _exact_log_softmax),
    "cumsum": Kind(("cumsum",), lambda m, x, dim: _at_places(x.cumsum(dim), dim), _exact_running_sums),
    "logcumsumexp": Kind(
        ("logcumsumexp",), lambda m, x, dim: _at_places(x.logcumsumexp(dim), dim), _exact_running_logs
    ),
    "gradient of broadcasting": Kind((), _broadcast_gradient, _exact_sum),
    "gradient of expand": Kind(("expand", "sum_to_size"), _expand_gradient, _exact_sum),
    "gradient of linear's bias": Kind(("linear",), _bias_gradient, _exact_sum, _columns_only),
    "gradient of an index": Kind(("index", "put_sum", "gather", "select"), _index_gradient, _exact_sum, _columns_only),
    "mse_loss": Kind((), _loss("mse_loss"), lambda row: _sized(total(row**2) / len(row)), _vectors_only),
    "l1_loss": Kind((), _loss("l1_loss"), lambda row: _sized(total(np.abs(row)) / len(row)), _vectors_only),
    "cross_entropy, samples": Kind(("cross_entropy",), _over_samples, _exact_over_samples, _vectors_only),
    "cross_entropy, classes": Kind(
        ("cross_entropy",),
        lambda m, x, dim: _over_classes(m, x[:1] if dim == 1 else x[:, :1], dim),
        lambda row: _sized(_log_of_sum(row) - row[0]),
        lambda ndim, dim: ndim == 2,
    ),
}


# The table


def rows(
    kinds: Sequence[str] = tuple(KINDS), longest: int = LENGTHS[-1], frameworks: Sequence[Any] = ()
) -> Iterator[Row]:
    """Measure; the first of the frameworks is ours, and the second, if there is one, is PyTorch."""
    for name in kinds:
        for dtype in DTYPES:
            for n in [each for each in LENGTHS if each <= longest]:
                for values, make in VALUES.items():
                    yield from _rows(name, dtype, n, values, make(n, dtype), frameworks)


def _rows(name: str, dtype: str, n: int, values: str, columns: Any, frameworks: Sequence[Any]) -> Iterator[Row]:
    kind = KINDS[name]
    exact = [kind.exact(column) for column in columns.T.astype(np.float64)]
    for layout, (arrange, dim) in LAYOUTS.items():
        x = arrange(columns)
        if not kind.suits(x.ndim, dim):
            continue
        both = x.ndim > 1 and layout != "stretched sideways"
        errors = [_error(kind, m, x, dim, exact if both else exact[:1], float(np.finfo(dtype).eps)) for m in frameworks]
        yield Row(name, dtype, layout, values, n, errors[0], errors[1] if len(errors) > 1 else None)


def _error(kind: Kind, m: Any, x: Any, dim: int, exact: Sequence[tuple[Any, Any]], eps: float) -> float:
    result = np.asarray(kind.compute(m, m.from_numpy(x), dim).detach().numpy(), np.float64)
    wanted, size = (np.array([each[i] for each in exact]) for i in (0, 1))
    if wanted.size == result.size == 1:
        wanted, size = wanted.reshape(()), size.reshape(())
    elif result.ndim == wanted.ndim - 1:  # of one row
        wanted, size = wanted[0], size[0]
    error = np.abs(result - wanted)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.where(error == 0, 0, error / (eps * size))
    return float(errors.max())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the worst of each kind, dtype and length, and say whether all are within their limits."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description="Measure every kind of sum.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"which: {', '.join(KINDS)} (default: all)")
    parser.add_argument("--longest", type=int, default=LENGTHS[-1], help="the most values in a sum (default: 10000000)")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.kinds if name not in KINDS]
    if unknown:
        parser.error(f"no kind is called {', '.join(unknown)}; there are {', '.join(KINDS)}")
    frameworks = [importlib.import_module(name) for name in ("tinygrad_edu", "torch") if find_spec(name)]
    print(f"{'kind':26}{'dtype':9}{'n':>10}  {'ours':>9}{'PyTorch':>9}{'limit':>9}  worst of all layouts, at")
    warnings.simplefilter("ignore")  # PyTorch's, of arrays that are read-only
    above = 0
    worst: dict[tuple[str, str, int], Row] = {}
    measured = rows(options.kinds or tuple(KINDS), options.longest, frameworks)
    for row in measured:
        key = row[0], row[1], row.n
        if key not in worst:
            for done in worst.values():
                _show(done)
            worst = {}
        if key not in worst or row.ours / row.limit > worst[key].ours / worst[key].limit:
            worst[key] = row
        above += not row.ours <= row.limit
    for done in worst.values():
        _show(done)
    print(f"{above} above their limit" if above else "all within their limits")
    return 1 if above else 0


def _show(row: Row) -> None:
    torch = "" if row.torch is None else f"{row.torch:.2f}"
    text = f"{row.kind:26}{row.dtype:9}{row.n:10,}  {row.ours:9.2f}{torch:>9}{row.limit:9.1f}"
    print(f"{text}  {row.layout}, {row.values}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
