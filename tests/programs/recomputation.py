"""A slow and plain double of the package, for programs to run with in the place of ``torch``: `import` it so.

A tensor is a list of places in a memory (recomputed_memory.py), so views need no strides. A change in place that is
recorded gives its family a new history: the old one, with some numbers put in. A gradient is what differences say.

What it doesn't know, it says (`UnsureError`): other element types than float64, memory shown several times, corners.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from . import arrays
from .expressions import Applied, Changed, Expression, Handle, Place, UnsureError
from .recomputed_memory import Family, Memory, Mode

float64, float32, float16 = np.dtype("float64"), np.dtype("float32"), np.dtype("float16")
int64, int32, uint8, bool = (np.dtype(name) for name in ("int64", "int32", "uint8", "bool"))


COMPARED = ("eq", "ne", "gt", "lt", "ge")  # in place, they are steps that are recorded


class Tensor:
    """Places in memory, and what is recorded of them."""

    def __init__(self, family: Family, index: Any, is_base: Any = True) -> None:
        self.family, self.index, self.is_base = family, index, is_base
        self.place: Place | None = family.history
        self.version = family.version
        self.unrecorded = False  # a view that was made while nothing was recorded
        self.keeps = False
        self.afterwards: list[Callable[[Any], Any]] = []
        self.as_leaf: Place | None = None  # it stays, with its hooks, when it stops asking for a gradient
        self.grad: Tensor | None = None

    @property
    def numbers(self) -> Any:
        """The values, as a copy."""
        return self.family.memory.numbers[self.index]

    shape = property(lambda self: self.index.shape)
    dtype = property(lambda self: self.family.memory.numbers.dtype)

    @property
    def tracked(self) -> Any:
        """Whether it has a history."""
        if self.unrecorded and self.family.version != self.version:
            self.unrecorded = False  # its base was changed while recording: it follows
        return self.family.history is not None and not self.unrecorded

    @property
    def requires_grad(self) -> Any:
        """Whether it has a history, for programs that ask: of a gradient it need not have one."""
        if self.tracked and self.family.vague:
            raise UnsureError("whether a gradient depends on anything")
        return self.tracked

    @property
    def is_leaf(self) -> Any:
        """Whether it is no result."""
        return not self.requires_grad or (self.family.leaf and self.is_base)

    retains_grad = property(lambda self: self.keeps and not (self.family.leaf and self.is_base))

    def differentiated(self) -> Place:
        """Return the place where its gradient arrives."""
        family = self.family
        assert self.tracked
        assert family.history is not None
        if self.is_base:
            return family.history
        if self.version != family.version or self.place is None:
            self.place = Place(Applied(lambda cells, index=self.index: cells[index], family.history))
            self.version = family.version
        return self.place

    def read(self) -> Expression:
        """Return its values with their history, if that is recorded."""
        numbers = self.numbers
        if not (Mode.recording and self.tracked):
            return Expression(numbers)
        return _standing(numbers, self.unwound())

    def unwound(self) -> Expression:
        """Return its history, as the graph has it."""
        place = self.differentiated()
        return Applied(lambda cells, index=self.index: cells[index], place) if self.is_base else place

    def seen_as(self, function: Callable[[Any], Any]) -> Tensor:
        """Return a view."""
        tracked = self.tracked
        view = Tensor(self.family, function(self.index), is_base=False)
        self.family.has_views = True
        view.unrecorded = self.unrecorded or (not Mode.recording and tracked)
        if tracked and not view.unrecorded:
            view.place = Place(Applied(function, self.unwound()))
        else:
            view.place = None
        return view

    def write(self, values: Any) -> Self:
        """Put a tensor or a number into it."""
        self.check_writable()
        self._put(self.index, values)
        return self

    def check_writable(self) -> None:
        """Refuse to change a leaf, and what shows memory several times."""
        if Mode.recording and self.tracked and self.family.leaf:
            raise RuntimeError("a leaf, or a view of one, that requires a gradient is changed in place")

    def _put(self, index: Any, values: Any) -> None:
        family, memory = self.family, self.family.memory
        value = values.read() if isinstance(values, Tensor) else Expression(np.asarray(values))
        if memory.doubtful or np.unique(index).size != index.size:
            raise UnsureError("which numbers are changed")
        if value.value.ndim > index.ndim:
            value = Applied(lambda x: x.reshape(x.shape[x.ndim - index.ndim :]), value)
        np.broadcast_to(value.value, index.shape)
        old, before = family.history, memory.numbers.copy()
        memory.numbers[index] = value.value
        memory.rough |= isinstance(values, Tensor) and values.family.memory.rough
        if Mode.recording and (old is not None or value.places) and self.dtype.kind == "f":
            whole = Expression(before) if old is None else _standing(before, old)
            of_values = len(value.places) > 0 and not values.family.vague
            family.vague = not of_values and (old is None or family.vague)
            family.take(Applied(lambda cells, part: arrays.overwritten(cells, index, part), whole, value))

    def __setitem__(self, index: Any, values: Any) -> None:
        self.check_writable()
        view, picks = _index(index)
        part = self.index[view]
        if picks is None or self.is_base:
            self._put(part if picks is None else part[picks], values)
        else:  # what is left of a view comes through it, and past its hooks
            self._put(
                part, applied(lambda x, y: arrays.overwritten(x, picks, y), self.seen_as(lambda x: x[view]), values)
            )

    def zero_(self) -> Self:
        return self.write(0)

    def fill_(self, value: Any) -> Self:
        return self.write(value)

    copy_ = write

    def normal_(self, mean: float, std: float) -> Self:
        return self.write(mean)

    uniform_ = normal_

    def bernoulli_(self, p: float) -> Self:
        return self.write(p)

    def scatter_(self, dim: int, index: Any, values: Any) -> Self:
        self.check_writable()
        if self.is_base:
            places = np.take_along_axis(self.index, index.numbers, dim)
            if isinstance(values, Tensor):
                values = applied(lambda x: x[tuple(slice(n) for n in places.shape)], values)
            self._put(places, values)
        else:  # as in __setitem__
            self._put(self.index, applied(arrays.scattered, self, dim, index.numbers, values))
        return self

    def detach(self) -> Tensor:
        """Return a family of its own, with the same memory."""
        return Tensor(Family(self.family.memory), self.index)

    data = property(detach)

    def detach_(self) -> Self:
        """Leave the graph; what was computed from it stays there."""
        if not self.is_base or self.keeps or Mode.recording is False:
            raise UnsureError("detach_")
        if self.family.history is not None and self.family.leaf:
            self.as_leaf = self.family.history
        self.family = Family(self.family.memory)
        return self

    def requires_grad_(self, wanted: Any = True) -> Self:
        """Become a leaf that requires a gradient."""
        if self.unrecorded:
            raise UnsureError("a leaf that was a view made under no_grad")
        if self.tracked and self.family.vague:
            raise UnsureError("whether a gradient depends on anything")
        if (self.family.history is not None) == wanted:
            return self
        if not wanted and self.family.leaf:
            return self.detach_()
        if (
            not wanted
            or self.family.has_views
            or not self.is_base
            or self.dtype.kind != "f"
            or np.unique(self.index).size != self.index.size
        ):
            raise UnsureError("a leaf that doesn't, any longer, or only in part, require a gradient")
        self.as_leaf = self.as_leaf or Place(Expression(self.family.memory.numbers.copy()))
        self.family.history, self.family.leaf = self.as_leaf, True
        Mode.wanted.append(self)
        return self

    def retain_grad(self) -> None:
        if not self.tracked:
            raise RuntimeError("retain_grad of what has no gradient")
        if self.family.leaf and self.is_base:
            return
        self.keeps = True
        Mode.wanted.append(self)

    def register_hook(self, hook: Callable[[Any], Any]) -> Handle:
        if not self.tracked:
            raise RuntimeError("a hook of what has no gradient")
        hooks = self.differentiated().hooks
        hooks.append(hook)
        return Handle(lambda: hooks.remove(hook) if hook in hooks else None)

    def register_post_accumulate_grad_hook(self, hook: Any) -> None:
        if not (self.tracked and self.family.leaf and self.is_base):
            raise RuntimeError("only a leaf has a gradient that is added up")
        self.afterwards.append(hook)

    def backward(self, gradient: Any = None, *args: Any, **options: Any) -> None:
        Mode.backward([self], [gradient], *args, **options)

    def __getattr__(self, name: str) -> Any:
        if name in ("T", "mT"):
            return self.seen_as(arrays.VIEWS[name])
        if name in arrays.VIEWS:
            return lambda *args, **settings: self.seen_as(lambda x: arrays.VIEWS[name](x, *args, **settings))
        if name[:-1] in COMPARED and name.endswith("_"):
            return lambda other: self._compared(arrays.BINARY[name[:-1]], other)
        if name.endswith("_") and not name.startswith("_"):
            return lambda *args, **settings: self._replaced(getattr(self, name[:-1])(*args, **settings))
        for table in (arrays.ELEMENTWISE, arrays.BINARY, arrays.OTHERS):
            if name in table:
                return lambda *args, **settings: applied(table[name], self, *args, **settings)
        raise UnsureError(name) if not name.startswith("__") else AttributeError(name)

    def _compared(self, by: Any, other: Any) -> Self:
        applied(by, self, other)  # which says whether that is known
        return self._replaced(applied(lambda x, y: by(x, y).astype(self.dtype), self, other))

    def _replaced(self, result: Tensor) -> Self:
        if result.shape != self.shape:
            raise RuntimeError("the result doesn't fit")
        if result.dtype.kind == "f" and self.dtype.kind != "f":
            raise RuntimeError("a fraction can't be put into whole numbers")
        return self.write(result)

    def __getitem__(self, index: Any) -> Tensor:
        view, picks = _index(index)
        part = self.seen_as(lambda x: x[view])
        return part if picks is None else applied(lambda x: x[picks], part, plain=False)

    def reshape(self, *shape: Any) -> Tensor:
        """Return a view where the layout allows it; where that isn't known, nobody may change either afterwards."""
        if np.shares_memory(self.index.reshape(*shape), self.index) and self.family.memory.plain:
            return self.seen_as(lambda x: x.reshape(*shape))
        result = applied(lambda x: x.reshape(*shape), self)
        result.family.memory.doubtful = self.family.memory.doubtful = True
        return result

    view = reshape

    def ravel(self) -> Tensor:
        known_to_copy = self.family.memory.plain and not self.index.flags.c_contiguous
        return applied(np.ravel, self) if known_to_copy else self.reshape(-1)

    def flatten(self, first: int = 0) -> Tensor:
        ndim = len(self.shape)
        return self if ndim and first % ndim == ndim - 1 else self.reshape(-1)

    def clone(self) -> Tensor:
        return applied(np.copy, self)

    def contiguous(self) -> Tensor:
        if not _in_rows(self):
            raise UnsureError("whether it is a copy")
        return self

    def is_contiguous(self) -> Any:
        return self.contiguous() is self

    def positive(self) -> Tensor:
        return self

    view_as = expand_as = broadcast_to = lambda self, shape: self.expand(getattr(shape, "shape", shape))

    def expand(self, *lengths: Any) -> Tensor:
        shape = lengths[0] if isinstance(lengths[0], tuple) else lengths
        return self.seen_as(lambda x: np.broadcast_to(x, shape))

    def to(self, dtype: Any) -> Tensor:
        if self.dtype != dtype:
            raise UnsureError("other element types")
        return self

    def double(self) -> Tensor:
        return self.to(float64)

    def __neg__(self) -> Tensor:
        return applied(np.negative, self)

    def tolist(self) -> Any:
        return self.numbers.tolist()

    def item(self) -> Any:
        return self.numbers.item()

    def max(self, dim: int | None = None) -> Any:
        return self.amax() if dim is None else self._picked(np.argmax, dim)

    def min(self, dim: int | None = None) -> Any:
        return self.amin() if dim is None else self._picked(np.argmin, dim)

    def _check_order(self, dim: int) -> None:
        """Where two values are equal, which of them is picked changes with a step: differences don't say by whom."""
        ordered = np.sort(self.numbers, dim)
        if Mode.recording and self.tracked and (np.diff(ordered, axis=dim) == 0).any():
            raise UnsureError("no slope, at a tie")

    def _picked(self, which: Any, dim: int) -> tuple[Tensor, Tensor]:
        self._check_order(dim)
        value = applied(lambda x: np.take_along_axis(x, which(x, dim, keepdims=True), dim).squeeze(dim), self)
        return value, constant(which(self.numbers, dim))

    def sort(self, dim: int) -> tuple[Tensor, Tensor]:
        self._check_order(dim)
        return applied(arrays.sorted_along, self, dim), constant(arrays.order(self.numbers, dim))

    def topk(self, k: int, dim: int) -> tuple[Tensor, Tensor]:
        self._check_order(dim)
        chosen = applied(lambda x: np.take_along_axis(x, arrays.largest_places(x, k, dim), dim), self)
        return chosen, constant(arrays.largest_places(self.numbers, k, dim))

    def unbind(self, dim: int) -> tuple[Tensor, ...]:
        return tuple(self.select(dim, place) for place in range(self.shape[dim]))

    def split(self, size: int, dim: int) -> tuple[Tensor, ...]:
        n = self.shape[dim]
        return tuple(self.narrow(dim, start, min(size, n - start)) for start in range(0, n, size))

    def chunk(self, parts: int, dim: int) -> tuple[Tensor, ...]:
        return self.split(-(-self.shape[dim] // parts), dim)


def applied(function: Callable[..., Any], *args: Any, plain: Any = True, **settings: Any) -> Tensor:
    """Return the result of a function of arrays for tensors."""
    tensors = [each for each in args if isinstance(each, Tensor)]

    def of_arrays(*values: Any) -> Any:
        following = iter(values)
        return np.asarray(function(*(next(following) if isinstance(a, Tensor) else a for a in args), **settings))

    expression = Applied(of_arrays, *(each.read() for each in tensors))
    if expression.value.dtype.kind == "f" and all(each.dtype.kind != "f" for each in tensors):
        raise UnsureError("float32")
    plain = expression.value.ndim < 2 or (plain and all(_in_rows(each) for each in tensors))
    result = made(expression, plain)
    result.family.memory.rough = any(each.family.memory.rough for each in tensors)
    if result.family.memory.rough and function in arrays.STEPS:
        raise UnsureError("a step of what is known to ten digits")
    result.family.vague = all(each.family.vague for each in tensors if each.tracked)
    return result


def made(expression: Expression, plain: Any = True) -> Tensor:
    """Return a tensor with memory of its own."""
    value = expression.value
    if value.dtype.kind == "f":
        value = value.astype(float64)
    tracked = operator.truth(expression.places) and value.dtype.kind == "f"
    history = Place(Applied(np.ravel, expression)) if tracked else None
    return Tensor(Family(Memory(value.ravel().copy(), plain), history), np.arange(value.size).reshape(value.shape))


def constant(values: Any) -> Tensor:
    """Return a tensor that has no history."""
    return made(Expression(np.asarray(values)))


def _standing(numbers: Any, history: Expression) -> Expression:
    return history if np.array_equal(numbers, history.value, equal_nan=True) else Changed(numbers, history)


def _in_rows(tensor: Tensor) -> Any:
    return tensor.family.memory.plain and tensor.index.flags.c_contiguous


def _index(index: Any) -> tuple[Any, Any]:
    """Return an index in two steps: what gives a view, and the places to pick from that (None: the view is all)."""
    view: list[Any] = []
    picks: list[Any] = []
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, list):
            part = np.array(part)
        if isinstance(part, Tensor):
            part = part.numbers
        if isinstance(part, np.ndarray) and part.ndim:
            view += [slice(None)] * (part.ndim if part.dtype == bool else 1)
            picks.append(part)
        else:
            view.append(int(part) if isinstance(part, (np.integer, np.ndarray)) else part)
            picks += [] if isinstance(view[-1], int) else [Ellipsis] if part is Ellipsis else [slice(None)]
    fancy = any(isinstance(part, np.ndarray) for part in picks)
    return tuple(view), tuple(picks) if fancy else None


def _operators() -> None:
    signs = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "matmul": "@"}
    for name in (*signs, "gt", "lt", "ge", "eq", "ne"):
        function = arrays.power if name == "pow" else getattr(operator, name)

        def forward(self: Tensor, other: Any, function: Any = function) -> Tensor:
            return applied(function, self, other)

        def backward(self: Tensor, other: Any, function: Any = function) -> Tensor:
            return applied(lambda x: function(other, x), self)

        def in_place(self: Tensor, other: Any, function: Any = function) -> Tensor:
            return self._replaced(applied(function, self, other))

        setattr(Tensor, f"__{name}__", forward)
        if name in signs:
            setattr(Tensor, f"__r{name}__", backward)
            setattr(Tensor, f"__i{name}__", in_place)


_operators()
