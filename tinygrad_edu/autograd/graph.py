"""The computation graph: what a tensor remembers, and the nodes it remembers through.

Each recorded operation leaves one `Node`. It holds the operation, the few values that its
derivatives will ask for, and edges to where its operands came from:

    x ──┐
        ├── Node(mul) ── Node(sum) ── loss          loss._node is Node(sum)
    w ──┘

An edge leads to a `Node`, or to a leaf tensor, whose gradient is kept. Nodes know nothing of the
tensors that operations returned, so a result that nobody holds any more is freed at once.

**Order.** One clock numbers the nodes as they are made. An operand always exists before the
operation that uses it, so falling numbers are a valid order to walk the graph backwards.

**Changes in place.** Tensors that share memory share a *stamp*: the clock's time of the last change
made to that memory in place. A saved value is still what the node saw exactly if its stamp is older
than the node. Nothing else needs to be counted. (NumPy scalars never change: they have one in common.)
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self, TypeVar, cast

import numpy as np

from tinygrad_edu._memory import apart
from tinygrad_edu.autograd.grad_mode import enable_grad

__all__ = [
    "UNCHANGING",
    "AccumulateGrad",
    "Earlier",
    "Node",
    "Select",
    "Slots",
    "TensorBase",
    "View",
    "clock",
    "constant",
    "joined",
    "new",
    "part_shown",
]

clock = itertools.count(1).__next__

M = TypeVar("M")

Array = Any  # an np.ndarray, or a NumPy scalar standing for a 0-d one (see TensorBase)
Edge = Any  # a Node, or a leaf TensorBase
Hook = Callable[[Any], Any]
Steps = tuple[Any, ...]  # see View
Stamp = Any  # a list of one number, shared by those who share memory; or UNCHANGING

new = object.__new__

UNCHANGING = (0,)  # the stamp of numbers, which can't be changed in place


class TensorBase:
    """The state of a tensor, as far as recording and walking the graph need it.

    A 0-d result is kept as NumPy computed it, often a NumPy scalar: arithmetic on those is seven
    times as fast as on 0-d arrays (benchmark W4). A scalar has no memory to share, so `owned_array`
    turns it into a 0-d array before anything could see the difference. In the same way a gradient that
    arrives stays an array, which is all that an optimizer needs, until `owned_gradient` makes it a tensor.
    """

    __slots__ = ("__weakref__", "_data", "_grad", "_hooks", "_node", "_requires_grad", "_stamp", "_view")

    _data: Array
    _grad: Any  # the gradient, on leaves and where retain_grad() asked for it: a tensor, or what will become one
    _hooks: Hooks | None  # of a leaf; those of any other tensor are at its node
    _node: Node | None  # the operation that made it, if that was recorded
    _requires_grad: bool
    _stamp: Stamp
    _view: View | None

    result_type: ClassVar[Any]  # the class of results: set once, by _tensor.py

    @classmethod
    def wrap(cls, data: Array, node: Node | None = None, requires_grad: bool = False) -> Self:
        """A new tensor around `data`, without copying it."""
        tensor = new(cls)
        tensor._data = data
        tensor._node = node
        tensor._requires_grad = requires_grad
        tensor._stamp = [0] if type(data) is np.ndarray else UNCHANGING
        tensor._grad = tensor._hooks = tensor._view = None
        return tensor

    def edge(self) -> Edge:
        """The place where the gradient of this tensor goes: its node, or the leaf itself."""
        if self._view is not None:
            self.follow_base()
        node = self._node
        return self if node is None else node

    def owned_array(self) -> np.ndarray:
        """The values as an array whose memory this tensor keeps from now on."""
        if type(self._data) is not np.ndarray:
            self._data = np.asarray(self._data)
            self._stamp = [0]
        array: np.ndarray = self._data
        return array

    def owned_gradient(self) -> Any:
        """The gradient as a tensor, the same one every time, or None."""
        if self._grad is not None and not isinstance(self._grad, TensorBase):
            self._grad = self.result_type.wrap(self._grad)
        return self._grad

    def follow_base(self) -> None:
        """Make a view that its base has overtaken come from the base as it is now."""
        view = self._view
        if view is not None and view.base._node is not view.whence:
            view.whence = view.base._node
            if view.base._requires_grad:
                with enable_grad():
                    fresh = part_shown(view.steps, view.base)
                self.become_result_of(fresh._node)

    def become_result_of(self, node: Node) -> None:
        """Take another place in the graph; the wish to keep the gradient (`retain_grad`) comes along."""
        before = self._node
        self._node, self._requires_grad = node, True
        if before is not None and before.hooks is not None:
            mine = [reference for reference in before.hooks.keepers if reference() is self]
            if mine:
                before.hooks.keepers.remove(mine[0])
                if node.hooks is None:
                    node.hooks = Hooks()
                node.hooks.keepers += mine

    def write(self, values: Array) -> None:
        """Put `values` (same dtype, broadcastable) into this tensor's memory and note the change."""
        data = self._data
        if type(data) is np.ndarray:
            data[...] = apart(values, data)
        else:
            self._data = data.dtype.type(np.reshape(values, ()) if getattr(values, "ndim", 0) else values)
        self.note_change()

    def note_change(self) -> None:
        """Tell the nodes that saved values from this tensor's memory that it holds others now."""
        if type(self._data) is np.ndarray:
            self._stamp[0] = clock()


