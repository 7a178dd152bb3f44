"""Layers of one kind that share their constructor, such as those for one, two and three dimensions.

Python names a function in its own errors, such as that for a missing argument. So each layer has the constructor under
its own name.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from tinygrad_edu.nn._module import Module

__all__ = ["SharedConstructor"]


class SharedConstructor(Module):
    """A layer whose constructor is that of the class above it, and bears its own name in errors."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__init__" not in vars(cls):
            shared: Any = cls.__init__
            own = FunctionType(
                *(shared.__code__, shared.__globals__, "__init__", shared.__defaults__, shared.__closure__)
            )
            own.__qualname__ = f"{cls.__qualname__}.__init__"
            own.__annotations__ = shared.__annotations__
            own.__kwdefaults__ = shared.__kwdefaults__
            type.__setattr__(cls, "__init__", own)
