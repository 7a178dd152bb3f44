"""All chapters by one command: pages in both languages with the words, the headings and the pictures."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMAND = [sys.executable, str(EXAMPLES / "run_all.py")]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent), "PYTHONIOENCODING": "utf-8"}

PRINTED = """
=== A & B ===

Words of a < b,
and more.
  a table   1
  of lines  2
Wrote runs/en/01_one.png
Wrote runs/en/01_two.png

kind   what it is
Wrote runs/en/01_steps.html
"""


def test_words_headings_tables_and_pictures_each_have_their_place() -> None:
    script = runpy.run_path(str(EXAMPLES / "run_all.py"))
    ran = script["Run"]("01_first", "The first: 最初", PRINTED, "it <broke>", 1.0)
    page = script["page_of"]([ran], "ja")
    body = page[page.index("<section") :]
    assert body == (
        '<section id="01_first"><h2>The first: 最初</h2>\n<p>01_first.py</p>\n'
        "<h3>A &amp; B</h3>\n"
        "<p>Words of a &lt; b,\nand more.</p>\n"
        "<pre>  a table   1\n  of lines  2</pre>\n"
        '<img src="en/01_one.png" alt="01_one">\n<img src="en/01_two.png" alt="01_two">\n'
        "<pre>kind   what it is</pre>\n"
        '<p><a href="en/01_steps.html">en/01_steps.html</a></p>\n'
        '<pre class="failed">it &lt;broke&gt;</pre>\n</section>\n\n</html>\n'
    )
    assert '<html lang="ja">' in page
    assert '<li><a href="#01_first">The first: 最初</a></li>' in page
    assert 'href="index.html"' in page


def test_a_title_is_told_in_the_language_of_the_page() -> None:
    title_of = runpy.run_path(str(EXAMPLES / "run_all.py"))["title_of"]
    docstring = "Beyond the article: four ways: 勾配降下法, 慣性.\n\nRun it."
    assert title_of(docstring, "en") == "Beyond the article: four ways"
    assert title_of(docstring, "ja") == "勾配降下法, 慣性"
    assert title_of("One title.", "en") == "One title"


def test_one_command_runs_chapters_in_both_languages(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "10", "--quick"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    folder = tmp_path / "runs" / "chapters"
    for lang, name, heading in (("en", "index.html", "By the library"), ("ja", "index.ja.html", "ライブラリで")):
        page = (folder / name).read_text(encoding="utf-8")
        assert f"<h3>{heading}</h3>" in page
        assert "dL/da = 30" in page
        shown = re.findall(rf' (?:src|href)="({lang}/[^"]+)"', page)
        assert shown == [f"{lang}/10_graph.svg", f"{lang}/10_steps.html"]
        assert all((folder / each).is_file() for each in shown)
        assert f"Wrote {Path('runs', 'chapters', name)}: 1 chapters" in done.stdout


def test_a_chapter_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "77", "88"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (1, "run_all.py: no chapter begins with 77 or 88\n")
    assert list(tmp_path.iterdir()) == []
