"""A convolutional autoencoder that takes noise away, with transposed convolutions."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    encoder = nn.Sequential(nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 4, 3, stride=2, padding=1))
    decoder = nn.Sequential(
        nn.ConvTranspose2d(4, 8, 2, stride=2), nn.ReLU(), nn.ConvTranspose2d(8, 1, 2, stride=2), nn.Sigmoid()
    )
    return {"encoder": encoder, "decoder": decoder}


def train(models):
    encoder, decoder = models["encoder"], models["decoder"]
    rng = np.random.default_rng(0)
    clean = torch.tensor(rng.uniform(0, 1, (8, 1, 8, 8)))
    noisy = torch.clamp(clean + 0.3 * torch.tensor(rng.standard_normal((8, 1, 8, 8))), 0.0, 1.0)
    params = list(encoder.parameters()) + list(decoder.parameters())
    optimizer = torch.optim.Adam(params, lr=0.01)
    losses = []
    for _ in range(15):
        loss = nn.functional.mse_loss(decoder(encoder(noisy)), clean)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
