"""How values lie in memory: as strided arrays, row by row.

The names exist so that programs which say what is so anyway run unchanged.

Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.layout
"""

from __future__ import annotations

__all__ = ["contiguous_format", "layout", "memory_format", "preserve_format", "strided"]


class layout:
    """What a tensor is made of; `strided` is the only one.

    >>> tg.ones(2).layout == tg.strided, isinstance(tg.strided, tg.layout)
    (True, True)
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"{__name__.partition('.')[0]}.{self._name}"

    def __reduce__(self) -> str:
        return self._name


class memory_format(layout):
    """The order of values in memory: `contiguous_format`, row by row, or `preserve_format`, as they are.

    >>> tg.ones(2, 3).T.clone(memory_format=tg.contiguous_format).is_contiguous()
    True
    """

    __slots__ = ()


strided = layout("strided")
contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
