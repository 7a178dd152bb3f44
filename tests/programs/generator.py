"""Writing a program, line by line, with an eye on what the tensors so far look like.

The kinds of lines and their frequencies are in the files beside this one: making and computing (computing.py),
changes in place (changing.py), gradients (differentiating.py). Each is a function of the `Writer` that returns a line,
or None if there is nothing that it could be about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from random import Random
from typing import Any, NamedTuple, TypeVar

import numpy as np

from tinygrad_edu.autograd.graph import TensorBase

from .program import Machine

T = TypeVar("T")

SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (2,), (3,), (4,), (2, 2), (2, 3), (3, 2), (1, 3), (2, 1), (1, 1), (0,))
OFTEN = (2, 1, 4, 4, 2, 4, 4, 3, 1, 2, 1, 0.3)  # how often each shape is drawn, in proportion
FLOATS = ("float64", "float32", "float16")
MODES = ("torch.no_grad()", "torch.no_grad(), torch.enable_grad()", "torch.inference_mode()", "torch.enable_grad()")


class Seen(NamedTuple):
    """What a writer knows of a tensor."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    requires_grad: bool
    is_leaf: bool
    has_grad: bool
    is_view: bool
    has_views: bool

    @property
    def is_float(self) -> bool:
        """Whether its numbers are real."""
        return self.dtype in FLOATS

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


