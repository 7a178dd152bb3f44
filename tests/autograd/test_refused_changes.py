"""A change in place that is refused leaves all as it was: values, shape, graph, and the gradients of what came before.

Every method that works in place is tried on targets and with arguments most of which can't be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

OPERATORS = [f"__i{name}__" for name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"]]
METHODS = [
    name
    for name in dir(tg.ones(1))
    if name.endswith("_") and not name.startswith("_") and name not in ("requires_grad_", "detach_")
]
METHODS += ["__setitem__", *OPERATORS]


def locked(values: Any) -> Any:
    array = np.array(values, dtype=np.float32)
    array.flags.writeable = False
    return tg.from_numpy(array)


def unrecorded_view(y: Any) -> Any:
    with tg.no_grad():
        return y[:2]


# Each gets a result of the graph, of shape (3,), and gives the tensor to change.
TARGETS: dict[str, Callable[[Any], Any]] = {
    "a result": lambda y: y,
    "a view": lambda y: y[:2],
    "a view of a view": lambda y: y[1:][:1],
    "a number": lambda y: y[0],
    "a number of its own": lambda y: y.sum(),
    "stretched": lambda y: y[:1].expand(4),
    "stretched to a matrix": lambda y: y.expand(2, 3),
    "stretched for no reason": lambda y: y.expand(3),
    "an unrecorded view": unrecorded_view,
    "a leaf": lambda y: tg.tensor([1.0, 2.0, 3.0], requires_grad=True),
    "a view of a leaf": lambda y: tg.tensor([1.0, 2.0, 3.0], requires_grad=True)[1:],
    "outside the graph": lambda y: tg.tensor([1.0, 2.0, 3.0]),
    "a constant, stretched": lambda y: tg.tensor([1.0]).expand(3),
    "read-only": lambda y: locked([1.0, 2.0, 3.0]),
    "integers": lambda y: tg.tensor([1, 2, 3]),
    "bytes": lambda y: tg.tensor([1, 2, 3], dtype=tg.uint8),
    "bools": lambda y: tg.tensor([True, False, True]),
    "nothing": lambda y: tg.zeros(0),
}


def with_gradient(*shape: int) -> Any:
    return tg.ones(*shape, requires_grad=True)


PLACES = tg.tensor([0])
ARGUMENTS: list[Callable[[Any], tuple[Any, ...]]] = [
    lambda t: (),
    lambda t: (2.5,),
    lambda t: (-1,),
    lambda t: (300,),
    lambda t: ("a",),
    lambda t: (None,),
    lambda t: (t,),
    lambda t: (with_gradient(2),),
    lambda t: (with_gradient(2, 3),),
    lambda t: (tg.ones(7),),
    lambda t: (tg.zeros(t.shape, dtype=tg.int64),),
    lambda t: (tg.ones(t.shape, dtype=tg.float64, requires_grad=True),),
    lambda t: (1.0, -1.0),
    lambda t: (tg.ones(5, dtype=tg.bool), 1.0),
    lambda t: (tg.ones(t.shape, dtype=tg.bool), with_gradient(2)),
    lambda t: (0, PLACES, 2.5),
    lambda t: (0, PLACES, with_gradient(1)),
    lambda t: (0, tg.tensor([9]), 1.0),
    lambda t: (5, PLACES, 1),
    lambda t: (slice(None), with_gradient(2)),
    lambda t: (slice(None), tg.ones(2, 5)),
    lambda t: (9, 1.0),
    lambda t: ([0], with_gradient(2)),
    lambda t: ([0, 0], tg.tensor([5.0, 6.0])),
    lambda t: (PLACES, 300),
    lambda t: ("a", 1.0),
]

# What NumPy says of memory and shapes, and a user of tensors can't act on.
FOREIGN = re.compile(r"destination|broadcast together|setting an array|item assignment|out of bounds for axis|ndarray")


def state(tensor: Any) -> Any:
    return (tensor.detach().tolist(), tuple(tensor.shape), tensor.dtype, tensor.requires_grad, tensor.grad_fn)


def attempted(change: Callable[..., Any], args: tuple[Any, ...]) -> Exception | None:
    """Try a change; return the error that refuses it."""
    try:
        change(*args)
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("method", METHODS)
def test_what_is_refused_changes_nothing(method: str) -> None:
    refused = 0
    for number, ((kind, make), arguments) in enumerate(product(TARGETS.items(), ARGUMENTS)):
        if number % 4 and kind not in ("a view", "a number"):
            continue  # each other target gets a quarter of the arguments
        x = tg.tensor([0.5, 1.5, 2.5], requires_grad=True)
        y = x * 2
        target = make(y)
        earlier = (y * y).sum() + (target * target).sum().double().float()
        before = [state(y), state(target), state(x)]
        args = arguments(target)
        asked = [arg.requires_grad for arg in args if isinstance(arg, tg.Tensor)]
        error = attempted(getattr(target, method), args)
        if error is None:
            y.sum().backward()
            continue
        refused += 1
        what = f"{method} of {kind} with {args}: {error!r}"
        assert [state(y), state(target), state(x)] == before, what
        assert [arg.requires_grad for arg in args if isinstance(arg, tg.Tensor)] == asked, what
        assert not FOREIGN.search(str(error)), what
        earlier.backward(retain_graph=True)
        (y * y).sum().backward()
    assert refused
