"""The boxes that a graph is shown as: one for an operation with its leaves, or for many operations that are folded.

Folded are modules, whose operations are known by the parameters that they use, and blocks that are repeated one after
the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tinygrad_edu.autograd.nodes import PrimitiveNode
from tinygrad_edu.inspection._recorded import Recorded, Vertex

__all__ = ["Box", "boxes_of", "folded"]

REPEATS = 3  # that are worth folding
PERIOD = 12  # the longest block that is looked for


class Box(NamedTuple):
    """What is shown as one.

    Attributes:
        name: The variable that holds the result; "" if none does.
        title: The operation with the leaves that it uses; or what is folded.
        shape: Of the result; None if it isn't known.
        vertex: The operation or leaf; None if several are folded.
        operands: The numbers of the boxes that it was computed from.
    """

    name: str
    title: str
    shape: tuple[int, ...] | None
    vertex: Vertex | None
    operands: tuple[int, ...]


Boxes = dict[int, Box]


def boxes_of(graph: Recorded, leaves: bool) -> Boxes:
    """A box for each operation, by its vertex's number, each after its operands; and for leaves, or in their users."""
    boxes = {}
    for vertex in graph.vertices:
        if not vertex.operation and not leaves and vertex is not graph.result:
            continue
        inline = [] if leaves else [each.title for _, each in vertex.operands if not each.operation]
        operands = tuple(dict.fromkeys(each.number for _, each in vertex.operands if leaves or each.operation))
        title = vertex.operation + (f"({', '.join(inline)})" if inline else "")
        boxes[vertex.number] = Box(vertex.name, title or "leaf", vertex.shape, vertex, operands)
    return boxes


def folded(boxes: Boxes) -> Boxes:
    """The boxes with modules folded, and then blocks that are repeated."""
    return _without_repeats(_modules_folded(boxes))


# Modules


def module_of(parameter: str) -> str:
    """The module to fold that a parameter belongs to: up to the first number in its path, or else the first part."""
    numbered = re.match(r"(?:[A-Za-z_]\w*\.)*?\d+(?=\.)", parameter)
    return numbered[0] if numbered else parameter.partition(".")[0] if "." in parameter else ""


def _modules_folded(boxes: Boxes) -> Boxes:
    groups: dict[str, set[int]] = {}
    for number, box in boxes.items():
        names = [each.name for _, each in box.vertex.operands if not each.operation] if box.vertex else []
        modules = {module_of(name) for name in names if name} - {""}
        if len(modules) == 1:
            groups.setdefault(modules.pop(), set()).add(number)
    before, after = _reached(boxes, downwards=False), _reached(boxes, downwards=True)
    taken = set().union(*groups.values())
    for name, members in groups.items():
        group = sum(1 << number for number in members)
        between = {each for each in boxes.keys() - taken if before[each] & group and after[each] & group}
        inside = members | between
        inside |= {each for each in boxes.keys() - taken if _only_moves(boxes[each]) and _users(boxes, each) <= inside}
        if len(inside) > 1 and not _is_interrupted(boxes.keys() - inside, before, after, inside):
            taken |= inside
            boxes = _merged(boxes, inside, f"{name}: {len(inside)} operations")
            before, after = _reached(boxes, downwards=False), _reached(boxes, downwards=True)
    return boxes


def _only_moves(box: Box) -> bool:
    """Whether an operation computes nothing, as a view: it is counted to the module that alone uses it."""
    node = box.vertex.edge if box.vertex is not None else None
    return bool(box.operands) and isinstance(node, PrimitiveNode) and node.plan.primitive.view


def _users(boxes: Boxes, number: int) -> set[int]:
    return {each for each, box in boxes.items() if number in box.operands}


def _is_interrupted(
    others: Iterable[int], before: Mapping[int, int], after: Mapping[int, int], group: set[int]
) -> bool:
    """Whether something else lies between two of the group: to fold it would make a circle."""
    bits = sum(1 << number for number in group)
    return any(before[each] & bits and after[each] & bits for each in others)


def _reached(boxes: Boxes, downwards: bool) -> dict[int, int]:
    """For each box the set, as bits, of all that it was computed from, or of all that was computed from it."""
    found = dict.fromkeys(boxes, 0)
    if downwards:
        for number in reversed(boxes):
            for operand in boxes[number].operands:
                found[operand] |= found[number] | 1 << number
    else:
        for number, box in boxes.items():
            for operand in box.operands:
                found[number] |= found[operand] | 1 << operand
    return found


def _merged(boxes: Boxes, inside: set[int], title: str) -> Boxes:
    """The boxes with some of them as one, which stands where the last of them stood."""
    last = max(inside)
    outside = [operand for number in sorted(inside) for operand in boxes[number].operands if operand not in inside]
    one = Box(boxes[last].name, title, boxes[last].shape, None, tuple(dict.fromkeys(outside)))
    merged: Boxes = {}
    for number, box in boxes.items():
        if number == last:
            merged[number] = one
        elif number not in inside:
            operands = tuple(dict.fromkeys(last if each in inside else each for each in box.operands))
            merged[number] = box._replace(operands=operands)
    return _in_order(merged)


def _in_order(boxes: Boxes) -> Boxes:
    """The boxes, each after its operands."""
    ordered: Boxes = {}
    waiting = list(boxes)
    while waiting:
        ready = [number for number in waiting if all(each in ordered for each in boxes[number].operands)]
        ordered |= {number: boxes[number] for number in ready}
        waiting = [number for number in waiting if number not in ordered]
    return ordered


# Repeated blocks


def _without_repeats(boxes: Boxes) -> Boxes:
    for chain in _chains(boxes):
        start, period, count = _repetition([_kind(boxes[number]) for number in chain])
        if count >= REPEATS:
            inside = chain[start + period : start + period * count]
            block = " → ".join(re.sub(r"\(.*", "", boxes[number].title) for number in chain[start : start + period])
            boxes = _merged(boxes, set(inside), f"{count - 1} x more: {block}")
    return boxes


def _kind(box: Box) -> tuple[object, ...]:
    leaves = [each.shape for _, each in box.vertex.operands if not each.operation] if box.vertex else []
    return re.sub(r"[\d(].*", "", box.title), box.shape, *leaves


def _chains(boxes: Boxes) -> list[list[int]]:
    """The longest rows of boxes of which each is the only operand of the next, which alone uses it."""
    users: dict[int, list[int]] = {}
    for number, box in boxes.items():
        for operand in box.operands:
            users.setdefault(operand, []).append(number)

    def next_of(number: int) -> int | None:
        using = users.get(number, [])
        return using[0] if len(using) == 1 and len(boxes[using[0]].operands) == 1 else None

    followers = {next_of(number) for number in boxes}
    chains = []
    for number in boxes:
        if number not in followers:
            chain, following = [number], next_of(number)
            while following is not None:
                chain.append(following)
                following = next_of(following)
            chains.append(chain)
    return chains


def _repetition(kinds: Sequence[object]) -> tuple[int, int, int]:
    """Where the longest repetition begins, how long its block is, and how often that comes."""
    best = (0, 1, 1)
    for period in range(1, min(PERIOD, len(kinds) // REPEATS) + 1):
        start = 0
        while start + period * REPEATS <= len(kinds):
            count = 1
            while kinds[start + period * count :][:period] == kinds[start:][:period]:
                count += 1
            if count >= REPEATS and count * period > best[1] * best[2]:
                best = (start, period, count)
            start += period * count if count >= REPEATS else 1
    return best
