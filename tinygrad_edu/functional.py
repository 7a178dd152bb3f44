"""PyTorch's path of some functions that are `tinygrad_edu`'s own: ``torch.functional.einsum`` is ``torch.einsum``.

Source: https://docs.pytorch.org/docs/stable/torch.html
"""

from tinygrad_edu.api.contractions import einsum, tensordot
from tinygrad_edu.api.diagonals import block_diag
from tinygrad_edu.api.distinct import unique, unique_consecutive
from tinygrad_edu.api.joining import cartesian_prod
from tinygrad_edu.api.norms import cdist, norm
from tinygrad_edu.api.picking import unravel_index
from tinygrad_edu.api.products import chain_matmul
from tinygrad_edu.api.ranges import meshgrid
from tinygrad_edu.api.shape import atleast_1d, atleast_2d, atleast_3d
from tinygrad_edu.api.splitting import split
from tinygrad_edu.api.stretching import broadcast_shapes, broadcast_tensors

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "block_diag",
    "broadcast_shapes",
    "broadcast_tensors",
    "cartesian_prod",
    "cdist",
    "chain_matmul",
    "einsum",
    "meshgrid",
    "norm",
    "split",
    "tensordot",
    "unique",
    "unique_consecutive",
    "unravel_index",
]
