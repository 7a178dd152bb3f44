"""Run all chapters in both languages, and put their words and pictures on a page for each.

    python run_all.py                      all of them: some minutes; open runs/chapters/index.html
    python run_all.py --quick --lang ja    with little training, in Japanese only
    python run_all.py 01 12                only those whose names begin so

The chapters run side by side, one for each processor.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

__all__ = ["Run", "page_of", "title_of"]

HERE = Path(__file__).resolve().parent
WRITTEN = re.compile(r"(?:Wrote|図を保存:) (.+\.(?:png|svg|html))")
TITLES = {"en": "The chapters of tinygrad_edu", "ja": "tinygrad_edu の各章"}
PAGES = {"en": ("index.html", "English"), "ja": ("index.ja.html", "日本語")}
STYLE = """
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 sans-serif; color: #222 }
h2 { margin-top: 4rem; border-top: 1px solid #ccc; padding-top: 1rem } h3 { margin-top: 2rem }
p { white-space: pre-line } pre { background: #f4f4f4; padding: .6rem .8rem; overflow-x: auto; line-height: 1.35 }
img { max-width: 100%; display: block; margin: 1rem auto }
.failed { color: #b00 } nav li { line-height: 1.4 }
"""


class Run(NamedTuple):
    """A chapter that has run: its file without ``.py``, what its docstring says it is, and what it said."""

    name: str
    title: str
    printed: str
    complaint: str
    seconds: float


def run(script: Path, lang: str, folder: Path, quick: bool) -> Run:
    """Run a chapter, with its pictures into `folder`."""
    title = title_of(ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or script.stem, lang)
    command = [sys.executable, str(script), "--lang", lang, "--output", str(folder), *(["--quick"] if quick else [])]
    began = time.perf_counter()
    done = subprocess.run(
        command,
        env={"MPLBACKEND": "Agg", **os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    complaint = done.stderr or (f"it ended with {done.returncode}" if done.returncode else "")
    print(f"  {script.stem} ({lang}): {'FAILED' if complaint else 'done'}", flush=True)
    return Run(script.stem, title, done.stdout, complaint, time.perf_counter() - began)


def title_of(docstring: str, lang: str) -> str:
    """Return what stands above a chapter, of a first line such as "The gradient: 勾配."."""
    english, _, japanese = docstring.partition("\n")[0].rstrip(".").rpartition(": ")
    return english if lang == "en" and english else japanese


def page_of(runs: list[Run], lang: str) -> str:
    """Return the page of all chapters in one language."""
    contents = "".join(f'<li><a href="#{each.name}">{escape(each.title)}</a></li>\n' for each in runs)
    links = " ".join(f'<a href="{page}" lang="{other}">{name}</a>' for other, (page, name) in PAGES.items())
    return (
        f'<!doctype html>\n<html lang="{lang}"><meta charset="utf-8"><title>{TITLES[lang]}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>\n'
        f"<h1>{TITLES[lang]}</h1>\n<p>{links}</p>\n<nav><ul>\n{contents}</ul></nav>\n"
        + "".join(f"{''.join(_chapter(each))}\n" for each in runs)
        + "</html>\n"
    )


def _chapter(chapter: Run) -> Iterator[str]:
    yield f'<section id="{chapter.name}"><h2>{escape(chapter.title)}</h2>\n<p>{chapter.name}.py</p>\n'
    for kind, lines in groupby(chapter.printed.split("\n"), _kind):
        words = "\n".join(lines)
        if kind == "heading":
            yield f"<h3>{escape(words.strip('= '))}</h3>\n"
        elif kind == "pictures":
            yield from map(_picture, WRITTEN.findall(words))
        elif kind in ("p", "pre"):
            yield f"<{kind}>{escape(words)}</{kind}>\n"
    if chapter.complaint:
        yield f'<pre class="failed">{escape(chapter.complaint)}</pre>\n'
    yield "</section>\n"


def _kind(line: str) -> str:
    if WRITTEN.fullmatch(line):
        return "pictures"
    if line.startswith("=== "):
        return "heading"
    if not line:
        return ""
    return "pre" if re.search(r"^\s|\S {2,}\S", line) else "p"


def _picture(path: str) -> str:
    file = Path(path)
    name = escape(f"{file.parent.name}/{file.name}")
    if file.suffix == ".html":
        return f'<p><a href="{name}">{name}</a></p>\n'
    return f'<img src="{name}" alt="{escape(file.stem)}">\n'


def main() -> None:
    """Run the chapters that the command line asks for, and write the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*", metavar="NUMBER", help="such as 01; all if there are none")
    parser.add_argument("--quick", action="store_true", help="less training, small pictures")
    parser.add_argument("--lang", choices=["en", "ja"], help="one language only; both if it isn't said")
    parser.add_argument("--output", type=Path, default=Path("runs/chapters"), metavar="FOLDER", help="runs/chapters")
    options = parser.parse_args()
    scripts = [
        each for each in sorted(HERE.glob("[0-9]*.py")) if each.name.startswith(tuple(options.chapters) or ("",))
    ]
    if not scripts:
        sys.exit(f"run_all.py: no chapter begins with {' or '.join(options.chapters)}")
    languages = [options.lang] if options.lang else list(PAGES)
    options.output.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {
            lang: [pool.submit(run, each, lang, options.output / lang, options.quick) for each in scripts]
            for lang in languages
        }
        runs = {lang: [each.result() for each in futures] for lang, futures in waiting.items()}
    for lang, chapters in runs.items():
        path = options.output / PAGES[lang][0]
        path.write_text(page_of(chapters, lang), encoding="utf-8")
        slowest = max(chapters, key=lambda each: each.seconds)
        print(f"Wrote {path}: {len(chapters)} chapters; the slowest, {slowest.name}, took {slowest.seconds:.0f} s")
    if failed := [f"{each.name} ({lang})" for lang, chapters in runs.items() for each in chapters if each.complaint]:
        sys.exit(f"run_all.py: failed: {', '.join(failed)}; the page says why")


if __name__ == "__main__":
    main()
