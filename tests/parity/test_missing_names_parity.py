"""What is said of missing names, beside PyTorch: it has those names, and what is told to use instead is here."""

from __future__ import annotations

import importlib

import pytest

from tinygrad_edu._missing import ABSENT_FROM_TENSORS, FORMS, INSTEAD, instead_of

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("path", sorted(path for path in INSTEAD if path not in ("Tensor", "onnx", "profiler")))
def test_pytorch_has_them(path: str) -> None:
    module = importlib.import_module(f"torch.{path}" if path else "torch")
    old = {"symeig", "eig", "lstsq", "solve", "NLLLoss2d", "Container", "nested", "masked", "export", "fx", "hub"}
    old |= {"tensorboard"}  # which needs a package of its own
    for name in INSTEAD[path]:
        assert name in ("*", "prune") or name in old or hasattr(module, name), f"PyTorch's {path} has no {name}"


@pytest.mark.parametrize("form", FORMS)
def test_pytorch_has_names_of_each_form(form: str) -> None:
    assert any(instead_of("", name) == FORMS[form] for name in dir(torch))


def test_no_name_of_a_form_is_one_that_is_here() -> None:
    import tinygrad_edu as tg

    ours = [name for name in dir(tg) if not name.startswith("_")]
    assert [name for name in ours if instead_of("", name)] == []


def test_a_tensor_has_words_for_each_name_of_pytorch_s_that_there_are_words_for() -> None:
    import tinygrad_edu as tg

    theirs = {name for name in dir(torch.Tensor) if not name.startswith("_") and not hasattr(tg.Tensor, name)}
    assert {name for name in theirs if instead_of("Tensor", name)} == {*ABSENT_FROM_TENSORS} & theirs
    assert {*ABSENT_FROM_TENSORS} - {*dir(torch.Tensor)} <= {"mps"}
