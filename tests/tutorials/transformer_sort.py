"""A transformer that sorts: encoder, decoder, masks."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


class Sorter(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(8, 8)
        self.position = nn.Parameter(torch.zeros(1, 5, 8))
        self.transformer = nn.Transformer(8, 2, 1, 1, 16, dropout=0.0, batch_first=True)
        self.out = nn.Linear(8, 8)

    def forward(self, src, tgt):
        mask = nn.Transformer.generate_square_subsequent_mask(tgt.size(1), dtype=torch.get_default_dtype())
        src, tgt = self.embed(src) + self.position, self.embed(tgt) + self.position
        return self.out(self.transformer(src, tgt, tgt_mask=mask))


def models():
    return {"model": Sorter()}


def train(models):
    model = models["model"]
    rng = np.random.default_rng(0)
    src = torch.tensor(rng.integers(1, 8, (6, 5)))
    target, _ = src.sort(dim=1)
    tgt = torch.cat([torch.zeros(6, 1, dtype=torch.long), target[:, :-1]], dim=1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(6):
        logits = model(src, tgt)
        loss = nn.functional.cross_entropy(logits.reshape(-1, 8), target.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
