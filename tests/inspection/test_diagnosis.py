"""Beginners' mistakes planted one by one: each gets an answer that names it; right programs get none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.inspection import diagnose, why_no_grad

F = nn.functional
X = tg.tensor([[0.5, -1.0], [1.0, 0.25], [-0.75, 0.5], [0.1, 0.9]])
CLASSES = tg.tensor([0, 1, 2, 0])


def network(*layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 8), *(layers or (nn.Tanh(),)), nn.Linear(8, 3))


class Detached(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(2, 8), nn.Linear(8, 3)

    def forward(self, x: Any) -> Any:
        return self.second(self.first(x).detach())


class Listed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Linear(2, 3)]

    def forward(self, x: Any) -> Any:
        return self.layers[0](x)


def detached_in_the_middle() -> str:
    model = Detached()
    return str(diagnose(F.cross_entropy(model(X), CLASSES), model))


def forgot_zero_grad() -> str:
    model = network()
    F.cross_entropy(model(X), CLASSES).backward()
    return str(diagnose(F.cross_entropy(model(X), CLASSES), model))


def log_of_zero() -> str:
    w = tg.tensor([0.0, 1.0], requires_grad=True)
    return str(diagnose(w.log().sum()))


def softmax_twice() -> str:
    model = network()
    return str(diagnose(F.cross_entropy(model(X).softmax(1), CLASSES), model))


def sigmoid_twice() -> str:
    model = network()
    return str(diagnose(F.binary_cross_entropy_with_logits(model(X).sigmoid(), tg.ones(4, 3)), model))


def target_of_another_type() -> str:
    with pytest.raises(RuntimeError) as raised:
        F.cross_entropy(network()(X), CLASSES.float())
    return str(raised.value)


def wrong_axis() -> str:
    model = network()
    return str(diagnose(-(model(X).softmax(0).log() * F.one_hot(CLASSES, 3)).sum(), model))


def dead_relus() -> str:
    model = network(nn.ReLU())
    with tg.no_grad():
        model[0].bias -= 100
    return str(diagnose(F.cross_entropy(model(X), CLASSES), model))


def learning_rate_too_large() -> str:
    model = network()
    optimizer = tg.optim.SGD(model.parameters(), lr=50.0)
    losses: list[float] = []
    for _ in range(6):
        loss = F.mse_loss(model(X), tg.ones(4, 3))
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    optimizer.zero_grad()
    return str(diagnose(F.mse_loss(model(X), tg.ones(4, 3)), model, losses))


def change_in_place() -> str:
    w = tg.tensor([1.0, 2.0], requires_grad=True)
    y = w.exp()
    loss = (y * y).sum()
    with tg.no_grad():
        y += 1
    return str(diagnose(loss))


def missing_requires_grad() -> str:
    w = tg.tensor([1.0, 2.0])
    return f"{diagnose((w * w).sum())}\n{why_no_grad(w)}"


def parameters_in_a_plain_list() -> str:
    model = Listed()
    return str(diagnose(F.cross_entropy(model(X), CLASSES), model))


def eval_forgotten() -> str:
    model = network(nn.Dropout(0.5))
    with tg.no_grad():
        loss = F.cross_entropy(model(X), CLASSES)
    return str(diagnose(loss, model))


def train_forgotten() -> str:
    model = network(nn.BatchNorm1d(8)).eval()
    return str(diagnose(F.cross_entropy(model(X), CLASSES), model))


def root_of_zero() -> str:
    w = tg.zeros(2, requires_grad=True)
    return str(diagnose(w.sqrt().sum()))


def vanishing() -> str:
    model = nn.Sequential(*[layer for _ in range(12) for layer in (nn.Linear(4, 4), nn.Sigmoid())], nn.Linear(4, 1))
    return str(diagnose(model(tg.ones(2, 4)).sum(), model))


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (detached_in_the_middle, r"the loss doesn't depend on first\.weight, first\.bias: .*\.detach\(\)"),
        (forgot_zero_grad, r"already have a gradient.*call optimizer\.zero_grad\(\)"),
        (log_of_zero, "the loss isn't finite: .*log of 0"),
        (softmax_twice, "softmax comes before cross_entropy, which has a softmax of its own"),
        (sigmoid_twice, "sigmoid comes before .*, which has a sigmoid of its own"),
        (target_of_another_type, r"class numbers must be int64, got a float32 tensor.*convert it with \.long\(\)"),
        (wrong_axis, "softmax along dim 0 of .4, 3. makes the samples of a batch compete"),
        (dead_relus, "8 of the 8 units of a relu are 0 for all 4 samples"),
        (learning_rate_too_large, "the loss has grown.*the learning rate is too large|the loss isn't finite"),
        (change_in_place, r"backward\(\) will be refused: .*changed in place"),
        (missing_requires_grad, "nothing was recorded for the loss(.|\n)*made without requires_grad=True"),
        (parameters_in_a_plain_list, "layers holds modules in a plain list"),
        (eval_forgotten, r"training mode and nothing is recorded: .*call model\.eval\(\)"),
        (train_forgotten, r"evaluation mode, in which BatchNorm1d .*call model\.train\(\)"),
        (root_of_zero, "the gradient of w isn't finite although the loss is"),
        (vanishing, r"the gradient of 0\.weight.* has vanished"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_planted_mistake_is_named(mistake: Callable[[], str], words: str) -> None:
    tg.manual_seed(0)
    assert re.search(words, mistake())


ACTIVATIONS: list[Callable[[], nn.Module]] = [nn.Tanh, nn.ReLU, nn.Sigmoid, nn.GELU, nn.LeakyReLU]
LOSSES: dict[str, Callable[[Any], Any]] = {
    "cross_entropy": lambda y: F.cross_entropy(y, CLASSES),
    "mse": lambda y: F.mse_loss(y, tg.ones(4, 3)),
    "nll": lambda y: F.nll_loss(y.log_softmax(1), CLASSES),
    "bce": lambda y: F.binary_cross_entropy_with_logits(y, tg.ones(4, 3)),
    "smooth": lambda y: F.smooth_l1_loss(y, tg.zeros(4, 3)),
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_right_program_gets_no_warning(activation: Callable[[], nn.Module], loss: str) -> None:
    tg.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), activation(), nn.Linear(8, 8), activation(), nn.Linear(8, 3))
    optimizer = tg.optim.Adam(model.parameters(), lr=0.01)
    losses: list[float] = []
    for _ in range(4):
        optimizer.zero_grad()
        value = LOSSES[loss](model(X))
        assert diagnose(value, model, losses) == ()
        losses.append(value.item())
        value.backward()
        optimizer.step()
    assert str(diagnose(LOSSES[loss](model.eval()(X)).detach().requires_grad_())) == "nothing unusual was found"


def test_looking_changes_nothing() -> None:
    model = network()
    loss = F.cross_entropy(model(X), CLASSES)
    diagnose(loss, model)
    assert all(parameter.grad is None for parameter in model.parameters())
    loss.backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_what_is_no_loss_or_model_is_refused() -> None:
    with pytest.raises(TypeError, match="diagnose: loss must be a tensor, got float"):
        wrong(diagnose)(1.0)
    with pytest.raises(TypeError, match="diagnose: model must be a module, got"):
        wrong(diagnose)(tg.ones(1), [])
