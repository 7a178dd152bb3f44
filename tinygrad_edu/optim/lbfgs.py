"""L-BFGS: steps of Newton's method, with a picture of the curvature from the last few steps (準ニュートン法).

Newton's step is -H⁻¹ · g, with the matrix H of second derivatives. Here H⁻¹ is never written down: each of the last
steps s = W₊ - W changed the gradient by y = g₊ - g, and whatever H⁻¹ is, it should take y to s. From these pairs
the product H⁻¹ · g follows by two loops over them, with ρ = 1 / (y · s):

    q ← -g
    for each pair, the latest first:  α = ρ · (s · q),  q ← q - α · y
    d ← (s · y) / (y · y) · q                 the scale of the latest pair
    for each pair, the latest last:   d ← d + s · (α - ρ · (y · d))

The step is W ← W + t · d: t is `lr`, or found by a search along d for a point at which the loss has fallen enough and
its slope has flattened enough (the strong conditions of Wolfe). All parameters are one long vector, and the loss is
computed many times a step, so `step` needs a closure. It wants the loss of all samples: between mini-batches that
differ, y says little of the curvature.

Source: J. Nocedal and S. J. Wright, Numerical optimization (2006), algorithms 7.4, 7.5, 3.5 and 3.6;
https://docs.pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from tinygrad_edu._errors import describe
from tinygrad_edu._summation import add_up
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.grad_mode import enable_grad, no_grad
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.optim._settings import not_negative, plain, settings_of
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["LBFGS"]

_LEAST_CURVATURE = 1e-10  # of y · s, below which a pair says nothing
_ENOUGH_FALL, _ENOUGH_FLATTENING = 1e-4, 0.9  # the constants of Wolfe's conditions


class LBFGS(Optimizer):
    """Takes Newton's steps, by the curvature that the last steps have seen; ``step(closure)`` takes up to `max_iter`.

    Args:
        params: The parameters, as ``model.parameters()`` gives them; one group only.
        lr: How far to go along each direction; where the search begins, if there is one.
        max_iter: How many iterations a step has at most.
        max_eval: How often the closure is called in a step, at most; None: 1.25 times `max_iter`.
        tolerance_grad: A step ends where no gradient is larger.
        tolerance_change: A step ends where neither the loss nor a value changes by more.
        history_size: How many pairs are remembered.
        line_search_fn: ``"strong_wolfe"``, or None for steps of `lr`.

    Raises:
        RuntimeError: If `line_search_fn` is another text, when a step begins.
        TypeError: If `params` isn't a list of tensors, or a setting isn't a number.
        ValueError: If `lr` is negative, there are several groups, or a tensor isn't a leaf.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.LBFGS.html

    >>> w = tg.tensor([-3.0, 4.0], requires_grad=True)
    >>> optimizer = tg.optim.LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = ((w - 1) ** 4).sum() + (w[0] * w[1]) ** 2
    ...     loss.backward()
    ...     return loss
    >>> first = optimizer.step(closure)
    >>> print(f"{first:.1f}, {closure():.4f}")
    481.0, 0.1733
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        not_negative(self, lr=lr, max_iter=max_iter)
        if max_eval is None:
            max_eval = max_iter * 5 // 4
        super().__init__(params, settings_of(locals()))
        if len(self.param_groups) != 1:
            raise ValueError(
                "LBFGS: all parameters are one vector here, so they can't have settings of their own; pass "
                f"one list of tensors, got {len(self.param_groups)} groups"
            )

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take up to `max_iter` of Newton's steps.

        Args:
            closure: A function that clears the gradients, computes the loss, calls backward and returns the loss.

        Returns:
            The loss before the first of them.
        """
        if not callable(closure):
            raise TypeError(
                "LBFGS.step: needs a function that clears the gradients, computes the loss, calls backward and returns "
                f"the loss, for it asks several times a step; got {describe(closure)}"
            )
        (group,) = self.param_groups
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise RuntimeError(
                f"LBFGS: line_search_fn must be None or 'strong_wolfe', got {describe(group['line_search_fn'])}"
            )
        with enable_grad():
            before = closure()
        loss, g = float(before), self._gradient()
        memory = _Memory(self.state[group["params"][0]], group["history_size"])
        calls = 1
        memory.numbers["func_evals"] += 1
        if np.abs(g).max() > group["tolerance_grad"]:
            calls = self._iterate(closure, group, memory, loss, g)
        memory.numbers["func_evals"] += calls - 1
        memory.write(self.state[group["params"][0]])
        return before

    def _iterate(self, closure: Any, group: dict[str, Any], memory: _Memory, loss: float, g: ndarray) -> int:
        """Go on until one of the conditions to end is met, and return how often the closure was called."""
        lr, least, calls = plain(group["lr"]), group["tolerance_change"], 1
        for iteration in range(1, group["max_iter"] + 1):
            d = memory.direction(g)
            memory.remember(g, loss)
            first = memory.numbers["n_iter"] == 1
            t = min(1.0, 1.0 / float(add_up(np.abs(g), (0,)))) * lr if first else lr
            slope = g @ d
            if slope > -least:
                memory.numbers["t"] = t
                break
            was, start = loss, _Point(0, loss, g, slope)
            if group["line_search_fn"] is not None:
                values = self._values()

                def at(t: float, d: ndarray = d, values: ndarray = values) -> _Point:
                    return self._evaluated(closure, values, d, t)

                point, more = _strong_wolfe(at, start, t, np.abs(d).max(), group["max_eval"] - calls)
                t, loss, g = point.t, point.loss, point.g
                self._write(values + t * d)
            else:
                self._write(self._values() + t * d)
                more = int(iteration < group["max_iter"])  # where no iteration follows, nobody needs the loss
                if more:
                    with enable_grad():
                        loss = float(closure())
                    g = self._gradient()
            memory.numbers["t"] = t
            calls += more
            if (
                calls >= group["max_eval"]
                or np.abs(g).max() <= group["tolerance_grad"]
                or np.abs(t * d).max() <= least
                or abs(loss - was) < least
            ):
                break
        return calls

    def _evaluated(self, closure: Any, values: ndarray, d: ndarray, t: float) -> _Point:
        """The loss and its slope along `d` at `t`; the parameters are as they were afterwards."""
        self._write(values + t * d)
        with enable_grad():
            loss = float(closure())
        g = self._gradient()
        self._write(values)
        return _Point(t, loss, g, g @ d)

    def _gradient(self) -> ndarray:
        """The gradients of all parameters, one after the other."""
        parameters = self.param_groups[0]["params"]
        grads = [np.zeros_like(each._data) if each._grad is None else constant(each._grad) for each in parameters]
        return np.concatenate([np.ravel(each) for each in grads])

    def _values(self) -> ndarray:
        """The values of all parameters, one after the other."""
        return np.concatenate([np.ravel(each._data) for each in self.param_groups[0]["params"]])

    def _write(self, values: ndarray) -> None:
        start = 0
        with no_grad():
            for each in self.param_groups[0]["params"]:
                size = int(each._data.size)
                each.write(values[start : start + size].reshape(each._data.shape))
                start += size


class _Memory:
    """What is remembered between steps, in the form and under the names of PyTorch's."""

    _ARRAYS = ("d", "prev_flat_grad")
    _LISTS = ("old_dirs", "old_stps")

    def __init__(self, state: dict[str, Any], size: int) -> None:
        self.size = size
        self.numbers: dict[str, Any] = {"func_evals": 0, "n_iter": 0, "t": None, "H_diag": 1, "prev_loss": None}
        self.numbers.update({name: plain(state[name]) for name in self.numbers if name in state})
        self.d, self.g = (state[name].detach().numpy() if name in state else None for name in self._ARRAYS)
        self.changes, self.steps = ([each.numpy() for each in state.get(name, ())] for name in self._LISTS)
        self.rho = [plain(each) for each in state.get("ro", ())]

    def direction(self, g: ndarray) -> Any:
        """The direction of the next iteration: the pair that the last one made joins the others."""
        self.numbers["n_iter"] += 1
        if self.d is None or self.g is None:
            self.d = -g
            return self.d
        y, s = g - self.g, self.d * self.numbers["t"]
        ys = y @ s
        if ys > _LEAST_CURVATURE:
            if len(self.steps) == self.size:
                del self.changes[0], self.steps[0], self.rho[0]
            self.changes.append(y)
            self.steps.append(s)
            self.rho.append(1 / ys)
            self.numbers["H_diag"] = ys / (y @ y)
        pairs = list(zip(self.changes, self.steps, self.rho, strict=True))
        shares = []
        q = -g
        for y, s, rho in reversed(pairs):
            shares.append(rho * (s @ q))
            q = q - shares[-1] * y
        d = q * self.numbers["H_diag"]
        for (y, s, rho), share in zip(pairs, reversed(shares), strict=True):
            d = d + s * (share - rho * (y @ d))
        self.d = d.astype(g.dtype)
        return self.d

    def remember(self, g: ndarray, loss: float) -> None:
        """Keep the gradient and the loss for the next iteration."""
        self.g, self.numbers["prev_loss"] = g.copy(), loss

    def write(self, state: dict[str, Any]) -> None:
        """Put all into the state of the first parameter."""
        state.update({name: value for name, value in self.numbers.items() if value is not None})
        if self.d is not None and self.g is not None:
            state.update(d=Tensor.wrap(self.d), prev_flat_grad=Tensor.wrap(self.g))
            state.update(
                old_dirs=[Tensor.wrap(each) for each in self.changes],
                old_stps=[Tensor.wrap(each) for each in self.steps],
                ro=[float(each) for each in self.rho],
            )


