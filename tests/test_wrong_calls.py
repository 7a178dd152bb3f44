"""Every public name, called wrongly in thousands of ways: what is refused is refused in words, and changes nothing.

The calls are those of support/mistakes.py. How many were made, and how many refused, by face:

    python -m pytest tests/test_wrong_calls.py -rP
"""

from __future__ import annotations

import inspect
import linecache
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.mistakes import FACES, INSTANCES, Call, calls, functions

import tinygrad_edu as tg

PACKAGE = str(Path(tg.__file__).parent)
OURS = (TypeError, ValueError, RuntimeError, IndexError, NotImplementedError, OverflowError, MemoryError)
OF_LOOKUPS = (KeyError, AttributeError)  # by key or by path, as of Python's dict and PyTorch's modules
PYTHONS_OWN = re.compile(r"[\w.]+\(\) (missing|takes|got (an unexpected|multiple values|some positional))")
PLACES = [*FACES, *INSTANCES]

# What stands in front of an error where that isn't the name that was called.
ALSO_NAMED = {
    "is_nonzero": "bool",  # bool(x) and `if x` are what is written
    "__getitem__": "index",
    "__setitem__": "setitem|index|Parameter",
    "append": "Parameter",
    "__contains__": "eq",
    "forward": "linear",
    **dict.fromkeys(["no_grad", "enable_grad"], "_FixedSwitch"),
    "set_rng_state": "set_state",
    "std_mean": "std|mean",
    "var_mean": "var|mean",
    "Variable": "requires_grad|VariableType",
    "DataLoader": "BatchSampler",
    "gradgradcheck": "gradcheck",
    "parameters_to_vector": "iter",
    "vector_to_parameters": "iter",
    "default_collate": "tensor",
    "skip_init": "Linear",  # which is made
    **dict.fromkeys(["weight_norm", "spectral_norm"], "get_parameter"),
    "functional_call": "linear|Linear",  # the module's own words
    "update_bn": "BatchNorm1d",
    "Multinomial": "Categorical",  # whose probabilities it has
    **dict.fromkeys([f"BatchNorm{n}d" for n in (1, 2, 3)], "_BatchNorm"),
    **dict.fromkeys([f"InstanceNorm{n}d" for n in (1, 2, 3)], "_InstanceNorm"),
}

# Senseless arguments that are taken on purpose: Python asks them for their truth, as PyTorch's own Python code does.
TAKEN_FOR_TRUE = {
    *("recurse", "remove_duplicate", "prepend", "with_kwargs", "always_call", "keep_vars", "set_to_none"),
    *("strict", "assign", "persistent"),
}
TAKEN = {
    ("dim", "logsumexp"),  # None is all dimensions, as in other reductions
    *(("argnums", each) for each in ("grad", "grad_and_value", "hessian", "jacfwd", "jacrev")),  # until it is called
    ("_stacklevel", "functional"),  # has no meaning here
    ("indices", "Subset"),  # anything that can be indexed
    ("module", "__setitem__"),  # a module that is None takes up the place and leaves it empty
    *(("module", each) for each in ("append", "insert")),
    *(("prefix", each) for each in ("named_buffers", "named_modules", "named_parameters")),
}


def raised_at(error: BaseException) -> tuple[str, str]:
    """The file and the line of source that an error came from."""
    traceback = error.__traceback__
    assert traceback is not None
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    file = traceback.tb_frame.f_code.co_filename
    return file, linecache.getline(file, traceback.tb_lineno)


def state_of(value: Any) -> Any:
    """What a refused call must leave as it was."""
    if isinstance(value, tg.Tensor):
        return value._data.tobytes(), value.shape, value.dtype, value.requires_grad, value._node
    if isinstance(value, np.ndarray):
        return value.tobytes()
    if isinstance(value, tg.nn.Module | tg.optim.Optimizer):
        return repr(value), [state_of(each) for each in value.state_dict().values()]
    return [state_of(each) for each in value] if isinstance(value, list | tuple) else None


def faults(call: Call) -> Iterator[str]:
    """What is wrong with the answer to a wrong call; nothing if it was taken and may be."""
    args, kwargs = [make() for make in call.args], {name: make() for name, make in call.kwargs.items()}
    before = state_of([*args, *kwargs.values()])
    try:
        result = call.function(*args, **kwargs)
        repr(list(result) if inspect.isgenerator(result) else result)
    except Exception as error:
        COUNTS[call.face][1] += 1
        yield from (f"{fault}: {type(error).__name__}: {error}" for fault in of_refusal(call, error, args))
        if state_of([*args, *kwargs.values()]) != before:
            yield f"it changed its arguments, and then refused them: {error}"
    else:
        if call.senseless and call.argument not in TAKEN_FOR_TRUE and not may_take(call):
            yield f"it was taken, and gave {result!r:.60}"


def may_take(call: Call) -> bool:
    return any(call.argument == argument and place in call.name.split(".") for argument, place in TAKEN)


def of_refusal(call: Call, error: Exception, args: list[Any]) -> Iterator[str]:
    words = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    file, line = raised_at(error)
    if PYTHONS_OWN.match(words):
        if not set(names_of(call, args)) & set(re.findall(r"\w+", words.partition("(")[0])):
            yield "Python's words name another function"
        return
    ours = file.startswith((PACKAGE, "<")) and "raise" in line
    if not ours or type(error) not in (*OURS, *OF_LOOKUPS, tg.autograd.GradcheckError):
        yield "it isn't the package's own error"
    elif "don't go together" in words:
        yield "it doesn't say which argument is wrong"
    elif not re.match(rf"(\w+\.)?({'|'.join(names_of(call, args))})\b", words):
        yield "it doesn't begin with the name of what was called"
    elif not says_what_it_got(words):
        yield "it doesn't say what it got"


def names_of(call: Call, args: list[Any]) -> list[str]:
    """The names under which an error may tell of what was called: its own, its class's, that of the original."""
    face, _, name = call.name.rpartition(".")
    original, also = call.function.__name__, ALSO_NAMED.get(name, "").split("|")
    found = [name, name.strip("_"), face.rpartition(".")[2], original, original.strip("_"), *also]
    if args:
        found += [each.__name__ for each in type(args[0]).__mro__]
    return [re.escape(each) for each in found if each]


def says_what_it_got(words: str) -> bool:
    """Whether the words tell of a value: "got …", a number, a shape, a text, or an option that isn't supported."""
    return bool(re.search(r"\bgot\b|\d|'|\(\)|=|None|is missing|is empty|no samples|nan", words))


COUNTS: dict[str, list[int]] = {}


def of_place(place: str) -> list[Call]:
    found: list[Call] = []
    for face, name, function, make_self in functions():
        if face == place:
            found += calls(face, name, function, make_self)
    return found


@pytest.mark.parametrize("place", PLACES)
def test_what_is_called_wrongly_says_so_in_words_and_changes_nothing(place: str) -> None:
    COUNTS[place] = [0, 0]
    found: list[str] = []
    for call in of_place(place):
        tg.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not call.spoiled:
                call.function(*[make() for make in call.args], **{name: make() for name, make in call.kwargs.items()})
                continue
            COUNTS[place][0] += 1
            found += [f"{call.name}({call.spoiled}): {fault}" for fault in faults(call)]
    print(f"{place}: {COUNTS[place][0]} wrong calls, {COUNTS[place][1]} refused")
    assert not found, f"{len(found)} faults\n" + "\n".join(found[:40])
    assert COUNTS[place][1] > 0
