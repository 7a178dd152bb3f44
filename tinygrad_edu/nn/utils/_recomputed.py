"""Hooks that work a weight out anew before each call of its module, from parameters that took its place."""

from __future__ import annotations

from typing import Any, ClassVar

from tinygrad_edu._errors import describe
from tinygrad_edu.nn._hooks import take_away
from tinygrad_edu.nn._module import Module
from tinygrad_edu.nn.parameter import is_lazy

__all__ = ["Recomputed", "module_with"]


def module_with(module: Any, name: Any) -> Any:
    """The module, if it is one, and `name` a text."""
    if not isinstance(module, Module):
        raise TypeError(f"module must be a Module, got {describe(module)}")
    if not isinstance(name, str):
        raise TypeError(f"name must be the name of a parameter, got {describe(name)}")
    return module


class Recomputed:
    """A hook in front of ``forward`` that makes the weight called `name`."""

    what: ClassVar[str]  # the function that puts it on
    name: str

    @classmethod
    def _of(cls, module: Any, name: str) -> Any:
        """The hook of this kind that makes a module's weight, or None."""
        hooks = () if module._hooks is None else module._hooks.before.values()
        found = (each.function for each in hooks if isinstance(each.function, cls) and each.function.name == name)
        return next(found, None)

    def refuse_twice(self, module: Any) -> None:
        """Refuse a weight that a hook of this kind makes already."""
        if self._of(module, self.name) is not None:
            raise RuntimeError(f"the parameter {self.name!r} has it already; it can't be put on twice")

    def weight_of(self, module: Any) -> Any:
        """The parameter that is to be replaced."""
        weight = module.get_parameter(self.name)
        if is_lazy(weight):
            raise ValueError(f"the parameter {self.name!r} has no shape yet; call the module once, and then do this")
        return weight

    def take_off(self, module: Any) -> None:
        """Let the weight, as it is, take its place again."""
        raise NotImplementedError

    @classmethod
    def remove(cls, module: Any, name: str) -> None:
        """Take the hook off, and let the weight be an ordinary parameter."""
        hook = cls._of(module, name)
        if hook is None:
            raise ValueError(f"there is no {cls.what} of {name!r} in {describe(module)}")
        hook.take_off(module)
        take_away(module, hook)
