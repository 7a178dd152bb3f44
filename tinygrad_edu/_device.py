"""The place of tensors: the CPU, always.

The name exists so that programs which ask for a device, or choose one with ``cuda.is_available()``,
run unchanged.

Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.device
"""

from __future__ import annotations

__all__ = ["device"]


class device:
    """A place for tensors; ``cpu`` is the only one.

    Args:
        type: ``"cpu"`` or ``"cpu:0"``, or a device.
        index: None or 0; there is one CPU.

    Raises:
        RuntimeError: For any other place.

    >>> tg.device("cuda" if tg.cuda.is_available() else "cpu")
    device(type='cpu')
    """

    __slots__ = ("index",)

    type = "cpu"

    def __init__(self, type: str | device, index: int | None = None) -> None:
        if str(type) not in ("cpu", "cpu:0") or index not in (None, 0):
            place = str(type) if index is None else f"{type}:{index}"
            raise RuntimeError(f"device: got {place!r}, but only 'cpu' exists here")
        self.index = 0 if str(type) == "cpu:0" else index

    def __repr__(self) -> str:
        return "device(type='cpu')" if self.index is None else f"device(type='cpu', index={self.index})"

    def __str__(self) -> str:
        return "cpu" if self.index is None else f"cpu:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and self.index == other.index

    def __hash__(self) -> int:
        return hash(str(self))
