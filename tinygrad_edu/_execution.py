"""How a program is executed: compiled, on how many threads, how exactly.

NumPy decides all of it; programs that ask, or that wish for something, run unchanged.

Source: https://docs.pytorch.org/docs/stable/generated/torch.compile.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_edu._errors import describe, warn

__all__ = [
    "are_deterministic_algorithms_enabled",
    "compile",
    "get_float32_matmul_precision",
    "get_num_threads",
    "set_float32_matmul_precision",
    "set_num_threads",
    "use_deterministic_algorithms",
]


def compile(
    model: Callable[..., Any] | None = None,
    *,
    fullgraph: Any = False,
    dynamic: Any = None,
    backend: Any = None,
    mode: Any = None,
    options: Any = None,
    name: Any = None,
    disable: Any = False,
    recompile_limit: Any = None,
    isolate_recompiles: Any = False,
    shapes_spec: Any = None,
) -> Any:
    """The function or module itself: nothing is compiled here, and the results are the same.

    Args:
        model: A module or a function; None, for ``@compile(…)`` above one. The other arguments say how PyTorch would
            compile it, and change nothing.

    Raises:
        TypeError: If it isn't a function or a module.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.compile.html

    >>> model = tg.nn.Linear(2, 1)
    >>> tg.compile(model) is model
    True
    """
    if model is None:
        return compile
    if not callable(model):
        raise TypeError(f"compile: wanted a module or a function, got {describe(model)}")
    return model


def get_num_threads() -> int:
    """How many threads products of matrices may use: as many as there are processors for this program.

    >>> tg.get_num_threads() >= 1
    True
    """
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def set_num_threads(num: int) -> None:
    """Warn, if another number is wanted than there is: NumPy's threads are chosen before it is imported.

    Args:
        num: How many threads are wanted.

    Raises:
        RuntimeError: If it isn't a positive integer.
        ValueError: If it doesn't fit 32 bits.

    >>> tg.set_num_threads(tg.get_num_threads())
    """
    if not isinstance(num, int) or isinstance(num, bool) or num < 1:
        raise RuntimeError(f"set_num_threads: wanted a positive integer, got {describe(num)}")
    if num >= 2**31:
        raise ValueError(f"set_num_threads: wanted a number below 2**31, got {num}")
    if num != get_num_threads():
        warn(
            "set_num_threads: the threads of NumPy's matrix products are chosen when it is imported; set the "
            f"environment variable OPENBLAS_NUM_THREADS={num} before the program starts"
        )


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Do nothing: the same program on the same machine computes the same numbers, always.

    >>> tg.use_deterministic_algorithms(True)
    """
    for name, flag in (("mode", mode), ("warn_only", warn_only)):
        if not isinstance(flag, bool):
            raise TypeError(f"use_deterministic_algorithms: {name} must be True or False, got {describe(flag)}")


def are_deterministic_algorithms_enabled() -> bool:
    """True: all algorithms are deterministic.

    >>> tg.are_deterministic_algorithms_enabled()
    True
    """
    return True


def set_float32_matmul_precision(precision: str) -> None:
    """Do nothing but check the word: float32 is computed in float32.

    Args:
        precision: ``"highest"``, ``"high"`` or ``"medium"``, which allow less exact products on a GPU.

    Raises:
        RuntimeError: If it is another word.

    >>> tg.set_float32_matmul_precision("high")
    """
    if precision not in ("highest", "high", "medium"):
        raise RuntimeError(
            f"set_float32_matmul_precision: precision must be 'highest', 'high' or 'medium', got {describe(precision)}"
        )


def get_float32_matmul_precision() -> str:
    """The word ``"highest"``: float32 is computed in float32.

    >>> tg.get_float32_matmul_precision()
    'highest'
    """
    return "highest"
