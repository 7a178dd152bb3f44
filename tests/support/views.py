"""Tensors of every memory layout, and every call that may give a view: for the tests of what shares memory.

Everything is a function of the module, this package or PyTorch, so that both can be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Make = Callable[[Any], Any]
Form = Callable[[Any, Any], Any]


def laid_out(m: Any, value: Any, dtype: Any) -> Any:
    """An array as a module's tensor, which lies in memory alike: with its dimensions in that order, or with gaps."""
    order = sorted(range(value.ndim), key=lambda dim: -abs(value.strides[dim]))
    if value.size > 1 and order != sorted(order):
        return m.tensor(value.transpose(order).copy(), dtype=dtype).permute(*np.argsort(order).tolist())
    if value.size > 1 and not value.flags.c_contiguous:
        return m.tensor(np.repeat(value, 2, axis=-1), dtype=dtype)[..., ::2]
    return m.tensor(np.array(value), dtype=dtype)


def counted(*shape: int) -> Make:
    """The numbers from 0 in a shape."""

    def make(m: Any) -> Any:
        size = 1
        for length in shape:
            size *= length
        return m.arange(float(size)).reshape(shape)

    return make


def then(make: Make, step: Callable[[Any], Any]) -> Make:
    """What `step` makes of a tensor."""
    return lambda m: step(make(m))


LAYOUTS: dict[str, Make] = {
    "vector": counted(6),
    "one value": counted(1),
    "every second": then(counted(12), lambda x: x[::2]),
    "matrix": counted(2, 3),
    "transposed": then(counted(3, 2), lambda x: x.T),
    "every second column": then(counted(2, 6), lambda x: x[:, ::2]),
    "a corner": then(counted(3, 4), lambda x: x[1:, 1:]),
    "row": counted(1, 3),
    "column": counted(3, 1),
    "one by one": counted(1, 1),
    "cube": counted(2, 3, 4),
    "permuted": then(counted(4, 2, 3), lambda x: x.permute(1, 2, 0)),
    "transposed in front": then(counted(3, 2, 4), lambda x: x.transpose(0, 1)),
    "thin": counted(1, 3, 1),
    "stretched rows": then(counted(3), lambda x: x.expand(2, 3)),
    "stretched columns": then(counted(2, 1), lambda x: x.expand(2, 3)),
    "part of a stretched one": then(counted(1, 3), lambda x: x.expand(4, 3)[:1]),
    "a number": lambda m: m.tensor(2.0),
    "a number of a vector": then(counted(6), lambda x: x[1]),
    "four dimensions": then(counted(2, 2, 3, 2), lambda x: x.permute(0, 3, 1, 2)),
    "picked columns": then(counted(3, 4), lambda x: x[:, [0, 2]]),
    "cloned transposed": then(counted(2, 3), lambda x: x.T.clone()),
    "made contiguous": then(counted(2, 3), lambda x: x.T.contiguous()),
    "computed from transposed": then(counted(2, 3), lambda x: x.T * 2),
    "flipped": then(counted(2, 3), lambda x: x.T.flip(0)),
    "joined": then(counted(2, 3), lambda x: x.repeat(2, 1).T),
}


def method(name: str, *args: Any, **settings: Any) -> Form:
    """The call of a method."""
    return lambda m, x: getattr(x, name)(*args, **settings)


def index(*parts: Any) -> Form:
    """An index; MASK and NUMBER stand for tensors."""
    return lambda m, x: x[tuple(part(m, x) if callable(part) else part for part in parts)]


def MASK(m: Any, x: Any) -> Any:
    """True everywhere."""
    return x > -1


def NUMBER(m: Any, x: Any) -> Any:
    """A 0-d tensor."""
    return m.tensor(0)


def FIRST(m: Any, x: Any) -> Any:
    """A tensor of one index."""
    return m.tensor([0])


def places(m: Any, x: Any) -> Any:
    """The index 0 for each value."""
    return m.zeros(x.shape, dtype=m.int64)


EVERY = slice(None)

