"""Small parameters are changed together, in rows, and nobody can tell: all is the same to the last bit.

The twin of an optimizer has an update that isn't marked as elementwise, so that each parameter is changed by itself.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from support.optimizers import OPTIMIZERS, Kind, Settings, every_optimizer, made, settings_for, with_every_combination

import tinygrad_edu as tg
from tinygrad_edu.optim import _rows
from tinygrad_edu.optim._rows import FEW, LONGEST, PIECE, SMALL, elementwise

SHAPES: list[tuple[int, ...]] = [(), (3,), (0,), (3, 4), (2, 1, 5), (1,), (70,)]
Make = Callable[[list[tg.Tensor]], Any]
DTYPES = (np.float32, np.float64, np.float16)


def twins(kind: Kind, **settings: Any) -> tuple[Make, Make, list[int]]:
    """Makers of an optimizer that joins parameters and one that doesn't; and the sizes that the first has changed."""
    sizes: list[int] = []

    @elementwise
    def noting(self: Any, w: Any, g: Any, state: Any, group: Any) -> None:
        sizes.append(w.size)
        kind.update(self, w, g, state, group)

    def unmarked(self: Any, w: Any, g: Any, state: Any, group: Any) -> None:
        kind.update(self, w, g, state, group)

    settings = {"lr": OPTIMIZERS[kind].tried["lr"][0]} | settings
    joined, single = (partial(type("Twin", (kind,), {"update": each}), **settings) for each in (noting, unmarked))
    return joined, single, sizes


def random(shape: tuple[int, ...], dtype: Any, numbers: np.random.Generator) -> np.ndarray:
    return np.asarray(numbers.uniform(-1, 1, shape).astype(dtype))


def parameters_of(shapes: Any, dtypes: Any = (np.float32,)) -> list[tg.Tensor]:
    numbers = np.random.default_rng(0)
    return [tg.Tensor.wrap(random(shape, dtype, numbers), requires_grad=True) for dtype in dtypes for shape in shapes]


def of_all_kinds() -> list[tg.Tensor]:
    """Small and large ones in all dtypes; a plain number, columns first, part of another array."""
    numbers = np.random.default_rng(1)
    more = [
        np.float32(0.5),
        np.asfortranarray(random((3, 4), np.float32, numbers)),
        np.ones((4, 4), np.float32)[1:, 2:],
    ]
    return parameters_of(SHAPES, DTYPES) + [tg.Tensor.wrap(each, requires_grad=True) for each in more]


def receive(parameters: list[tg.Tensor], seed: int) -> None:
    numbers = np.random.default_rng(seed)
    for each in parameters:
        each._grad = random(each.shape, each._data.dtype, numbers)


def everything(optimizer: Any) -> list[Any]:
    """All numbers that an optimizer leaves, bit by bit (and without `numpy()`, for which scalars become arrays)."""
    left = []
    for each in optimizer.param_groups[0]["params"]:
        state = optimizer.state.get(each, {})
        for name, tensor in [("w", each), *state.items()]:
            left.append((name, tensor.dtype, tensor.shape, np.asarray(tensor._data).tobytes()))
    return left


@with_every_combination
def test_rows_are_changed_as_one_parameter_after_the_other(kind: Kind, settings: Settings) -> None:
    joined, single, sizes = twins(kind, **settings)
    optimizers = [make(of_all_kinds()) for make in (joined, single)]
    for step in range(9):
        for optimizer in optimizers:
            parameters = optimizer.param_groups[0]["params"]
            receive(parameters, step)
            if step in (3, 4, 5):
                parameters[0].grad = parameters[4].grad = parameters[-2].grad = None
            optimizer.step()
        assert everything(optimizers[0]) == everything(optimizers[1])
    together = sum(int(np.prod(each)) for each in SHAPES)
    short_way = kind is tg.optim.SGD and not any(settings[each] for each in ("momentum", "weight_decay", "maximize"))
    assert short_way or together in sizes, "nothing was joined"


# What users do between two steps


