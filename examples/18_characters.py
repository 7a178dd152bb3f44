"""Beyond the article: a network that reads a text and writes on in its manner: アテンション (attention).

Run it in any folder: python 18_characters.py. It explains as it runs, for less than a minute, and draws two pictures
into runs/; with --lang ja in Japanese.
"""

# %%
from __future__ import annotations

import math
import re
import textwrap

from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.nn.functional import cross_entropy, relu, scaled_dot_product_attention
from tinygrad_edu.viz import plot_loss, plot_weights

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("The next character", "次の 1 文字")
say(
    """
    The network sees some characters and says, for each of them, how likely each character is to come next. That is
    classification, as with the digits: the loss is the cross-entropy, and the right answers are the text itself.
    The text is one that comes with Python: what it tells of its own language.
    """,
    """
    ネットワークは文字の列を見て、「次に来る文字」の確率を答えます。数字の画像と同じ分類問題です。
    損失は交差エントロピー誤差で、正解は文章そのものです。
    文章は Python に付属する、Python 自身の説明書(英語)を使います。
    """,
)
TOPICS = ("assignment", "class", "compound", "execmodel", "for", "function", "if", "import", "try", "while", "with")
LENGTH = 48  # how many characters the network sees at a time
WIDTH = 64
HEADS = 4


def read_text() -> str:
    """Return what Python tells of its statements, as one line of plain characters."""
    from pydoc_data.topics import topics

    text = " ".join(topics[name] for name in TOPICS if name in topics)
    return re.sub(r"\s+", " ", text.encode("ascii", "ignore").decode())


