"""Expressions that are written once and evaluated with both modules, ours and PyTorch's.

In an expression ``m`` stands for either module. Compared are the values, dtype, shape, requires_grad and type of the
result, whether it shares memory with its operands, the gradients, and whether there is a result at all.

Some errors are of another type on purpose: TypeError where PyTorch raises RuntimeError or NotImplementedError about
types, and ZeroDivisionError for its RuntimeError.
"""

from __future__ import annotations

import ast
import itertools
import warnings
from typing import Any

import numpy as np
import pytest
from support.evidence import LEDGER, calls_in, kinds_of

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

__all__ = ["DTYPES", "PAIRS", "agree", "listed", "names_in", "values"]

DTYPES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]
PAIRS = list(itertools.product(DTYPES, DTYPES))
RNG = np.random.default_rng(0)
SAME_KIND_OF_ERROR = {
    ("LinAlgError", "_LinAlgError"),
    ("TypeError", "RuntimeError"),
    ("TypeError", "NotImplementedError"),
    ("RuntimeError", "NotImplementedError"),
    ("RuntimeError", "IndexError"),
    ("RuntimeError", "AssertionError"),
    ("ZeroDivisionError", "RuntimeError"),
    ("ValueError", "TypeError"),
    ("ValueError", "AssertionError"),
    ("IndexError", "RuntimeError"),
}


def listed(text: str) -> list[str]:
    """Return the expressions of a text, in which bars and line ends stand between them."""
    return [each for line in text.split("\n") for each in line.split(" | ") if each]


def names_in(expression: str) -> list[str]:
    """Return the names of operands in an expression."""
    nodes = ast.walk(ast.parse(expression))
    return sorted({node.id for node in nodes if isinstance(node, ast.Name)} - {"m", "np"})


def values(dtype: str, *shape: int) -> np.ndarray:
    """Random values of a dtype; integers are small enough to be multiplied."""
    kind = np.dtype(dtype).kind
    if kind == "f":
        return np.asarray(RNG.standard_normal(shape)).astype(dtype)
    return np.asarray(RNG.integers(0 if kind in "bu" else -4, 2 if kind == "b" else 5, shape)).astype(dtype)


def described(result: Any) -> Any:
    """Return a result in a form that is equal for equal results of either module."""
    if isinstance(result, tg.Tensor | torch.Tensor):
        return str(result.dtype).rpartition(".")[2], tuple(result.shape), result.requires_grad
    if isinstance(result, tuple | list):
        named = [type(result).__name__] if type(result).__module__.endswith("return_types") else []
        return named + [described(each) for each in result]
    if isinstance(result, str):  # lines break elsewhere, as the names of the modules are not equally long
        return " ".join(result.replace("tinygrad_edu.", "torch.").split())
    if isinstance(result, tg.dtype | torch.dtype):
        return str(result).rpartition(".")[2]
    return type(result).__name__


def arrays_of(result: Any) -> list[np.ndarray]:
    """Return the numbers in a result."""
    if isinstance(result, tuple | list):
        return [array for each in result for array in arrays_of(each)]
    if isinstance(result, tg.Tensor | torch.Tensor):
        return [np.asarray(result.detach().numpy())]
    return [np.asarray(result)] if isinstance(result, int | float | np.ndarray) else []


def evaluated(m: Any, expression: str, operands: dict[str, Any]) -> tuple[str | None, Any, dict[str, Any]]:
    """Return the name of the error, the result, and the operands as tensors."""
    names = {
        name: m.tensor(value.tolist(), dtype=getattr(m, value.dtype.name)).reshape(value.shape)
        if isinstance(value, np.ndarray)
        else value
        for name, value in operands.items()
    }
    tensors = {name: each for name, each in names.items() if isinstance(each, tg.Tensor | torch.Tensor)}
    for each in tensors.values():
        if each.is_floating_point():
            each.requires_grad_()
    code = compile(expression, "<expression>", "eval")  # what doesn't parse is no error of either module
    with warnings.catch_warnings():
        if m is torch:
            warnings.simplefilter("ignore")
        try:
            return None, eval(code, {"m": m, "np": np, **names}), tensors
        except NameError:
            raise
        except Exception as error:  # any error of one module must be one of the other
            return type(error).__name__, error, tensors


def gradients(m: Any, result: Any, tensors: dict[str, Any]) -> list[Any]:
    """Return the gradients of a weighted sum of the results with respect to the operands."""
    outs = [each for each in (result if isinstance(result, tuple | list) else [result]) if hasattr(each, "grad_fn")]
    for out in outs:
        if out.requires_grad:
            weights = m.tensor(np.cos(np.arange(out.numel())).tolist(), dtype=out.dtype).reshape(out.shape)
            out.backward(weights, retain_graph=True)
    found = [each.grad for each in tensors.values()]
    return [None if each is None else np.asarray(each + m.zeros_like(each)) for each in found]


