"""The printing of tensors: like PyTorch's, so that what a beginner reads in a book looks the same.

The rules: floats show 4 digits, or none if all are whole, or an exponent if they are spread over
more than three powers of ten; all numbers of a tensor are padded to one width; above 1,000 values only
3 at each end of a dimension are shown; lines hold 80 characters.

Source: https://docs.pytorch.org/docs/stable/generated/torch.set_printoptions.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["tensor_text"]

_DIGITS = 4
_THRESHOLD = 1000
_EDGE = 3
_LINE = 80
_WIDEST_RATIO = 1000.0
_LARGEST = 1e8
_SMALLEST = 1e-4
_UNMARKED = ("float32", "int64", "bool")  # the dtypes that a plain literal has, so need no mention


def tensor_text(tensor: Tensor) -> str:
    """The text that ``print(tensor)`` shows.

    >>> from tinygrad_edu._printing import tensor_text
    >>> print(tensor_text(tg.tensor([[1.0, -2.5], [3.0, 4.0]])))
    tensor([[ 1.0000, -2.5000],
            [ 3.0000,  4.0000]])
    """
    values = np.asarray(tensor._data)
    notes = []
    if values.size == 0 and values.ndim != 1:
        notes.append(f"size={tuple(values.shape)}")
    if values.dtype.name not in (_UNMARKED if values.size else _UNMARKED[:1]):
        notes.append(f"dtype={tensor.dtype!r}")
    if tensor.grad_fn is not None:
        notes.append(f"grad_fn={tensor.grad_fn!r}")
    elif tensor.requires_grad:
        notes.append("requires_grad=True")
    indent = len("tensor(")
    text = "tensor(" + ("[]" if values.size == 0 else _nested(values, indent, *_writer(values)))
    return _with_notes(text, notes, indent) + ")"


def _with_notes(text: str, notes: list[str], indent: int) -> str:
    """Append the notes, each on a line of its own where the last line would get too long."""
    length = len(text) - text.rfind("\n") + 1
    for note in notes:
        if length + len(note) + 2 > _LINE:
            text += ",\n" + " " * indent + note
            length = indent + len(note)
        else:
            text += ", " + note
            length += len(note) + 2
    return text


def _writer(values: np.ndarray) -> tuple[Callable[[Any], str], int]:
    """The function that writes a value, and the width that the values are padded to."""
    shown = _shown(values).ravel()
    if values.dtype.kind != "f":
        return str, max(len(str(value)) for value in shown.tolist())
    finite = shown[np.isfinite(shown) & (shown != 0)].astype(np.float64)
    if finite.size == 0:
        return _whole, 1
    low, high = float(np.abs(finite).min()), float(np.abs(finite).max())
    are_whole = bool(np.all(finite == np.ceil(finite)))
    if high / low > _WIDEST_RATIO or high > _LARGEST or (not are_whole and low < _SMALLEST):
        write: Callable[[Any], str] = f"{{:.{_DIGITS}e}}".format
    else:
        write = _whole if are_whole else f"{{:.{_DIGITS}f}}".format
    return write, max(len(write(value)) for value in finite.tolist())


def _whole(value: float) -> str:
    return f"{value:.0f}." if np.isfinite(value) else str(value)


def _shown(values: np.ndarray) -> np.ndarray:
    """The values that will be shown."""
    if values.size > _THRESHOLD:
        for dim, length in enumerate(values.shape):
            if length > 2 * _EDGE:
                values = np.take(values, [*range(_EDGE), *range(length - _EDGE, length)], axis=dim)
    return values


def _nested(values: np.ndarray, indent: int, write: Callable[[Any], str], width: int, short: bool | None = None) -> str:
    """The values in brackets; `short` says whether the middle of long dimensions is left out."""
    short = values.size > _THRESHOLD if short is None else short
    if values.ndim == 0:
        return write(values.item()).rjust(width)
    cut = short and len(values) > 2 * _EDGE
    rows = [*values[:_EDGE], *values[-_EDGE:]] if cut else list(values)
    if values.ndim == 1:
        parts = [write(row.item()).rjust(width) for row in rows]
        if cut:
            parts.insert(_EDGE, " ...")
        per_line = max(1, (_LINE - indent) // (width + 2))
        lines = [", ".join(parts[start : start + per_line]) for start in range(0, len(parts), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    parts = [_nested(row, indent + 1, write, width, short) for row in rows]
    if cut:
        parts.insert(_EDGE, "...")
    return "[" + ("," + "\n" * (values.ndim - 1) + " " * (indent + 1)).join(parts) + "]"
