"""Learning to learn: a step of gradient descent inside the loss, differentiated through."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    return {"net": nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1))}


def forward(params, x):
    w1, b1, w2, b2 = params
    return torch.tanh(x @ w1.t() + b1) @ w2.t() + b2


def train(models):
    net = models["net"]
    rng = np.random.default_rng(0)
    meta = torch.optim.Adam(net.parameters(), lr=0.01)
    losses = []
    for _ in range(8):
        meta_loss = 0
        for _ in range(3):
            phase, amplitude = rng.uniform(0, np.pi), rng.uniform(0.5, 2)
            x = torch.tensor(rng.uniform(-3, 3, (10, 1)))
            y = amplitude * torch.sin(x + phase)
            params = list(net.parameters())
            inner = ((forward(params, x[:5]) - y[:5]) ** 2).mean()
            grads = torch.autograd.grad(inner, params, create_graph=True)
            fast = [p - 0.05 * g for p, g in zip(params, grads)]
            meta_loss = meta_loss + ((forward(fast, x[5:]) - y[5:]) ** 2).mean()
        meta.zero_grad()
        meta_loss.backward()
        meta.step()
        losses.append(meta_loss.item())
    return losses
