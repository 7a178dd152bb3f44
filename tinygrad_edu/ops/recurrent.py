"""Recurrent layers: a state that each step of a sequence changes, by the same weights.

With the input's part x of a step's sums, which is projected for all steps at once, the state h (and c) before it, and σ
for `sigmoid`, one step is

    RNN     h ← tanh(x + W h), or relu
    GRU     a = W h + b    r = σ(x_r + a_r)    z = σ(x_z + a_z)    n = tanh(x_n + r a_n)    h ← (1 - z) n + z h
    LSTM    a = x + W h    i, f, o = σ(a_i), σ(a_f), σ(a_o)    g = tanh(a_g)    c ← f c + i g    h ← o tanh(c)

where an LSTM may make its state narrower, h ← V (o tanh(c)). `rnn_step`, `gru_step` and `lstm_step` are these lines.
Run one after the other (`plain_loop`) they are the whole layer; that is what a recorded backward differentiates.

The rules below compute the same in NumPy's own memory (benchmark W8), and state the way back through time. What reaches
a step's h is dh: that of its result, and of the step after it. For an LSTM, with t = tanh(c):

    dc += dh o (1 - t²)    da_o = dh t o(1 - o)    da_i = dc g i(1 - i)    da_f = dc c₋ f(1 - f)    da_g = dc i (1 - g²)
    dc ← f dc    dh ← Wᵀ da

The factors of dh and dc, such as g i(1 - i), are known beforehand for all steps. And dL/dW = Σ da h₋ᵀ over all steps,
one product of matrices. Here c₋ and h₋ are the state before a step.

Sequences lie in rows, step by step: first the first step of each, longest sequence first, and so on. `sizes` says how
many sequences there are at each step. The result is one row: the states of all steps, then the last h, and the last c.

Source: Hochreiter and Schmidhuber, Long short-term memory (1997); Cho et al., Learning phrase representations using RNN
encoder-decoder (2014), https://arxiv.org/abs/1406.1078; https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._constants import number
from tinygrad_edu._large_arrays import empty
from tinygrad_edu._summation import add_up
from tinygrad_edu.autograd.engine import grad
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.activation import relu as ramp
from tinygrad_edu.ops.activation import sigmoid
from tinygrad_edu.ops.matmul import sum_of_rows
from tinygrad_edu.ops.shape import clone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Sizes = tuple[int, ...]
States = Sequence[Any]  # h, and c of an LSTM

# One step, in the words of the formulas


def rnn_step(x: Any, states: States, weight: Any, relu: bool = False) -> list[Any]:
    """The state after a step."""
    sums = x + states[0] @ weight.mT
    return [ramp(sums) if relu else np.tanh(sums)]


def gru_step(x: Any, states: States, weight: Any, bias: Any) -> list[Any]:
    """The state after a step."""
    (h,) = states
    (x_r, x_z, x_n), (a_r, a_z, a_n) = _parts(x, 3), _parts(h @ weight.mT + bias, 3)
    r, z = sigmoid(x_r + a_r), sigmoid(x_z + a_z)
    n = np.tanh(x_n + r * a_n)
    return [(1 - z) * n + z * h]


def lstm_step(x: Any, states: States, weight: Any, projection: Any = None) -> list[Any]:
    """The states h and c after a step."""
    h, c = states
    a_i, a_f, a_g, a_o = _parts(x + h @ weight.mT, 4)
    c = sigmoid(a_f) * c + sigmoid(a_i) * np.tanh(a_g)
    h = sigmoid(a_o) * np.tanh(c)
    return [h if projection is None else h @ projection.mT, c]


def _parts(sums: Any, count: int) -> list[Any]:
    """The sums of each gate, as they stand beside each other."""
    width = sums.shape[1] // count
    return [sums[:, width * i : width * (i + 1)] for i in range(count)]


def steps(sizes: Sizes, reverse: bool) -> Iterator[tuple[slice, int]]:
    """The rows of each step, in the order in which they are run, and how many there are."""
    for end, size in list(zip(accumulate(sizes), sizes, strict=True))[:: -1 if reverse else 1]:
        yield slice(end - size, end), size


def plain_loop(step: Callable[[Any, States], list[Any]], x: Any, states: States, sizes: Sizes, reverse: bool) -> Any:
    """All steps one after the other; sequences that have ended, or not begun, keep their state."""
    outputs = []
    for rows, size in steps(sizes, reverse):
        changed = step(x[rows], [each[:size] for each in states])
        outputs.append(changed[0])
        kept = [each[size:] for each in states]
        states = [np.concatenate([one, other]) for one, other in zip(changed, kept, strict=True)]
    return np.concatenate([each.reshape((-1,)) for each in (*outputs[:: -1 if reverse else 1], *states)])


def _differentiated(function: Callable[..., Any], operands: Sequence[Any], g: Any) -> list[Any]:
    """The gradients of a function by its operands, recorded; each operand is counted as this function's alone."""
    own = [TensorBase.result_type.wrap(each) if isinstance(each, ndarray) else each for each in operands]
    own = [clone(each) if each is not None and each.requires_grad else each for each in own]
    places = [each for each in own if each is not None and each.requires_grad]
    found = iter(grad(function(*own), places, g, create_graph=True))
    return [next(found) if each is not None and each.requires_grad else None for each in own]


