"""Settings of computations on GPUs: they may be set, and change nothing.

Source: https://docs.pytorch.org/docs/stable/backends.html#module-torch.backends.cuda
"""

from types import SimpleNamespace

__all__ = ["is_built", "matmul"]

matmul = SimpleNamespace(allow_tf32=False, allow_fp16_reduced_precision_reduction=True)


def is_built() -> bool:
    """False: there is no such part.

    >>> tg.backends.cuda.is_built()
    False
    """
    return False
