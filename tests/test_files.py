"""Files that take the place of others: at once or not at all, with all that the old one was."""

from __future__ import annotations

import multiprocessing
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.kills import IDX, READERS, SAVE, kill_writers

import tinygrad_edu as tg
from tinygrad_edu import _files
from tinygrad_edu._files import irregular, replacing
from tinygrad_edu.datasets import read_idx, write_idx

posix_only = pytest.mark.skipif(os.name != "posix", reason="what POSIX has: permissions, FIFOs, locks")

WAYS: list[Callable[[Any], None]] = [
    lambda path: tg.save(tg.ones(2), path),
    lambda path: write_idx(path, np.ones(2, np.uint8)),
]
NAMES = ["save", "write_idx"]
both_ways = pytest.mark.parametrize(("name", "write"), list(zip(NAMES, WAYS, strict=True)), ids=NAMES)


def written(path: Path, content: bytes = b"new") -> None:
    with replacing(path, "test") as file:
        file.write(content)


@pytest.mark.parametrize("kind", [SAVE, IDX])
@posix_only
def test_a_killed_writer_loses_no_file(kind: str, tmp_path: Path) -> None:
    assert kill_writers(kind, tmp_path, times=3)["killed"] == 3
    assert READERS[kind](str(next(tmp_path.iterdir())))[0] == 0


def test_a_new_file_is_seen_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with replacing(path, "test") as file:
        file.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half"
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("disk full"), MemoryError])
def test_an_exception_leaves_all_as_it_was(error: Any, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with replacing(path, "test") as file:
            file.write(b"half")
            raise error

    with pytest.raises((KeyboardInterrupt, OSError, MemoryError)):
        interrupted()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x"]


@posix_only
@both_ways
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_a_file_keeps_its_permissions(name: str, write: Callable[[Any], None], mode: int, tmp_path: Path) -> None:
    path = tmp_path / "x"
    write(path)
    path.chmod(mode)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix_only
def test_a_secret_file_is_secret_from_its_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    path.chmod(0o600)
    with replacing(path, "test"):
        (partial,) = tmp_path.glob("*.partial")
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600


@posix_only
def test_a_new_file_has_the_permissions_that_any_has(tmp_path: Path) -> None:
    written(tmp_path / "x")
    (tmp_path / "other").touch()
    assert (tmp_path / "x").stat().st_mode == (tmp_path / "other").stat().st_mode


@posix_only
@both_ways
def test_what_is_no_regular_file_is_refused(name: str, write: Callable[[Any], None], tmp_path: Path) -> None:
    fifo, link, folder = tmp_path / "fifo", tmp_path / "link", tmp_path / "folder"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    folder.mkdir()
    for path in (fifo, link):
        with pytest.raises(OSError, match=rf"^{name}: '.*{path.name}' is a FIFO, not a regular file"):
            write(path)
    with pytest.raises(OSError, match=rf"^{name}: '/dev/null' is a device"):
        write("/dev/null")
    with pytest.raises(IsADirectoryError, match=rf"^{name}: '.*folder' is a folder"):
        write(folder)
    with pytest.raises(FileNotFoundError, match=rf"^{name}: there is no folder '.*nowhere'"):
        write(tmp_path / "nowhere" / "x")
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert sorted(os.listdir(tmp_path)) == ["fifo", "folder", "link"]


@posix_only
@both_ways
def test_a_file_that_may_not_be_written_to_is_left(
    name: str, write: Callable[[Any], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    write(path)
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for anyone but root
    with pytest.raises(PermissionError, match=rf"^{name}: '.*x' may not be written to"):
        write(path)


@posix_only
@both_ways
def test_a_symbolic_link_stays_one(name: str, write: Callable[[Any], None], tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    path, link = tmp_path / "there" / "x", tmp_path / "link"
    link.symlink_to(path)
    for _ in range(2):  # to nothing at first, then to a file
        write(link)
        assert link.is_symlink()
        assert os.listdir(tmp_path / "there") == ["x"]


@posix_only
def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "x"
    left = [f"{path}.0123abcd.partial", f"{path}.99999999.partial"]
    others = ["x.partial", "x.0123abcd.partial.old", "y.0123abcd.partial", "xx.0123abcd.partial", "x.ABCDEFGH.partial"]
    for each in left + [str(tmp_path / other) for other in others]:
        Path(each).write_bytes(b"half")
    written(path)
    assert sorted(os.listdir(tmp_path)) == sorted(["x", *others])


@posix_only
def test_what_another_writer_is_writing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with replacing(path, "test") as slow:
        slow.write(b"slow")
        subprocess.run(
            [sys.executable, "-c", f"import tinygrad_edu as tg; tg.save('quick', {str(path)!r})"], check=True
        )
        assert tg.load(path) == "quick"
        assert len(os.listdir(tmp_path)) == 2
    assert path.read_bytes() == b"slow"
    assert os.listdir(tmp_path) == ["x"]


def _write_often(path: str) -> None:
    for _ in range(60):
        tg.save(tg.ones(100), path)


@posix_only
def test_several_may_write_one_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_often, args=(str(tmp_path / "x"),)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert tg.load(tmp_path / "x").sum().item() == 100
    assert os.listdir(tmp_path) == ["x"]


@posix_only
@pytest.mark.parametrize("error", [OSError("no locks here"), ImportError])
def test_where_files_can_not_be_locked_nothing_is_removed(
    error: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def refused(*_: Any) -> None:
        raise error

    if error is ImportError:
        monkeypatch.setitem(sys.modules, "fcntl", None)
    else:
        monkeypatch.setattr(fcntl, "flock", refused)
    (tmp_path / "x.0123abcd.partial").touch()
    written(tmp_path / "x")
    assert sorted(os.listdir(tmp_path)) == ["x", "x.0123abcd.partial"]


@posix_only
def test_a_partial_file_taken_for_an_old_one_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(_files, "_lock", lambda _: next(answers))
    written(tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"new"
    assert len(os.listdir(tmp_path)) == 2  # the one that somebody else was about to remove


@posix_only
def test_what_a_path_is(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    os.mkfifo(tmp_path / "fifo")
    found = [irregular(path) for path in (tmp_path, tmp_path / "x", tmp_path / "fifo", "/dev/zero")]
    assert found == [None, None, "a FIFO", "a device"]


def test_a_file_is_read_back_after_all_that(tmp_path: Path) -> None:
    write_idx(tmp_path / "x", np.arange(3, dtype=np.uint8))
    assert read_idx(tmp_path / "x").tolist() == [0, 1, 2]