FORMS: dict[str, Form] = {
    "reshape(-1)": method("reshape", -1),
    "reshape(1, -1)": method("reshape", 1, -1),
    "reshape(2, -1)": method("reshape", 2, -1),
    "reshape(3, 2)": method("reshape", 3, 2),
    "reshape(6, 1)": method("reshape", 6, 1),
    "reshape(shape)": lambda m, x: x.reshape(x.shape),
    "reshape_as": lambda m, x: x.reshape_as(x),
    "view(-1)": method("view", -1),
    "view(2, -1)": method("view", 2, -1),
    "view(3, 2)": method("view", 3, 2),
    "view(shape)": lambda m, x: x.view(x.shape),
    "view_as": lambda m, x: x.view_as(x),
    "ravel": method("ravel"),
    "flatten": method("flatten"),
    "flatten(1)": method("flatten", 1),
    "flatten(0, 1)": method("flatten", 0, 1),
    "nn.Flatten": lambda m, x: m.nn.Flatten()(x),
    "nn.Identity": lambda m, x: m.nn.Identity()(x),
    "unflatten(0)": method("unflatten", 0, (1, -1)),
    "unflatten(-1)": method("unflatten", -1, (-1, 1)),
    "squeeze": method("squeeze"),
    "squeeze(0)": method("squeeze", 0),
    "squeeze(-1)": method("squeeze", -1),
    "unsqueeze(0)": method("unsqueeze", 0),
    "unsqueeze(-1)": method("unsqueeze", -1),
    "T": lambda m, x: x.T,
    "t": method("t"),
    "transpose": method("transpose", 0, -1),
    "swapaxes": method("swapaxes", 0, -1),
    "movedim": method("movedim", 0, -1),
    "H": lambda m, x: x.H,
    "mT": lambda m, x: x.mT,
    "mH": lambda m, x: x.mH,
    "adjoint": method("adjoint"),
    "atleast_1d": lambda m, x: m.atleast_1d(x),
    "atleast_2d": lambda m, x: m.atleast_2d(x),
    "atleast_3d": lambda m, x: m.atleast_3d(x),
    "diagonal": method("diagonal"),
    "diagonal(1, -1, 0)": method("diagonal", 1, -1, 0),
    "diag_embed": method("diag_embed"),
    "diagflat": method("diagflat"),
    "diagonal_scatter": lambda m, x: x.diagonal_scatter(x.diagonal()),
    "unfold": method("unfold", -1, 1, 1),
    "unfold(0)": method("unfold", 0, 2, 1),
    "as_strided": lambda m, x: x.as_strided((2,), (1,)),
    "view(dtype)": lambda m, x: x.view(m.int32),
    "rot90": method("rot90"),
    "rot90(2)": method("rot90", 2),
    "rot90(4)": method("rot90", 4),
    "fliplr": method("fliplr"),
    "permute": lambda m, x: x.permute(tuple(range(x.ndim))),
    "flip": method("flip", 0),
    "roll": method("roll", 1, 0),
    "contiguous": method("contiguous"),
    "clone": method("clone"),
    "detach": method("detach"),
    "data": lambda m, x: x.data,
    "to(float32)": lambda m, x: x.to(m.float32),
    "to(copy)": lambda m, x: x.to(m.float32, copy=True),
    "float": method("float"),
    "double": method("double"),
    "type_as": lambda m, x: x.type_as(x),
    "cpu": method("cpu"),
    "requires_grad_": lambda m, x: x.requires_grad_(False),
    "expand(shape)": lambda m, x: x.expand(x.shape),
    "expand(2, shape)": lambda m, x: x.expand(2, *x.shape),
    "expand_as": lambda m, x: x.expand_as(x),
    "broadcast_to": lambda m, x: x.broadcast_to((2, *x.shape)),
    "broadcast_tensors": lambda m, x: m.broadcast_tensors(x, x)[0],
    "sum_to_size": lambda m, x: x.sum_to_size(x.shape),
    "repeat": lambda m, x: x.repeat([1] * x.ndim),
    "tile(1)": method("tile", (1,)),
    "chunk": lambda m, x: x.chunk(2)[0],
    "split": lambda m, x: x.split(1)[0],
    "unbind": lambda m, x: x.unbind()[0],
    "hsplit": lambda m, x: x.hsplit(1)[0],
    "vsplit": lambda m, x: x.vsplit(1)[0],
    "tensor_split": lambda m, x: x.tensor_split(2)[0],
    "tensor_split((1,))": lambda m, x: x.tensor_split((1,))[0],
    "split_with_sizes": lambda m, x: x.split_with_sizes([len(x)])[0],
    "select": method("select", 0, 0),
    "narrow": method("narrow", 0, 0, 1),
    "narrow_copy": method("narrow_copy", 0, 0, 1),
    "select_scatter": lambda m, x: x.select_scatter(x[0], 0, 0),
    "slice_scatter": lambda m, x: x.slice_scatter(x),
    "take": lambda m, x: x.take(m.tensor([0])),
    "put": lambda m, x: x.put(m.tensor([0]), m.ones(1)),
    "index_add": lambda m, x: x.index_add(0, m.tensor([0]), x[:1]),
    "scatter_add": lambda m, x: x.scatter_add(0, places(m, x), x),
    "cartesian_prod": lambda m, x: m.cartesian_prod(x),
    "column_stack": lambda m, x: m.column_stack([x]),
    "dstack": lambda m, x: m.dstack([x]),
    "block_diag": lambda m, x: m.block_diag(x),
    "cat": lambda m, x: m.cat([x]),
    "stack": lambda m, x: m.stack([x]),
    "hstack": lambda m, x: m.hstack([x]),
    "vstack": lambda m, x: m.vstack([x]),
    "gather": lambda m, x: x.gather(0, places(m, x)),
    "take_along_dim": lambda m, x: x.take_along_dim(places(m, x), 0),
    "index_select": lambda m, x: x.index_select(0, m.tensor([0])),
    "masked_select": lambda m, x: x.masked_select(x > -1),
    "masked_fill": lambda m, x: x.masked_fill(x > 100, 0.0),
    "where": lambda m, x: m.where(x > -1, x, x),
    "tril": method("tril"),
    "triu": method("triu", -9),
    "diag": method("diag"),
    "sum(())": method("sum", ()),
    "sum(0, keepdim)": method("sum", 0, keepdim=True),
    "amax(0)": method("amax", 0),
    "max(0)": lambda m, x: x.max(0)[0],
    "min(-1)": lambda m, x: x.min(-1)[0],
    "sort": lambda m, x: x.sort()[0],
    "topk": lambda m, x: x.topk(1)[0],
    "cumsum": method("cumsum", 0),
    "softmax": method("softmax", 0),
    "+ 0": lambda m, x: x + 0,
    "* 1": lambda m, x: x * 1,
    "positive": lambda m, x: +x,
    "** 1": lambda m, x: x**1,
    "abs": method("abs"),
    "clamp": method("clamp", min=-1),
    "relu": method("relu"),
    "round": method("round"),
    "maximum": lambda m, x: m.maximum(x, x),
    "matmul": lambda m, x: x @ x,
    "matmul with a vector": lambda m, x: x @ m.ones(x.shape[-1]),
    "linear": lambda m, x: m.nn.functional.linear(x, m.ones(2, x.shape[-1])),
    "dropout(0)": lambda m, x: m.nn.functional.dropout(x, 0.0),
    "dropout at rest": lambda m, x: m.nn.functional.dropout(x, 0.5, False),
    "as_tensor": lambda m, x: m.as_tensor(x),
    "from_numpy": lambda m, x: m.from_numpy(x.numpy()),
    "[...]": index(...),
    "[()]": index(),
    "[:]": index(EVERY),
    "[1:]": index(slice(1, None)),
    "[::2]": index(slice(None, None, 2)),
    "[0]": index(0),
    "[-1]": index(-1),
    "[..., 0]": index(..., 0),
    "[:, 0]": index(EVERY, 0),
    "[0, :]": index(0, EVERY),
    "[None]": index(None),
    "[:, None]": index(EVERY, None),
    "[number]": index(NUMBER),
    "[:, number]": index(EVERY, NUMBER),
    "[True]": index(True),
    "[mask]": index(MASK),
    "[[0]]": index([0]),
    "[tensor]": index(FIRST),
    "[[0], :]": index([0], EVERY),
    "[:, [0]]": index(EVERY, [0]),
    "[0, [0]]": index(0, [0]),
    "[[0], 0]": index([0], 0),
    "[None, [0]]": index(None, [0]),
    "[[0], :, [0]]": index([0], EVERY, [0]),
}

REFUSED = "-"


def sharing(m: Any, make: Make, form: Form) -> str:
    """What the result of `form` is: its input itself (s), a view (v), a copy (c), or refused (-)."""
    x = make(m)
    try:
        result = form(m, x)
    except (RuntimeError, IndexError, TypeError, ValueError):
        return REFUSED
    if result is x:
        return "s"
    kept, before = x.detach(), x.tolist()
    try:
        with m.no_grad():
            result.detach().fill_(-7.0)
    except RuntimeError:  # memory that is shown several times
        result.data[(0,) * result.ndim] = -7.0
    return "c" if kept.tolist() == before else "v"
