"""Strategies: tensors of every shape, type and memory layout, for hypothesis to draw.

In the style of `hypothesis.extra.numpy`, whose names and arguments these take where they can. A layout
matters because a rule may be right on an array that lies in memory row by row and wrong on a view:

    contiguous   row by row, as NumPy makes it
    transposed   column by column
    reversed     every dimension runs backwards through memory
    strided      every second place of a larger array, the others filled with NaN

A tensor without dimensions holds an array or a NumPy scalar; both occur.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from types import FunctionType
from typing import Any, TypeGuard

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_edu import dtypes as element_types
from tinygrad_edu._errors import describe, listed
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.testing.domains import Domain, between, reals

__all__ = ["LAYOUTS", "Elements", "Shape", "arrays", "broadcastable_tensors", "dtypes", "shapes", "tensors"]

Shape = tuple[int, ...]
Elements = Domain | st.SearchStrategy[Any]
ElementType = element_types.dtype

_REALS = reals()


def _transposed(array: np.ndarray) -> np.ndarray:
    return array.T.copy().T


def _reversed(array: np.ndarray) -> np.ndarray:
    backwards = (slice(None, None, -1),) * array.ndim
    return array[backwards].copy()[backwards]


def _strided(array: np.ndarray) -> np.ndarray:
    filling = np.nan if array.dtype.kind == "f" else 0
    view = np.full([2 * n for n in array.shape], filling, dtype=array.dtype)[(slice(None, None, 2),) * array.ndim]
    view[...] = array
    return view


LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "contiguous": lambda array: array,
    "transposed": _transposed,
    "reversed": _reversed,
    "strided": _strided,
}


def shapes(*, min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 3) -> st.SearchStrategy[Shape]:
    """A strategy of shapes of few values, from those without dimensions and empty ones on.

    Args:
        min_dims: The smallest number of dimensions.
        max_dims: The largest.
        min_side: The smallest length of a dimension.
        max_side: The largest.
    """
    return hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side)


def dtypes(*, floating: bool | None = None) -> st.SearchStrategy[ElementType]:
    """A strategy of element types, simplest first.

    Args:
        floating: True for those that can have a gradient (float64, float32, float16), False for the
            others (int64, int32, int16, int8, uint8, bool), None for all.
    """
    types = ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")
    found = [getattr(element_types, name) for name in types]
    return st.sampled_from([each for each in found if floating in (None, each.is_floating_point)])


def tensors(
    dtype: ElementType | st.SearchStrategy[ElementType] = element_types.float64,
    shape: Shape | int | st.SearchStrategy[Shape] | None = None,
    *,
    elements: Elements | None = None,
    unique: bool = False,
    requires_grad: bool = False,
    layouts: Sequence[str] | None = None,
) -> st.SearchStrategy[Tensor]:
    """A strategy of tensors.

    Args:
        dtype: The element type, or a strategy of types such as `dtypes`. The default, float64, is that
            in which gradients can be checked.
        shape: The shape, the length of a vector, or a strategy of shapes; by default `shapes`.
        elements: Where the values lie: a `Domain`, or a strategy of numbers. By default `reals` for
            floating types, small whole numbers for integers, both truth values for bool.
        unique: Whether all values of a tensor differ; `distinct` domains imply it.
        requires_grad: Whether the tensors are leaves that collect a gradient.
        layouts: Some of ``"contiguous"``, ``"transposed"``, ``"reversed"``, ``"strided"``; by default all.

    Raises:
        ValueError: If a layout isn't one of these; if integers should require a gradient.
        TypeError: If `dtype` isn't one, or `elements` is neither a domain nor a strategy.

    >>> from hypothesis import given
    >>> from tinygrad_edu.testing import positive, tensors
    >>> @given(tensors(elements=positive()))
    ... def test_exp_undoes_log(x):
    ...     assert x.log().exp().allclose(x)
    >>> test_exp_undoes_log()
    """
    if elements is not None:
        check_elements("tensors", elements)
    chosen = _checked_layouts(layouts)
    if not isinstance(dtype, ElementType | st.SearchStrategy):
        raise TypeError(
            f"tensors: dtype must be an element type such as tinygrad_edu.float64 or a strategy of them, such as "
            f"dtypes(); got {describe(dtype)}"
        )

    @st.composite
    def drawn(draw: st.DrawFn) -> Tensor:
        kind = draw(dtype) if isinstance(dtype, st.SearchStrategy) else dtype
        size = draw(shape) if isinstance(shape, st.SearchStrategy) else draw(shapes()) if shape is None else shape
        if requires_grad and not kind.is_floating_point:
            raise ValueError(f"tensors: a {kind.name} tensor can't require a gradient; use dtypes(floating=True)")
        array = draw(
            arrays(
                size, _usual_elements(kind) if elements is None else elements, dtype=kind, unique=unique, layouts=chosen
            )
        )
        return Tensor.wrap(array, requires_grad=requires_grad)

    return drawn()


def broadcastable_tensors(
    *elements: Elements,
    signature: str | None = None,
    dtype: ElementType = element_types.float64,
    min_dims: int = 0,
    max_dims: int = 2,
    min_side: int = 0,
    max_side: int = 3,
    requires_grad: bool = False,
) -> st.SearchStrategy[tuple[Tensor, ...]]:
    """A strategy of tuples of tensors whose shapes broadcast against each other.

    Args:
        elements: For each tensor, where its values lie: a `Domain`, or a strategy of numbers.
        signature: For operations that aren't elementwise, the dimensions that they act on, such as
            ``"(n,k),(k,m)->(n,m)"`` for matrix products; those before them broadcast. As for
            `hypothesis.extra.numpy.mutually_broadcastable_shapes`, an input that acts on none is ``()``.
        dtype: The element type of all.
        min_dims: The smallest number of dimensions, beside those of `signature`.
        max_dims: The largest.
        min_side: The smallest length of a dimension; empty tensors are of length 0.
        max_side: The largest.
        requires_grad: Whether the tensors are leaves that collect a gradient.

    Raises:
        TypeError: If one of `elements` is neither a domain nor a strategy.
        ValueError: If none is given, or `signature` doesn't speak of as many inputs.

    >>> from hypothesis import given
    >>> from tinygrad_edu.testing import broadcastable_tensors, reals
    >>> @given(broadcastable_tensors(reals(), reals()))
    ... def test_addition_commutes(pair):
    ...     x, y = pair
    ...     assert (x + y).equal(y + x)
    >>> test_addition_commutes()
    """
    for each in elements:
        check_elements("broadcastable_tensors", each)
    if not elements:
        raise ValueError("broadcastable_tensors: wanted a domain for each tensor, got none; reals() is the widest")
    if signature is not None:
        check_signature("broadcastable_tensors", signature, len(elements))
    found = shapes_together(len(elements), signature, min_dims, max_dims, min_side, max_side)

    @st.composite
    def drawn(draw: st.DrawFn) -> tuple[Tensor, ...]:
        return tuple(
            Tensor.wrap(draw(arrays(shape, each, dtype=dtype)), requires_grad=requires_grad)
            for shape, each in zip(draw(found), elements, strict=True)
        )

    return drawn()


def shapes_together(
    count: int, signature: str | None, min_dims: int, max_dims: int, min_side: int, max_side: int
) -> st.SearchStrategy[Sequence[Shape]]:
    """A strategy of shapes that broadcast against each other, or fit a signature; see `broadcastable_tensors`."""
    if signature is None:
        sides = sorted(range(min_side, max_side + 1), key=lambda side: (side != 1, side == 0, side))
        return _broadcasting_shapes(count, min_dims, max_dims, sides)
    return hnp.mutually_broadcastable_shapes(
        signature=_with_output(signature),
        min_dims=min_dims,
        max_dims=max_dims,
        min_side=min_side,
        max_side=max_side,
    ).map(lambda found: found.input_shapes)


@st.composite
def arrays(
    draw: st.DrawFn,
    shape: Shape | int,
    elements: Elements = _REALS,
    *,
    dtype: ElementType = element_types.float64,
    unique: bool = False,
    layouts: Sequence[str] = tuple(LAYOUTS),
) -> Any:
    """Draw what a tensor holds: an array in one of `layouts`, or, without dimensions, also a NumPy scalar."""
    if isinstance(elements, Domain):
        unique = unique or elements.unique
        moods = _moods(elements, dtype, math.prod((*np.ravel(shape),)) if unique else 0)
        numbers = moods[0] if unique else moods[draw(_one_of(range(len(moods))))]
    else:
        numbers = _held(elements, dtype)
    array = draw(_filled(shape, numbers, dtype, unique))
    if array.ndim:
        return LAYOUTS[draw(_one_of(tuple(layouts)))](array)
    return array[()] if draw(st.booleans()) else array


# Before it draws from a strategy for the first time, hypothesis looks it over, which takes longer: so they are kept.
_kept = lru_cache(maxsize=512)


@_kept
def _one_of(choices: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(choices)


@_kept
def _filled(
    shape: Shape | int, numbers: st.SearchStrategy[Any], dtype: ElementType, unique: bool
) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(dtype.numpy, shape, elements=numbers, fill=st.nothing(), unique=unique)


@_kept
def _held(numbers: st.SearchStrategy[Any], dtype: ElementType) -> st.SearchStrategy[Any]:
    """The numbers as a type holds them: 0.1 is not a float32."""
    return numbers.map(lambda number: dtype.numpy.type(number).item())


@_kept
def _moods(domain: Domain, dtype: ElementType, distinct: int) -> Sequence[st.SearchStrategy[Any]]:
    """The moods of a domain, of which a tensor needs so many distinct numbers, as a type holds them."""
    chosen = _in_reach(domain, dtype)
    if distinct > len(chosen.numbers) + len(chosen.far):
        chosen = chosen.with_room(2 * distinct)
    numbers, corners, far = (
        tuple(dtype.numpy.type(number).item() for number in each)
        for each in (chosen.numbers, chosen.corners, chosen.far)
    )
    return replace(chosen, numbers=numbers, corners=corners, far=far).moods()


def _in_reach(domain: Domain, dtype: ElementType) -> Domain:
    """The domain without the far numbers that a type can't tell from infinity or from 0."""
    if not dtype.is_floating_point or dtype is element_types.float64:
        return domain
    limits = np.finfo(dtype.numpy)
    smallest, largest = float(limits.smallest_normal), float(limits.max)
    return replace(domain, far=tuple(each for each in domain.far if not each or smallest <= abs(each) <= largest))


