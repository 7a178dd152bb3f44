"""vmap: which dimensions samples lie along, how results are put together, random numbers, and errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.func import grad, jacrev, vmap


class Point(NamedTuple):
    """Two tensors."""

    x: Any
    y: Any


@pytest.mark.parametrize("in_dims", [0, 1, 2, -1, -3])
@pytest.mark.parametrize("out_dims", [0, 1, -1])
def test_samples_lie_along_any_dimension(in_dims: int, out_dims: int) -> None:
    x = tg.arange(24.0).reshape(2, 3, 4)
    found = vmap(lambda row: row * 10, in_dims, out_dims)(x)
    np.testing.assert_array_equal(found.numpy(), np.moveaxis(x.numpy(), in_dims, out_dims) * 10)


def test_each_argument_has_its_dimension_or_none() -> None:
    a, b = tg.arange(6.0).reshape(2, 3), tg.arange(12.0).reshape(3, 4)
    pairs: Any = vmap(lambda x, y: x @ y, in_dims=(0, None))(a, b)
    np.testing.assert_array_equal(pairs.numpy(), a.numpy() @ b.numpy())
    columns = vmap(tg.dot, in_dims=(1, 0))(a, a.mT.clone())
    np.testing.assert_array_equal(columns.numpy(), (a.numpy() ** 2).sum(0))
    assert vmap(lambda x, factor: x * factor, in_dims=[0, None])(a, 3).tolist() == (a * 3).tolist()


def test_arguments_and_results_may_be_trees() -> None:
    tree = {"a": tg.arange(6.0).reshape(2, 3), "b": [tg.arange(2.0), (tg.ones(3, 2),)]}
    dims = {"a": 0, "b": [None, (1,)]}
    found = vmap(lambda t: {"sum": t["a"].sum() + t["b"][0].sum(), "b": t["b"]}, in_dims=(dims,))(tree)
    assert found["sum"].tolist() == [4, 13]
    assert found["b"][0].tolist() == [[0, 1], [0, 1]]
    assert isinstance(found["b"][1], tuple)
    assert found["b"][1][0].shape == (2, 3)
    point = vmap(lambda p: Point(p.y, p.x * 2))(Point(tg.arange(3.0), tg.zeros(3, 2)))
    assert isinstance(point, Point)
    assert point.x.shape == (3, 2)
    assert point.y.tolist() == [0, 2, 4]


def test_each_result_has_its_dimension_or_none() -> None:
    x = tg.arange(6.0).reshape(2, 3)
    a, (b, c), d = vmap(lambda r: (r, [r + 1, r + 2], tg.tensor(7.0)), out_dims=(1, 0, None))(x)
    assert a.tolist() == x.mT.tolist()
    assert (b.tolist(), c.tolist(), d.item()) == ((x + 1).tolist(), (x + 2).tolist(), 7)
    assert vmap(lambda r: r, out_dims=(1,))(x).shape == (3, 2)


def test_it_nests() -> None:
    a, b = tg.arange(6.0).reshape(2, 3), tg.arange(12.0).reshape(4, 3)
    table = vmap(vmap(tg.dot, in_dims=(None, 0)), in_dims=(0, None))(a, b)
    np.testing.assert_array_equal(table.numpy(), a.numpy() @ b.numpy().T)


def test_gradients_of_each_sample() -> None:
    weight, x = tg.tensor([1.0, -2.0]), tg.tensor([[1.0, 2.0], [3.0, 0.5]])
    each = vmap(grad(lambda w, row: (w * row).sum() ** 2), in_dims=(None, 0))(weight, x)
    inner = x.numpy() @ weight.numpy()
    np.testing.assert_allclose(each.numpy(), 2 * inner[:, None] * x.numpy())
    jacobian: Any = jacrev(vmap(lambda row: row.sum()))(x)
    assert jacobian.tolist() == [[[1, 1], [0, 0]], [[0, 0], [1, 1]]]
    x.requires_grad_()
    vmap(lambda row: (row**2).sum())(x).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == (2 * x).tolist()


def test_keywords_are_the_same_for_all() -> None:
    found = vmap(lambda x, *, add: x.sum() + add.sum())(tg.ones(2, 3), add=tg.ones(2))
    assert found.tolist() == [5, 5]


def test_no_samples_give_no_results() -> None:
    assert vmap(lambda x: x.sum(0))(tg.zeros(0, 3, 2)).shape == (0, 2)
    assert vmap(lambda x: x.sum(0), in_dims=1, out_dims=1)(tg.zeros(3, 0, 2)).shape == (2, 0)


def test_random_numbers_are_the_same_or_different() -> None:
    def noisy(x: Any) -> Any:
        return x + tg.rand(2)

    zeros = tg.zeros(3, 2)
    same = vmap(noisy, randomness="same")(zeros)
    assert same[0].tolist() == same[1].tolist() == same[2].tolist()
    different = vmap(noisy, randomness="different")(zeros)
    assert len(set(different.flatten().tolist())) == 6
    tg.manual_seed(4)
    again = tg.rand(3, 2)
    tg.manual_seed(4)
    assert vmap(noisy, randomness="different")(zeros).tolist() == again.tolist()
    with pytest.raises(RuntimeError, match='drew random numbers; say randomness="different" or randomness="same"'):
        vmap(noisy)(zeros)


def test_it_keeps_the_function_s_name_and_words() -> None:
    def mine(x: Any) -> Any:
        """What it does."""
        return x

    assert (vmap(mine).__name__, vmap(mine).__doc__) == ("mine", "What it does.")


def same(*args: Any) -> Any:
    """The first argument."""
    return args[0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: vmap(same, in_dims=None)(tg.ones(2)), "in_dims must be an integer or a tuple, one for each arg"),
        (lambda: vmap(same, in_dims=True)(tg.ones(2)), "in_dims must be an integer or a tuple.*got bool True"),
        (lambda: vmap(same, in_dims=(0, 0))(tg.ones(2)), "in_dims must have the form of the arguments, got"),
        (lambda: vmap(same, in_dims=([0],))(tg.ones(2)), "in_dims must have the form of the arguments, got"),
        (lambda: vmap(same)(tg.ones(2), 3), "there are no samples along in_dim=0 of int 3; give None for it"),
        (lambda: vmap(same)(tg.tensor(1.0)), "there is no in_dim=0 in"),
        (lambda: vmap(same, in_dims=2)(tg.ones(2, 2)), "there is no in_dim=2 in"),
        (lambda: vmap(same, in_dims=-3)(tg.ones(2, 2)), "there is no in_dim=-3 in"),
        (lambda: vmap(same, in_dims=(None,))(tg.ones(2)), "wanted at least one argument with samples, got none"),
        (lambda: vmap(same)(), "wanted at least one argument with samples, got none"),
        (lambda: vmap(same)(tg.ones(2), tg.ones(3)), r"as many samples in all arguments, got \[2, 3\]"),
        (lambda: vmap(lambda x: 3)(tg.ones(2)), "vmap: the function must return tensors, got int 3"),
        (lambda: vmap(lambda x: (x, None))(tg.ones(2)), "vmap: the function must return tensors, got None"),
        (lambda: vmap(same, out_dims=(0, 0))(tg.ones(2)), r"wanted out_dims for 1 results, got .*\(0, 0\)"),
        (lambda: vmap(lambda x: (x, x), out_dims=(0,))(tg.ones(2)), "wanted out_dims for 2 results, got"),
        (lambda: vmap(same, out_dims="0")(tg.ones(2)), "out_dims must be integers, got"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_settings_are_checked_at_once() -> None:
    with pytest.raises(TypeError, match="vmap: wanted a function, got"):
        wrong(vmap)(tg.ones(2))
    with pytest.raises(RuntimeError, match='randomness must be "error", "different" or "same", got'):
        vmap(same, randomness="none")
    with pytest.raises(TypeError, match="chunk_size must be an integer or None, got"):
        wrong(vmap)(same, chunk_size=1.5)
    assert vmap(same, chunk_size=1)(tg.ones(2)).tolist() == [1, 1]
