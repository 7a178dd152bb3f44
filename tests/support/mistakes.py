"""Wrong calls of every public function, method, class and layer: each from a right one, with one argument spoiled.

The right arguments are those of support/right/. What is wrong in their place goes by the parameter's annotation.

A spoiled `Call` that is *senseless* can have no meaning: text for a number, a list for a flag, a dimension that isn't
there. Others may be taken or refused: another shape, another element type, an extreme number.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from support.package import names_of, published
from support.right import RIGHT, SPECIAL
from support.right.makers import MATRIX, Maker, constant, leaf, reals

import tinygrad_edu as tg
from tinygrad_edu import autograd, datasets, distributions, func, linalg, nn, optim, random
from tinygrad_edu.nn import functional
from tinygrad_edu.nn.utils import parametrizations, parametrize, rnn
from tinygrad_edu.optim import swa_utils
from tinygrad_edu.utils import data


class Nonsense:
    """An argument that nothing can be done with."""

    def __repr__(self) -> str:
        return "<nonsense>"


class Call(NamedTuple):
    """A call of a public name.

    Attributes:
        face: The place where the name is published.
        name: How it is written in a program.
        argument: The name of the wrong argument.
        spoiled: Which argument is wrong, and how; empty for a right call.
        senseless: Whether it can have no meaning.
        function: What is called.
        args: What makes each argument by position.
        kwargs: What makes each of those by name.
    """

    face: str
    name: str
    argument: str
    spoiled: str
    senseless: bool
    function: Callable[..., Any]
    args: tuple[Maker, ...]
    kwargs: dict[str, Maker]


NONSENSE = Nonsense()


# Where the names are

INSTANCES: dict[str, Maker] = {
    "tg.Tensor": MATRIX,
    "tg.nn.Module": lambda: nn.Linear(3, 2),
    "tg.nn.ModuleDict": lambda: nn.ModuleDict({"a": nn.ReLU()}),
    "tg.nn.ModuleList": lambda: nn.ModuleList([nn.ReLU()]),
    "tg.nn.ParameterDict": lambda: nn.ParameterDict({"a": leaf(3)}),
    "tg.nn.ParameterList": lambda: nn.ParameterList([leaf(3)]),
    "tg.nn.Sequential": lambda: nn.Sequential(nn.Linear(3, 2)),
    "tg.optim.SGD": lambda: optim.SGD([leaf(2, 3)], lr=0.1, momentum=0.5),
    "tg.Generator": tg.Generator,
    "tg.distributions.Normal": lambda: distributions.Normal(reals(2, 3), 1.0),
}

FACES: dict[str, tuple[Any, list[str]]] = {
    "tg": (tg, names_of("tinygrad_edu")),
    "tg.nn": (nn, published(nn)),
    "tg.nn.functional": (functional, published(functional)),
    "tg.nn.init": (nn.init, nn.init.__all__),
    "tg.nn.utils": (nn.utils, nn.utils.__all__),
    "tg.nn.utils.parametrizations": (parametrizations, parametrizations.__all__),
    "tg.nn.utils.parametrize": (parametrize, parametrize.__all__),
    "tg.nn.utils.rnn": (rnn, rnn.__all__),
    "tg.special": (tg.special, tg.special.__all__),
    "tg.optim": (optim, names_of("tinygrad_edu.optim")),
    "tg.optim.swa_utils": (swa_utils, swa_utils.__all__),
    "tg.linalg": (linalg, published(linalg)),
    "tg.func": (func, func.__all__),
    "tg.distributions": (distributions, names_of("tinygrad_edu.distributions")),
    "tg.utils.data": (data, published(data)),
    "tg.datasets": (datasets, published(datasets)),
    "tg.autograd": (autograd, published(autograd)),
    "tg.autograd.functional": (autograd.functional, published(autograd.functional)),
    "tg.random": (random, published(random)),
}


ELSEWHERE = {"load", "save", "MNIST", "read_idx", "write_idx"}  # they touch files: their own tests
ELSEWHERE |= {"set_printoptions"}  # changes how all that follows is printed: tests/test_execution.py
ELSEWHERE |= {"detect_anomaly", "set_detect_anomaly"}  # change how all that follows is watched: their own tests
ELSEWHERE |= {"Size", "primitive", "elementwise"}  # a tuple; and what makes rules, which has its own refusals
ABSTRACT = {data.IterableDataset, autograd.Function, autograd.GradcheckError, autograd.Mistake, autograd.Primitive}
ABSTRACT |= {linalg.LinAlgError, tg.layout, tg.memory_format}  # an error; types of which there are all already
INNER = {"become_result_of", "write", "update", "cuda", "forward"}  # not for programs, or refused whatever is given
INNER |= {"get_extra_state", "set_extra_state", "enumerate_support"}
OPERATORS = {"__getitem__", "__setitem__", "__delitem__", "__call__", "__contains__", "__len__", "__iter__"}
POSITIONAL = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
NAMED = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}


def functions() -> Iterator[tuple[str, str, Callable[..., Any], Maker | None]]:
    """Every public function, class and method: its face, how it is written, itself, what makes a method's object."""
    for face, (place, names) in FACES.items():
        for name in names:
            found = getattr(place, name)
            called = inspect.isfunction(found) or (inspect.isclass(found) and found not in ABSTRACT)
            if called and name not in ELSEWHERE:
                yield face, f"{face}.{name}", found, None
    seen: set[int] = set()
    for kind, make in INSTANCES.items():
        cls = type(make())
        for name in dir(cls):
            found = inspect.getattr_static(cls, name)
            is_public = not name.startswith("_") or name in OPERATORS
            if inspect.isfunction(found) and is_public and id(found) not in seen and name not in INNER:
                seen.add(id(found))
                yield kind, f"{kind}.{name}", found, make