def joined(families: type[M]) -> type[M]:
    """One class that has what the bases of `families` have, and no base.

    Python walks the bases of a class to see that something is no node, and to make an object. It shouldn't pass
    fifty families each time (benchmarks W3 and W4).
    """
    members = {name: member for family in reversed(families.__bases__) for name, member in vars(family).items()}
    return cast("type[M]", type(families.__name__, (), members | vars(families)))


def constant(x: Any) -> Any:
    """The values of `x`, an array or a tensor, as an array: for what has no derivative, as masks."""
    return x._data if isinstance(x, TensorBase) else x


def part_shown(steps: Steps, whole: Any) -> Any:
    """The part of `whole`, an array or a tensor, that a view with these steps shows.

    A function and no method of `View`: nodes keep it, and must not keep the base, which keeps them.
    """
    in_turn = []
    while steps:
        steps, step = steps
        in_turn.append(step)
    for step in reversed(in_turn):
        whole = whole[step] if type(step) is tuple else step(whole)
    return whole


class View:
    """How a tensor that shares another one's memory is seen from there: the base and the steps.

    `whence` is the node of the base that the view came from. If the base has another by now, the view follows; if
    only numbers have changed, it keeps its place in the graph, and with it its hooks.

    The steps are a pair, those before the last one and the last; () is none. So a view of a view
    shares the steps of the view above it, however long the chain is. A step is a function, or an index.
    """

    __slots__ = ("_base", "steps", "whence")

    def __init__(self, base: TensorBase, steps: Steps) -> None:
        self._base = base
        self.steps = steps
        self.whence = base._node

    @property
    def base(self) -> TensorBase:
        """The tensor that the steps begin at; of one that has turned into a view of itself (``t_()``), its old self."""
        turned = self._base._view
        if turned is not None:
            self._base = turned.base
        return self._base


class Hooks(dict[int, Hook]):
    """Functions that see, and may replace, a gradient: called in the order they were added.

    `keepers` are the tensors that asked to keep the gradient (`retain_grad`): they get what the
    last hook left. `afterwards` are functions of a leaf, to call when its ``grad`` has grown.
    """

    __slots__ = ("afterwards", "keepers")

    def __init__(self) -> None:
        super().__init__()
        self.afterwards: dict[int, Hook] = {}
        self.keepers: list[weakref.ref[TensorBase]] = []