def second_gradients(m: Any, result: Any, tensors: dict[str, Any]) -> list[Any]:
    """Return the gradients of a weighted sum of the gradients of a weighted sum of the results."""

    def weights(outs: list[Any]) -> list[Any]:
        made = [m.tensor(np.cos(np.arange(each.numel())).tolist(), dtype=each.dtype) for each in outs]
        return [weight.reshape(each.shape) for weight, each in zip(made, outs, strict=True)]

    places = [each for each in tensors.values() if each.requires_grad]
    outs = [each for each in (result if isinstance(result, tuple | list) else [result]) if hasattr(each, "grad_fn")]
    for _ in range(2):
        outs = [each for each in outs if each is not None and each.requires_grad]
        if not outs:
            return [None for _ in places]
        outs = m.autograd.grad(outs, places, weights(outs), create_graph=True, allow_unused=True)
    zeros = [m.zeros_like(each) for each in places]  # added, as PyTorch has tensors of zeros without memory
    return [
        None if each is None else np.asarray((each + zero).detach()) for each, zero in zip(outs, zeros, strict=True)
    ]


def agree(
    expression: str,
    *,
    rtol: float = 1e-5,
    shared: bool = False,
    gradient: bool = True,
    second: bool = False,
    **operands: Any,
) -> None:
    """Evaluate an expression with both modules and compare all that can be seen of it."""
    columns: list[str] = []
    try:
        tensors = _agree(expression, columns, rtol, shared, gradient, second, operands)
    except AssertionError as error:
        for name, *_ in calls_in(expression, operands) if LEDGER.is_open else ():
            LEDGER.fault(name, columns[-1], f"{expression}: {' '.join(str(error).split())[:200]}")
        raise
    for name, written, args, kwargs in calls_in(expression, operands | tensors) if LEDGER.is_open else ():
        in_place = columns[0] == "value" and (written.endswith("_") or {"out", "inplace"} & kwargs.keys())
        LEDGER.count(name, [*columns, *(["in place"] if in_place else [])], kinds_of(args, kwargs))


def _agree(
    expression: str,
    columns: list[str],
    rtol: float,
    shared: bool,
    gradient: bool,
    second: bool,
    operands: dict[str, Any],
) -> dict[str, Any]:
    """Compare; write down in which columns, the last one last; and return our operands."""
    columns.append("errors")
    (mine_failed, mine, my_tensors), (theirs_failed, theirs, their_tensors) = (
        evaluated(m, expression, operands) for m in (tg, torch)
    )
    if mine_failed or theirs_failed:
        assert bool(mine_failed) == bool(theirs_failed), f"{expression}: {mine!r} but in PyTorch {theirs!r}"
        assert mine_failed == theirs_failed or (mine_failed, theirs_failed) in SAME_KIND_OF_ERROR, (mine, theirs)
        return my_tensors
    columns[:] = ["value"]
    if any(isinstance(each, np.ndarray) and each.dtype == np.float16 for each in operands.values()):
        rtol = 3e-2
    assert described(mine) == described(theirs), expression
    for ours, other in zip(arrays_of(mine), arrays_of(theirs), strict=True):
        np.testing.assert_allclose(ours, other, rtol=rtol, atol=rtol, err_msg=expression)
    if shared:
        for name in my_tensors:
            mine_shares, theirs_share = (
                [np.shares_memory(array, arrays_of(tensors[name])[0]) for array in arrays_of(result) if array.size]
                for result, tensors in ((mine, my_tensors), (theirs, their_tensors))
            )
            assert mine_shares == theirs_share, f"{expression}: shares memory with {name}"
    compared = []
    if second:
        found = second_gradients(tg, mine, my_tensors), second_gradients(torch, theirs, their_tensors)
        compared.append(("second order", found))
    if gradient:
        compared.append(("gradient", (gradients(tg, mine, my_tensors), gradients(torch, theirs, their_tensors))))
    for column, both in compared:
        for ours, other in zip(*both, strict=True):
            if ours is None or other is None:
                assert not np.any(other if ours is None else ours), f"{expression}: one gradient is missing"
                continue
            columns += [column] if column not in columns else []
            assert ours.dtype == other.dtype
            np.testing.assert_allclose(ours, other, rtol=20 * rtol, atol=20 * rtol, err_msg=expression)
    return my_tensors