def replaces_state(parameters: list[Any], optimizer: Any) -> None:
    for name, value in optimizer.state[parameters[1]].items():
        if name not in optimizer.numbers:
            optimizer.state[parameters[1]][name] = tg.full_like(value, 0.25)


def changes_state_in_place(parameters: list[Any], optimizer: Any) -> None:
    for name, value in optimizer.state[parameters[1]].items():
        if name not in optimizer.numbers:
            value.numpy()[...] = 0.25


def changes_a_number(parameters: list[Any], optimizer: Any) -> None:
    if "step" in optimizer.state[parameters[1]]:
        optimizer.state[parameters[1]]["step"] += 5


def replaces_a_number(parameters: list[Any], optimizer: Any) -> None:
    if "step" in optimizer.state[parameters[1]]:
        optimizer.state[parameters[1]]["step"] = tg.tensor(7.0, dtype=tg.float64)
        optimizer.state[parameters[2]]["step"] = 7


def looks_at_numbers(parameters: list[Any], optimizer: Any) -> None:
    for name in optimizer.numbers:
        for state in optimizer.state.values():
            if name in state:
                state[name].numpy()


def shares_numbers(parameters: list[Any], optimizer: Any) -> None:
    if "step" in optimizer.state[parameters[1]]:
        for each in parameters[1:]:
            optimizer.state[each]["step"] = optimizer.state[parameters[0]]["step"]


def shares_state(parameters: list[Any], optimizer: Any) -> None:
    optimizer.state[parameters[0]] = optimizer.state[parameters[3]]


def replaces_state_by_columns(parameters: list[Any], optimizer: Any) -> None:
    for name, value in optimizer.state[parameters[4]].items():
        if name not in optimizer.numbers:
            optimizer.state[parameters[4]][name] = tg.Tensor.wrap(np.asfortranarray(value.numpy()))


def exchanges_names(parameters: list[Any], optimizer: Any) -> None:
    state = optimizer.state[parameters[1]]
    if "max_exp_avg_sq" in state:
        names = {"exp_avg_sq": "max_exp_avg_sq", "max_exp_avg_sq": "exp_avg_sq"}
        optimizer.state[parameters[1]] = {names.get(name, name): value for name, value in state.items()}


def forgets_state(parameters: list[Any], optimizer: Any) -> None:
    optimizer.state.pop(parameters[1], None)
    optimizer.state[parameters[2]].clear()


def loads_its_state(parameters: list[Any], optimizer: Any) -> None:
    optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))


def gives_other_memory(parameters: list[Any], optimizer: Any) -> None:
    parameters[1].data = tg.full(parameters[1].shape, 0.5)


def shares_memory(parameters: list[Any], optimizer: Any) -> None:
    parameters[1].data = parameters[0].data


def shows_a_part_of_another(parameters: list[Any], optimizer: Any) -> None:
    parameters[1]._data = parameters[4]._data[1]


def shows_a_part_of_a_buffer(parameters: list[Any], optimizer: Any) -> None:
    parameters[1]._data = np.frombuffer(memoryview(parameters[4]._data), np.float32)[:3]


def shows_a_buffer(parameters: list[Any], optimizer: Any) -> None:
    parameters[1]._data = np.frombuffer(memoryview(parameters[0]._data), np.float32)


def turns_from_a_number_to_a_part(parameters: list[Any], optimizer: Any) -> None:
    number = optimizer.param_groups[0]["params"][0]
    number._data, number._stamp = parameters[1]._data[1:2].reshape(()), parameters[1]._stamp


def becomes_a_part_of_a_large_one(parameters: list[Any], optimizer: Any) -> None:
    parameters[1]._data = parameters[5]._data[:3]


def becomes_double(parameters: list[Any], optimizer: Any) -> None:
    parameters[1].data = parameters[1].data.double()


def changes_the_rate(parameters: list[Any], optimizer: Any) -> None:
    optimizer.param_groups[0]["lr"] = tg.tensor(0.125)


def adds_a_group(parameters: list[Any], optimizer: Any) -> None:
    optimizer.add_param_group({"params": parameters_of([(2,)] * 5), "lr": 0.5})


