"""The READMEs keep their word: their programs run, their links lead somewhere, and both say the same."""

import operator
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.chapters import SCRIPTS, rows_of

import tinygrad_edu as tg

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "README.ja.md")


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("number", "printed"), [(0, r"0\.\d\d\n"), (1, r"True True\n"), (3, r"nothing has gone back yet")]
)
def test_a_program_runs_as_it_stands(page: str, number: int, printed: str, tmp_path: Path) -> None:
    program = blocks(page, "python")[number]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(printed, done.stdout)


@pytest.mark.parametrize("page", PAGES)
def test_the_quick_start_is_two_commands_of_one_line(page: str) -> None:
    commands = blocks(page, "sh")
    assert len(commands) == 2
    assert all(command.count("\n") == 1 for command in commands)


@pytest.mark.parametrize("page", [*PAGES, "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        if "://" not in target:
            assert (ROOT / target.partition("#")[0]).exists(), f"{page} links to {target}"


def test_both_pages_have_the_same_commands() -> None:
    assert blocks("README.md", "sh") == blocks("README.ja.md", "sh")


# The article's own headings, in its order; what stands between two of them belongs to the one before.
HEADINGS = (
    "パーセプトロン (人工ニューロン) とは",
    "数式と活性化関数",
    "パーセプトロンの例",
    "単純パーセプトロンとは",
    "単純パーセプトロンの限界",
    "多層パーセプトロンとは",
    "パーセプトロンの層を追加",
    "活性化関数に非線形関数を利用",
    "結論",
    "ニューラルネットワークとは",
    "機械学習とニューラルネットワークの違い",
    "推論可能な問題の種類",
    "回帰問題",
    "分類問題",
    "ニューラルネットワークの流れ",
    "ニューラルネットワークの推論",
    "全結合層 (アフィン層)",
    "中間層 (隠れ層) の活性化関数",
    "シグモイド関数とは",
    "ReLU 関数 (ランプ関数) とは",
    "出力層の活性化関数の使い方",
    "恒等関数とは",
    "ソフトマックス関数とは",
    "推論のまとめ",
    "ニューラルネットワークの学習",
    "確率的勾配法 SGD(Stochastic Gradient Descent) アルゴリズム",
    "ミニバッチ学習",
    "損失関数",
    "二乗和誤差",
    "交差エントロピー誤差",
    "損失関数を利用する理由",
    "勾配 (gradient)",
    "勾配降下法 (gradient descent)",
    "学習率",
    "確率的勾配法の実装",
)


# Those under which the article has a figure of its own, and those under which it has numbers or programs with results.
WITH_FIGURES = {
    "パーセプトロン (人工ニューロン) とは",
    "単純パーセプトロンとは",
    "単純パーセプトロンの限界",
    "パーセプトロンの層を追加",
    "活性化関数に非線形関数を利用",
    "ニューラルネットワークとは",
    "回帰問題",
    "分類問題",
    "ニューラルネットワークの流れ",
    "ニューラルネットワークの推論",
    "全結合層 (アフィン層)",
    "シグモイド関数とは",
    "ReLU 関数 (ランプ関数) とは",
    "恒等関数とは",
    "ソフトマックス関数とは",
    "推論のまとめ",
    "ニューラルネットワークの学習",
    "損失関数を利用する理由",
    "勾配 (gradient)",
    "勾配降下法 (gradient descent)",
    "学習率",
    "確率的勾配法の実装",
}
WITH_NUMBERS = {
    "数式と活性化関数",
    "パーセプトロンの例",
    "単純パーセプトロンとは",
    "全結合層 (アフィン層)",
    "ソフトマックス関数とは",
    "ニューラルネットワークの学習",
    "二乗和誤差",
    "交差エントロピー誤差",
    "勾配 (gradient)",
    "学習率",
    "確率的勾配法の実装",
}


@pytest.mark.parametrize("page", PAGES)
def test_each_heading_of_the_article_has_its_chapter_figures_numbers_and_names(page: str) -> None:
    rows = rows_of(page)
    assert [row[0] for row in rows] == list(HEADINGS)
    for heading, script, figures, numbers, names in rows:
        lines, pictures = SCRIPTS.get(script, ([], []))
        assert set(filter(None, figures.split(", "))) <= set(pictures), heading
        assert figures or heading not in WITH_FIGURES, heading
        assert numbers or heading not in WITH_NUMBERS, heading
        for number in re.findall(r"`([^`]+)`", numbers):
            assert any(number in line for line in lines), f"{heading}: {script} doesn't print {number}"
        for name in re.findall(r"`([^`]+)`", names):
            assert operator.attrgetter(name)(tg), heading


def test_each_figure_of_the_article_s_chapters_stands_in_the_table() -> None:
    rows = rows_of("README.md")
    shown = {figure for _, _, figures, _, _ in rows for figure in figures.split(", ")}
    for script in {row[1] for row in rows}:
        assert set(SCRIPTS[script][1]) <= shown, script


def test_both_pages_have_the_same_table() -> None:
    english, japanese = (rows_of(page) for page in PAGES)
    assert [row[1:] for row in english] == [row[1:] for row in japanese]


@pytest.mark.parametrize("folder", ["tinygrad_edu", "examples", "tests"])
def test_the_article_is_referred_to_by_its_headings(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"article('s|,)? sections? \d", text), f"{file}: the article's sections have no numbers"
        for mentions in re.findall(r"article(?:'s|,) ((?:「[^」]*」(?:, )?)+)", text):
            for mention in re.findall("「([^」]*)」", mentions):
                assert any(heading.startswith(mention) for heading in HEADINGS), f"{file}: {mention}"
