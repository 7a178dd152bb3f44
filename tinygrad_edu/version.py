"""The version of this package, under PyTorch's path: ``tinygrad_edu.version.__version__``.

>>> tg.version.cuda is None
True
"""

from __future__ import annotations

import sys

__all__ = ["__version__", "cuda", "debug", "hip"]

__version__: str = vars(sys.modules[__name__.partition(".")[0]])["__version__"]
debug = False
cuda: str | None = None  # as of a PyTorch without GPUs
hip: str | None = None
