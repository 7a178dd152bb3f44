"""The mistakes that a beginner makes first: each raises at once and says what it got and what it wanted."""

import re
from collections.abc import Callable

import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def second_backward() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    loss = (x * x).sum()
    loss.backward()
    loss.backward()


def missing_key() -> None:
    layer = nn.Linear(3, 2)
    state = layer.state_dict()
    del state["bias"]
    layer.load_state_dict(state)


@pytest.mark.parametrize(
    ("mistake", "error", "got", "wanted"),
    [
        (
            lambda: nn.Linear(3, 2)(tg.ones(4, 5)),
            RuntimeError,
            "linear: got an input of shape (4, 5)",
            "a weight of shape (2, 3) (out_features, in_features) wants one of shape (..., 3)",
        ),
        (
            lambda: nn.CrossEntropyLoss()(tg.zeros(2, 3), tg.tensor([0.0, 1.0])),
            RuntimeError,
            "cross_entropy: class numbers must be int64, got a float32 tensor of shape (2,)",
            "convert it with .long(), or give the probabilities of all classes in the shape (2, 3)",
        ),
        (
            lambda: nn.CrossEntropyLoss()(tg.zeros(2, 3), tg.tensor([0, 3])),
            IndexError,
            "cross_entropy: label 3 is out of range for 3 classes",
            "labels go from 0 to 2",
        ),
        (
            lambda: nn.CrossEntropyLoss(ignore_index=1)(tg.zeros(2, 3), tg.ones(2, 3)),
            RuntimeError,
            "cross_entropy: ignore_index=1 marks class numbers, but the target holds the probabilities of all classes",
            "leave it out, or give the numbers of the classes",
        ),
        (
            lambda: tg.zeros(2, 3).reshape(-1, -1),
            RuntimeError,
            "reshape: only one length may be -1, which is then worked out",
            "got the shape (-1, -1)",
        ),
        (
            lambda: tg.tensor([[1, 2], [3]]),
            ValueError,
            "tensor: the lists are ragged: data[0] holds 2 values, but data[1] holds 1 value",
            "at each depth all must be equally long",
        ),
        (
            lambda: tg.tensor([[[1, 2], [3, 4]], [[5, 6], 7]]),
            ValueError,
            "tensor: the lists are ragged: data[0][0] holds 2 values, but data[1][1] is int 7",
            "at each depth all must be equally long",
        ),
        (
            lambda: tg.tensor([1, 2], requires_grad=True),
            RuntimeError,
            "tensor: only floating-point tensors can require a gradient, got int64 of shape (2,)",
            "dtype=tinygrad_edu.float32",
        ),
        (
            lambda: (tg.ones(3, requires_grad=True) * 2).backward(),
            RuntimeError,
            "backward: a gradient starts from one number, but got a float32 tensor of shape (3,)",
            "reduce it first, for example with .sum() or .mean()",
        ),
        (
            second_backward,
            RuntimeError,
            "the values that it had saved were freed by an earlier backward",
            "call the first one with retain_graph=True",
        ),
        (
            missing_key,
            RuntimeError,
            "load_state_dict: the state doesn't fit Linear, which is left as it was:\n  missing keys: 'bias'",
            "strict=False loads what matches",
        ),
    ],
)
def test_it_says_what_it_got_and_what_it_wanted(
    mistake: Callable[[], object], error: type[Exception], got: str, wanted: str
) -> None:
    with pytest.raises(error, match=re.escape(got)) as raised:
        mistake()
    assert wanted in str(raised.value)
