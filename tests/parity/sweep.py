"""The calls of support/mistakes.py, right and wrong ones, made with both modules: is refused here what PyTorch refuses?

Where both take a call, and its argument is one that both modules have, the results are compared too.
"""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from support.evidence import ENOUGH, kinds_of, name_of, of_form_in_place
from support.mistakes import Call, calls, functions
from support.views import laid_out

import tinygrad_edu as tg

torch: Any = importlib.import_module("torch")


CLOSENESS = {"float16": 2e-2, "float32": 2e-5, "float64": 1e-8}  # of a result, by the coarsest number that is given


class UntranslatableError(Exception):
    """A value that PyTorch has nothing for."""


def in_torch(value: Any) -> Any:
    """A value as PyTorch has it."""
    if isinstance(value, tg.Tensor):
        array = np.asarray(value.detach().numpy())
        tensor = laid_out(torch, array, getattr(torch, array.dtype.name)).requires_grad_(value.requires_grad)
        tensor.grad = in_torch(value.grad) if value.is_leaf else None
        return tensor
    if isinstance(value, tg.dtype):
        return getattr(torch, str(value).rpartition(".")[2])
    if isinstance(value, dict):
        return {key: in_torch(each) for key, each in value.items()}
    if type(value) in (tuple, list):
        return type(value)(in_torch(each) for each in value)
    rooms = type(value).__module__, str(getattr(value, "__module__", ""))
    ours = any(each.startswith(("tinygrad_edu", "support.right")) for each in rooms)
    if ours or (callable(value) and not isinstance(value, type)):
        raise UntranslatableError
    return value


def outcome(m: Any, function: Any, args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, Exception | None]:
    """The result of a call, or its error."""
    m.manual_seed(0)
    threads = m.get_num_threads()
    try:
        result = function(*args, **kwargs)
        return list(result) if inspect.isgenerator(result) else result, None
    except Exception as error:
        return None, error
    finally:  # what a call sets must not change those after it
        m.set_num_threads(threads)
        m.use_deterministic_algorithms(False)


def of_torch(call: Call, args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, Exception | None]:
    """PyTorch's result or error; of the call by position, where only a keyword has another name there."""
    function = counterpart(call.name)
    result, error = outcome(torch, function, args, kwargs)
    if not isinstance(error, TypeError) or call.argument in ("nonsense", "too many"):
        return result, error
    first, rest = [*args], dict(kwargs)
    for each, parameter in list(inspect.signature(call.function).parameters.items())[len(args) :]:
        if each not in rest or parameter.kind is parameter.KEYWORD_ONLY:
            break
        first.append(rest.pop(each))
    return outcome(torch, function, first, rest)


def counterpart(name: str) -> Any:
    """PyTorch's function of that name; None if there is none."""
    member: Any = torch
    for part in name.split(".")[1:]:
        member = getattr(member, part, None)
    return member


def is_affordable(call: Call, values: Iterable[Any]) -> bool:
    """Whether PyTorch may be asked: of layers with a huge number of values, or of layers, it really makes them."""
    return not (inspect.isclass(call.function) and any(isinstance(each, int) and abs(each) > 10**6 for each in values))


def differs(mine: Any, theirs: Any, given: Iterable[str] = ()) -> str:
    """How two results differ, if both are tensors, or tuples of them; of what was given, the kinds of numbers count."""
    if isinstance(mine, (tuple, list)) and isinstance(theirs, (tuple, list)):
        if len(mine) != len(theirs):
            return f"{len(mine)} results instead of {len(theirs)}"
        return next(filter(None, (differs(*pair, given) for pair in zip(mine, theirs, strict=True))), "")
    if not isinstance(mine, tg.Tensor) or not isinstance(theirs, torch.Tensor):
        comparable = isinstance(theirs, (bool, int, float, str, torch.Tensor)) and name_of(type(mine)) is None
        same = not comparable or mine == theirs or (mine != mine and theirs != theirs)
        return "" if same else f"{mine!r} instead of {theirs!r}"
    mine, theirs = np.asarray(mine.detach().numpy()), np.asarray(theirs.detach().numpy())
    if (mine.dtype, mine.shape) != (theirs.dtype, theirs.shape):
        return f"{mine.dtype} {mine.shape} instead of {theirs.dtype} {theirs.shape}"
    closeness = max(CLOSENESS.get(each, 0) for each in (mine.dtype.name, "float64", *given))
    scale = closeness * max(1.0, float(np.abs(theirs[np.isfinite(theirs)]).astype(np.float64).max(initial=0)))
    wrong = np.flatnonzero(~np.isclose(mine, theirs, closeness, scale, equal_nan=True))[:4]
    return f"{mine.ravel()[wrong]} instead of {theirs.ravel()[wrong]} at {wrong}" if wrong.size else ""


