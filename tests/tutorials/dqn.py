"""Deep Q-learning in a corridor: replay, a target network, the Huber loss."""

import numpy as np

import tinygrad_edu as torch
import tinygrad_edu.nn.functional as F
from tinygrad_edu import nn


class Corridor:
    def __init__(self):
        self.place = 0

    def step(self, action):
        self.place = max(0, self.place + (1 if action == 1 else -1))
        done = self.place == 4
        state, reward = self.place, 1.0 if done else -0.1
        self.place = 0 if done else self.place
        return state, reward, done


def one_hot(places):
    return F.one_hot(torch.tensor(places), num_classes=5).to(torch.get_default_dtype())


def models():
    net = lambda: nn.Sequential(nn.Linear(5, 12), nn.ReLU(), nn.Linear(12, 2))
    return {"policy": net(), "target": net()}


def train(models):
    policy, target = models["policy"], models["target"]
    target.load_state_dict(policy.state_dict())
    target.eval()
    rng = np.random.default_rng(0)
    optimizer = torch.optim.AdamW(policy.parameters(), lr=0.02, amsgrad=True)
    criterion = nn.SmoothL1Loss()
    env, memory, losses, state = Corridor(), [], [], 0
    for _ in range(40):
        with torch.no_grad():
            greedy = policy(one_hot([state])).max(1).indices.view(1, 1).item()
        action = greedy if rng.uniform() > 0.5 else int(rng.integers(2))
        nxt, reward, done = env.step(action)
        memory.append((state, action, nxt, reward, done))
        state = 0 if done else nxt
        if len(memory) < 10:
            continue
        batch = [memory[i] for i in rng.integers(0, len(memory), 8)]
        states, actions, nexts, rewards, dones = zip(*batch)
        q = policy(one_hot(states)).gather(1, torch.tensor(actions).unsqueeze(1))
        with torch.no_grad():
            best = target(one_hot(nexts)).max(1).values
        expected = torch.tensor(rewards) + 0.9 * best * (1 - torch.tensor(dones).float())
        loss = criterion(q, expected.to(q.dtype).unsqueeze(1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_value_(policy.parameters(), 100)
        optimizer.step()
        weights, kept = policy.state_dict(), target.state_dict()
        for key in weights:
            kept[key] = weights[key] * 0.05 + kept[key] * 0.95
        target.load_state_dict(kept)
        losses.append(loss.item())
    return losses
