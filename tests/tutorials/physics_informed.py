"""A differential equation solved by a network: second derivatives in the loss, L-BFGS."""

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    return {"net": nn.Sequential(nn.Linear(1, 10), nn.Tanh(), nn.Linear(10, 10), nn.Tanh(), nn.Linear(10, 1))}


def train(models):
    net = models["net"]
    t = torch.linspace(0, 1, 15).view(-1, 1).requires_grad_(True)
    optimizer = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=4, line_search_fn="strong_wolfe")
    losses = []

    def closure():
        optimizer.zero_grad()
        u = net(t)
        du = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
        d2u = torch.autograd.grad(du, t, torch.ones_like(du), create_graph=True)[0]
        residual = (d2u + 4 * u) ** 2
        loss = residual.mean() + (u[0] - 1).pow(2).sum() + du[0].pow(2).sum()
        loss.backward()
        return loss

    for _ in range(4):
        losses.append(optimizer.step(closure).item())
    return losses
