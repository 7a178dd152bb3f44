"""A program as text, and the machines that run its lines: this package, or PyTorch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from types import CodeType
from typing import Any

import numpy as np

import tinygrad_edu as tg

Env = dict[str, Any]

FUNCTIONS = """
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x * x


class Both(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y, x + y

    @staticmethod
    def backward(ctx, g, h):
        x, y = ctx.saved_tensors
        return g * y + h, g * x + h


class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g * 2


def double_grad(leaf):
    leaf.grad.mul_(2)


def forget_grad(leaf):
    leaf.grad = None
"""  # the operations of users that programs may call

NAMES = re.compile(r"\bv\d+\b")


class UnfitError(Exception):
    """A program that can't be run at all: a name is missing in it, or a bracket."""


class Machine:
    """Runs lines with a module in the place of ``torch``, and says what its tensors hold without touching them."""

    judges_refusals = True  # whether it is asked about lines that the package refuses
    closeness = 1e-9  # of its numbers to right ones
    gradients_of_nothing = False  # whether no gradient may stand for one of zeros

    def __init__(self, module: Any = tg) -> None:
        self.module = module
        self.env: Env = dict(with_functions(module))

    def run(self, code: CodeType) -> Exception | None:
        """Run one line; return what it raised."""
        try:
            exec(code, self.env)
        except Exception as error:
            return error
        return None

    def variables(self) -> Iterator[tuple[str, Any]]:
        """Yield each variable of the program with what it holds."""
        return ((name, value) for name, value in self.env.items() if NAMES.fullmatch(name))

    def is_tensor(self, value: Any) -> bool:
        """Whether it is a tensor of this machine."""
        return isinstance(value, self.module.Tensor)

    def state(self, line: str, ours: Machine) -> str:
        """Return what is special about its tensors, and those that a line names."""
        return ""

    def array(self, tensor: Any) -> Any:
        """The values of a tensor, in its own memory."""
        return tensor._data if self.module is tg else tensor.detach().numpy(force=True)

    def shares(self, one: Any, other: Any) -> bool | None:
        """Whether two tensors have memory in common; None if it can't say."""
        first, second = self.array(one), self.array(other)
        return one is other or (type(first) is type(second) is np.ndarray and np.shares_memory(first, second))


@cache
def with_functions(module: Any) -> Env:
    """Return the names that programs start with."""
    env: Env = {"torch": module, "__name__": "program"}
    exec(FUNCTIONS, env)
    return env


@cache
def compiled(line: str) -> CodeType:
    """Return a line as code.

    Raises:
        UnfitError: If it isn't Python.
    """
    try:
        return compile(line, line, "exec")
    except SyntaxError as error:
        raise UnfitError(line) from error


def pasted(lines: Sequence[str], module: str = "tinygrad_edu as torch") -> str:
    """Return a program as a text that runs when pasted."""
    parts = FUNCTIONS.strip().split("\n\n\n")
    used = [part for part in parts if re.search(rf"\b{part.split()[1].partition('(')[0]}\b", str(lines))]
    return "\n".join([f"import {module}", *used, *lines])
