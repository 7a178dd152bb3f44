"""What PyTorch has under the same name, against PyTorch's own, where that is installed.

The calls come from the rows that the other tests draw from, in tests/support: elementwise/ and cases/ for rules,
calls/ for functions of networks. A new operation is compared without a line here. Compared are values, dtypes,
gradients and gradients of gradients. Errors, corners and what has no row are in test_api_parity.py and
test_nn_functional_parity.py.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.calls import CALLS, FUNCTION_OF, LOSSES, RANDOM, Call
from support.cases import CASES
from support.elementwise import Case
from support.evidence import LEDGER, kinds_of, name_of, of_form_in_place
from support.public import FORMS, found, own, place, public_call

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.ops.table import TABLE

torch = pytest.importorskip("torch")

torch.backends.cuda.enable_flash_sdp(False)  # on a CPU too: the attention that has second derivatives

ENOUGH = 10  # calls of each that have a gradient
thorough = settings(max_examples=max(25, settings().max_examples))

DTYPES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]
CLOSENESS = {"float64": 1e-12, "float32": 2e-5, "float16": 2e-2}
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 0.5, -1.5, 2.5]


class Outcome:
    """What a module makes of a call: the error, or the result and the tensors by which it is differentiated."""

    def __init__(self, m: Any, call: Callable[[], Any], places: Sequence[Any]) -> None:
        self.m, self.call, self.places = m, call, places
        self.result: Any = None
        self.error: Exception | None = None
        with warnings.catch_warnings():
            if m is torch:
                warnings.simplefilter("ignore")
            try:
                result = call()
                self.result = result[0] if isinstance(result, tuple) else result  # of attention, beside its weights
            except Exception as error:  # an error of one module must be one of the other
                self.error = error

    @property
    def array(self) -> np.ndarray:
        return np.asarray(self.result.detach().numpy())

    def gradients(self, orders: int = 2) -> list[np.ndarray]:
        """The gradients of a weighted sum of the results, then those of a weighted sum of these."""
        upstream = self.weights(self.result).requires_grad_()
        found = self.grad(self.result, self.places, upstream, create_graph=orders > 1)
        inputs = [*self.places]
        if orders > 1:
            recorded = [each for each in found if each is not None and each.requires_grad]
            again = [*self.places, upstream]
            weights = [self.weights(each) for each in recorded]
            found = [*found, *(self.grad(recorded, again, weights) if recorded else [None] * len(again))]
            inputs += again
        zeros = [self.m.zeros_like(each) for each in inputs]  # for None, or PyTorch's tensors without memory
        pairs = zip(found, zeros, strict=True)
        return [(zero if each is None else each + zero).detach().numpy() for each, zero in pairs]

    def grad(self, outputs: Any, inputs: Any, upstream: Any, **options: Any) -> Any:
        return self.m.autograd.grad(outputs, inputs, upstream, allow_unused=True, **options)

    def weights(self, like: Any) -> Any:
        return self.m.tensor(np.cos(np.arange(like.numel())), dtype=like.dtype).reshape(like.shape)


def name_of_dtype(dtype: Any) -> str:
    return str(dtype).rpartition(".")[2]


def compare(mine: Outcome, theirs: Outcome, written: str, orders: int = 2, closeness: float = 0.0) -> bool:
    """Compare what both made of a call; and return whether there was a gradient to compare."""
    if isinstance(theirs.error, NotImplementedError):
        return False  # it has nothing for those dtypes: to compute it here is no mistake
    name = name_of(found(written, tg)) or name_of(of_form_in_place(written.rpartition(".")[2]))
    columns = ["errors" if mine.error else "value"]
    with LEDGER.judging(name, columns[-1]):
        agree_in_value(mine, theirs, written, closeness)
    for column in ("gradient", "second order")[: orders if not mine.error and mine.result.requires_grad else 0]:
        columns.append(column)
    if len(columns) > 1:
        with LEDGER.judging(name, columns[-1]):
            for number, pair in enumerate(zip(mine.gradients(orders), theirs.gradients(orders), strict=True)):
                assert_close(*pair, f"{written}: gradient {number}", tolerance(mine, closeness))
    if LEDGER.is_open:
        args, kwargs = arguments(mine.call)
        in_place = not mine.error and (written.endswith("_") or kwargs.get("inplace"))
        LEDGER.count(name, [*columns, *(["in place"] if in_place else [])], kinds_of(args, kwargs))
    return len(columns) > 1


def arguments(call: Any) -> tuple[Sequence[Any], dict[str, Any]]:
    """What a call is given."""
    return (call.args, call.keywords) if isinstance(call, partial) else (call.operands, call.settings)


def tolerance(mine: Outcome, closeness: float) -> float:
    used = [name_of_dtype(each.dtype) for each in (*mine.places, mine.result)]
    return max([closeness, *(CLOSENESS.get(dtype, 0.0) for dtype in used)])


def agree_in_value(mine: Outcome, theirs: Outcome, written: str, closeness: float) -> None:
    assert bool(mine.error) == bool(theirs.error), f"{written}: {mine.error!r}, but in PyTorch {theirs.error!r}"
    if mine.error:
        return
    assert name_of_dtype(mine.result.dtype) == name_of_dtype(theirs.result.dtype), written
    assert mine.result.requires_grad == theirs.result.requires_grad, written
    assert_close(mine.array, theirs.array, written, tolerance(mine, closeness))


def assert_close(mine: np.ndarray, theirs: np.ndarray, what: str, closeness: float) -> None:
    assert (mine.dtype, mine.shape) == (theirs.dtype, theirs.shape), what
    scale = max(1.0, float(np.abs(theirs[np.isfinite(theirs)]).astype(np.float64).max(initial=0)))
    np.testing.assert_allclose(mine, theirs, rtol=closeness, atol=closeness * scale, err_msg=what)


# Rules

WITHOUT_GRADIENT = {"floor_divide", "heaviside"}  # in PyTorch
WITHOUT_SECOND = {"cdist"}  # in PyTorch
ROUGH = dict.fromkeys(["lgamma", "digamma"], 1e-8)  # the slope of digamma is there
ODD_SLOPES = {"i1", "i1e"}  # 1/2 at NaN there, and none in float16


RULES = {name: [each for each in written if found(each, torch)] for name, written in FORMS.items()}
RULES = {name: written for name, written in RULES.items() if written}
ELEMENTWISE = [name for name in RULES if TABLE[name].elementwise]


def comparable(name: str, case: Case, written: str) -> bool:
    """Whether PyTorch takes a call, and has its gradient right."""
    x, *others = case.operands
    if isinstance(x, float) and (name != "pow" or written.startswith("m.Tensor.")):  # the tensor comes first
        return False
    if name == "pow":  # where a tensor of exponents has a zero, its second derivative misses a term
        return not (isinstance(others[0], np.ndarray | np.generic) and np.any(others[0] == 0))
    if name == "clamp":  # it has no gradient where bounds stretch the tensor
        return np.broadcast_shapes(*(np.shape(each) for each in case.operands if each is not None)) == np.shape(x)
    if name == "norm":  # it has norms of vectors and matrices
        return ("linalg" in written) <= len(case.params["dim"]) <= 2
    if name == "logsumexp":  # it fails where there is nothing to sum
        return len(case.params["dim"]) > 0
    return True


def drawn(name: str) -> st.SearchStrategy[tuple[Case, str]]:
    """Calls of a rule's functions, and how these are written."""
    return st.tuples(CASES[name], st.sampled_from(RULES[name])).filter(lambda pair: comparable(name, *pair))


