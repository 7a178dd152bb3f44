"""Answers the question whether there is an Apple GPU to compute on: there is none here.

Source: https://docs.pytorch.org/docs/stable/backends.html#module-torch.backends.mps
"""

__all__ = ["is_available", "is_built"]


def is_available() -> bool:
    """False: everything runs on the CPU.

    >>> tg.backends.mps.is_available()
    False
    """
    return False


def is_built() -> bool:
    """False: there is no such part.

    >>> tg.backends.mps.is_built()
    False
    """
    return False
