"""What data sets, samplers and loaders print: what they are and how many samples they have, never the samples."""

from __future__ import annotations

from typing import Any

from tinygrad_edu._tensor import Tensor

__all__ = ["in_short", "samples_in"]


def in_short(value: Any) -> str:
    """The text of a value that is a part of another one's text."""
    if isinstance(value, (list, tuple, dict, set, Tensor)) or hasattr(value, "__array__"):
        return f"{type(value).__name__} of {len(value)}"
    if not any("__repr__" in vars(each) for each in type(value).__mro__[:-1]):
        return type(value).__name__
    text = repr(value)
    return text if len(text) <= 100 else text[:97] + "..."


def samples_in(value: Any) -> str:
    """How many samples or indices something has, as ``5``; nothing if it doesn't say."""
    try:
        return str(len(value))
    except Exception:  # a length may be computed from what isn't there yet, and a text never fails
        return ""
