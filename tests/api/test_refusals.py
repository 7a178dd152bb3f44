"""What functions of tensors refuse, each in words that say what was wanted."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg

WHOLE = tg.arange(3)
ROW = tg.tensor([1.0, 2.0, 3.0])
MATRIX = tg.ones(2, 3)
CUBE = tg.ones(2, 3, 4)


def quietly(function: Callable[..., Any], *args: Any) -> Any:
    """Call what warns that it is old."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "chain_matmul")
        return function(*args)


Refusal = tuple[Callable[[], Any], type[Exception], str]

EINSUM: list[Refusal] = [
    (lambda: tg.einsum("ij"), ValueError, "wanted an equation and operands, or operands and their subscripts"),
    (lambda: tg.einsum("ij", []), ValueError, "wanted an equation and operands, got 'ij' and none"),
    (lambda: tg.einsum(wrong(3), MATRIX), TypeError, "the equation must be a text such as 'ij,jk->ik', got int 3"),
    (lambda: tg.einsum(MATRIX, wrong("ij")), TypeError, "subscripts must be a list of integers and ..., got str"),
    (lambda: tg.einsum(MATRIX, [0, 52]), ValueError, "a subscript must be 0 to 51, got 52"),
    (lambda: tg.einsum(MATRIX, [0, -1]), ValueError, "a subscript must be 0 to 51, got -1"),
    (lambda: tg.einsum("ij,jk", MATRIX), RuntimeError, "has subscripts for 2 operands, but got 1"),
    (
        lambda: tg.einsum("i", MATRIX),
        RuntimeError,
        "has 1 subscripts for operand 0, which has 2 dimensions; ... stands",
    ),
    (lambda: tg.einsum("ijk...", MATRIX), RuntimeError, "has 3 subscripts for operand 0, which has 2 dimensions"),
    (lambda: tg.einsum("ij->k", MATRIX), RuntimeError, "has 'k' in the result, but not in any operand"),
    (lambda: tg.einsum("ij->jj", MATRIX), RuntimeError, "has 'j' more than once in the result"),
    (lambda: tg.einsum("i1", MATRIX), RuntimeError, "has '1' where a letter is wanted"),
    (lambda: tg.einsum("ii", MATRIX), RuntimeError, "'i' is repeated for operand 0, but of lengths 2 and 3"),
    (lambda: tg.einsum("ij,jk", MATRIX, MATRIX), RuntimeError, "'j' has length 2 in operand 1, but 3 in one before it"),
    (lambda: tg.einsum("...,...", ROW, tg.ones(2)), RuntimeError, "dimension -1 of ... has length 2 in operand 1"),
    (lambda: tg.tensordot(MATRIX, MATRIX, dims=1), RuntimeError, "meet, but aren't equally long"),
    (lambda: tg.tensordot(MATRIX, MATRIX, dims=3), RuntimeError, "dims must be 0 to 2 for shapes (2, 3) and (2, 3)"),
    (lambda: tg.tensordot(MATRIX, MATRIX, dims=-1), RuntimeError, "dims must be 0 to 2"),
    (lambda: tg.tensordot(MATRIX, MATRIX, dims=([0], [0, 1])), RuntimeError, "two lists of dims must be equally long"),
    (lambda: tg.tensordot(MATRIX, MATRIX, dims=wrong([1, 2])), TypeError, "dims must be an integer or two lists"),
]