def _cut(g: ndarray, rows: int, h: ndarray, c: ndarray | None = None) -> list[ndarray]:
    """The gradients of all steps' states, of the last h, and of the last c."""
    end = rows * h.shape[1]
    parts = [g[:end].reshape((rows, h.shape[1])), g[end : end + h.size].reshape(h.shape).copy()]
    return parts if c is None else [*parts, g[end + h.size :].reshape(c.shape).copy()]


# RNN


def _rnn(x: Any, weight: Any, h: Any, *, sizes: Sizes, reverse: bool, relu: bool) -> tuple[ndarray, ndarray]:
    """The states; and by the way those before each step."""
    result, before = np.empty((len(x) + len(h), h.shape[1]), x.dtype), np.empty((len(x), h.shape[1]), x.dtype)
    states, now = result[: len(x)], h.copy()
    for rows, size in steps(sizes, reverse):
        before[rows] = now[:size]
        sums = before[rows].dot(weight.T)
        sums += x[rows]
        now[:size] = np.maximum(sums, 0, out=sums) if relu else np.tanh(sums, sums)
        states[rows] = sums
    result[len(x) :] = now
    return result.reshape(-1), before


def _rnn_back(
    g: Any, x: Any, weight: Any, h: Any, out: Any, before: ndarray, sizes: Sizes, reverse: bool, relu: bool
) -> list[Any]:
    """The gradients of x, W and h."""
    if isinstance(g, TensorBase):

        def whole(x: Any, weight: Any, h: Any) -> Any:
            return plain_loop(lambda x, states: rnn_step(x, states, weight, relu), x, [h], sizes, reverse)

        return _differentiated(whole, (x, weight, h), g)
    states = out[: before.size].reshape(before.shape)
    slope = (states > 0).astype(states.dtype) if relu else 1 - states * states
    of_states, dh = _cut(g, len(x), h)
    da = np.empty_like(x)
    for rows, size in steps(sizes, not reverse):
        here = dh[:size]
        here += of_states[rows]
        np.multiply(here, slope[rows], da[rows])
        np.dot(da[rows], weight, here)
    return [da, da.T @ before, dh]


rnn = primitive(
    _rnn,
    widens=True,
    residuals={"before": None},
    shared={"back": _rnn_back},
    x=lambda g, back: back[0],
    weight=lambda g, back: back[1],
    h=lambda g, back: back[2],
)


# GRU


