"""The bundled digits are all there, even, mixed, and the ones that were cut out of MNIST."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.datasets import Digits, digits, to_vectors
from tinygrad_edu.utils.data import DataLoader

FOLDER = Path(digits.__file__).parent / "data"


@pytest.mark.parametrize(("train", "samples"), [(True, 5000), (False, 1000)])
def test_every_digit_comes_as_often_as_every_other(train: bool, samples: int) -> None:
    dataset = Digits(train=train)
    assert len(dataset) == samples
    assert dataset.data.shape == (samples, 28, 28)
    assert dataset.data.dtype is tg.uint8
    assert dataset.targets.shape == (samples,)
    assert dataset.targets.dtype is tg.int64
    assert dataset.train is train
    assert np.bincount(dataset.targets.numpy()).tolist() == [samples // 10] * 10
    for start in range(0, samples * 4 // 5, 100):  # mixed, not sorted by digit
        assert set(dataset.targets[start : start + 100].tolist()) == set(range(10))


# MD5 of the content that the rule cuts out of the files whose checksums `MNIST.checksums` lists.
@pytest.mark.parametrize(
    ("train", "of_images", "of_labels"),
    [
        (True, "c07782c5a09507a6e28535be72d92d88", "8c0217dc4d5fbfa52f0a4a4ac65d1fee"),
        (False, "191569c3f3903696ecb37f8df7fc6a81", "f8a3d21f400aa73985cb5c2ee250224b"),
    ],
)
def test_the_content_is_that_of_mnist(train: bool, of_images: str, of_labels: str) -> None:
    dataset = Digits(train=train)
    assert hashlib.md5(dataset.data.numpy().tobytes()).hexdigest() == of_images
    assert hashlib.md5(dataset.targets.numpy().astype("u1").tobytes()).hexdigest() == of_labels


def test_training_and_test_images_are_different() -> None:
    learnt = {image.tobytes() for image in Digits(train=True).data.numpy()}
    assert not any(image.tobytes() in learnt for image in Digits(train=False).data.numpy())


def test_the_first_samples_are_those_of_mnist() -> None:
    dataset = Digits()
    assert [label for _, label in (dataset[index] for index in range(10))] == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    image, label = dataset[0]
    assert type(label) is int
    assert image.shape == (28, 28)
    assert image.dtype is tg.uint8
    assert dataset.classes[label] == "5 - five"
    assert dataset.class_to_idx["5 - five"] == 5
    assert repr(dataset) == "<Digits: 5000 images of 28 x 28 pixels to learn from>"


def test_transforms_are_applied() -> None:
    dataset = Digits(False, to_vectors, lambda label: label % 2)
    image, odd = dataset[0]
    assert image.shape == (784,)
    assert odd == 1
    images, odds = next(iter(DataLoader(dataset, batch_size=4)))
    assert images.shape == (4, 784)
    assert odds.tolist() == [1, 0, 1, 0]


def test_the_data_is_small_and_says_where_it_is_from() -> None:
    files = list(FOLDER.iterdir())
    assert len(files) == 5
    assert sum(path.stat().st_size for path in files) < 1_500_000
    for words in ("LeCun", "http://yann.lecun.com/exdb/mnist/", "ShareAlike 3.0"):
        assert words in (FOLDER / "README.md").read_text(encoding="utf-8")
