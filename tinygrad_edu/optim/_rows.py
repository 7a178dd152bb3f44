"""Rows: what an update sees, which may be a part of a large parameter, or several small ones end to end.

NumPy is fastest on some thousands of values at once: fewer, and a call costs more than its work; more, and
temporaries leave the cache. An update that treats each value by itself doesn't notice where a row was cut or joined,
so the results are the same to the last bit.

Parameters are joined if they have the same dtype, remember the same, and have the same numbers (such as of steps);
and only if it is sure that each array which a step writes to has memory of its own: of two that share some, the
second must be computed from what the first has left.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy import ndarray

from tinygrad_edu.autograd.graph import TensorBase, clock, constant
from tinygrad_edu.optim._settings import plain

__all__ = ["PIECE", "Row", "elementwise", "may_join", "plan_of"]

PIECE = 1 << 16  # values: their temporaries stay in the cache, and the peak of memory low (benchmarks W2, W2a)
SMALL = 1 << 11  # values: copying more to a row and back costs about what it saves (benchmark W10)
FEW = 4  # parameters: a row of less isn't worth its trouble
LONGEST = 1 << 14  # values of a row: what is copied stays in the cache

Update = Callable[..., None]
Member = tuple[Any, dict[str, Any]]  # a parameter, and what is remembered of it

_NOTHING: dict[str, Any] = {}


def elementwise(update: Update) -> Update:
    """Mark an update that may be given parameters joined, as one with a norm or a mean of a gradient mustn't be."""
    vars(update)["elementwise"] = True
    return update


def may_join(update: Update) -> bool:
    """Whether an update is marked; one that overrides it, in a class derived by a user, isn't."""
    return hasattr(update, "elementwise")


class Plan:
    """Which parameters of a group are joined, as long as they and their state lie in the same memory.

    It is worked out at a step that finds all as the last one did, so that changes at each step cost little.
    """

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self._start_over()

    def _start_over(self) -> None:
        self.rows: list[Row] | None = None  # not worked out yet
        self.rest: list[Any] = []  # parameters that are in no row
        self.arrays: list[Any] = []  # the tensors that a step writes to in place,
        self.memory: list[ndarray] = []  # their arrays,
        self.owners: set[int] = set()  # and whose memory that is
        self.scalars: list[Any] = []  # the tensors that have no memory, but NumPy scalars

    def fits(self, parameters: list[Any], state: Any, numbers: tuple[str, ...]) -> bool:
        """Whether some of the parameters are to be joined in this step: `rows` and `rest` say which."""
        if sum([each._data.size <= SMALL for each in parameters]) < FEW:
            return False
        members = [(each, state.get(each, _NOTHING)) for each in parameters]
        seen = [*parameters]
        for _, tensors in members:
            seen += tensors
            seen += tensors.values()
        if (
            not _same(seen, self.seen)
            or not _same([each._data for each in self.arrays], self.memory)
            or ndarray in [type(each._data) for each in self.scalars]
        ):
            self.seen = seen
            self._start_over()
            return False
        if self.rows is None:
            self.rows = [*self._worked_out(members, numbers)]
        return bool(self.rows) and self.owners.isdisjoint(_owners([constant(each._grad) for each in parameters]))

    def _worked_out(self, members: list[Member], numbers: tuple[str, ...]) -> Iterator[Row]:
        tensors = [each for each in self.seen if isinstance(each, TensorBase)]
        self.arrays = [each for each in tensors if type(each._data) is ndarray]
        self.memory = [each._data for each in self.arrays]
        self.owners = _owners(self.memory)
        if id(None) in self.owners or len(self.owners) < len(self.memory) or len({*map(id, tensors)}) < len(tensors):
            return
        self.scalars = [each for each in tensors if type(each._data) is not ndarray]
        self.owners.add(id(None))  # a gradient of which it isn't sure may lie anywhere
        alike: dict[Any, list[Member]] = {}
        for parameter, remembered in members:
            alike.setdefault(_likeness(parameter, remembered, numbers), []).append((parameter, remembered))
        self.rest = [parameter for parameter, _ in alike.pop(None, [])]
        for row in (row for like in alike.values() for row in _cut(like)):
            if len(row) < FEW:
                self.rest += [parameter for parameter, _ in row]
            else:
                yield Row(row, numbers)


_plans: WeakKeyDictionary[Any, dict[int, Plan]] = WeakKeyDictionary()  # beside optimizers, so that copies have none


def plan_of(optimizer: Any, group: dict[str, Any]) -> Plan:
    """The plan of a group."""
    plans = _plans.setdefault(optimizer, {})
    if id(group) not in plans:
        if len(plans) >= len(optimizer.param_groups):  # some are of groups that aren't there any more
            plans.clear()
        plans[id(group)] = Plan()
    return plans[id(group)]