def called(m: Any, written: str, name: str, case: Case, dtype: str | None = None) -> Outcome:
    """What a module makes of a call."""
    call = public_call(m, written, name, case, dtype)
    return Outcome(m, call, call.places)


@pytest.mark.parametrize("name", RULES)
def test_the_functions_of_a_rule_and_their_gradients_are_pytorch_s(name: str) -> None:
    compared = 0

    @thorough
    @given(drawn(name), st.sampled_from(["float64", "float32"]))
    def check(call: tuple[Case, str], dtype: str) -> None:
        nonlocal compared
        case, written = call
        mine, theirs = (called(m, written, name, case, dtype) for m in (tg, torch))
        orders = 0 if name in WITHOUT_GRADIENT else 1 if name in WITHOUT_SECOND else 2
        compared += compare(mine, theirs, written, orders, ROUGH.get(name, 0.0))
        assume(not mine.error)

    check()
    assert compared >= ENOUGH or name in WITHOUT_GRADIENT, f"only {compared} calls of {name} had a gradient to compare"


def of_another_dtype(draw: Callable[..., Any], value: Any) -> Any:
    """An operand of any dtype; integers are small enough to be multiplied."""
    if not isinstance(value, np.ndarray) or value.dtype != np.float64:
        return value
    dtype = draw(st.sampled_from(DTYPES))
    return value.astype(dtype) if dtype.startswith("float") else np.round(2 * value).astype(np.int8).astype(dtype)


