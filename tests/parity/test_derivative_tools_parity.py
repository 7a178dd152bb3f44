"""What looks at derivatives, beside PyTorch's: `grad`, checks of gradients, hooks of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.evidence import LEDGER

import tinygrad_edu as tg

torch: Any = pytest.importorskip("torch")


def leaves(m: Any, dtype: str = "float64") -> tuple[Any, Any]:
    drawn = np.random.default_rng(1)
    x, y = (
        m.tensor(drawn.uniform(0.5, 1.5, shape).tolist(), dtype=getattr(m, dtype), requires_grad=True)
        for shape in ((2, 3), (3,))
    )
    return x, y


def outcome(story: Callable[[Any, Any, Any], Any], m: Any, **options: Any) -> Any:
    """What a story ends with, as numbers; or the kind of its error."""
    x, y = leaves(m, **options)
    try:
        return plain(story(m, x, y))
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        return [type(error).__name__]


def plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return np.asarray(value.detach().numpy()) if hasattr(value, "grad_fn") else value


def agree(name: str, story: Callable[[Any, Any, Any], Any], **options: Any) -> None:
    mine, theirs = outcome(story, tg, **options), outcome(story, torch, **options)
    same(mine, theirs)
    LEDGER.count(name, ["errors" if mine and isinstance(mine, list) and isinstance(mine[0], str) else "value"])


def same(mine: Any, theirs: Any) -> None:
    if isinstance(theirs, list):
        assert len(mine) == len(theirs)
        for pair in zip(mine, theirs, strict=True):
            same(*pair)
    elif isinstance(theirs, np.ndarray):
        assert (mine.dtype, mine.shape) == (theirs.dtype, theirs.shape)
        np.testing.assert_allclose(mine, theirs, rtol=1e-6)
    else:
        assert mine == theirs


def unused(m: Any, x: Any, y: Any, **options: Any) -> Any:
    return m.autograd.grad((x * 2).sum(), [x, y], **options)


def twice(m: Any, x: Any, y: Any) -> Any:
    (first,) = m.autograd.grad((x.sin() * y).sum(), x, create_graph=True)
    return first, m.autograd.grad(first.sum(), [x, y])


def kept(m: Any, x: Any, y: Any, **options: Any) -> Any:
    out = (x.exp() * y).sum()
    return m.autograd.grad(out, x, **options), m.autograd.grad(out, y)


GRAD: list[Callable[[Any, Any, Any], Any]] = [
    lambda m, x, y: m.autograd.grad((x * y).sum(), x),
    lambda m, x, y: m.autograd.grad((x * y).sum(), (y, x)),
    lambda m, x, y: m.autograd.grad(x * y, [x, y], m.ones(2, 3, dtype=x.dtype) * 3),
    lambda m, x, y: m.autograd.grad([x.sum(), (y * y).sum()], [x, y]),
    lambda m, x, y: m.autograd.grad([x * y, y], [x, y], [m.ones(2, 3, dtype=x.dtype), None]),
    lambda m, x, y: m.autograd.grad([x * y, y.sum()], [x, y], [m.ones(2, 3, dtype=x.dtype), None]),
    lambda m, x, y: m.autograd.grad((x[0] * y).sum(), [x, y]),
    lambda m, x, y: m.autograd.grad(x.max(), x),
    lambda m, x, y: (lambda z: m.autograd.grad((z * y).sum(), z))(x * 2),
    lambda m, x, y: (lambda z: m.autograd.grad(z.sum(), [z, x]))(x * 2),
    lambda m, x, y: m.autograd.grad(y[0], y),
    twice,
    kept,
    lambda m, x, y: kept(m, x, y, retain_graph=True),
    lambda m, x, y: kept(m, x, y, create_graph=True),
    unused,
    lambda m, x, y: unused(m, x, y, allow_unused=True),
    lambda m, x, y: unused(m, x, y, materialize_grads=True),
    lambda m, x, y: unused(m, x, y, allow_unused=False, materialize_grads=True),
    lambda m, x, y: m.autograd.grad(x * y, x),
    lambda m, x, y: m.autograd.grad((x * y).sum(), x, m.ones(2)),
    lambda m, x, y: m.autograd.grad((x * y).sum().detach(), x),
    lambda m, x, y: m.autograd.grad((x * y).sum(), x.detach()),
    lambda m, x, y: m.autograd.grad((x * y).sum(), [x, m.tensor([1, 2])]),
    lambda m, x, y: m.autograd.grad((x * y).sum(), x, is_grads_batched=False),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("number", range(len(GRAD)))
def test_grad(number: int, dtype: str) -> None:
    agree("tg.autograd.grad", GRAD[number], dtype=dtype)


def wrong_slope(m: Any) -> Any:
    class Twice(m.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2.5

    return Twice.apply


CHECKED: dict[str, Callable[[Any, Any, Any], Any]] = {
    "product": lambda m, x, y: (lambda x, y: x * y, (x, y), {}),
    "no function": lambda m, x, y: (x * y, (x, y), {}),
    "one input": lambda m, x, y: (lambda x: x.sin(), x, {}),
    "two": lambda m, x, y: (lambda x, y: x * y.exp(), (x, y), {}),
    "a number": lambda m, x, y: (lambda x: (x**3).sum(), (x,), {}),
    "two results": lambda m, x, y: (lambda x: (x.sum(0), x.prod()), (x,), {}),
    "indices beside": lambda m, x, y: (lambda x: x.max(1)[0], (x,), {}),
    "a constant beside": lambda m, x, y: (lambda x, c: x * c, (x, m.ones(3, dtype=x.dtype)), {}),
    "a matrix": lambda m, x, y: (lambda x, y: x @ y, (x, y), {}),
    "steps": lambda m, x, y: (lambda x: x.tanh(), (x,), {"eps": 1e-5, "atol": 1e-4, "rtol": 1e-2}),
    "fast": lambda m, x, y: (lambda x: x.tanh() * x, (x,), {"fast_mode": True}),
    "no values": lambda m, x, y: (lambda x: x.log(), (x[:0],), {}),
    "view": lambda m, x, y: (lambda x: x.t()[1:].reshape(-1), (x,), {}),
    "softmax": lambda m, x, y: (lambda x: x.softmax(1), (x,), {}),
    "wrong": lambda m, x, y: (wrong_slope(m), (x,), {}),
    "wrong, in a word": lambda m, x, y: (wrong_slope(m), (x,), {"raise_exception": False}),
    "wrong, fast": lambda m, x, y: (wrong_slope(m), (x,), {"raise_exception": False, "fast_mode": True}),
    "nothing to differentiate": lambda m, x, y: (lambda x: x * 2, (x.detach(),), {}),
}


@pytest.mark.filterwarnings("ignore:Input #")
@pytest.mark.parametrize("check", ["gradcheck", "gradgradcheck"])
@pytest.mark.parametrize("name", CHECKED)
def test_checks(name: str, check: str) -> None:
    def story(m: Any, x: Any, y: Any) -> Any:
        function, inputs, options = CHECKED[name](m, x, y)
        return getattr(m.autograd, check)(function, inputs, **options)

    agree(f"tg.autograd.{check}", story)


def hooked(m: Any, x: Any, y: Any, *hooks: Callable[[Any], Any], on: str = "z", after: str = "") -> Any:
    """The gradients of x and y, where hooks were on one of the tensors; and what these saw."""
    z = x * y
    seen: list[Any] = []
    handles = []
    for hook in hooks:

        def noting(g: Any, hook: Any = hook) -> Any:
            seen.append(g.clone())
            return hook(g)

        handles.append({"x": x, "y": y, "z": z}[on].register_hook(noting))
    if after == "removed":
        handles[0].remove()
    total = (z * z).sum()
    total.backward(retain_graph=after == "again")
    if after == "again":
        total.backward()
    return x.grad, y.grad, len(seen), seen


HOOKS: list[Callable[[Any, Any, Any], Any]] = [
    lambda m, x, y: hooked(m, x, y, lambda g: None),
    lambda m, x, y: hooked(m, x, y, lambda g: g * 2),
    lambda m, x, y: hooked(m, x, y, lambda g: g * 2, lambda g: g + 1),
    lambda m, x, y: hooked(m, x, y, lambda g: g + 1, lambda g: g * 2),
    lambda m, x, y: hooked(m, x, y, lambda g: g * 0, on="x"),
    lambda m, x, y: hooked(m, x, y, lambda g: g.clamp(max=0.5), on="y"),
    lambda m, x, y: hooked(m, x, y, lambda g: g * 2, after="removed"),
    lambda m, x, y: hooked(m, x, y, lambda g: g * 2, lambda g: g * 5, after="removed", on="x"),
    lambda m, x, y: hooked(m, x, y, lambda g: g * 2, after="again"),
    lambda m, x, y: hooked(m, x, y, lambda g: g * 2, on="x", after="again"),
    lambda m, x, y: hooked(m, x, y, lambda g: g.sum(), on="x"),
    lambda m, x, y: hooked(m, x, y, lambda g: 3.0),
    lambda m, x, y: x.detach().register_hook(lambda g: g),
    lambda m, x, y: hooked(m, x, y, lambda g: g.half()),
    lambda m, x, y: m.autograd.grad((lambda z: (z.register_hook(lambda g: g * 3), z.sum())[1])(x * y), x),
]


@pytest.mark.parametrize("number", range(len(HOOKS)))
def test_hooks(number: int) -> None:
    agree("tg.Tensor.register_hook", HOOKS[number])


def after_accumulation(m: Any, x: Any, y: Any, *hooks: Callable[[Any], Any], times: int = 1, on: str = "x") -> Any:
    """The gradients after backward, where hooks were called with a leaf whose gradient is complete."""
    seen: list[Any] = []
    for hook in hooks:

        def noting(leaf: Any, hook: Any = hook) -> Any:
            seen.append(leaf.grad.clone())
            return hook(leaf)

        {"x": x, "y": y}[on].register_post_accumulate_grad_hook(noting)
    for _ in range(times):
        (x * y * x).sum().backward()
    return x.grad, y.grad, len(seen), seen


def step(leaf: Any) -> None:
    leaf.data.sub_(0.1 * leaf.grad)
    leaf.grad = None


def changing(change: Callable[[Any], Any]) -> Callable[[Any], None]:
    """A hook that changes the gradient in place, and returns nothing."""

    def hook(leaf: Any) -> None:
        change(leaf.grad)

    return hook


AFTER: list[Callable[[Any, Any, Any], Any]] = [
    lambda m, x, y: after_accumulation(m, x, y, lambda leaf: None),
    lambda m, x, y: after_accumulation(m, x, y, lambda leaf: None, times=3),
    lambda m, x, y: after_accumulation(m, x, y, changing(lambda g: g.mul_(2))),
    lambda m, x, y: after_accumulation(m, x, y, changing(lambda g: g.zero_()), times=2),
    lambda m, x, y: after_accumulation(m, x, y, changing(lambda g: g.mul_(2)), changing(lambda g: g.add_(1))),
    lambda m, x, y: after_accumulation(m, x, y, changing(lambda g: g.add_(1)), changing(lambda g: g.mul_(2))),
    lambda m, x, y: after_accumulation(m, x, y, step),
    lambda m, x, y: (after_accumulation(m, x, y, step, times=3)[0], x),
    lambda m, x, y: after_accumulation(m, x, y, lambda leaf: None, on="y"),
    lambda m, x, y: after_accumulation(m, x, y, lambda leaf: setattr(leaf, "grad", leaf.grad * 3), on="y"),
    lambda m, x, y: (x * 2).register_post_accumulate_grad_hook(lambda leaf: None),
    lambda m, x, y: after_accumulation(m, x, y, lambda leaf: leaf.grad),
    lambda m, x, y: after_accumulation(m, x, y, lambda leaf: 3),
    lambda m, x, y: after_accumulation(m, x.requires_grad_(True), y, changing(lambda g: g.clamp_(max=1.0))),
]


@pytest.mark.parametrize("number", range(len(AFTER)))
def test_hooks_after_accumulation(number: int) -> None:
    agree("tg.Tensor.register_post_accumulate_grad_hook", AFTER[number])
