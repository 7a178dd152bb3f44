"""Wrong calls of every public function, method, class and layer: each from a right one, with one argument spoiled.

The right argument of a parameter goes by its name, for PyTorch's names mean the same everywhere; `RIGHT` has those of
all, and `SPECIAL` those of one function. What is wrong there goes by the parameter's annotation. So a new function
needs a line here only if one of its parameters has a new name or a meaning of its own.

A spoiled `Call` that is *senseless* can have no meaning: text for a number, a list for a flag, a dimension that isn't
there. Others may be taken or refused: another shape, another element type, an extreme number.
"""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from support.package import names_of, published

import tinygrad_edu as tg
from tinygrad_edu import autograd, datasets, nn, optim, random
from tinygrad_edu.nn import functional
from tinygrad_edu.utils import data

Maker = Callable[[], Any]


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


# Right arguments


def reals(*shape: int) -> Any:
    return (tg.arange(1, 1 + int(np.prod(shape)), dtype=tg.float32) / 8).reshape(shape)


def whole(*values: Any) -> Maker:
    return lambda: tg.tensor(values, dtype=tg.int64)


def of_shape(*shape: int) -> Maker:
    return lambda: reals(*shape)


def constant(value: Any) -> Maker:
    return lambda: value


def leaf(*shape: int) -> Any:
    w = reals(*shape).requires_grad_()
    (w * w).sum().backward()
    return w


def dataset() -> Any:
    return data.TensorDataset(reals(4, 3), tg.arange(4))


MATRIX, SQUARE, VECTOR, STACK = of_shape(2, 3), of_shape(2, 2), of_shape(3), of_shape(4, 2, 2)
PLACES = whole([0, 1, 0], [1, 0, 1])

SIZES = [constant(3), constant(2)]
LEAF = partial(leaf, 2, 3)
W = leaf(2, 3)


class Stream(data.IterableDataset[int]):
    """A dataset that gives its samples one after the other."""

    def __iter__(self) -> Iterator[int]:
        yield from (1, 2, 3)


def saved() -> io.BytesIO:
    file = io.BytesIO()
    tg.save(reals(2, 3), file)
    file.seek(0)
    return file


def with_buffer() -> Any:
    module = nn.ReLU()
    module.register_buffer("b", reals(3))
    return module


RIGHT: dict[str, Maker] = {
    **dict.fromkeys(["key"], constant("a")),
    **dict.fromkeys(["module"], nn.ReLU),
    **dict.fromkeys(["input", "other", "tensor", "self", "src", "obj", "data", "y", "t", "target", "x"], MATRIX),
    **dict.fromkeys(["gradient", "tensor1", "tensor2", "exponent", "images"], MATRIX),
    **dict.fromkeys(["condition", "mask"], lambda: reals(2, 3) > 0.3),
    **dict.fromkeys(["tensors", "parameters"], lambda: [leaf(2, 3), leaf(2, 3)]),
    **dict.fromkeys(["dim", "axis", "dims", "source", "dim0", "axis0", "start", "index", "low"], constant(0)),
    **dict.fromkeys(["destination", "dim1", "axis1", "shifts", "length", "value"], constant(1)),
    **dict.fromkeys(["k", "chunks", "n", "m", "repeats", "num_samples", "batch_size", "high"], constant(2)),
    **dict.fromkeys(["steps", "in_features", "split_size", "split_size_or_sections"], constant(3)),
    **dict.fromkeys(["val", "max_norm", "clip_value", "fill_value", "mean", "end", "out_features"], constant(1)),
    **dict.fromkeys(["size", "shape"], constant((3, 2))),
    **dict.fromkeys(["mode", "drop_last", "requires_grad"], constant(True)),
    **dict.fromkeys(["params"], lambda: [leaf(2, 3)]),
    **dict.fromkeys(["indices", "data_source"], lambda: [0, 1]),
    **dict.fromkeys(["dataset"], dataset),
    **dict.fromkeys(["hook", "f", "func"], lambda: lambda g: g * 1),
}

