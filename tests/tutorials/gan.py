"""A generative adversarial network of points, its two players in turn."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    generator = nn.Sequential(nn.Linear(4, 16), nn.LeakyReLU(0.2, inplace=True), nn.Linear(16, 2), nn.Tanh())
    discriminator = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2, inplace=True), nn.Linear(16, 1), nn.Sigmoid())
    return {"generator": generator, "discriminator": discriminator}


def train(models):
    generator, discriminator = models["generator"], models["discriminator"]
    rng = np.random.default_rng(0)
    adversarial_loss = torch.nn.BCELoss()
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=0.01, betas=(0.5, 0.999))
    optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=0.01, betas=(0.5, 0.999))
    valid = torch.ones(16, 1)
    fake = torch.zeros(16, 1)
    losses = []
    for _ in range(12):
        real_imgs = torch.tensor(rng.normal(0.5, 0.1, (16, 2)))
        optimizer_g.zero_grad()
        z = torch.tensor(rng.standard_normal((16, 4)))
        gen_imgs = generator(z)
        g_loss = adversarial_loss(discriminator(gen_imgs), valid)
        g_loss.backward()
        optimizer_g.step()
        optimizer_d.zero_grad()
        real_loss = adversarial_loss(discriminator(real_imgs), valid)
        fake_loss = adversarial_loss(discriminator(gen_imgs.detach()), fake)
        d_loss = (real_loss + fake_loss) / 2
        d_loss.backward()
        optimizer_d.step()
        losses += [g_loss.item(), d_loss.item()]
    return losses