HISTOGRAMS: list[Refusal] = [
    (lambda: tg.histogram(ROW, 3, weight=tg.ones(2)), RuntimeError, "weight must have the shape of"),
    (lambda: tg.histogram(ROW, 3, weight=tg.ones(3).double()), RuntimeError, "weight must have the type of"),
    (lambda: tg.histogram(ROW, tg.tensor([0.0, 1.0]), range=(0, 1)), TypeError, "range goes with a number of bins"),
    (lambda: tg.histogram(ROW, MATRIX), RuntimeError, "edges of bins must be a vector of type float32"),
    (lambda: tg.histogram(ROW, 3, range=(0.0,)), RuntimeError, "range must have two limits, got 1"),
    (lambda: tg.histogram(ROW, 3, range=(2.0, 1.0)), RuntimeError, "range must go up, got (2.0, 1.0)"),
    (lambda: tg.histogram(ROW, 3, range=(0.0, float("inf"))), RuntimeError, "must be finite, got 0.0 and inf"),
    (lambda: tg.histogram(ROW, 0), RuntimeError, "bins must be above 0, got 0"),
    (lambda: tg.histc(ROW, 3, 2, 1), RuntimeError, "max must not be below min, got min=2 and max=1"),
    (lambda: tg.histc(ROW / 0, 3), RuntimeError, "the limits must be finite"),
    (lambda: tg.bincount(WHOLE, weights=tg.ones(2)), RuntimeError, "weights must be as long as"),
    (lambda: tg.bincount(WHOLE, minlength=-1), RuntimeError, "minlength must not be negative, got -1"),
    (lambda: tg.bincount(WHOLE - 1), RuntimeError, "wanted a vector of whole numbers that aren't negative"),
    (lambda: tg.bucketize(ROW, MATRIX), RuntimeError, "boundaries must be a vector"),
    (lambda: tg.searchsorted(ROW, ROW, side="left", right=True), RuntimeError, "not contradict right, got 'left'"),
    (lambda: tg.searchsorted(tg.tensor(1.0), 1.0), RuntimeError, "sorted_sequence must have a dimension"),
    (lambda: tg.searchsorted(MATRIX, ROW), RuntimeError, "must be a vector, or have the rows of input"),
    (lambda: tg.searchsorted(ROW, 1.0, sorter=tg.tensor([0, 1])), RuntimeError, "sorter must hold int64 in shape (3,)"),
    (lambda: tg.searchsorted(ROW, 1.0, sorter=WHOLE + 1), RuntimeError, "sorter has places outside of 0 to 2"),
]

PLACES: list[Refusal] = [
    (lambda: MATRIX[wrong([[0, 1], [0]]), 0], IndexError, "the lists are ragged"),
    (lambda: ROW[wrong(slice(0, 1.5))], TypeError, "an end of a slice"),
    (lambda: tg.tensor(1.0).index_select(0, tg.tensor([0, 0])), RuntimeError, "a 0-d tensor has one place to select"),
    (lambda: tg.take_along_dim(tg.ones(0), tg.tensor([0]), 0), RuntimeError, "take_along_dim: "),
    (lambda: WHOLE.masked_fill(WHOLE > 0, tg.tensor(0.5)), RuntimeError, "can't be put into"),
    (lambda: ROW.masked_fill(wrong(WHOLE), 1.0), TypeError, "mask must be a bool tensor such as x > 0"),
    (lambda: tg.unique(tg.tensor(1.0), dim=0), IndexError, "has no dimensions"),
    (lambda: tg.unique(tg.ones(2, 0), dim=0), RuntimeError, "along dimension 0 have no values to compare"),
    (lambda: tg.tensor_split(ROW, tg.tensor([1.0])), RuntimeError, "wanted a number or a vector of int64"),
    (lambda: tg.meshgrid(indexing="ij"), RuntimeError, "wanted at least one tensor, got none"),
    (lambda: tg.meshgrid(MATRIX, indexing="ij"), RuntimeError, "wanted vectors and numbers, got"),
    (lambda: tg.meshgrid(ROW, WHOLE, indexing="ij"), RuntimeError, "all tensors must have one dtype"),
    (lambda: tg.meshgrid(ROW, indexing="ji"), RuntimeError, "indexing must be 'ij' or 'xy', got 'ji'"),
    (lambda: tg.ones(4, 4).T.view(tg.float64), RuntimeError, "don't lie side by side"),
    (lambda: tg.ones(4, 4)[:, 1:3].view(tg.float64), RuntimeError, "a first place that are multiples of 2"),
    (lambda: tg.broadcast_shapes((2, 3), (2,)), RuntimeError, "shapes (2, 3) and (2,) don't broadcast"),
    (lambda: tg.combinations(ROW, -1), RuntimeError, "r must not be negative, got -1"),
]

