"""Where the boxes of a graph go: in layers from the operands to the result, with few crossings.

The method is that of Sugiyama: a vertex stands in the layer before the first of its users, lines that pass a layer
get a place in it, and each layer is sorted by where its neighbours stand, there and back a few times.

Source: K. Sugiyama, S. Tagawa and M. Toda, Methods for visual understanding of hierarchical system structures (1981).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Layout", "laid_out"]

ROUNDS = 8  # of sorting, there and back
GAP_ACROSS, GAP_ALONG = 22.0, 34.0  # between boxes, in pixels
LINE = 8.0  # the width that a passing line takes

Key = int | tuple[int, int, int]  # a vertex, or the place where a line from one to another passes a layer


class Layout(NamedTuple):
    """Where everything is, in pixels.

    Attributes:
        centres: The middle of each box.
        lines: For each pair of boxes, the points that the line between them goes through.
        width: Of the whole picture.
        height: Of the whole picture.
    """

    centres: dict[int, tuple[float, float]]
    lines: dict[tuple[int, int], list[tuple[float, float]]]
    width: float
    height: float


def laid_out(operands: Mapping[int, Sequence[int]], sizes: Mapping[int, tuple[float, float]]) -> Layout:
    """Lay a graph out from top to bottom.

    Args:
        operands: For each vertex, those that it was computed from; each stands before those who use it.
        sizes: The width and height of each box.
    """
    layers = _layers(operands)
    rows: list[list[Key]] = [[] for _ in range(max(layers.values()) + 1)]
    for vertex, layer in layers.items():
        rows[layer].append(vertex)
    chains: dict[tuple[int, int], list[Key]] = {}
    above: dict[Key, list[Key]] = {}
    for vertex, sources in operands.items():
        for source in dict.fromkeys(sources):
            passed: list[Key] = [(source, vertex, layer) for layer in range(layers[source] + 1, layers[vertex])]
            for place, layer in zip(passed, range(layers[source] + 1, layers[vertex]), strict=True):
                rows[layer].append(place)
            chains[source, vertex] = chain = [source, *passed, vertex]
            for upper, lower in pairwise(chain):
                above.setdefault(lower, []).append(upper)
    _sort(rows, above)
    return _placed(rows, above, chains, sizes)


def _layers(operands: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """The layer of each vertex: as late as possible, so that what is computed apart stands near its use."""
    to_end = dict.fromkeys(operands, 0)
    for vertex, sources in reversed(list(operands.items())):
        for source in sources:
            to_end[source] = max(to_end[source], to_end[vertex] + 1)
    last = max(to_end.values())
    return {vertex: last - steps for vertex, steps in to_end.items()}


def _sort(rows: list[list[Key]], above: Mapping[Key, Sequence[Key]]) -> None:
    """Sort each row by the middle of its neighbours, downwards and upwards in turn."""
    below: dict[Key, list[Key]] = {}
    for lower, uppers in above.items():
        for upper in uppers:
            below.setdefault(upper, []).append(lower)
    for number in range(ROUNDS):
        neighbours, order = (above, rows[1:]) if number % 2 == 0 else (below, rows[-2::-1])
        for row in order:
            places = {key: place for each in rows for place, key in enumerate(each)}
            row.sort(key=partial(_middle, near=neighbours, places=places))


def _middle(key: Key, near: Mapping[Key, Sequence[Key]], places: Mapping[Key, float]) -> float:
    others = [places[each] for each in near.get(key, ())]
    return sum(others) / len(others) if others else places[key]


def _placed(
    rows: list[list[Key]],
    above: Mapping[Key, Sequence[Key]],
    chains: Mapping[tuple[int, int], Sequence[Key]],
    sizes: Mapping[int, tuple[float, float]],
) -> Layout:
    """Put the sorted rows below each other.

    Each box goes as near as there is room to below the middle of those operands that were computed themselves.
    """
    x: dict[Key, float] = {}
    y: dict[Key, float] = {}
    top = GAP_ACROSS
    for row in rows:
        tall = max((sizes[key][1] for key in row if isinstance(key, int)), default=LINE)
        left = 0.0
        off: list[float] = []
        for key in row:
            wide = sizes[key][0] if isinstance(key, int) else LINE
            trunk = [each for each in above.get(key, ()) if above.get(each)] or above.get(key, ())
            wanted = sum(x[each] for each in trunk) / len(trunk) if trunk else left + wide / 2
            x[key] = max(left + wide / 2, wanted)
            off += [x[key] - wanted] if trunk else []
            y[key] = top + tall / 2
            left = x[key] + wide / 2 + GAP_ACROSS
        shift = sum(off) / len(off) if off else 0.0
        for key in row:
            x[key] -= shift
        top += tall + GAP_ALONG
    _centre_those_without_operands(rows, above, x)
    shift = GAP_ACROSS - min(x[key] - (sizes[key][0] if isinstance(key, int) else LINE) / 2 for key in x)
    centres = {key: (x[key] + shift, y[key]) for key in x if isinstance(key, int)}
    lines = {pair: [(x[key] + shift, y[key]) for key in chain] for pair, chain in chains.items()}
    width = max(centre[0] + sizes[key][0] / 2 for key, centre in centres.items()) + GAP_ACROSS
    width = max([width, *(point[0] + GAP_ACROSS for points in lines.values() for point in points)])
    return Layout(centres, lines, width, top - GAP_ALONG + GAP_ACROSS)


def _centre_those_without_operands(
    rows: list[list[Key]],
    above: Mapping[Key, Sequence[Key]],
    x: dict[Key, float],
) -> None:
    """Move rows of leaves to above the middle of what uses them."""
    for upper, lower in pairwise(rows):
        if any(above.get(key) for key in upper):
            continue
        users = [x[key] for key in lower if any(each in upper for each in above.get(key, ()))]
        if users:
            shift = sum(users) / len(users) - sum(x[key] for key in upper) / len(upper)
            for key in upper:
                x[key] += shift
