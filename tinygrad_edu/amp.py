"""Mixed precision, which makes GPUs faster: on a CPU, training goes on in the precision that it has.

Programs that use it run unchanged: `autocast` casts nothing, and `GradScaler` scales by 1.

Source: https://docs.pytorch.org/docs/stable/amp.html
"""

from __future__ import annotations

import contextlib
from typing import Any

from tinygrad_edu._errors import describe, warn

__all__ = ["GradScaler", "autocast"]


class autocast(contextlib.ContextDecorator):
    """A block, or a function, in which PyTorch computes some operations with fewer bits; here all keep theirs.

    Args:
        device_type: ``"cuda"`` or ``"cpu"``; for the CPU it warns, for PyTorch's would compute in bfloat16 there.
        dtype: Accepted; changes nothing.
        enabled: Whether PyTorch would cast.
        cache_enabled: Accepted; changes nothing.

    Raises:
        TypeError: If `device_type` isn't a text.

    Source: https://docs.pytorch.org/docs/stable/amp.html#torch.autocast

    >>> with tg.autocast("cuda", dtype=tg.float16):
    ...     y = tg.ones(2) * 2
    >>> y.dtype
    tinygrad_edu.float32
    """

    def __init__(
        self, device_type: str, dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        if not isinstance(device_type, str):
            raise TypeError(f"autocast: device_type must be 'cpu' or 'cuda', got {describe(device_type)}")
        if enabled and device_type == "cpu":
            warn("autocast: nothing is cast here; everything is computed in the precision of its operands")

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *exception: object) -> None:
        """End the block."""


class GradScaler:
    """Scales losses so that float16 gradients don't vanish; where nothing is cast there is nothing to scale.

    Args:
        device: Accepted; changes nothing.
        init_scale: Accepted; changes nothing.
        growth_factor: Accepted; changes nothing.
        backoff_factor: Accepted; changes nothing.
        growth_interval: Accepted; changes nothing.
        enabled: Accepted; changes nothing.

    Source: https://docs.pytorch.org/docs/stable/amp.html#torch.amp.GradScaler

    >>> w = tg.tensor([3.0], requires_grad=True)
    >>> optimizer, scaler = tg.optim.SGD([w], lr=0.1), tg.amp.GradScaler()
    >>> scaler.scale((w**2).sum()).backward()
    >>> scaler.step(optimizer)
    >>> scaler.update()
    >>> w
    tensor([2.4000], requires_grad=True)
    """

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        """Do nothing: what is asked for are details of the scaling."""

    def scale(self, outputs: Any) -> Any:
        """The loss itself, or the losses."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Do nothing: the gradients aren't scaled."""

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """Do the optimizer's step."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: Any = None) -> None:
        """Do nothing: the scale stays 1."""

    def get_scale(self) -> float:
        """The number 1."""
        return 1.0

    def is_enabled(self) -> bool:
        """False: nothing is scaled."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """An empty dict: there is nothing to remember."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Do nothing: there is nothing to remember."""
