"""The machinery of primitives: what is kept for a rule, what it is given, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import elementwise, gradcheck, gradgradcheck, primitive
from tinygrad_edu.ops.table import TABLE


def leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=tg.float64, requires_grad=True)


def saved_of(result: Any) -> list[Any]:
    return list(result.grad_fn.saved)


def test_only_what_the_rules_name_is_kept() -> None:
    x, y, fixed = leaf([1.0, 2.0]), leaf([3.0, 4.0]), tg.tensor([5.0, 6.0], dtype=tg.float64)
    assert saved_of(x + y) == []
    (only,) = saved_of(x * fixed)  # x's gradient needs the other factor, and nothing needs x
    assert only is fixed._data
    assert [id(each) for each in saved_of(x * y)] == [id(y._data), id(x._data)]
    result = x.exp()
    (only,) = saved_of(result)
    assert only is result._data
    assert saved_of(x.sum()) == [(2,), (0,), False]


def test_a_rule_gets_what_it_names() -> None:
    seen: dict[str, Any] = {}

    def rule(g: Any, x: Any, out: Any, x_shape: Any, power: Any, extra: Any) -> Any:
        seen.update(x=x, out=out, x_shape=x_shape, power=power, extra=extra)
        return g * power * x ** (power - 1)

    powered = primitive(
        lambda x, *, power=3: (x**power, "by-product"),
        name="powered",
        residuals={"extra": None},
        x=rule,
    )
    x = leaf([1.0, 2.0])
    powered(x).sum().backward()
    assert x.grad.tolist() == [3, 12]
    assert seen["out"].tolist() == [1, 8]
    assert (seen["x"].tolist(), seen["x_shape"], seen["power"], seen["extra"]) == ([1, 2], (2,), 3, "by-product")


def test_a_residual_with_a_recipe_is_computed_again_for_higher_orders() -> None:
    by_residual = primitive(
        lambda x: (np.sin(x), np.cos(x)),
        name="by_residual",
        residuals={"slope": lambda x: np.cos(x)},
        x=lambda g, slope: g * slope,
    )
    x = leaf([0.3, 0.7])
    assert gradcheck(by_residual, x)
    assert gradgradcheck(by_residual, x)


def test_what_rules_share_is_computed_once_for_those_that_need_it() -> None:
    calls: list[Any] = []

    def doubled(g: Any, x: Any) -> Any:
        calls.append(x)
        return 2 * g * x

    squares = primitive(
        lambda x, y: x * x + x * y,
        name="squares",
        shared={"twice": doubled},
        x=lambda g, twice, y: twice + g * y,
        y=lambda g, twice: twice / 2,
    )
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    assert gradcheck(squares, (x, y))
    assert gradgradcheck(squares, (x, y))
    calls.clear()
    squares(x, y).sum().backward()
    assert len(calls) == 1
    assert (x.grad.tolist(), y.grad.tolist()) == ([5, 8], [1, 2])


def test_what_rules_share_may_ask_only_for_what_there_is() -> None:
    with pytest.raises(TypeError, match=r"the rule for 'twice' asks for 'z', which is none of"):
        primitive(lambda x: 2 * x, name="double", shared={"twice": lambda g, z: g}, x=lambda g, twice: twice)


def test_plain_arrays_are_only_computed_with() -> None:
    double = elementwise(lambda x: x * 2, name="double", x=lambda g: g * 2)
    result: Any = double(np.ones(2))
    assert type(result) is np.ndarray


def test_an_elementwise_rule_need_not_know_of_broadcasting() -> None:
    scaled = elementwise(
        lambda x, y, z: x * y + z, name="scaled", x=lambda g, y: g * y, y=lambda g, x: g * x, z=lambda g: g
    )
    inputs = (leaf([[1.0], [2.0]]), leaf([3.0, 4.0, 5.0]), leaf(6.0))
    assert gradcheck(scaled, inputs)
    assert gradgradcheck(scaled, inputs)


def test_variadic_operands_with_and_without_gradients() -> None:
    total = primitive(lambda *x: sum(x), name="total", variadic=True, x=lambda g, x_shape: [g * 2] * len(x_shape))
    x, y = leaf([1.0]), leaf([2.0])
    total(x, tg.ones(1, dtype=tg.float64), y).sum().backward()
    assert x.grad.tolist() == y.grad.tolist() == [2]
    total(y, x, x, x).sum().backward()  # another count of operands is another plan
    assert x.grad.tolist() == [8]


def test_any_function_may_use_a_rule_that_hands_on_what_it_saved() -> None:
    """Rules from outside the table may return anything: the leaf gets an array of its own."""
    kept = np.array([7.0, 8.0])
    careless = elementwise(lambda x: x + 0, name="careless", x=lambda g: kept if g.all() else g)
    x = leaf([1.0, 2.0])
    careless(x).sum().backward()
    careless(x).sum().backward()
    assert (x.grad.tolist(), kept.tolist()) == ([14, 16], [7, 8])


@pytest.mark.parametrize("stretched", [False, True])
def test_a_rule_may_use_the_memory_of_its_answer_again(stretched: bool) -> None:
    """What it handed out before is copied, also for nodes whose turn comes later."""
    buffer = np.zeros(2)
    double = elementwise(lambda x, y: 2 * x + y, name="double", x=lambda g: np.multiply(g, 2, out=buffer), y=None)
    x, y = leaf([1.0, 2.0]), tg.zeros(1 if stretched else 2, dtype=tg.float64)
    one, three = x * 1, x * 3
    total = double(one, y) * 5 + double(three, y) * 7
    total.sum().backward()
    assert x.grad.tolist() == [2 * (5 + 3 * 7)] * 2


def test_adding_hands_each_operand_its_own_memory() -> None:
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    g = tg.ones(2, dtype=tg.float64)
    (x + y).backward(g)
    x.grad.zero_()
    assert (x.grad.tolist(), y.grad.tolist(), g.tolist()) == ([0, 0], [1, 1], [1, 1])
    x.grad, y.grad = None, None
    (x.reshape(2, 1).reshape(2) + y[:]).backward(g)  # through views as well
    y.grad.zero_()
    x.grad.mul_(5)
    assert (x.grad.tolist(), y.grad.tolist(), g.tolist()) == ([5, 5], [0, 0], [1, 1])


def test_a_wrong_shape_from_a_rule_is_an_error() -> None:
    wrong = primitive(lambda x: x.sum(), name="wrong", x=lambda g: g)
    with pytest.raises(RuntimeError, match=r"backward through wrong: the rule for operand 'x' returned .*shape \(2,\)"):
        wrong(leaf([1.0, 2.0])).backward()


@pytest.mark.parametrize("shape", [(2,), (1, 2), (3, 2)], ids=str)
def test_an_elementwise_rule_may_return_what_a_broadcast_explains(shape: tuple[int, ...]) -> None:
    alike = elementwise(lambda x: x * 1, name="alike", x=lambda g: np.ones(shape))
    x = leaf([1.0, 2.0])
    alike(x).sum().backward()
    assert x.grad.tolist() == [np.prod(shape[:-1], dtype=int)] * 2


@pytest.mark.parametrize("answer", [np.ones(3), np.ones((2, 1)), np.ones(1), np.float64(1), 0, [1.0, 1.0]], ids=repr)
@pytest.mark.parametrize("stretched", [False, True])
def test_an_elementwise_rule_may_not_return_anything_else(answer: Any, stretched: bool) -> None:
    wrong = elementwise(lambda x, y: x * y, name="wrong", x=lambda g: answer, y=None)
    x, y = leaf([1.0, 2.0]), tg.ones(1 if stretched else 2, dtype=tg.float64)
    with pytest.raises(RuntimeError, match=r"backward through wrong: the rule for operand 'x' returned .*shape \(2,\)"):
        wrong(x, y).sum().backward()


def test_operands_without_a_rule() -> None:
    picky = elementwise(lambda x, y: x + y, name="picky", x=lambda g: g, y=None)
    picky(leaf([1.0]), tg.ones(1, dtype=tg.float64)).sum().backward()
    with pytest.raises(RuntimeError, match=r"picky: operand 'y' requires a gradient.*y\.detach\(\)"):
        picky(leaf([1.0]), leaf([1.0]))


def test_an_operation_without_any_rule_is_a_constant() -> None:
    steps = elementwise(np.floor, name="steps", x=None)
    assert not steps(leaf([1.5])).requires_grad


def test_a_rule_that_asks_for_the_unknown_is_refused_when_it_is_defined() -> None:
    with pytest.raises(TypeError, match=r"primitive strange: the rule for 'x' asks for 'z', which is none of .*out, x"):
        elementwise(lambda x: x, name="strange", x=lambda g, z: g * z)
    with pytest.raises(TypeError, match=r"must take the upstream gradient 'g' as its first argument, got \(x\)"):
        elementwise(lambda x: x, name="strange", x=lambda x: x)


def test_a_number_that_was_viewed_is_watched_for_changes() -> None:
    """A number can't change in place; the array that it becomes, to be looked into, can."""
    row = primitive(lambda x: x.reshape(1), name="row", view=True, x=lambda g, x: g.reshape(()) * x / x)
    number = leaf(2.0) * 1.0
    result = row(number) * 3.0
    number.mul_(5.0)
    with pytest.raises(RuntimeError, match=r"backward through row: .* changed in place"):
        result.sum().backward()


def test_the_name_comes_from_the_function() -> None:
    def _twice(x: Any) -> Any:
        return x * 2

    twice = elementwise(_twice, x=lambda g: g * 2)
    assert twice.name == "twice"
    assert repr(twice) == "<primitive twice(x)>"
    node: Any = twice(leaf([1.0])).grad_fn
    assert node.name() == "TwiceBackward0"


def test_infinities_come_without_warnings_and_leave_numpys_settings_alone() -> None:
    before = np.geterr()
    x = leaf([0.0, -1.0, 1000.0])
    (x.log() + x.exp() + 1 / x + x.sqrt()).sum().backward()
    assert np.geterr() == before
    with pytest.warns(RuntimeWarning):
        np.log(np.zeros(1))


def test_the_table_can_be_read_but_not_written() -> None:
    table: Any = TABLE
    with pytest.raises(TypeError):
        table["new"] = table["add"]
