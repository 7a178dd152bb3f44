"""Downloads, from a server on this very machine: what arrives whole is kept, anything else is not."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tinygrad_edu.datasets import _download
from tinygrad_edu.datasets._download import download_file

CONTENT = b"a content that is worth having" * 100
PACKED = gzip.compress(CONTENT, mtime=0)
CHECKSUM = hashlib.md5(CONTENT).hexdigest()


class Mirror(http.server.BaseHTTPRequestHandler):
    """Serves /good, /other, /short, /truncated, /unmeasured, and nothing else."""

    bodies: ClassVar[dict[str, bytes]] = {
        "good": PACKED,
        "other": gzip.compress(b"something else"),
        "short": PACKED[:50],
        "truncated": PACKED[:50],
        "unmeasured": PACKED,
    }
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer one request."""
        self.asked.append(self.path)
        kind = self.path.split("/")[1]
        if kind not in self.bodies:
            self.send_error(404)
            return
        self.send_response(200)
        if kind != "unmeasured":
            self.send_header("Content-Length", str(len(PACKED if kind == "short" else self.bodies[kind])))
        self.end_headers()
        self.wfile.write(self.bodies[kind])

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    """Give the address of a running `Mirror`."""
    Mirror.asked.clear()
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.mark.parametrize("kind", ["good", "unmeasured"])
def test_a_file_arrives(server: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "made" / "on the way"
    path = download_file("file.gz", folder, [f"{server}/{kind}/"], CHECKSUM)
    assert path == folder / "file.gz"
    assert path.read_bytes() == PACKED
    assert list(folder.iterdir()) == [path]
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"downloading file.gz: 0.00{' of 0.00' if kind == 'good' else ''} MB\n"


def test_on_a_terminal_progress_is_written_over_itself(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(_download, "_CHUNK", 40)
    download_file("file.gz", tmp_path, [f"{server}/good"], CHECKSUM)
    line = "downloading file.gz: 0.00 of 0.00 MB"
    error_output = capsys.readouterr().err
    assert error_output.startswith(f"{line}\r{line}\r")
    assert error_output.endswith(f"{line}\n")


def test_the_next_mirror_is_asked_if_one_fails(server: str, tmp_path: Path) -> None:
    mirrors = [f"{server}/{kind}/" for kind in ("missing", "other", "short", "truncated", "good", "unmeasured")]
    assert download_file("file.gz", tmp_path, mirrors, CHECKSUM).read_bytes() == PACKED
    assert Mirror.asked == [f"/{kind}/file.gz" for kind in ("missing", "other", "short", "truncated", "good")]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "HTTP Error 404"),
        ("other", "checksum of the unpacked content is 6c7ba9c5a141421e1c03cb9807c97c74, wanted " + CHECKSUM),
        ("short", f"the connection ended after 50 of {len(PACKED)} bytes"),
        ("truncated", "file.gz: the gzip data is cut short after 50 bytes"),
    ],
)
def test_nothing_is_left_of_a_download_that_failed(server: str, kind: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError) as caught:
        download_file("file.gz", tmp_path, [f"{server}/{kind}"], CHECKSUM)
    message = str(caught.value)
    assert message.startswith(f"file.gz could not be downloaded:\n  {server}/{kind}/file.gz: ")
    assert words in message
    assert f"put it into {tmp_path}" in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "most"), [("good", 60), ("unmeasured", 60), ("good", len(PACKED) + 50)])
def test_a_download_without_end_is_broken_off(
    server: str, kind: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_download, "_MOST", most)  # less than it has packed, or than it has unpacked
    monkeypatch.setattr(_download, "_CHUNK", 10)
    with pytest.raises(
        ConnectionError, match=rf"file\.gz: it has more than {most} bytes, which no file of images needs"
    ):
        download_file("file.gz", tmp_path, [f"{server}/{kind}"], CHECKSUM)
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_every_mirror_is_named(tmp_path: Path) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), Mirror) as unused:
        port = unused.server_address[1]
    mirrors = [f"http://127.0.0.1:{port}/one", f"http://127.0.0.1:{port}/two", "no address"]
    with pytest.raises(ConnectionError) as caught:
        download_file("file.gz", tmp_path, mirrors, CHECKSUM)
    for mirror in mirrors:
        assert f"\n  {mirror}/file.gz: " in str(caught.value)
    assert "Check the network" in str(caught.value)


def test_a_file_is_never_seen_half_written(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file.gz").write_bytes(b"the one before")

    def interrupted(source: str, target: str) -> None:
        assert Path(source).parent == Path(target).parent == tmp_path
        assert Path(source).read_bytes() == PACKED
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        download_file("file.gz", tmp_path, [f"{server}/good"], CHECKSUM)
    assert [path.name for path in tmp_path.iterdir()] == ["file.gz"]
    assert (tmp_path / "file.gz").read_bytes() == b"the one before"