class _Point(NamedTuple):
    """A point along the direction: how far, the loss, its gradient, its slope along the direction."""

    t: float
    loss: float
    g: ndarray
    slope: float


def _strong_wolfe(
    at: Callable[[float], _Point], start: _Point, t: float, longest: float, calls: int, least: float = 1e-9
) -> tuple[_Point, int]:
    """Search for a point at which the loss has fallen, and the slope flattened, enough; and count the calls of `at`.

    First steps that grow, until two points hold one such between them; then the two are moved together.
    """

    def fell(point: _Point) -> bool:
        return point.loss <= start.loss + _ENOUGH_FALL * point.t * start.slope

    def flat(point: _Point) -> bool:
        return abs(point.slope) <= -_ENOUGH_FLATTENING * start.slope

    before, point, searched = start, at(t), 0
    bracket: tuple[_Point, _Point] | None = None
    while searched < calls:
        if not fell(point) or (searched > 1 and point.loss >= before.loss):
            bracket = before, point
            break
        if flat(point):
            return point, searched + 1
        if point.slope >= 0:
            bracket = before, point
            break
        bounds = (point.t + 0.01 * (point.t - before.t), point.t * 10)
        before, point = point, at(_least_of_cubic(before, point, bounds))
        searched += 1
    if bracket is None:
        bracket = start, point

    stuck = False
    while searched < calls and abs(bracket[1].t - bracket[0].t) * longest >= least:
        low, high = sorted(bracket, key=lambda each: each.loss)
        left, right = sorted(each.t for each in bracket)
        t = _least_of_cubic(*bracket)
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:
            if stuck or t >= right or t <= left:  # twice too near to an end: away from it
                t, stuck = (right - margin if abs(t - right) < abs(t - left) else left + margin), False
            else:
                stuck = True
        else:
            stuck = False
        point = at(t)
        searched += 1
        if not fell(point) or point.loss >= low.loss:
            bracket = low, point
            continue
        if flat(point):
            return point, searched + 1
        bracket = point, (low if point.slope * (high.t - low.t) >= 0 else high)
    return min(bracket, key=lambda each: each.loss), searched + 1


def _least_of_cubic(one: _Point, other: _Point, bounds: tuple[float, float] | None = None) -> float:
    """Where the cubic through two points with these slopes is least, within the bounds, or between the points."""
    left, right = (one, other) if one.t <= other.t else (other, one)
    low, high = bounds or (left.t, right.t)
    bend = left.slope + right.slope - 3 * (left.loss - right.loss) / (left.t - right.t)
    square = bend**2 - left.slope * right.slope
    if square < 0:
        return (low + high) / 2
    root = math.sqrt(square)
    place = right.t - (right.t - left.t) * ((right.slope + root - bend) / (right.slope - left.slope + 2 * root))
    return min(max(place, low), high)
