"""Gradients of what has no rule of its own, to second order: functions of several tensors, and layers with settings.

Values and errors of these are compared in the files of their families.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, values
from parity.twins import RNG, compare, twins

torch = pytest.importorskip("torch")

JOINED = """\
m.hstack([a, b]) | m.hstack((v, v)) | m.hstack([c, c.exp()]) | m.hstack([a[:, :1], b, a]) | m.hstack([v[:0], v])
m.hstack([a.T, b.T]) | m.hstack((a, a)) | m.hstack([z, v]) | m.hstack([a[:, ::2], b]) | m.hstack([c[:, :1], c])
m.dstack([a, b]) | m.dstack((v, v.sin())) | m.dstack([c, c]) | m.dstack([z, z]) | m.dstack([a.T, b.T])
m.dstack([a[:, ::2], b[:, :2]]) | m.dstack([c[..., :1], c]) | m.dstack([a]) | m.dstack([a[:0], b[:0]])
m.dstack([a, b, a * b])
m.concatenate([a, b]) | m.concatenate((a, b), 1) | m.concatenate([a, b], dim=-1) | m.concatenate([c, c], axis=2)
m.concatenate([a, a[:1]]) | m.concatenate([v, v[::2]]) | m.concatenate([a[:0], b]) | m.concatenate([a.T, b.T], -2)
m.concatenate([v]) | m.concatenate([a.exp(), a, b])
m.broadcast_tensors(a, v)[1] | m.broadcast_tensors(a, z)[1] | m.broadcast_tensors(v, a)[0] | m.broadcast_tensors(a)[0]
m.broadcast_tensors(a[:, :1], v)[0] | m.broadcast_tensors(a.T, v[:2])[1] | m.broadcast_tensors(c, z, c[0])[2]
m.broadcast_tensors(a[:1], b)[0] | m.broadcast_tensors(v, c[:, :, :1])[0] | m.broadcast_tensors(z, z)[1]
m.column_stack([a, b]) | m.column_stack((v, v.exp())) | m.column_stack([a.T, v]) | m.column_stack([z, z])
m.stack([a, b]) | m.stack((a, b), -1) | m.stack([v, v.exp()], 1) | m.stack([z, z]) | m.stack([a[:, ::2]] * 2, dim=1)
a.tile(2) | a.tile(2, 1) | a.tile((1, 2, 2)) | v.tile(3) | z.tile(2) | m.tile(a.T, (2,)) | c.tile(1, 2, 1)
a[:, ::2].tile(2) | a.tile(()) | a[:0].tile(2, 2)
a.permute(1, 0) | c.permute(2, 0, 1) | m.permute(c, (0, -1, 1)) | v.permute(0) | z.permute(()) | c.permute((1, 0, 2))
a.permute(-1, -2) | c[:0].permute(1, 2, 0) | a[:, ::2].permute(1, 0) | c.permute(2, 1, 0)
a.cpu() | v.cpu() | a.T.cpu() | a[:, ::2].cpu() | z.cpu() | c.exp().cpu() | a[:0].cpu() | (a * b).cpu() | b.cpu().cpu()
m.nn.utils.parameters_to_vector([a, v]) | m.nn.utils.parameters_to_vector([a]) | m.nn.utils.parameters_to_vector([z, c])
m.nn.utils.parameters_to_vector([a, b]) | m.nn.utils.parameters_to_vector([a.exp(), v * v])
m.nn.utils.parameters_to_vector([v, v]) | m.nn.utils.parameters_to_vector((a,))
m.nn.utils.parameters_to_vector([a[:0], v]) | m.nn.utils.parameters_to_vector([a[1:], z, z])
m.nn.utils.rnn.pad_sequence([a, b[:1]]) | m.nn.utils.rnn.pad_sequence([a, b[:1]], True)
m.nn.utils.rnn.pad_sequence([v, v[:1], v[:2]]) | m.nn.utils.rnn.pad_sequence([c, c[:1]], padding_value=2.5)
m.nn.utils.rnn.pad_sequence([v[:1], v], True, -1.0, 'left') | m.nn.utils.rnn.pad_sequence([a.T, a.T[:2]])
m.nn.utils.rnn.pad_sequence((a, a)) | m.nn.utils.rnn.pad_sequence([v[:0], v]) | m.nn.utils.rnn.pad_sequence([a])
m.nn.utils.rnn.pack_sequence([a, b[:1]])[0] | m.nn.utils.rnn.pack_sequence([v, v[:2], v[:1]])[0]
m.nn.utils.rnn.pack_sequence([b[:1], a], enforce_sorted=False)[0] | m.nn.utils.rnn.pack_sequence([c, c])[0]
m.nn.utils.rnn.pack_sequence([v[:1], v, v[:2]], False)[0] | m.nn.utils.rnn.pack_sequence([a.T, a.T[:2]])[0]
m.nn.utils.rnn.pack_sequence([a])[0] | m.nn.utils.rnn.pack_sequence([v, v])[0]
m.nn.utils.rnn.pack_padded_sequence(c, [2, 1, 1])[0] | m.nn.utils.rnn.pack_padded_sequence(a, [2, 2, 1])[0]
m.nn.utils.rnn.pack_padded_sequence(c, [3, 2], True)[0]
m.nn.utils.rnn.pack_padded_sequence(c, [1, 3], True, False)[0]"""

NUMBERS = """\
m.trapz(a) | m.trapz(a, b) | m.trapz(a, dx=0.5) | m.trapz(a, dim=0) | m.trapz(v) | m.trapz(c, dim=1) | m.trapz(a.T)
m.trapz(c, v[:, None].cumsum(0), dim=1) | m.trapz(a[:, :1]) | m.trapz(a[:, ::2], dx=2)
m.cumulative_trapezoid(a) | m.cumulative_trapezoid(a, b) | m.cumulative_trapezoid(a, dx=0.5) | m.cumulative_trapezoid(v)
m.cumulative_trapezoid(a, dim=0) | m.cumulative_trapezoid(c, dim=1) | m.cumulative_trapezoid(a.T, dx=2)
m.chain_matmul(a, b.T) | m.chain_matmul(a, b.T, a) | m.chain_matmul(s, s) | m.chain_matmul(b.T, a, s)
m.chain_matmul(a, s, b.T) | m.chain_matmul(s.T, s, s.T) | m.linalg.multi_dot([a, b.T]) | m.linalg.multi_dot([v, s, v])
m.linalg.multi_dot([a, s, b.T]) | m.linalg.multi_dot([s, s, s, s]) | m.linalg.multi_dot((v, s))
m.linalg.multi_dot([s, v]) | m.linalg.multi_dot([a, b.T, a]) | m.linalg.multi_dot([a, v]) | m.linalg.multi_dot([s.T, v])
m.linalg.multi_dot([v, b.T])
m.einsum('ij,kj->ik', a, b) | m.einsum('ij->ji', a) | m.einsum('ii->i', s) | m.einsum('ijk,j->ik', c, v)
m.einsum('i,i', v, v) | m.einsum('...j,j', c.transpose(1, 2), v) | m.einsum('ij,ij->', a, b) | m.einsum('ii', s)
m.einsum('i,j->ij', v, v) | m.einsum('ij,jk,kl->il', a, s, s)
m.linalg.diagonal(a) | m.linalg.diagonal(s) | m.linalg.diagonal(c) | m.linalg.diagonal(s, offset=1)
m.linalg.diagonal(c, dim1=0, dim2=1) | m.linalg.diagonal(a.T, offset=-1) | m.linalg.diagonal(s * s)
m.linalg.inv(s) | m.linalg.inv(s.T) | m.linalg.inv(s @ s) | m.linalg.inv(m.stack([s, s.T])) | m.linalg.inv(s * 2)
m.linalg.inv(s[:2, :2]) | m.linalg.inv(s[:1, :1]) | m.linalg.inv(s[:0, :0]) | m.linalg.inv(s.exp() + s)
m.linalg.slogdet(s)[1] | m.linalg.slogdet(s.T)[1] | m.linalg.slogdet(-s)[1] | m.linalg.slogdet(m.stack([s, s.T]))[1]
m.linalg.slogdet(s[:2, :2])[1] | m.linalg.slogdet(s @ s)[1] | m.linalg.slogdet(s * 2)[1]
m.linalg.slogdet(s[:1, :1])[1]
m.linalg.tensorinv(s, ind=1) | m.linalg.tensorinv(s.T, ind=1) | m.linalg.tensorinv(s * 2, ind=1)
m.linalg.tensorinv(s.reshape(3, 1, 3), ind=2) | m.linalg.tensorinv(s.reshape(1, 3, 3), ind=2)
m.linalg.matrix_power(s, 2) | m.linalg.matrix_power(s, 3) | m.linalg.matrix_power(s, -1) | m.linalg.matrix_power(s, 0)
m.linalg.norm(a) | m.linalg.norm(s, 'fro') | m.linalg.norm(v, 3) | m.linalg.norm(a, dim=1) | m.linalg.norm(c, 2, 0)
m.linalg.matrix_norm(a) | m.linalg.matrix_norm(s, 'nuc') | m.linalg.matrix_norm(c, 'fro') | m.linalg.matrix_norm(s, 2)
m.linalg.vector_norm(a) | m.linalg.vector_norm(a, 3, 1) | m.linalg.vector_norm(c, 2, (0, 2))
m.linalg.vector_norm(v, 1)
m.linalg.vander(v) | m.linalg.vander(v, N=2) | m.linalg.vander(a, N=4) | m.linalg.vander(a[:, ::2])
m.linalg.vander(v * v)
m.linalg.eigh(s + s.T)[0] | m.linalg.eigh(s @ s.T)[0] | m.linalg.eigh((s + s.T)[:2, :2])[0]
m.linalg.eigh(s @ s.T, 'U')[0]
m.linalg.svd(a, False)[1] | m.linalg.svd(s, False)[1] | m.linalg.svd(a.T, False)[1] | m.linalg.svd(c, False)[1]
m.linalg.lstsq(s, v[:, None])[0] | m.linalg.lstsq(b.T, v[:, None])[0] | m.linalg.lstsq(s.T, s)[0]
m.linalg.tensorsolve(s, v) | m.linalg.tensorsolve(s.T, v) | m.linalg.tensorsolve(s * 2, v * v)"""


@pytest.mark.filterwarnings("ignore:chain_matmul is what older programs call")
@pytest.mark.parametrize("expression", listed("\n".join([JOINED, NUMBERS])))
def test_gradients_to_second_order(expression: str) -> None:
    square = np.array([[2.0, 0.5, -0.3], [0.4, 1.5, 0.2], [-0.6, 0.1, 1.2]])
    shaped = {"a": (2, 3), "b": (2, 3), "c": (2, 3, 4), "v": (3,), "z": ()}
    code = compile(expression, "<expression>", "eval").co_names
    operands: dict[str, Any] = {name: values("float64", *shape) for name, shape in shaped.items() if name in code}
    operands |= {"s": square} if "s" in code else {}
    agree(expression, rtol=1e-8, second=True, **operands)


LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("LayerNorm", (4,), {}, (3, 4)),
    ("LayerNorm", ((3, 4),), {}, (2, 3, 4)),
    ("LayerNorm", (4, 0.1), {}, (2, 3, 4)),
    ("LayerNorm", (4,), {"elementwise_affine": False}, (3, 4)),
    ("LayerNorm", (4,), {"bias": False}, (4,)),
    ("RMSNorm", (4,), {}, (3, 4)),
    ("RMSNorm", ((3, 4),), {}, (2, 3, 4)),
    ("RMSNorm", (4, 0.1), {}, (2, 3, 4)),
    ("RMSNorm", (4,), {"elementwise_affine": False}, (3, 4)),
    ("RMSNorm", (4,), {"eps": 1e-2}, (4,)),
    ("RMSNorm", (1,), {}, (3, 1)),
    ("InstanceNorm3d", (2,), {}, (2, 2, 2, 3, 2)),
    ("InstanceNorm3d", (2,), {"affine": True}, (2, 2, 2, 3, 2)),
    ("GRU", (4, 3), {"bias": False}, (2, 2, 4)),
    ("GRU", (4, 3), {"bidirectional": True}, (2, 4)),
    ("GRU", (4, 3), {"num_layers": 2}, (2, 1, 4)),
    ("GRU", (4, 3), {"batch_first": True}, (2, 3, 4)),
    ("LSTM", (4, 3), {"num_layers": 2}, (2, 1, 4)),
    ("RNN", (4, 3), {"nonlinearity": "relu"}, (2, 2, 4)),
    ("RNN", (4, 3), {"bidirectional": True}, (2, 4)),
    ("RNN", (4, 3), {"num_layers": 2}, (2, 1, 4)),
    ("GRUCell", (4, 3), {}, (4,)),
    ("GRUCell", (4, 3), {"bias": False}, (2, 4)),
    ("LSTMCell", (4, 3), {}, (4,)),
    ("LSTMCell", (4, 3), {"bias": False}, (2, 4)),
    ("RNNCell", (4, 3), {"nonlinearity": "relu"}, (2, 4)),
    ("TransformerEncoderLayer", (4, 2, 6, 0.0), {"norm_first": True}, (3, 2, 4)),
    ("TransformerEncoderLayer", (4, 2, 6, 0.0), {"activation": "gelu"}, (3, 4)),
    ("TransformerEncoderLayer", (4, 1, 6, 0.0), {"bias": False}, (3, 2, 4)),
    ("TransformerEncoderLayer", (4, 4, 6, 0.0), {"layer_norm_eps": 0.1}, (1, 2, 4)),
    ("TransformerEncoderLayer", (4, 2, 6, 0.0), {"batch_first": True}, (2, 3, 4)),
    ("TransformerEncoderLayer", (4, 2, 6, 0.0), {}, (3, 2, 4)),
]


@pytest.mark.parametrize("row", LAYERS, ids=str)
def test_layers_to_second_order(row: tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]) -> None:
    name, settings, named, shape = row
    compare(*twins(name, *settings, **named), RNG.standard_normal(shape))


@pytest.mark.parametrize("index", [[0, 2], [[1, 1], [3, 0]], [[4, 4], [2, 1]], [4]])
@pytest.mark.parametrize("options", [{}, {"padding_idx": 1}, {"scale_grad_by_freq": True}], ids=str)
def test_embeddings(index: Any, options: dict[str, Any]) -> None:
    order = 1 if "scale_grad_by_freq" in options else 2  # PyTorch has no second one
    compare(*twins("Embedding", 5, 2, **options), np.array(index), order=order)
    if np.ndim(index) == 2 and "scale_grad_by_freq" not in options:  # which PyTorch's divides by other counts
        for mode in ("sum", "mean", "max"):
            compare(*twins("EmbeddingBag", 5, 2, mode=mode, **options), np.array(index), order=1)
