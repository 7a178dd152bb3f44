"""Word vectors from negative samples: embeddings, batched products, logsigmoid."""

import numpy as np

import tinygrad_edu as torch
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn


class SkipGram(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.center = nn.Embedding(vocab, dim)
        self.context = nn.Embedding(vocab, dim)

    def forward(self, center, context, negative):
        v = self.center(center).unsqueeze(2)
        positive = torch.bmm(self.context(context).unsqueeze(1), v).squeeze()
        others = torch.bmm(self.context(negative).neg(), v).squeeze()
        return -(F.logsigmoid(positive) + F.logsigmoid(others).sum(1)).mean()


def models():
    return {"model": SkipGram(10, 4)}


def train(models):
    model = models["model"]
    rng = np.random.default_rng(0)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.1)
    losses = []
    for _ in range(10):
        center, context = torch.tensor(rng.integers(0, 10, 16)), torch.tensor(rng.integers(0, 10, 16))
        loss = model(center, context, torch.tensor(rng.integers(0, 10, (16, 3))))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
