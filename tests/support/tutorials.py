"""The programs in tests/tutorials/, in the style of public tutorials, run with this package or with PyTorch.

A program differs in its imports only. `models` makes its modules, which begin with the same weights in both, and
`train` returns the losses. Everything random that isn't a weight comes from NumPy. Numbers are float64 by default.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import tinygrad_edu as tg

__all__ = ["NAMES", "losses"]

FOLDER = Path(__file__).parent.parent / "tutorials"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def program(name: str, package: str) -> ModuleType:
    """The program, with its imports from a package."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8").replace("tinygrad_edu", package)
    module = ModuleType(f"{name}_with_{package}")
    exec(compile(text, f"{name}.py", "exec"), vars(module))
    return module


def losses(name: str, m: Any = tg) -> list[float]:
    """What the program's training returns, with this package or another one of the same names."""
    before = tg.get_default_dtype(), m.get_default_dtype()
    try:
        for each in (tg, m):
            each.set_default_dtype(each.float64)
        tg.manual_seed(0)
        models = start = program(name, "tinygrad_edu").models()
        if m is not tg:
            models = program(name, m.__name__).models()
            for key, model in models.items():
                state = {k: m.tensor(np.array(v)) for k, v in start[key].state_dict().items()}
                model.load_state_dict(state)
        found: list[float] = program(name, m.__name__).train(models)
        return found
    finally:
        tg.set_default_dtype(before[0])
        m.set_default_dtype(before[1])
