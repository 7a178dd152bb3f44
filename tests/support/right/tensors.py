"""Right arguments that one function alone takes. Of functions and methods of tensors."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from support.right.makers import (
    MATRIX,
    PLACES,
    SIZES,
    SQUARE,
    STACK,
    VECTOR,
    constant,
    of_shape,
    saved,
    whole,
)

import tinygrad_edu as tg

OF_SLICES = {"index": whole(1, 0), "source": MATRIX}

OF_TENSORS: dict[str, dict[str, Any]] = {
    "bmm": {"self": STACK, "mat2": STACK},
    "mm": {"self": SQUARE, "mat2": SQUARE},
    "matmul": {"self": SQUARE, "other": SQUARE},
    "mv": {"vec": VECTOR},
    "dot": {"self": VECTOR, "tensor": VECTOR},
    **{each: {"self": VECTOR, "vec2": VECTOR} for each in ("outer", "ger")},
    "vdot": {"self": VECTOR, "other": VECTOR},
    **{each: {"self": SQUARE, "mat1": SQUARE, "mat2": SQUARE} for each in ("addmm", "addmm_")},
    **{each: {"self": of_shape(2), "mat": MATRIX, "vec": VECTOR} for each in ("addmv", "addmv_")},
    **{each: {"vec1": of_shape(2), "vec2": VECTOR} for each in ("addr", "addr_")},
    **{each: {"self": STACK, "batch1": STACK, "batch2": STACK} for each in ("baddbmm", "baddbmm_")},
    **{each: {"self": SQUARE, "batch1": STACK, "batch2": STACK} for each in ("addbmm", "addbmm_")},
    "chain_matmul": {"*": [SQUARE, SQUARE]},
    "einsum": {"*": [constant("ij,jk->ik"), SQUARE, SQUARE]},
    "tensordot": {"a": SQUARE, "b": SQUARE, "dims": constant(1)},
    "cross": {"dim": constant(1)},
    "trace": {"self": SQUARE},
    "diag": {"self": SQUARE},
    **{f"bitwise_{each}": {"self": PLACES, "other": PLACES} for each in ("and", "or", "xor", "not")},
    **{f"bitwise_{each}_": {"self": PLACES, "other": PLACES} for each in ("and", "or", "xor", "not")},
    "gather": {"index": PLACES},
    **{f"scatter{each}": {"index": PLACES, "src": MATRIX} for each in ("", "_")},
    **{f"scatter_add{each}": {"index": PLACES} for each in ("", "_")},
    **{f"scatter_reduce{each}": {"index": PLACES, "reduce": constant("sum")} for each in ("", "_")},
    **{f"index_{each}": OF_SLICES for each in ("add", "add_", "copy", "copy_")},
    **{f"index_fill{each}": {"index": whole(1, 0)} for each in ("", "_")},
    **{
        f"index_reduce{each}": {"index": whole(1, 0), "source": MATRIX, "reduce": constant("prod")}
        for each in ("", "_")
    },
    **{f"index_put{each}": {"indices": lambda: [whole(1, 0)()], "values": MATRIX} for each in ("", "_")},
    **{f"put{each}": {"index": PLACES, "source": MATRIX} for each in ("", "_")},
    **{f"masked_scatter{each}": {"source": MATRIX} for each in ("", "_")},
    "select_scatter": {"src": VECTOR},
    "diagonal_scatter": {"src": of_shape(2)},
    **{f"{each}_indices": {"row": constant(2), "col": constant(3)} for each in ("tril", "triu")},
    "as_strided": {"size": constant((2, 2)), "stride": constant((1, 2))},
    "unfold": {"dimension": constant(1), "size": constant(2), "step": constant(1)},
    "split_with_sizes": {"split_sizes": constant([1, 1])},
    **{each: {"indices_or_sections": constant(1)} for each in ("tensor_split", "hsplit", "vsplit", "dsplit")},
    "dsplit": {"self": STACK, "input": STACK, "indices_or_sections": constant(1)},
    "meshgrid": {"*": [VECTOR, VECTOR]},
    "cartesian_prod": {"*": [VECTOR, VECTOR]},
    "combinations": {"input": VECTOR},
    "broadcast_shapes": {"*": [constant((2, 1)), constant((3,))]},
    "block_diag": {"*": [MATRIX, MATRIX]},
    **{f"atleast_{each}d": {"*": [MATRIX]} for each in (1, 2, 3)},
    **{each: {"*": SIZES} for each in ("resize_", "new")},
    "resize_as_": {"the_template": SQUARE},
    "take": {"index": PLACES},
    "take_along_dim": {"indices": PLACES, "dim": constant(1)},
    "unravel_index": {"indices": PLACES},
    "index_select": {"index": whole(1, 0)},
    "broadcast_to": {"size": constant((4, 2, 3))},
    "unflatten": {"dim": constant(1), "sizes": constant((3, 1))},
    "multinomial": {"self": VECTOR},
    "item": {"self": of_shape()},
    "is_nonzero": {"self": of_shape()},
    "clamp": {"min": constant(0)},
    "clamp_": {"min": constant(0)},
    "clip": {"min": constant(0)},
    "clip_": {"min": constant(0)},
    **{f"clamp_{each}": {each: constant(1)} for each in ("min", "max")},
    **{f"clamp_{each}_": {each: constant(1)} for each in ("min", "max")},
    **{each: {"end": MATRIX, "weight": constant(0.5)} for each in ("lerp", "lerp_")},
    **{
        f"{each}{in_place}": {"self": PLACES, "input": PLACES, "other": PLACES}
        for each in ("bitwise_left_shift", "bitwise_right_shift", "gcd", "lcm")
        for in_place in ("", "_")
    },
    **{each: {"values": MATRIX} for each in ("heaviside", "heaviside_")},
    "isin": {"elements": MATRIX, "test_elements": MATRIX},
    "float_power_": {"self": lambda: tg.ones(2, 3, dtype=tg.float64)},
    "t_": {"self": SQUARE},
    "detach_": {"self": lambda: tg.ones(2, 3)},
    "permute": {"*": [constant(1), constant(0)], "dims": constant((1, 0))},
    "from_numpy": {"ndarray": lambda: np.ones((2, 3))},
    "promote_types": {"type1": constant(tg.int64), "type2": constant(tg.float32)},
    "manual_seed": {"seed": constant(1)},
    "set_state": {"new_state": lambda: tg.Generator().get_state()},
    "dtype": {"name": constant("float32")},
    **{each: {"*": SIZES} for each in ("empty", "ones", "zeros", "rand", "randn", "reshape", "view")},
    **{each: {"*": SIZES} for each in ("new_empty", "new_ones", "new_zeros", "repeat", "tile")},
    "tg.reshape": {"*": []},
    "tg.tile": {"*": []},
    "tg.permute": {"*": []},
    "expand": {"*": [constant(4), constant(2), constant(3)]},
    "arange": {"end": constant(4)},
    "normal": {"size": constant((2, 3))},
    "randint": {"high": constant(4), "size": constant((2, 3))},
    "save": {"f": io.BytesIO},
    "load": {"f": saved},
}
