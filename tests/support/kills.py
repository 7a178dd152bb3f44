"""Kill programs while they write a file, again and again: the file must be whole each time.

A program writes arrays full of 1, of 2, of 3 … to one file, and tells of each that is done. It is killed at a moment
drawn at random; then the file must hold the last array that it told of, or the one after that, whole. How often, by
hand (the suite does it a few times):

    python -m tests.support.kills 300
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.datasets import read_idx, write_idx

__all__ = ["IDX", "READERS", "SAVE", "WRITERS", "kill_writers"]

SIZE = 100_000
SAME_PACKAGE = {**os.environ, "PYTHONPATH": str(Path(tg.__file__).parents[1])}
SAVE, IDX, GZIPPED = "save", "write_idx", "write_idx.gz"

WRITERS: dict[str, Callable[[str, np.ndarray], None]] = {
    SAVE: lambda path, array: tg.save({"values": tg.from_numpy(array)}, path),
    IDX: write_idx,
    GZIPPED: write_idx,
}
READERS: dict[str, Callable[[str], np.ndarray]] = {
    SAVE: lambda path: tg.load(path)["values"].numpy(),
    IDX: read_idx,
    GZIPPED: read_idx,
}


def kill_writers(kind: str, folder: Path, times: int, seed: int = 0) -> dict[str, int]:
    """Start a writer and kill it, `times` times; say how often it was in the middle of writing."""
    rng = random.Random(seed)
    path = folder / f"file{Path(kind).suffix}"
    WRITERS[kind](str(path), np.zeros(SIZE, np.int32))
    interrupted = 0
    for _ in range(times):
        start = int(READERS[kind](str(path))[0]) + 1
        with subprocess.Popen(
            [sys.executable, __file__, kind, str(path), str(start)], stdout=subprocess.PIPE, text=True, env=SAME_PACKAGE
        ) as writer:
            assert writer.stdout is not None
            told = [writer.stdout.readline()]
            time.sleep(rng.random() * 0.02)
            writer.kill()
            told += writer.stdout.readlines()
        last = max(int(line) for line in told if line.endswith("\n"))
        found = READERS[kind](str(path))
        assert found.shape == (SIZE,)
        assert found[0] in (last, last + 1), f"{kind}: {last} was written, {found[0]} is there"
        assert (found == found[0]).all(), f"{kind}: the file is a mixture"
        left = [each for each in folder.iterdir() if each != path]
        assert len(left) <= 1, f"{kind}: {left} were left by earlier writers, and not cleaned up"
        interrupted += len(left)
    WRITERS[kind](str(path), np.zeros(SIZE, np.int32))
    assert list(folder.iterdir()) == [path]
    return {"killed": times, "while writing": interrupted}


def _write_for_ever(kind: str, path: str, start: int) -> None:
    while True:
        WRITERS[kind](path, np.full(SIZE, start, np.int32))
        print(start, flush=True)
        start += 1


def main(arguments: list[str]) -> Any:
    """Be the writer that is killed; or kill such writers as often as the argument says."""
    if len(arguments) == 3:
        _write_for_ever(arguments[0], arguments[1], int(arguments[2]))
    for kind in WRITERS:
        with tempfile.TemporaryDirectory() as folder:
            print(kind, kill_writers(kind, Path(folder), int(arguments[0])), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
