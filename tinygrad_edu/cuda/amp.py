"""The old path of `tinygrad_edu.amp`: ``from tinygrad_edu.cuda.amp import GradScaler, autocast``.

Source: https://docs.pytorch.org/docs/stable/amp.html
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu import amp

__all__ = ["GradScaler", "autocast"]


class autocast(amp.autocast):
    """`tinygrad_edu.amp.autocast` for GPUs, of which there is none: does nothing.

    Args:
        enabled: Accepted; changes nothing.
        dtype: Accepted; changes nothing.
        cache_enabled: Accepted; changes nothing.

    >>> with tg.cuda.amp.autocast():
    ...     y = tg.ones(2) * 2
    >>> y.dtype
    tinygrad_edu.float32
    """

    def __init__(self, enabled: bool = True, dtype: Any = None, cache_enabled: bool = True) -> None:
        super().__init__("cuda", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """`tinygrad_edu.amp.GradScaler` for GPUs, of which there is none: scales by 1.

    Args:
        init_scale: Accepted; changes nothing.
        growth_factor: Accepted; changes nothing.
        backoff_factor: Accepted; changes nothing.
        growth_interval: Accepted; changes nothing.
        enabled: Accepted; changes nothing.

    >>> tg.cuda.amp.GradScaler().scale(tg.tensor(3.0))
    tensor(3.)
    """

    def __init__(
        self,
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        super().__init__("cuda", init_scale, growth_factor, backoff_factor, growth_interval, enabled)
