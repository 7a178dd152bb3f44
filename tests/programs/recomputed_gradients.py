"""The rest of the plain double: walks back by differences, recording's switches, making tensors, optimizers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from .arrays import var
from .expressions import Applied, Expression, Gradient, Place, UnsureError, derivative, everything
from .recomputation import (
    Tensor,
    applied,
    bool,
    constant,
    float16,
    float32,
    float64,
    int32,
    int64,
    made,
    uint8,
)
from .recomputed_memory import Mode

NOTHING = 1e-6  # what differences may leave of 0
KEPT = "a gradient's derivative by a result: rules may keep the result"

__all__ = ["Tensor", "bool", "float16", "float32", "float64", "int32", "int64", "uint8"]


class _Recording:
    mode: Any

    def __enter__(self) -> None:
        self.before, Mode.recording = Mode.recording, self.mode

    def __exit__(self, *exception: object) -> None:
        Mode.recording = self.before


class no_grad(_Recording):
    mode = False


class inference_mode(_Recording):
    mode = False


class enable_grad(_Recording):
    mode = True


def tensor(values: Any, dtype: Any = None, requires_grad: Any = False) -> Tensor:
    array = np.array(values, dtype)
    if array.dtype.kind == "f" and array.dtype != float64:
        raise UnsureError("other element types")
    result = constant(array)
    return result.requires_grad_() if requires_grad else result


def zeros(shape: Any, **options: Any) -> Tensor:
    return tensor(np.zeros(shape), **options)


def ones(shape: Any, **options: Any) -> Tensor:
    return tensor(np.ones(shape), **options)


def full(shape: Any, value: float, **options: Any) -> Tensor:
    return tensor(np.full(shape, value), **options)


def arange(end: float, **options: Any) -> Tensor:
    return tensor(np.arange(end), **options)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    return applied(lambda *parts: np.stack(parts, dim), *tensors)


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    return applied(lambda *parts: np.concatenate(parts, dim), *tensors)


def where(condition: Tensor, x: Any, y: Any) -> Tensor:
    return applied(np.where, condition, x, y)


def var_mean(x: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    return applied(var, x, dim), x.mean(dim)


class autograd:
    """Walks back."""

    class Function:
        """A user's operation, of which the forward alone is used."""

        forward: ClassVar[Callable[..., Any]]

        @classmethod
        def apply(cls, *args: Any) -> Any:
            return cls.forward(_Context(), *args)

    @staticmethod
    def backward(
        outputs: Sequence[Tensor],
        seeds: Sequence[Any],
        retain_graph: Any = None,
        create_graph: Any = False,
        inputs: Any = None,
    ) -> None:
        walk = _Walk(outputs, seeds, create_graph)
        if inputs is None:
            walk.fill(Mode.wanted)
        else:
            if any(each.differentiated().hooks for each in inputs):
                raise UnsureError("hooks of what is asked for")
            for each in inputs:
                each.retain_grad()
            walk.fill([each for each in Mode.wanted if each.keeps], [each.differentiated() for each in inputs])
            walk.fill([each for each in inputs if not each.keeps])

    @staticmethod
    def grad(
        outputs: Any,
        inputs: Any,
        seeds: Any = None,
        retain_graph: Any = None,
        create_graph: Any = False,
        allow_unused: Any = False,
        materialize_grads: Any = False,
    ) -> tuple[Any, ...]:
        inputs = [inputs] if isinstance(inputs, Tensor) else inputs
        if not all(each.tracked for each in inputs):
            raise RuntimeError("an input that requires no gradient")
        walk = _Walk([outputs], [seeds], create_graph)
        results: list[Any] = []
        for each in inputs:
            place = each.differentiated()
            if place.hooks:
                raise UnsureError("hooks of what is asked for")
            if place not in walk.places and not (allow_unused or materialize_grads):
                raise UnsureError("whether the graph leads there")
            if place in walk.places:
                results.append(_as_tensor(_shown(each, walk.gradient(place)), create_graph))
            else:
                nothing = tensor(np.zeros(each.shape), requires_grad=create_graph)
                nothing.family.memory.plain = len(each.shape) < 2
                results.append(nothing if materialize_grads else None)
        walk.fill([each for each in Mode.wanted if each.keeps], [each.differentiated() for each in inputs])
        return tuple(results)


Mode.backward = autograd.backward


class _Context:
    saved_tensors: Any = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Do nothing: the derivative isn't asked for."""

    def mark_dirty(self, changed: Tensor) -> None:
        if Mode.recording and changed.tracked:
            changed.grad = None


