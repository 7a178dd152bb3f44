"""Checkpoints as bytes, whole ones and such as no `save` writes, and the error that refuses them."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import tinygrad_edu as tg

__all__ = ["LEAF", "PLACE", "REFUSED", "STORED", "TWO", "archive", "in_little_memory", "npy", "refused", "zipped"]


REFUSED = r"^load: the file is damaged, cut off, or wasn't written by tinygrad_edu\.save; "
STORED = zipfile.ZIP_STORED


def npy(descr: str, shape: str, values: bytes = b"", by_columns: bool = False, version: bytes = b"\1\0") -> bytes:
    """A member that says what it likes of itself."""
    header = f"{{'descr': {descr}, 'fortran_order': {by_columns}, 'shape': {shape}, }}\n".encode("latin1")
    return b"\x93NUMPY" + version + len(header).to_bytes(2 if version == b"\1\0" else 4, "little") + header + values


def archive(
    obj: Any,
    *members: bytes,
    tensors: Any = (),
    arrays: Any = None,
    form: str = "tinygrad_edu 2",
    compression: int = STORED,
) -> bytes:
    """The bytes of a checkpoint, or of what looks like one."""
    structure = {"format": form, "object": obj, "tensors": tensors}
    if arrays is not None or form != "tinygrad_edu 1":
        structure["arrays"] = [{"member": number} for number in range(len(members))] if arrays is None else arrays
    return zipped(json.dumps(structure), *members, compression=compression)


def zipped(structure: str | bytes, *members: bytes, compression: int = STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as made:
        made.writestr("structure.json", structure)
        for number, member in enumerate(members):
            made.writestr(f"{number}.npy", member)
    return file.getvalue()


@contextmanager
def in_little_memory(most: int = 3_000_000) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def refused(content: bytes, words: str = "") -> None:
    with in_little_memory(), pytest.raises(RuntimeError, match=REFUSED + ".*" + words):
        tg.load(io.BytesIO(content))


TWO = npy("'<f4'", "(2,)", bytes(8))
LEAF = {"array": 0, "parameter": False, "requires_grad": False}
PLACE = {"member": 0, "dtype": "<f4", "shape": [2], "strides": [4], "start": 0}
