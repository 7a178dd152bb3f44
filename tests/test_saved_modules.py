"""Whole modules in files: what comes back, which classes a file may name, and that nothing of a file's is run."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, serialization

INIT_CALLS: list[int] = []


class Net(nn.Module):
    """A module of the program's own, with what such modules have as attributes."""

    def __init__(self) -> None:
        super().__init__()
        INIT_CALLS.append(1)
        self.first = nn.Linear(2, 3)
        self.again = self.first
        self.tied = nn.Linear(2, 3, bias=False)
        self.tied.weight = self.first.weight
        self.rest = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.2))
        self.activation = nn.functional.relu
        self.place = tg.device("cpu")
        self.sizes = [1, (2, 3)]
        self.register_buffer("unsaved", tg.ones(2), persistent=False)
        self.plain = tg.zeros(1)

    def forward(self, x: Any) -> Any:
        return self.rest(self.activation(self.first(x) + self.tied(x)))


@pytest.fixture(autouse=True)
def _no_safe_globals() -> Iterator[None]:
    yield
    serialization.clear_safe_globals()


def there_and_back(obj: Any, **options: Any) -> Any:
    """Return what `load` gives of what `save` wrote."""
    file = io.BytesIO()
    tg.save(obj, file)
    file.seek(0)
    return tg.load(file, **options)


LAYERS: list[nn.Module] = [
    nn.Linear(2, 3), nn.Conv2d(1, 2, 3), nn.BatchNorm1d(3), nn.LSTM(2, 3), nn.Embedding(3, 2), nn.Softplus(2.0),
    nn.CrossEntropyLoss(tg.ones(3)), nn.TransformerEncoderLayer(4, 2, 8), nn.ModuleList([nn.ReLU()]),
    nn.ModuleDict({"a": nn.ReLU()}), nn.ParameterList([tg.ones(1)]), nn.Sequential(nn.Linear(1, 1), nn.Tanh()).eval(),
    nn.MultiheadAttention(4, 2),
]  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_layers_come_back_by_default(layer: nn.Module) -> None:
    loaded = there_and_back({"model": layer, "epoch": 3})["model"]
    assert type(loaded) is type(layer)
    assert repr(loaded) == repr(layer)
    assert loaded.training == layer.training
    assert loaded.state_dict().keys() == layer.state_dict().keys()
    for name, tensor in layer.state_dict().items():
        assert tg.equal(loaded.state_dict()[name], tensor)
    assert [type(each) for each in loaded.parameters()] == [type(each) for each in layer.parameters()]


@pytest.mark.parametrize("safe", [False, True])
def test_a_module_of_the_program_s_own_comes_back_as_it_was_and_its_init_is_not_called(safe: bool) -> None:
    model = Net().eval()
    model.first.weight.requires_grad_(False)
    before = len(INIT_CALLS)
    if safe:
        with serialization.safe_globals([Net]):
            loaded = there_and_back(model)
    else:
        loaded = there_and_back(model, weights_only=False)
    assert len(INIT_CALLS) == before
    assert type(loaded) is Net
    assert loaded.first is loaded.again
    assert loaded.tied.weight is loaded.first.weight
    assert not loaded.first.weight.requires_grad
    assert loaded.activation is nn.functional.relu
    assert (loaded.place, loaded.sizes) == (tg.device("cpu"), [1, (2, 3)])
    assert list(loaded.state_dict()) == list(model.state_dict())
    assert tg.equal(loaded(tg.ones(2, 2)), model(tg.ones(2, 2)))
    assert tg.equal(loaded.plain, model.plain)
    loaded.train()
    loaded(tg.randn(4, 2)).sum().backward()
    assert loaded.first.bias.grad is not None


