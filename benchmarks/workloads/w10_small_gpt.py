"""W10: a GPT of two blocks, width 64, 4 heads, that guesses the next of 65 characters, on 32 x 16 of them; AdamW.

A block is x ← x + attention(norm(x)) and x ← x + W₂ gelu(W₁ norm(x)). By hand, with X̂ the normalised rows, r the
factor 1 / √(v + ε) of each, ĝ = g γ for g = dL/dY of Y = γ X̂ + β, and Φ the distribution function of normal numbers:

    gelu(a) = a Φ(a)    gelu'(a) = Φ(a) + a exp(-a²/2) / √(2π)    dL/dX = r (ĝ - mean(ĝ) - X̂ mean(ĝ X̂))

Φ(a) = 1 - exp(-a²/2) t(c₁ + t(c₂ + …)) / 2 for a >= 0 is formula 7.1.26 of Abramowitz and Stegun, Handbook of
Mathematical Functions (1964), with an error below 2e-7. AdamW is in _adam.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import pi, sqrt
from typing import Any

import numpy as np

from benchmarks.workloads import Step
from benchmarks.workloads._adam import BETAS, EPS, adam_by_hand
from benchmarks.workloads._attention import attention, attention_back
from benchmarks.workloads._networks import BATCHES, Array, softmax_cross_entropy, training_step

CHARACTERS, WIDTH, HEADS, BLOCKS = 65, 64, 4, 2
LENGTH, BATCH_SIZE = 16, 32
LEARNING_RATE, DECAY = 0.001, 0.01
EPS_OF_NORM = np.float32(1e-5)


def _start() -> list[Array]:
    """The embeddings of characters and places; of each block two norms and four layers; a norm and a layer."""
    generator = np.random.default_rng(2)

    def normal(*shape: int) -> Array:
        return (generator.standard_normal(shape) * 0.1).astype(np.float32)

    def norm() -> list[Array]:
        return [np.ones(WIDTH, dtype=np.float32), np.zeros(WIDTH, dtype=np.float32)]

    def layer(outputs: int, inputs: int) -> list[Array]:
        return [normal(outputs, inputs), np.zeros(outputs, dtype=np.float32)]

    made = [normal(CHARACTERS, WIDTH), normal(LENGTH, WIDTH)]
    for _ in range(BLOCKS):
        made += norm() + layer(3 * WIDTH, WIDTH) + layer(WIDTH, WIDTH)
        made += norm() + layer(4 * WIDTH, WIDTH) + layer(WIDTH, 4 * WIDTH)
    return made + norm() + layer(CHARACTERS, WIDTH)


def _batches() -> Iterator[tuple[Array, Array]]:
    """Rows of characters, and the one that follows each."""
    texts = np.random.default_rng(1).integers(CHARACTERS, size=(BATCHES, BATCH_SIZE, LENGTH + 1))
    return itertools.cycle([(text[:, :-1].copy(), text[:, 1:].reshape(-1)) for text in texts])


def framework_step(torch: Any) -> Step:
    nn: Any = torch.nn

    class Block(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm1 = nn.LayerNorm(WIDTH)
            self.qkv, self.mix = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
            self.norm2 = nn.LayerNorm(WIDTH)
            self.wide, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

        def forward(self, x: Any) -> Any:
            n, t, c = x.shape
            parts = self.qkv(self.norm1(x)).split(c, dim=2)
            q, k, v = (each.view(n, t, HEADS, c // HEADS).transpose(1, 2) for each in parts)
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.mix(y.transpose(1, 2).contiguous().view(n, t, c))
            return x + self.narrow(nn.functional.gelu(self.wide(self.norm2(x))))

    class Gpt(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.characters, self.places = nn.Embedding(CHARACTERS, WIDTH), nn.Embedding(LENGTH, WIDTH)
            self.blocks = nn.Sequential(*(Block() for _ in range(BLOCKS)))
            self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, CHARACTERS)

        def forward(self, text: Any) -> Any:
            x = self.characters(text) + self.places(torch.arange(text.shape[1]))
            return self.head(self.norm(self.blocks(x))).view(-1, CHARACTERS)

    model = Gpt()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=BETAS, eps=EPS, weight_decay=DECAY)
    return training_step(torch, model, optimizer, _start(), _batches())


class _Norm:
    """Normalised rows: y = γ X̂ + β."""

    def __init__(self, values: list[Array], gradients: list[Array]) -> None:
        (self.factor, self.summand), (self.dfactor, self.dsummand) = values, gradients

    def forward(self, x: Array) -> Array:
        x_hat = x - np.add.reduce(x, axis=1, keepdims=True) / np.float32(WIDTH)
        self.r = 1 / np.sqrt(np.vecdot(x_hat, x_hat)[:, None] / np.float32(WIDTH) + EPS_OF_NORM)
        x_hat *= self.r
        self.x_hat = x_hat
        y = x_hat * self.factor
        y += self.summand
        return y

    def back(self, g: Array) -> Array:
        np.add.reduce(g, axis=0, out=self.dsummand)
        product = g * self.x_hat
        np.add.reduce(product, axis=0, out=self.dfactor)
        means, means_of_product = (g @ self.factor) / WIDTH, (product @ self.factor) / WIDTH
        gradient: Array = g * self.factor
        gradient -= means[:, None]
        gradient -= self.x_hat * means_of_product[:, None]
        gradient *= self.r
        return gradient


class _Layer:
    """Rows times a matrix, plus a bias."""

    def __init__(self, values: list[Array], gradients: list[Array]) -> None:
        (self.W, self.b), (self.dW, self.db) = values, gradients

    def forward(self, x: Array) -> Array:
        self.x = x
        y: Array = x @ self.W.T
        y += self.b
        return y

    def back(self, g: Array) -> Array:
        np.matmul(g.T, self.x, out=self.dW)
        np.add.reduce(g, axis=0, out=self.db)
        gradient: Array = g @ self.W
        return gradient


def _gelu(a: Array) -> tuple[Array, Array]:
    """a Φ(a), and its slope."""
    half = a * a
    half *= -0.5
    e = np.exp(half, out=half)
    t = np.abs(a)
    t *= 0.3275911 / sqrt(2)
    t += 1
    np.divide(1, t, out=t)
    tail = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient)
        tail *= t
    tail *= e
    tail *= 0.5
    phi = np.where(a < 0, tail, 1 - tail)
    y = a * phi
    e *= a
    e *= 1 / sqrt(2 * pi)
    e += phi
    return y, e


class _Block:
    def __init__(self, values: list[Array], gradients: list[Array]) -> None:
        pairs = [(values[i : i + 2], gradients[i : i + 2]) for i in range(0, 12, 2)]
        self.norm1, self.norm2 = _Norm(*pairs[0]), _Norm(*pairs[3])
        self.qkv, self.mix, self.wide, self.narrow = (_Layer(*pairs[i]) for i in (1, 2, 4, 5))
        self.mask = np.triu(np.full((LENGTH, LENGTH), -np.inf, dtype=np.float32), 1)

    def forward(self, x: Array) -> Array:
        y, self.kept = attention(self.qkv.forward(self.norm1.forward(x)), LENGTH, HEADS, self.mask)
        x = x + self.mix.forward(y)
        bent, self.slope = _gelu(self.wide.forward(self.norm2.forward(x)))
        return x + self.narrow.forward(bent)

    def back(self, g: Array) -> Array:
        inner = self.narrow.back(g)
        inner *= self.slope
        g = g + self.norm2.back(self.wide.back(inner))
        return g + self.norm1.back(self.qkv.back(attention_back(self.mix.back(g), self.kept)))


def numpy_step() -> Step:
    start = _start()
    gradients = [np.empty_like(values) for values in start]
    update = adam_by_hand(start, LEARNING_RATE, DECAY)
    (characters, places), (dcharacters, dplaces) = start[:2], gradients[:2]
    blocks = [_Block(start[i : i + 12], gradients[i : i + 12]) for i in range(2, 2 + 12 * BLOCKS, 12)]
    norm, head = _Norm(start[-4:-2], gradients[-4:-2]), _Layer(start[-2:], gradients[-2:])
    everyone = np.eye(CHARACTERS, dtype=np.float32)
    batches = _batches()

    def step() -> tuple[Any, ...]:
        text, labels = next(batches)
        x = (characters[text] + places).reshape(-1, WIDTH)
        for block in blocks:
            x = block.forward(x)
        loss, G = softmax_cross_entropy(head.forward(norm.forward(x)), labels)

        g = norm.back(head.back(G))
        for block in reversed(blocks):
            g = block.back(g)
        np.matmul(everyone[text.reshape(-1)].T, g, out=dcharacters)
        np.add.reduce(g.reshape(BATCH_SIZE, LENGTH, WIDTH), axis=0, out=dplaces)
        update(gradients)
        return (loss,)

    return step
