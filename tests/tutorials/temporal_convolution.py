"""Dilated causal convolutions over a series, weights normalised, early stopping."""

import tinygrad_edu as torch
from tinygrad_edu import nn


class Causal(nn.Module):
    def __init__(self, channels_in, channels_out, dilation):
        super().__init__()
        self.pad = nn.ConstantPad1d((2 * dilation, 0), 0.0)
        self.conv = nn.Conv1d(channels_in, channels_out, 3, dilation=dilation)

    def forward(self, x):
        return torch.relu(self.conv(self.pad(x)))


def models():
    return {"net": nn.Sequential(Causal(1, 6, 1), Causal(6, 6, 2), Causal(6, 6, 4), nn.Conv1d(6, 1, 1))}


def train(models):
    net = models["net"]
    series = torch.sin(torch.arange(40) * 0.3) + 0.1 * torch.cos(torch.arange(40) * 1.7)
    series = series.to(torch.get_default_dtype())
    x, y = series[:-1].view(1, 1, -1), series[1:].view(1, 1, -1)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    best, losses = float("inf"), []
    for _ in range(12):
        loss = nn.HuberLoss(delta=0.5)(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step(loss)
        losses.append(loss.item())
        if loss.item() < best:
            best, state = loss.item(), {k: v.clone() for k, v in net.state_dict().items()}
    net.load_state_dict(state)
    losses.append(nn.HuberLoss(delta=0.5)(net(x), y).item())
    return losses
