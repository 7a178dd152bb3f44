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
        "list(d.Subset('abcdef', [4, 0]))",
        "len(d.Subset('abcdef', range(3)))",
        "d.Subset([1, 2, 3], [2, 0])[[1, 0]]",
        "d.Subset([1, 2, 3], [2, 0])[2]",
        "list(d.ConcatDataset([[1, 2], 'ab', [3.0]]))",
        "len(d.ConcatDataset([[1, 2], 'ab']))",
        "d.ConcatDataset([[1, 2], 'ab'])[2]",
        "d.ConcatDataset([[1, 2], 'ab'])[-1]",
        "d.ConcatDataset([[1, 2], 'ab'])[4]",
        "d.ConcatDataset([[1, 2], [], 'ab'])[2]",
        "d.ConcatDataset([[1, 2], 'ab', 'c']).cumulative_sizes",
        "d.ConcatDataset([d.Subset('abc', [2]), d.ConcatDataset(['x'])])[1]",
        "d.ConcatDataset([d.TensorDataset(m.ones(2)), d.TensorDataset(m.zeros(1))])[2]",
        "d.ConcatDataset([])",
        "[len(each) for each in d.random_split(range(10), [7, 3])]",
        "[len(each) for each in d.random_split(range(10), [0.75, 0.25])]",
        "[len(each) for each in d.random_split(range(11), [0.5, 0.5])]",
        "[len(each) for each in d.random_split(range(10), [1.0])]",
        "sorted(index for each in d.random_split(range(6), [4, 2]) for index in each)",
        "sorted(index for each in d.random_split('abcdef', [0.5, 0.5]) for index in each.indices)",
        "[len(each) for each in d.random_split(range(3), [3, 0])]",
        "d.random_split(range(10), [7, 4])",
        "d.random_split(range(10), [0.7, 0.4])",
        "[len(each) for each in d.random_split(d.TensorDataset(m.ones(5, 2)), (2, 3))]",
        "list(d.DataLoader(d.TensorDataset(m.arange(5), m.ones(5, 2)), 2))",
        "list(d.DataLoader(range(5), 2, drop_last=True))",
        "list(d.DataLoader(range(5), sampler=[3, 1, 1]))",
        "list(d.DataLoader(range(5), 3, sampler=d.SequentialSampler(range(4))))",
        "list(d.DataLoader('abc', batch_size=None))",
        "list(d.DataLoader(range(3), 2, collate_fn=lambda rows: rows))",
        "len(d.DataLoader(range(5), 2))",
        "d.DataLoader(range(5), 0)",
        "d.DataLoader(range(5), 2, shuffle=True, sampler=[1])",
        "list(d.ChainDataset([stream, stream]))",
        "len(list(d.DataLoader(d.ChainDataset([stream, stream]), 4)))",
        "list(d.DataLoader(stream, 3))",
        "list(d.DataLoader(stream, 3, drop_last=True))",
        "list(d.DataLoader(stream, None))",
        "list(d.DataLoader(stream, shuffle=True))",
        "list(d.DataLoader(stream, sampler=[1]))",
        "list(stream)",
        "stream[0]",
        "list(stream + stream)",
        "list(stream + [1])",
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
    agree(expression, lambda m: {"stream": datasets(m)["stream"]})


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
