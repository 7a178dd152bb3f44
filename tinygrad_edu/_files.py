"""Files: how a new one takes the place of an old one at once, and which paths are left alone.

A program may be killed at any moment, or the disk be full. So the content is written under another name in the same
folder, ``NAME.xxxxxxxx.partial``, and renamed when it is complete, which the system does in one step: under its own
name a file is always whole, the old one or the new one.

A writer keeps its partial file locked, and the system takes the lock away when the writer is gone, however it ended.
What the next writer of the same file finds without a lock was left behind, and is removed. (Windows has no such locks:
there a file that was left behind stays.)
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from typing import IO

__all__ = ["irregular", "replacing"]

Path = str | os.PathLike[str]

_KINDS = (
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


@contextlib.contextmanager
def replacing(path: Path, operation: str) -> Iterator[IO[bytes]]:
    """Open a new file, which takes the place of the one at `path` at the end of the ``with`` block.

    If the block is left by an exception, all stays as it was. A symbolic link is followed: it stays, and what it
    points to is replaced. The new file has the permissions, and where the system allows it the owner, of the old one.
    `operation` is whom errors name.

    Raises:
        FileNotFoundError: If the folder doesn't exist.
        IsADirectoryError: If `path` is a folder.
        OSError: If `path` is a FIFO, a device or a socket.
        PermissionError: If the old file may not be written to.
    """
    target = os.path.realpath(path)
    old = _checked(path, target, operation)
    _remove_what_was_left(target)
    partial, file = _new_partial(target)
    try:
        with file:
            if old is not None:
                _make_alike(file, old)
            yield file
            file.flush()
            os.fsync(file.fileno())
            if os.name == "nt":
                file.close()  # for Windows renames no open file; elsewhere the lock stays until all is done
            os.replace(partial, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(partial)
        raise


def irregular(path: Path) -> str | None:
    """What `path` is if it is neither a regular file nor a folder, in words: such a thing may have no end."""
    mode = os.stat(path).st_mode
    return next((name for is_kind, name in _KINDS if is_kind(mode)), None)


def _checked(path: Path, target: str, operation: str) -> os.stat_result | None:
    """The state of the old file, or None if there is none; an error if it isn't one to replace."""
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"{operation}: there is no folder {folder!r}; make it with os.makedirs")
    try:
        old = os.stat(target)
    except FileNotFoundError:
        return None
    name = f"{operation}: {os.fspath(path)!r}"
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(f"{name} is a folder; give the path of a file in it")
    if kind := irregular(target):
        raise OSError(f"{name} is {kind}, not a regular file, and would be replaced by one; give another path")
    if not os.access(target, os.W_OK):
        raise PermissionError(f"{name} may not be written to, so it isn't replaced; give another path, or chmod it")
    return old


def _new_partial(target: str) -> tuple[str, IO[bytes]]:
    """The path of a new file beside `target`, and the file, locked."""
    while True:
        partial = f"{target}.{os.urandom(4).hex()}.partial"
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o666)
        # Before it had its lock it may have been taken for one that was left: then it has no name any more.
        if _lock(descriptor) is not False and os.fstat(descriptor).st_nlink != 0:
            return partial, os.fdopen(descriptor, "wb")
        os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Lock an open file; False if another program has, None if files can't be locked here."""
    try:
        import fcntl  # here, because Windows doesn't have it
    except ImportError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


def _remove_what_was_left(target: str) -> None:
    """Remove the partial files of writers of `target` that are gone."""
    folder, name = os.path.split(target)
    partial = re.compile(re.escape(name) + r"\.[0-9a-f]{8}\.partial")
    for each in [entry for entry in os.scandir(folder) if partial.fullmatch(entry.name)]:
        with contextlib.suppress(OSError):  # it has gone by itself, or is somebody else's
            descriptor = os.open(each.path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
            try:
                if _lock(descriptor):
                    os.unlink(each.path)
            finally:
                os.close(descriptor)


def _make_alike(file: IO[bytes], old: os.stat_result) -> None:
    """Give a new file the permissions and, where that is allowed, the owner of the old one."""
    if os.name != "posix":
        return
    new = os.fstat(file.fileno())
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(file.fileno(), old.st_uid, old.st_gid)
    os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
