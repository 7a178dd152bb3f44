"""The sentences of an explanation, in English and Japanese, kept side by side."""

from __future__ import annotations

from typing import Any

__all__ = ["LANGUAGES", "said"]

LANGUAGES = ("en", "ja")

_SENTENCES: dict[str, tuple[str, str]] = {
    "title": ("Backpropagation from {result}, step by step", "{result} からの誤差逆伝播を一歩ずつ"),
    "start": (
        "The gradient of {result} by itself is where it starts: {value}",
        "出発点は、{result} をそれ自身で微分した値です: {value}",
    ),
    "step": ("Step {number}: {what}", "ステップ {number}: {what}"),
    "arrives": ("arrives: {value}", "届いた勾配: {value}"),
    "arrives, summed": (
        "arrives: {value}, the sum of what came from {count} uses",
        "届いた勾配: {value}({count} 箇所で使われたので、その合計)",
    ),
    "rule": ("d {operation} / d {operand} = {rule}", "d {operation} / d {operand} = {rule}"),
    "to": ("goes to {target}: {value}", "{target} へ渡す: {value}"),
    "summed": (
        "(summed to the shape {shape}: the operand had been stretched)",
        "(形 {shape} に合計: ブロードキャストで広げられていたため)",
    ),
    "with": ("with {values}", "ここで {values}"),
    "results": (
        "What arrived at the leaves, which backward() adds to their grad:",
        "葉に届いた勾配(backward() が grad に足す値):",
    ),
    "leaf": ("{name}: {value}", "{name}: {value}"),
    "nothing": ("(nothing: no leaf was reached)", "(なし: 葉に届いた勾配はありません)"),
    "help": (
        "Arrow keys or the buttons go forwards and back; Home and End to the ends.",
        "矢印キーかボタンで進む・戻る。Home / End で最初と最後へ。",
    ),
    "back": ("Back", "戻る"),
    "forward": ("Forward", "進む"),
    "of": ("step {number} of {count}", "{count} ステップ中 {number}"),
}


def said(sentence: str, lang: str, **values: Any) -> str:
    """A sentence in a language, with values."""
    return _SENTENCES[sentence][LANGUAGES.index(lang)].format(**values)