@st.composite
def _broadcasting_shapes(
    draw: st.DrawFn, count: int, min_dims: int, max_dims: int, sides: Sequence[int]
) -> Sequence[Shape]:
    """Draw `count` shapes that broadcast against each other, of lengths from `sides` and 1."""
    common = [draw(st.sampled_from(sides)) for _ in range(draw(st.integers(min_dims, max_dims)))]
    found = []
    for _ in range(count):
        lacking = draw(st.sampled_from([0, 0, *range(len(common) - min_dims + 1)])) if count > 1 else 0
        shape = common[lacking:]
        if count > 1 and draw(st.booleans()):
            shape = [1 if draw(st.booleans()) else side for side in shape]
        found.append(tuple(shape))
    return found


def check_signature(operation: str, signature: str, count: int) -> None:
    """Refuse a signature that doesn't speak of `count` inputs."""
    found = signature.split("->")[0].count("(")
    if found != count:
        raise ValueError(
            f"{operation}: signature {signature!r} speaks of {found} inputs, but there are {count}; one that acts on "
            "no dimension of its own is ()"
        )


def _with_output(signature: str) -> str:
    return signature if "->" in signature else f"{signature}->()"


def makes_domains(value: object) -> TypeGuard[FunctionType]:
    """Whether this is a function such as `reals`, of which a domain was wanted."""
    return isinstance(value, FunctionType) and value.__module__ == Domain.__module__


def check_elements(operation: str, elements: object) -> None:
    if not isinstance(elements, Domain | st.SearchStrategy):
        called = f"; call it: {elements.__name__}()" if makes_domains(elements) else ""
        raise TypeError(
            f"{operation}: what is drawn must be stated as a domain, such as reals() or between(0, 1), or as a "
            f"hypothesis strategy; got {describe(elements)}{called}"
        )


def _checked_layouts(layouts: Sequence[str] | None) -> Sequence[str]:
    chosen = tuple(LAYOUTS) if layouts is None else (layouts,) if isinstance(layouts, str) else tuple(layouts)
    unknown = [name for name in chosen if name not in LAYOUTS]
    if unknown or not chosen:
        raise ValueError(f"tensors: layouts must be some of {listed(LAYOUTS)}; got {listed(unknown) or 'none'}")
    return chosen


def _usual_elements(dtype: ElementType) -> Elements:
    if dtype.is_floating_point:
        return _REALS
    if dtype is element_types.bool:
        return st.booleans()
    return between(-5 if dtype.is_signed else 0, 5, step=1)
