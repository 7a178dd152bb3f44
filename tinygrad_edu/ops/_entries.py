"""How the table's operations are made: as anybody's are, but trusted, for the tests prove every one of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from tinygrad_edu.autograd.primitive import Primitive
from tinygrad_edu.autograd.primitive import elementwise as anybodys_elementwise
from tinygrad_edu.autograd.primitive import primitive as anybodys_primitive

__all__ = ["elementwise", "primitive"]

P = ParamSpec("P")


def _trusted(make: Callable[P, Primitive]) -> Callable[P, Primitive]:
    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> Primitive:
        operation = make(*args, **kwargs)
        operation.trusted = True
        return operation

    return made


elementwise = _trusted(anybodys_elementwise)
primitive = _trusted(anybodys_primitive)