text = read_text()
alphabet = "".join(sorted(set(text)))
numbers = tg.tensor([alphabet.index(each) for each in text])
learned, unseen = numbers.split([len(text) - len(text) // 10, len(text) // 10])
shares = tg.bincount(numbers).float() / len(text)
by_frequency = -(shares * shares.log()).sum().item()
show(
    f"  {len(text):,} characters, {len(alphabet)} different ones: {text[1000:1050]}...",
    f"  全部で {len(text):,} 文字、文字の種類は {len(alphabet)}: {text[1000:1050]}...",
)
show(
    f"  Knowing nothing, the loss is log {len(alphabet)} = {math.log(len(alphabet)):.2f}; "
    f"knowing how often each comes, {by_frequency:.2f}.",
    f"  何も知らなければ損失は log {len(alphabet)} = {math.log(len(alphabet)):.2f}、"
    f"各文字の頻度だけ知っていれば {by_frequency:.2f} です。",
)

# %%
section("Attention", "アテンション")
say(
    """
    What comes next depends on what stood before, but on which of it? Attention lets each place look for itself. It
    has a query (what do I look for?), and each place before it a key (what am I?) and a value (what do I tell?).
    The better query and key fit together, the more of that value is taken over. Three places, in numbers:
    """,
    """
    次の文字は、それより前の文字で決まります。では、どの文字が大事なのでしょう。アテンションでは、それぞれの場所が
    自分で探します。場所は「クエリ」(何を探すか)を持ち、前の場所は「キー」(自分は何か)と「バリュー」(伝える中身)を
    持ちます。クエリとキーが合うほど、そのバリューを多く受け取ります。3 つの場所を、数で見てみます:
    """,
)
query = tg.tensor([4.0, 0.0])
keys = tg.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
values = tg.tensor([[10.0], [20.0], [30.0]])
scores = keys @ query / math.sqrt(2)
weights = scores.softmax(0)
by_hand = (weights @ values).item()
of_function = scaled_dot_product_attention(query.reshape(1, 2), keys, values).item()
numbers_shown = ["  ".join(f"{each:6.3f}" for each in row.tolist()) for row in (scores, weights)]
show(f"  query @ keys / sqrt(2):  {numbers_shown[0]}", f"  クエリ・キー / sqrt(2):      {numbers_shown[0]}")
show(f"  softmax of them:         {numbers_shown[1]}", f"  そのソフトマックス:          {numbers_shown[1]}")
show(
    f"  of 10, 20 and 30 that takes {by_hand:.3f}; scaled_dot_product_attention: {of_function:.3f}",
    f"  10, 20, 30 から受け取るのは {by_hand:.3f}; scaled_dot_product_attention: {of_function:.3f}",
)

# %%
section("The network", "ネットワーク")
say(
    """
    embedding    a character, and its place, become vectors that are learned
    attention    each place looks at those before it, and takes over what it finds useful
    linear       two layers at each place think about what was found
    output       from the vector at a place to a score for each character
    """,
    """
    埋め込み      文字とその位置を、学習するベクトルに置きかえる
    アテンション  それぞれの場所が前の場所を見て、役に立つものを受け取る
    全結合層      受け取ったものについて、場所ごとに 2 つの層で考える
    出力          場所ごとのベクトルから、各文字のスコアへ
    """,
)


class Block(nn.Module):
    """Attention, and then two linear layers; each adds to what is there, after a layer norm."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_linear = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.queries_keys_values = nn.Linear(WIDTH, 3 * WIDTH)
        self.found = nn.Linear(WIDTH, WIDTH)
        self.hidden, self.output = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def split(self, x: tg.Tensor) -> list[tg.Tensor]:
        """Return queries, keys and values of vectors (N, L, WIDTH), each (N, HEADS, L, WIDTH / HEADS)."""
        parts = self.queries_keys_values(self.before_attention(x)).chunk(3, dim=2)
        return [part.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2) for part in parts]

    def forward(self, x: tg.Tensor) -> tg.Tensor:
        """Return vectors of the shape (N, L, WIDTH) from those of that shape."""
        queries, keys, values = self.split(x)
        seen = scaled_dot_product_attention(queries, keys, values, is_causal=True)  # each looks at those before it
        x = x + self.found(seen.transpose(1, 2).flatten(2))
        return x + self.output(relu(self.hidden(self.before_linear(x))))


class CharacterModel(nn.Module):
    """Two blocks between an embedding and the scores of the characters."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.characters, self.places = nn.Embedding(count, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.Sequential(Block(), Block())
        self.norm, self.scores = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, count)

    def embed(self, numbers: tg.Tensor) -> tg.Tensor:
        """Return the vectors of characters (N, L) at their places, (N, L, WIDTH)."""
        return self.characters(numbers) + self.places(tg.arange(numbers.shape[1]))

    def forward(self, numbers: tg.Tensor) -> tg.Tensor:
        """Return the scores of what comes next at each place (N, L, count), for characters as numbers (N, L)."""
        return self.scores(self.norm(self.blocks(self.embed(numbers))))


@tg.no_grad()
def judge(model: CharacterModel, text: tg.Tensor) -> float:
    """Return the mean loss on a text."""
    rows = (len(text) - 1) // LENGTH
    seen, coming = (part[: rows * LENGTH].reshape(rows, LENGTH) for part in (text, text[1:]))
    return cross_entropy(model(seen).flatten(0, 1), coming.flatten()).item()


@tg.no_grad()
def write(model: CharacterModel, begin: str, count: int) -> str:
    """Return `begin`, and `count` characters that the model has added."""
    numbers = [alphabet.index(each) for each in begin]
    for _ in range(count):
        scores = model(tg.tensor([numbers[-LENGTH:]]))[0, -1]
        numbers.append(int(tg.multinomial((scores / 0.7).softmax(0), 1)))  # below 1: rather what is likely
    return "".join(alphabet[number] for number in numbers)


# %%
tg.manual_seed(0)
model = CharacterModel(len(alphabet))
steps = 15 if chapter.quick else 900
parameters = sum(each.numel() for each in model.parameters())
show(f"  {parameters:,} parameters, {steps} steps:", f"  パラメータ {parameters:,} 個、{steps} ステップ:")
optimizer = optim.AdamW(model.parameters(), lr=3e-3)
scheduler = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=steps, pct_start=0.1)
losses: list[float] = []
for step in range(1, steps + 1):
    places = tg.randint(0, len(learned) - LENGTH, (24, 1)) + tg.arange(LENGTH)
    loss = cross_entropy(model(learned[places]).flatten(0, 1), learned[places + 1].flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    losses.append(loss.item())
    if step % (steps // 5) == 0:
        on_unseen = judge(model, unseen)
        show(
            f"  step {step:4}: loss {losses[-1]:.3f}; on a part that it doesn't learn from {on_unseen:.3f}",
            f"  {step:4} ステップ: 損失 {losses[-1]:.3f}、学習に使わない部分では {on_unseen:.3f}",
        )
between = math.exp(on_unseen)
say(
    f"""
    At the end it is as unsure as between {between:.1f} characters. To write, it is asked for the next character, one
    is drawn at random as likely as it says, and put at the end; and so on:
    """,
    f"""
    最後には、{between:.1f} 文字の中から選ぶのと同じくらいまで絞り込めています。書くときは、次の文字の確率を聞き、
    その確率でくじを引いて 1 文字を後ろに付け、また聞く、を繰り返します:
    """,
)
written = write(model, "The statement ", 60 if chapter.quick else 300)
print(textwrap.indent("\n".join(textwrap.wrap(written, 100)), "  "))

# %%
say(
    """
    And where does it look? A row is a place in the text below, and blue is what it looks at, in one of the four heads
    of the first block. Nothing right of the diagonal: what comes later is hidden.
    """,
    """
    では、どこを見ているのでしょう。行は下の文の中の場所、青いところが、その場所が見ている文字です(最初のブロックの
    4 つのヘッドのうちの 1 つ)。対角線より右は真っ白です。後に来る文字は見えないからです。
    """,
)
shown = "The statement is executed as"
with tg.no_grad():
    queries, keys, _ = model.blocks[0].split(model.embed(tg.tensor([[alphabet.index(each) for each in shown]])))
    scores = (queries @ keys.transpose(-1, -2))[0] / math.sqrt(WIDTH // HEADS)
    later = tg.ones(len(shown), len(shown), dtype=tg.bool).triu(1)
    attention = scores.masked_fill(later, -math.inf).softmax(-1)
print(f'  "{shown}"')
if chapter.draws:
    title = label("The next character, learned from a text", "次の文字を学習する")
    chapter.save(plot_loss({label("each mini-batch", "ミニバッチごと"): losses}, title), "18_loss")
    figure = plot_weights(attention[:1], label("What each character looks at", "それぞれの文字が見ている文字"))
    middles = [(place + 0.5) / len(shown) for place in range(len(shown))]
    figure.axes[0].set_xticks(middles, list(shown))
    figure.axes[0].set_yticks(middles, list(shown))
    chapter.save(figure, "18_attention")

# %%
chapter.ask(
    """
    What would happen without is_causal=True, if each place could see what comes after it?
    """,
    """
    is_causal=True がなく、後に来る文字も見えたら、どうなるでしょう。
    """,
)
chapter.answer(
    """
    The loss would soon be near 0: the answer is the next character, and it would simply be read off.
    Writing would fail, for there the next character isn't yet. What an exam hides must be hidden in learning, too.
    """,
    """
    損失はすぐに 0 に近づきます。答えは次の文字なので、見て写すだけでよいからです。しかし、書くときには次の文字が
    まだないので、何も書けません。試験で見えないものは、学習でも隠しておく必要があります。
    """,
)
