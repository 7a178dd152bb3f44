"""What PyTorch has for training in several processes: there is one here.

Source: https://docs.pytorch.org/docs/stable/distributed.html
"""

from typing import TYPE_CHECKING

from tinygrad_edu._importing import otherwise as _otherwise

__all__ = ["is_available", "is_initialized"]


def is_available() -> bool:
    """False: nothing is here for training in several processes.

    >>> tg.distributed.is_available()
    False
    """
    return False


def is_initialized() -> bool:
    """False: there is one process.

    >>> tg.distributed.is_initialized()
    False
    """
    return False


if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)
