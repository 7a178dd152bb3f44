"""Optimizer: what all optimizers share; the parameters in groups, their state, the loop of a step, saving and loading.

A *group* is a dict of parameters with the settings that they are changed by. The *state* holds what
an optimizer remembers of each parameter between steps, such as its momentum.

An optimizer states its settings and the `update` of one parameter, in plain NumPy, as its paper has it.
`Optimizer.step` does the rest: it goes through groups and parameters, turns arrays over to `update`,
keeps what `update` wants remembered, and notes that memory has changed.

Source: https://docs.pytorch.org/docs/stable/optim.html#base-class
"""

from __future__ import annotations

import copy
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy import ndarray

from tinygrad_edu import dtypes
from tinygrad_edu._errors import describe, listed, shape_of, warn
from tinygrad_edu._numpy_warnings import ignoring_errors
from tinygrad_edu._signatures import check_arguments
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.autograd.graph import clock, constant
from tinygrad_edu.nn.parameter import clear_gradient
from tinygrad_edu.optim._settings import plain, plain_settings

__all__ = ["Optimizer"]

_PIECE = 1 << 16  # values: their temporaries stay in the cache, and the peak of memory low (benchmarks W2, W2a)
_NOTHING: dict[str, Any] = {}


class Optimizer:
    """Base class of optimizers: a subclass defines `update`, or all of `step`.

    Args:
        params: The parameters, as ``model.parameters()`` or ``model.named_parameters()`` gives them; or a
            list of groups, dicts with ``"params"`` and the settings in which they differ.
        defaults: The settings of groups that don't bring their own.

    Attributes:
        param_groups: The groups, dicts of ``"params"`` and settings; settings may be changed between steps.
        state: What is remembered of each parameter, a dict.
        defaults: As given.

    Raises:
        TypeError: If `params` isn't a list of tensors, or of groups.
        ValueError: If it is empty, or a tensor isn't a leaf, or appears twice.
        NotImplementedError: If `defaults` ask for a step that is ``differentiable``, and `step` is this class's.
        RuntimeError: If they ask for ``foreach`` and ``fused``.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.html

    >>> class SignDescent(tg.optim.Optimizer):
    ...     def __init__(self, params, lr=0.1):
    ...         super().__init__(params, {"lr": lr})
    ...
    ...     def update(self, w, g, state, group):
    ...         w -= group["lr"] * np.sign(g)
    >>> w = tg.tensor([-3.0, 4.0], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> SignDescent([w]).step()
    >>> w
    tensor([-2.9000,  3.9000], requires_grad=True)
    """

    _has_stepped = False
    numbers: ClassVar[tuple[str, ...]] = ("step",)  # what `update` remembers as numbers; the rest are arrays

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        if not isinstance(defaults, dict):
            raise TypeError(f"{type(self).__name__}: defaults must be a dict of settings, got {describe(defaults)}")
        self.defaults = defaults
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        name = type(self).__name__
        if isinstance(params, (Tensor, str, Mapping)) or not isinstance(params, Iterable):
            raise TypeError(
                f"{name}: params must be a list of tensors or of dicts, got {describe(params)}; "
                "pass model.parameters(), or [tensor] for a single one"
            )
        given = _in_order(name, params)
        if not given:
            raise ValueError(
                f"{name}: got an empty list of parameters; a generator such as model.parameters() can be used only "
                "once, and layers must be attributes of their module to be found"
            )
        for group in given if isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)
        if type(self).step is Optimizer.step:
            _check_manner(name, defaults)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters once by their gradients; those without a gradient stay as they are.

        Args:
            closure: A function that clears the gradients, computes the loss, calls backward and returns
                the loss; most optimizers don't need one.

        Returns:
            What `closure` returned, or None.
        """
        loss = None
        if closure is not None:
            if not callable(closure):
                raise TypeError(f"{type(self).__name__}.step: closure must be a function, got {describe(closure)}")
            with enable_grad():
                loss = closure()
        self._has_stepped = True
        ignoring_errors().run(self._change_groups)  # a loss that diverges shows in the numbers
        return loss

    def update(self, w: ndarray, g: ndarray, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change the values of one parameter.

        What is put into `state` is there again at the next step: arrays of the shape of `w`, which may be
        changed in place, and numbers, under the names that the class lists as `numbers`.

        A large parameter comes in pieces, each with the same numbers and its part of the arrays, all as they
        were before the step. So an update must treat each value by itself.

        Args:
            w: The values, to be changed in place.
            g: Their gradient, or its negative if the group says ``maximize``; not to be changed.
            state: What was remembered of them, by name: nothing before the first step.
            group: The settings, those given as tensors as numbers.
        """
        raise NotImplementedError

    def _change_groups(self) -> None:
        for group in self.param_groups:
            self._change_group(group)

    def _change_group(self, group: dict[str, Any]) -> None:
        """Change the parameters of a group that have a gradient."""
        if type(self).update is Optimizer.update:
            raise NotImplementedError(
                f"{type(self).__name__}.step is not defined, and no update(self, w, g, state, group) that it could call"
            )
        settings = plain_settings(group)
        for parameter in group["params"]:
            if parameter._grad is not None:
                self._change(parameter, settings)

    def _change(self, parameter: Any, settings: dict[str, Any]) -> None:
        """Turn a parameter over to `update`, and keep what is to be remembered."""
        w, g = parameter._data, parameter._grad
        if type(w) is not ndarray or type(g) is not ndarray:
            w, g = np.asarray(w), np.asarray(constant(g))
        if w.dtype.kind != "f":
            raise RuntimeError(
                f"{type(self).__name__}: can change floating-point parameters only, got {describe(parameter)}"
            )
        tensors = self.state.get(parameter, _NOTHING)
        before = {
            name: plain(value) if name in self.numbers else value.owned_array()
            for name, value in tensors.items()
            if value is not None
        }
        state = before.copy()
        if w.size <= _PIECE:
            self.update(w, -g if settings.get("maximize") else g, state, settings)
        else:
            self._update_in_pieces(w, g, before, state, settings)
        for name, value in state.items():
            if value is not before.get(name):
                self._remember(parameter, name, value)
            elif name not in self.numbers:
                tensors[name]._stamp[0] = clock()
        if w is parameter._data:
            parameter._stamp[0] = clock()
        else:
            parameter._data = w[()]  # a NumPy scalar, which has no memory to change

    def _update_in_pieces(
        self, w: ndarray, g: ndarray, before: dict[str, Any], state: dict[str, Any], settings: dict[str, Any]
    ) -> None:
        """Update a large parameter a few rows at a time, and complete `state` with what is new."""
        rows = max(1, _PIECE * len(w) // w.size)
        for start in range(0, len(w), rows):
            here = slice(start, start + rows)
            part = {name: value if name in self.numbers else value[here] for name, value in before.items()}
            own = part.copy()
            self.update(w[here], -g[here] if settings.get("maximize") else g[here], own, settings)
            for name, value in own.items():
                if name in self.numbers:
                    state[name] = value
                elif value is not part.get(name):
                    if name not in state:
                        state[name] = np.empty_like(w)
                    self._check_shape(name, value, w[here])
                    state[name][here] = value

    def _remember(self, parameter: Any, name: str, value: Any) -> None:
        """Put a new number or array into the state, where PyTorch has tensors."""
        tensors = self.state[parameter]
        if name not in self.numbers:
            self._check_shape(name, value, parameter._data)
        if isinstance(tensors.get(name), Tensor):
            tensors[name].write(value)
        elif name in self.numbers:
            tensors[name] = Tensor.wrap(_as_number(value))
        else:  # put together of pieces it is new; else it may well be the gradient itself
            tensors[name] = Tensor.wrap(np.array(value, copy=value.size <= _PIECE))

    def _check_shape(self, name: str, value: Any, w: Any) -> None:
        if np.shape(value) != w.shape:
            raise TypeError(
                f"{type(self).__name__}.update: state[{name!r}] must be an array of shape {shape_of(w)}, got "
                f"{describe(value)}; if it is to be a number, list its name in {type(self).__name__}.numbers"
            )

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters; do so before each backward, which adds to them.

        Args:
            set_to_none: Set ``grad`` to None; with False, fill it with zeros.
        """
        for group in self.param_groups:
            if set_to_none:
                for parameter in group["params"]:
                    parameter._grad = None
            else:
                for parameter in group["params"]:
                    clear_gradient(parameter, set_to_none)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters to be changed too, such as layers that were frozen so far.

        Args:
            param_group: A dict of ``"params"``, a tensor or a list of them, and of the settings that differ
                from the defaults.

        Raises:
            TypeError: If it isn't such a dict.
            ValueError: If a tensor isn't a leaf, or is in another group already.
        """
        name = type(self).__name__
        if not isinstance(param_group, dict):
            raise TypeError(f"{name}: a parameter group must be a dict, got {describe(param_group)}")
        if "params" not in param_group:
            raise KeyError(
                f"{name}: a parameter group must have the key 'params' with the tensors, got only the keys "
                f"{list(param_group)}"
            )
        group = dict(param_group)
        group.update(_named(name, group["params"]))
        for each in group["params"]:
            _check_parameter(name, each)
        for setting, value in self.defaults.items():
            group.setdefault(setting, value)
        check_arguments(self, type(self).__init__, {key: value for key, value in group.items() if key != "params"})
        if len(set(group["params"])) != len(group["params"]):
            warn(f"{name}: a parameter group holds a parameter twice")
        others = {each for other in self.param_groups for each in other["params"]}
        if not others.isdisjoint(group["params"]):
            raise ValueError(f"{name}: a parameter appears in more than one group; put each in one only")
        self.param_groups.append(group)

    def state_dict(self) -> dict[str, Any]:
        """The state and the settings, with parameters told by number, for `tinygrad_edu.save`."""
        number = self._numbers()
        return {
            "state": {number[each]: dict(remembered) for each, remembered in self.state.items()},
            "param_groups": [
                {
                    **{key: value for key, value in group.items() if key != "params"},
                    "params": [number[each] for each in group["params"]],
                }
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Set the state and the settings to what `state_dict` returned, for the same parameters in order.

        Nothing is changed unless everything fits.

        Raises:
            KeyError: If it has no ``"state"`` or no ``"param_groups"``.
            TypeError: If it, or what is in it, isn't a dict or a list as it must be.
            ValueError: If the groups, or their lengths, differ, or the shapes of what is remembered.
        """
        name = type(self).__name__
        _check_form(f"{name}.load_state_dict", state_dict)
        groups = copy.deepcopy(list(state_dict["param_groups"]))
        if len(groups) != len(self.param_groups):
            raise ValueError(
                f"{name}.load_state_dict: the state has {len(groups)} parameter groups, the optimizer "
                f"{len(self.param_groups)}"
            )
        for mine, theirs in zip(self.param_groups, groups, strict=True):
            if len(mine["params"]) != len(theirs["params"]):
                raise ValueError(
                    f"{name}.load_state_dict: a group of the state has {len(theirs['params'])} parameters, "
                    f"the optimizer's {len(mine['params'])}"
                )
        saved_numbers = itertools.chain.from_iterable(group["params"] for group in groups)
        mine_in_order = itertools.chain.from_iterable(group["params"] for group in self.param_groups)
        parameter_of = dict(zip(saved_numbers, mine_in_order, strict=True))
        state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        for number, remembered in state_dict["state"].items():
            if number in parameter_of:
                parameter = parameter_of[number]
                self._check_remembered(number, parameter, remembered)
                state[parameter] = {
                    key: _copied(value, None if key in self.numbers else parameter.dtype)
                    for key, value in remembered.items()
                }
        for mine, theirs in zip(self.param_groups, groups, strict=True):
            params = mine["params"]
            mine.clear()
            mine.update(theirs)
            mine["params"] = params
        self.state = state

    def _check_remembered(self, number: Any, parameter: Any, remembered: Mapping[str, Any]) -> None:
        """Refuse arrays that `update` could not have left for a parameter."""
        for key, value in remembered.items():
            if type(self).step is not Optimizer.step or key in self.numbers or value is None:
                continue
            if not isinstance(value, Tensor) or value._data.shape != parameter._data.shape:
                raise ValueError(
                    f"{type(self).__name__}.load_state_dict: {key!r} of parameter {number} must be a tensor of shape "
                    f"{shape_of(parameter)}, as the parameter is, got {describe(value)}"
                )

    def _numbers(self) -> dict[Any, int]:
        """The number of each parameter, counted through all groups."""
        numbers: dict[Any, int] = {}
        for group in self.param_groups:
            for each in group["params"]:
                numbers.setdefault(each, len(numbers))
        return numbers

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
        return "\n".join([*lines, ")"])


def _named(name: str, params: Any) -> dict[str, Any]:
    """The parameters as a list, and their names if they came in pairs."""
    if isinstance(params, Tensor):
        return {"params": [params]}
    given = _in_order(name, params)
    if given and all(isinstance(each, tuple) and len(each) == 2 for each in given):
        return {"params": [each for _, each in given], "param_names": [each for each, _ in given]}
    return {"params": given}


def _in_order(name: str, params: Iterable[Any]) -> list[Any]:
    """The parameters as a list, if they have an order."""
    if isinstance(params, (set, frozenset)):
        raise TypeError(f"{name}: parameters must come in a fixed order, got a set; pass a list")
    return list(params)


def _check_parameter(name: str, parameter: Any) -> None:
    if not isinstance(parameter, Tensor):
        raise TypeError(f"{name}: can change tensors only, one of the params is {describe(parameter)}")
    parameter.edge()
    if parameter._node is not None:
        raise ValueError(
            f"{name}: {describe(parameter)} is the result of a recorded operation, not a leaf; pass the tensors that "
            "it was computed from, or parameter.detach().requires_grad_()"
        )


def _check_manner(name: str, settings: Mapping[str, Any]) -> None:
    """Refuse what PyTorch offers in how a step is computed, where it would make a difference."""
    if settings.get("differentiable"):
        raise NotImplementedError(f"{name}: differentiable=True is not supported; write the step with tensors yourself")
    if settings.get("fused") and settings.get("foreach"):
        raise RuntimeError(f"{name}: foreach and fused can't both be True")


def _check_form(operation: str, state_dict: Any) -> None:
    """Refuse what isn't put together as a `state_dict()` of optimizers is."""
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"{operation}: wanted a dict as state_dict() returns it, got {describe(state_dict)}")
    for key in ("param_groups", "state"):
        if key not in state_dict:
            raise KeyError(
                f"{operation}: the dict has no {key!r}, but {listed(state_dict)}; is it that of a module? Wanted what "
                "state_dict() of an optimizer returned"
            )
    groups, state = state_dict["param_groups"], state_dict["state"]
    if not isinstance(groups, (list, tuple)) or not isinstance(state, Mapping):
        raise TypeError(
            f"{operation}: wanted a list of groups and a dict of what is remembered, got {describe(groups)} and "
            f"{describe(state)}"
        )
    for group in groups:
        if not isinstance(group, Mapping) or not isinstance(group.get("params"), (list, tuple)):
            raise TypeError(f"{operation}: a group must be a dict with a list of 'params', got {describe(group)}")
    for number, remembered in state.items():
        if not isinstance(remembered, Mapping):
            raise TypeError(
                f"{operation}: what is remembered of parameter {number!r} must be a dict, got {describe(remembered)}"
            )


def _as_number(value: Any) -> Any:
    """A remembered number as PyTorch keeps it: in float64 if numbers are by default, else in float32."""
    return (np.float64 if dtypes.default().itemsize == 8 else np.float32)(value)


def _copied(value: Any, dtype: Any) -> Any:
    """A copy of a remembered value, a tensor in `dtype`, unless that is None."""
    if not isinstance(value, Tensor):
        return copy.deepcopy(value)
    fresh = value.detach().clone()
    return fresh if dtype is None or not dtype.is_floating_point else fresh.to(dtype)
