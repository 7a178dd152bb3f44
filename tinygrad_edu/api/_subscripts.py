"""How an einsum is written, and the plan of steps that computes it.

Each dimension of an operand has a *label*: a letter, or a negative number for those that an ellipsis stands for,
counted from the right. Values of the result are sums of products over all labels that the result doesn't have.

Each operand is first reduced alone: to the diagonal of a label that it has twice, without lengths of 1 that others
stretch, and summed over the labels that only it has. Then two are contracted at a time, of all pairs the one that makes
memory grow the least, as in D. G. A. Smith and J. Gray, opt_einsum, J. Open Source Software 3(26), 2018. A pair is a
batched product of matrices over the labels *(batch, left, summed)* and *(batch, summed, right)*.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import prod
from typing import NamedTuple

__all__ = ["Alone", "Pair", "Plan", "contraction", "plan"]

Label = str | int
Labels = tuple[Label, ...]
Shape = tuple[int, ...]

_KEPT_PLANS = 256


class Alone(NamedTuple):
    """What is done with one operand before it meets others.

    Attributes:
        diagonals: Pairs of dimensions with the same label: each becomes its diagonal, which is the last dimension then.
        dropped: The shape without lengths of 1 that others stretch.
        dims: The dimensions, of those that are left, to sum over.
    """

    diagonals: tuple[tuple[int, int], ...]
    dropped: Shape
    dims: tuple[int, ...]


class Arranged(NamedTuple):
    """An order of dimensions, and the shape that they then have."""

    order: tuple[int, ...]
    shape: Shape


class Pair(NamedTuple):
    """How two operands are contracted.

    Attributes:
        places: Which of the operands that are left; the result joins them at the end.
        left: How the first is arranged.
        right: How the second is arranged.
        summed: Whether it is a product of matrices, or one of values.
        result: How the product is arranged; its order comes after its shape.
    """

    places: tuple[int, int]
    left: Arranged
    right: Arranged
    summed: bool
    result: Arranged


class Plan(NamedTuple):
    """The steps of an einsum: of each operand alone, of pairs; and of a lone operand, the order of its dimensions."""

    alone: tuple[Alone | None, ...]
    pairs: tuple[Pair, ...]
    order: tuple[int, ...]


@lru_cache(maxsize=_KEPT_PLANS)
def plan(equation: str, shapes: tuple[Shape, ...]) -> Plan:
    """The plan of an einsum of operands of these shapes."""
    terms, output = _read(equation, [len(shape) for shape in shapes])
    sizes = _sizes(terms, shapes)
    lengths = [dict(zip(term, shape, strict=True)) for term, shape in zip(terms, shapes, strict=True)]
    full = [{label for label in own if own[label] == sizes[label]} for own in lengths]  # and not stretched
    alone = []
    for place, own in enumerate(lengths):
        elsewhere = set(output).union(*full[:place], *full[place + 1 :])
        step, terms[place] = _alone(terms[place], own, full[place], elsewhere)
        alone.append(step)
    terms, pairs = _pairs(terms, output, sizes)
    return Plan(tuple(alone), pairs, tuple(terms[0].index(label) for label in output))


@lru_cache(maxsize=_KEPT_PLANS)
def contraction(first: Shape, second: Shape, summed: tuple[tuple[int, ...], tuple[int, ...]]) -> Plan:
    """The plan of a product of two operands, summed over some dimensions of the first and as many of the second."""
    a: list[Label] = [f"a{i}" for i in range(len(first))]
    b: list[Label] = [f"b{i}" for i in range(len(second))]
    for i, j in zip(*summed, strict=True):
        b[j] = a[i]
    output = tuple(
        [label for i, label in enumerate(a) if i not in summed[0]] + [b[j] for j in range(len(b)) if j not in summed[1]]
    )
    _, pairs = _pairs([tuple(a), tuple(b)], output, dict(zip([*a, *b], [*first, *second], strict=True)))
    return Plan((None, None), pairs, ())


def _read(equation: str, ndims: Sequence[int]) -> tuple[list[Labels], Labels]:
    """The labels of each operand's dimensions, and those of the result's."""
    written, arrow, result = equation.replace(" ", "").partition("->")
    parts = written.split(",")
    if len(parts) != len(ndims):
        raise RuntimeError(f"equation {equation!r} has subscripts for {len(parts)} operands, but got {len(ndims)}")
    terms = []
    for place, (part, ndim) in enumerate(zip(parts, ndims, strict=True)):
        before, dots, after = _letters(part, equation)
        hidden = ndim - len(before) - len(after)
        if hidden < 0 or (hidden and not dots):
            raise RuntimeError(
                f"equation {equation!r} has {len(before) + len(after)} subscripts for operand {place}, which has "
                f"{ndim} dimensions{'' if dots else '; ... stands for those that have no letter'}"
            )
        terms.append((*before, *range(-hidden, 0), *after))
    widest = max([sum(isinstance(label, int) for label in term) for term in terms], default=0)
    if not arrow:
        used = [label for term in terms for label in term if isinstance(label, str)]
        return terms, (*range(-widest, 0), *sorted(label for label in set(used) if used.count(label) == 1))
    before, dots, after = _letters(result, equation)
    known = {label for term in terms for label in term}
    for label in before + after:
        if label not in known:
            raise RuntimeError(f"equation {equation!r} has {label!r} in the result, but not in any operand")
        if (before + after).count(label) > 1:
            raise RuntimeError(f"equation {equation!r} has {label!r} more than once in the result")
    return terms, (*before, *(range(-widest, 0) if dots else ()), *after)


def _letters(part: str, equation: str) -> tuple[str, str, str]:
    """The letters before an ellipsis, the ellipsis, the letters after it."""
    before, dots, after = part.partition("...")
    for letter in before + after:
        if not (letter.isascii() and letter.isalpha()):
            raise RuntimeError(
                f"equation {equation!r} has {letter!r} where a letter is wanted; an equation is like 'ij,jk->ik', and "
                "may have one ... for each operand"
            )
    return before, dots, after


def _sizes(terms: Sequence[Labels], shapes: Sequence[Shape]) -> dict[Label, int]:
    """The length that each label stands for: 1 is stretched."""
    sizes: dict[Label, int] = {}
    for place, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
        own: dict[Label, int] = {}
        for label, length in zip(term, shape, strict=True):
            if own.setdefault(label, length) != length:
                raise RuntimeError(
                    f"subscript {label!r} is repeated for operand {place}, but of lengths {own[label]} and {length}"
                )
            known = sizes.get(label, 1)
            if 1 not in (known, length) and known != length:
                name = f"subscript {label!r}" if isinstance(label, str) else f"dimension {label} of ..."
                raise RuntimeError(f"{name} has length {length} in operand {place}, but {known} in one before it")
            sizes[label] = length if known == 1 else known
    return sizes


def _alone(
    term: Labels, lengths: dict[Label, int], full: set[Label], elsewhere: set[Label]
) -> tuple[Alone | None, Labels]:
    """What is done with an operand by itself, and the labels that are left: those `full` and `elsewhere` too."""
    left, diagonals = list(term), []
    while len(set(left)) < len(left):
        label = next(label for label in left if left.count(label) > 1)
        first = left.index(label)
        second = left.index(label, first + 1)
        diagonals.append((first, second))
        left = [*left[:first], *left[first + 1 : second], *left[second + 1 :], label]
    left = [label for label in left if label in full]
    dims = tuple(i for i, label in enumerate(left) if label not in elsewhere)
    if not dims and left == list(term):
        return None, term
    step = Alone(tuple(diagonals), _lengths(left, lengths), dims)
    return step, tuple(label for label in left if label in elsewhere)


def _pairs(terms: Sequence[Labels], output: Labels, sizes: dict[Label, int]) -> tuple[list[Labels], tuple[Pair, ...]]:
    """The contractions that leave one operand, and its labels."""
    terms = list(terms)
    pairs = []
    while len(terms) > 1:
        places = _cheapest(terms, output, sizes)
        first, second = (terms[place] for place in places)
        others = [term for place, term in enumerate(terms) if place not in places]
        kept = {*output, *(label for term in others for label in term)}
        wanted = output if not others else tuple(label for label in dict.fromkeys(first + second) if label in kept)
        pairs.append(_pair(places, first, second, wanted, sizes))
        terms = [*others, wanted]
    return terms, tuple(pairs)


def _cheapest(terms: Sequence[Labels], output: Labels, sizes: dict[Label, int]) -> tuple[int, int]:
    """The pair whose contraction adds the least to what lies in memory."""
    if len(terms) == 2:
        return 0, 1

    def growth(i: int, j: int) -> int:
        kept = {*output, *(label for place, term in enumerate(terms) if place not in (i, j) for label in term)}
        result = kept & {*terms[i], *terms[j]}
        grown, *gone = (prod(_lengths(labels, sizes)) for labels in (result, terms[i], terms[j]))
        return grown - sum(gone)

    return min(((i, j) for j in range(len(terms)) for i in range(j)), key=lambda pair: growth(*pair))


def _pair(places: tuple[int, int], first: Labels, second: Labels, wanted: Labels, sizes: dict[Label, int]) -> Pair:
    """The contraction of two operands to a result whose dimensions have the labels wanted."""
    batch = [label for label in wanted if label in first and label in second]
    left = [label for label in wanted if label in first and label not in second]
    right = [label for label in wanted if label in second and label not in first]
    summed = [label for label in first if label in second and label not in wanted]
    if left and right and wanted.index(right[0]) < wanted.index(left[0]):  # the result's order then needs no other
        places, first, second, left, right = places[::-1], second, first, right, left
    order = (*batch, *left, *right)
    if not summed:  # values are multiplied: each operand has length 1 where only the other has a dimension
        beside, above = (
            Arranged(
                _order(term, [label for label in wanted if label in term]),
                tuple(sizes[label] if label in term else 1 for label in wanted),
            )
            for term in (first, second)
        )
        return Pair(places, beside, above, False, Arranged(tuple(range(len(wanted))), _lengths(wanted, sizes)))
    front = _lengths(batch, sizes)
    rows, columns, inner = (prod(_lengths(labels, sizes)) for labels in (left, right, summed))
    return Pair(
        places,
        Arranged(_order(first, [*batch, *left, *summed]), (*front, rows, inner)),
        Arranged(_order(second, [*batch, *summed, *right]), (*front, inner, columns)),
        True,
        Arranged(_order(order, wanted), _lengths(order, sizes)),
    )


def _order(labels: Labels, wanted: Sequence[Label]) -> tuple[int, ...]:
    return tuple(labels.index(label) for label in wanted)


def _lengths(labels: Iterable[Label], sizes: dict[Label, int]) -> Shape:
    return tuple(sizes[label] for label in labels)
