"""Sheets show the right images, in the right order, with the right words."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.viz import plot_images, plot_misread

IMAGES = np.arange(4 * 28 * 28).reshape(4, 28, 28) % 256
TARGETS = np.array([0, 1, 2, 2])
PROBABILITIES = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7], [0.05, 0.9, 0.05]])


def pixels_on(axes: Any) -> np.ndarray[Any, Any]:
    return np.asarray(axes.get_images()[0].get_array())


def test_each_image_has_its_caption() -> None:
    figure = plot_images(IMAGES, ["a", "b", "c", "d"], title="Four", columns=3)
    assert figure.get_suptitle() == "Four"
    assert [axes.get_title() for axes in figure.axes] == ["a", "b", "c", "d"]
    for axes, image in zip(figure.axes, IMAGES, strict=True):
        np.testing.assert_array_equal(pixels_on(axes), image)
        assert axes.get_images()[0].get_clim() == (0, 255)


def test_the_misread_are_shown_surest_first() -> None:
    figure = plot_misread(IMAGES, TARGETS, PROBABILITIES, title="Test images")
    assert figure.get_suptitle() == "Test images: 2 of 4 misread"
    assert [axes.get_title() for axes in figure.axes] == ["is 2\nread as 1 (90 %)", "is 1\nread as 0 (60 %)"]
    np.testing.assert_array_equal(pixels_on(figure.axes[0]), IMAGES[3])
    np.testing.assert_array_equal(pixels_on(figure.axes[1]), IMAGES[1])


def test_a_limit_is_told() -> None:
    figure = plot_misread(IMAGES, TARGETS, PROBABILITIES, limit=1)
    assert len(figure.axes) == 1
    assert figure.get_suptitle() == "2 of 4 misread; the 1 it was surest of"


def test_tensors_are_taken_too_even_with_a_graph() -> None:
    probabilities = tg.tensor(PROBABILITIES, requires_grad=True) * 1
    figure = plot_misread(tg.tensor(IMAGES), tg.tensor(TARGETS), probabilities)
    assert len(figure.axes) == 2


def test_a_sheet_may_be_empty() -> None:
    figure = plot_misread(IMAGES[:1], TARGETS[:1], PROBABILITIES[:1])
    assert figure.get_suptitle() == "0 of 1 misread"
    assert [text.get_text() for text in figure.texts if text.get_text() == "no images"]


@pytest.mark.parametrize("count", [1, 8, 40])
def test_nothing_is_cut_off_or_overlaps(count: int) -> None:
    images = np.zeros((count, 28, 28))
    figure = plot_images(images, ["is 8\nread as 8 (100 %)"] * count, title="Test images: 1,000 of 1,000 misread")
    figure.savefig(BytesIO(), format="png")
    inked = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert inked.x0 >= 0
    assert inked.y0 >= 0
    assert inked.x1 <= width
    assert inked.y1 <= height
    captions = [axes.title.get_window_extent() for axes in figure.axes]
    assert not any(one.overlaps(other) for one, other in pairwise(captions))


@pytest.mark.parametrize(("images", "captions"), [(IMAGES[0], ["a"]), (IMAGES, ["a", "b"])])
def test_images_without_a_caption_each_are_refused(images: Any, captions: list[str]) -> None:
    with pytest.raises(
        ValueError, match=r"plot_images: got images of shape \(.*captions; wanted images of shape \(N, H, W\)"
    ):
        plot_images(images, captions)


@pytest.mark.parametrize(
    ("images", "targets", "probabilities"),
    [
        (IMAGES[0], TARGETS, PROBABILITIES),
        (IMAGES, TARGETS[:2], PROBABILITIES),
        (IMAGES, TARGETS, PROBABILITIES[:, 0]),
        (IMAGES, TARGETS, PROBABILITIES[:2]),
    ],
)
def test_shapes_that_do_not_belong_together_are_refused(images: Any, targets: Any, probabilities: Any) -> None:
    with pytest.raises(ValueError, match=r"plot_misread: got images of shape .* with the same N"):
        plot_misread(images, targets, probabilities)


def test_captions_are_optional_and_may_be_labels() -> None:
    labelled = plot_images(tg.tensor(IMAGES).reshape(4, 1, 28, 28), tg.tensor(TARGETS))
    assert [axes.get_title() for axes in labelled.axes] == ["0", "1", "2", "2"]
    np.testing.assert_array_equal(pixels_on(labelled.axes[3]), IMAGES[3])
    bare = plot_images(IMAGES, columns=2)
    assert [axes.get_title() for axes in bare.axes] == [""] * 4
    assert [axes.get_title() for axes in plot_images(IMAGES, range(4)).axes] == ["0", "1", "2", "3"]
