"""MNIST from files: the layouts it may lie in, downloads, and the words for what is missing or wrong."""

from __future__ import annotations

import gzip
import hashlib
import pickle
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.datasets import MNIST, read_idx, to_images, write_idx
from tinygrad_edu.datasets._digit_files import FILE_NAMES
from tinygrad_edu.utils.data import DataLoader

SAMPLES = {"train": 6, "t10k": 4}


def write_stand_in(folder: Path, ending: str = "") -> None:
    """Write four small files like those of MNIST."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(5)
    for part, samples in SAMPLES.items():
        write_idx(folder / f"{part}-images-idx3-ubyte{ending}", draw.integers(0, 256, (samples, 28, 28), np.uint8))
        write_idx(folder / f"{part}-labels-idx1-ubyte{ending}", np.arange(samples, dtype=np.uint8))


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("layout", ["", "MNIST/raw"])
def test_both_layouts_are_read_gzipped_or_not(tmp_path: Path, layout: str, ending: str) -> None:
    write_stand_in(tmp_path / layout, ending)
    for train, part in ((True, "train"), (False, "t10k")):
        dataset = MNIST(str(tmp_path), train)
        images = read_idx(tmp_path / layout / f"{part}-images-idx3-ubyte{ending}")
        np.testing.assert_array_equal(dataset.data.numpy(), images)
        assert dataset.data.dtype is tg.uint8
        assert dataset.targets.dtype is tg.int64
        assert dataset.targets.tolist() == list(range(SAMPLES[part]))
        image, label = dataset[-1]
        np.testing.assert_array_equal(image.numpy(), images[-1])
        assert (type(label), label) == (int, SAMPLES[part] - 1)
        assert len(dataset) == SAMPLES[part]


def test_it_loads_in_batches(tmp_path: Path) -> None:
    write_stand_in(tmp_path)
    dataset = MNIST(tmp_path, transform=to_images)
    batches = list(DataLoader(dataset, batch_size=4))
    assert [images.shape for images, _ in batches] == [(4, 1, 28, 28), (2, 1, 28, 28)]
    assert [labels.tolist() for _, labels in batches] == [[0, 1, 2, 3], [4, 5]]
    assert repr(dataset) == "<MNIST: 6 images of 28 x 28 pixels to learn from>"


def test_it_can_be_pickled(tmp_path: Path) -> None:
    write_stand_in(tmp_path)
    again = pickle.loads(pickle.dumps(MNIST(tmp_path, transform=to_images)))
    assert again[3][1] == 3
    assert again[3][0].shape == (1, 28, 28)


def test_a_missing_folder_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(
        FileNotFoundError, match=r"MNIST: there is no folder .*nowhere; pass download=True .*Digits\(\)"
    ):
        MNIST(tmp_path / "nowhere")
    write_stand_in(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(FileNotFoundError) as caught:
        MNIST(tmp_path)
    assert "neither train-labels-idx1-ubyte nor train-labels-idx1-ubyte.gz is in" in str(caught.value)
    assert str(tmp_path / "MNIST" / "raw") in str(caught.value)
    assert len(MNIST(tmp_path, train=False)) == 4


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    write_stand_in(tmp_path, ".gz")
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte\.gz: the gzip data is cut short"):
        MNIST(tmp_path)


@pytest.fixture
def offline_mnist(tmp_path: Path) -> type[MNIST]:
    """Give a subclass whose mirror is a folder, which is as good an address as any."""
    mirror = tmp_path / "mirror"
    write_stand_in(mirror, ".gz")

    checksums = {
        name: hashlib.md5(gzip.decompress((mirror / f"{name}.gz").read_bytes())).hexdigest() for name in FILE_NAMES
    }
    return type("Offline", (MNIST,), {"mirrors": (mirror.as_uri(),), "checksums": checksums})


def test_missing_files_are_downloaded_once(
    tmp_path: Path, offline_mnist: type[MNIST], capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "root"
    dataset = offline_mnist(root, download=True)
    assert len(dataset) == 6
    assert dataset.raw_folder == str(root / "Offline" / "raw")
    assert sorted(path.name for path in Path(dataset.raw_folder).iterdir()) == sorted(f"{n}.gz" for n in FILE_NAMES)
    assert capsys.readouterr().err.count("downloading") == 4
    assert len(offline_mnist(root, train=False)) == 4

    (Path(dataset.raw_folder) / "t10k-labels-idx1-ubyte.gz").unlink()
    assert len(offline_mnist(root, train=False, download=True)) == 4
    assert capsys.readouterr().err.count("downloading") == 1


def test_without_a_root_the_cache_is_used(
    tmp_path: Path, offline_mnist: type[MNIST], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert len(offline_mnist(download=True)) == 6
    assert (tmp_path / "cache" / "tinygrad_edu" / "Offline" / "raw" / "train-images-idx3-ubyte.gz").is_file()
    assert len(offline_mnist()) == 6


def test_a_mirror_with_other_files_is_not_believed(tmp_path: Path, offline_mnist: type[MNIST]) -> None:
    offline_mnist.checksums = MNIST.checksums
    with pytest.raises(ConnectionError, match=f"wanted {MNIST.checksums['train-images-idx3-ubyte']}"):
        offline_mnist(tmp_path / "root", download=True)
    assert list((tmp_path / "root").rglob("*")) == []


def test_the_checksums_are_those_of_the_published_files() -> None:
    assert tuple(MNIST.checksums) == FILE_NAMES
    assert all(address.startswith("https://") for address in MNIST.mirrors)
