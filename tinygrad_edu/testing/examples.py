"""The examples of a property test: arguments for a function, drawn from what was stated of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tinygrad_edu import dtypes
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.testing.domains import Domain
from tinygrad_edu.testing.strategies import Elements, arrays, check_elements, check_signature, shapes_together

__all__ = ["Depending", "Input", "Sizes", "arguments_of", "check_input", "depending"]

SIDE = 3  # the largest length of a dimension in most examples
LONGER = 17  # in a few
MEDIUM = 8
SELDOM = 12
SOMETIMES = 5
OFTEN = 3


class Depending(NamedTuple):
    """An argument that depends on the tensors that were drawn; made by `depending`."""

    make: Callable[..., Any]


Input = Elements | Depending


class Sizes(NamedTuple):
    """The shapes that are wanted; see `check_gradients`."""

    signature: str | None
    min_dims: int
    max_dims: int
    min_side: int
    max_side: int | None


def depending(make: Callable[..., Any]) -> Depending:
    """An argument that depends on the tensors that are drawn from domains, such as an axis or a number of groups.

    Args:
        make: It is called with these tensors, and returns the strategy to draw the argument from.

    >>> from hypothesis import strategies as st
    >>> from tinygrad_edu.testing import check_gradients, depending, reals
    >>> axis = depending(lambda x: st.integers(-x.ndim, x.ndim - 1))
    >>> check_gradients(tg.cumsum, reals(), axis, min_dims=1)
    """
    return Depending(make)


def check_input(each: object) -> None:
    """Refuse what states no input."""
    if not isinstance(each, Depending):
        check_elements("check_gradients", each)


def arguments_of(inputs: Sequence[Input], sizes: Sizes) -> st.SearchStrategy[tuple[Any, ...]]:
    """The strategy of all arguments: those of domains together, as their shapes must fit, each other one for itself."""
    domains = [each for each in inputs if isinstance(each, Domain)]
    small, longer = _shapes(len(domains), sizes) if domains else (st.just(()), st.just(()))
    return _arguments(tuple(inputs), small, longer)


def _shapes(count: int, sizes: Sizes) -> tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]:
    """The strategies of the shapes in most examples, and in a few."""
    signature, min_dims, max_dims, min_side, max_side = sizes
    if signature is not None:
        check_signature("check_gradients", signature, count)
    small = shapes_together(count, signature, min_dims, max_dims, min_side, SIDE if max_side is None else max_side)
    if max_side is not None:
        return small, small
    if signature is None and max_dims:
        one = shapes_together(count, None, max(min_dims, 1), max(min_dims, 1), 1, LONGER)
        return small, st.one_of(one, shapes_together(count, None, min_dims, max_dims, min_side, MEDIUM))
    return small, shapes_together(count, signature, min_dims, min(max_dims, max(min_dims, 1)), min_side, MEDIUM)


@st.composite
def _arguments(
    draw: st.DrawFn, inputs: tuple[Input, ...], small: st.SearchStrategy[Any], longer: st.SearchStrategy[Any]
) -> tuple[Any, ...]:
    # All choices stand before the values: so these can be left out, one by one, and the choices stay what they are.
    others = sum(isinstance(each, Domain) for each in inputs) - 1
    again = iter([False, *(draw(_one_in(SOMETIMES)) for _ in range(others))])  # the same tensor as before
    left_out = draw(st.integers(0, others)) if others > 0 and draw(_one_in(OFTEN)) else None
    alone = left_out is not None and draw(st.booleans())  # only this one is differentiated, or all but this one
    shapes = iter(draw(longer if draw(_one_in(SELDOM)) else small))
    drawn: list[Any] = []
    for each in inputs:
        if isinstance(each, Domain):
            shape = next(shapes)
            twin = _twin(each, shape, inputs, drawn)
            if next(again) and twin is not None:
                drawn.append(twin)
                continue
            tensor = Tensor.wrap(draw(arrays(shape, each, dtype=dtypes.float64)))
            drawn.append(tensor.requires_grad_(each.differentiated))
        else:
            drawn.append(None if isinstance(each, Depending) else draw(each))
    tensors = [value for value, each in zip(drawn, inputs, strict=True) if isinstance(each, Domain)]
    drawn = [
        draw(each.make(*tensors)) if isinstance(each, Depending) else value
        for value, each in zip(drawn, inputs, strict=True)
    ]
    floating = [each for each in drawn if isinstance(each, Tensor) and each.is_floating_point()]
    if not any(each.requires_grad for each in floating) and not any(isinstance(each, Domain) for each in inputs):
        for tensor in floating:
            tensor.requires_grad_()
    needing = [each for each in tensors if each.requires_grad]
    if len(needing) > 1 and left_out is not None:
        for number, tensor in enumerate(needing):
            tensor.requires_grad_((number == left_out % len(needing)) == alone)
        if not any(each.requires_grad for each in needing):  # one tensor for all arguments
            needing[0].requires_grad_()
    return tuple(drawn)


def _twin(domain: Domain, shape: tuple[int, ...], inputs: Sequence[Input], drawn: Sequence[Any]) -> Tensor | None:
    """A tensor of the same domain and shape that was drawn before."""
    for value, each in zip(drawn, inputs, strict=False):
        if each == domain and isinstance(value, Tensor) and tuple(value.shape) == tuple(shape):
            return value
    return None


def _one_in(count: int) -> st.SearchStrategy[bool]:
    """True once in `count` times; hypothesis shrinks it to False."""
    return st.sampled_from([*[False] * (count - 1), True])
