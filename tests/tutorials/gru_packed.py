"""Sequences of different lengths in one batch: a bidirectional GRU over packed sequences."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn

from_lengths = [5, 3, 2]


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(12, 5, padding_idx=0)
        self.gru = nn.GRU(5, 6, num_layers=2, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(12, 2)

    def forward(self, text, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(self.embed(text), lengths, batch_first=True)
        _, hidden = self.gru(packed)
        return self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1))


def models():
    return {"model": Classifier()}


def train(models):
    model = models["model"]
    rng = np.random.default_rng(0)
    sequences = [torch.tensor(rng.integers(1, 12, n)) for n in from_lengths]
    text = nn.utils.rnn.pad_sequence(sequences, batch_first=True)
    target = torch.tensor([0, 1, 1])
    optimizer = torch.optim.NAdam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(8):
        loss = nn.CrossEntropyLoss(label_smoothing=0.1)(model(text, torch.tensor(from_lengths)), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