class Verdict(NamedTuple):
    """What came of a call that both modules were given: the columns it counts in; with a fault, the last is where."""

    name: str
    columns: tuple[str, ...]
    fault: str
    kinds: set[str]


def judged(name: str, call: Call, with_derivatives: bool) -> Verdict | None:
    """Make a call with both modules; None if there is nothing to compare."""
    args, kwargs = [make() for make in call.args], {key: make() for key, make in call.kwargs.items()}
    if not is_affordable(call, kwargs.values()):
        return None
    theirs, their_error = of_torch(call, in_torch(args), in_torch(kwargs))
    mine, my_error = outcome(tg, call.function, args, kwargs)
    written = " ".join(f"{call.name}({call.spoiled})".split())
    if their_error is not None:
        words = f"{type(their_error).__name__}: {' '.join(str(their_error).split())[:150]}"
        return Verdict(name, ("errors",), "" if my_error else f"{written} is taken; in PyTorch {words}", set())
    if my_error:
        return None
    kinds = kinds_of(args, kwargs)
    column = "in place" if call.name.endswith("_") else "value"
    if is_random(call.name):
        mine, theirs = made_of(mine), made_of(theirs)
    if fault := differs(mine, theirs, kinds):
        return Verdict(name, (column,), f"{written} is {fault}", kinds)
    columns: tuple[str, ...] = (column,)
    if with_derivatives and column == "value" and not is_random(call.name) and not inspect.isclass(call.function):
        further, fault = derivatives(call, written)
        columns = (column, *further)
    return Verdict(name, columns, fault, kinds)


def derivatives(call: Call, written: str) -> tuple[tuple[str, ...], str]:
    """Which derivatives of a call, by all tensors that it is given, were compared; and how the last one differs."""
    args, kwargs = [make() for make in call.args], {key: make() for key, make in call.kwargs.items()}
    given = in_torch(args), in_torch(kwargs)
    found, kinds = [], kinds_of(args, kwargs)
    for m, (first, named) in ((tg, (args, kwargs)), (torch, given)):
        first, named = [exact(m, each) for each in first], {key: exact(m, each) for key, each in named.items()}
        places = [each for each in (*first, *named.values()) if isinstance(each, m.Tensor) and each.requires_grad]
        result, error = outcome(m, call.function, first, named) if m is tg else of_torch(call, first, named)
        outs = result if isinstance(result, (tuple, list)) else [result]
        found.append(slopes(m, outs, places) if error is None else [])
    if not all(found):
        return (), ""
    columns = ("gradient", "second order")[: min(map(len, found))]
    for number, pair in enumerate(zip(*found, strict=False)):
        for mine, theirs in zip(*pair, strict=True):
            if fault := differs(mine, theirs, kinds):
                return columns[: number + 1], f"{written}: the {columns[number]} is {fault}"
    return columns, ""


def exact(m: Any, value: Any) -> Any:
    """A tensor of float32 as one of float64 that asks for a gradient; anything else as it is."""
    is_single = isinstance(value, m.Tensor) and value.dtype == m.float32
    return value.detach().double().requires_grad_() if is_single else value


