"""Helpers around training; so far the loading of data, in `tinygrad_edu.utils.data`."""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import listing as _listing
from tinygrad_edu.utils import data

__all__ = ["data"]

__dir__ = _listing(__name__, "data")

if not TYPE_CHECKING:

    def __getattr__(name):
        """Say what to use instead of a name that isn't here."""
        from tinygrad_edu._missing import no_such_name

        raise no_such_name(__name__, name)
