"""Three spirals, a network with two hidden layers, cross-entropy with Adam and weight decay."""

import numpy as np

import tinygrad_edu as torch
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(2, 32)
        self.fc2 = nn.Linear(32, 32)
        self.fc3 = nn.Linear(32, 3)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def models():
    return {"net": Net()}


def train(models):
    net = models["net"]
    t = np.linspace(0, 1, 40)
    points = [np.stack([t * np.sin(4 * t + 2.1 * k), t * np.cos(4 * t + 2.1 * k)], 1) for k in range(3)]
    x = torch.tensor(np.concatenate(points))
    y = torch.arange(3).repeat_interleave(40)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02, weight_decay=1e-4)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        outputs = net(x)
        loss = criterion(outputs, y)
        loss.backward()
        optimizer.step()
        _, predicted = torch.max(outputs.data, 1)
        losses += [loss.item(), (predicted != y).sum().item() / 1000]
    return losses
