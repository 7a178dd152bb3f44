"""A mixture of normal distributions as the answer: logsumexp of their densities."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    return {"net": nn.Sequential(nn.Linear(1, 10), nn.Tanh(), nn.Linear(10, 6))}


def train(models):
    net = models["net"]
    rng = np.random.default_rng(0)
    y = torch.tensor(rng.uniform(-1, 1, (40, 1)))
    x = y + 0.3 * torch.sin(2 * np.pi * y)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.03)
    losses = []
    for _ in range(15):
        log_pi, mu, log_sigma = net(x).chunk(3, dim=1)
        log_pi = torch.log_softmax(log_pi, dim=1)
        log_density = -0.5 * ((y - mu) / log_sigma.exp()) ** 2 - log_sigma - 0.5 * np.log(2 * np.pi)
        loss = -torch.logsumexp(log_pi + log_density, dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
