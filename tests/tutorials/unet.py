"""Pictures cut out of pictures: down, up, and across; group normalisation and bilinear resizing."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1 = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.GroupNorm(2, 4), nn.SiLU())
        self.down2 = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(4, 8, 3, padding=1), nn.SiLU())
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
        self.out = nn.Conv2d(12, 1, 1)

    def forward(self, x):
        skip = self.down1(x)
        return self.out(torch.cat([self.up(self.down2(skip)), skip], dim=1))


def models():
    return {"net": UNet()}


def train(models):
    net = models["net"]
    rng = np.random.default_rng(0)
    x = torch.tensor(rng.standard_normal((4, 1, 8, 8)))
    mask = (x > 0.3).to(x.dtype)
    criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0]))
    optimizer = torch.optim.RAdam(net.parameters(), lr=0.02)
    losses = []
    for _ in range(8):
        loss = criterion(net(x), mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
