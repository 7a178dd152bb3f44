"""What PyTorch has for compiling models: nothing is compiled here.

Source: https://docs.pytorch.org/docs/stable/jit.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import otherwise as _otherwise

if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)
