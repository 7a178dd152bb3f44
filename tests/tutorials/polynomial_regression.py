"""A polynomial through the sine, with a linear layer and RMSprop."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    return {"model": nn.Sequential(nn.Linear(3, 1), nn.Flatten(0, 1))}


def train(models):
    model = models["model"]
    x = torch.linspace(-np.pi, np.pi, 200)
    y = torch.sin(x)
    xx = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
    loss_fn = nn.MSELoss(reduction="sum")
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(40):
        loss = loss_fn(model(xx), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
