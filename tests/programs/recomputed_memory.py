"""What the slow and plain double (recomputation.py) keeps: memory, a list of numbers, and its history.

A base and its views are a *family*: their numbers have one history, an expression (expressions.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from .expressions import Expression, Place

if TYPE_CHECKING:
    from .recomputation import Tensor


class Mode:
    """Whether operations are recorded; programs run one at a time."""

    recording = True
    backward: Callable[..., None]  # the walk back: recomputed_gradients.py has it
    wanted: ClassVar[list[Tensor]] = []  # the tensors whose gradients are kept: leaves, and results that ask


class Memory:
    """Numbers, one after the other."""

    def __init__(self, numbers: Any, plain: Any) -> None:
        self.numbers = numbers
        self.rough = False  # known by differences: to ten digits, of which no step may be made
        self.plain = plain  # a result that lies in rows for certain, whatever the layout of what it was computed from
        self.doubtful = False  # whether a reshape of it is a view depends on the layout


class Family:
    """A base with its views: the history of their numbers."""

    def __init__(self, memory: Memory, history: Place | None = None, leaf: Any = False) -> None:
        self.memory, self.history, self.leaf = memory, history, leaf
        self.version = 0
        self.has_views = False
        self.vague = False  # a gradient, of which it isn't known whether it depends on anything

    def take(self, history: Expression) -> None:
        """Have another history from now on."""
        self.history, self.leaf = Place(history), False
        self.version += 1
