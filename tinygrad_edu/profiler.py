"""What PyTorch has for measuring where time goes: Python's own tools do that here.

Source: https://docs.pytorch.org/docs/stable/profiler.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import otherwise as _otherwise

if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)
