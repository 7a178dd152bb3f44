"""A small network learns from a large one: soft targets, Kullback-Leibler divergence."""

import numpy as np

import tinygrad_edu as torch
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn


def models():
    teacher = nn.Sequential(nn.Linear(5, 20), nn.Tanh(), nn.Linear(20, 3))
    return {"teacher": teacher, "student": nn.Linear(5, 3)}


def train(models):
    teacher, student = models["teacher"], models["student"]
    for p in teacher.parameters():
        p.requires_grad = False
    rng = np.random.default_rng(0)
    x, y = torch.tensor(rng.standard_normal((20, 5))), torch.tensor(rng.integers(0, 3, 20))
    optimizer = torch.optim.SGD(filter(lambda p: p.requires_grad, student.parameters()), lr=0.2)
    temperature, losses = 2.0, []
    for _ in range(12):
        logits = student(x)
        soft = F.softmax(teacher(x) / temperature, dim=-1)
        divergence = F.kl_div(F.log_softmax(logits / temperature, dim=-1), soft, reduction="batchmean")
        loss = 0.5 * divergence * temperature**2 + 0.5 * F.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
