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

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe

if TYPE_CHECKING:
    from tinygrad_edu._tensor import Tensor

__all__ = ["set_printoptions"]

_WIDEST_RATIO = 1000.0
_LARGEST = 1e8
_SMALLEST = 1e-4


class _Options:
    """How tensors are printed; `set_printoptions` changes it."""

    precision = 4
    threshold = 1000.0
    edgeitems = 3
    linewidth = 80
    sci_mode: bool | None = None


_PROFILES = {"default": (4, 1000.0, 3, 80), "short": (2, 1000.0, 2, 80), "full": (4, float("inf"), 3, 80)}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are printed from now on.

    Args:
        precision: How many digits stand behind the point.
        threshold: Above how many values the middle is left out.
        edgeitems: How many values are left at each end then.
        linewidth: How many characters a line has.
        profile: ``"default"``, ``"short"`` or ``"full"``: all of these at once, before the others.
        sci_mode: Whether numbers have an exponent; None, if they need one.

    Raises:
        TypeError: If one of the numbers isn't a number.
        ValueError: If `profile` is another text.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.set_printoptions.html

    >>> tg.set_printoptions(precision=2)
    >>> tg.tensor([1.2345])
    tensor([1.23])
    >>> tg.set_printoptions(profile="default")
    """
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    if profile is not None:
        if profile not in _PROFILES:
            raise ValueError(
                f"set_printoptions: profile must be one of {', '.join(_PROFILES)}, got {describe(profile)}"
            )
        pairs = zip(given, _PROFILES[profile], strict=True)
        given = {name: usual if given[name] is None else given[name] for name, usual in pairs}
    for name, value in given.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (whole or (name == "threshold" and isinstance(value, float))):
            raise TypeError(f"set_printoptions: {name} must be a whole number, got {describe(value)}")
        if value is not None and not value >= 0:
            raise ValueError(f"set_printoptions: {name} can't be negative, got {describe(value)}")
    if sci_mode is not None and not isinstance(sci_mode, bool):
        raise TypeError(f"set_printoptions: sci_mode must be True, False or None, got {describe(sci_mode)}")
    for name, value in given.items():
        if value is not None:
            setattr(_Options, name, value)
    _Options.sci_mode = sci_mode


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
    plain = [dtypes.default(), np.dtype(np.int64), np.dtype(bool)]  # which a plain literal has: they need no mention
    if values.dtype not in (plain if values.size else plain[:1]):
        notes.append(f"dtype={tensor.dtype!r}")
    if tensor.grad_fn is not None:
        notes.append(f"grad_fn=<{tensor.grad_fn.name()}>")
    elif tensor.requires_grad:
        notes.append("requires_grad=True")
    indent = len("tensor(")
    text = "tensor(" + ("[]" if values.size == 0 else _nested(values, indent, *_writer(values)))
    return _with_notes(text, notes, indent) + ")"


def _with_notes(text: str, notes: list[str], indent: int) -> str:
    """Append the notes, each on a line of its own where the last line would get too long."""
    length = len(text) - text.rfind("\n") + 1
    for note in notes:
        if length + len(note) + 2 > _Options.linewidth:
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
    spread = high / low > _WIDEST_RATIO or high > _LARGEST or (not are_whole and low < _SMALLEST)
    if spread if _Options.sci_mode is None else _Options.sci_mode:
        write: Callable[[Any], str] = f"{{:.{_Options.precision}e}}".format
    else:
        write = _whole if are_whole else f"{{:.{_Options.precision}f}}".format
    return write, max(len(write(value)) for value in finite.tolist())


def _whole(value: float) -> str:
    return f"{value:.0f}." if np.isfinite(value) else str(value)


def _shown(values: np.ndarray) -> np.ndarray:
    """The values that will be shown."""
    edge = _Options.edgeitems
    if values.size > _Options.threshold:
        for dim, length in enumerate(values.shape):
            if length > 2 * edge:
                values = np.take(values, [*range(edge), *range(length - edge, length)], axis=dim)
    return values


def _nested(values: np.ndarray, indent: int, write: Callable[[Any], str], width: int, short: bool | None = None) -> str:
    """The values in brackets; `short` says whether the middle of long dimensions is left out."""
    short = values.size > _Options.threshold if short is None else short
    if values.ndim == 0:
        return write(values.item()).rjust(width)
    edge = _Options.edgeitems
    cut = short and len(values) > 2 * edge
    rows = [*values[:edge], *values[-edge:]] if cut else list(values)
    if values.ndim == 1:
        parts = [write(row.item()).rjust(width) for row in rows]
        if cut:
            parts.insert(edge, " ...")
        per_line = max(1, (_Options.linewidth - indent) // (width + 2))
        lines = [", ".join(parts[start : start + per_line]) for start in range(0, len(parts), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    parts = [_nested(row, indent + 1, write, width, short) for row in rows]
    if cut:
        parts.insert(edge, "...")
    return "[" + ("," + "\n" * (values.ndim - 1) + " " * (indent + 1)).join(parts) + "]"
