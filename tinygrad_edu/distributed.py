"""What PyTorch has for training in several processes: there is one here.

Source: https://docs.pytorch.org/docs/stable/distributed.html
"""

from typing import TYPE_CHECKING

if not TYPE_CHECKING:

    def __getattr__(name):
        """Say what to use instead of a name that isn't here."""
        from tinygrad_edu._missing import no_such_name

        raise no_such_name(__name__, name)
