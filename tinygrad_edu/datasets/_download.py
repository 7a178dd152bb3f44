"""Downloads: a file from the first mirror that gives it whole, checked, then put in place at once.

Nothing half done is ever seen under a file's final name: the content is checked while it is still in
memory, and then takes its place in one step (`_files.py`).
"""

from __future__ import annotations

import hashlib
import http.client
import sys
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from tinygrad_edu._files import replacing
from tinygrad_edu.datasets.idx import pieces_unpacked

__all__ = ["download_file"]

_SECONDS_OF_SILENCE = 30.0  # after which a mirror counts as out of reach
_CHUNK = 1 << 18  # bytes between two reports of progress
_MOST = 1 << 30  # bytes of a file, packed or not: what goes on after that may have no end


def download_file(name: str, folder: Path, mirrors: Iterable[str], md5: str) -> Path:
    """Fetch the file `name` into `folder` and return its path.

    Args:
        name: The file's name, both at the mirrors and in `folder`.
        folder: Where to put it; made if it isn't there.
        mirrors: Addresses of folders that offer the file, tried in turn.
        md5: MD5 checksum, in hexadecimal, of the content after unpacking: mirrors may compress
            differently, but what comes out must be the same.

    Raises:
        ConnectionError: If no mirror gave the file; the message says what went wrong at each.
    """
    problems = []
    for mirror in mirrors:
        address = f"{mirror.rstrip('/')}/{name}"
        try:
            content = _fetch(address, name)
            _check(content, name, md5)
        except (OSError, ValueError, http.client.HTTPException) as error:
            problems.append(f"  {address}: {error}")
        else:
            return _put_in_place(content, folder / name)
    raise ConnectionError(
        f"{name} could not be downloaded:\n" + "\n".join(problems) + "\nCheck the network and try again, or fetch the "
        f"file in some other way and put it into {folder}"
    )


def _fetch(address: str, name: str) -> bytes:
    """The bytes that `address` serves, reporting progress on stderr."""
    with urllib.request.urlopen(address, timeout=_SECONDS_OF_SILENCE) as answer:
        announced = answer.headers.get("Content-Length")
        wanted = int(announced) if announced else None
        content = bytearray()
        _check_size(wanted or 0)
        while chunk := answer.read(_CHUNK):
            content += chunk
            _check_size(len(content))
            _report(name, len(content), wanted, end="\r")
    _report(name, len(content), wanted, end="\n")
    if wanted is not None and len(content) < wanted:
        raise ValueError(f"the connection ended after {len(content)} of {wanted} bytes")
    return bytes(content)


def _report(name: str, received: int, wanted: int | None, end: str) -> None:
    """Say on stderr how far the download is: again and again on a terminal, else once at the end."""
    if end == "\n" or sys.stderr.isatty():
        total = "" if wanted is None else f" of {wanted / 1e6:.2f}"
        sys.stderr.write(f"downloading {name}: {received / 1e6:.2f}{total} MB{end}")
        sys.stderr.flush()


def _check(content: bytes, name: str, md5: str) -> None:
    """Raise ValueError unless `content` unpacks to something with the checksum `md5`."""
    digest = hashlib.md5(usedforsecurity=False)
    size = 0
    for piece in pieces_unpacked(content, name):
        size += len(piece)
        _check_size(size)
        digest.update(piece)
    if digest.hexdigest() != md5:
        raise ValueError(
            f"the MD5 checksum of the unpacked content is {digest.hexdigest()}, wanted {md5}: it is some other file"
        )


def _check_size(size: int) -> None:
    if size > _MOST:
        raise ValueError(f"it has more than {_MOST:,} bytes, which no file of images needs: it is some other file")


def _put_in_place(content: bytes, path: Path) -> Path:
    """Write `content` to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, "download") as file:
        file.write(content)
    return path
