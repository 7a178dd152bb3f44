"""Normalisation of channels against PyTorch's own, where that is installed: what rows don't draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from parity.expressions import agree, listed, values
from parity.twins import RNG, agree_in_errors, compare, twins

pytest.importorskip("torch")

CALLS = """\
F.batch_norm(x, None, None, training=True) | F.batch_norm(x, w, v, training=True) | F.batch_norm(x, w, v)
F.batch_norm(x, w, v, w, b, True, 0.5, 0.1) | F.batch_norm(x, None, None, w, b, True) | F.batch_norm(x, w, v, w, b)
F.batch_norm(x[:, :, ::2], w, v, None, b, True) | F.batch_norm(x[:0], w, v, w, b, True) | F.batch_norm(x[:0], w, v)
F.batch_norm(x.sum(2), w, v, w, b, True) | F.batch_norm(x.unsqueeze(3), w, v, w, b, True, momentum=0.0)
F.batch_norm(x.permute(1, 0, 2), w[:2], v[:2], training=True) | F.batch_norm(x * 1000 + 5000, w, v, b, b, True)
F.batch_norm(m.zeros_like(x), w, v, w, b, True) | F.batch_norm(x.sum(2), v, v)
F.batch_norm(x[:1, :, :2], w, v, w, b, True)
F.batch_norm(x, w, None) | F.batch_norm(x, None, None) | F.batch_norm(x, w[:2], v[:2]) | F.batch_norm(x, w, v, w[:2])
F.batch_norm(x[:1, :, 0], w, v, training=True) | F.batch_norm(x[0, 0], w, v) | F.batch_norm(x.long(), w, v)
F.group_norm(x, 1) | F.group_norm(x, 3) | F.group_norm(x, 3, w, b)
F.group_norm(x, 1, w, b, 0.1) | F.group_norm(x, 1, w)
F.group_norm(x.sum(2), 1, w, b) | F.group_norm(x[:, :, ::2], 3, None, b) | F.group_norm(x[:0], 3, w, b)
F.group_norm(x.mT, 2) | F.group_norm(x.unsqueeze(3), 3, w, b) | F.group_norm(input=x, num_groups=3, weight=w, bias=b)
F.group_norm(x, 2) | F.group_norm(x, 3, w[:2]) | F.group_norm(x[0, 0], 1) | F.group_norm(x[:1, :, :1], 3)
F.group_norm(x.long(), 3)
F.instance_norm(x) | F.instance_norm(x, w, v) | F.instance_norm(x, None, None, w, b)
F.instance_norm(x, w, v, w, b, False)
F.instance_norm(x, eps=0.1) | F.instance_norm(x[:, :, ::2], weight=w, bias=b) | F.instance_norm(x.unsqueeze(3))
F.instance_norm(x.permute(1, 2, 0)) | F.instance_norm(x * 1000 + 5000, w, v, b, b)
F.instance_norm(x, w, v, momentum=0.5)
F.instance_norm(x[:, :, :1]) | F.instance_norm(x, use_input_stats=False) | F.instance_norm(x.long())"""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("expression", listed(CALLS))
def test_the_functions_are_pytorch_s(expression: str, dtype: str) -> None:
    shown = f"(lambda F, w, b, v: ({expression}, w, v))(m.nn.functional, w.detach(), b.detach(), v.detach())"
    agree(shown, x=values(dtype, 2, 3, 4), w=values(dtype, 3), b=values(dtype, 3), v=np.square(values(dtype, 3)) + 0.5)


@pytest.mark.parametrize(
    "expression",
    listed("F.batch_norm(x, w, v, w, b, True) | F.batch_norm(x, w, v, w, b) | F.group_norm(x, 3, w, b)"),
)
def test_float16_beside_float32(expression: str) -> None:
    few: dict[str, Any] = {name: values("float32", 3) for name in "wb"}
    few |= {"x": values("float16", 2, 3, 4), "v": np.ones(3, np.float32)}
    agree(
        f"(lambda F, w, v: {expression})(m.nn.functional, w.detach(), v.detach())",
        gradient=False,
        **few,
    )


SHAPES: dict[str, list[tuple[int, ...]]] = {"1d": [(4, 3), (4, 3, 5)], "2d": [(2, 3, 4, 2)], "3d": [(2, 3, 2, 2, 3)]}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"momentum": None},
    {"eps": 0.1, "momentum": 0.5},
    {"affine": False},
    {"bias": False},
    {"track_running_stats": False},
    {"affine": False, "track_running_stats": False},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("dims", SHAPES)
def test_batch_norm_over_three_batches_and_in_evaluation(dims: str, settings: dict[str, Any]) -> None:
    mine, theirs = twins(f"BatchNorm{dims}", 3, **settings)
    for shape in SHAPES[dims]:
        for _ in range(3):
            compare(mine, theirs, RNG.standard_normal(shape) * 3 + 1)
        same_state(mine, theirs)
        compare(mine.eval(), theirs.eval(), RNG.standard_normal(shape), order=1)
        same_state(mine.train(), theirs.train())
    mine.reset_running_stats(), theirs.reset_running_stats()
    same_state(mine, theirs)


@pytest.mark.parametrize("settings", [{}, {"affine": True}, {"track_running_stats": True}, {"eps": 0.1}], ids=str)
@pytest.mark.parametrize("shape", [(2, 3, 4), (3, 4), (2, 3, 4, 2), (3, 4, 2), (2, 3, 2, 2, 2)])
def test_instance_norm(shape: tuple[int, ...], settings: dict[str, Any]) -> None:
    name = f"InstanceNorm{len(shape) - 2 if len(shape) > 3 or shape[0] == 2 else len(shape) - 1}d"
    if shape == (3, 4, 2):
        name = "InstanceNorm2d"
    mine, theirs = twins(name, 3, **settings)
    for _ in range(2):
        compare(mine, theirs, RNG.standard_normal(shape))
    same_state(mine, theirs)
    compare(mine.eval(), theirs.eval(), RNG.standard_normal(shape), order=1)


@pytest.mark.parametrize("settings", [{}, {"eps": 0.1}, {"affine": False}, {"bias": False}], ids=str)
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_group_norm(groups: int, settings: dict[str, Any]) -> None:
    for shape in [(2, 4), (2, 4, 3), (2, 4, 3, 2)]:
        if shape != (2, 4) or groups != 4:
            compare(*twins("GroupNorm", groups, 4, **settings), RNG.standard_normal(shape))


def same_state(mine: Any, theirs: Any) -> None:
    state = theirs.state_dict()
    for name, value in mine.state_dict().items():
        assert str(value.dtype).rpartition(".")[2] == str(state[name].dtype).rpartition(".")[2]
        np.testing.assert_allclose(value.numpy(), state[name].numpy(), rtol=1e-12, atol=1e-15, err_msg=name)


def test_what_does_not_fit_is_refused() -> None:
    for call in (
        lambda m: m.nn.BatchNorm1d(3)(m.zeros(3)),
        lambda m: m.nn.BatchNorm2d(3)(m.zeros(2, 3)),
        lambda m: m.nn.BatchNorm3d(3)(m.zeros(2, 3, 4, 4)),
        lambda m: m.nn.BatchNorm1d(3)(m.ones(1, 3)),
        lambda m: m.nn.InstanceNorm2d(3)(m.zeros(3, 4)),
        lambda m: m.nn.InstanceNorm1d(3, affine=True)(m.zeros(2, 4, 5)),
        lambda m: m.nn.GroupNorm(3, 4),
    ):
        agree_in_errors(call, ValueError)
    for call in (
        lambda m: m.nn.BatchNorm1d(3)(m.ones(2, 4)),
        lambda m: m.nn.BatchNorm1d(3)(m.ones(2, 3, dtype=m.float64)),
        lambda m: m.nn.BatchNorm1d(3).half()(m.ones(2, 3)),
    ):
        agree_in_errors(call, RuntimeError)