def gives_gradients_in_a_weight(parameters: list[Any], optimizer: Any) -> None:
    for each in parameters[:4]:
        each._grad = parameters[0]._data


def gives_gradients_in_a_part_of_a_weight(parameters: list[Any], optimizer: Any) -> None:
    parameters[1]._grad = parameters[4]._data[1]


def gives_gradients_in_a_buffer(parameters: list[Any], optimizer: Any) -> None:
    parameters[1]._grad = np.frombuffer(memoryview(parameters[0]._data), np.float32)


def gives_a_short_gradient(parameters: list[Any], optimizer: Any) -> None:
    parameters[1]._grad = np.full(1, 0.5, np.float32)


def gives_a_double_gradient(parameters: list[Any], optimizer: Any) -> None:
    parameters[1]._grad = parameters[1]._grad.astype(np.float64)


def gives_columns_first(parameters: list[Any], optimizer: Any) -> None:
    parameters[4]._grad = np.asfortranarray(parameters[4]._grad)


def gives_tensors(parameters: list[Any], optimizer: Any) -> None:
    assert all(each.grad is not None for each in parameters)


EVENTS = [
    replaces_state, changes_state_in_place, changes_a_number, replaces_a_number, looks_at_numbers, shares_numbers,
    shares_state, replaces_state_by_columns, exchanges_names, forgets_state, loads_its_state, gives_other_memory,
    shares_memory, shows_a_part_of_another, shows_a_part_of_a_buffer, shows_a_buffer, turns_from_a_number_to_a_part,
    becomes_a_part_of_a_large_one, becomes_double, changes_the_rate, adds_a_group, gives_gradients_in_a_weight,
    gives_gradients_in_a_part_of_a_weight, gives_gradients_in_a_buffer, gives_a_short_gradient,
    gives_a_double_gradient, gives_columns_first, gives_tensors,
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("kind", [tg.optim.Adam, tg.optim.ASGD, tg.optim.SGD], ids=lambda kind: kind.__name__)
def test_nobody_can_tell_whatever_happens_between_steps(kind: Kind, event: Callable[[list[Any], Any], None]) -> None:
    joined, single, sizes = twins(kind, **settings_for(kind, simple=False))
    shapes = [(), (3,), (3,), (3,), (3,), (2, 3), (SMALL + 1,)]
    optimizers = [make(parameters_of(shapes)) for make in (joined, single)]
    for optimizer in optimizers:
        number = optimizer.param_groups[0]["params"][0]
        number._data = number._data[()]
    for step in range(9):
        for optimizer in optimizers:
            parameters = optimizer.param_groups[0]["params"]
            receive(parameters, step)
            if step == 4:
                event(parameters[1:], optimizer)
            for each in optimizer.param_groups[1:]:
                receive(each["params"], step)
            optimizer.step()
        assert everything(optimizers[0]) == everything(optimizers[1])
        assert step != 3 or 18 in sizes


@every_optimizer
def test_what_is_remembered_stays_in_its_tensors(kind: Kind) -> None:
    parameters = parameters_of([(3,)] * FEW)
    optimizer = made(kind, parameters, **settings_for(kind, simple=False))
    held: list[Any] = []
    for step in range(5):
        receive(parameters, step)
        optimizer.step()
        state = [tensor for each in parameters for name, tensor in optimizer.state[each].items()]
        memory = [each._data for each in parameters] + [
            tensor._data
            for each in parameters
            for name, tensor in optimizer.state[each].items()
            if name not in optimizer.numbers
        ]
        assert not held or all(one is other for one, other in zip(held, state + memory, strict=True))
        held = state + memory
        if step == 1 and "step" in optimizer.state[parameters[0]]:
            number = optimizer.state[parameters[0]]["step"].numpy()
    assert "step" not in optimizer.state[parameters[0]] or number == 5


@every_optimizer
def test_a_step_of_a_row_is_seen_by_backward(kind: Kind) -> None:
    parameters = parameters_of([(3,)] * FEW)
    optimizer = made(kind, parameters, **settings_for(kind, simple=False))
    other = tg.ones(3, requires_grad=True)
    for step in range(4):
        receive(parameters, step)
        state = [tensor for each in parameters for name, tensor in optimizer.state[each].items() if tensor.shape]
        results = [(each * each).sum() for each in parameters]
        results += [(other * each).sum() for each in state]
        optimizer.step()
    for each in results:
        with pytest.raises(RuntimeError, match="changed in place"):
            each.backward()


def test_those_of_the_same_number_of_steps_are_in_a_row() -> None:
    joined, _, sizes = twins(tg.optim.Adam)
    parameters = parameters_of([(3,)] * (2 * FEW + 1))
    optimizer = joined(parameters)
    for step in range(6):
        sizes.clear()
        receive(parameters if step > 2 else parameters[:FEW], step)
        optimizer.step()
    assert sorted(sizes) == [3 * FEW, 3 * (FEW + 1)]


def test_whole_numbers_are_refused_at_each_step() -> None:
    parameters = [tg.Tensor.wrap(np.ones(3, np.int64)) for _ in range(FEW)]
    optimizer = tg.optim.Adam(parameters)
    receive(parameters, 0)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="Adam: can change floating-point parameters only"):
            optimizer.step()


