"""One comparison of a function's analytic gradients with its differences: the work of `gradcheck`.

A function of n values with m results has m · n derivatives, its Jacobian J. Slow mode computes them
all twice, row by row with vector-Jacobian products and column by column with differences, and
compares entry by entry. Fast mode compares one number for each pair of an input and an output, vᵀ J u
for random unit vectors u and v: one backward pass and two evaluations, whatever the size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_edu.autograd.diagnosis import GradcheckError
from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.numerical import differences

__all__ = ["SEED", "Comparison", "GradcheckError", "Numbered", "as_tuple", "differentiable"]

SEED = 0  # of the random vectors, so that a check gives the same answer every time

Numbered = Sequence[tuple[int, Any]]  # tensors, with their places among the arguments or results


@dataclass(frozen=True)
class Comparison:
    """One check of one function: its settings, and the steps."""

    func: Callable[..., Any]
    arguments: tuple[Any, ...]
    inputs: Numbered  # those arguments that require a gradient
    eps: float
    atol: float
    rtol: float
    nondet_tol: float

    def run(self, fast: bool, check_undefined_grad: bool) -> None:
        """Raise a GradcheckError if anything is wrong."""
        with enable_grad():
            outputs = differentiable(self.func(*self.arguments))
        if not outputs:
            self._expect_flatness()
            return
        if fast:
            self._compare_projections(outputs)
        else:
            self._compare_jacobians(outputs)
        self._start_from_zeros(outputs)
        if check_undefined_grad and len(outputs) > 1:
            for output in outputs:
                self._start_from_zeros([output])

    def _values(self, numbers: Sequence[int] | None = None) -> np.ndarray:
        """Return the results of `func` where the inputs are now, those with the given numbers, as one vector."""
        with enable_grad():  # `func` may differentiate in turn
            results = as_tuple(self.func(*self.arguments))
        chosen = results if numbers is None else [results[number] for number in numbers]
        flat = [np.ravel(each._data) for each in chosen if isinstance(each, TensorBase)]
        return np.concatenate([*flat, np.zeros(0)])  # a copy, in float64

    def _gradients(self, outputs: Numbered, starts: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return, for each input, the gradient that backward gives; zeros where it depends on nothing."""
        tensors = [output for _, output in outputs]
        wrapped = [
            output.result_type.wrap(start.reshape(output._data.shape).astype(output._data.dtype))
            for output, start in zip(tensors, starts, strict=True)
        ]
        found = grad(tensors, [each for _, each in self.inputs], wrapped, retain_graph=True, allow_unused=True)
        return [
            np.zeros(each._data.size) if gradient is None else np.ravel(gradient._data).astype(np.float64)
            for (_, each), gradient in zip(self.inputs, found, strict=True)
        ]

    def _repeated_gradients(self, outputs: Numbered, starts: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the gradients, after making sure that a second backward gives the same."""
        first = self._gradients(outputs, starts)
        second = self._gradients(outputs, starts)
        for (number, _), one, other in zip(self.inputs, first, second, strict=True):
            gap = float(np.abs(one - other).max(initial=0))
            if gap > self.nondet_tol:
                raise GradcheckError(
                    f"gradcheck: the gradient of input {number} is not deterministic: two backward passes over the "
                    f"same graph differ by {gap:.6g}, more than nondet_tol={self.nondet_tol:g}; a backward must not "
                    "draw random numbers or change what it saved"
                )
        return first

    def _numerical_jacobian(self, tensor: Any, numbers: Sequence[int] | None = None) -> np.ndarray:
        """Return the derivatives of all results (columns) by each value of the input `tensor` (rows)."""
        found = differences(lambda: self._values(numbers), tensor.owned_array(), self.eps)
        return np.array([derivative for _, derivative in found])

    def _agree(self, analytic: Any, numerical: Any, atol: float) -> Any:
        with np.errstate(invalid="ignore"):  # infinities and NaNs never agree
            return np.abs(analytic - numerical) <= atol + self.rtol * np.abs(numerical)

    def _compare_jacobians(self, outputs: Numbered) -> None:
        """Compare every entry."""
        numbers = [number for number, _ in outputs]
        analytic = self._analytic_jacobians(outputs)
        for place, (input_number, tensor) in enumerate(self.inputs):
            if not tensor._data.size:
                continue
            numerical = self._numerical_jacobian(tensor, numbers)
            start = 0
            for output_number, output in outputs:
                columns = slice(start, start + output._data.size)
                start += output._data.size
                ours, theirs = analytic[place][:, columns], numerical[:, columns]
                if not np.all(self._agree(ours, theirs, self.atol)):
                    raise GradcheckError(_disagreement(input_number, tensor, output_number, output, ours, theirs))

    def _analytic_jacobians(self, outputs: Numbered) -> list[np.ndarray]:
        """Return, for each input, the derivatives of all results (columns) by its values (rows)."""
        columns: list[list[np.ndarray]] = [[] for _ in self.inputs]
        for output in outputs:
            for row in np.eye(output[1]._data.size):
                for column, gradient in zip(columns, self._repeated_gradients([output], [row]), strict=True):
                    column.append(gradient)
        return [
            np.array(column).reshape(len(column), tensor._data.size).T
            for column, (_, tensor) in zip(columns, self.inputs, strict=True)
        ]

    def _compare_projections(self, outputs: Numbered) -> None:
        """Compare vᵀ J u of each input and output; on a mismatch, let slow mode say where it is."""
        generator = np.random.default_rng(SEED)
        directions = [_unit_vector(generator, tensor._data.size) for _, tensor in self.inputs]
        for output_number, output in outputs:
            v = _unit_vector(generator, output._data.size)
            gradients = self._repeated_gradients([(output_number, output)], [v])
            for (input_number, tensor), u, gradient in zip(self.inputs, directions, gradients, strict=True):
                analytic = float(gradient @ u)
                numerical = float(self._slope(tensor, u, output_number) @ v)
                # Entries may each be off by atol, and u and v have no negative ones.
                if not self._agree(analytic, numerical, self.atol * u.sum() * v.sum()):
                    self._compare_jacobians(outputs)
                    raise GradcheckError(
                        f"gradcheck: input {input_number}, output {output_number}: a random projection of the analytic "
                        f"gradient is {analytic:.6g}, but differences give {numerical:.6g} (slow mode finds no single "
                        "entry outside the tolerances)"
                    )

    def _slope(self, tensor: Any, direction: np.ndarray, number: int) -> np.ndarray:
        """Return the derivative of result `number` as the input moves along `direction`."""
        place = tensor.owned_array()
        before = place.copy()
        step = self.eps * direction.reshape(place.shape)
        try:
            place[...] = before + step
            above = self._values([number])
            place[...] = before - step
            below = self._values([number])
        finally:
            place[...] = before
        slope: np.ndarray = (above - below) / (2 * self.eps)
        return slope

    def _start_from_zeros(self, outputs: Numbered) -> None:
        """Check that a backward which starts from zeros ends in zeros."""
        starts = [np.zeros(output._data.size) for _, output in outputs]
        found = self._gradients(outputs, starts)
        for (number, _), gradient in zip(self.inputs, found, strict=True):
            if np.any(gradient):
                raise GradcheckError(
                    f"gradcheck: backward started from zeros, but the gradient of input {number} is not zero; "
                    "a backward must multiply by the gradient that it is given"
                )

    def _expect_flatness(self) -> None:
        """Check that a function none of whose results has a gradient is indeed constant."""
        for number, tensor in self.inputs:
            slopes = self._numerical_jacobian(tensor)
            if np.any(slopes):
                raise GradcheckError(
                    f"gradcheck: no output requires a gradient, but differences by input {number} give "
                    f"{np.abs(slopes).max():.6g}; the function leaves the graph, as with detach() or no_grad"
                )


def _disagreement(
    input_number: int, tensor: Any, output_number: int, output: Any, analytic: np.ndarray, numerical: np.ndarray
) -> str:
    gap = np.abs(analytic - numerical)
    worst = int(np.argmax(np.where(np.isnan(gap), np.inf, gap)))
    row, column = divmod(worst, gap.shape[1])
    here = _place(row, tensor._data.shape)
    there = _place(column, output._data.shape)
    return (
        f"gradcheck: the gradient of output {output_number} with respect to input {input_number} is wrong, worst at "
        f"output{there} by input{here}: analytic {analytic[row, column]:.6g}, numerical {numerical[row, column]:.6g}"
    )


def _place(number: int, shape: tuple[int, ...]) -> str:
    index = ", ".join(str(int(each)) for each in np.unravel_index(number, shape)) if shape else "()"
    return f"[{index}]"


def _unit_vector(generator: np.random.Generator, size: int) -> np.ndarray:
    """Return a random vector of length 1 without negative values."""
    vector = generator.random(size)
    length = float(np.sqrt(vector @ vector))
    return vector / length if length else vector


def as_tuple(values: Any) -> tuple[Any, ...]:
    """Return one value or several as a tuple."""
    return tuple(values) if isinstance(values, (tuple, list)) else (values,)


def differentiable(results: Any) -> Numbered:
    """Return those results that have a gradient, with their numbers."""
    return [
        (number, each)
        for number, each in enumerate(as_tuple(results))
        if isinstance(each, TensorBase) and each.requires_grad  # type: ignore[attr-defined]
    ]
