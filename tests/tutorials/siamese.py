"""A siamese network with a triplet loss and cosine similarities."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    return {"net": nn.Sequential(nn.Linear(6, 10), nn.PReLU(), nn.Linear(10, 3))}


def train(models):
    net = models["net"]
    rng = np.random.default_rng(0)
    anchor, positive, negative = (torch.tensor(rng.standard_normal((12, 6))) for _ in range(3))
    triplet = nn.TripletMarginLoss(margin=1.0, p=2)
    cosine = nn.CosineEmbeddingLoss(margin=0.2)
    optimizer = torch.optim.Adamax(net.parameters(), lr=0.02)
    losses = []
    for _ in range(12):
        a, p, n = net(anchor), net(positive), net(negative)
        loss = triplet(a, p, n) + cosine(a, p, torch.ones(12)) + cosine(a, n, -torch.ones(12))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            losses += [loss.item(), nn.functional.pairwise_distance(a, p).mean().item()]
    return losses
