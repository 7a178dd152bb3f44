"""How wrong an answer is, and why not simply count right ones: 損失関数, 損失関数を利用する理由.

Run it in any folder: python 06_losses.py. It explains as it runs, and draws three pictures into runs/; with
--lang ja in Japanese.
"""

# %%
from __future__ import annotations

import numpy as np
from _drawings import draw_bars
from _script import Chapter

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.viz import new_panels, plot_decision_regions, plot_functions

chapter = Chapter(__doc__)
section, say, show, label = chapter.section, chapter.say, chapter.show, chapter.label

# %%
section("Loss functions", "損失関数")
say(
    """
    A loss says how wrong a guess y is, given the right answer t; 0 would be perfect. Learning is the search for
    the weights that make it small. A network has looked at a handwritten 2. Two guesses, one probability a digit:
    """,
    """
    損失関数は、予測 y が正解 t に比べてどれだけ不正解かを表します。0 なら完璧です。学習とは、損失関数の値が小さくなる
    重みを探すことです。手書き数字の「2」を見たネットワークの予測が 2 つあるとします(数字ごとの確率):
    """,
)
t = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])  # the digit is a 2
right_guess = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])  # a 2, 60 %
wrong_guess = np.array([0.1, 0.05, 0.0, 0.0, 0.05, 0.0, 0.8, 0.0, 0.0, 0.0])  # a 6, 80 %
show(
    f"  right guess: a {right_guess.argmax()} with {100 * right_guess.max():.0f} %",
    f"  正しい予測: {100 * right_guess.max():.0f} % の確率で「{right_guess.argmax()}」",
)
show(
    f"  wrong guess: a {wrong_guess.argmax()} with {100 * wrong_guess.max():.0f} %",
    f"  誤った予測: {100 * wrong_guess.max():.0f} % の確率で「{wrong_guess.argmax()}」",
)

# %%
section("The sum of squared errors", "二乗和誤差")
say(
    """
    For regression: E = 1/2 sum_k (y_k - t_k)^2. The square makes every difference count as positive; the 1/2
    cancels against the 2 when the derivative is taken. By NumPy, and by the library:
    """,
    """
    回帰問題でよく使います: E = 1/2 Σ (y_k - t_k)^2。2 乗するのは差を正の数にするため、1/2 は微分したときに出てくる 2 と
    打ち消し合うようにするためです。NumPy とライブラリで計算すると:
    """,
)


def mean_squared_error(y: np.ndarray, t: np.ndarray) -> float:
    """Return 1/2 sum_k (y_k - t_k)^2; the name is the article's."""
    return 0.5 * np.sum((y - t) ** 2)


def losses_by_library(name: str) -> list[float]:
    """Return what one of the library's losses says of the two guesses."""
    loss = getattr(nn.functional, name)
    return [loss(tg.from_numpy(y), tg.from_numpy(t)).item() for y in (right_guess, wrong_guess)]


def table(by_numpy: list[float], by_library: list[float]) -> None:
    """Print the losses of both guesses."""
    show(
        f"  right guess: {by_numpy[0]:f}  tinygrad_edu: {by_library[0]:f}",
        f"  正しい予測の場合: {by_numpy[0]:f}  tinygrad_edu: {by_library[0]:f}",
    )
    show(
        f"  wrong guess: {by_numpy[1]:f}  tinygrad_edu: {by_library[1]:f}",
        f"  誤った予測の場合: {by_numpy[1]:f}  tinygrad_edu: {by_library[1]:f}",
    )


squared = [mean_squared_error(y, t) for y in (right_guess, wrong_guess)]
table(squared, losses_by_library("sum_of_squared_errors"))

# %%
section("The cross-entropy error", "交差エントロピー誤差")
say(
    """
    For classification: E = -sum_k t_k log y_k. As t is 1 for the right class and 0 for all others, only the
    probability given to the right class counts. 1e-7 is added inside, as log 0 would be infinite:
    """,
    """
    分類問題で使います: E = -Σ t_k log y_k。t は正解のクラスだけ 1、他は 0 なので、正解のクラスに与えた確率だけで
    決まります。log 0 は無限大になるので、中で 1e-7 を足します:
    """,
)


def cross_entropy_error(y: np.ndarray, t: np.ndarray) -> float:
    """Return -sum_k t_k log(y_k + 1e-7)."""
    return -np.sum(t * np.log(y + 1e-7))


entropies = [cross_entropy_error(y, t) for y in (right_guess, wrong_guess)]
table(entropies, losses_by_library("cross_entropy_error"))
sums = tg.from_numpy(np.log(right_guess + 1e-7))
by_layer = nn.CrossEntropyLoss()(sums, tg.tensor(2)).item()
say(
    f"""
    nn.CrossEntropyLoss does the softmax and the loss in one, as PyTorch's does: give it the sums of the last
    layer and the number of the right class. For the right guess: {by_layer:.3f}.
    """,
    f"""
    nn.CrossEntropyLoss は、PyTorch と同じくソフトマックス関数と損失をまとめて計算します。渡すのは、最後の層の総和と
    正解のクラスの番号です。正しい予測の場合: {by_layer:.3f}。
    """,
)
if chapter.draws:
    panels = new_panels(2, label("The digit is a 2 (orange)", "正解は「2」(橙色)"))
    english, japanese = ("right guess", "wrong guess"), ("正しい予測", "誤った予測")
    for number, y in enumerate((right_guess, wrong_guess)):
        title = label(
            f"{english[number]}: squared errors {squared[number]:.4f},\ncross-entropy {entropies[number]:.4f}",
            f"{japanese[number]}: 二乗和誤差 {squared[number]:.4f}\n交差エントロピー誤差 {entropies[number]:.4f}",
        )
        draw_bars(panels[number], y.tolist(), "0123456789", title, right=2)
        panels[number].set_ylim(0, 1)
    chapter.save(panels[0].figure, "06_guesses")

