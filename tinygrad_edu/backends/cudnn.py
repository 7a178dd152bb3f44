"""Settings of NVIDIA's library for GPUs: they may be set, and change nothing.

Source: https://docs.pytorch.org/docs/stable/backends.html#module-torch.backends.cudnn
"""

__all__ = ["is_available", "version"]

allow_tf32 = True
benchmark = False
deterministic = False
enabled = True


def is_available() -> bool:
    """False: there is no GPU here.

    >>> tg.backends.cudnn.is_available()
    False
    """
    return False


def version() -> None:
    """None: the library isn't here.

    >>> tg.backends.cudnn.version()
    """
    return
