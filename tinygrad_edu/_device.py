"""Where tensors live: on the CPU, always.

The name exists so that programs which ask for a device, or choose one with ``cuda.is_available()``,
run unchanged.

Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.device
"""

from __future__ import annotations

__all__ = ["device"]


class device:  # noqa: N801 - PyTorch's spelling
    """A place for tensors; ``cpu`` is the only one.

    Raises:
        RuntimeError: For any other place.

    Example:
        >>> import tinygrad_edu as tg
        >>> tg.device("cuda" if tg.cuda.is_available() else "cpu")
        device(type='cpu')
    """

    __slots__ = ()

    type = "cpu"
    index = None

    def __init__(self, type: str | device = "cpu", index: int | None = None) -> None:
        if str(type) not in ("cpu", "cpu:0") or index not in (None, 0):
            raise RuntimeError(f"device: got {str(type)!r}, but only 'cpu' exists here")

    def __repr__(self) -> str:
        return "device(type='cpu')"

    def __str__(self) -> str:
        return "cpu"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device)

    def __hash__(self) -> int:
        return hash("cpu")
