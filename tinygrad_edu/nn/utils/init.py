"""Modules whose parameters get no values when they are made.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.skip_init.html
"""

from __future__ import annotations

import inspect
from typing import Any

from tinygrad_edu import random
from tinygrad_edu._errors import describe
from tinygrad_edu.nn._module import Module

__all__ = ["skip_init"]


def skip_init(module_cls: type[Module], *args: Any, **kwargs: Any) -> Any:
    """Make a module whose parameters and buffers have no values in them yet: they are to be loaded, or written.

    No random numbers are drawn for it.

    Args:
        module_cls: The class.
        args: What its constructor takes.
        kwargs: What its constructor takes by name.

    Raises:
        RuntimeError: If it isn't a class of modules, or its constructor takes no `device`.

    >>> layer = tg.nn.utils.skip_init(tg.nn.Linear, 3, 2)
    >>> layer
    Linear(in_features=3, out_features=2, bias=True)
    """
    if not (isinstance(module_cls, type) and issubclass(module_cls, Module)):
        raise RuntimeError(f"skip_init: module_cls must be a class of modules, got {describe(module_cls)}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError(f"skip_init: {module_cls.__name__} takes no device, so it can't be made without values")
    with random.fork_rng():
        made: Any = module_cls(*args, **kwargs)
    return made.to_empty(device=kwargs.get("device", "cpu"))