# %%
section("Why a loss", "損失関数を利用する理由")
say(
    """
    Why not count right answers? Because accuracy can't tell near from far. Three classes live in three regions; the
    guess, a star, should be in the region of the first. Two of the guesses are wrong, one more than the other:
    """,
    """
    なぜ正解率ではだめなのでしょう。正解率では、惜しい間違いとひどい間違いを区別できないからです。3 つの領域が 3 つの
    クラスで、予測(☆)は青い領域に入れば正解です。不正解は 2 つありますが、間違い方の大きさが違います:
    """,
)
CENTRES = tg.tensor([[1.0, 1.0], [-1.0, 0.0], [1.0, -1.0]])  # of the three regions; the first is right


def scores_of(points: tg.Tensor) -> tg.Tensor:
    """Return for each of `points` (N, 2) how well it fits each of the classes, (N, 3): the nearer, the better."""
    return -(points.reshape(-1, 1, 2) - CENTRES).square().sum(dim=2)


guesses = {("far", "遠い"): [-1.1, -0.5], ("near", "近い"): [-0.3, 0.5], ("right", "正解"): [0.7, 0.6]}
titles = {}
for (english_name, japanese_name), guess in guesses.items():
    score, answer = scores_of(tg.tensor([guess])), tg.tensor([0])
    accuracy = int(score.argmax(dim=1) == answer)
    loss = nn.functional.cross_entropy(score, answer).item()
    words = (
        f"{english_name}: accuracy {accuracy}, loss {loss:.3f}",
        f"{japanese_name}: 正解率 {accuracy}, 損失 {loss:.3f}",
    )
    show(f"  {words[0]}", f"  {words[1]}")
    titles[label(*words)] = guess
say(
    """
    Accuracy says 0 to both; the loss says which one is better, and by how much. It falls all the way, where
    accuracy is flat and jumps once, so that nothing in it says which way is better.
    """,
    """
    正解率はどちらも 0 ですが、損失を見れば、どちらがどれだけ良いかがわかります。正解率はほとんど平らで 1 か所で急に
    変わるだけなので、どちらへ進めば良くなるかがわかりません。損失は、どこでも少しずつ減っていきます。
    """,
)
if chapter.draws:
    panels = new_panels(
        3, label("The guess, the black star, should be in the blue region", "予測(黒い ☆)が青い領域に入れば正解")
    )
    for axes, (title, guess) in zip(panels, titles.items(), strict=True):
        classes = (label("its centre", "正解の領域の中心"), label("other centres", "他の領域の中心"), "")
        figure = plot_decision_regions(
            lambda x: scores_of(x).argmax(dim=1), CENTRES, tg.arange(3), title, class_names=classes, axes=axes
        )
        axes.plot(*guess, "k*", markersize=18)
    chapter.save(figure, "06_near_and_far")
    curves = {
        label("cross-entropy error", "交差エントロピー誤差"): lambda p: -(p + 1e-7).log(),
        label("sum of squared errors", "二乗和誤差"): lambda p: (p - 1).square(),  # twice 1/2: of p, and of 1 - p
        label("accuracy", "正解率"): lambda p: nn.functional.step(p - 0.5),
    }
    title = label("A loss falls all the way, accuracy jumps once", "損失は減り続け、正解率は 1 か所で変わるだけ")
    names = (
        label("probability given to the right one of two classes", "2 クラスのうち正解のクラスに与えた確率"),
        label("loss, or accuracy", "損失、正解率"),
    )
    figure = plot_functions(curves, tg.arange(0.01, 1.0, 0.001), title, axis_names=names)
    chapter.save(figure, "06_loss_and_accuracy")

# %%
chapter.ask(
    """
    The wrong guess gave the 2 no chance at all, y_2 = 0. What does its 16.118096 stand for?
    """,
    """
    誤った予測は「2」の確率を 0 としました。その誤差 16.118096 はどこから来た値でしょう。
    """,
)
chapter.answer(
    f"""
    From the 1e-7: -log(1e-7) = {-np.log(1e-7):f}. With 1e-10 instead it would be {-np.log(1e-10):f}, and without
    it infinite: who rules out the right answer is as wrong as can be.
    """,
    f"""
    足した 1e-7 です: -log(1e-7) = {-np.log(1e-7):f}。1e-10 なら {-np.log(1e-10):f} になり、足さなければ無限大です。
    正解の可能性を完全に否定するのは、最悪の間違いというわけです。
    """,
)