def slopes(m: Any, outs: Any, places: list[Any]) -> list[list[Any]]:
    """The gradients of a weighted sum of the results, and those of a weighted sum of these, if there are any."""
    found: list[list[Any]] = []
    for _ in range(2):
        outs = [each for each in outs if isinstance(each, m.Tensor) and each.requires_grad and each.numel()]
        if not outs or not places:
            break
        weights = [m.tensor(np.cos(np.arange(each.numel())), dtype=each.dtype).reshape(each.shape) for each in outs]
        try:
            outs = m.autograd.grad(outs, places, weights, create_graph=True, allow_unused=True)
        except (RuntimeError, NotImplementedError):  # in PyTorch: what has no second derivative
            break
        zeros = [m.zeros_like(each) for each in places]
        outs = [zero if each is None else each + zero for each, zero in zip(outs, zeros, strict=True)]
        found.append(outs)
    return found


RANDOM = (
    *("rand", "normal", "uniform", "dropout", "bernoulli", "empty", "poisson", "multinomial", "seed", "rrelu"),
    *("gumbel", "new", "init", "exponential", "resize", "orthogonal_", "sparse_"),
)


def made_of(result: Any) -> Any:
    """What is to be seen of a random result: its dtype and shape."""
    if isinstance(result, (tuple, list)):
        return [made_of(each) for each in result]
    is_tensor = type(result) in (tg.Tensor, torch.Tensor)
    return (str(result.dtype).rpartition(".")[2], *result.shape) if is_tensor else None


def is_random(name: str) -> bool:
    """Whether a function draws numbers, or leaves what was in memory: no two libraries give the same."""
    return any(each in name.rpartition(".")[2] for each in RANDOM)


# What is made of every tensor that a right call is given, for more right calls, and some wrong ones.
VARIATIONS: dict[str, Callable[[Any], Any]] = {
    "of float64": lambda x: x.double() if x.is_floating_point() else x,
    "other numbers": lambda x: x - 0.4 if x.is_floating_point() else x,
    "negative numbers": lambda x: -x if x.dtype != tg.bool else ~x,
    "near 0": lambda x: x / 8 if x.is_floating_point() else x,
    "of integers": lambda x: (8 * x).long() if x.is_floating_point() else x,
    "of int32": lambda x: (8 * x).int() if x.is_floating_point() else x.int(),
    "column by column": lambda x: x.mT.contiguous().mT if x.dim() > 1 else x,
    "with gaps": lambda x: x.repeat_interleave(2, -1)[..., ::2] if x.dim() else x,
    "two at a time": lambda x: tg.stack([x, x.flip((0,))]) if x.dim() else x,
    "one column": lambda x: x[..., -1:] if x.dim() else x,
    "no rows": lambda x: x[:0] if x.dim() else x,
    "0-d": lambda x: x.reshape(-1)[0] if x.numel() else x,
}


def further(found: Iterator[Call]) -> Iterator[Call]:
    """Calls, and after the first of them, the right one, the same with other tensors."""
    right = next(found)
    yield right
    for words, change in VARIATIONS.items():
        kwargs = {name: with_change(make, change) for name, make in right.kwargs.items()}
        yield right._replace(
            spoiled=f"tensors {words}", args=tuple(with_change(make, change) for make in right.args), kwargs=kwargs
        )
    yield from found


def with_change(make: Callable[[], Any], change: Callable[[Any], Any]) -> Callable[[], Any]:
    """What makes the same with a change of its tensors."""
    return lambda: changed(make(), change)


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """A value with a change of its tensors; those with a gradient are parameters, which stay."""
    if isinstance(value, tg.Tensor) and not value.requires_grad:
        return change(value)
    return type(value)(changed(each, change) for each in value) if type(value) in (tuple, list) else value


def sweep(only: set[str]) -> Iterator[Verdict]:
    """Make all calls of the names, or of all: what was compared, and what came of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which warnings there are is the business of other tests
        for face, written, function, make_self in functions():
            name = name_of(function) or name_of(of_form_in_place(written.rpartition(".")[2]))
            if name is None or counterpart(written) is None or (only and name.rpartition(".")[2] not in only):
                continue
            differentiated = 0
            for call in further(calls(face, written, function, make_self)):
                try:
                    verdict = judged(name, call, differentiated < ENOUGH)
                except UntranslatableError:
                    continue
                if verdict:
                    differentiated += "gradient" in verdict.columns
                    yield verdict