@pytest.mark.parametrize("name", ELEMENTWISE)
@thorough
@given(data=st.data())
def test_whatever_dtypes_meet_it_is_as_in_pytorch(name: str, data: st.DataObject) -> None:
    case, written = data.draw(drawn(name))
    case = case._replace(operands=tuple(of_another_dtype(data.draw, each) for each in case.operands))
    assume(name != "pow" or np.all(np.asarray(case.operands[1]) >= 0))  # 2 ** -1 is refused here, and 0 there
    mine, theirs = (called(m, written, name, case) for m in (tg, torch))
    compare(mine, theirs, written, 0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if len(TABLE[name].operands) == 1])
@settings(max_examples=3)  # which differ in settings, if there are any
@given(data=st.data())
def test_at_special_values_it_is_as_in_pytorch(name: str, dtype: str, data: st.DataObject) -> None:
    """One at a time: from some number of values on, another one on each processor, PyTorch has other slopes at NaN."""
    case, _ = data.draw(drawn(name))
    for value in SPECIAL if dtype.startswith("float") else [-3, -1, 0, 1, 2, 4]:
        special = case._replace(operands=(np.array([value]).astype(dtype),))
        mine, theirs = (called(m, RULES[name][0], name, special) for m in (tg, torch))
        compare(mine, theirs, RULES[name][0], orders=int(name not in ODD_SLOPES), closeness=ROUGH.get(name, 0.0))


# Functions and layers of networks

LESS_CLOSE = {
    "binary_cross_entropy": 1e-9,  # kept from 0 by 1e-12, in PyTorch's rule, and no nearer can its gradients come
    "hardsigmoid": 1e-7,  # whose slope in PyTorch is 1/6 in float32
}
# The order of derivatives up to which PyTorch has them, where that isn't the second.
ORDERS = dict.fromkeys(
    ["embedding_bag", "grid_sample", "hardsigmoid", "multi_margin_loss", "multilabel_margin_loss", "pdist"], 1
)
FUNCTIONS = [name for name in CALLS if hasattr(torch.nn.functional, name) and name not in RANDOM]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_networks_and_its_gradients_are_pytorch_s(name: str) -> None:
    compared = 0

    @thorough
    @given(CALLS[name], st.sampled_from(["none", "mean", "sum"]), st.sampled_from(["float64", "float32"]))
    def check(call: Call, reduction: str, dtype: str) -> None:
        nonlocal compared
        outcomes = []
        for m in (tg, torch):
            named = {each: own(m, value, dtype) for each, value in call.settings.items()}
            named |= {"reduction": reduction} if name in LOSSES else {}
            if "target" in call.places:  # of probabilities it ignores none
                named.pop("ignore_index", None)
            held = {"weight", "pos_weight"} if name in LOSSES else set()  # which have no gradient in PyTorch
            operands = {each: (own if each in held else place)(m, x, dtype) for each, x in call.places.items()}
            places = [x for each, x in operands.items() if each not in held]
            if named.get("inplace"):  # which a leaf with a gradient refuses
                operands["input"] = operands["input"].clone()
            outcomes.append(Outcome(m, partial(getattr(m.nn.functional, name), **(named | operands)), places))
        mine, theirs = outcomes
        orders, closeness = ORDERS.get(name, 2), LESS_CLOSE.get(name, 0.0)
        compared += compare(mine, theirs, f"m.nn.functional.{name}", orders, closeness)
        assume(not mine.error)

    check()
    assert compared >= ENOUGH, f"only {compared} calls of {name} had a gradient to compare"


@pytest.mark.parametrize(
    "kind",
    [kind for kind, name in FUNCTION_OF.items() if name in CALLS and hasattr(torch.nn, kind.__name__)],
    ids=lambda kind: kind.__name__,
)
@given(data=st.data())
def test_a_layer_is_printed_as_in_pytorch(kind: type[nn.Module], data: st.DataObject) -> None:
    drawn = data.draw(CALLS[FUNCTION_OF[kind]]).settings
    taken = {each: value for each, value in drawn.items() if each in inspect.signature(kind).parameters}
    mine, theirs = (
        getattr(m.nn, kind.__name__)(**{each: own(m, value) for each, value in taken.items()}) for m in (tg, torch)
    )
    assert repr(mine) == repr(theirs)
