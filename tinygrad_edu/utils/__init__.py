"""Helpers around training; so far the loading of data, in `tinygrad_edu.utils.data`."""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.utils import data

__all__ = ["data"]

__dir__ = _listing(__name__, "data")

if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)
