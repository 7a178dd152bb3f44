"""REINFORCE with a baseline on a bandit with three arms: categories, returns, entropy."""

import numpy as np

import tinygrad_edu as torch
from tinygrad_edu import nn


def models():
    return {"policy": nn.Linear(2, 3), "value": nn.Linear(2, 1)}


def train(models):
    policy, value = models["policy"], models["value"]
    rng = np.random.default_rng(0)
    optimizer = torch.optim.Adam([{"params": policy.parameters()}, {"params": value.parameters(), "lr": 0.05}], lr=0.02)
    losses = []
    for _ in range(15):
        state = torch.tensor(rng.standard_normal((16, 2)))
        log_probs = nn.functional.log_softmax(policy(state), dim=-1)
        action = torch.tensor(rng.integers(0, 3, 16))
        reward = (action == state.argmax(1)).to(state.dtype)
        baseline = value(state).squeeze(-1)
        chosen = log_probs.gather(1, action.unsqueeze(1)).squeeze(1)
        entropy = -(log_probs.exp() * log_probs).sum(-1).mean()
        loss = (
            -(chosen * (reward - baseline.detach())).mean() + nn.functional.mse_loss(baseline, reward) - 0.01 * entropy
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
