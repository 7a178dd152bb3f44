"""Self-attention of several heads by hand, for W7 and W10.

Queries, keys and values stand beside each other in the rows of one array, and each head has its part of each. With
S = Q Kᵀ / √d, P = softmax(S) of each row, and G = dL/dY of Y = P V:

    dL/dV = Pᵀ G    dL/dP = G Vᵀ    dL/dS = P ∘ (dL/dP - Σ P ∘ dL/dP)    dL/dQ = dL/dS K / √d    dL/dK = dL/dSᵀ Q / √d

A mask of zeros and -∞ is added to S, and P is 0 there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.workloads._networks import Array

__all__ = ["attention", "attention_back"]

Kept = tuple[Array, Array, Array, Array]


def _heads(rows: Array, count: int, length: int, heads: int) -> Array:
    """Rows (count · length, parts · width) as (parts, count, heads, length, width of a head), in the same memory."""
    parts = rows.shape[1] // count
    return rows.reshape(-1, length, count, heads, parts // heads).transpose(2, 0, 3, 1, 4)


def attention(rows: Array, length: int, heads: int, mask: Array | None = None) -> tuple[Array, Kept]:
    """Y for the rows (samples · length, 3 · width), and what the way back needs."""
    Q, K, V = _heads(rows, 3, length, heads)
    S = np.matmul(Q, K.mT)
    S *= np.float32(1 / np.sqrt(Q.shape[-1]))
    if mask is not None:
        S += mask
    S -= np.maximum.reduce(S, axis=-1, keepdims=True)
    P = np.exp(S, out=S)
    P /= np.add.reduce(P, axis=-1, keepdims=True)
    Y = np.empty((len(rows), rows.shape[1] // 3), dtype=np.float32)
    (places,) = _heads(Y, 1, length, heads)
    np.matmul(P, V, out=places)
    return Y, (P, Q, K, V)


def attention_back(G: Array, kept: Kept) -> Array:
    """The gradient of all rows, for that of Y."""
    P, Q, K, V = kept
    _, heads, length, width = Q.shape
    gradient: Array = np.empty((len(G), 3 * heads * width), dtype=np.float32)
    dQ, dK, dV = _heads(gradient, 3, length, heads)
    (g,) = _heads(G, 1, length, heads)
    np.matmul(P.mT, g, out=dV)
    dS: Any = np.matmul(g, V.mT)
    dS -= np.vecdot(dS, P)[..., None]
    dS *= P
    dS *= np.float32(1 / np.sqrt(width))
    np.matmul(dS, K, out=dQ)
    np.matmul(dS.mT, Q, out=dK)
    return gradient
