"""Labelled images, and the step from pixels to a network's inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tinygrad_edu as tg
from tinygrad_edu.datasets import LabelledImages, to_images, to_vectors, works_on_stacks
from tinygrad_edu.utils.data import default_collate
from tinygrad_edu.utils.data.fetch import fetch_batch

stacks = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=5))


@given(pixels=stacks)
def test_pixels_become_numbers_from_0_to_1(pixels: np.ndarray) -> None:
    wanted = (pixels / np.float32(255)).astype(np.float32)
    vectors, images = to_vectors(tg.from_numpy(pixels)), to_images(tg.from_numpy(pixels))
    *before, height, width = pixels.shape
    assert vectors.dtype is images.dtype is tg.float32
    assert vectors.shape == (*before, height * width)
    assert images.shape == (*before, 1, height, width)
    np.testing.assert_array_equal(vectors.numpy().reshape(pixels.shape), wanted)
    np.testing.assert_array_equal(images.numpy().reshape(pixels.shape), wanted)


def test_the_ends_of_the_scale_are_exact() -> None:
    assert to_vectors(tg.tensor([[0, 255]], dtype=tg.uint8)).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("transform", [to_vectors, to_images])
def test_numbers_that_are_scaled_already_are_refused(transform: Callable[[Any], Any]) -> None:
    name = transform.__name__
    with pytest.raises(TypeError, match=rf"{name}: wanted uint8 pixels from 0 to 255, got a float32 tensor of shape"):
        transform(tg.zeros(2, 2))
    with pytest.raises(ValueError, match=rf"{name}: wanted images of shape \(\.\.\., H, W\), got an? uint8 tensor"):
        transform(tg.zeros(4, dtype=tg.uint8))


def negative(image: Any) -> Any:
    """Exchange paper and ink; not marked as working on stacks."""
    return 255 - image


def labelled_images(transform: Any = None, target_transform: Any = None) -> LabelledImages:
    draw = np.random.default_rng(3)
    return LabelledImages(
        tg.from_numpy(draw.integers(0, 256, (7, 3, 4), np.uint8)),
        tg.from_numpy(draw.integers(0, 3, 7)),
        ["ant", "bee", "cat"],
        transform=transform,
        target_transform=target_transform,
    )


@given(
    transform=st.sampled_from([None, negative, works_on_stacks(lambda images: images // 2), to_vectors, to_images]),
    target_transform=st.sampled_from([None, float]),
    indices=st.lists(st.integers(-7, 6), min_size=1, max_size=9),
)
def test_a_batch_is_what_its_samples_are(transform: Any, target_transform: Any, indices: list[int]) -> None:
    dataset = labelled_images(transform, target_transform)
    images, labels = fetch_batch(dataset, indices)
    wanted_images, wanted_labels = default_collate([dataset[index] for index in indices])
    assert images.dtype is wanted_images.dtype
    assert labels.dtype is wanted_labels.dtype
    np.testing.assert_array_equal(images.numpy(), wanted_images.numpy())
    np.testing.assert_array_equal(labels.numpy(), wanted_labels.numpy())


def test_a_transform_is_called_once_a_batch_only_if_it_is_marked() -> None:
    shapes = []

    def watched(images: tg.Tensor) -> tg.Tensor:
        shapes.append(tuple(images.shape))
        return images

    fetch_batch(labelled_images(watched), [0, 1])
    assert shapes == [(3, 4), (3, 4)]
    shapes.clear()
    assert works_on_stacks(watched) is watched
    fetch_batch(labelled_images(watched), [0, 1])
    assert shapes == [(2, 3, 4)]


def test_it_knows_its_classes() -> None:
    dataset = labelled_images()
    assert dataset.class_to_idx == {"ant": 0, "bee": 1, "cat": 2}
    assert repr(dataset) == "<LabelledImages: 7 images of 3 x 4 pixels to learn from>"
    with pytest.raises(IndexError):
        dataset[7]
