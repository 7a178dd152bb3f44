"""Classes by softmax and cross-entropy written out, with a loader of mini-batches."""

import numpy as np

import tinygrad_edu as torch
import tinygrad_edu.utils.data


def softmax(x):
    x_exp = torch.exp(x - x.max(dim=1, keepdim=True)[0])
    return x_exp / x_exp.sum(1, keepdim=True)


def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y])


def models():
    return {}


def train(models):
    rng = np.random.default_rng(1)
    x = torch.tensor(rng.standard_normal((60, 6)))
    y = torch.tensor(np.argmax(x.numpy()[:, :3], axis=1))
    w = torch.tensor(0.01 * rng.standard_normal((6, 3)), requires_grad=True)
    b = torch.zeros(3, requires_grad=True)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=20, shuffle=False)
    losses = []
    for _ in range(12):
        for features, labels in loader:
            loss = cross_entropy(softmax(torch.matmul(features, w) + b), labels)
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= 0.5 * param.grad / len(labels)
                    param.grad.zero_()
            losses.append(float(loss.mean()))
    return losses
