"""PyTorch's path of loading data in several processes; it says what to use instead."""

from typing import TYPE_CHECKING

__all__: list[str] = []

if not TYPE_CHECKING:

    def __getattr__(name):
        """Say what to use instead of a name that isn't here."""
        from tinygrad_edu._missing import no_such_name

        raise no_such_name(__name__, name)
