"""Tensors print as PyTorch prints them; the expected texts are PyTorch's."""

from __future__ import annotations

import pytest

import tinygrad_edu as tg

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (1.5, "1.5000"),
        (3, "3"),
        (True, "True"),
        ([], "[]"),
        ([1.0, 2.0], "[1., 2.]"),
        ([1.0, -2.5], "[ 1.0000, -2.5000]"),
        ([0.1, 100.0], "[  0.1000, 100.0000]"),
        ([0.1, 101.0], "[1.0000e-01, 1.0100e+02]"),
        ([0.1, 10.0], "[ 0.1000, 10.0000]"),
        ([0.0, 0.5], "[0.0000, 0.5000]"),
        ([1e9], "[1.0000e+09]"),
        ([100000.0], "[100000.]"),
        ([123456.789], "[123456.7891]"),
        ([1e-5, 1.0], "[1.0000e-05, 1.0000e+00]"),
        ([NAN, 1.5, -2.0], "[    nan,  1.5000, -2.0000]"),
        ([INF, 1.0], "[inf, 1.]"),
        ([-INF, 2.5], "[  -inf, 2.5000]"),
        ([0.9999], "[0.9999]"),
        ([1, -20], "[  1, -20]"),
        ([True, False], "[ True, False]"),
        ([[1, 2], [3, 4]], "[[1, 2],\n        [3, 4]]"),
        ([[[1.0]], [[2.0]]], "[[[1.]],\n\n        [[2.]]]"),
    ],
    ids=str,
)
def test_values(data: object, text: str) -> None:
    assert repr(tg.tensor(data)) == str(tg.tensor(data)) == f"tensor({text})"


def test_long_tensors_show_their_ends() -> None:
    assert repr(tg.arange(1001)) == "tensor([   0,    1,    2,  ...,  998,  999, 1000])"
    assert repr(tg.zeros(1001, 2)).count("\n") == 6
    assert "..." not in repr(tg.arange(1000))
    long = repr(tg.zeros(2, 600)).split("\n")
    assert long == ["tensor([[0., 0., 0.,  ..., 0., 0., 0.],", "        [0., 0., 0.,  ..., 0., 0., 0.]])"]


def test_lines_hold_eighty_characters() -> None:
    lines = repr(tg.arange(100)).split("\n")
    assert len(lines) == 6
    assert all(len(line) <= 80 for line in lines)


def test_what_cannot_be_seen_is_said() -> None:
    assert repr(tg.tensor([1.0], dtype=tg.float64)) == "tensor([1.], dtype=tinygrad_edu.float64)"
    assert repr(tg.tensor([1], dtype=tg.uint8)) == "tensor([1], dtype=tinygrad_edu.uint8)"
    assert repr(tg.zeros(0, 3)) == "tensor([], size=(0, 3))"
    assert repr(tg.zeros(0, dtype=tg.int64)) == "tensor([], dtype=tinygrad_edu.int64)"
    x = tg.tensor([1.0], requires_grad=True)
    assert repr(x) == "tensor([1.], requires_grad=True)"
    assert repr(x * 2) == "tensor([2.], grad_fn=<MulBackward0>)"


def test_a_0d_tensor_takes_a_format_and_others_say_why_not() -> None:
    assert f"{tg.tensor(1.23456):.2f}" == "1.23"
    assert f"{tg.tensor(3):>5}" == "    3"
    assert f"{tg.tensor([1, 2])}" == "tensor([1, 2])"
    with pytest.raises(TypeError, match=r"format: '\.2f' formats one number"):
        f"{tg.tensor([1.0, 2.0]):.2f}"
