"""Names for a gradient check's errors: of the function, its inputs, the rule to look at."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu.autograd.function import Function, FunctionNode
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.autograd.graph import Edge, Node
from tinygrad_edu.autograd.nodes import PrimitiveNode
from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.gradient_checks.nesting import Numbered, differentiable

__all__ = ["Names", "is_own"]


class Names:
    """The names for one check; those that take a call of the function to find out are found when asked for.

    Args:
        check: gradcheck or gradgradcheck.
        derivative: The order of the derivatives that are checked.
        func: Whose derivatives they are.
        arguments: What it is called with.
        input: Returns the name of an input, by its number.
        output: Returns the name of an output.
        closing: The last sentence of what is said of a mistake.
    """

    def __init__(
        self,
        check: str,
        derivative: int,
        func: Callable[..., Any],
        arguments: tuple[Any, ...],
        input: Callable[[int], str],
        output: Callable[[int], str],
        closing: str = "",
    ) -> None:
        self.check = check
        self.derivative = derivative
        self.func = func
        self.arguments = arguments
        self.input = input
        self.output = output
        self.closing = closing

    @functools.cached_property
    def operation(self) -> str:
        """The name of the function; of one without a name, what it consists of."""
        name = _name(self.func)
        if name:
            return name
        if self._own:
            return " and ".join(self._own)
        nodes = [output._node for _, output in self._outputs if output._node is not None]
        return nodes[0].operation if nodes else "the function"

    @property
    def rule(self) -> str:
        """The place to look at for the mistake."""
        if self._own:
            return ("the rule of " if len(self._own) == 1 else "the rules of ") + " and ".join(map(repr, self._own))
        return f"the function {_name(self.func)!r}" if _name(self.func) else "the function"

    @property
    def all_tested(self) -> bool:
        """Whether the function consists of operations of the package's own table, and isn't one of them itself."""
        return not self._own and not isinstance(self.func, Primitive)

    @property
    def opening(self) -> str:
        """The words with which every message begins."""
        return f"{self.check}: {self.operation}"

    @property
    def context(self) -> dict[str, Any]:
        """The facts that every error carries."""
        return {"operation": self.operation, "derivative": self.derivative}

    @functools.cached_property
    def _outputs(self) -> Numbered:
        try:
            with enable_grad():
                return differentiable(self.func(*self.arguments))
        except Exception:  # it is only for a name
            return []

    @functools.cached_property
    def _own(self) -> list[str]:
        """The names of the operations of the user's own in the function's graph."""
        return _own_operations([output for _, output in self._outputs])


def is_own(node: Node) -> bool:
    """Whether a node's operation is the user's, and not of the package's tested table."""
    return isinstance(node, FunctionNode) or (isinstance(node, PrimitiveNode) and not node.plan.primitive.trusted)


def _name(func: Any) -> str:
    """The name of a function, or "" for a lambda and the like."""
    if isinstance(func, functools.partial):
        return _name(func.func)
    if isinstance(func, Primitive):
        return func.name
    owner = getattr(func, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, Function):
        return owner.__name__
    name = getattr(func, "__name__", type(func).__name__)
    return "" if name == "<lambda>" else str(name)


def _own_operations(outputs: Sequence[Any]) -> list[str]:
    seen: set[Edge] = set()
    stack = [output.edge() for output in outputs]
    names: dict[str, None] = {}  # an ordered set
    while stack:
        edge = stack.pop()
        if edge not in seen and isinstance(edge, Node):
            seen.add(edge)
            stack.extend(edge.edges)
            if is_own(edge):
                names[edge.operation] = None
    return list(names)
