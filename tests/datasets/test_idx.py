"""IDX files: round trips, and each way in which a file can be wrong."""

from __future__ import annotations

import gzip
import os
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinygrad_edu.datasets import read_idx, write_idx
from tinygrad_edu.datasets.idx import parse_idx, unpacked

ELEMENT_TYPES = ["u1", "i1", "<i2", ">i2", "<i4", ">i4", "<f4", ">f4", "<f8", ">f8"]
arrays = st.sampled_from(ELEMENT_TYPES).flatmap(
    lambda name: hnp.arrays(np.dtype(name), hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4))
)


@given(array=arrays, ending=st.sampled_from(["", ".gz"]))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, ending: str) -> None:
    path = tmp_path_factory.mktemp("idx") / f"array{ending}"
    write_idx(path, array)
    back = read_idx(str(path))
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)
    assert back.flags.writeable


def test_the_bytes_are_those_of_the_format(tmp_path: Path) -> None:
    write_idx(tmp_path / "short", np.array([[1, -2]], np.int16))
    assert (tmp_path / "short").read_bytes() == bytes.fromhex("00000b02 00000001 00000002 0001 fffe")


def test_the_name_decides_about_writing_and_the_content_about_reading(tmp_path: Path) -> None:
    write_idx(tmp_path / "zipped.gz", np.arange(3, dtype=np.uint8))
    (tmp_path / "zipped.gz").rename(tmp_path / "plain")
    assert gzip.decompress((tmp_path / "plain").read_bytes()).startswith(b"\0\0\x08\x01")
    np.testing.assert_array_equal(read_idx(tmp_path / "plain"), [0, 1, 2])


def test_the_same_array_gives_the_same_gzipped_bytes(tmp_path: Path) -> None:
    for name in ("one.gz", "two.gz"):
        write_idx(tmp_path / name, np.arange(9, dtype=np.uint8))
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_elements_that_idx_does_not_know_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"write_idx: an IDX file can't hold int64 elements; convert to one of uint8"):
        write_idx(tmp_path / "long", np.arange(3))
    assert not (tmp_path / "long").exists()


def test_a_dimension_that_does_not_fit_its_four_bytes_is_refused(tmp_path: Path) -> None:
    huge = np.lib.stride_tricks.as_strided(np.zeros(1, np.uint8), (2**32,), (0,))
    with pytest.raises(ValueError, match=r"shape \(4294967296,\) has a dimension of 2\*\*32 or more"):
        write_idx(tmp_path / "huge", huge)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_idx(tmp_path / "nowhere")


WHOLE = bytes.fromhex("00000802 00000002 00000003") + bytes(6)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "train: 0 bytes are too few for an IDX file"),
        (b"\0\0\x08", "train: 3 bytes are too few for an IDX file"),
        (b"PK\3\4" + bytes(9), "train: it opens with the magic number 0x504b0304, which is not one of an IDX file"),
        (b"\0\0\x0a\1" + bytes(9), "magic number 0x00000a01"),
        (b"\0\0\x08\x41" + bytes(999), "magic number 0x00000841"),
        (WHOLE[:10], "train: the file is cut short inside its header, after 10 bytes"),
        (WHOLE[:-1], "announces 2 x 3 uint8 elements, that is 6 bytes, but 5 follow; the file is cut short"),
        (WHOLE + b"!", "that is 6 bytes, but 7 follow; the file is longer than it should be"),
        (b"\0\0\x0d\0", "announces 1 float32 elements, that is 4 bytes, but 0 follow"),
        (b"\0\0\x0e\4" + b"\xff" * 16, f"that is {8 * (2**32 - 1) ** 4} bytes, but 0 follow"),
    ],
)
def test_each_defect_of_a_file_has_its_own_words(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_idx(content, "train")


@given(cut=st.integers(2, len(gzip.compress(WHOLE, mtime=0)) - 1))
def test_gzip_data_cut_short_anywhere_is_told(cut: int) -> None:
    with pytest.raises(ValueError, match=r"^train: the gzip data is cut short after .* fetch it again"):
        unpacked(gzip.compress(WHOLE, mtime=0)[:cut], "train")


@pytest.mark.parametrize("place", [10, -8, -1])
def test_damaged_gzip_data_is_told(place: int) -> None:
    content = bytearray(gzip.compress(WHOLE, mtime=0))
    content[place] ^= 0xFF
    with pytest.raises(ValueError, match=r"^train: the gzip data is damaged"):
        unpacked(bytes(content), "train")


def test_plain_content_is_left_as_it_is() -> None:
    assert unpacked(WHOLE, "train") is WHOLE


@given(content=st.binary(max_size=64))
def test_no_content_gives_anything_but_an_array_or_a_value_error(content: bytes) -> None:
    refusal = ""
    try:
        array = parse_idx(unpacked(content, "file"), "file")
    except ValueError as error:
        refusal = str(error)
    assert refusal.startswith("file: ") or array.nbytes < 64


# Sizes, and what is no file


def header(code: int, *sizes: int) -> bytes:
    return bytes([0, 0, code, len(sizes)]) + np.array(sizes, ">u4").tobytes()


LARGEST = 2**32 - 1


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (header(8, 0, LARGEST, LARGEST, LARGEST), "but no array can have such a shape; the header is damaged"),
        (header(14, *[0] * 63, LARGEST), "announces 0 x 0"),
        (header(8, LARGEST, 18), "that is 77309411310 bytes, but"),
        (header(14, *[LARGEST] * 64), "bytes, but"),
        (header(8, 20), "that is 20 bytes, but 0 follow; the file is cut short"),
        (header(8, 3) + bytes(9_000_000), "follow; the file is longer than it should be"),
    ],
)
def test_sizes_are_bounded_before_memory_is_taken(packed: bool, content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(content) if packed else content)
    if "announces" in words:  # nothing, in a strange shape
        assert read_idx(path).size == 0
        return
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=rf"^{re.escape(str(path))}: its header announces .*{words}"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_what_gzip_data_can_not_hold_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(gzip.compress(header(8, LARGEST, 18)))
    with pytest.raises(ValueError, match="but gzip data of this size holds at most"):
        read_idx(tmp_path / "x")


def test_the_densest_gzip_data_is_read(tmp_path: Path) -> None:
    write_idx(tmp_path / "x.gz", np.zeros(5_000_000, np.uint8))
    assert (tmp_path / "x.gz").stat().st_size * 1000 < 5_000_000
    assert read_idx(tmp_path / "x.gz").shape == (5_000_000,)


def test_an_array_too_large_for_this_machine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(np, "empty", refused)
    with pytest.raises(ValueError, match="that is 6 bytes, and there isn't so much memory"):
        parse_idx(WHOLE, "train")


@pytest.mark.skipif(os.name != "posix", reason="FIFOs and devices are POSIX's")
def test_what_may_have_no_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(ValueError, match="fifo: it is a FIFO, not a regular file"):
        read_idx(tmp_path / "fifo")
    with pytest.raises(ValueError, match="/dev/zero: it is a device"):
        read_idx("/dev/zero")
