"""Answers the question whether there is anything faster than the CPU: there isn't here.

Source: https://docs.pytorch.org/docs/stable/accelerator.html
"""

from __future__ import annotations

__all__ = ["current_accelerator", "device_count", "is_available"]


def is_available() -> bool:
    """False: everything runs on the CPU.

    >>> tg.accelerator.is_available()
    False
    """
    return False


def device_count() -> int:
    """0, the number of accelerators.

    >>> tg.accelerator.device_count()
    0
    """
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """None: there is no accelerator.

    >>> tg.accelerator.current_accelerator() or tg.device("cpu")
    device(type='cpu')
    """
