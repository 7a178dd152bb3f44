"""Answers the question whether there is a GPU: there is none here.

Source: https://docs.pytorch.org/docs/stable/cuda.html
"""

__all__ = ["device_count", "is_available"]


def is_available() -> bool:
    """False: everything runs on the CPU.

    >>> tg.cuda.is_available()
    False
    """
    return False


def device_count() -> int:
    """0, the number of GPUs.

    >>> tg.cuda.device_count()
    0
    """
    return 0