class _Walk:
    """Outputs with weights, whose sum is differentiated; at a place with hooks it is cut, and goes on from there."""

    def __init__(self, outputs: Sequence[Tensor], seeds: Sequence[Any], create_graph: Any) -> None:
        self.create_graph = create_graph
        self.terms: list[tuple[Expression, Expression]] = []
        for output, seed in zip(outputs, seeds, strict=True):
            if not output.tracked:
                raise RuntimeError("an output that requires no gradient")
            if seed is None and output.numbers.size != 1:
                raise RuntimeError("a gradient starts from one number")
            seed = constant(np.ones(output.shape)) if seed is None else seed
            self.terms.append((output.unwound(), _recorded(seed)))
        graph = list(everything(value for value, _ in self.terms))
        self.of_gradients = any(isinstance(each, Gradient) for each in graph)
        found = sorted((each for each in graph if isinstance(each, Place)), key=lambda place: -place.number)
        self.places = dict.fromkeys(found)
        self.frozen: frozenset[int] = frozenset(place.number for place in found if place.hooks)
        if self.frozen and create_graph:
            raise UnsureError("hooks in a walk that is recorded")
        self.hooked: dict[Place, Any] = {}
        for place in found:
            if place.hooks:
                if self.of_gradients and place.sources[0].sources:
                    raise UnsureError(KEPT)
                g = constant(_number(derivative(self.terms, place, {}, self.frozen)))
                if self.of_gradients and (np.abs(g.numbers) < NOTHING).all():
                    raise UnsureError("whether a hook is called")
                for hook in place.hooks:
                    replaced = hook(g)
                    g = g if replaced is None else replaced
                self.hooked[place] = g.numbers
                self.terms.append((place.sources[0], Expression(g.numbers)))

    def gradient(self, place: Place) -> Expression:
        """Return the gradient at a place."""
        if place in self.hooked:
            return Expression(self.hooked[place])
        if self.of_gradients and place.sources[0].sources:
            raise UnsureError(KEPT)
        if self.create_graph:
            return Gradient(place, self.terms)
        return Expression(_number(derivative(self.terms, place, {}, self.frozen)))

    def fill(self, tensors: Sequence[Tensor], towards: Sequence[Place] | None = None) -> None:
        """Add to the ``grad`` of tensors: leaves, and results (those on the way to some places, if any are named)."""
        for each in {id(each): each for each in tensors}.values():
            stopped = not (each.keeps or each.family.leaf)  # it was a leaf, and isn't since it left the graph
            if each.family.history is None or each.unrecorded or stopped:
                continue
            if each.keeps and each.place is not None and each.version != each.family.version:
                raise UnsureError("the kept gradient of a view whose base was changed")
            place = each.differentiated()
            on_the_way = towards is None or any(target.number in place.places for target in towards)
            if place in self.places and on_the_way:
                _add(each, _shown(each, self.gradient(place)), self.create_graph)


def _number(gradient: Any) -> Any:
    """Return what differences say of a gradient, to the digits that they know."""
    return np.vectorize(lambda x: float(f"{x:.12g}"), otypes=[np.float64])(gradient)


def _recorded(seed: Tensor) -> Expression:
    return seed.unwound() if seed.tracked else Expression(seed.numbers)


def _shown(tensor: Tensor, gradient: Expression) -> Expression:
    """Return a gradient in the tensor's own shape."""
    return Applied(lambda cells: cells[tensor.index], gradient) if tensor.is_base else gradient


def _as_tensor(gradient: Expression, create_graph: Any) -> Tensor:
    result = made(gradient) if create_graph else constant(gradient.value)
    result.family.memory.rough = True
    result.family.memory.plain = len(result.shape) < 2  # how a gradient lies is left open
    result.family.vague = create_graph
    return result


def _add(tensor: Tensor, gradient: Expression, create_graph: Any) -> None:
    grad = tensor.grad
    if grad is None:
        tensor.grad = _as_tensor(gradient, create_graph)
    elif create_graph:
        with enable_grad():
            tensor.grad = made(Applied(np.add, grad.read(), gradient))
            tensor.grad.family.vague = True
    elif not tensor.is_leaf:  # that of a result is a new tensor each time
        tensor.grad = _as_tensor(Expression(np.asarray(grad.numbers + gradient.value)), create_graph)
    else:
        if grad.family.memory.doubtful:
            raise UnsureError("which numbers are changed")
        grad.family.memory.rough = True
        grad.family.memory.numbers[grad.index] += np.asarray(gradient.value, np.float64)
    for hook in tensor.afterwards:
        hook(tensor)


class optim:
    """Optimizers, as their papers have them."""

    class _Optimizer:
        def __init__(self, params: Sequence[Tensor], lr: float, momentum: float = 0) -> None:
            if not all(each.is_leaf for each in params):
                raise ValueError("an optimizer of a result")
            self.params, self.lr, self.momentum = params, lr, momentum
            self.memory: list[dict[str, Any]] = [{"t": 0} for _ in params]

        def step(self) -> None:
            for parameter, memory in zip(self.params, self.memory, strict=True):
                if parameter.grad is not None:
                    with no_grad():
                        parameter.write(constant(self.update(parameter.numbers, parameter.grad.numbers, memory)))

        def update(self, w: Any, g: Any, memory: dict[str, Any]) -> Any:
            raise NotImplementedError

        def zero_grad(self, set_to_none: Any = True) -> None:
            for parameter in self.params:
                if set_to_none:
                    parameter.grad = None
                elif parameter.grad is not None:
                    parameter.grad = constant(np.zeros(parameter.shape))

    class SGD(_Optimizer):
        def update(self, w: Any, g: Any, memory: dict[str, Any]) -> Any:
            memory["v"] = self.momentum * memory["v"] + g if "v" in memory else g
            return w - self.lr * memory["v"]

    class Adam(_Optimizer):
        def update(self, w: Any, g: Any, memory: dict[str, Any]) -> Any:
            t = memory["t"] = memory["t"] + 1
            m = memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * g
            v = memory["v"] = 0.999 * memory.get("v", 0) + 0.001 * g * g
            return w - self.lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
