"""A change in place through any view, of tensors in any layout, whatever layout the gradient comes back in."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from support.views import FORMS, LAYOUTS, Form, Make, sharing

import tinygrad_edu as tg
from tinygrad_edu.api._in_place import shows_twice

MARK = -7.0


def laid_out(values: np.ndarray, backwards: bool) -> tg.Tensor:
    """A gradient that lies in memory in rows, or the other way round."""
    return tg.from_numpy(values.T.copy().T if backwards else values.copy())


def shown(make: Make, form: Form) -> tuple[tg.Tensor, tg.Tensor, tg.Tensor]:
    """A leaf, what was computed from it in its layout, and a view of that; refused or a copy where that is no view."""
    x = make(tg).detach().requires_grad_()
    y = x.clone()
    return x, y, form(tg, y)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_view_changed_has_the_gradient_of_the_change_and_the_rest_its_own(layout: str) -> None:
    for name, form in FORMS.items():
        recorded = name not in ("detach", "data", "as_tensor", "from_numpy", "requires_grad_", "view(dtype)")
        if recorded and sharing(tg, lambda m: LAYOUTS[layout](m).clone(), form) in "sv":
            for backwards, factor in itertools.product([False, True], [0, 3]):
                check(name, LAYOUTS[layout], form, backwards, factor)


def check(name: str, make: Make, form: Form, backwards: bool, factor: int) -> None:
    """Check one change: by `factor` 0 to the mark, else by a product, which 0 · 3 doesn't tell of."""
    x, y, view = shown(make, form)
    before = y.detach().clone().numpy()
    if shows_twice(view.detach().numpy()) and factor:
        return  # which is refused
    if factor:
        view.mul_(factor)
    else:
        view.fill_(MARK)
    after = y.detach().numpy()
    g = np.arange(1.0, before.size + 1, dtype=before.dtype).reshape(before.shape)
    y.backward(laid_out(g, backwards))
    expected = np.where(after == (before * factor if factor else MARK), factor * g, g)
    certain = (before != 0) | (factor == 0)
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy()[certain], expected[certain], err_msg=name)