class Row:
    """Small parameters end to end, with their gradients and what is remembered of them."""

    def __init__(self, members: list[Member], numbers: tuple[str, ...]) -> None:
        self.parameters = [parameter for parameter, _ in members]
        self.w = _Joint([each._data for each in self.parameters])
        self.g = np.empty_like(self.w.row)
        self.shapes = [each._data.shape for each in self.parameters]
        self.dtypes = [self.g.dtype] * len(members)
        self.tensors = {
            name: [state[name] for _, state in members] for name, value in members[0][1].items() if value is not None
        }
        self.joints = {
            name: _Joint([each._data for each in tensors])
            for name, tensors in self.tensors.items()
            if name not in numbers
        }

    def gather(self) -> tuple[ndarray, ndarray, dict[str, Any]] | None:
        """The values, gradients and state end to end; None if this time they can't be joined."""
        gradients = [constant(each._grad) for each in self.parameters]
        if [each.shape for each in gradients] != self.shapes or [each.dtype for each in gradients] != self.dtypes:
            return None
        state: dict[str, Any] = {}
        for name, tensors in self.tensors.items():
            if name in self.joints:
                state[name] = self.joints[name].gather()
            else:
                different = {each._data.item() for each in tensors}
                if len(different) > 1:
                    return None
                state[name] = different.pop()
        return self.w.gather(), np.concatenate(gradients, axis=None, out=self.g), state

    def scatter(self, state: dict[str, Any]) -> Iterator[tuple[Any, str, Any]]:
        """Write all back, and tell what is new in the state: the parameter, the name, and the number or array."""
        for name, value in state.items():
            if name in self.joints:
                self.joints[name].scatter(value)
                _note_changes(self.tensors[name])
            elif name in self.tensors:
                _write_number(self.tensors[name], value)
            else:
                parts = self.w.split(value) if isinstance(value, ndarray) else [value] * len(self.parameters)
                for parameter, shape, part in zip(self.parameters, self.shapes, parts, strict=True):
                    yield parameter, name, part.reshape(shape) if isinstance(part, ndarray) else part
        self.w.scatter(self.w.row)
        _note_changes(self.parameters)


class _Joint:
    """Arrays, and a row of memory to copy them to and from."""

    def __init__(self, arrays: list[ndarray]) -> None:
        self.ends = [*accumulate(each.size for each in arrays)]
        self.members = [each.reshape(-1) for each in arrays]
        self.row = np.concatenate(self.members)
        self.parts = self.split(self.row)

    def split(self, row: ndarray) -> list[ndarray]:
        return np.split(row, self.ends[:-1])

    def gather(self) -> ndarray:
        return np.concatenate(self.members, out=self.row)

    def scatter(self, values: ndarray) -> None:
        if values is not self.row:
            self.row[...] = values
        for member, part in zip(self.members, self.parts, strict=True):
            member[...] = part


def _note_changes(tensors: list[Any]) -> None:
    for each in tensors:
        each._stamp[0] = clock()


def _write_number(tensors: list[Any], value: Any) -> None:
    number = tensors[0]._data.dtype.type(value)
    for each in tensors:
        if type(each._data) is type(number):
            each._data = number
        else:
            each.write(value)


def _likeness(parameter: Any, state: dict[str, Any], numbers: tuple[str, ...]) -> Any:
    """What parameters of a row have in common, None for those that can't be in one."""
    w = parameter._data
    if type(w) is not ndarray or w.size > SMALL or w.dtype.kind != "f" or not w.flags.c_contiguous:
        return None
    likeness: list[Any] = [w.dtype]
    for name, value in state.items():
        if value is None:
            continue
        if not isinstance(value, TensorBase):
            return None
        array = value._data
        if name in numbers:
            likeness.append((name, plain(array)))
        elif type(array) is ndarray and array.flags.c_contiguous and (array.shape, array.dtype) == (w.shape, w.dtype):
            likeness.append(name)
        else:
            return None
    return tuple(likeness)


def _cut(members: list[Member]) -> Iterator[list[Member]]:
    """Rows that aren't too long."""
    row: list[Member] = []
    size = 0
    for each in members:
        size += each[0]._data.size
        if size > LONGEST:
            yield row
            row, size = [], each[0]._data.size
        row.append(each)
    yield row


def _same(some: list[Any], others: list[Any]) -> bool:
    """Whether two lists hold the very same objects."""
    return len(some) == len(others) and all(map(operator.is_, some, others))


def _owners(arrays: list[Any]) -> set[int]:
    """The arrays, by `id`, that own the memory of some; None is among them if it isn't sure which do."""
    return {id(each if each.base is None else _owner(each.base)) for each in arrays}


def _owner(base: Any) -> Any:
    return base if type(base) is ndarray and base.base is None else None
