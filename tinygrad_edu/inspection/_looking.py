"""What everything that looks at a graph does first, and how it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu._files import replacing
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.inspection._names import names_in
from tinygrad_edu.inspection._recorded import Recorded, recorded

__all__ = ["recorded_for", "saved_as"]


def recorded_for(operation: str, result: Any, named: Any, frame: FrameType) -> Recorded:
    """The graph of `result`, with the names of `named` or of the caller.

    Raises:
        TypeError: If `result` is no tensor, or `named` neither module nor dict.
        RuntimeError: If nothing was recorded.
    """
    if not isinstance(result, Tensor):
        raise TypeError(f"{operation}: wanted the tensor that backpropagation starts from, got {describe(result)}")
    if not result.requires_grad:
        raise RuntimeError(
            f"{operation}: nothing was recorded for {describe(result)}: it was computed from no tensor with "
            "requires_grad=True, or under no_grad"
        )
    return recorded(result, names_in(operation, named, frame))


def saved_as(operation: str, path: str | Path, forms: Mapping[str, Callable[[], str]]) -> None:
    """Write a file in the form that the path's ending names; refuse another ending."""
    ending = Path(path).suffix
    if ending not in forms:
        *others, last = forms
        raise ValueError(f"{operation}: wanted a path that ends in {', '.join(others)} or {last}, got {str(path)!r}")
    with replacing(Path(path), operation) as file:
        file.write(forms[ending]().encode())
