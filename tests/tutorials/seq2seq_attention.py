"""An encoder, a decoder that looks back at it, teacher forcing."""

import numpy as np

import tinygrad_edu as torch
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 6)
        self.gru = nn.GRU(6, 6)

    def forward(self, x):
        return self.gru(self.embedding(x))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 6)
        self.attn = nn.Linear(12, 4)
        self.combine = nn.Linear(12, 6)
        self.gru = nn.GRUCell(6, 6)
        self.out = nn.Linear(6, 9)

    def forward(self, token, hidden, outputs):
        embedded = self.embedding(token)
        weights = F.softmax(self.attn(torch.cat((embedded, hidden), 1)), dim=1)
        context = torch.einsum("bt,tbh->bh", weights, outputs)
        hidden = self.gru(F.relu(self.combine(torch.cat((embedded, context), 1))), hidden)
        return F.log_softmax(self.out(hidden), dim=1), hidden


def models():
    return {"encoder": Encoder(), "decoder": Decoder()}


def train(models):
    encoder, decoder = models["encoder"], models["decoder"]
    rng = np.random.default_rng(0)
    source = torch.tensor(rng.integers(1, 9, (4, 5)))
    target = source.flip(0)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=0.02)
    criterion = nn.NLLLoss()
    losses = []
    for _ in range(6):
        outputs, hidden = encoder(source)
        hidden, token, loss = hidden[0], torch.zeros(5, dtype=torch.long), 0
        for step in range(4):
            log_probs, hidden = decoder(token, hidden, outputs)
            loss += criterion(log_probs, target[step])
            token = target[step]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item() / 4)
    return losses
