"""Random small models: for what must hold of every network, such as that its gradients are right.

A model is a chain of layers, as `nn.Sequential` makes it: fully connected ones, which lead from one
width to another, and others, which keep it. A chain may hold a chain, and one layer may come twice:
its gradient is then the sum of both. Models shrink to few layers, few features and simple weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.nn import (
    Identity,
    Linear,
    LogSigmoid,
    LogSoftmax,
    Module,
    Parameter,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
)
from tinygrad_edu.testing.domains import between
from tinygrad_edu.testing.strategies import arrays, shapes, tensors

__all__ = ["LAYERS", "model_inputs", "modules"]

LAYERS: tuple[Callable[[], Module], ...] = (
    Identity,
    Tanh,
    Sigmoid,
    ReLU,
    Softplus,
    LogSigmoid,
    partial(Softmax, dim=-1),
    partial(LogSoftmax, dim=-1),
)
"""What makes the layers that stand between fully connected ones, simplest first."""

_VALUES = between(-2, 2, step=0.01)
_WEIGHTS = between(-1, 1, step=0.01)


def modules(
    in_features: int | None = None,
    out_features: int | None = None,
    *,
    layers: Sequence[Callable[[], Module]] = LAYERS,
    max_depth: int = 4,
    max_features: int = 3,
    dtype: dtypes.dtype = dtypes.float64,
) -> st.SearchStrategy[Sequential]:
    """A strategy of small models, chains of one to `max_depth` layers with random weights.

    Args:
        in_features: How many inputs the models have; by default that is drawn, too.
        out_features: How many outputs; by default drawn.
        layers: What makes the layers beside the fully connected ones: classes or functions that are
            called without arguments, such as ``nn.Tanh`` or ``partial(nn.Softmax, dim=-1)``. A layer
            must keep the number of features. With none, models are only fully connected.
        max_depth: How many layers there are at most.
        max_features: The largest width that is drawn.
        dtype: The type of the weights; float64 is that in which gradients can be checked.

    Returns:
        A strategy of `nn.Sequential`. The models have attributes ``in_features`` and ``out_features``.

    Raises:
        ValueError: If `max_depth` or a width is less than 1.
        TypeError: If one of `layers` can't be called, such as a finished layer.

    >>> from hypothesis import given, settings, strategies as st
    >>> from tinygrad_edu import nn
    >>> from tinygrad_edu.autograd import gradcheck
    >>> from tinygrad_edu.testing import model_inputs, modules
    >>> @settings(deadline=None)
    ... @given(st.data())
    ... def test_gradients(data):
    ...     model = data.draw(modules(layers=[nn.Tanh, nn.Sigmoid], max_depth=3))
    ...     x = data.draw(model_inputs(model))
    ...     assert gradcheck(lambda *_: model(x), (x, *model.parameters()))
    >>> test_gradients()
    """
    numbers = {
        "in_features": in_features,
        "out_features": out_features,
        "max_depth": max_depth,
        "max_features": max_features,
    }
    for name, number in numbers.items():
        if number is not None and number < 1:
            raise ValueError(f"modules: {name} must be at least 1, got {number}")
    for each in layers:
        if isinstance(each, Module) or not callable(each):
            raise TypeError(
                f"modules: layers must be classes or functions that make a layer, such as nn.Tanh or "
                f"partial(nn.Softmax, dim=-1); got {describe(each)}"
            )
    kit = _Kit(tuple(layers), st.integers(1, max_features), dtype)

    @st.composite
    def drawn(draw: st.DrawFn) -> Sequential:
        first = draw(kit.widths) if in_features is None else in_features
        last = draw(st.one_of(st.just(first), kit.widths)) if out_features is None else out_features
        model = draw(_chains(kit, first, last, max_depth))
        model.in_features, model.out_features = first, last
        return model

    return drawn()


def model_inputs(
    model: Any, *, max_batch_dims: int = 1, max_batch: int = 3, requires_grad: bool = True
) -> st.SearchStrategy[Tensor]:
    """A strategy of inputs of a model that `modules` drew: a single sample, or a batch.

    Args:
        model: The model, or any module with the attribute ``in_features``, such as an `nn.Linear`.
        max_batch_dims: How many dimensions come before that of the features, at most.
        max_batch: The largest length of these.
        requires_grad: Whether the inputs collect a gradient.

    Returns:
        A strategy of tensors of shape (*, in_features), in every memory layout, of the type of the
        model's parameters, with values from -2 to 2.

    Raises:
        TypeError: If the model doesn't say how many features it takes.

    >>> from hypothesis import given
    >>> from tinygrad_edu import nn
    >>> from tinygrad_edu.testing import model_inputs
    >>> layer = nn.Linear(2, 3)
    >>> @given(model_inputs(layer))
    ... def test_shape(x):
    ...     assert layer(x).shape == (*x.shape[:-1], 3)
    >>> test_shape()
    """
    width = getattr(model, "in_features", None)
    if width is None:
        raise TypeError(
            "model_inputs: wanted a model that says in in_features how many features it takes, as those of modules() "
            f"do; got {describe(model)}"
        )
    parameter = next(model.parameters(), None)
    return tensors(
        dtypes.float64 if parameter is None else parameter.dtype,
        shapes(max_dims=max_batch_dims, min_side=1, max_side=max_batch).map(lambda batch: (*batch, width)),
        elements=_VALUES,
        requires_grad=requires_grad,
    )


class _Kit(NamedTuple):
    """The material of models."""

    layers: tuple[Callable[[], Module], ...]
    widths: st.SearchStrategy[int]
    dtype: dtypes.dtype


@st.composite
def _chains(draw: st.DrawFn, kit: _Kit, first: int, last: int, max_depth: int, inner: bool = False) -> Sequential:
    """Draw layers in a row that lead from `first` to `last` features."""
    chain: list[Module] = []
    width, finished = first, False
    while not finished:
        finished = len(chain) + 1 == max_depth or not draw(st.booleans())  # drawn for each: shrinking cuts any out
        goal = last if finished else draw(st.one_of(st.just(width), kit.widths))
        linear = [each for each in chain if isinstance(each, Linear)]
        fitting = [each for each in linear if (each.in_features, each.out_features) == (width, goal)]
        again = bool(fitting) and draw(st.booleans())
        chain.append(draw(st.sampled_from(fitting) if again else _steps(kit, width, goal, inner)))
        width = goal
    return Sequential(*chain)


def _steps(kit: _Kit, width: int, goal: int, inner: bool) -> st.SearchStrategy[Module]:
    """The strategy of what may lead from `width` to `goal` features, simplest first."""
    linear = _linear(width, goal, kit.dtype)
    if width != goal:
        return linear
    others = [st.builds(make).map(lambda layer: layer.to(kit.dtype)) for make in kit.layers]
    chains = [] if inner else [_chains(kit, width, goal, 2, inner=True)]
    return st.one_of(*others, linear, *chains)


@st.composite
def _linear(draw: st.DrawFn, in_features: int, out_features: int, dtype: dtypes.dtype) -> Linear:
    layer = Linear(in_features, out_features, bias=draw(st.booleans()), dtype=dtype)
    for name, parameter in list(layer.named_parameters()):
        setattr(layer, name, Parameter(Tensor.wrap(draw(arrays(parameter.shape, _WEIGHTS, dtype=dtype)))))
    return layer
