"""IDX files: the format in which MNIST is published, one array a file.

A file is a header and then the elements, rows first::

    byte 0, 1    0, 0
    byte 2       what the elements are: 0x08 unsigned byte, 0x09 signed byte, 0x0B 16-bit integer,
                 0x0C 32-bit integer, 0x0D 32-bit float, 0x0E 64-bit float
    byte 3       how many dimensions follow
    4 bytes each the size of every dimension, an unsigned integer

Everything longer than a byte is big-endian: its most significant byte stands first. The first four
bytes together are called the magic number: 0x00000803 opens a stack of images (three dimensions of
unsigned bytes), 0x00000801 a list of labels.

Source: http://yann.lecun.com/exdb/mnist/ ("The IDX file format")
"""

from __future__ import annotations

import contextlib
import gzip
import io
import math
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._files import irregular, replacing

__all__ = ["read_idx", "write_idx"]

_ELEMENT_TYPES: Final[dict[int, np.dtype[Any]]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
_CODES: Final = {element_type.newbyteorder("="): code for code, element_type in _ELEMENT_TYPES.items()}
_GZIP_OPENING: Final = b"\x1f\x8b"
_MOST_DIMENSIONS: Final = 64  # NumPy's own limit
_MOST_UNPACKED: Final = 1032  # bytes out of each byte of gzip data: its shortest code, 2 bits, stands for 258 bytes
_PIECE: Final = 1 << 20  # bytes unpacked at a time


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """The array that the IDX file at `path` holds, gzipped or not.

    Args:
        path: The file. Whether it is gzipped is seen from its first bytes, not from its name.

    Returns:
        A new array, in the machine's own byte order.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is no IDX file, or no regular file, or has too few or too many bytes.

    >>> import tempfile
    >>> from tinygrad_edu.datasets import read_idx, write_idx
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_idx(f"{folder}/labels.gz", np.array([7, 2, 1], np.uint8))
    ...     read_idx(f"{folder}/labels.gz")
    array([7, 2, 1], dtype=uint8)
    """
    path = Path(path)
    if kind := irregular(path):
        raise ValueError(f"{path}: it is {kind}, not a regular file, and may have no end; it isn't read")
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        packed = file.read(len(_GZIP_OPENING)) == _GZIP_OPENING
        file.seek(0)
        if not packed:
            return _read(file, path, size)
        with _explaining(path, size), gzip.GzipFile(fileobj=file) as content:
            return _read(content, path, None, most=_MOST_UNPACKED * size)


def write_idx(path: str | os.PathLike[str], array: NDArray[Any]) -> None:
    """Write `array` to `path` as an IDX file, gzipped if the name ends in ``.gz``.

    Args:
        path: Where to write; a file that is there already is replaced when the new one is complete, and not before.
        array: Unsigned or signed bytes, 16- or 32-bit integers, 32- or 64-bit floats.

    Raises:
        FileNotFoundError: If the folder doesn't exist.
        OSError: If `path` is a folder, a FIFO or a device, or the old file may not be written to.
        TypeError: If IDX has no code for the array's elements.
        ValueError: If the array has a dimension of 2**32 or more.

    >>> import tempfile
    >>> from tinygrad_edu.datasets import read_idx, write_idx
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_idx(f"{folder}/images", np.zeros((2, 28, 28), np.uint8))
    ...     read_idx(f"{folder}/images").shape
    (2, 28, 28)
    """
    array = np.asarray(array)
    code = _CODES.get(array.dtype.newbyteorder("="))
    if code is None:
        known = ", ".join(element_type.name for element_type in _CODES)
        raise TypeError(f"write_idx: an IDX file can't hold {array.dtype} elements; convert to one of {known}")
    if max(array.shape, default=0) >= 2**32:
        raise ValueError(f"write_idx: shape {array.shape} has a dimension of 2**32 or more, which IDX can't write down")
    header = bytes([0, 0, code, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    content = header + array.astype(_ELEMENT_TYPES[code]).tobytes()
    if os.fspath(path).endswith(".gz"):
        content = gzip.compress(content, 9, mtime=0)  # no time stamp: the same array, the same bytes
    with replacing(path, "write_idx") as file:
        file.write(content)


def unpacked(content: bytes, name: object) -> bytes:
    """`content` without its gzip wrapping, or as it is if it has none; errors are those of `pieces_unpacked`."""
    return b"".join(pieces_unpacked(content, name)) if content.startswith(_GZIP_OPENING) else content


def pieces_unpacked(content: bytes, name: object) -> Iterator[bytes]:
    """Iterate over `content` without its gzip wrapping, piece by piece, or as it is if it has none.

    Raises:
        ValueError: If the gzip data is cut short or damaged; `name` says whose it is.
    """
    if not content.startswith(_GZIP_OPENING):
        yield content
        return
    with _explaining(name, len(content)), gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        while piece := file.read(_PIECE):
            yield piece


def parse_idx(content: bytes, name: object) -> NDArray[Any]:
    """The array written in `content`, the bytes of an IDX file.

    Raises:
        ValueError: If the header is not one of IDX, or the bytes don't fit what it announces; `name`
            says whose they are.
    """
    return _read(io.BytesIO(content), name, len(content))


@contextlib.contextmanager
def _explaining(name: object, size: int) -> Iterator[None]:
    """Say in words what is wrong with gzip data of `size` bytes."""
    try:
        yield
    except EOFError as error:
        raise ValueError(
            f"{name}: the gzip data is cut short after {size} bytes; the file wasn't copied or downloaded "
            "to its end, so delete it and fetch it again"
        ) from error
    except (OSError, zlib.error) as error:
        raise ValueError(f"{name}: the gzip data is damaged ({error}); delete the file and fetch it again") from error


def _read(file: io.BufferedIOBase, name: object, size: int | None, most: int | None = None) -> NDArray[Any]:
    """The array in an IDX file of `size` bytes; or, if that isn't known, of at most `most`.

    Memory is taken only when it is known that there is, or can be, enough to fill it.
    """
    element_type, shape = _header(file, name)
    wanted = math.prod(shape) * element_type.itemsize
    announces = f"{name}: its header announces {_announced(element_type, shape)}, that is {wanted} bytes"
    found = None if size is None else size - file.tell()
    if found is not None and found != wanted:
        raise ValueError(
            f"{announces}, but {found} follow; the file is "
            f"{'cut short' if found < wanted else 'longer than it should be'}, so fetch it again"
        )
    if most is not None and wanted > most:
        raise ValueError(f"{announces}, but gzip data of this size holds at most {most}; fetch the file again")
    if math.prod([size for size in shape if size]) * element_type.itemsize >= 2**63:
        raise ValueError(f"{announces}, but no array can have such a shape; the header is damaged, so fetch it again")
    try:
        array = np.empty(shape, element_type)
    except MemoryError as error:
        raise ValueError(f"{announces}, and there isn't so much memory") from error
    memory = array.reshape(-1).view(np.uint8)
    found = 0
    while found < wanted and (piece := file.read(min(_PIECE, wanted - found))):
        memory[found : found + len(piece)] = np.frombuffer(piece, np.uint8)
        found += len(piece)
    if found < wanted:
        raise ValueError(f"{announces}, but {found} follow; the file is cut short, so fetch it again")
    if file.read(1):
        raise ValueError(f"{announces}, but more follow; the file is longer than it should be, so fetch it again")
    return array.astype(element_type.newbyteorder("="), copy=False)


def _header(file: io.BufferedIOBase, name: object) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """The element type and the shape that the header of an IDX file states."""
    opening = file.read(4)
    if len(opening) < 4:
        raise ValueError(f"{name}: {len(opening)} bytes are too few for an IDX file; it is empty or cut short")
    element_type = _ELEMENT_TYPES.get(opening[2])
    dimensions = opening[3]
    if opening[:2] != b"\0\0" or element_type is None or dimensions > _MOST_DIMENSIONS:
        raise ValueError(
            f"{name}: it opens with the magic number 0x{opening.hex()}, which is not one of an IDX file "
            "(0x00000803 for images, 0x00000801 for labels); is it the right file?"
        )
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise ValueError(
            f"{name}: the file is cut short inside its header, after {len(opening + sizes)} bytes; fetch it again"
        )
    return element_type, tuple(np.frombuffer(sizes, ">u4").tolist())


def _announced(element_type: np.dtype[Any], shape: tuple[int, ...]) -> str:
    """The contents that a header promises, in words: ``60000 x 28 x 28 uint8 elements``."""
    sizes = " x ".join(map(str, shape)) if shape else "1"
    return f"{sizes} {element_type.name} elements"