def test_a_state_that_does_not_fit_is_named() -> None:
    parameters = parameters_of([(3,)] * FEW)
    optimizer = tg.optim.Adam(parameters)
    for step in range(4):
        receive(parameters, step)
        optimizer.step()
    optimizer.state[parameters[1]]["exp_avg"] = tg.zeros(2)
    for _ in range(3):
        with pytest.raises(ValueError, match=r"shape"):
            optimizer.step()


@every_optimizer
def test_the_package_s_own_updates_are_marked(kind: Kind) -> None:
    assert _rows.may_join(kind.update) == (kind is not tg.optim.SGD), f"write @elementwise above {kind.__name__}.update"


def test_an_update_of_ones_own_sees_each_parameter_by_itself() -> None:
    norms: list[float] = []

    class Normed(tg.optim.Adam):
        def update(self, w: Any, g: Any, state: Any, group: Any) -> None:
            norms.append(float(np.linalg.norm(g)))
            super().update(w, g / norms[-1], state, group)

    parameters = parameters_of([(3,)] * FEW)
    optimizer = Normed(parameters)
    for step in range(5):
        norms.clear()
        receive(parameters, step)
        optimizer.step()
        assert norms == [np.linalg.norm(each._grad) for each in parameters]


def test_rows_are_not_too_long() -> None:
    joined, _, sizes = twins(tg.optim.Adam)
    parameters = parameters_of([(SMALL,)] * (LONGEST // SMALL + FEW))
    optimizer = joined(parameters)
    for step in range(3):
        sizes.clear()
        receive(parameters, step)
        optimizer.step()
    assert sizes == [LONGEST, FEW * SMALL]
    assert LONGEST <= PIECE


def test_few_parameters_are_not_worth_a_row() -> None:
    joined, _, sizes = twins(tg.optim.Adam)
    parameters = parameters_of([(3,)] * (FEW - 1) + [(SMALL + 1,)])
    optimizer = joined(parameters)
    for step in range(3):
        receive(parameters, step)
        optimizer.step()
    assert set(sizes) == {3, SMALL + 1}


def test_a_copy_goes_on_by_itself() -> None:
    parameters = parameters_of([(3,)] * FEW)
    optimizer = tg.optim.Adam(parameters)
    for step in range(4):
        receive(parameters, step)
        optimizer.step()
    before = everything(optimizer)
    twin = copy.deepcopy(optimizer)
    for step in range(4):
        receive(twin.param_groups[0]["params"], step)
        twin.step()
    assert everything(optimizer) == before != everything(twin)


def test_plans_of_groups_that_are_gone_are_forgotten() -> None:
    optimizer = tg.optim.Adam(parameters_of([(3,)] * FEW))
    for step in range(5):
        optimizer.param_groups = [{**optimizer.param_groups[0], "params": parameters_of([(3,)] * FEW)}]
        receive(optimizer.param_groups[0]["params"], step)
        optimizer.step()
    assert len(_rows._plans[optimizer]) == 1
