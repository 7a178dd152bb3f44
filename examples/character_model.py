"""Beyond the article: a network that reads a text, character by character, and writes on in its manner.

The network sees some characters and says, for each of them, how likely each character is to come next. That is
classification, as with the digits: the loss is the cross-entropy, and the right answers are the text itself.

    embedding    a character, and its place, become vectors that are learned
    attention    each place looks at those before it, and takes over what it finds useful (アテンション)
    linear       two layers at each place think about what was found
    output       from the vector at a place to a score for each character

Attention and linear layers come twice: the second ones work with what the first have found. To write, the network is
asked for the next character, one is drawn at random as likely as it says, and put at the end; and so on.

The text is one that comes with Python: what it tells of its own language (``help("topics")``). As the characters
differ in how often they come, guessing by that alone has a loss of about 3; knowing nothing, about 4.5.

Run it in any folder: python character_model.py. It takes less than two minutes, and draws the loss into runs/.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from _script import can_draw, read_options, save

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.nn.functional import cross_entropy, relu, scaled_dot_product_attention
from tinygrad_edu.viz import plot_learning

TOPICS = ("assignment", "class", "compound", "execmodel", "for", "function", "if", "import", "try", "while", "with")
LENGTH = 48  # how many characters the network sees at a time
WIDTH = 64
HEADS = 4
BATCH_SIZE = 24
LEARNING_RATE = 3e-3


def read_text() -> str:
    """Return what Python tells of its statements, as one line of plain characters."""
    from pydoc_data.topics import topics

    text = " ".join(topics[name] for name in TOPICS if name in topics)
    return re.sub(r"\s+", " ", text.encode("ascii", "ignore").decode())


class Block(nn.Module):
    """Attention, and then two linear layers; each adds to what is there, after a layer norm."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_linear = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.queries_keys_values = nn.Linear(WIDTH, 3 * WIDTH)
        self.found = nn.Linear(WIDTH, WIDTH)
        self.hidden, self.output = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: tg.Tensor) -> tg.Tensor:
        """Return vectors of the shape (N, L, WIDTH) from those of that shape."""
        rows, length = x.shape[:2]
        parts = self.queries_keys_values(self.before_attention(x)).chunk(3, dim=2)
        q, k, v = (part.reshape(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2) for part in parts)
        seen = scaled_dot_product_attention(q, k, v, is_causal=True)  # (N, HEADS, L, WIDTH / HEADS)
        x = x + self.found(seen.transpose(1, 2).reshape(rows, length, WIDTH))
        return x + self.output(relu(self.hidden(self.before_linear(x))))


class CharacterModel(nn.Module):
    """Two blocks between an embedding and the scores of the characters."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.characters, self.places = nn.Embedding(count, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.Sequential(Block(), Block())
        self.norm, self.scores = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, count)

    def forward(self, numbers: tg.Tensor) -> tg.Tensor:
        """Return the scores of what comes next at each place (N, L, count), for characters as numbers (N, L)."""
        x = self.characters(numbers) + self.places(tg.arange(numbers.shape[1]))
        return self.scores(self.norm(self.blocks(x)))


def learn(model: CharacterModel, text: tg.Tensor, steps: int) -> Iterator[float]:
    """Let the model see random pieces of the text, in steps that become smaller at the end; give each loss."""
    optimizer = optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    scheduler = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=LEARNING_RATE, total_steps=steps, pct_start=0.1)
    for _ in range(steps):
        places = tg.randint(0, len(text) - LENGTH, (BATCH_SIZE, 1)) + tg.arange(LENGTH)
        scores = model(text[places])
        loss = cross_entropy(scores.flatten(0, 1), text[places + 1].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        yield loss.item()


@tg.no_grad()
def test(model: CharacterModel, text: tg.Tensor) -> tuple[float, float]:
    """Return the mean loss on a text, and the share of its characters that the model guesses right."""
    rows = (len(text) - 1) // LENGTH
    seen, coming = (part[: rows * LENGTH].reshape(rows, LENGTH) for part in (text, text[1:]))
    scores, coming = model(seen).flatten(0, 1), coming.flatten()
    return cross_entropy(scores, coming).item(), (scores.argmax(dim=1) == coming).float().mean().item()


@tg.no_grad()
def write(model: CharacterModel, alphabet: str, begin: str, count: int) -> str:
    """Return `begin`, and `count` characters that the model has added."""
    numbers = [alphabet.index(each) for each in begin]
    for _ in range(count):
        scores = model(tg.tensor([numbers[-LENGTH:]]))[0, -1]
        numbers.append(int(tg.multinomial((scores / 0.7).softmax(0), 1)))  # below 1: rather what is likely
    return "".join(alphabet[number] for number in numbers)


def main() -> None:
    """Learn the text, say how well, write something in its manner, and draw the loss."""
    options = read_options(__doc__)
    tg.manual_seed(0)
    text = read_text()
    alphabet = "".join(sorted(set(text)))
    numbers = tg.tensor([alphabet.index(each) for each in text])
    learned, unseen = numbers.split([len(text) - len(text) // 10, len(text) // 10])
    steps, tests = (30, 2) if options.quick else (1000, 10)
    model = CharacterModel(len(alphabet))
    print(f"A text of {len(text):,} characters, {len(alphabet)} different ones: {text[:60]}...")
    print(f"{sum(each.numel() for each in model.parameters()):,} parameters, {steps} steps:")
    losses: list[float] = []
    accuracies: list[float] = []
    tested_at = range(steps // tests, steps + 1, steps // tests)
    for step, loss in enumerate(learn(model, learned, steps), 1):
        losses.append(loss)
        if step in tested_at:
            test_loss, accuracy = test(model, unseen)
            accuracies.append(accuracy)
            print(f"  step {step:4}: loss {loss:.3f}; on a part that it doesn't learn from {test_loss:.3f}")
    print(f"Test loss {test_loss:.3f}: it is as unsure as between {math.exp(test_loss):.1f} characters.")
    print(f"It writes: {write(model, alphabet, 'The statement ', 60 if options.quick else 400)}")
    if can_draw():
        figure = plot_learning(losses, {"next character guessed": accuracies}, list(tested_at), "A text, by characters")
        save(figure, options.output, "character_model")


if __name__ == "__main__":
    main()
