"""Ratings by factors of users and films, with biases."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


class Factors(nn.Module):
    def __init__(self, users, items, rank):
        super().__init__()
        self.user, self.item = nn.Embedding(users, rank), nn.Embedding(items, rank)
        self.user_bias, self.item_bias = nn.Embedding(users, 1), nn.Embedding(items, 1)

    def forward(self, u, i):
        product = (self.user(u) * self.item(i)).sum(dim=1, keepdim=True)
        return (product + self.user_bias(u) + self.item_bias(i)).flatten()


def models():
    return {"model": Factors(6, 7, 3)}


def train(models):
    model = models["model"]
    for parameter in (model.user.weight, model.item.weight):
        parameter.data.mul_(0.1)
    rng = np.random.default_rng(0)
    u, i = torch.tensor(rng.integers(0, 6, 30)), torch.tensor(rng.integers(0, 7, 30))
    rating = torch.tensor(rng.uniform(1, 5, 30))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(15):
        loss = ((model(u, i) - rating) ** 2).mean() + 1e-3 * sum(p.norm() ** 2 for p in model.parameters())
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
