"""Files with damage of every kind: flipped bits, cuts, holes, pieces of another file.

Whatever is done to a file, reading it gives what was written, or the one error that its reader promises. By hand, so
many times for each kind of file:

    python -m tests.support.damage 20000
"""

from __future__ import annotations

import gzip
import io
import random
import sys
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.datasets.idx import parse_idx, unpacked

__all__ = ["KINDS", "damaged", "judge"]


def saved(obj: object) -> bytes:
    file = io.BytesIO()
    tg.save(obj, file)
    return file.getvalue()


def checkpoint(seed: int) -> Any:
    """An object with all that `save` knows, and tensors that share memory."""
    rng = np.random.default_rng(seed)
    weight = nn.Parameter(tg.from_numpy(rng.normal(size=(3, 4)).astype(np.float32)))
    return {
        "model": OrderedDict(weight=weight, tied=weight, row=weight.detach()[1], column=weight.detach()[:, 2]),
        "epoch": int(rng.integers(1000)),
        "big": 1 << 20_000 | seed,
        "loss": float(rng.normal()),
        "mask": tg.from_numpy(rng.random(9) > 0.5),
        "stretched": tg.from_numpy(rng.normal(size=(2, 1))).expand(2, 3),
        "name": f"run {seed}",
        ("a", 1): [None, True, tg.Size([2, 3]), tg.float16, bytes(range(seed, seed + 9)), rng.normal(size=3)],
    }


def same(mine: Any, theirs: Any) -> bool:
    """Whether two objects are equal, with all their types."""
    if type(mine) is not type(theirs):
        return False
    if isinstance(mine, tg.Tensor):
        return mine.requires_grad == theirs.requires_grad and same(mine.detach().numpy(), theirs.detach().numpy())
    if isinstance(mine, np.ndarray):
        return mine.dtype == theirs.dtype and mine.shape == theirs.shape and mine.tobytes() == theirs.tobytes()
    if isinstance(mine, dict):
        return list(mine) == list(theirs) and all(same(mine[key], theirs[key]) for key in mine)
    if isinstance(mine, (list, tuple)):
        return len(mine) == len(theirs) and all(map(same, mine, theirs))
    return bool(mine == theirs)


def damaged(content: bytes, other: bytes, rng: random.Random) -> bytes:
    """`content` with some damage; `other` is another file, to take pieces of."""
    start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    if rng.random() < 0.7:
        end = min(end, start + rng.choice([1, 2, 4, 30]))
    piece = content[start:end]
    into = rng.randrange(len(content) + 1)
    kinds: Sequence[Callable[[], bytes]] = (
        lambda: flipped(content, rng, 1),
        lambda: flipped(content, rng, 1),
        lambda: flipped(content, rng, rng.randrange(2, 20)),
        lambda: content[:start],
        lambda: content[start:],
        lambda: content[:start] + content[end:],
        lambda: content[:into] + piece + content[into:],
        lambda: content[:start] + bytes(end - start) + content[end:],
        lambda: content[:start] + b"\xff" * (end - start) + content[end:],
        lambda: content[:start] + rng.randbytes(end - start) + content[end:],
        lambda: content[:start] + other[start:],
        lambda: content[:start] + other[start:end] + content[end:],
        lambda: content[:start] + other[into:],
        lambda: content + other,
        lambda: content + rng.randbytes(rng.randrange(1, 100)),
        lambda: rng.randbytes(rng.randrange(1, 100)) + content,
    )
    return rng.choice(kinds)()


def flipped(content: bytes, rng: random.Random, bits: int) -> bytes:
    """`content` with some of its bits the other way round."""
    changed = bytearray(content)
    for _ in range(bits):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


class Kind:
    """A kind of file: two of them, how one is read, and the error that reading may end in."""

    def __init__(self, objects: Sequence[Any], write: Any, read: Any, error: type[Exception], words: str) -> None:
        self.objects = objects
        self.contents = [write(obj) for obj in objects]
        self.read = read
        self.error = error
        self.words = words


def idx_bytes(array: np.ndarray) -> bytes:
    """`array`, of two dimensions and single bytes, as an IDX file."""
    return b"\0\0\x08\2" + np.array(array.shape, ">u4").tobytes() + array.tobytes()


IMAGES = [np.random.default_rng(seed).integers(0, 256, (7, 5), np.uint8) for seed in (0, 1)]
KINDS = {
    "save": Kind([checkpoint(1), checkpoint(2)], saved, lambda b: tg.load(io.BytesIO(b)), RuntimeError, "load: "),
    "gzipped IDX": Kind(
        IMAGES,
        lambda array: gzip.compress(idx_bytes(array), mtime=0),
        lambda content: parse_idx(unpacked(content, "file"), "file"),
        ValueError,
        "file: ",
    ),
}


def judge(kind: Kind, rng: random.Random) -> str:
    """Read a damaged file: "refused" or "unharmed"; anything else is an error."""
    number = rng.randrange(2)
    content = damaged(kind.contents[number], kind.contents[1 - number], rng)
    try:
        found = kind.read(content)
    except kind.error as error:
        words = str(error)
    else:
        assert any(same(found, each) for each in kind.objects), f"this was read: {found}"
        return "unharmed"
    assert words.startswith(kind.words), words
    return "refused"


def main(arguments: list[str]) -> None:
    """Damage files as often as the argument says, and count what became of them."""
    for name, kind in KINDS.items():
        rng = random.Random(0)
        print(name, dict(Counter(judge(kind, rng) for _ in range(int(arguments[0])))))


if __name__ == "__main__":
    main(sys.argv[1:])
