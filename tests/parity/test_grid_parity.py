"""Images read at the places of a grid, beside PyTorch's: options, sizes, strange places, errors, warnings."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)

SAMPLES = """\
S(image, grid, align_corners=False) | S(image, grid, 'nearest', 'border', True)
S(image, grid, 'bicubic', align_corners=True)
S(image, grid, padding_mode='reflection', align_corners=True) | S(image, grid, 'nearest', 'reflection', False)
S(image, grid, 'bicubic', 'reflection', True) | S(image, grid, 'bicubic', 'border', False)
S(volume, places, align_corners=True)
S(volume, places, 'nearest', 'reflection', False) | S(volume, places, 'bilinear', 'border', False)
S(image[:, :, :1, :1], grid, 'bilinear', 'reflection', True) | S(image[:, :, :1], grid, 'bicubic', 'border', True)
S(image.transpose(2, 3), grid[:, ::2], align_corners=False) | S(image[:0], grid[:0], align_corners=False)
S(image, grid[:, :0], align_corners=False)
S(image, grid * 1e12, align_corners=False) | S(image, grid * 1e12, padding_mode='border', align_corners=True)
S(image, (grid * 3).round() / 2, 'bilinear', 'border', True) | S(image, grid.round(), 'bilinear', 'reflection', True)
S(image.float(), grid.float(), align_corners=False) | S(image.float(), grid.float(), 'bicubic', align_corners=False)
S(image, A(theta, (2, 1, 3, 4), False), align_corners=False)"""

WRONG = """\
S(image, grid, 'linear', align_corners=False) | S(image, grid, padding_mode='zero', align_corners=False)
S(image, grid[..., :1], align_corners=False) | S(image, grid[:1], align_corners=False)
S(image, places, align_corners=False)
S(image, grid.float(), align_corners=False) | S(image[:, :, :0], grid, align_corners=False)
S(image[0], grid, align_corners=False)
S(volume, places, 'bicubic', align_corners=False) | S(image.long(), grid.long(), align_corners=False)
S(image[0, 0], grid[0, 0], align_corners=False) | S(volume, grid, align_corners=False)
S(image, None, align_corners=False)
A(theta.long(), (2, 1, 3, 4), False) | A(theta, (2, 1, 3), False) | A(theta, (2, 1, 3, 4, 5), False)
A(theta[0], (2, 1, 3, 4), False)
A(theta[:, :1], (2, 1, 3, 4), False) | A(theta, (2, 1, 0, 4), False) | A(theta, (0, 1, 3, 4), False)
A(theta, (3, 1, 3, 4), False)
A(theta, (2, 1, 2, 1.5), False)"""

PLACES = """\
A(theta, (2, 1, 3, 4), False) | A(theta, (2, 1, 3, 4), True) | A(theta, [2, 3, 1, 1], False)
A(theta, m.Size([2, 1, 2, 2]), True)
A(affine, (2, 1, 2, 3, 4), False) | A(affine, (2, 2, 3, 2, 2), align_corners=True)
A(theta.float(), (2, 1, 5, 2), False)
A(theta.transpose(0, 1).contiguous().transpose(0, 1), (2, 1, 2, 2), False)
A(theta, size=(2, 1, 1, 3), align_corners=False)
A(theta[:1], (1, 1, 4, 4), False) | A(theta, (2, 1, 7, 1), False) | A(affine[:1], (1, 1, 1, 1, 1), False)"""

OPERANDS: dict[str, Any] = {
    "image": RNG.standard_normal((2, 3, 4, 5)),
    "grid": RNG.uniform(-2, 2, (2, 3, 2, 2)),
    "volume": RNG.standard_normal((2, 2, 3, 2, 4)),
    "places": RNG.uniform(-2, 2, (2, 2, 3, 2, 3)),
    "theta": RNG.standard_normal((2, 2, 3)),
    "affine": RNG.standard_normal((2, 3, 4)),
}


@pytest.mark.parametrize("expression", listed(SAMPLES) + listed(WRONG) + listed(PLACES))
def test_grids(expression: str) -> None:
    written = expression.replace("S(", "m.nn.functional.grid_sample(").replace("A(", "m.nn.functional.affine_grid(")
    used = {name: value for name, value in OPERANDS.items() if name in expression}
    agree(written, rtol=1e-5 if "float()" in expression else 1e-11, **used)


WARNED = [
    "affine_grid(m.ones(1, 2, 3), (1, 1, 2, 2))",
    "affine_grid(m.ones(1, 2, 3), (1, 1, 1, 2), True)",
    "grid_sample(m.ones(1, 1, 2, 2), m.zeros(1, 1, 1, 2))",
    "upsample(m.ones(1, 1, 2), 3)",
    "upsample(m.ones(1, 1, 2, 2), None, 2, 'bilinear', False)",
    "upsample(m.ones(1, 1, 2, 2), mode='bicubic', size=(3, 4), align_corners=True)",
    "upsample_nearest(m.ones(1, 1, 2, 2), (3, 4))",
    "upsample_nearest(m.ones(1, 1, 2, 2), scale_factor=1.5)",
    "upsample_bilinear(m.arange(4.0).reshape(1, 1, 2, 2), 3)",
    "upsample_bilinear(m.arange(4.0).reshape(1, 1, 2, 2), scale_factor=2)",
]


@pytest.mark.parametrize("expression", WARNED)
def test_it_warns_as_in_pytorch(expression: str) -> None:
    results = []
    for m in (tg, torch):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            results.append(np.asarray(eval(f"m.nn.functional.{expression}", {"m": m})))
        assert [each.category for each in caught] == [UserWarning]
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)


def test_an_image_turned_by_a_quarter_and_mirrored() -> None:
    image = tg.arange(9.0).reshape(1, 1, 3, 3)
    turned = tg.tensor([[[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]]])
    mirrored = tg.tensor([[[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    for aligned in (False, True):
        for theta, wanted in ((turned, image.rot90(-1, (2, 3))), (mirrored, image.flip(3))):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                grid = tg.nn.functional.affine_grid(theta, image.shape, align_corners=aligned)
                found = tg.nn.functional.grid_sample(image, grid, align_corners=aligned)
            assert tg.allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_of_places_that_are_no_numbers(mode: str) -> None:
    """A mean is no number, and nothing is the nearest; PyTorch's gradients by the image are 0 all the same."""
    agree(f"m.nn.functional.grid_sample(x, g, {mode!r}, align_corners=True)", gradient=False, **STRANGE)


STRANGE = {"x": OPERANDS["image"], "g": np.where(RNG.random((2, 3, 2, 2)) < 0.2, np.nan, OPERANDS["grid"])}
