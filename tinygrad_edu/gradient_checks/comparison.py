"""One comparison of a function's analytic gradients with its differences: the work of `gradcheck`.

A function of n values with m results has m · n derivatives, its Jacobian J. Slow mode computes them
all twice, row by row with vector-Jacobian products and column by column with differences, and
compares entry by entry. Fast mode compares one number for each pair of an input and an output, vᵀ J u
for random unit vectors u and v: one backward pass and two evaluations, whatever the size.

What disagrees is handed to investigation.py, which finds out what it looks like.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.autograd.gradcheck import GradcheckError, Mistake
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.autograd.numerical import difference_step, differences
from tinygrad_edu.gradient_checks.investigation import explained, narrow_answer, refusal, written
from tinygrad_edu.gradient_checks.naming import Names
from tinygrad_edu.gradient_checks.nesting import Numbered, as_tuple, differentiable, leaves, replaced

__all__ = ["SEED", "Comparison", "Numbered", "as_tuple", "differentiable"]

SEED = 0  # of the random vectors, so that a check gives the same answer every time

CAUTION = 10  # times the rounding of one operation, for functions of several


class Comparison(NamedTuple):
    """One check of one function: its settings, and the steps."""

    func: Callable[..., Any]
    arguments: tuple[Any, ...]
    inputs: Numbered  # those tensors among the arguments that require a gradient
    eps: float | None  # None: what suits each input
    atol: float
    rtol: float
    nondet_tol: float
    names: Names
    rounding: float = 0.0  # ε of the inputs' dtype, if tolerances are to allow for it
    plain: Callable[..., Any] | None = None  # computes what `func` does and records less, for differences

    @np.errstate(all="ignore")
    def run(self, fast: bool, check_undefined_grad: bool, check_grad_dtypes: bool) -> None:
        """Raise a GradcheckError if anything is wrong."""
        outputs = self.outputs()
        if not outputs:
            self._expect_flatness()
            return
        if fast:
            self._compare_projections(outputs)
        else:
            self._compare_jacobians(outputs)
        self.start_from_zeros(outputs)
        if check_undefined_grad and len(outputs) > 1:
            for output in outputs:
                self.start_from_zeros([output])
        if check_grad_dtypes:
            narrow_answer(self, outputs)
        self.run_in_other_orders()

    def outputs(self, arguments: Any = None) -> Numbered:
        """The differentiable results of `func`, computed anew."""
        with enable_grad():  # `func` may differentiate in turn
            return differentiable(self.func(*(self.arguments if arguments is None else arguments)))

    def values(self, numbers: Sequence[int] | None = None) -> np.ndarray:
        """The results of `func` where the inputs are now, those with the given numbers, as one vector."""
        with enable_grad():
            results = leaves((self.plain or self.func)(*self.arguments))
        chosen = results if numbers is None else [results[number] for number in numbers]
        flat = [np.ravel(each._data) for each in chosen if isinstance(each, TensorBase)]
        return np.concatenate([*flat, np.zeros(0)])  # a copy, in float64

    def step(self, tensor: Any) -> float:
        """The step of the differences by this input."""
        if self.eps is not None:
            return self.eps
        sizes = np.abs(tensor._data)
        largest = float(np.max(sizes, where=np.isfinite(sizes), initial=0)) or 1.0
        # Most functions bend within a length of 1 also far from 0, as sin(100) does; but x must notice the step.
        return difference_step(tensor, scale=max(min(largest, 1.0), largest / 100))

    def tolerance(self, tensor: Any, output: Any) -> float:
        """By how much a derivative of `output` by `tensor` may be off, if it is 0."""
        if not self.rounding:
            return self.atol
        sizes = np.abs(output._data)
        magnitude = float(np.max(sizes, where=np.isfinite(sizes), initial=0))
        return self.atol + CAUTION * self.rounding * magnitude / self.step(tensor)

    def agree(self, analytic: Any, numerical: Any, atol: float) -> Any:
        """The places where derivatives agree; infinities and NaNs never do."""
        return np.abs(analytic - numerical) <= atol + self.rtol * np.abs(numerical)

    def gradients(self, outputs: Numbered, starts: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return, for each input, the gradient that backward gives; zeros where it depends on nothing."""
        tensors = [output for _, output in outputs]
        wrapped = [
            output.result_type.wrap(start.reshape(output._data.shape).astype(output._data.dtype))
            for output, start in zip(tensors, starts, strict=True)
        ]
        try:
            found = grad(tensors, [each for _, each in self.inputs], wrapped, retain_graph=True, allow_unused=True)
        except (RuntimeError, TypeError, ValueError, IndexError) as error:
            raise refusal(self, outputs, [each._data for each in wrapped], error) from error
        return [
            np.zeros(each._data.size) if gradient is None else np.ravel(gradient._data).astype(np.float64)
            for (_, each), gradient in zip(self.inputs, found, strict=True)
        ]

    def jacobians(self, outputs: Numbered) -> list[np.ndarray]:
        """Return, for each input, the derivatives of all results (columns) by its values (rows), from backward."""
        columns: list[list[np.ndarray]] = [[] for _ in self.inputs]
        for output in outputs:
            for row in np.eye(output[1]._data.size):
                for column, gradient in zip(columns, self.repeated_gradients([output], [row]), strict=True):
                    column.append(gradient)
        return [
            np.array(column).reshape(len(column), tensor._data.size).T
            for column, (_, tensor) in zip(columns, self.inputs, strict=True)
        ]

    def differences(self, tensor: Any, numbers: Sequence[int] | None = None, step: float | None = None) -> np.ndarray:
        """The derivatives of all results (columns) by each value of the input `tensor` (rows)."""
        step = self.step(tensor) if step is None else step
        found = differences(lambda: self.values(numbers), tensor.owned_array(), step)
        return np.array([derivative for _, derivative in found])

    def start_from_zeros(self, outputs: Numbered) -> None:
        """Check that a backward which starts from zeros ends in zeros."""
        starts = [np.zeros(output._data.size) for _, output in outputs]
        found = self.gradients(outputs, starts)
        for (number, _), gradient in zip(self.inputs, found, strict=True):
            if np.any(gradient):
                raise GradcheckError(
                    f"{self.names.opening}: backward started from zeros, but the gradient of "
                    f"{self.names.input(number)} is not zero; a backward must multiply by the gradient g that it gets",
                    input=number,
                    **self.names.context,
                )

    def run_in_other_orders(self) -> None:
        """Check that a gradient is the same after other calls, and after other backward passes."""
        outputs = self.outputs()
        generator = np.random.default_rng(SEED)
        starts = [generator.uniform(0.5, 1.5, output._data.size) for _, output in outputs]
        before = [self.gradients([output], [start]) for output, start in zip(outputs, starts, strict=True)]
        self._call_elsewhere()
        for output, start, expected in reversed(list(zip(outputs, starts, before, strict=True))):
            found = self.gradients([output], [start])
            for (number, tensor), one, other in zip(self.inputs, expected, found, strict=True):
                if np.nan_to_num(np.abs(one - other)).max(initial=0) > self.nondet_tol:
                    raise self._order_error(number, tensor, output[0], one, other)

    def _call_elsewhere(self) -> None:
        """Call `func` on copies of its inputs with other values; it needn't be defined there."""
        checked = {id(each) for _, each in self.inputs}
        changes: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
            lambda values: 1.25 * np.ravel(values)[::-1].reshape(values.shape),
            lambda values: values + 1e-3 * difference_step(values),
        )
        for change in changes:

            def copy(leaf: Any, change: Callable[[np.ndarray], np.ndarray] = change) -> Any:
                if id(leaf) not in checked:
                    return leaf
                values = np.asarray(change(np.asarray(leaf._data)), leaf._data.dtype)
                return leaf.result_type.wrap(values, requires_grad=True)

            with warnings.catch_warnings(), contextlib.suppress(Exception):
                warnings.simplefilter("ignore")  # the first call has shown them
                self.outputs(replaced(self.arguments, copy))
                return

    def _order_error(
        self, number: int, tensor: Any, output_number: int, before: np.ndarray, after: np.ndarray
    ) -> GradcheckError:
        worst = int(np.nan_to_num(np.abs(before - after)).argmax())
        index = tuple(int(k) for k in np.unravel_index(worst, tensor._data.shape))
        return GradcheckError(
            f"{self.names.opening}: the gradient of {self.names.input(number)} depends on the order of evaluation: at "
            f"{written(index)} it was {before[worst]:.6g}, and {after[worst]:.6g} once the function had been called "
            "with other values and backward had been run from its outputs in another order. In "
            f"{self.names.rule}, look for a value that is kept outside of the call, in a global, a class or a closure, "
            "where the next call overwrites it: keep it with ctx.save_for_backward, or let the rule ask for it by name",
            mistake=Mistake.ORDER,
            input=number,
            output=output_number,
            index=index,
            **self.names.context,
        )

    def repeated_gradients(self, outputs: Numbered, starts: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The gradients, after making sure that a second backward gives the same."""
        first = self.gradients(outputs, starts)
        second = self.gradients(outputs, starts)
        for (number, _), one, other in zip(self.inputs, first, second, strict=True):
            gap = float(np.abs(one - other).max(initial=0))
            if gap > self.nondet_tol:
                raise GradcheckError(
                    f"{self.names.opening}: the gradient of {self.names.input(number)} is not deterministic: two "
                    f"backward passes over the same graph differ by {gap:.6g}, more than "
                    f"nondet_tol={self.nondet_tol:g}; in {self.names.rule}, draw no random "
                    "numbers and don't change what was saved (random numbers that forward has drawn can be saved)",
                    mistake=Mistake.NONDETERMINISTIC,
                    input=number,
                    output=outputs[0][0],
                    **self.names.context,
                )
        return first

    def _compare_jacobians(self, outputs: Numbered) -> None:
        """Compare every entry."""
        numbers = [number for number, _ in outputs]
        analytic = self.jacobians(outputs)
        for place, (_, tensor) in enumerate(self.inputs):
            if not tensor._data.size:
                continue
            numerical = self.differences(tensor, numbers)
            start = 0
            for output in outputs:
                columns = slice(start, start + output[1]._data.size)
                start += output[1]._data.size
                ours, theirs = analytic[place][:, columns], numerical[:, columns]
                if not np.all(self.agree(ours, theirs, self.tolerance(tensor, output[1]))):
                    raise explained(self, outputs, place, output, ours, theirs)

    def _compare_projections(self, outputs: Numbered) -> None:
        """Compare vᵀ J u of each input and output; on a mismatch, let slow mode say where it is."""
        generator = np.random.default_rng(SEED)
        directions = [_unit_vector(generator, tensor._data.size) for _, tensor in self.inputs]
        for output_number, output in outputs:
            v = _unit_vector(generator, output._data.size)
            gradients = self.repeated_gradients([(output_number, output)], [v])
            for (input_number, tensor), u, gradient in zip(self.inputs, directions, gradients, strict=True):
                analytic = float(gradient @ u)
                numerical = float(self._slope(tensor, u, output_number) @ v)
                # Entries may each be off by atol, and u and v have no negative ones.
                if not self.agree(analytic, numerical, self.tolerance(tensor, output) * u.sum() * v.sum()):
                    self._compare_jacobians(outputs)
                    raise GradcheckError(
                        f"{self.names.opening}: {self.names.input(input_number)}, {self.names.output(output_number)}: "
                        f"a random projection of the analytic gradient is {analytic:.6g}, but differences give "
                        f"{numerical:.6g} (slow mode finds no single entry outside the tolerances)",
                        input=input_number,
                        output=output_number,
                        analytic=analytic,
                        numerical=numerical,
                        **self.names.context,
                    )

    def _slope(self, tensor: Any, direction: np.ndarray, number: int) -> np.ndarray:
        """The derivative of result `number` as the input moves along `direction`."""
        place = tensor.owned_array()
        before = place.copy()
        size = self.step(tensor)
        step = size * direction.reshape(place.shape)
        try:
            place[...] = before + step
            above = self.values([number])
            place[...] = before - step
            below = self.values([number])
        finally:
            place[...] = before
        slope: np.ndarray = (above - below) / (2 * size)
        return slope

    def _expect_flatness(self) -> None:
        """Check that a function none of whose results has a gradient is indeed constant."""
        for number, tensor in self.inputs:
            slopes = self.differences(tensor)
            if np.any(slopes):
                steepest = float(np.abs(slopes).max())
                raise GradcheckError(
                    f"{self.names.opening}: no output requires a gradient, but differences by "
                    f"{self.names.input(number)} give {steepest:.6g}; the function leaves the graph, as with detach() "
                    f"or no_grad{self.names.closing and '.'}{self.names.closing}",
                    mistake=Mistake.MISSING,
                    input=number,
                    analytic=0.0,
                    numerical=steepest,
                    **self.names.context,
                )


def _unit_vector(generator: np.random.Generator, size: int) -> np.ndarray:
    """A random vector of length 1 without negative values."""
    vector = generator.random(size)
    length = float(np.sqrt(vector @ vector))
    return vector / length if length else vector
