"""Which results are views: a table, as PyTorch has it.

A row is a call and a column a memory layout of its operand, in the order of `LAYOUTS` in tests/support/views.py:
the result is the operand itself (s), a view of it (v) or a copy (c), or the call is refused (-).
tests/parity/test_views_parity.py asks PyTorch for the same letters.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from support.views import FORMS, LAYOUTS, sharing

import tinygrad_edu as tg

TABLE = {
    "reshape(-1)": "vvvvcvcvvvvccvccvvvcvcvccc",
    "reshape(1, -1)": "vvvvcvcvvvvccvccvvvcvcvccc",
    "reshape(2, -1)": "v-vvvvv---vcc-vv---cvcvccc",
    "reshape(3, 2)": "v-vvcvc-------cc----vvvvv-",
    "reshape(6, 1)": "v-vvcvc-------cc----vcvcc-",
    "reshape(shape)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "reshape_as": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "view(-1)": "vvvv-v-vvvv--v--vvv-v-v---",
    "view(2, -1)": "v-vvvvv---v---vv----v-v---",
    "view(3, 2)": "v-vv-v--------------vvvvv-",
    "view(shape)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "view_as": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "ravel": "vvcvcccvvvvccvccvvvcvcvccc",
    "flatten": "sssvcvcvvvvccvccvvvcvcvccc",
    "flatten(1)": "---sssssssvccvsss--cssssss",
    "flatten(0, 1)": "---vcvcvvvvvcvccv--cvcvccc",
    "nn.Flatten": "---sssssssvccvsss--cssssss",
    "nn.Identity": "ssssssssssssssssssssssssss",
    "unflatten(0)": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "unflatten(-1)": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "squeeze": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "squeeze(0)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "squeeze(-1)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "unsqueeze(0)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "unsqueeze(-1)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "T": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "t": "vvvvvvvvvv----vvvvv-vvvvvv",
    "transpose": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "swapaxes": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "movedim": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "H": "---vvvvvvv----vvvss-vvvvvv",
    "mT": "---vvvvvvvvvvvvvvssvvvvvvv",
    "mH": "---vvvvvvvvvvvvvvssvvvvvvv",
    "adjoint": "---vvvvvvvvvvvvvvssvvvvvvv",
    "atleast_1d": "sssssssssssssssssvvsssssss",
    "atleast_2d": "vvvssssssssssssssvvsssssss",
    "atleast_3d": "vvvvvvvvvvssssvvvvvsvvvvvv",
    "diagonal": "---vvvvvvvvvvvvvv--vvvvvvv",
    "diagonal(1, -1, 0)": "---vvvvcvcvvvcvvc--vvvvvvv",
    "diag_embed": "ccccccccccccccccc--ccccccc",
    "diagflat": "cccccccccccccccccccccccccc",
    "diagonal_scatter": "---cccccccccccccc--ccccccc",
    "unfold": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "unfold(0)": "v-vvvvv-v-vvv-vv---vvvvvvv",
    "as_strided": "v-vvvvvvv-vvvvvvv-vvvvvvvv",
    "view(dtype)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "rot90": "---cccccccccccccc--ccccccc",
    "rot90(2)": "---cccccccccccccc--ccccccc",
    "rot90(4)": "---cccccccccccccc--ccccccc",
    "fliplr": "---cccccccccccccc--ccccccc",
    "permute": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "flip": "cccccccccccccccccccccccccc",
    "roll": "ccccccccccccccccc--ccccccc",
    "contiguous": "sscscccssssccsccssscscsccc",
    "clone": "cccccccccccccccccccccccccc",
    "detach": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "data": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "to(float32)": "ssssssssssssssssssssssssss",
    "to(copy)": "cccccccccccccccccccccccccc",
    "float": "ssssssssssssssssssssssssss",
    "double": "cccccccccccccccccccccccccc",
    "type_as": "ssssssssssssssssssssssssss",
    "cpu": "ssssssssssssssssssssssssss",
    "requires_grad_": "ssssssssssssssssssssssssss",
    "expand(shape)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "expand(2, shape)": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "expand_as": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "broadcast_to": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "broadcast_tensors": "ssssssssssssssssssssssssss",
    "sum_to_size": "sssssssssssssssssccsssssss",
    "repeat": "cccccccccccccccccccccccccc",
    "tile(1)": "cccccccccccccccccccccccccc",
    "chunk": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "split": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "unbind": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "hsplit": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "vsplit": "---vvvvvvvvvvvvvv--vvvvvvv",
    "tensor_split": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "tensor_split((1,))": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "split_with_sizes": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "select": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "narrow": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "narrow_copy": "ccccccccccccccccc--ccccccc",
    "select_scatter": "ccccccccccccccccc--ccccccc",
    "slice_scatter": "ccccccccccccccccc--ccccccc",
    "take": "cccccccccccccccccccccccccc",
    "put": "cccccccccccccccccccccccccc",
    "index_add": "ccccccccccccccccc--ccccccc",
    "scatter_add": "cccccccccccccccccccccccccc",
    "cartesian_prod": "sss-----------------------",
    "column_stack": "cccccccccccccccccccccccccc",
    "dstack": "cccccccccccccccccccccccccc",
    "block_diag": "cccccccccc----ccccc-cccccc",
    "cat": "ccccccccccccccccc--ccccccc",
    "stack": "cccccccccccccccccccccccccc",
    "hstack": "cccccccccccccccccccccccccc",
    "vstack": "cccccccccccccccccccccccccc",
    "gather": "cccccccccccccccccccccccccc",
    "take_along_dim": "ccccccccccccccccc--ccccccc",
    "index_select": "cccccccccccccccccccccccccc",
    "masked_select": "cccccccccccccccccccccccccc",
    "masked_fill": "cccccccccccccccccccccccccc",
    "where": "cccccccccccccccccccccccccc",
    "tril": "---cccccccccccccc--ccccccc",
    "triu": "---cccccccccccccc--ccccccc",
    "diag": "cccccccccc----ccc---cccccc",
    "sum(())": "cccccccccccccccccccccccccc",
    "sum(0, keepdim)": "cccccccccccccccccccccccccc",
    "amax(0)": "cccccccccccccccccccccccccc",
    "max(0)": "cccccccccccccccccccccccccc",
    "min(-1)": "cccccccccccccccccccccccccc",
    "sort": "cccccccccccccccccccccccccc",
    "topk": "cccccccccccccccccccccccccc",
    "cumsum": "cccccccccccccccccccccccccc",
    "softmax": "cccccccccccccccccccccccccc",
    "+ 0": "cccccccccccccccccccccccccc",
    "* 1": "cccccccccccccccccccccccccc",
    "positive": "ssssssssssssssssssssssssss",
    "** 1": "cccccccccccccccccccccccccc",
    "abs": "cccccccccccccccccccccccccc",
    "clamp": "cccccccccccccccccccccccccc",
    "relu": "cccccccccccccccccccccccccc",
    "round": "cccccccccccccccccccccccccc",
    "maximum": "cccccccccccccccccccccccccc",
    "matmul": "ccc------c----------------",
    "matmul with a vector": "ccccccccccccccccc--ccccccc",
    "linear": "ccccccccccccccccc--ccccccc",
    "dropout(0)": "ssssssssssssssssssssssssss",
    "dropout at rest": "ssssssssssssssssssssssssss",
    "as_tensor": "ssssssssssssssssssssssssss",
    "from_numpy": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "[...]": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "[()]": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "[:]": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "[1:]": "vcvvvvvcvcvvvcvvc--vvvvvvv",
    "[::2]": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "[0]": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "[-1]": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "[..., 0]": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "[:, 0]": "---vvvvvvvvvvvvvv--vvvvvvv",
    "[0, :]": "---vvvvvvvvvvvvvv--vvvvvvv",
    "[None]": "vvvvvvvvvvvvvvvvvvvvvvvvvv",
    "[:, None]": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "[number]": "vvvvvvvvvvvvvvvvv--vvvvvvv",
    "[:, number]": "---vvvvvvvvvvvvvv--vvvvvvv",
    "[True]": "cccccccccccccccccccccccccc",
    "[mask]": "cccccccccccccccccccccccccc",
    "[[0]]": "ccccccccccccccccc--ccccccc",
    "[tensor]": "ccccccccccccccccc--ccccccc",
    "[[0], :]": "---cccccccccccccc--ccccccc",
    "[:, [0]]": "---cccccccccccccc--ccccccc",
    "[0, [0]]": "---cccccccccccccc--ccccccc",
    "[[0], 0]": "---cccccccccccccc--ccccccc",
    "[None, [0]]": "ccccccccccccccccc--ccccccc",
    "[[0], :, [0]]": "----------cccc-----c------",
}


def test_the_table_is_complete() -> None:
    assert list(TABLE) == list(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_what_shares_memory(form: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # .T of a vector
        found = {layout: sharing(tg, make, FORMS[form]) for layout, make in LAYOUTS.items()}
    assert found == dict(zip(LAYOUTS, TABLE[form], strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_can_leave_the_graph_and_a_view_follows_its_base(form: str) -> None:
    """A change of the base reaches a view in values and gradients, and nothing else."""
    for layout, letter in zip(LAYOUTS, TABLE[form], strict=True):
        if letter == "-" or form in ("detach", "data", "as_tensor", "from_numpy", "requires_grad_", "view(dtype)"):
            continue
        weight = tg.tensor(2.0, requires_grad=True)
        x = LAYOUTS[layout](tg).clone()
        whole = x * weight
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                result = FORMS[form](tg, whole)
            except RuntimeError:
                continue  # the clone has another layout
        if not result.numel():
            continue  # no memory that could be shared or not
        before = result.tolist()
        if result is not whole and not np.may_share_memory(result.detach().numpy(), whole.detach().numpy()):
            whole.mul_(5)
            assert result.tolist() == before
            if result.requires_grad:
                assert not result.detach_().requires_grad
        elif result is not whole:
            whole.mul_(5)
            assert np.array_equal(result.detach().numpy(), 5 * np.array(before))
            (g,) = tg.autograd.grad(result.sum(), weight)
            assert g.item() == result.sum().item() / 2
