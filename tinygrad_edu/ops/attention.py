"""Attention: each query looks at all keys, and gets the mean of their values, weighted by how well they match.

With the queries, keys and values in the rows of Q, K and V, a scale s (mostly 1/√width) and a mask M that is added:

    S = s Q Kᵀ + M    P = softmax(S) of each row    Y = (P ∘ D) V

where D is dropout's factors, or all 1. Backwards, for g = dL/dY:

    dL/dV = (P ∘ D)ᵀ g    dL/dP = (g Vᵀ) ∘ D    dL/dS = P ∘ (dL/dP - Σ g ∘ Y)    (Σ over each row)
    dL/dQ = s dL/dS K    dL/dK = s dL/dSᵀ Q    dL/dM = dL/dS

The sum of a softmax's gradient, Σ P ∘ dL/dP, is Σ g ∘ Y, a sum over the fewer values of a row of Y.

P is kept as its numerators E = exp(S - max) and as r, one over the sum of each row of E. So the many values of E are
never divided: the few of E V are multiplied by r, and on the way back those of g. A row that is masked as a whole has
E = 0, and gives 0. Any other has a 1 in E, where its largest score is.

Source: Vaswani et al., Attention is all you need (2017), https://arxiv.org/abs/1706.03762, section 3.2
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from tinygrad_edu._broadcasting import stretched_axes
from tinygrad_edu._large_arrays import empty_like
from tinygrad_edu._largest import largest
from tinygrad_edu._memory import matrix_product, product_like
from tinygrad_edu._summation import sums_of_rows
from tinygrad_edu.autograd.graph import constant
from tinygrad_edu.ops._entries import primitive
from tinygrad_edu.ops._fresh import less, product, times
from tinygrad_edu.ops.matmul import unstretched
from tinygrad_edu.ops.reduction import sum as sum_of


def _scores(q: Any, k: Any, mask: Any, scale: float) -> Any:
    """S = s Q Kᵀ + M."""
    scores = (q * scale) @ k.mT
    return scores if mask is None else scores + mask


def _top(scores: Any) -> Any:
    """The largest score of each row, taken off against overflow; a finite number where all are -∞."""
    return np.maximum(largest(scores, -1), np.finfo(scores.dtype).min)


def _attention(
    q: Any, k: Any, v: Any, mask: Any, *, scale: float, dropped: ndarray | None
) -> tuple[ndarray, ndarray, ndarray, ndarray]:
    """Y; and by the way E, r, and E V."""
    keys = np.multiply(k.mT, k.dtype.type(scale), order="C")  # two thirds of the time of a product with k.mT itself
    e = matrix_product(q, keys)
    if mask is not None:
        e = np.add(e, mask, out=e if stretched_axes(mask.shape, e.shape) is not None else None)
    e -= _top(e)
    np.exp(e, e)
    sums = sums_of_rows(e)
    y = product_like(e, v, q) if dropped is None else (e * dropped) @ v
    ev = empty_like(y)
    ev[...] = y
    r = np.divide(1, np.maximum(sums, 1), out=_column_of(y))
    y *= r
    return y, e, r, ev


def _column_of(x: ndarray) -> ndarray:
    """A number for each row, with anything in it, in an array that lies in memory as `x` does.

    Where it lies otherwise, NumPy takes twice the time to multiply `x` by it.
    """
    return np.empty_like(x[..., :1])


def _differentiated_parts(q: Any, k: Any, v: Any, mask: Any, scale: float, dropped: Any) -> tuple[Any, Any, Any]:
    """E, r and E V as functions of the operands: what is taken off S is a constant, as it makes no difference to P."""
    scores = _scores(q, k, mask, scale)
    e = np.exp(scores - _top(constant(scores)))
    sums = sum_of(e, dim=(len(e.shape) - 1,), keepdim=True)
    r = 1 / np.where(constant(sums) == 0, 1, sums)
    return e, r, (e if dropped is None else e * dropped) @ v


def _back(
    g: Any, q: Any, k: Any, v: Any, mask: Any, scale: float, dropped: Any, e: Any, r: Any, ev: Any
) -> tuple[Any, Any, Any]:
    """dL/dS = E ∘ (r dL/dP - r Σ r g ∘ E V); and E ∘ D and r g, whose product is dL/dV."""
    if type(g) is not ndarray:
        e, r, ev = _differentiated_parts(q, k, v, mask, scale, dropped)
    g = product(g, r)
    slope = matrix_product(g, np.ascontiguousarray(v.mT) if type(g) is ndarray else v.mT)
    if dropped is not None:
        slope = times(slope, dropped)
    g_ev = product(g, ev)
    sums = sums_of_rows(g_ev) if type(g) is ndarray else sum_of(g_ev, dim=(len(g.shape) - 1,), keepdim=True)
    return times(less(slope, times(sums, r)), e), e if dropped is None else e * dropped, g


scaled_dot_product_attention = primitive(
    _attention,
    name="scaled_dot_product_attention",
    widens=True,
    residuals={"e": None, "r": None, "ev": None},
    shared={"back": _back},
    q=lambda g, back, k, scale, q_shape: unstretched(times(product_like(back[0], k), scale), q_shape),
    k=lambda g, back, q, scale, k_shape: unstretched(times(product_like(back[0].mT, q), scale), k_shape),
    v=lambda g, back, v_shape: unstretched(product_like(back[1].mT, back[2]), v_shape),
    mask=lambda g, back, mask_shape: unstretched(back[0], mask_shape),
)
