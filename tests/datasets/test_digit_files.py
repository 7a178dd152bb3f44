"""Where the files of a set of digits may lie, and what must be in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tinygrad_edu.datasets import write_idx
from tinygrad_edu.datasets._digit_files import find_file, names_of_part, read_part, user_cache_folder


def write_pair(folder: Path, images: np.ndarray, labels: np.ndarray) -> tuple[Path, Path]:
    paths = folder / "images", folder / "labels.gz"
    for path, array in zip(paths, (images, labels), strict=True):
        write_idx(path, array)
    return paths


def test_a_part_has_two_files() -> None:
    assert names_of_part(train=True) == ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    assert names_of_part(train=False) == ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def test_files_are_found_gzipped_or_not_in_the_first_folder_that_has_them(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    assert find_file("labels", [first, second]) is None
    (second / "labels").touch()
    assert find_file("labels", [first, second]) == second / "labels"
    (first / "labels.gz").touch()
    assert find_file("labels", [first, second]) == first / "labels.gz"
    (first / "labels").mkdir()
    assert find_file("labels", [first, second]) == first / "labels.gz"


def test_images_and_labels_are_read(tmp_path: Path) -> None:
    written = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    images, labels = read_part(*write_pair(tmp_path, written, np.array([9, 0], np.uint8)))
    np.testing.assert_array_equal(images, written)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    assert labels.tolist() == [9, 0]


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((2, 3, 3), "u1"), np.zeros(3, "u1"), r"images holds 2 images but .*labels\.gz holds 3 labels"),
        (np.zeros((2, 3, 3), "u1"), np.array([1, 10], "u1"), r"labels\.gz: label 1 is 10, but labels are the digits"),
        (np.zeros(2, "u1"), np.zeros(2, "u1"), r"images: it holds 1-dimensional uint8 data, .* were images and labels"),
        (np.zeros((2, 3, 3), "f4"), np.zeros(2, "u1"), r"images: it holds 3-dimensional float32 data, .*0x00000803"),
        (np.zeros((2, 3, 3), "u1"), np.zeros((2, 1), "u1"), r"labels\.gz: it holds 2-dimensional uint8.*0x00000801"),
    ],
)
def test_files_that_cannot_be_right_are_refused(
    tmp_path: Path, images: np.ndarray, labels: np.ndarray, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        read_part(*write_pair(tmp_path, images, labels))


@pytest.mark.parametrize(
    ("platform", "variables", "wanted"),
    [
        ("linux", {}, "home/.cache/tinygrad_edu"),
        ("linux", {"XDG_CACHE_HOME": "xdg"}, "xdg/tinygrad_edu"),
        ("linux", {"LOCALAPPDATA": "local"}, "home/.cache/tinygrad_edu"),
        ("darwin", {}, "home/Library/Caches/tinygrad_edu"),
        ("darwin", {"XDG_CACHE_HOME": "xdg"}, "xdg/tinygrad_edu"),
        ("win32", {"LOCALAPPDATA": "local"}, "local/tinygrad_edu"),
        ("win32", {}, "home/.cache/tinygrad_edu"),
    ],
)
def test_the_cache_is_where_the_system_wants_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], wanted: str
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    assert user_cache_folder() == Path(wanted)
