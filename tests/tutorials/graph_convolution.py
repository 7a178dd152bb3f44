"""A graph convolutional network on a small graph, from its adjacency matrix."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


class GraphConvolution(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(in_features, out_features))
        self.bias = nn.Parameter(torch.zeros(out_features))
        self.reset_parameters()

    def reset_parameters(self):
        stdv = 1.0 / self.weight.size(1) ** 0.5
        self.weight.data.uniform_(-stdv, stdv)

    def forward(self, input, adj):
        return torch.mm(adj, torch.mm(input, self.weight)) + self.bias


def models():
    return {"first": GraphConvolution(4, 8), "second": GraphConvolution(8, 2)}


def train(models):
    rng = np.random.default_rng(0)
    a = rng.uniform(0, 1, (10, 10)) > 0.7
    adj = torch.tensor(np.maximum(a, a.T) + np.eye(10))
    degree = adj.sum(1).pow(-0.5)
    adj = torch.diag(degree) @ adj @ torch.diag(degree)
    features, labels = torch.tensor(rng.standard_normal((10, 4))), torch.tensor(rng.integers(0, 2, 10))
    train_mask = torch.arange(10) < 6
    params = [*models["first"].parameters(), *models["second"].parameters()]
    optimizer = torch.optim.Adam(params, lr=0.05)
    losses = []
    for _ in range(12):
        hidden = nn.functional.elu(models["first"](features, adj))
        output = models["second"](hidden, adj)
        loss = nn.functional.cross_entropy(output[train_mask], labels[train_mask])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
