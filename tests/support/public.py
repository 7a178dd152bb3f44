"""The public functions of a rule, called as the rule is called in its row; here, or in PyTorch.

A function is written as in ``m.exp``, ``m.Tensor.exp`` or ``m.Tensor.exp_``, with ``m`` for either module.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from support.elementwise import Case
from support.package import names_of, original
from support.views import laid_out

import tinygrad_edu as tg
from tinygrad_edu.ops.table import TABLE

# Tensors of places, a number, where the rules take any index; `polygamma` takes its setting first, and norms a shape.
TAKES_OTHER_ARGUMENTS = {"as_strided", "index_put", "layer_norm", "polygamma", "rms_norm", "select"}
OF_OTHER_DIMENSIONS = {"m.linalg.norm"}  # of one or two, where the rule reduces any


def found(written: str, m: Any) -> Any:
    """The function of a module that is written so; None if it isn't there."""
    for part in written.split(".")[1:]:
        m = getattr(m, part, None)
    return m


def forms(name: str) -> list[str]:
    """How the public functions of a rule are written: the function, the method, the method that works in place."""
    function, method, in_place = f"m.{name}", f"m.Tensor.{name}", f"m.Tensor.{name}_"
    written_so = (function, method, in_place, f"m.linalg.{name}")
    there = {written: original(found(written, tg)) for written in written_so}
    if there[function] not in (None, there[method]):  # a method of its own may take its operands in another order
        there[method] = None
    if not there[method]:
        there[in_place] = None
    if not there[function] and name in names_of("tinygrad_edu.special"):  # rules that it only uses are there, too
        there[f"m.special.{name}"] = original(found(f"m.special.{name}", tg))
    return [written for written, each in there.items() if each and written not in OF_OTHER_DIMENSIONS]


FORMS = {name: forms(name) for name in TABLE if name not in TAKES_OTHER_ARGUMENTS and forms(name)}


def accepts(written: str, name: str, case: Case) -> bool:
    """Whether a function accepts what its rule is called with, and means the same."""
    dims = case.params.get("dim")
    if dims == ():  # to a function no dimension means all of them
        return False
    if name == "prod" and len(case.params["dim"]) > 1:  # which takes one only
        return False
    if name == "norm" and len(case.params["dim"]) > 2:  # these are refused: "fro" is of vectors and matrices
        return False
    return not (isinstance(case.operands[0], float) and ".Tensor." in written)


def own(m: Any, value: Any, dtype: str | None = None) -> Any:
    """A value as a module has it: its tensor, its dtype. `dtype` is in the place of float64."""
    if isinstance(value, tg.Tensor):
        value = value.detach().numpy()
    if isinstance(value, np.dtype | tg.dtype):
        name = str(value).rpartition(".")[2]
        return getattr(m, dtype if dtype and name == "float64" else name)
    if isinstance(value, np.ndarray | np.generic):
        name = value.dtype.name
        chosen = getattr(m, dtype if dtype and name == "float64" else name)
        return laid_out(m, np.asarray(value), chosen)
    return value


def place(m: Any, value: Any, dtype: str | None = None) -> Any:
    """An operand as a module has it: numbers that aren't whole require a gradient."""
    tensor = own(m, value, dtype)
    return tensor.requires_grad_() if isinstance(tensor, m.Tensor) and tensor.is_floating_point() else tensor


@dataclass
class PublicCall:
    """A call that is about to be made, and the tensors by which it can be differentiated."""

    function: Callable[..., Any]
    operands: list[Any]
    settings: dict[str, Any]
    places: list[Any]

    def __call__(self) -> Any:
        return self.function(*self.operands, **self.settings)


def public_call(m: Any, written: str, name: str, case: Case, dtype: str | None = None) -> PublicCall:
    """The call of a rule as its public function takes it: settings by name where the function has that name."""
    in_place = written.endswith("_")  # what a leaf with a gradient refuses
    operands = [(own if in_place else place)(m, each, dtype) for each in case.operands]
    places = [each for each in operands if isinstance(each, m.Tensor) and each.requires_grad]
    names = inspect.signature(original(found(written, tg))).parameters
    settings = {each: own(m, value, dtype) for each, value in _settings(name, case).items()}
    rest = [value for each, value in settings.items() if each not in names]
    named = {each: value for each, value in settings.items() if each in names}
    return PublicCall(found(written, m), [*([operands] if TABLE[name].variadic else operands), *rest], named, places)


def _settings(name: str, case: Case) -> dict[str, Any]:
    if name != "prod":
        return case.params
    dims = case.params["dim"]  # the function takes one dimension, or none for all
    return {"dim": dims[0], "keepdim": case.params["keepdim"]} if len(dims) == 1 else {}
