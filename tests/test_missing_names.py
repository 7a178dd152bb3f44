"""Names that aren't here: each module says so, and what to use instead."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu._missing import ABSENT_FROM_TENSORS, INSTEAD, instead_of

MODULES = sorted(path for path in INSTEAD if path != "Tensor")


@pytest.mark.parametrize("path", MODULES)
def test_a_module_says_what_to_use_instead(path: str) -> None:
    module = importlib.import_module(f"tinygrad_edu.{path}" if path else "tinygrad_edu")
    for name, words in INSTEAD[path].items():
        wanted = "anything" if name == "*" else name
        with pytest.raises(AttributeError) as caught:
            getattr(module, wanted)
        assert str(caught.value) == f"module {module.__name__!r} has no attribute {wanted!r}: {words}"


@pytest.mark.parametrize("path", [path for path in MODULES if "*" not in INSTEAD[path]])
def test_the_nearest_name_is_told(path: str) -> None:
    module = importlib.import_module(f"tinygrad_edu.{path}" if path else "tinygrad_edu")
    name = max((each for each in dir(module) if not each.startswith("_")), key=len)
    with pytest.raises(AttributeError, match=f"did you mean '{name}'"):
        getattr(module, f"{name[:-1]}{name[-1] * 2}")
    with pytest.raises(AttributeError, match="has no attribute 'qqqqq': not all that PyTorch has is here"):
        getattr(module, "q" * 5)
    assert not hasattr(module, "__wrapped__")


@pytest.mark.parametrize(
    "name", ["complex64", "bfloat16", "sparse_coo_tensor", "quantize_per_tensor", "cudnn_convolution"]
)
def test_whole_kinds_of_names_have_words(name: str) -> None:
    assert instead_of("", name)


@pytest.mark.parametrize("name", ABSENT_FROM_TENSORS)
def test_a_tensor_says_what_to_use_instead(name: str) -> None:
    x = tg.ones(2)
    with pytest.raises(AttributeError) as caught:
        getattr(x, name)
    assert str(caught.value) == f"'Tensor' object has no attribute {name!r}: {instead_of('Tensor', name)}"
    assert instead_of("Tensor", name)
    assert not hasattr(tg.Tensor, name)
    assert name not in dir(x)


def test_other_names_are_not_slowed_down() -> None:
    assert not hasattr(tg.Tensor, "__getattr__")  # each attribute would take three times as long


def test_functions_in_place_are_methods() -> None:
    x = tg.tensor([-1.0, 4.0])
    face: Any = tg  # type checkers know the methods
    assert face.relu_(x) is x
    assert face.sqrt_(x).tolist() == [0.0, 2.0]


def test_paths_that_programs_import_are_there() -> None:
    from tinygrad_edu import functional
    from tinygrad_edu.nn import parallel

    assert functional.einsum is tg.einsum
    for name in ("DataParallel", "DistributedDataParallel"):
        with pytest.raises(AttributeError, match="there is one CPU and no GPU; use the module itself"):
            getattr(parallel, name)
