"""An autoencoder of small pictures, its two halves as modules."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(36, 16), nn.ReLU(True), nn.Linear(16, 4))
        self.decoder = nn.Sequential(nn.Linear(4, 16), nn.ReLU(True), nn.Linear(16, 36), nn.Tanh())

    def forward(self, x):
        return self.decoder(self.encoder(x))


def models():
    return {"model": AutoEncoder()}


def train(models):
    model = models["model"]
    images = torch.tensor(np.random.default_rng(0).uniform(-1, 1, (32, 1, 6, 6)))
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-5)
    losses = []
    for _ in range(20):
        img = images.view(images.size(0), -1)
        output = model(img)
        loss = criterion(output, img)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data.item())
    return losses
