"""Data sets, samplers, collating and loaders, workers included: what PyTorch gives and refuses."""

from __future__ import annotations

import collections
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from support.evidence import LEDGER

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

Point = collections.namedtuple("Point", "x y")


def plain(value: Any) -> Any:
    """Return a value with its structure, and tensors as dtype and numbers."""
    if isinstance(value, tg.Tensor | torch.Tensor):
        return str(value.dtype).rpartition(".")[2], value.tolist()
    if isinstance(value, dict):
        return type(value).__name__, {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value).__name__, [plain(each) for each in value]
    return value


def outcome(expression: str, m: Any, **names: Any) -> Any:
    """Return the value of an expression, or that it is refused."""
    with warnings.catch_warnings():
        if m is torch:
            warnings.simplefilter("ignore")
        try:
            return plain(eval(expression, {"m": m, "d": m.utils.data, "np": np, "Point": Point, **names}))
        except (TypeError, ValueError, RuntimeError, IndexError, KeyError, AssertionError) as error:
            return "refused", isinstance(error, IndexError | KeyError)


def agree(expression: str, names: Callable[[Any], dict[str, Any]] = lambda m: {}) -> None:
    """Both modules give the same, or refuse."""
    mine, theirs = (outcome(expression, m, **names(m)) for m in (tg, torch))
    assert mine == theirs
    column = "errors" if isinstance(mine, tuple) and mine[0] == "refused" else "value"
    LEDGER.agreed(re.sub(r"\bd\.", "m.utils.data.", expression), column, Point=Point)


@pytest.mark.parametrize(
    "expression",
    [
        "d.default_collate([1, 2])",
        "d.default_collate([1.5, 2.0])",
        "d.default_collate([True, False])",
        "d.default_collate(['a', 'b'])",
        "d.default_collate([b'a', b'b'])",
        "d.default_collate([np.zeros(2, np.float32), np.ones(2, np.float32)])",
        "d.default_collate([np.float64(1), np.float64(2)])",
        "d.default_collate([np.int32(1), np.int32(2)])",
        "d.default_collate([np.array(3), np.array(4)])",
        "d.default_collate([m.tensor([1, 2]), m.tensor([3, 4])])",
        "d.default_collate([(1, 'a', m.zeros(2)), (2, 'b', m.ones(2))])",
        "d.default_collate([[1, [2.0]], [3, [4.0]]])",
        "d.default_collate([{'a': 1, 'b': (m.ones(1), 'x')}, {'a': 2, 'b': (m.ones(1), 'y')}])",
        "d.default_collate([Point(1, 2.0), Point(3, 4.0)])",
        "d.default_collate([{'p': Point([1], 2)}])",
        "d.default_collate([])",
        "d.default_collate([None, None])",
        "d.default_collate([object()])",
        "d.default_collate([(1, 2), (3,)])",
        "d.default_collate([m.zeros(2), m.zeros(3)])",
        "d.default_collate([{'a': 1}, {'b': 1}])",
        "d.default_collate([np.array(['a'])])",
        "d.default_convert([np.zeros(2), 'a', 1, {'k': np.float32(2)}])",
        "d.default_convert(Point(np.ones(1), 'a'))",
        "d.StackDataset([1, 2], 'ab')[1]",
        "d.StackDataset(x=[1, 2], y='ab')[-1]",
        "len(d.StackDataset([1, 2], 'ab'))",
        "d.StackDataset([1, 2], 'ab').__getitems__([1, 0])",
        "d.StackDataset(x=[1, 2], y='ab').__getitems__([1, 0])",
        "d.StackDataset([1, 2], d.Subset('abcd', [3, 1])).__getitems__([1, 0, 1])",
        "list(d.DataLoader(d.StackDataset(x=[1, 2, 3], y='abc'), 2))",
        "d.StackDataset()",
        "d.StackDataset([1], x=[1])",
        "d.StackDataset([1], [1, 2])",
        "d.StackDataset(a=[1], b=[1, 2])",
        "d.StackDataset([1, 2])[2]",
        "d.StackDataset([1, 2]).datasets",
        "d.StackDataset(a=[1, 2]).datasets",
        "len(iter(d.DataLoader([1, 2, 3], 2)))",
        "len(iter(d.DataLoader([1, 2, 3], 2, drop_last=True)))",
        "len(iter(d.DataLoader([1, 2, 3], batch_size=None)))",
        "len(iter(d.DataLoader([1, 2, 3], batch_sampler=[[0], [1, 2]])))",
        "d.get_worker_info()",
        "d.DataLoader([1], num_workers=1).prefetch_factor",
        "d.DataLoader([1]).prefetch_factor",
        "d.DataLoader([1], num_workers=-1)",
        "d.DataLoader([1], prefetch_factor=2)",
        "d.DataLoader([1], persistent_workers=True)",
        "d.DataLoader([1], timeout=-1, num_workers=1)",
        "d.DataLoader([1], num_workers=1, prefetch_factor=-1)",
    ],
)
def test_what_needs_no_workers(expression: str) -> None:
    agree(expression)


def datasets(m: Any) -> dict[str, Any]:
    """Return data sets of either module."""

    class Numbers(m.utils.data.Dataset):
        def __len__(self) -> int:
            return 7

        def __getitem__(self, index: int) -> Any:
            return {"number": index, "half": index / 2}

    class Stream(m.utils.data.IterableDataset):
        first, step = 0, 1

        def __iter__(self) -> Iterator[int]:
            return iter(range(self.first, 7, self.step))

    class Shared(Stream):
        def __iter__(self) -> Iterator[int]:
            worker = m.utils.data.get_worker_info()
            return iter(range(worker.id, 7, worker.num_workers))

    def share(number: int) -> None:
        worker = m.utils.data.get_worker_info()
        worker.dataset.first, worker.dataset.step = number, worker.num_workers

    def seeds(number: int) -> None:
        assert m.initial_seed() == m.utils.data.get_worker_info().seed

    named: dict[str, Any] = {"data": Numbers(), "stream": Stream(), "shared": Shared()}
    return named | {"share": share, "seeds": seeds}


@pytest.mark.parametrize(
    "expression",
    [
        "list(d.DataLoader(data, 2, num_workers=2, worker_init_fn=seeds))",
        "list(d.DataLoader(stream, 2, num_workers=1))",
        "list(d.DataLoader(stream, 2, num_workers=3, worker_init_fn=share, drop_last=True))",
        "[list(loader) for loader in [d.DataLoader(shared, 2, num_workers=2, persistent_workers=True)] for _ in 'ab']",
        "list(d.DataLoader(shared, None, num_workers=2, prefetch_factor=3))",
    ],
)
def test_workers(expression: str) -> None:
    agree(expression, datasets)
