"""What a beginner's program touches has precise types: mypy --strict and pyright read this, and a test runs it."""

from __future__ import annotations

from typing import assert_type

from hypothesis import HealthCheck, settings

import tinygrad_edu as torch
from tinygrad_edu import autograd, nn, optim, viz
from tinygrad_edu import testing as kit
from tinygrad_edu.autograd import gradcheck
from tinygrad_edu.datasets import Digits, to_vectors
from tinygrad_edu.utils.data import DataLoader, TensorDataset


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(784, 50)
        self.output = nn.Linear(50, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(torch.relu(self.hidden(x)))


def main() -> None:
    w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert_type(w @ w, torch.Tensor)
    assert_type(w * 2 + 1, torch.Tensor)
    assert_type(2 / w, torch.Tensor)
    assert_type(w[0, 1:], torch.Tensor)
    assert_type(w > 0, torch.Tensor)
    assert_type(w.T.sum(dim=0, keepdim=True), torch.Tensor)
    assert_type(w.shape, torch.Size)
    values, indices = w.max(dim=1)
    assert_type(values, torch.Tensor)
    assert_type(indices, torch.Tensor)
    assert_type(w.max(dim=1).indices, torch.Tensor)
    assert_type(w.max(), torch.Tensor)
    assert_type(torch.max(w, 0).values, torch.Tensor)
    assert_type(torch.sort(w).indices, torch.Tensor)
    assert_type(torch.topk(w, 1).values, torch.Tensor)
    assert_type(w.split(1)[0], torch.Tensor)
    (gradient,) = autograd.grad((w**2).sum(), [w])
    assert_type(gradient, torch.Tensor)
    assert_type(w.grad, torch.Tensor | None)
    assert_type(w.numel(), int)
    assert_type(w.requires_grad, bool)

    network = Network()
    assert_type(network.hidden.weight, nn.Parameter)
    assert_type(network.hidden.in_features, int)
    model = nn.Sequential(network, nn.Softmax(dim=1))
    digits = Digits(train=False)
    images = to_vectors(digits.data[:8])
    assert_type(images, torch.Tensor)
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1)
    for x, t in DataLoader(TensorDataset(images, digits.targets[:8]), batch_size=4):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(x), t)
        assert_type(loss, torch.Tensor)
        loss.backward()
        optimizer.step()
    scheduler.step()
    with torch.no_grad():
        share = (network(images).argmax(dim=1) == digits.targets[:8]).float().mean().item()
    print(f"{share:.2f}", sum(each.numel() for each in network.parameters()))

    assert_type(gradcheck(torch.sin, w.double()), bool)
    few = settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
    kit.check_gradients(torch.mul, kit.reals(), torch.testing.positive(), settings=few)
    torch.viz.plot_loss([2.0, 1.0], "loss").savefig("loss.png")
    viz.plot_weights(network.hidden, limit=4).savefig("weights.png")
    model.load_state_dict(model.state_dict())


if __name__ == "__main__":
    main()