class Writer:
    """Writes lines that fit the state of a machine, this package's, which runs them meanwhile."""

    def __init__(self, random: Random, machine: Machine) -> None:
        self.random = random
        self.machine = machine
        self.tensors: list[Seen] = []
        self.others: dict[str, list[str]] = {}  # names of optimizers and of hooks' handles
        self.made = 0
        self.dtypes = random.choices([FLOATS[:1], FLOATS[:2], FLOATS], [6, 3, 2])[0]
        self.modes = random.choices([0.0, 0.12, 0.4], [2, 4, 1])[0]

    def look(self) -> None:
        """See what the lines so far have made; nothing in a tensor is touched."""
        tensors = [(name, value) for name, value in self.machine.variables() if isinstance(value, TensorBase)]
        bases = {id(value._view.base) for _, value in tensors if value._view is not None}
        self.tensors = [
            Seen(
                name,
                value._data.shape,
                value._data.dtype.name,
                bool(value._requires_grad),
                value._node is None,
                value._grad is not None,
                value._view is not None,
                id(value) in bases,
            )
            for name, value in tensors
        ]

    def new(self) -> str:
        """Return a fresh name."""
        self.made += 1
        return f"v{self.made}"

    def chance(self, probability: float) -> bool:
        """Return True with that probability."""
        return self.random.random() < probability

    def one(self, choices: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """Return one of them."""
        return self.random.choices(choices, weights)[0]

    def pick(self, wanted: Callable[[Seen], Any] = lambda t: True) -> Seen | None:
        """Return a tensor as wanted, a late one rather than an early one; None if there is none."""
        fitting = [each for each in self.tensors if wanted(each)]
        if not fitting:
            return None
        return self.one(fitting, [1 + 2 * (place / len(fitting)) for place in range(len(fitting))])

    def real(self) -> Seen | None:
        """Return a tensor of real numbers."""
        return self.pick(lambda t: t.is_float)

    def shape(self) -> tuple[int, ...]:
        """Return a shape."""
        return self.one(SHAPES, OFTEN)

    def number(self) -> float:
        """Return a number, seldom a special one."""
        return (
            self.one([0.0, 1.0, -1.0])
            if self.chance(0.06)
            else round(self.random.uniform(0.3, 2) * self.one([1, 1, -1]), 2)
        )

    def literal(self, shape: tuple[int, ...], draw: Callable[[], Any]) -> str:
        """Return a nested list of numbers as text."""
        if not shape:
            return repr(draw())
        return "[" + ", ".join(self.literal(shape[1:], draw) for _ in range(shape[0])) + "]"

    def constant(self, shape: tuple[int, ...], dtype: str | None = None, requires_grad: bool = False) -> str:
        """Return the text of a new tensor of real numbers."""
        values = f"torch.tensor({self.literal(shape, self.number)}, dtype=torch.{dtype or self.one(self.dtypes)}"
        if shape == (0,):
            values = f"torch.zeros(0, dtype=torch.{dtype or self.one(self.dtypes)}"
        return f"{values}, requires_grad=True)" if requires_grad else f"{values})"

    def indices(self, shape: tuple[int, ...], below: int) -> str:
        """Return the text of a new tensor of places."""
        return f"torch.tensor({self.literal(shape, lambda: self.random.randrange(max(below, 1)))}, dtype=torch.int64)"

    def order(self, shape: tuple[int, ...], dim: int) -> str:
        """Return the text of a new tensor of places along `dim`, each once, in any order."""
        keys = np.array([self.random.random() for _ in range(prod(shape))]).reshape(shape)
        return f"torch.tensor({keys.argsort(dim).tolist()}, dtype=torch.int64)"

    def fitting(self, shape: tuple[int, ...], *, exactly: bool = False) -> Any:
        """Return a tensor that stretches to `shape`, or meets it, or a number: as text."""
        if self.chance(0.25):
            return repr(self.one([self.number(), self.random.randint(1, 3)]))
        other = self.pick(lambda t: stretches(t.shape, shape) if exactly else meet(t.shape, shape))
        if other is not None and self.chance(0.8):
            return other.name
        return self.constant(self.one([shape, shape, shape[1:], ()]), requires_grad=self.chance(0.1))

    def dim(self, ndim: int) -> int:
        """Return a dimension, from the front or from the back."""
        return self.random.randrange(-ndim, ndim) if ndim else 0

    def index(self, shape: tuple[int, ...], *, advanced: bool = True, repeated: bool = True) -> str:
        """Return an index as text, without the brackets around it."""
        kinds = {"number": 3.0, "slice": 4.0, "all": 2.0, "step": 1.0}
        if advanced:
            kinds |= {"places": 2.5, "mask": 1.2}
        parts = []
        for length in shape[: self.random.randint(min(1, len(shape)), len(shape))]:
            kind = self.one([*kinds], [*kinds.values()]) if length else "all"
            if kind in ("places", "mask"):
                kinds = {each: often for each, often in kinds.items() if each not in ("places", "mask")}
            parts.append(self._part_of_index(kind, length, repeated))
        if self.chance(0.08):
            parts.insert(self.random.randint(0, len(parts)), "None")
        if self.chance(0.08):
            parts.append("...")
        return ", ".join(parts) or "..."

    def _part_of_index(self, kind: str, length: int, repeated: bool) -> str:
        if kind == "number":
            return str(self.random.randrange(-length, length))
        if kind == "slice":
            low = self.random.randint(0, length - 1)
            return f"{low}:{self.random.randint(low if self.chance(0.2) else low + 1, length)}"
        if kind == "step":
            return f"{self.random.randint(0, 1)}::2"
        if kind == "places":
            many = range(self.random.randint(1, 3))
            places = [self.random.randrange(length) for _ in many]
            if not repeated:
                places = self.random.sample(range(length), min(len(many), length))
            return f"torch.tensor({places})" if self.chance(0.4) else str(places)
        if kind == "mask":
            return f"torch.tensor({[self.chance(0.6) for _ in range(length)]})"
        return self.one([":", "0:0"], [9, 1])


Kind = Callable[[Writer], str | None]


def meet(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two shapes broadcast to one that isn't large."""
    try:
        return prod(np.broadcast_shapes(one, other)) <= 12
    except ValueError:
        return False


def stretches(one: tuple[int, ...], to: tuple[int, ...]) -> bool:
    """Whether the first shape broadcasts to the second."""
    try:
        return np.broadcast_shapes(one, to) == to
    except ValueError:
        return False