def _gru(
    x: Any, weight: Any, bias: Any, h: Any, *, sizes: Sizes, reverse: bool
) -> tuple[ndarray, tuple[ndarray, ndarray, ndarray]]:
    """The states; and by the way those before each step, the gates r, z and n of each, and a_n."""
    width = h.shape[1]
    result, before = np.empty((len(x) + len(h), width), x.dtype), np.empty((len(x), width), x.dtype)
    gates, of_new = np.empty(x.shape, x.dtype), np.empty_like(before)  # np.dot writes to rows in memory's order only
    states, now = result[: len(x)], h.copy()
    for rows, size in steps(sizes, reverse):
        here, gate = now[:size], gates[rows]
        before[rows] = here
        np.dot(here, weight.T, gate)
        gate += bias
        of_new[rows] = gate[:, 2 * width :]
        gate[:, : 2 * width] += x[rows, : 2 * width]
        _sigmoid_in_place(gate[:, : 2 * width])
        r, z, n = _parts(gate, 3)
        n *= r
        n += x[rows, 2 * width :]
        np.tanh(n, n)
        here -= n
        here *= z
        here += n
        states[rows] = here
    result[len(x) :] = now
    return result.reshape(-1), (before, gates, of_new)


def _gru_back(g: Any, x: Any, weight: Any, bias: Any, h: Any, tape: Any, sizes: Sizes, reverse: bool) -> list[Any]:
    """The gradients of x, W, b and h."""
    if isinstance(g, TensorBase):

        def whole(x: Any, weight: Any, bias: Any, h: Any) -> Any:
            return plain_loop(lambda x, states: gru_step(x, states, weight, bias), x, [h], sizes, reverse)

        return _differentiated(whole, (x, weight, bias, h), g)
    before, gates, of_new = tape
    r, z, n = _parts(gates, 3)
    of_n = (1 - z) * (1 - n * n)
    factors = np.stack([of_n * of_new * r * (1 - r), (before - n) * z * (1 - z), of_n * r], 1)
    of_states, dh = _cut(g, len(x), h)
    da, dx_n = factors, np.empty_like(before)
    for rows, size in steps(sizes, not reverse):
        here = dh[:size]
        here += of_states[rows]
        np.multiply(here[:, None], factors[rows], da[rows])
        np.multiply(here, of_n[rows], dx_n[rows])
        here *= z[rows]
        here += da[rows].reshape(size, -1).dot(weight)
    da = da.reshape(x.shape)
    dx = da.copy()
    dx[:, 2 * before.shape[1] :] = dx_n
    return [dx, da.T @ before, sum_of_rows(da), dh]


gru = primitive(
    _gru,
    widens=True,
    residuals={"tape": None},
    shared={"back": _gru_back},
    x=lambda g, back: back[0],
    weight=lambda g, back: back[1],
    bias=lambda g, back: back[2],
    h=lambda g, back: back[3],
)


# LSTM, whose gates lie one after the other, (4, rows, width), as they are computed: o, i, f and then g


def _lstm(
    x: Any, weight: Any, h: Any, c: Any, projection: Any, *, sizes: Sizes, reverse: bool
) -> tuple[ndarray, tuple[ndarray, ...]]:
    """The states; and by the way the gates o, i, f and g of each step, h and c before it, and tanh(c) after it."""
    total, width = len(x), c.shape[1]
    states, h_before = empty((2, total, h.shape[1]), x.dtype)
    c_before, bent = empty((2, total, width), x.dtype)
    gates, one, sums = empty((4, total, width), x.dtype), number(1, x.dtype), _gate_by_gate(x)
    weights = _weights_by_gate(weight.reshape(4, width, -1).mT)
    np.negative(weights[:3], weights[:3])  # so -a, of which σ(a) = 1 / (1 + exp(-a)) is made
    h, c = h.copy(), c.copy()
    for rows, size in steps(sizes, reverse):
        gate, cell, t = gates[:, rows], c[:size], bent[rows]
        h_before[rows], c_before[rows] = h[:size], cell
        np.matmul(h_before[rows], weights, gate)
        o, i, f, g = gate
        sigmoids = gate[:3]
        o -= sums[3, rows]
        gate[1:3] -= sums[:2, rows]
        g += sums[2, rows]
        np.exp(sigmoids, sigmoids)
        sigmoids += one
        np.divide(one, sigmoids, sigmoids)
        np.tanh(g, g)
        cell *= f
        cell += np.multiply(i, g, t)
        np.tanh(cell, t)
        if projection is None:
            np.multiply(o, t, states[rows])
        else:
            states[rows] = (o * t).dot(projection.T)
        h[:size] = states[rows]
    result = np.concatenate([each.reshape(-1) for each in (states, h, c)])
    return result, (gates, h_before, c_before, bent)


