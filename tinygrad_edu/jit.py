"""What PyTorch has for compiling models: nothing is compiled here.

Source: https://docs.pytorch.org/docs/stable/jit.html
"""

from typing import TYPE_CHECKING

if not TYPE_CHECKING:

    def __getattr__(name):
        """Say what to use instead of a name that isn't here."""
        from tinygrad_edu._missing import no_such_name

        raise no_such_name(__name__, name)
