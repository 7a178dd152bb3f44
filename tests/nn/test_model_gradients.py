"""Random small models, checked whole: a loss by the input and by all parameters, first and second order.

A bend such as that of relu is no excuse: where its input keeps its sign, the model is smooth, and the
gradient must be right. Only where a difference reaches across 0 does it mean nothing; there another
example is drawn. Which of the two it is, is read from the forward passes and never from the gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from support.arrays import ANY, PROBABILITY, arrays
from support.proof import prove

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional
from tinygrad_edu.testing import model_inputs, modules

BENT_AT_ZERO = (nn.ReLU,)


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
        """After a forward, give the example up if a sign isn't as it was in the first forward."""
        signs, self.now = self.now, []
        if self.first is None:
            self.first = signs
        if not all(map(np.array_equal, signs, self.first)):
            reject()


def class_numbers(draw: st.DrawFn, y: Any) -> Any:
    labels = draw(st.lists(st.integers(0, y.shape[-1] - 1), min_size=y[..., 0].numel(), max_size=y[..., 0].numel()))
    return tg.tensor(np.array(labels, dtype=np.int64).reshape(y.shape[:-1]))


LOSSES = {
    functional.mse_loss: lambda draw, y: tg.tensor(draw(arrays(tuple(y.shape), ANY))),
    functional.binary_cross_entropy_with_logits: lambda draw, y: tg.tensor(draw(arrays(tuple(y.shape), PROBABILITY))),
    functional.cross_entropy: class_numbers,
}


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
@given(data=st.data())
def test_the_gradients_of_a_model(loss: Any, data: st.DataObject) -> None:
    model = data.draw(modules())
    x = data.draw(model_inputs(model))
    target = LOSSES[loss](data.draw, model(x))
    bends = Bends(model)

    def function() -> Any:
        value = loss(model(x), target)
        bends.check()
        return value

    prove(function, {"input": x, **dict(model.named_parameters())})
