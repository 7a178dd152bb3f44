"""Two clouds of points, told apart by a line; accuracy by rounding."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    return {"model": nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())}


def train(models):
    model = models["model"]
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.standard_normal((30, 2)) + 1.5, rng.standard_normal((30, 2)) - 1.5])
    y = np.concatenate([np.ones(30), np.zeros(30)])
    x, y = torch.tensor(x), torch.tensor(y).view(-1, 1)
    criterion = nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    losses = []
    for epoch in range(25):
        y_hat = model(x)
        loss = criterion(y_hat, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if epoch == 24:
            with torch.no_grad():
                accuracy = y_hat.round().eq(y).sum() / float(y.shape[0])
                losses.append(1 - accuracy.item())
    return losses