def test_a_file_names_a_class_only_if_the_program_lets_it() -> None:
    file = io.BytesIO()
    tg.save(Net(), file)

    def load(**options: Any) -> Any:
        file.seek(0)
        return tg.load(file, **options)

    for options in ({}, {"weights_only": True}, {"weights_only": None}):
        with pytest.raises(
            RuntimeError, match=r"a module of the class \S*Net; if you trust .*add_safe_globals\(\[Net\]\)"
        ):
            load(**options)
    serialization.add_safe_globals([Net])
    assert type(load()) is Net
    serialization.clear_safe_globals()
    serialization.add_safe_globals([(nn.Identity, f"{Net.__module__}.Net")])
    assert type(load()) is nn.Identity
    wrong: Any = ["Net"]
    with pytest.raises(TypeError, match="add_safe_globals: wanted a list of classes"):
        serialization.add_safe_globals(wrong)


def written(kind: str, attributes: Any) -> io.BytesIO:
    """Return a file that holds a module of a class with such a name."""
    structure = {
        "format": "tinygrad_edu 3", "object": {"module": 0}, "tensors": [], "arrays": [],
        "modules": [{"class": kind, "attributes": attributes}],
    }  # fmt: skip
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("structure.json", json.dumps(structure))
    file.seek(0)
    return file


WHOLE = [["_members", {"dict": []}], ["training", True]]


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize(
    "kind",
    [
        "os.system", "subprocess.Popen", "builtins.eval", "builtins.object", "antigravity.Net", "no.such.Module",
        "tinygrad_edu.nn.functional.relu", "tinygrad_edu.nn.parameter.Parameter", "tinygrad_edu.Tensor", "Net", "", ".",
        "tinygrad_edu.nn.no.Linear", "tinygrad_edu.nn._linear.Linear.forward", "tinygrad_edu.nn.init.os.system",
    ],
)  # fmt: skip
def test_no_other_class_is_made_and_nothing_is_imported(kind: str, weights_only: bool) -> None:
    modules = set(sys.modules)
    with pytest.raises(RuntimeError, match=r"a module of the class .*, which this program doesn't have"):
        tg.load(written(kind, WHOLE), weights_only=weights_only)
    assert set(sys.modules) - modules <= {"zipfile", "json"}


@pytest.mark.parametrize(
    "attributes",
    [
        [], [["training", True]], [["_members", 3], ["training", True]], "training", [*WHOLE, [3, 4]],
        [["_members", {"dict": [["weight", "parameter"]]}], ["training", True]],
        [*WHOLE, ["f", {"function": "system"}]], [*WHOLE, ["f", {"function": "np"}]],
        [*WHOLE, ["f", {"function": "__getattr__"}]], [*WHOLE, ["m", {"module": 7}]],
    ],
)  # fmt: skip
def test_a_module_that_is_none_is_refused(attributes: Any) -> None:
    kind = f"{nn.Identity.__module__}.Identity"
    assert type(tg.load(written(kind, WHOLE))) is nn.Identity
    with pytest.raises(RuntimeError, match="is damaged, cut off, or wasn't written by"):
        tg.load(written(kind, attributes))


def test_modules_that_hold_each_other() -> None:
    whole, part = nn.Identity(), nn.ReLU()
    whole.part = part
    vars(part)["parent"] = [whole]
    loaded = there_and_back(whole)
    assert loaded.part.parent[0] is loaded


def test_what_can_not_be_saved_says_so() -> None:
    class Local(nn.Module):
        pass

    hooked, odd = nn.Linear(1, 1), nn.Linear(1, 1)
    handle = hooked.register_forward_hook(lambda *_: None)
    odd.numbers = {1, 2}
    for module, words in (
        (Local(), "save: the class Local is defined inside a function"),
        (hooked, "save: Linear has hooks, which are functions"),
        (nn.Sequential(odd), r"got set \{1, 2\}, in a Linear; its state_dict\(\) can be saved"),
        (nn.LazyLinear(2), "save: LazyLinear has hooks"),
    ):
        with pytest.raises(TypeError, match=words):
            there_and_back(module)
    handle.remove()
    assert type(there_and_back(hooked)) is nn.Linear
