"""A Wasserstein GAN with a gradient penalty: a derivative of a derivative."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def compute_gradient_penalty(critic, real_samples, fake_samples, alpha):
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = critic(interpolates)
    fake = torch.ones(real_samples.shape[0], 1)
    gradients = torch.autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=fake,
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


def models():
    generator = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))
    critic = nn.Sequential(nn.Linear(2, 8), nn.Softplus(), nn.Linear(8, 1))
    return {"generator": generator, "critic": critic}


def train(models):
    generator, critic = models["generator"], models["critic"]
    rng = np.random.default_rng(0)
    optimizer_g = torch.optim.RMSprop(generator.parameters(), lr=0.005)
    optimizer_d = torch.optim.RMSprop(critic.parameters(), lr=0.005)
    losses = []
    for i in range(10):
        real = torch.tensor(rng.normal(1.0, 0.2, (12, 2)))
        z = torch.tensor(rng.standard_normal((12, 3)))
        optimizer_d.zero_grad()
        fake = generator(z).detach()
        alpha = torch.tensor(rng.uniform(0, 1, (12, 1)))
        penalty = compute_gradient_penalty(critic, real, fake, alpha)
        d_loss = -torch.mean(critic(real)) + torch.mean(critic(fake)) + 10 * penalty
        d_loss.backward()
        optimizer_d.step()
        if i % 2 == 0:
            optimizer_g.zero_grad()
            g_loss = -torch.mean(critic(generator(z)))
            g_loss.backward()
            optimizer_g.step()
            losses.append(g_loss.item())
        losses.append(d_loss.item())
    return losses
