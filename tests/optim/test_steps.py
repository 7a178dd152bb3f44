"""Every optimizer's step against the same step written by hand, whatever the parameters, gradients and settings.

Parameters come in one or two groups with settings of their own. Now and then a gradient is missing,
the learning rate changes, or the optimizer is saved and another one goes on in its place.
"""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.arrays import ANY, arrays, shapes
from support.optimizers import OPTIMIZERS, Memory, Settings, every_optimizer, missing_row, published, settings_of

import tinygrad_edu as tg
from tinygrad_edu import optim


def test_no_optimizer_is_forgotten() -> None:
    forgotten = published() - set(OPTIMIZERS)
    assert not forgotten, "\n".join(missing_row(kind) for kind in forgotten)


def test_a_missing_row_is_shown() -> None:
    words = missing_row(optim.SGD)
    assert "optim.SGD is not tested" in words
    assert "tests/support/optimizers/" in words
    assert '    ROW = Row(sgd, {"lr": (0.001, …), "momentum": (0, …), ' in words


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        pytest.param(kind, setting, id=f"{kind.__name__}-{setting.name}")
        for kind in OPTIMIZERS
        for setting in settings_of(kind).values()
    ],
)
def test_no_setting_is_forgotten(kind: type[optim.Optimizer], setting: inspect.Parameter) -> None:
    row = OPTIMIZERS[kind]
    tried = [{"lr": rate} for rate in row.tried["lr"]] + row.combinations()
    assert any(settings.get(setting.name, setting.default) != setting.default for settings in tried), (
        f"no step of {kind.__name__} is tested with another {setting.name} than {setting.default}: give some to "
        "`tried` in its row in tests/support/optimizers/"
    )


def some_settings(kind: type[optim.Optimizer]) -> st.SearchStrategy[Settings]:
    """A learning rate, and some of the other settings."""
    row = OPTIMIZERS[kind]
    values = {name: st.sampled_from(tried) for name, tried in row.tried.items()}
    drawn = st.fixed_dictionaries({"lr": values.pop("lr")}, optional=values)
    return drawn.filter(lambda settings: row.allowed(**settings))


class Course(NamedTuple):
    """What happens to some parameters: their groups, and the gradients of each step, None for none."""

    groups: list[tuple[list[np.ndarray], Settings]]
    gradients: list[list[np.ndarray | None]]

    @property
    def start(self) -> list[np.ndarray]:
        return [each for parameters, _ in self.groups for each in parameters]


@st.composite
def courses(draw: st.DrawFn, settings: st.SearchStrategy[Settings]) -> Course:
    shape = shapes(max_dims=2)
    parameters = st.lists(shape.flatmap(lambda each: arrays(each, ANY)), min_size=1, max_size=2)
    groups = draw(st.lists(st.tuples(parameters, settings), min_size=1, max_size=2))
    course = Course(groups, [])
    for _ in range(draw(st.integers(1, 4))):
        course.gradients.append([draw(st.one_of(arrays(np.shape(each), ANY), st.none())) for each in course.start])
    return course


class Descent:
    """A course gone through by an optimizer and by hand, side by side."""

    def __init__(self, kind: type[optim.Optimizer], course: Course) -> None:
        self.kind: Any = kind
        self.course = course
        self.by_hand = [np.array(each) for each in course.start]
        self.memories: list[Memory] = [{} for _ in self.by_hand]
        self.settings = [settings for parameters, settings in course.groups for _ in parameters]
        self.parameters = [tg.Tensor.wrap(each.copy(order="K"), requires_grad=True) for each in course.start]
        self.optimizer = self.optimizer_with([settings for _, settings in course.groups])

    def optimizer_with(self, settings: list[Settings]) -> Any:
        """Return a new optimizer of the parameters as they are."""
        left = iter(self.parameters)
        groups = [
            {"params": [next(left) for _ in parameters], **given}
            for (parameters, _), given in zip(self.course.groups, settings, strict=True)
        ]
        return self.kind(groups)

    def step(self, gradients: list[np.ndarray | None]) -> None:
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = None if gradient is None else tg.Tensor.wrap(gradient)
        self.optimizer.step()
        for number, g in enumerate(gradients):
            if g is not None:
                W, memory = self.by_hand[number], self.memories[number]
                self.by_hand[number] = OPTIMIZERS[self.kind].by_hand(W, np.asarray(g), memory, **self.settings[number])

    def assert_same(self) -> None:
        for parameter, expected in zip(self.parameters, self.by_hand, strict=True):
            np.testing.assert_allclose(parameter.detach().numpy(), expected, rtol=1e-13, atol=1e-13)


@every_optimizer
@given(data=st.data())
def test_each_step_is_that_by_hand(kind: type[optim.Optimizer], data: st.DataObject) -> None:
    descent = Descent(kind, data.draw(courses(some_settings(kind))))
    for gradients in descent.course.gradients:
        before = [None if each is None else np.array(each) for each in gradients]
        descent.step(gradients)
        descent.assert_same()
        for parameter, gradient in zip(descent.parameters, before, strict=True):
            assert (parameter.grad is None) == (gradient is None)
            if parameter.grad is not None:
                np.testing.assert_array_equal(parameter.grad.numpy(), gradient, err_msg="a step keeps gradients")


@every_optimizer
@given(data=st.data())
def test_a_learning_rate_changed_between_steps_counts_from_then_on(
    kind: type[optim.Optimizer], data: st.DataObject
) -> None:
    descent = Descent(kind, data.draw(courses(some_settings(kind))))
    descent.settings = [dict(each) for each in descent.settings]
    for gradients in descent.course.gradients:
        rate = data.draw(st.sampled_from([0.1, 0.3, 0.7]))
        for group in descent.optimizer.param_groups:
            group["lr"] = rate
        for each in descent.settings:
            each["lr"] = rate
        descent.step(gradients)
        descent.assert_same()


@every_optimizer
@given(data=st.data())
def test_another_optimizer_goes_on_where_one_was_saved(kind: type[optim.Optimizer], data: st.DataObject) -> None:
    descent = Descent(kind, data.draw(courses(some_settings(kind))))
    saved_before = data.draw(st.integers(0, len(descent.course.gradients) - 1))
    for number, gradients in enumerate(descent.course.gradients):
        if number == saved_before:
            saved = descent.optimizer.state_dict()
            others = [data.draw(some_settings(kind)) for _ in descent.course.groups]
            descent.optimizer = descent.optimizer_with(others)
            descent.optimizer.load_state_dict(saved)
        descent.step(gradients)
        descent.assert_same()
