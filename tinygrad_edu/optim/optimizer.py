"""Optimizer: what all optimizers share; the parameters in groups, their state, saving and loading.

A *group* is a dict of parameters with the settings that they are changed by. The *state* holds what
an optimizer remembers of each parameter between steps, such as its momentum.

Source: https://docs.pytorch.org/docs/stable/optim.html#base-class
"""

from __future__ import annotations

import copy
import itertools
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tinygrad_edu._errors import describe
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.autograd.grad_mode import enable_grad
from tinygrad_edu.nn.parameter import clear_gradient

__all__ = ["Optimizer"]


class Optimizer:
    """Base class of optimizers: a subclass defines `step`.

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

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.html
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
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

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters once by their gradients.

        Args:
            closure: A function that clears the gradients, computes the loss, calls backward and returns
                the loss; most optimizers don't need one.

        Returns:
            What `closure` returned, or None.
        """
        raise NotImplementedError(f"{type(self).__name__}.step is not defined")

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
        if len(set(group["params"])) != len(group["params"]):
            warnings.warn(f"{name}: a parameter group holds a parameter twice", UserWarning, stacklevel=3)
        others = {each for other in self.param_groups for each in other["params"]}
        if not others.isdisjoint(group["params"]):
            raise ValueError(f"{name}: a parameter appears in more than one group; put each in one only")
        self.param_groups.append(group)

    def state_dict(self) -> dict[str, Any]:
        """Return the state and the settings, with parameters told by number, for `tinygrad_edu.save`."""
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

        Raises:
            ValueError: If the groups, or their lengths, differ.
        """
        name = type(self).__name__
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
                state[parameter] = {key: _fitted(key, value, parameter) for key, value in remembered.items()}
        for mine, theirs in zip(self.param_groups, groups, strict=True):
            params = mine["params"]
            mine.clear()
            mine.update(theirs)
            mine["params"] = params
        self.state = state

    def _numbers(self) -> dict[Any, int]:
        """Return the number of each parameter, counted through all groups."""
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


def run(closure: Callable[[], Any] | None) -> Any:
    """Call the closure of a step, if there is one, with recording on."""
    if closure is None:
        return None
    with enable_grad():
        return closure()


def _named(name: str, params: Any) -> dict[str, Any]:
    """Return the parameters as a list, and their names if they came in pairs."""
    if isinstance(params, Tensor):
        return {"params": [params]}
    given = _in_order(name, params)
    if given and all(isinstance(each, tuple) and len(each) == 2 for each in given):
        return {"params": [each for _, each in given], "param_names": [each for each, _ in given]}
    return {"params": given}


def _in_order(name: str, params: Iterable[Any]) -> list[Any]:
    """Return the parameters as a list, if they have an order."""
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


def _fitted(key: str, value: Any, parameter: Any) -> Any:
    """Return a remembered value as a copy, tensors in the parameter's dtype."""
    if not isinstance(value, Tensor):
        return copy.deepcopy(value)
    fresh = value.detach().clone()
    return fresh.to(parameter.dtype) if key != "step" and fresh.is_floating_point() else fresh
