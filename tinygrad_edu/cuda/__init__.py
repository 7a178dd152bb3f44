"""Answers questions about GPUs: there is none here, and what only makes sense on one does nothing, or says so.

Source: https://docs.pytorch.org/docs/stable/cuda.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from tinygrad_edu import random
from tinygrad_edu._importing import otherwise as _otherwise
from tinygrad_edu.cuda import amp as amp

__all__ = [
    "current_device",
    "device_count",
    "empty_cache",
    "get_device_name",
    "is_available",
    "is_bf16_supported",
    "manual_seed",
    "manual_seed_all",
    "max_memory_allocated",
    "memory_allocated",
    "memory_reserved",
    "synchronize",
]


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


def is_bf16_supported() -> bool:
    """False: there is no bfloat16 here.

    >>> tg.cuda.is_bf16_supported()
    False
    """
    return False


def manual_seed(seed: int) -> None:
    """Do nothing: `tinygrad_edu.manual_seed` seeds all there is.

    >>> tg.cuda.manual_seed(0)
    """
    random.Generator().manual_seed(seed)  # which checks it


def manual_seed_all(seed: int) -> None:
    """Do nothing: `tinygrad_edu.manual_seed` seeds all there is.

    >>> tg.cuda.manual_seed_all(0)
    """
    manual_seed(seed)


def empty_cache() -> None:
    """Do nothing: memory that nobody uses goes back by itself.

    >>> tg.cuda.empty_cache()
    """


def memory_allocated(device: Any = None) -> int:
    """0, the bytes in use on a GPU.

    >>> tg.cuda.memory_allocated()
    0
    """
    return 0


def max_memory_allocated(device: Any = None) -> int:
    """0, the bytes that were ever in use on a GPU.

    >>> tg.cuda.max_memory_allocated()
    0
    """
    return 0


def memory_reserved(device: Any = None) -> int:
    """0, the bytes that a GPU has set aside.

    >>> tg.cuda.memory_reserved()
    0
    """
    return 0


def get_device_name(device: Any = None) -> NoReturn:
    """Refuse: there is no GPU that has a name.

    Raises:
        AssertionError: Always, as PyTorch without CUDA does.

    >>> tg.cuda.get_device_name() if tg.cuda.is_available() else "cpu"
    'cpu'
    """
    _refuse("get_device_name")


def current_device() -> NoReturn:
    """Refuse: no GPU is the current one.

    Raises:
        AssertionError: Always, as PyTorch without CUDA does.

    >>> tg.cuda.current_device() if tg.cuda.is_available() else "cpu"
    'cpu'
    """
    _refuse("current_device")


def synchronize(device: Any = None) -> NoReturn:
    """Refuse: there is no GPU to wait for.

    Raises:
        AssertionError: Always, as PyTorch without CUDA does.

    >>> tg.cuda.synchronize() if tg.cuda.is_available() else None
    """
    _refuse("synchronize")


def _refuse(name: str) -> NoReturn:
    raise AssertionError(f"cuda.{name}: there is no GPU here; ask tinygrad_edu.cuda.is_available() first")


if not TYPE_CHECKING:
    __getattr__ = _otherwise(__name__)