# Of one function, or of all of a name; "self" is what a method is called on, and "*" what is given by position.
SPECIAL: dict[str, dict[str, Any]] = {
    "bmm": {"self": STACK, "mat2": STACK},
    "mm": {"self": SQUARE, "mat2": SQUARE},
    "matmul": {"self": SQUARE, "other": SQUARE},
    "mv": {"vec": VECTOR},
    "dot": {"self": VECTOR, "tensor": VECTOR},
    "outer": {"self": VECTOR, "vec2": VECTOR},
    "trace": {"self": SQUARE},
    "diag": {"self": SQUARE},
    **{f"bitwise_{each}": {"self": PLACES, "other": PLACES} for each in ("and", "or", "xor", "not")},
    **{f"bitwise_{each}_": {"self": PLACES, "other": PLACES} for each in ("and", "or", "xor", "not")},
    "gather": {"index": PLACES},
    "scatter": {"index": PLACES},
    "scatter_": {"index": PLACES},
    "take_along_dim": {"indices": PLACES, "dim": constant(1)},
    "index_select": {"index": whole(1, 0)},
    "broadcast_to": {"size": constant((4, 2, 3))},
    "unflatten": {"dim": constant(1), "sizes": constant((3, 1))},
    "multinomial": {"self": VECTOR},
    "eye_": {"tensor": SQUARE},
    "item": {"self": of_shape()},
    "is_nonzero": {"self": of_shape()},
    "clamp": {"min": constant(0)},
    "clamp_": {"min": constant(0)},
    "clip": {"min": constant(0)},
    "clip_": {"min": constant(0)},
    "t_": {"self": SQUARE},
    "detach_": {"self": lambda: tg.ones(2, 3)},
    "linear": {"weight": MATRIX},
    "one_hot": {"tensor": whole(0, 2)},
    "nll_loss": {"target": whole(0, 2)},
    "cross_entropy": {"target": whole(0, 2)},
    "permute": {"*": [constant(1), constant(0)], "dims": constant((1, 0))},
    "from_numpy": {"ndarray": lambda: np.ones((2, 3))},
    "calculate_gain": {"nonlinearity": constant("relu")},
    "vector_to_parameters": {"vec": of_shape(12)},
    "promote_types": {"type1": constant(tg.int64), "type2": constant(tg.float32)},
    "manual_seed": {"seed": constant(1)},
    "set_state": {"new_state": lambda: tg.Generator().get_state()},
    "add_param_group": {"param_group": lambda: {"params": [leaf(3)]}},
    "gradcheck": {"func": constant(lambda x: x * x), "inputs": lambda: leaf(2).double().detach().requires_grad_()},
    "gradgradcheck": {"func": constant(lambda x: x * x), "inputs": lambda: leaf(2).double().detach().requires_grad_()},
    "dtype": {"name": constant("float32")},
    "Parameter": {},
    "Perceptron": {"weight": constant([1.0, 2.0]), "bias": constant(0.5)},
    "Unflatten": {"unflattened_size": constant((3, 1))},
    "to_images": {"images": lambda: tg.zeros(4, 2, 2, dtype=tg.uint8)},
    "to_vectors": {"images": lambda: tg.zeros(4, 2, 2, dtype=tg.uint8)},
    "LabelledImages": {
        "data": lambda: tg.zeros(4, 2, 2, dtype=tg.uint8),
        "targets": whole(0, 1, 0, 1),
        "classes": constant(["a", "b"]),
    },
    "Subset": {"indices": constant([0, 1])},
    "random_split": {"lengths": constant([3, 1])},
    "WeightedRandomSampler": {"weights": constant([1.0, 2.0])},
    "BatchSampler": {"sampler": constant([0, 1, 2])},
    "default_collate": {"batch": lambda: [reals(3), reals(3)]},
    **{each: {"*": SIZES} for each in ("empty", "ones", "zeros", "rand", "randn", "reshape", "view")},
    **{each: {"*": SIZES} for each in ("new_empty", "new_ones", "new_zeros", "repeat", "tile")},
    "tg.reshape": {"*": []},
    "tg.tile": {"*": []},
    "tg.permute": {"*": []},
    "expand": {"*": [constant(4), constant(2), constant(3)]},
    "arange": {"end": constant(4)},
    "normal": {"size": constant((2, 3))},
    "randint": {"high": constant(4), "size": constant((2, 3))},
    "save": {"f": io.BytesIO},
    "load": {"f": saved},
    "Optimizer": {"defaults": dict},
    "ChainDataset": {"datasets": lambda: [Stream(), Stream()]},
    "ConcatDataset": {"datasets": lambda: [dataset(), dataset()]},
    "TensorDataset": {"*": [MATRIX, MATRIX]},
    "tg.autograd.backward": {"tensors": lambda: leaf(2, 3).sum()},
    "Tensor.backward": {"self": lambda: leaf(2, 3).sum()},
    "elementwise": {"*": [constant(np.exp)], "name": constant("power"), "x": constant(lambda g, out: g * out)},
    "primitive": {"*": [constant(np.exp)], "name": constant("power"), "x": constant(lambda g, out: g * out)},
    "grad": {"outputs": lambda: W.square().sum(), "inputs": lambda: W},
    "numerical_gradient": {"f": constant(lambda x: x.sum())},
    **{each: {"func": constant(lambda x: (x * x).sum()), "inputs": MATRIX} for each in ("hessian", "vjp", "hvp")},
    **{each: {"func": constant(lambda x: (x * x).sum()), "inputs": MATRIX} for each in ("jacobian", "jvp", "vhp")},
    **{each: {"v": MATRIX} for each in ("tg.autograd.functional.hvp", "tg.autograd.functional.jvp")},
    "tg.autograd.functional.vhp": {"v": MATRIX},
    "tg.autograd.functional.jvp": {"v": MATRIX, "func": constant(lambda x: x * x)},
    "works_on_stacks": {"transform": constant(lambda x: x)},
    **{each: {"self": LEAF} for each in ("register_hook", "register_post_accumulate_grad_hook", "retain_grad")},
    "Module.__call__": {"*": [MATRIX]},
    "get_buffer": {"self": lambda: with_buffer(), "target": constant("b")},
    "get_parameter": {"target": constant("weight")},
    "get_submodule": {"target": constant("")},
    "add_module": {"name": constant("a"), "module": nn.ReLU},
    "register_module": {"name": constant("a"), "module": nn.ReLU},
    "register_buffer": {"name": constant("a")},
    "register_parameter": {"name": constant("a"), "param": lambda: nn.Parameter(reals(3))},
    "apply": {"fn": constant(lambda module: None)},
    "Module.load_state_dict": {"state_dict": lambda: nn.Linear(3, 2).state_dict()},
    "SGD.load_state_dict": {"state_dict": lambda: optim.SGD([leaf(2, 3)], lr=0.1).state_dict()},
    "Module.type": {"dst_type": constant(tg.float64)},
    "ModuleDict.update": {"modules": lambda: {"b": nn.ReLU()}},
    "ParameterDict.update": {"parameters": lambda: {"b": leaf(3)}},
    "ParameterDict.__setitem__": {"key": constant("b"), "value": VECTOR},
    "ParameterList.__setitem__": {"value": VECTOR},
    "ParameterList.append": {"value": VECTOR},
    "ParameterList.extend": {"values": lambda: [reals(3)]},
    "extend": {"modules": lambda: [nn.ReLU()]},
    "ModuleDict.pop": {"key": constant("a")},
    "pop": {"key": constant(0)},
}


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
}

