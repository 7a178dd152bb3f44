"""A failing example as a test that shows it again, ready to paste: values, memory layout and all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._tensor import Tensor

__all__ = ["reproduction", "written_tensor"]


def reproduction(function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> str:
    """The smallest test that fails as the check of `function` with these arguments does."""
    name = called(function)
    test = "".join(letter if letter.isalnum() else "_" for letter in name).strip("_").lower() or "it"
    lines = ["import numpy as np", "import tinygrad_edu as tg", "from hypothesis import strategies as st"]
    lines += ["from tinygrad_edu.testing import check_gradients", "", "", f"def test_gradient_of_{test}():"]
    stated: list[str] = []
    known: dict[int, str] = {}
    for number, each in enumerate(arguments):
        if id(each) in known:
            stated.append(known[id(each)])
            continue
        known[id(each)] = f"x{number}"
        stated.append(f"x{number}")
        lines.append(f"    x{number} = {written_tensor(each) if isinstance(each, Tensor) else repr(each)}")
    settings = "".join(f", {key}={value!r}" for key, value in options.items())
    together = ", ".join(f"st.just({each})" for each in stated)
    lines.append(f"    check_gradients({name or 'function'}, {together}{settings})")
    if not name:
        lines.append("    # function stands for the one that was checked, which has no name")
    return "The smallest test that shows it:\n\n" + "\n".join(lines) + "\n"


def called(function: Callable[..., Any]) -> str:
    """How a program calls a function: its name, ``Square.apply`` for a Function's; "" for a lambda."""
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__name__", None) or getattr(function, "name", "")
    if isinstance(owner, type):
        return f"{owner.__name__}.{name}"
    return str(name) if str(name).isidentifier() else ""


def written_tensor(tensor: Tensor) -> str:
    """An expression that makes a tensor of these values, this dtype and this memory layout."""
    data = np.asarray(tensor._data)
    values = f"np.array({_numbers(data)}, np.{data.dtype.name})"
    start = data.dtype.itemsize
    gaps = any(size > 1 and abs(step) > start for size, step in zip(data.shape, data.strides, strict=True))
    if not data.flags.c_contiguous and data.size:
        if data.flags.f_contiguous:
            values = f"np.asfortranarray({values})"
        elif min(data.strides) < 0:
            turned = ", ".join(["::-1"] * data.ndim)
            values = f"{values}[{turned}].copy()[{turned}]"
        elif gaps or data.ndim == 1:
            values += "".join(f".repeat(2, {axis})" for axis in range(data.ndim))
            values += f"[{', '.join(['::2'] * data.ndim)}]"
    asked = ".requires_grad_()" if tensor.requires_grad else ""
    return f"tg.from_numpy({values}){asked}"


def _numbers(data: np.ndarray) -> str:
    """The values as nested lists, which ``eval`` reads again."""
    text = repr(data.tolist())
    return text.replace("nan", "np.nan").replace("inf", "np.inf")
