"""Random small models, checked whole: a loss by the input and by all parameters, first and second order.

A bend such as that of relu is no excuse: where its input keeps its sign, the model is smooth, and the
gradient must be right. Only where a difference reaches across 0 does it mean nothing; there another
example is drawn. Which of the two it is, is read from the forward passes and never from the gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, reject, settings
from hypothesis import strategies as st
from support.arrays import ANY, PROBABILITY, arrays
from support.proof import prove

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional
from tinygrad_edu.testing import model_inputs, modules

BENT_AT_ZERO = (nn.ReLU,)


class AcrossABendError(Exception):
    """A difference reached across a point without a derivative."""


class Bends:
    """Watches the signs of what enters the bent layers of a model, from one forward to the next."""

    def __init__(self, model: nn.Module) -> None:
        self.now: list[np.ndarray] = []
        self.first: list[np.ndarray] | None = None
        for layer in model.modules():
            if isinstance(layer, BENT_AT_ZERO):
                layer.register_forward_pre_hook(self._note)

    def _note(self, layer: Any, given: tuple[Any, ...]) -> None:
        self.now.append(np.sign(given[0].detach().numpy()))

    def check(self) -> None:
        """After a forward, raise an error if a sign isn't as it was in the first forward."""
        signs, self.now = self.now, []
        if self.first is None:
            self.first = signs
        if not all(map(np.array_equal, signs, self.first)):
            raise AcrossABendError


def class_numbers(draw: Callable[..., Any], y: Any) -> Any:
    labels = draw(st.lists(st.integers(0, y.shape[-1] - 1), min_size=y[..., 0].numel(), max_size=y[..., 0].numel()))
    return tg.tensor(np.array(labels, dtype=np.int64).reshape(y.shape[:-1]))


LOSSES = {
    functional.mse_loss: lambda draw, y: tg.tensor(draw(arrays(tuple(y.shape), ANY))),
    functional.binary_cross_entropy_with_logits: lambda draw, y: tg.tensor(draw(arrays(tuple(y.shape), PROBABILITY))),
    functional.cross_entropy: class_numbers,
}


def prove_model(draw: Callable[..., Any], models: st.SearchStrategy[Any], loss: Any) -> None:
    model = draw(models)
    x = draw(model_inputs(model))
    target = LOSSES[loss](draw, model(x))
    bends = Bends(model)

    def function() -> Any:
        value = loss(model(x), target)
        bends.check()
        return value

    try:
        prove(function, {"input": x, **dict(model.named_parameters())})
    except AcrossABendError:
        reject()


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
@given(data=st.data())
def test_the_gradients_of_a_model(loss: Any, data: st.DataObject) -> None:
    prove_model(data.draw, modules(), loss)


class _Bent(tg.autograd.Function):
    """Like relu, but for the slope on the left."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x.relu()

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return tg.where(x > 0, g, 0.01 * g)


class WronglyBent(nn.ReLU):
    def forward(self, input: Any) -> Any:
        return _Bent.apply(input)


def test_a_bend_hides_no_mistake_beside_it() -> None:
    @settings(phases=[Phase.generate], max_examples=25)
    @given(st.data())
    def property_of_models(data: st.DataObject) -> None:
        prove_model(data.draw, modules(layers=[WronglyBent]), functional.mse_loss)

    with pytest.raises(AssertionError, match="gradient of"):
        property_of_models()


@pytest.mark.parametrize("place", [0.0, 0.0005])
def test_a_difference_across_a_bend_is_no_alarm(place: float) -> None:
    model = nn.Sequential(nn.ReLU())
    x = tg.tensor([place], dtype=tg.float64, requires_grad=True)
    bends = Bends(model)

    def function() -> Any:
        y = model(x)
        bends.check()
        return y

    with pytest.raises(AcrossABendError):
        prove(function, {"input": x})
