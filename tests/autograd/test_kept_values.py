"""What a rule keeps can be changed by nobody unseen: neither through an operand, nor through a result.

After a call each tensor that the user holds is changed in place, in turn: a gradient is then the same as without the
change, or refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.calls import CALLS, LOSSES
from support.cases import CASES
from support.operations import Square
from support.public import FORMS, accepts, own, place, public_call
from support.search import FEW

import tinygrad_edu as tg


def numbers(*values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


MATRIX = [[0.5, 2.5, 1.5], [3.5, 0.25, 1.25]]
LABELS = [1, 0]

# Calls with several results, or with tensors that are no operands of a rule.
OTHERS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "max": lambda x: x.max(1),
    "max, kept": lambda x: x.max(0, keepdim=True),
    "min": lambda x: x.min(-1),
    "sort": lambda x: x.sort(1),
    "sort, descending": lambda x: x.sort(0, descending=True),
    "topk": lambda x: x.topk(2),
    "split": lambda x: x.split(1),
    "sum and mean": lambda x: (x.sum(), x.mean()),
    "broadcast_tensors": lambda x: tg.broadcast_tensors(x, tg.ones(1, 3, dtype=tg.float64)),
}
WITH_PLACES: dict[str, tuple[Callable[[Any, Any], Any], Any]] = {
    "index": (lambda x, places: x[places], LABELS),
    "index beside a slice": (lambda x, places: x[:, places], LABELS),
    "mask": (lambda x, places: x[:, places], [True, False, True]),
    "gather": (lambda x, places: x.gather(1, places), [LABELS, LABELS]),
    "take_along_dim": (lambda x, places: x.take_along_dim(places, 1), [LABELS, LABELS]),
    "index_select": (lambda x, places: x.index_select(1, places), LABELS),
    "scatter": (lambda x, places: (x * 1).scatter(1, places, 0.5), [LABELS, LABELS]),
    "masked_select": (lambda x, places: x.masked_select(places), [[True], [False]]),
    "masked_fill": (lambda x, places: x.masked_fill(places, 0), [[True], [False]]),
    "where": (lambda x, places: tg.where(places, x, x * 2), [[True], [False]]),
    "repeat_interleave": (lambda x, places: x.repeat_interleave(places, 0), [2, 1]),
    "clamp": (lambda x, places: x.clamp(places, 2), [[1.0], [2.0]]),
    "set by places": (lambda x, places: set_at(x * 1, places, 1.0), LABELS),
    "set by a mask": (lambda x, places: set_at(x * 1, (slice(None), places), x[:, :1]), [True, False, False]),
    "setting": (lambda x, places: set_at(x * 1, 0, places), [1.0, 2.0, 3.0]),
    "cross_entropy": (lambda x, places: tg.nn.functional.cross_entropy(x, places), LABELS),
    "nll_loss": (lambda x, places: tg.nn.functional.nll_loss(x, places), LABELS),
    "cross_entropy with weights": (
        lambda x, places: tg.nn.functional.cross_entropy(x, tg.tensor(LABELS), weight=places),
        [1.0, 2.0, 3.0],
    ),
}


def set_at(x: Any, index: Any, values: Any) -> Any:
    x[index] = values
    return x


def disturb(tensor: Any) -> None:
    """Change the values in place, outside the graph."""
    with tg.no_grad():
        if tensor.dtype is tg.bool:
            tensor.logical_not_()
        elif tensor.is_floating_point():
            tensor.detach().fill_(-7)
        else:
            tensor.neg_().add_(1)


def gradients(results: Sequence[Any], places: Sequence[Any], create_graph: bool = False) -> list[Any]:
    outputs = [each for each in results if each.requires_grad]
    weights = [tg.tensor(np.cos(np.arange(each.numel())), dtype=each.dtype).reshape(each.shape) for each in outputs]
    found = tg.autograd.grad(outputs, places, weights, materialize_grads=True, create_graph=create_graph)
    return [each.tolist() for each in found]


def assert_guarded(call: Callable[[], tuple[Sequence[Any], Sequence[Any], Sequence[Any]]]) -> None:
    """Change each tensor that was held or returned, and compare; `call` returns results, places and what is held."""
    results, places, held = call()
    if not any(each.requires_grad for each in results):
        return
    expected = gradients(results, places)
    for number in range(len(results) + len(held)):
        for create_graph in (False, True):
            results, places, held = call()
            disturbed = [*results, *held][number]
            if disturbed.numel() == 0:
                continue
            disturb(disturbed)
            try:
                found = gradients(results, places, create_graph)
            except RuntimeError as error:
                if "changed in place" not in str(error):
                    raise
                continue
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-12, err_msg=f"tensor {number} was changed")


@pytest.mark.parametrize("name", OTHERS)
def test_the_results_of_a_function_with_several(name: str) -> None:
    def call() -> Any:
        x = numbers(*MATRIX)
        return tuple(OTHERS[name](x)), [x], [x]

    assert_guarded(call)


@pytest.mark.parametrize("name", WITH_PLACES)
def test_places_masks_and_settings(name: str) -> None:
    function, values = WITH_PLACES[name]

    def call() -> Any:
        x = numbers(*MATRIX)
        dtype = tg.float64 if isinstance(np.array(values).flat[0], np.float64) else None
        places = tg.tensor(values, dtype=dtype)
        return [function(x, places)], [x], [x, places]

    assert_guarded(call)


@pytest.mark.parametrize("written", [each for forms in FORMS.values() for each in forms if not each.endswith("_")])
@FEW
@given(data=st.data())
def test_the_operands_and_the_result_of_a_rule(written: str, data: st.DataObject) -> None:
    name = next(name for name, forms in FORMS.items() if written in forms)
    case = data.draw(CASES[name])
    assume(accepts(written, name, case))

    def call() -> Any:
        made = public_call(tg, written, name, case)
        held = [each for each in [*made.operands, *made.settings.values()] if isinstance(each, tg.Tensor)]
        return [made()], made.places, held

    assert_guarded(call)


@pytest.mark.parametrize("name", CALLS)
@FEW
@given(data=st.data())
def test_the_operands_and_the_result_of_a_function_of_networks(name: str, data: st.DataObject) -> None:
    drawn = data.draw(CALLS[name])

    def call() -> Any:
        operands = {each: place(tg, x) for each, x in drawn.places.items()}
        others = {each: own(tg, value) for each, value in drawn.settings.items() if each != "inplace"}
        others |= {"reduction": "sum"} if name in LOSSES else {}
        tg.manual_seed(0)  # dropout silences the same values each time
        result = getattr(tg.nn.functional, name)(**operands, **others)
        held = [each for each in [*operands.values(), *others.values()] if isinstance(each, tg.Tensor)]
        results = [each for each in (result if isinstance(result, tuple) else [result]) if each is not None]
        return results, list(operands.values()), held

    assert_guarded(call)


@pytest.mark.parametrize("function", [lambda m: m.max(1), lambda m: m.min(1), lambda m: m.sort(1), lambda m: m.topk(1)])
def test_indices_that_were_changed_are_refused(function: Callable[[Any], Any]) -> None:
    x = numbers(*MATRIX)
    values, indices = function(x)
    indices += 1
    with pytest.raises(RuntimeError, match=r"backward through gather: .* was changed in place"):
        values.sum().backward()


# Numbers, which are no memory


def test_a_number_of_then_is_differentiated_again() -> None:
    x = tg.tensor(2.0, requires_grad=True)
    y = x**3
    with tg.no_grad():
        x.mul_(2)
    (first,) = tg.autograd.grad(y, x, create_graph=True)
    assert first.item() == 12
    (second,) = tg.autograd.grad(first, x, create_graph=True)
    assert second.item() == 12
    (third,) = tg.autograd.grad(second, x)
    assert third.item() == 6


@pytest.mark.parametrize(
    "change", [lambda x: x.mul_(2), lambda x: x.data.fill_(7), lambda x: setattr(x, "data", x + 1)]
)
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_number_changed_in_any_way_is_the_one_of_then(change: Callable[[Any], Any], create_graph: bool) -> None:
    x, w = tg.tensor(2.0, requires_grad=True), tg.tensor(5.0, requires_grad=True)
    y = x * x * w
    with tg.no_grad():
        change(x)
    y.backward(create_graph=create_graph)
    assert x.grad is not None
    assert w.grad is not None
    assert (x.grad.item(), w.grad.item()) == (20.0, 4.0)


def test_a_number_that_a_function_saved_is_guarded() -> None:
    x = tg.tensor(2.0, requires_grad=True)
    y = Square.apply(x)
    with tg.no_grad():
        x.mul_(2)
    with pytest.raises(RuntimeError, match="was changed in place"):
        y.backward()
