"""The comparisons that `gradcheck` and `gradgradcheck` make: of which function, at which inputs, how closely."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._errors import describe, warn
from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.autograd.gradcheck import ATOL, EPS, RTOL, GradcheckError, Mistake
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.numerical import movable
from tinygrad_edu.gradient_checks.comparison import SEED, Comparison
from tinygrad_edu.gradient_checks.naming import Names
from tinygrad_edu.gradient_checks.nesting import Numbered, as_tuple, differentiable, leaves, path_to

__all__ = ["Tolerances", "first_mistake", "of_gradients", "of_gradients_of_gradients", "refuse"]


class Tolerances(NamedTuple):
    """The step of the differences, and the distances that count as agreement; see `gradcheck`."""

    eps: float
    atol: float
    rtol: float
    nondet_tol: float


def of_gradients(func: Callable[..., Any], inputs: Any, tolerances: Tolerances) -> Comparison:
    """The comparison of the gradients of `func`."""
    arguments = as_tuple(inputs)
    names = Names(
        "gradcheck",
        1,
        func,
        arguments,
        input=lambda number: f"input {number}{_where(arguments, number)}",
        output=lambda number: f"output {number}",
    )
    return _comparison(func, arguments, names, tolerances)


def of_gradients_of_gradients(
    func: Callable[..., Any], inputs: Any, grad_outputs: Any, tolerances: Tolerances, apart: bool
) -> Comparison:
    """The comparison of the gradients of the gradients of `func`; `apart` is for random `grad_outputs`."""
    arguments = as_tuple(inputs)
    count = len(arguments)
    checked = [number for number, _ in _checked_inputs("gradgradcheck", arguments)]
    if grad_outputs is None:
        with enable_grad():
            starts = _random_gradients(func(*arguments), apart)
    else:
        starts = tuple(leaves(grad_outputs))

    def gradients_of_func(*everything: Any, create_graph: bool = True) -> tuple[Any, ...]:
        with enable_grad():
            outputs = [each for _, each in differentiable(func(*everything[:count]))]
            wanted = [each for _, each in differentiable(everything[:count])]
            try:
                return grad(outputs, wanted, everything[count:], create_graph=create_graph, allow_unused=True)
            except (RuntimeError, TypeError, ValueError, IndexError) as error:
                raise GradcheckError(
                    f"{names.opening}: its gradient has no gradient: {error}", **names.context
                ) from error

    names = Names(
        "gradgradcheck",
        2,
        func,
        arguments,
        input=lambda number: _input_or_start(arguments, number),
        output=lambda number: f"the gradient of input {checked[number]}",
        closing=" The first derivative is right; what is wrong is how it depends on the inputs and on grad_outputs.",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of less than float64: once is enough
        return _comparison(gradients_of_func, (*arguments, *starts), names, tolerances)


def first_mistake(func: Callable[..., Any], inputs: Any, tolerances: Tolerances) -> GradcheckError | None:
    """The mistake in the first derivative already, if there is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the check of the gradients has shown them
        try:
            of_gradients(func, inputs, tolerances).run(False, True, True)
        except GradcheckError as error:
            return None if error.mistake is Mistake.KINK else error
    return None


def _comparison(
    func: Callable[..., Any],
    arguments: tuple[Any, ...],
    names: Names,
    tolerances: Tolerances,
) -> Comparison:
    """The comparison to make; with less than float64, defaults give way to what suits the dtype."""
    eps, atol, rtol, nondet_tol = tolerances
    inputs = _checked_inputs(names.check, arguments)
    precision = max(float(np.finfo(each._data.dtype).eps) for _, each in inputs)
    coarse = precision > float(np.finfo(np.float64).eps)
    return Comparison(
        func,
        arguments,
        inputs,
        eps=None if coarse and eps == EPS else eps,
        atol=atol,
        rtol=(3 * precision) ** (1 / 3) if coarse and rtol == RTOL else rtol,
        nondet_tol=nondet_tol,
        names=names,
        rounding=precision if coarse and atol == ATOL else 0.0,
    )


def _checked_inputs(operation: str, arguments: tuple[Any, ...]) -> Numbered:
    """The inputs to check, with their numbers; refuse or warn of those that can't be checked well."""
    inputs = differentiable(arguments)
    if not inputs:
        raise ValueError(
            f"{operation}: no input requires a gradient; make those to check with requires_grad=True and dtype float64"
        )
    for number, tensor in inputs:
        name = f"input {number}{_where(arguments, number)}"
        data = tensor.owned_array()
        if data.dtype != np.float64:
            warn(
                f"{operation}: {name} is {describe(tensor)}; differences in less than float64 are coarse, so "
                "only coarse mistakes are found; pass float64 inputs",
            )
        obstacle = movable(data)
        if obstacle:
            raise RuntimeError(f"{operation}: {name} is {describe(tensor)} {obstacle}")
    tensors = [(number, each) for number, each in enumerate(leaves(arguments)) if isinstance(each, TensorBase)]
    for (number, one), (other_number, other) in itertools.combinations(tensors, 2):
        moved = one._requires_grad or other._requires_grad
        if moved and one is not other and np.shares_memory(one._data, other._data):
            raise RuntimeError(
                f"{operation}: inputs {number} and {other_number} share memory, so moving a value of one moves the "
                "other; pass a .clone() of one of them"
            )
    return inputs


def _where(arguments: Any, number: int) -> str:
    """The place of a nested input, in brackets."""
    path = path_to(arguments, number)
    return f" (inputs{path})" if path else ""


def _input_or_start(arguments: tuple[Any, ...], number: int) -> str:
    """The name of an input of `gradgradcheck`: those of the function, then the gradients to start from."""
    count = len(leaves(arguments))
    return f"input {number}{_where(arguments, number)}" if number < count else f"grad_output {number - count}"


def _random_gradients(results: Any, apart: bool) -> tuple[Any, ...]:
    """For each differentiable result a tensor of its shape, from [-1, 1), that requires a gradient."""
    generator = np.random.default_rng(SEED)
    starts = []
    for _, output in differentiable(results):
        shape, dtype = output._data.shape, output._data.dtype
        if apart and shape:
            shape = (*shape[:-1], 2 * shape[-1])
        values = generator.uniform(-1, 1, shape).astype(dtype)
        if apart and shape:
            values = values[..., ::2]
        starts.append(output.result_type.wrap(values, requires_grad=True))
    return tuple(starts)


def refuse(operation: str, **options: bool) -> None:
    """Refuse options that PyTorch has and this package doesn't."""
    reasons = {
        "check_batched_grad": "gradients are not batched here",
        "check_batched_forward_grad": "there is no forward mode",
        "check_forward_ad": "there is no forward mode",
        "check_fwd_over_rev": "there is no forward mode",
        "masked": "there are no sparse tensors",
    }
    for name, wanted in options.items():
        if wanted:
            raise NotImplementedError(f"{operation}: {name}=True is not supported ({reasons[name]}); leave it out")