# What can be wrong


def kinds_in(annotation: Any) -> set[str]:
    """The names in an annotation that say what is allowed; Any alone if anything is."""
    text = "" if annotation is inspect.Parameter.empty else str(annotation)
    anything = not text or {"Any", "object", "None"} >= set(text.split(" | "))
    return {"Any"} if anything else set(re.findall(r"\w+", text)) - {"Any"}


def senseless(kinds: set[str], required: bool) -> Iterator[Any]:
    """Arguments that a parameter has no meaning for."""
    if "Any" in kinds:
        return
    yield NONSENSE
    sequence = bool(kinds & {"Sized", "Sequence", "Iterable", "Dataset", "Sampler"})  # a text and a dict are some, too
    if "str" not in kinds and not sequence:
        yield "text"
    if not kinds & {"dict", "Mapping", "MutableMapping"} and not sequence:
        yield {"a": 1}
    if required and "None" not in kinds:
        yield None
    if not kinds & {"Tensor", "float", "Number"}:
        yield 1.5
    if "Tensor" in kinds and not sequence:
        yield [1.0, 2.0]
    if not kinds & {"int", "float", "Number", "Dim", "bool", "Tensor"}:
        yield 7
    if kinds & {"Sequence", "Dim"} and kinds & {"int", "Dim"}:
        yield (1.5,)
        yield ("text",)


def attempts(kinds: set[str]) -> Iterator[Any]:
    """Arguments that may mean something, and may not."""
    anything = "Any" in kinds
    if "Tensor" in kinds or anything:
        yield from (reals(*shape) for shape in ((), (5,), (4, 3, 2), (0,), (3, 2)))
        yield from (reals(2, 3).mul(8).to(dtype) for dtype in (tg.int64, tg.bool, tg.float16, tg.uint8))
    if kinds & {"int", "Dim"} or anything:
        yield from (99, -99, 10**30, True)
    if kinds & {"float", "Number"} or anything:
        yield from (float("nan"), -1.5, 1e300, 2 + 1j, np.float32(1))
    if kinds & {"Sequence", "Iterable", "Dim"} or anything:
        yield from ((99,), (-1, -1), (0, 0), (), (10**30, 1), [[1, 2], [3]], [None])
    if "bool" in kinds or anything:
        yield from (1, None)
    if "dtype" in kinds or anything:
        yield from (tg.int64, tg.bool, np.float32)
    if "str" in kinds or anything:
        yield "no such word"
    if anything:
        yield from (NONSENSE, None, {"a": 1}, np.ones((2, 3)))


def short(value: Any) -> str:
    """A value in one line."""
    return f"{' '.join(repr(value).split()):.60}"


def calls(face: str, name: str, function: Callable[..., Any], make_self: Maker | None) -> Iterator[Call]:
    """The right call of a function, and those with one argument spoiled."""
    parameters = list(inspect.signature(function).parameters.values())
    words = name.split(".")
    special: dict[str, Any] = {}
    for start in (-1, -2, -len(words)):
        special |= SPECIAL.get(".".join(words[start:]), {})
    right = RIGHT | special
    args: list[Maker] = list(special.get("*", []))
    if make_self is not None:
        args.insert(0, special.get("self", make_self))
        parameters = parameters[1:]
    elif "self" in special:
        right = {**RIGHT, parameters[0].name: special["self"], **special}
    several = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    needed = [each.name for each in parameters if each.default is each.empty and each.kind in NAMED]
    if several and args:
        needed = [each for each in needed if each not in {one.name for one in parameters if one.kind in POSITIONAL}]
    extra = [each.name for each in parameters if each.name in special and each.name not in needed and not several]
    missing = [each for each in needed if each not in right]
    assert not missing, f"{name}: what is a right {missing[0]}? Say it in tests/support/right/"
    kwargs = {each: right[each] for each in (*needed, *extra)}

    def call(spoiled: str, argument: str = "", senseless: bool = False, args: Any = args, kwargs: Any = kwargs) -> Call:
        return Call(face, name, argument, spoiled, senseless, function, tuple(args), kwargs)

    yield call("")
    for each in parameters:
        if each.kind not in NAMED or each.name == "out":
            continue
        kinds = kinds_in(each.annotation)
        spoiled = [(True, value) for value in senseless(kinds, each.name in needed)]
        for worthless, value in spoiled + [(False, value) for value in attempts(kinds)]:
            others = {**kwargs, each.name: constant(value)}
            yield call(f"{each.name}={short(value)}", each.name, worthless, kwargs=others)
        if each.name in needed:
            others = {key: value for key, value in kwargs.items() if key != each.name}
            yield call(f"without {each.name}", each.name, True, kwargs=others)
    if several:
        for value in ("text", 1.5, NONSENSE, -7, 10**30, (1.5,), [None], reals(4), None):
            yield call(f"{short(value)} by position", args=[*args, constant(value)])
    else:
        yield call("too many", "too many", True, args=[*args, *[constant(0)] * 20])
    if not any(each.kind is each.VAR_KEYWORD for each in parameters):
        yield call("nonsense=1", "nonsense", True, kwargs={**kwargs, "nonsense": constant(1)})
