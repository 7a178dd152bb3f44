"""What a property test has looked at: counted while it runs, told when it is asked for.

What it can't look at it tells unasked: that a function has no value in a part of its stated domain is warned of.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from tinygrad_edu._errors import warn
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.gradient_checks.judgement import Verdict

__all__ = ["Coverage"]

ORDINARY = 10.0  # where a value that isn't finite is no overflow


class Coverage:
    """The examples of one property test, in numbers."""

    def __init__(self) -> None:
        self.examples = 0
        self.telling = 0
        self.derivatives = 0
        self.without_value: dict[str, None] = {}  # an ordered set
        self.layouts: Counter[str] = Counter()
        self.features: Counter[str] = Counter()
        self.smallest, self.largest = np.inf, 0.0
        self.longest = 0

    def note(self, arguments: tuple[Any, ...], verdict: Verdict) -> None:
        """Count an example."""
        self.examples += 1
        self.telling += verdict.telling
        self.derivatives += verdict.compared
        tensors = [each for each in arguments if isinstance(each, Tensor) and each._data.size]
        arrays = [np.asarray(each._data) for each in tensors if each._data.dtype.kind == "f"]
        values = np.concatenate([*(np.ravel(each) for each in arrays), np.zeros(0)])
        sizes = np.abs(values[values != 0])
        if not verdict.finite and np.all((sizes <= ORDINARY) & (sizes >= 1 / ORDINARY**3)):
            self.without_value[", ".join(_short(each) for each in arguments)] = None
        self.smallest = min(self.smallest, float(sizes.min(initial=np.inf)))
        self.largest = max(self.largest, float(sizes.max(initial=0)))
        self.features["with a 0"] += bool((values == 0).any())
        self.features["with equal values"] += len(np.unique(values)) < len(values)
        self.features["with an input that requires no gradient"] += any(not each.requires_grad for each in tensors)
        for array in arrays:
            self.layouts[_layout(array)] += 1
            self.longest = max(self.longest, *array.shape, 1)

    def __str__(self) -> str:
        features = ", ".join(f"{count} {name}" for name, count in self.features.items())
        layouts = ", ".join(f"{count} {name}" for name, count in self.layouts.items())
        return (
            f"{self.examples} examples, {self.telling} of them with a derivative; {self.derivatives} derivatives "
            f"compared. Sizes of values: 0 and {self.smallest:.3g} to {self.largest:.3g}; {features}. Tensors in "
            f"memory: {layouts}; longest side {self.longest}. Without a value (NaN): {len(self.without_value)}."
        )

    def warn_of_gaps(self, name: str) -> None:
        """Warn if the function has no value in a part of its domain."""
        if not self.without_value:
            return
        places = list(self.without_value)
        where = "; ".join(f"({place})" for place in places[:3])
        warn(
            f"check_gradients: {name} gives no value (NaN) at {len(places)} of the {self.examples} inputs that were "
            f"tried, such as {where}; nothing could be checked there. If it is not meant to have a value there, state "
            "the domain that it has, such as positive(), nonzero(), unit_interval() or between(low, high)"
        )


def _short(argument: Any) -> str:
    if not isinstance(argument, Tensor):
        return repr(argument)
    values = argument.detach().tolist()
    return repr(values) if argument.numel() <= 4 else f"a tensor of shape {tuple(argument.shape)}"


def _layout(array: np.ndarray) -> str:
    if array.flags.c_contiguous:
        return "row by row"
    if array.flags.f_contiguous:
        return "column by column"
    return "backwards" if min(array.strides) < 0 else "with gaps"
