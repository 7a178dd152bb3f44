"""The rule by which the bundled digits were cut out of MNIST."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_edu.datasets import read_idx, write_idx
from tinygrad_edu.datasets._build_digits import QUOTAS, build, first_of_each, main
from tinygrad_edu.datasets._digit_files import FILE_NAMES, names_of_part


@given(digits=st.lists(st.integers(0, 9), max_size=200), quota=st.integers(0, 3))
def test_the_first_of_each_digit_are_kept_in_order(digits: list[int], quota: int) -> None:
    labels = np.array(digits * 2 + list(range(10)) * 3, np.int64)
    kept = first_of_each(labels, quota)
    seen = dict.fromkeys(range(10), 0)
    wanted = []
    for place, digit in enumerate(labels.tolist()):
        if seen[digit] < quota:
            wanted.append(place)
        seen[digit] += 1
    assert kept.tolist() == wanted


def test_a_digit_that_is_too_rare_is_told() -> None:
    with pytest.raises(ValueError, match="there are 1 images of the digit 3, but 2 are to be kept"):
        first_of_each(np.array([0, 1, 2, 4, 5, 6, 7, 8, 9] * 2 + [3]), quota=2)


def write_stand_in(folder: Path, samples: int = 9000) -> None:
    """Write a small set like MNIST, its digits drawn at random and each image filled with its number."""
    draw = np.random.default_rng(0)
    for train in (True, False):
        labels = draw.integers(0, 10, samples).astype(np.uint8)
        images = np.arange(samples, dtype=np.uint32).view(np.uint8).reshape(samples, 2, 2)
        for name, array in zip(names_of_part(train), (images, labels), strict=True):
            write_idx(folder / name, array)


def test_the_files_are_cut_out(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    write_stand_in(source)
    build(source, target)
    assert sorted(path.name for path in target.iterdir()) == sorted(f"{name}.gz" for name in FILE_NAMES)
    for train, quota in QUOTAS.items():
        images_name, labels_name = names_of_part(train)
        labels = read_idx(target / f"{labels_name}.gz")
        assert np.bincount(labels).tolist() == [quota] * 10
        places = read_idx(target / f"{images_name}.gz").reshape(-1, 4).view(np.uint32)[:, 0]
        np.testing.assert_array_equal(read_idx(source / labels_name)[places], labels)
        assert (np.diff(places.astype(int)) > 0).all()

    before = {path.name: path.read_bytes() for path in target.iterdir()}
    main([str(source), str(target)])
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"neither train-images-idx3-ubyte nor train-images-idx3-ubyte\.gz"):
        build(tmp_path, tmp_path)


def test_the_program_says_how_it_is_called() -> None:
    with pytest.raises(SystemExit, match=r"usage: python -m tinygrad_edu.datasets._build_digits FOLDER_OF_MNIST"):
        main([])
