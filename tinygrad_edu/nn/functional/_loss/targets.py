"""Reading the targets of a classification: class numbers, checked in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._errors import describe

__all__ = ["as_classes", "check_labels"]


def as_classes(x: Any, target: Any) -> np.ndarray:
    """The class numbers in `target` that belong to the scores `x`, as a copy in int64.

    Raises:
        RuntimeError: If they aren't int64 (or uint8), or their shape doesn't fit.
        ValueError: If there is another number of them than there are samples.
    """
    shape, got = x._data.shape, target._data.shape
    wanted = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if target._data.dtype not in (np.int64, np.uint8):
        raise RuntimeError(
            f"class numbers must be int64, got {describe(target)}; convert it with .long()"
            + (f", or give the probabilities of all classes in the shape {shape}" if _is_real(target) else "")
        )
    if got == wanted or (len(shape) == 1 and got == (1,)):
        return np.array(target._data, dtype=np.int64).reshape(wanted)
    message = (
        f"scores of shape {shape} want one class number for each sample, a target of shape {wanted}; "
        f"got {describe(target)}"
    )
    if len(got) == 2 == len(shape) and got[1] == 1:
        message += "; use target.squeeze(1)"
    elif got == shape:
        message += "; for one-hot targets use target.argmax(1)"
    raise (ValueError if len(shape) > 1 and got[:1] != shape[:1] else RuntimeError)(message)


def check_labels(labels: np.ndarray, count: int) -> None:
    """Refuse the first label that is no number of a class.

    Raises:
        IndexError: If a label isn't between 0 and ``count - 1``.
    """
    wrong = (labels < 0) | (labels >= count)
    if wrong.any():
        raise IndexError(
            f"label {labels[wrong.argmax()]} is out of range for {count} classes; labels go from 0 to "
            f"{count - 1}" + ("; are they counted from 1?" if labels.min() == 1 and labels.max() == count else "")
        )


def _is_real(target: Any) -> bool:
    return bool(target._data.dtype.kind == "f")
