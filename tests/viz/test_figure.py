"""matplotlib is asked for only when something is drawn, and its absence is told in words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.viz import plot_images, plot_learning, plot_misread


def test_importing_the_package_does_not_import_matplotlib() -> None:
    code = "import sys, tinygrad_edu.viz; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(tg.__file__).parents[1])


@pytest.mark.parametrize(
    ("plot", "arguments"),
    [
        (plot_images, (np.zeros((1, 2, 2)), ["a"])),
        (plot_misread, (np.zeros((1, 2, 2)), np.array([0]), np.array([[0.0, 1.0]]))),
        (plot_learning, ([2.3], {}, [])),
    ],
)
def test_a_missing_matplotlib_is_told_with_the_fix(
    plot: Callable[..., Any], arguments: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'needs matplotlib.*pip install "tinygrad_edu\[viz\]"'):
        plot(*arguments)