def _gate_by_gate(sums: ndarray) -> ndarray:
    """The sums of i, f, g and o, which lie beside each other in a row, one after the other, (4, rows, width)."""
    return sums.reshape((len(sums), 4, sums.shape[1] // 4)).swapaxes(0, 1)


def _weights_by_gate(weights: ndarray) -> ndarray:
    """A copy of the weights of i, f, g and o in the order in which the gates are computed."""
    ordered = empty(weights.shape, weights.dtype)
    ordered[0], ordered[1:] = weights[3], weights[:3]
    return ordered


def _lstm_back(
    g: Any, x: Any, weight: Any, h: Any, c: Any, projection: Any, tape: Any, sizes: Sizes, reverse: bool
) -> list[Any]:
    """The gradients of x, W, h, c and V."""
    if isinstance(g, TensorBase):

        def whole(x: Any, weight: Any, h: Any, c: Any, projection: Any) -> Any:
            return plain_loop(lambda x, states: lstm_step(x, states, weight, projection), x, [h, c], sizes, reverse)

        return _differentiated(whole, (x, weight, h, c, projection), g)
    gates, h_before, c_before, bent = tape
    weights, one = _weights_by_gate(weight.reshape((4, c.shape[1], h.shape[1]))), number(1, x.dtype)
    of_states, dh, dc = _cut(g, len(x), h, c)
    dx, projected = empty(x.shape, x.dtype), empty((0 if projection is None else len(x), h.shape[1]), x.dtype)
    of_gates, of_h, of_tanh = (empty(shape, x.dtype) for shape in ((4, *dc.shape), (4, *dh.shape), dc.shape))
    for rows, size in steps(sizes, not reverse):
        (o, i, f, new), t, da, to_cell = gates[:, rows], bent[rows], of_gates[:, :size], of_tanh[:size]
        here, cell = dh[:size], dc[:size]
        here += of_states[rows]
        if projection is not None:
            projected[rows] = here
            here = here.dot(projection)
        np.multiply(t, t, to_cell)
        np.subtract(one, to_cell, to_cell)
        to_cell *= o
        to_cell *= here
        cell += to_cell

        da_o, da_i, da_f, da_g = da
        np.subtract(one, gates[:3, rows], da[:3])
        da[:3] *= gates[:3, rows]
        da_o *= t
        da_o *= here
        da_i *= new
        da_f *= c_before[rows]
        np.multiply(new, new, da_g)
        np.subtract(one, da_g, da_g)
        da_g *= i
        da[1:] *= cell
        of_sums = _gate_by_gate(dx[rows])
        of_sums[3], of_sums[:3] = da_o, da[1:]
        cell *= f
        dh[:size] = add_up(np.matmul(da, weights, of_h[:, :size]))
    return [dx, dx.T @ h_before, dh, dc, None if projection is None else projected.T @ (gates[0] * bent)]


lstm = primitive(
    _lstm,
    widens=True,
    residuals={"tape": None},
    shared={"back": _lstm_back},
    x=lambda g, back: back[0],
    weight=lambda g, back: back[1],
    h=lambda g, back: back[2],
    c=lambda g, back: back[3],
    projection=lambda g, back: back[4],
)


def _sigmoid_in_place(x: ndarray) -> None:
    one = number(1, x.dtype)
    np.negative(x, x)
    np.exp(x, x)
    x += one
    np.divide(one, x, x)
