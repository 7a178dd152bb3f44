"""A function of tensors at one point, seen as its best straight approximation: the work of `functional`.

What the functions in functional.py ask for are products with one matrix, the Jacobian J, which is never
made: uᵀ J by a walk back, J v by a walk back through that walk, and the rows of J by starting from one
value at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from tinygrad_edu._errors import describe
from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.graph import TensorBase

__all__ = ["Linearisation"]


class Linearisation:
    """One evaluation of `func`, recorded, and the ways back from it.

    Its inputs are new tensors with the values of those given. So nothing is left on the caller's own,
    which `func` may also use as constants.

    Args:
        operation: Who asks, for the words of errors.
        func: A function of tensors that returns a tensor or a tuple of them.
        inputs: A floating-point tensor or a tuple of them.
        create_graph: Whether the answers are to be recorded, and joined to the inputs' own graph.
        strict: Whether to refuse what doesn't depend on an input, instead of giving zeros for it.

    Attributes:
        outputs: What `func` returned, as a tuple.
        one_input: Whether `inputs` was a tensor, not a tuple.
        one_output: Whether `func` returned a tensor, not a tuple.
    """

    def __init__(self, operation: str, func: Callable[..., Any], inputs: Any, create_graph: bool, strict: bool) -> None:
        self.operation = operation
        self.create_graph = create_graph
        self.strict = strict
        given, self.one_input = self._tensors(inputs, "inputs")
        for number, each in enumerate(given):
            self._check_floating(each, f"input {number}")
        self.inputs = tuple(self._renewed(each).requires_grad_() for each in given)
        self.outputs, self.one_output = self._tensors(func(*self.inputs), "what func returns")
        self._demand_recorded(self.outputs, "output {} doesn't come from the inputs by recorded operations")

    def along_inputs(self, v: Any) -> Sequence[Any] | None:
        """The vector `v` as tensors of the inputs' shapes; see `_vector`."""
        return self._vector(v, self.inputs, "input")

    def along_outputs(self, v: Any) -> Sequence[Any] | None:
        """The vector `v` as tensors of the outputs' shapes; see `_vector`."""
        return self._vector(v, self.outputs, "output")

    def gradient(self) -> tuple[Any, ...]:
        """The gradient of the one number that `func` returned, recorded.

        Raises:
            RuntimeError: If it returned anything else.
        """
        if not self.one_output or self.outputs[0].numel() != 1:
            got = describe(self.outputs[0]) if self.one_output else f"a tuple of {len(self.outputs)}"
            raise RuntimeError(
                f"{self.operation}: func must return a tensor of one element, got {got}; reduce it first, for example "
                "with .sum()"
            )
        found = _gradients(self.outputs, self.inputs, None, create_graph=True)
        self._demand_recorded(found, "the gradient by input {} is constant, so it has no derivative of its own")
        return _with_zeros(found, self.inputs)

    def backwards(self, results: Sequence[Any], u: Sequence[Any] | None, independent: str) -> tuple[Any, ...]:
        """The product uᵀ J, with J the Jacobian of `results` by the inputs; `independent` says that a part has none."""
        found = _gradients(results, self.inputs, u, create_graph=self.create_graph)
        return self._complete(found, self.inputs, independent)

    def forwards(self, results: Sequence[Any], v: Sequence[Any] | None, independent: str) -> tuple[Any, ...]:
        """The product J v, with J the Jacobian of `results` by the inputs; `independent` says that a part has none."""
        for number, result in enumerate(results):
            self._check_floating(result, f"output {number}")
        u = [_zeros(each).requires_grad_() for each in results]
        back = _gradients(results, self.inputs, u, create_graph=True)
        self._demand_recorded(back, "input {} makes no difference")
        found = _gradients(back, u, v, create_graph=self.create_graph)
        return self._complete(found, results, independent)

    def rows(self, result: Any, independent: str) -> tuple[Any, ...]:
        """The Jacobian of one result by each input; `independent` says that an input makes no difference."""
        rows = []
        for place in range(result.numel()):
            start = np.zeros(tuple(result.shape), result._data.dtype)
            start.flat[place] = 1
            u = [result.result_type.wrap(start)]
            found = _gradients([result], self.inputs, u, create_graph=self.create_graph, retain_graph=True)
            rows.append(self._complete(found, self.inputs, independent))
        shapes = [(*result.shape, *each.shape) for each in self.inputs]
        if not rows:
            return tuple(each.new_zeros(shape) for each, shape in zip(self.inputs, shapes, strict=True))
        by_input = zip(*rows, strict=True)
        # Given tensors, NumPy's functions are ours.
        return tuple(np.stack(each).reshape(shape) for each, shape in zip(by_input, shapes, strict=True))

    def as_inputs(self, tensors: Sequence[Any]) -> Any:
        """The tensors as the caller gets them, one for each input: in a tuple if the inputs came in one."""
        return self._answer(tensors, self.one_input)

    def as_outputs(self, tensors: Sequence[Any]) -> Any:
        """The tensors as the caller gets them, one for each output: in a tuple if `func` returned one."""
        return self._answer(tensors, self.one_output)

    def _answer(self, tensors: Sequence[Any], one: bool) -> Any:
        ready = tuple(tensors) if self.create_graph else tuple(each.detach() for each in tensors)
        return ready[0] if one else ready

    def _vector(self, v: Any, like: Sequence[Any], what: str) -> Sequence[Any] | None:
        """The vector `v` as tensors of the dtypes of those they belong to, after a check of their shapes.

        None stands for a 1, if there is one tensor of one element.
        """
        if v is None:
            if len(like) != 1 or like[0].numel() != 1:
                got = describe(like[0]) if len(like) == 1 else f"{len(like)} {what}s"
                raise RuntimeError(
                    f"{self.operation}: v may be left out for a single {what} of one element, but there is {got}; "
                    f"pass a tensor of the shape of each {what}"
                )
            return None
        given, _ = self._tensors(v, "v")
        if len(given) != len(like):
            raise RuntimeError(
                f"{self.operation}: v must have a tensor for each {what}, {len(like)} in all, got {len(given)}"
            )
        for number, (mine, other) in enumerate(zip(given, like, strict=True)):
            if mine.shape != other.shape:
                raise RuntimeError(
                    f"{self.operation}: for {what} {number}, v must have its shape {tuple(other.shape)}, "
                    f"got {describe(mine)}"
                )
        return [self._renewed(mine).to(other.dtype) for mine, other in zip(given, like, strict=True)]

    def _tensors(self, given: Any, what: str) -> tuple[tuple[Any, ...], bool]:
        """A tensor or a tuple of them as a tuple, and whether it was one tensor."""
        one = not isinstance(given, tuple)
        tensors = (given,) if one else given
        if not tensors:
            raise RuntimeError(f"{self.operation}: {what} must be a tensor or a tuple of tensors, got an empty tuple")
        for number, each in enumerate(tensors):
            if not isinstance(each, TensorBase):
                place = "" if one else f" at place {number}"
                raise TypeError(
                    f"{self.operation}: {what} must be a tensor or a tuple of tensors, got {describe(each)}{place}"
                )
        return tensors, one

    def _check_floating(self, tensor: Any, what: str) -> None:
        if not tensor.is_floating_point():
            raise TypeError(
                f"{self.operation}: {what} is {describe(tensor)}, and only floating-point values have derivatives; "
                "convert it with .float(), or leave it out"
            )

    def _renewed(self, tensor: Any) -> Any:
        """Another tensor with the same values, joined to the given one if a graph is wanted."""
        return tensor.view_as(tensor) if self.create_graph and tensor.requires_grad else tensor.detach()

    def _complete(self, found: Sequence[Any], like: Sequence[Any], independent: str) -> tuple[Any, ...]:
        """The derivatives, with zeros where there is no dependence; in strict mode refuse that."""
        if self.strict:
            for number, each in enumerate(found):
                if each is None:
                    self._refuse(independent.format(number))
        if self.create_graph:
            self._demand_recorded(found, "derivative {} is constant, so it has no derivative of its own")
        return _with_zeros(found, like)

    def _demand_recorded(self, tensors: Sequence[Any], otherwise: str) -> None:
        """In strict mode, refuse tensors that have no derivative; `otherwise` says which one that is."""
        if self.strict:
            for number, each in enumerate(tensors):
                if each is None or not each.requires_grad:
                    self._refuse(otherwise.format(number))

    def _refuse(self, reason: str) -> NoReturn:
        raise RuntimeError(
            f"{self.operation}, strict=True: {reason}; leave strict out to get zeros for what is missing"
        )


def _gradients(
    results: Sequence[Any], inputs: Sequence[Any], u: Sequence[Any] | None, **options: bool
) -> Sequence[Any]:
    """The result of `grad`, with None for an input that no result depends on."""
    starts = [None] * len(results) if u is None else u
    pairs = [(each, start) for each, start in zip(results, starts, strict=True) if each is not None]
    pairs = [(each, start) for each, start in pairs if each.requires_grad]
    if not pairs:
        return [None] * len(inputs)
    outputs, starts = zip(*pairs, strict=True)
    return grad(outputs, inputs, starts, allow_unused=True, **options)


def _with_zeros(found: Sequence[Any], like: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(_zeros(at) if each is None else each for each, at in zip(found, like, strict=True))


def _zeros(like: Any) -> Any:
    return like.result_type.wrap(np.zeros_like(like._data))
