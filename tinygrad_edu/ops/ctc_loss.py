"""Connectionist temporal classification (CTC): how likely a sequence of frames says a text, wherever its letters lie.

In each frame t a network says x[t, c] = log p_t(c) for the letters c and for a blank. A *path* says one of them in each
frame; read, its repetitions become one letter and its blanks vanish: --aa-b reads ab. The loss is -log P, where P is
the sum of the probabilities of all paths that read as the text.

With a blank before, between and after its S letters, the text is a row of L = 2S + 1 states l_0 … l_(L-1). A path goes
through them from left to right: it stays, goes one on, or skips a blank between two different letters. α_t(s) is the
logarithm of the probability of all paths that have come to state s in frame t (the *forward recursion*):

    α_0(s) = x[0, l_s]                                            for s = 0, 1; nothing else can be reached
    α_t(s) = x[t, l_s] + log(exp α_(t-1)(s) + exp α_(t-1)(s-1) + exp α_(t-1)(s-2))
                                                                  the last of them only where l_s ≠ l_(s-2)
    log P  = log(exp α_(T-1)(L-1) + exp α_(T-1)(L-2))             for a path ends at the last letter, or the blank after

Paths read backwards are paths of the text read backwards, so the same recursion, on frames and states in reverse, gives
β_t(s), the logarithm of the probability of how it may go on from there. Together they say how likely a path is in
state s in frame t, and the derivative is minus that, summed over the states of a letter:

    q_t(s) = exp(α_t(s) + β_t(s) - x[t, l_s] - log P)             d(-log P)/dx[t, c] = -Σ_(s: l_s = c) q_t(s)

All of it is in logarithms, as products of many probabilities would leave the range of floats; and in float64, as the
logarithms of many frames add up to so much that float32 has no digits left for the differences that count.

Source: Graves et al., Connectionist temporal classification (2006), https://www.cs.toronto.edu/~graves/icml_2006.pdf,
section 4.1
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops.conversion import cast
from tinygrad_edu.ops.padding import pad

_DOUBLE = np.dtype(np.float64)
LOWEST = -1e30  # in place of -∞, whose differences would be NaN; nothing that is possible comes near it


def _log_sum(*terms: Any) -> Any:
    """The logarithm of the sum of the exponentials; the largest is taken off against overflow."""
    top = reduce(np.maximum, map(constant, terms))
    powers = [np.exp(each - top) for each in terms]
    return top + np.log(reduce(np.add, powers))


def _forward_recursion(y: Any, labels: ndarray) -> Any:
    """α of every frame, sample and state, from y."""
    states = np.arange(labels.shape[1])
    skips = np.concatenate([np.zeros_like(labels[:, :2], bool), labels[:, 2:] != labels[:, :-2]], axis=1)
    alpha = np.where(states < 2, y[0], LOWEST)
    alphas = [alpha]
    for t in range(1, len(y)):
        before = pad(alpha, pads=((0, 0), (2, 0)), value=LOWEST)  # two states that nothing reaches
        skipped = np.where(skips, before[:, :-2], LOWEST)
        alpha = _log_sum(alpha, before[:, 1:-1], skipped) + y[t]
        alphas.append(alpha)
    return np.stack(alphas)


def _of_states(x: Any, labels: ndarray) -> Any:
    """y[t, n, s] = x[t, n, labels[n, s]], in float64."""
    return cast(np.maximum(x, LOWEST), dtype=_DOUBLE)[:, np.arange(len(labels))[:, None], labels]


def _log_probability(alphas: Any, frames: ndarray, states: ndarray) -> tuple[Any, ndarray]:
    """log P of each sample, and whether there is any path at all; of those without frames anything."""
    samples = np.arange(len(frames))
    at_blank, at_letter = alphas[frames - 1, samples, states - 1], alphas[frames - 1, samples, states - 2]
    log_p = _log_sum(at_blank, np.where(states > 1, at_letter, LOWEST))
    return log_p, constant(log_p) > LOWEST / 2


def _ctc(
    x: Any, *, labels: ndarray, frames: ndarray, states: ndarray, zero_infinity: bool = False
) -> tuple[ndarray, ndarray]:
    """-log P of each sample, or ∞ (or 0) where no path reads as the text; and α."""
    alphas = _forward_recursion(_of_states(x, labels), labels)
    log_p, possible = _log_probability(alphas, frames, states)
    log_p = np.where(frames > 0, log_p, 0.0)
    possible = np.where(frames > 0, possible, states == 1)  # without frames only the empty text, which is certain
    loss = np.where(possible, -log_p, 0.0 if zero_infinity else np.inf).astype(x.dtype)
    return loss, alphas


def _mirror(values: Any, frames: ndarray, states: ndarray) -> Any:
    """The values with the frames and the states of each sample in reverse; outside of them stands anything."""
    in_reverse = frames - 1 - np.arange(values.shape[0])[:, None]
    return values[in_reverse[:, :, None], np.arange(len(frames))[:, None], _states_in_reverse(states, values.shape[2])]


def _states_in_reverse(states: ndarray, count: int) -> ndarray:
    in_reverse: ndarray = states[:, None] - 1 - np.arange(count)
    return in_reverse  # below 0, where it names states from the end, for what lies outside


def _slope(g: Any, x: Any, alphas: Any, labels: ndarray, frames: ndarray, states: ndarray, zero_infinity: bool) -> Any:
    """-g Σ_(s: l_s = c) q_t(s); NaN where the loss is infinite, or 0 with `zero_infinity`."""
    y = _of_states(x, labels)
    if type(g) is not ndarray:
        alphas = _forward_recursion(y, labels)
    from_behind = np.take_along_axis(labels, _states_in_reverse(states, labels.shape[1]), axis=1)
    betas = _mirror(_forward_recursion(_mirror(y, frames, states), from_behind), frames, states)
    log_p, possible = _log_probability(alphas, frames, states)
    log_q = np.where(possible[:, None], alphas + betas - y - log_p[:, None], -np.inf if zero_infinity else np.nan)
    is_there = (np.arange(len(y))[:, None, None] < frames[:, None]) & (np.arange(labels.shape[1]) < states[:, None])
    q = np.exp(np.where(is_there, log_q, -np.inf))
    letters = (labels[:, :, None] == np.arange(x.shape[2])).astype(_DOUBLE)
    return -g[:, None] * np.swapaxes(np.swapaxes(q, 0, 1) @ letters, 0, 1)


ctc = primitive(_ctc, residuals={"alphas": None}, x=_slope)
