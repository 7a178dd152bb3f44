"""Lazy layers beside PyTorch's own: before their first input, after it, and what of their state can be loaded."""

from __future__ import annotations

import copy
import importlib
import re
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

LAYERS = [
    ("LazyLinear", (3,), {}, (4, 5)),
    ("LazyLinear", (3, False), {}, (2, 4, 5)),
    ("LazyConv1d", (3, 2), {"padding": 1}, (2, 5, 4)),
    ("LazyConv2d", (3, 2), {"bias": False}, (2, 5, 4, 3)),
    ("LazyConv2d", (3, 2), {"stride": 2}, (5, 4, 3)),
    ("LazyConv3d", (3, 2), {}, (2, 5, 4, 3, 3)),
    ("LazyConvTranspose1d", (3, 2), {}, (2, 5, 4)),
    ("LazyConvTranspose2d", (3, 2), {}, (2, 5, 4, 3)),
    ("LazyBatchNorm1d", (), {}, (4, 5)),
    ("LazyBatchNorm1d", (), {"affine": False}, (4, 5, 2)),
    ("LazyInstanceNorm1d", (), {}, (4, 5, 2)),
    ("LazyInstanceNorm2d", (0.1,), {"affine": True, "track_running_stats": True}, (2, 5, 4, 3)),
    ("LazyInstanceNorm3d", (), {"affine": True}, (2, 5, 4, 3, 2)),
    ("LazyBatchNorm2d", (0.1,), {"track_running_stats": False}, (2, 5, 4, 3)),
]


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
@pytest.mark.parametrize(("name", "args", "settings", "shape"), LAYERS)
def test_a_lazy_layer_becomes_the_one_it_stands_for(name: str, args: Any, settings: Any, shape: Any) -> None:
    mine, theirs = (getattr(m.nn, name)(*args, **settings, dtype=m.float64) for m in (tg, torch))
    assert repr(mine) == repr(theirs)
    assert [key for key, _ in mine.named_parameters()] == [key for key, _ in theirs.named_parameters()]
    assert list(mine.state_dict()) == list(theirs.state_dict())
    held = list(mine.parameters())
    copied = copy.deepcopy(mine)
    x = np.random.default_rng(0).standard_normal(shape)
    mine(tg.tensor(x)), theirs(torch.tensor(x))
    assert repr(mine) == repr(theirs)
    assert type(mine) is getattr(tg.nn, name.removeprefix("Lazy"))
    assert all(one is other for one, other in zip(held, mine.parameters(), strict=True))
    state = {key: tg.tensor(value.numpy()) for key, value in theirs.state_dict().items()}
    mine.load_state_dict(state)
    copied.load_state_dict(state)  # without a call before
    expected = theirs.eval()(torch.tensor(x)).detach().numpy()
    for each in (mine, copied):
        np.testing.assert_allclose(each.eval()(tg.tensor(x)).detach().numpy(), expected, rtol=1e-11, atol=1e-12)
    assert repr(copied) == repr(theirs)


def test_what_has_no_shape_says_so() -> None:
    for m in (tg, torch):
        layer = m.nn.LazyLinear(3)
        with pytest.raises(RuntimeError, match=re.compile("shape", re.IGNORECASE)):
            assert layer.weight.shape
        assert type(layer.weight) is m.nn.parameter.UninitializedParameter
        with pytest.raises(RuntimeError):
            m.nn.LazyConv2d(3, 2)(m.zeros(2, 3))
        with pytest.raises(RuntimeError):
            m.nn.Linear(2, 3).load_state_dict(layer.state_dict())


def own_layers(m: Any) -> tuple[Any, Any, Any]:
    """Lazy modules of a program's own: one that becomes another class, one that stays, one that forgets a parameter."""
    mixin: Any = importlib.import_module(f"{m.__name__}.nn.modules.lazy").LazyModuleMixin

    class Scale(m.nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.weight = m.nn.Parameter(m.ones(width))

        def forward(self, x: Any, shift: Any = 0) -> Any:
            return x * self.weight + shift

    class LazyScale(mixin, Scale):
        cls_to_become: Any = Scale

        def __init__(self) -> None:
            super().__init__(0)
            self.weight = m.nn.parameter.UninitializedParameter()

        def initialize_parameters(self, x: Any, shift: Any = 0) -> None:
            if self.has_uninitialized_params():
                with m.no_grad():
                    self.weight.materialize(x.shape[-1:])
                    self.weight.fill_(2)

    class Staying(LazyScale):
        cls_to_become: Any = None

    class Forgetful(LazyScale):
        def initialize_parameters(self, x: Any, shift: Any = 0) -> None:
            pass

    class Unwritten(mixin, m.nn.Module):
        pass

    return LazyScale, Staying, (Forgetful, Unwritten)


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
def test_lazy_modules_of_a_program_s_own() -> None:
    stories = []
    for m in (tg, torch):
        LazyScale, Staying, (Forgetful, Unwritten) = own_layers(m)
        told: list[Any] = []
        for kind in (LazyScale, Staying):
            layer = kind()
            told += [layer.has_uninitialized_params(), repr(layer), [name for name, _ in layer.named_parameters()]]
            told += [layer(m.ones(2, 3), shift=1).tolist(), type(layer).__name__, layer.weight.tolist()]
            told += [layer(m.ones(3)).tolist(), repr(layer), list(layer.state_dict())]
            told += [hasattr(layer, "has_uninitialized_params") and layer.has_uninitialized_params()]
            other = kind()
            other.load_state_dict(layer.state_dict())
            told += [other.weight.tolist(), other(m.ones(2, 3)).tolist()]
        with pytest.raises(RuntimeError):
            Forgetful()(m.ones(2))
        with pytest.raises(NotImplementedError):
            Unwritten()(m.ones(2))
        told.append(
            isinstance(m.nn.LazyLinear(2), importlib.import_module(f"{m.__name__}.nn.modules.lazy").LazyModuleMixin)
        )
        stories.append(told)
    assert stories[0] == stories[1]
