"""einsum and tensordot against NumPy's, and their gradients against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.arrays import arrays

import tinygrad_edu as tg
from tinygrad_edu.api._subscripts import plan
from tinygrad_edu.autograd import gradcheck, gradgradcheck

SIZES = dict(zip("abcde", (2, 3, 1, 2, 0), strict=True))


@st.composite
def contractions(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """An equation with its operands: letters repeat, lengths of 1 are stretched, an ellipsis stands for up to two."""
    terms = draw(st.lists(st.text("abcde", max_size=3), min_size=1, max_size=4))
    dots = [draw(st.sampled_from(["", "", "..."])) for _ in terms]
    front = [draw(st.sampled_from([(), (2,), (1,), (3, 2)])) if each else () for each in dots]
    letters = draw(st.permutations(sorted(set("".join(terms)))))
    result = letters[: draw(st.integers(0, 3))]
    hidden = "..." if any(dots) else ""  # NumPy wants it in the result
    written = ",".join(dot + term for dot, term in zip(dots, terms, strict=True))
    operands = []
    for term, shape in zip(terms, front, strict=True):
        stretched = {letter: 1 if draw(st.integers(0, 5)) == 0 else SIZES[letter] for letter in term}
        operands.append(draw(arrays((*shape, *(stretched[letter] for letter in term)))))
    return written + draw(st.sampled_from(["", "->" + hidden + "".join(result)])), operands


@given(contractions())
def test_einsum_is_numpy_s(call: tuple[str, list[Any]]) -> None:
    equation, operands = call
    try:
        expected = np.einsum(equation, *operands)
    except ValueError:  # the ellipses don't broadcast, or a diagonal is of lengths that differ
        with pytest.raises(RuntimeError, match="einsum: "):
            tg.einsum(equation, *map(tg.tensor, operands))
        return
    result = tg.einsum(equation, *map(tg.tensor, operands))
    assert result.shape == expected.shape
    np.testing.assert_allclose(result.numpy(), expected, rtol=1e-12, atol=1e-12)


EQUATIONS = [
    ("ij,jk->ki", (2, 3), (3, 2)),
    ("bhid,bhjd->bhij", (1, 2, 2, 3), (1, 2, 3, 3)),
    ("iij->ji", (2, 2, 3)),
    ("ijij->", (2, 3, 2, 3)),
    ("i,j,k->kji", (2,), (3,), (2,)),
    ("...ij,...jk", (2, 1, 2), (2, 2)),
    ("bn,anm,bm->ba", (2, 3), (2, 3, 2), (2, 2)),
    ("ij,jj->i", (2, 1), (3, 3)),
    ("ij->", (2, 3)),
]


@pytest.mark.parametrize(("equation", "shapes"), [(each, shapes) for each, *shapes in EQUATIONS])
def test_the_gradients_of_einsum_are_those_of_differences(equation: str, shapes: list[tuple[int, ...]]) -> None:
    tg.manual_seed(0)
    operands = [tg.randn(*shape, dtype=tg.float64, requires_grad=True) for shape in shapes]
    assert gradcheck(lambda *x: tg.einsum(equation, *x), operands)
    assert gradgradcheck(lambda *x: tg.einsum(equation, *x), operands)


def test_a_tensor_with_itself_has_the_gradient_of_the_square() -> None:
    x = tg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    tg.einsum("ij,ij->", x, x).backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[2.0, 4.0], [6.0, 8.0]]


def test_operands_are_multiplied_in_an_order_that_keeps_memory_small() -> None:
    """From left to right, the first product would hold ten million values."""
    steps = plan("ab,cd,bc->ad", ((100, 1000), (1000, 100), (1000, 1000)))
    assert [pair.places for pair in steps.pairs] == [(0, 2), (1, 0)]
    largest = max(np.prod(pair.result.shape, dtype=int) for pair in steps.pairs)
    assert largest == 100_000


@pytest.mark.parametrize(
    ("dims", "expected"), [(0, (2, 3, 3, 2)), (1, (2, 2)), (([0], [1]), (3, 3)), (([1, 0], [0, 1]), ())]
)
def test_tensordot_is_numpy_s(dims: Any, expected: tuple[int, ...]) -> None:
    x, y = np.arange(6.0).reshape(2, 3), np.cos(np.arange(6.0)).reshape(3, 2)
    result = tg.tensordot(tg.tensor(x), tg.tensor(y), dims)
    assert result.shape == expected
    np.testing.assert_allclose(result.numpy(), np.tensordot(x, y, dims), rtol=1e-12)
    operands = [tg.tensor(each, requires_grad=True) for each in (x, y)]
    assert gradcheck(lambda a, b: tg.tensordot(a, b, dims), operands)


def test_a_diagonal_that_is_changed_changes_the_operand_and_its_gradient() -> None:
    x = tg.ones(3, 3, requires_grad=True)
    y = x * 2
    tg.einsum("ii->i", y).mul_(5)
    y.sum().backward()
    assert x.grad is not None
    assert y.tolist() == [[10.0, 2.0, 2.0], [2.0, 10.0, 2.0], [2.0, 2.0, 10.0]]
    assert x.grad.tolist() == y.tolist()