NUMBERS: list[Refusal] = [
    (lambda: tg.nn.functional.celu(ROW, 0), RuntimeError, "alpha divides, and must not be 0, got 0"),
    (lambda: tg.addcdiv(WHOLE, WHOLE, WHOLE + 1), TypeError, "integers aren't divided, got"),
    (lambda: quietly(tg.chain_matmul), RuntimeError, "wanted one matrix or more, got ()"),
    (lambda: quietly(tg.chain_matmul, ROW), RuntimeError, "wanted matrices, got"),
    (lambda: tg.cross(tg.ones(2, 2), tg.ones(2, 2)), RuntimeError, "no dimension has length 3, got"),
    (lambda: tg.bmm(CUBE, tg.ones(3, 4, 2)), RuntimeError, "batches must be equally long"),
    (lambda: tg.baddbmm(CUBE.double(), tg.ones(2, 3, 2), tg.ones(2, 2, 4)), RuntimeError, "baddbmm: "),
    (lambda: tg.addmm(MATRIX.double(), tg.ones(2, 2), MATRIX), RuntimeError, "addmm: "),
    (lambda: tg.matrix_power(MATRIX, 2), RuntimeError, "wanted a square matrix or a batch of them"),
    (lambda: tg.quantile(ROW, tg.tensor(0.5).double()), RuntimeError, "q must have the type of input, float32"),
    (lambda: tg.quantile(ROW, MATRIX), RuntimeError, "q must be a number or a vector"),
    (lambda: tg.cov(ROW, aweights=tg.zeros(3)), RuntimeError, "the weights must not sum up to 0"),
    (lambda: tg.cov(ROW, aweights=-ROW), RuntimeError, "aweights must not be negative"),
    (lambda: tg.cov(ROW, fweights=tg.tensor([1])), RuntimeError, "fweights must have a weight for each of 3"),
    (
        lambda: tg.norm(CUBE, "fro", dim=(0, 1, 2)),
        RuntimeError,
        "is the norm of vectors and matrices, got dim=(0, 1, 2)",
    ),
    (lambda: tg.norm(tg.ones(0), float("inf"), dim=0), RuntimeError, "no values have no norm of order inf"),
    (lambda: tg.norm(tg.ones(2, 0), -1, dim=1), RuntimeError, "no values have no norm of order -1"),
]

REDUCED: list[Refusal] = [
    (lambda: WHOLE.bool().index_reduce(0, WHOLE, WHOLE.bool(), "mean"), TypeError, "bools have no mean"),
    (lambda: ROW.new(WHOLE), TypeError, "wanted a tensor of dtype tinygrad_edu.float32, got"),
]

TYPES: list[Refusal] = [
    (lambda: tg.FloatTensor(2, device="cpu", dtype=tg.int64), TypeError, "FloatTensor"),
    (lambda: tg.set_default_tensor_type(tg.LongTensor), TypeError, "wanted a floating-point type such as FloatTensor"),
    (lambda: tg.set_default_tensor_type("tinygrad_edu.NoTensor"), TypeError, "wanted a floating-point type"),
    (lambda: ROW.type("tinygrad_edu.NoTensor"), ValueError, "got the type 'tinygrad_edu.NoTensor'"),
    (tg.cuda.get_device_name, AssertionError, "cuda.get_device_name: there is no GPU here"),
    (tg.cuda.current_device, AssertionError, "cuda.current_device: there is no GPU here"),
    (tg.cuda.synchronize, AssertionError, "cuda.synchronize: there is no GPU here"),
]


@pytest.mark.parametrize(("call", "error", "words"), [*EINSUM, *HISTOGRAMS, *PLACES, *NUMBERS, *REDUCED, *TYPES])
def test_it_is_refused_in_words(call: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as refused:
        call()
    assert words in str(refused.value)
