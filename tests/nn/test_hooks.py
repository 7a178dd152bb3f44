"""Hooks of modules: before and after forward, and on the way back."""

from __future__ import annotations

from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


class Scale(nn.Module):
    def forward(self, x: Any, by: float = 2.0) -> Any:
        return x * by


X = tg.tensor([1.0, 2.0])


def test_a_pre_hook_sees_the_arguments() -> None:
    module, seen = Scale(), []
    module.register_forward_pre_hook(lambda module, args: seen.append((module, args)))
    assert module(X).tolist() == [2.0, 4.0]
    assert seen[0][0] is module
    assert seen[0][1][0] is X


@pytest.mark.parametrize("answer", [X * 10, (X * 10,)])
def test_a_pre_hook_may_replace_the_arguments(answer: Any) -> None:
    module = Scale()
    module.register_forward_pre_hook(lambda *_: answer)
    assert module(X).tolist() == [20.0, 40.0]


def test_a_pre_hook_may_see_and_replace_keywords() -> None:
    module = Scale()
    module.register_forward_pre_hook(lambda *_: None, with_kwargs=True)
    module.register_forward_pre_hook(lambda _, args, kwargs: (args, {**kwargs, "by": 5.0}), with_kwargs=True)
    assert module(X, by=3.0).tolist() == [5.0, 10.0]


def test_a_pre_hook_with_keywords_must_return_both() -> None:
    module = Scale()
    module.register_forward_pre_hook(lambda _, args, __: args, with_kwargs=True)
    with pytest.raises(RuntimeError, match=r"must return None or \(args, kwargs\)"):
        module(X)


def test_a_hook_sees_and_may_replace_the_output() -> None:
    module, seen = Scale(), []
    module.register_forward_hook(lambda *given: seen.append(given[2].tolist()))
    module.register_forward_hook(lambda *given: given[2] + 1)
    module.register_forward_hook(lambda *given: given[2] * 10)
    assert module(X).tolist() == [30.0, 50.0]
    assert seen == [[2.0, 4.0]]


def test_a_hook_may_see_keywords() -> None:
    module, seen = Scale(), []
    module.register_forward_hook(lambda *given: seen.append(given[2]), with_kwargs=True)
    module(X, by=3.0)
    assert seen == [{"by": 3.0}]


def test_hooks_may_be_put_first_and_taken_away() -> None:
    module, order = Scale(), []
    late = module.register_forward_hook(lambda *_: order.append("late"))
    module.register_forward_hook(lambda *_: order.append("early"), prepend=True)
    module(X)
    assert order == ["early", "late"]
    late.remove()
    module(X)
    assert order == ["early", "late", "early"]
    with module.register_forward_pre_hook(lambda *_: order.append("inside")):
        module(X)
    module(X)
    assert order.count("inside") == 1


def test_a_hook_may_be_called_even_if_forward_fails() -> None:
    module, seen = Scale(), []
    module.register_forward_hook(lambda *given: seen.append(given[2]), always_call=True)
    module.register_forward_hook(lambda *_: seen.append("not me"))
    with pytest.raises(TypeError):
        module(X, wrong=1)
    assert seen == [None]


# On the way back


class TwoInTwoOut(nn.Module):
    def forward(self, x: Any, number: Any, y: Any) -> Any:
        return x * y * number, x + y


def leaves() -> tuple[Any, Any]:
    return tg.tensor(3.0, requires_grad=True), tg.tensor(5.0, requires_grad=True)


def test_a_backward_hook_sees_the_gradients_of_inputs_and_outputs() -> None:
    module, seen = TwoInTwoOut(), []
    module.register_full_backward_hook(lambda _, *gradients: seen.append(gradients))
    x, y = leaves()
    first, second = module(x, 2, y)
    (first + 10 * second).backward()
    ((grad_input, grad_output),) = seen
    assert [each.item() for each in grad_output] == [1.0, 10.0]
    assert [each.item() for each in grad_input] == [20.0, 16.0]
    assert (x.grad.item(), y.grad.item()) == (20.0, 16.0)


def test_a_backward_hook_sees_only_what_passes_through_its_module() -> None:
    module, seen = Scale(), []
    module.register_full_backward_hook(lambda *given: seen.append(given[1][0].item()))
    x, _ = leaves()
    (module(x) + 100 * x).backward()
    assert seen == [2.0]
    assert x.grad.item() == 102.0


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_backward_hook_may_replace_the_gradient(wrapped: bool) -> None:
    module = Scale()

    def hook(_: Any, grad_input: Any, __: Any) -> Any:
        return (grad_input[0] * 7,) if wrapped else grad_input[0] * 7

    module.register_full_backward_hook(hook)
    x, _ = leaves()
    module(x).backward()
    assert x.grad.item() == 14.0


def test_a_backward_hook_runs_where_no_input_needs_a_gradient() -> None:
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda _, *gradients: seen.append(gradients))
    layer(X).sum().backward()
    ((grad_input, grad_output),) = seen
    assert grad_input == (None,)
    assert grad_output[0].tolist() == [1.0]


def test_an_output_that_is_not_used_has_no_gradient() -> None:
    module, seen = TwoInTwoOut(), []
    module.register_full_backward_hook(lambda *given: seen.append(given[2]))
    x, y = leaves()
    module(x, 2, y)[0].backward()
    assert seen[0][1] is None


def test_backward_hooks_do_nothing_without_recording() -> None:
    module = Scale()
    module.register_full_backward_hook(lambda *_: pytest.fail("nothing flows back here"))
    with tg.no_grad():
        assert module(X).tolist() == [2.0, 4.0]
    assert nn.Identity()("text") == "text"


def test_a_module_called_twice_runs_its_backward_hook_twice() -> None:
    module, seen = Scale(), []
    module.register_full_backward_hook(lambda *given: seen.append(given[2][0].item()))
    x, _ = leaves()
    module(module(x)).backward()
    assert seen == [1.0, 2.0]


def test_what_is_not_a_tensor_passes_a_watched_module() -> None:
    module = nn.Identity()
    module.register_full_backward_hook(lambda *_: None)
    assert module("text") == "text"


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_backward_pre_hook_may_replace_the_gradient_of_the_output(wrapped: bool) -> None:
    layer, seen = Scale(), list[Any]()

    def tripled(module: Any, gradients: tuple[Any, ...]) -> Any:
        return (gradients[0] * 3,) if wrapped else gradients[0] * 3

    layer.register_full_backward_pre_hook(lambda module, gradients: seen.append(gradients))
    layer.register_full_backward_pre_hook(tripled)
    layer.register_full_backward_hook(lambda module, inputs, outputs: seen.append(outputs))
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    layer(x).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [6.0, 6.0]
    assert [each.tolist() for (each,) in seen] == [[1.0, 1.0], [3.0, 3.0]]