FACES: dict[str, tuple[Any, list[str]]] = {
    "tg": (tg, names_of("tinygrad_edu")),
    "tg.nn": (nn, published(nn)),
    "tg.nn.functional": (functional, published(functional)),
    "tg.nn.init": (nn.init, nn.init.__all__),
    "tg.nn.utils": (nn.utils, nn.utils.__all__),
    "tg.optim": (optim, names_of("tinygrad_edu.optim")),
    "tg.utils.data": (data, published(data)),
    "tg.datasets": (datasets, published(datasets)),
    "tg.autograd": (autograd, published(autograd)),
    "tg.autograd.functional": (autograd.functional, published(autograd.functional)),
    "tg.random": (random, published(random)),
}


ELSEWHERE = {"load", "save", "MNIST", "read_idx", "write_idx"}  # they touch files: their own tests
ELSEWHERE |= {"Size", "primitive", "elementwise"}  # a tuple; and what makes rules, which has its own refusals
ABSTRACT = {data.IterableDataset, autograd.Function, autograd.GradcheckError, autograd.Mistake, autograd.Primitive}
INNER = {"become_result_of", "write", "update", "cuda", "forward"}  # not for programs, or refused whatever is given
OPERATORS = {"__getitem__", "__setitem__", "__delitem__", "__call__", "__contains__", "__len__", "__iter__"}
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
    extra = [each.name for each in parameters if each.name in special and each.name not in needed and not several]
    missing = [each for each in needed if each not in right]
    assert not missing, f"{name}: what is a right {missing[0]}? Say it in RIGHT or SPECIAL in tests/support/mistakes.py"
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