class Node:
    """One recorded operation; ``tensor.grad_fn`` shows it.

    Attributes:
        edges: Where the gradient of each differentiable operand goes.
        saved: The values the derivatives ask for, or None once they have been freed.
        stamps: The stamps of those of them that a tensor could still change in place.
        order: When the node was made, by the clock.
        hooks: Functions to call on the gradient that arrives here, or None.
    """

    __slots__ = ("__weakref__", "edges", "hooks", "order", "saved", "stamps")

    edges: Sequence[Edge]
    hooks: Hooks | None
    order: int
    saved: Sequence[Any] | None
    stamps: Sequence[Stamp]

    @property
    def operation(self) -> str:
        """The name in error messages."""
        raise NotImplementedError

    def pull(self, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        """The gradient with respect to each operand that has an edge.

        Each is `g` itself, a view, or an array that nobody else holds.

        Args:
            g: The gradient with respect to the result: an array, or a tensor if `differentiable`.
            differentiable: Whether this computation is to be recorded in turn.
            retain: Whether to keep the saved values for another time.
        """
        raise NotImplementedError

    def take_saved(self) -> Sequence[Any]:
        """The saved values, after making sure that they are still there and unchanged."""
        saved = self.saved
        if saved is None:
            raise RuntimeError(
                f"backward through {self.operation}: the values that it had saved were freed by an earlier "
                "backward; to go through the same graph twice, call the first one with retain_graph=True"
            )
        order = self.order
        for stamp in self.stamps:
            if stamp[0] > order:
                raise RuntimeError(
                    f"backward through {self.operation}: a tensor that it needs for its derivative was changed "
                    f"in place afterwards, so the gradient would be wrong; make the change on a copy "
                    "(x = x + 1 rather than x += 1, or x.clone() first)"
                )
        return saved

    def name(self) -> str:
        """The name that a printed tensor shows, in PyTorch's form: ``MulBackward0``."""
        return "".join(word.capitalize() for word in self.operation.split("_")) + "Backward0"

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The nodes one step further back, each with the number of its output that was used."""
        return tuple(_as_function(edge) for edge in self.edges)

    def __repr__(self) -> str:
        return f"<{self.name()} object at {id(self):#x}>"


class Select(Node):
    """Stands between an operation with several results and one of them, number `index`."""

    __slots__ = ("index",)

    def __init__(self, node: Node, index: int) -> None:
        self.edges = (node,)
        self.index = index
        self.saved = self.stamps = ()
        self.hooks = None
        self.order = clock()

    @property
    def operation(self) -> str:
        """The name in error messages."""
        return "select_output"

    def pull(self, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        """The gradient `g` in its place among those of all the results."""
        slots = Slots([None] * self.edges[0].result_count)
        slots[self.index] = g
        return (slots,)

    def name(self) -> str:
        """The name of the operation whose result this is."""
        name: str = self.edges[0].name()
        return name


class Earlier(Node):
    """Stands for a 0-d leaf as it was when an operation used it: for a number, changed since, that a rule asks for."""

    __slots__ = ()

    def __init__(self, leaf: TensorBase) -> None:
        self.edges = (leaf,)
        self.saved = self.stamps = ()
        self.hooks = None
        self.order = clock()

    @property
    def operation(self) -> str:
        """The name in error messages."""
        return "earlier"

    def pull(self, g: Any, differentiable: bool, retain: bool) -> Sequence[Any]:
        """The gradient `g`, as it is."""
        return (g,)


class Slots(list[Any]):
    """The gradients that have arrived at an operation with several results, one for each; None where there is none."""

    def __add__(self, other: list[Any]) -> Slots:
        """The sums, place by place."""
        pairs = zip(self, other, strict=True)
        return Slots(a if b is None else b if a is None else a + b for a, b in pairs)


class AccumulateGrad:
    """Shows a leaf tensor as the last step of the way back, where its gradient is added up."""

    def __init__(self, variable: TensorBase) -> None:
        self.variable = variable
        self.next_functions = ()

    def name(self) -> str:
        """The name ``AccumulateGrad``."""
        return "AccumulateGrad"

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self):#x}>"


def _as_function(edge: Edge) -> tuple[Any, int]:
    if isinstance(edge, Select):
        return edge.edges[0], edge.index
    return (AccumulateGrad(edge) if isinstance(edge, TensorBase) else edge), 0


class RemovableHandle:
    """Takes a hook away again: by `remove()`, or at the end of a ``with`` block.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.register_hook.html
    """

    _next_id: ClassVar[itertools.count[int]] = itertools.count()

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self.id = next(self._next_id)
        self._hooks = hooks
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook away; does nothing the second time."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()
