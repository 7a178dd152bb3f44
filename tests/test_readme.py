"""The READMEs keep their word: their programs run, their links lead somewhere, and both say the same."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

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
