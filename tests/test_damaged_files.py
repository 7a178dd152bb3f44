"""Files that are damaged or forged by chance, what loading and saving leave behind, and what isn't saved."""

from __future__ import annotations

import gc
import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.damage import KINDS, judge
from support.forged_files import in_little_memory

import tinygrad_edu as tg
from tinygrad_edu import nn

# Damage, and what is left behind


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_noticed(kind: str) -> None:
    rng = random.Random(1)
    found = {judge(KINDS[kind], rng) for _ in range(500)}
    assert found == {"refused", "unharmed"}


def test_each_bit_of_a_small_file_counts_or_does_not_matter() -> None:
    obj = {"w": nn.Parameter(tg.ones(2)), "n": 3}
    file = io.BytesIO()
    tg.save(obj, file)
    content = file.getvalue()
    for place in range(0, 8 * len(content), 7):  # every 7th, so that all bits of a byte have their turn
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        refusal = "load: "
        try:
            found = tg.load(io.BytesIO(bytes(changed)))
        except RuntimeError as error:
            refusal = str(error)
        else:
            assert (found["w"].tolist(), found["w"].requires_grad, found["n"], len(found)) == ([1, 1], True, 3, 2)
        assert refusal.startswith("load: ")


WAYS: dict[str, Callable[[bytes], Any]] = {
    "whole": lambda content: tg.load(io.BytesIO(content)),
    "cut off": lambda content: tg.load(io.BytesIO(content[:-30])),
    "damaged": lambda content: tg.load(io.BytesIO(content.replace(b"NUMPY", b"NUMPI"))),
    "foreign": lambda content: tg.load(io.BytesIO(b"\x80\x04")),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_waits_for_the_cycle_collector(way: str) -> None:
    file = io.BytesIO()
    weight = tg.ones(10)
    tg.save({"w": weight, "row": weight[1:], "model": nn.Linear(2, 2).state_dict()}, file)

    def load() -> None:
        if way == "whole":
            WAYS[way](file.getvalue())
        else:
            with pytest.raises(RuntimeError, match=r"^load: "):
                WAYS[way](file.getvalue())

    load()  # the first time imports what it needs
    gc.collect()
    gc.disable()
    try:
        load()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_what_is_saved_is_given_back_at_once(tmp_path: Path) -> None:
    tg.save(1, tmp_path / "x")
    gc.collect()
    gc.disable()
    try:
        tg.save({"w": tg.ones(3)}, tmp_path / "x")
        assert gc.collect() == 0
    finally:
        gc.enable()


# What isn't saved, as it couldn't be read back


def test_what_holds_itself_is_refused() -> None:
    endless: Any = []
    endless.append(endless)
    for each in (endless, {"a": endless}):
        with pytest.raises(
            ValueError, match="save: lists and dicts may be nested 100 deep; does one of them hold itself"
        ):
            tg.save(each, io.BytesIO())
    deep: Any = 1
    for _ in range(100):
        deep = {"a": deep}
    file = io.BytesIO()
    tg.save(deep, file)
    assert tg.load(file) == deep


def test_a_size_of_anything_but_lengths_is_refused() -> None:
    with pytest.raises(TypeError, match="a Size holds lengths"):
        tg.save(tg.Size((-1,)), io.BytesIO())


def test_a_dict_may_have_several_keys_that_are_no_numbers() -> None:
    file = io.BytesIO()
    tg.save({float("nan"): 1, float("nan"): 2}, file)
    assert list(tg.load(file).values()) == [1, 2]


@pytest.mark.parametrize("number", [10**5000, -(10**5000), 2**10_000, 2**10_000 - 1], ids=int.bit_length)
def test_integers_of_any_size_come_back(number: int) -> None:
    file = io.BytesIO()
    tg.save([number, {number: 1}], file)
    assert tg.load(file) == [number, {number: 1}]


@pytest.mark.parametrize("mode", ["w+", "r+"])
def test_files_of_text_are_refused(mode: str, tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    wrong: Any
    with open(tmp_path / "x", mode, encoding="utf-8") as text:
        wrong = text
        with pytest.raises(
            TypeError, match=re.escape("save: f must be a path, or a file opened for writing bytes ('wb')")
        ):
            tg.save(1, wrong)
        with pytest.raises(
            TypeError, match=re.escape("load: f must be a path, or a file opened for reading bytes ('rb')")
        ):
            tg.load(wrong)
    for wrong in (3, None, b"x"):
        with pytest.raises(TypeError, match="save: f must be a path"):
            tg.save(1, wrong)
        with pytest.raises(TypeError, match="load: f must be a path"):
            tg.load(wrong)


TOKENS = [
    b"0",
    b"-1",
    b"9" * 30,
    b"true",
    b"null",
    b'"x"',
    b"[]",
    b"{}",
    b"[0]",
    b'{"list": [1]}',
    b"1e999",
    b"NaN",
    b"<f8",
    b"|O",
]


def forged(rng: random.Random, members: dict[str, bytes]) -> bytes:
    """A checkpoint whose parts were changed before their checksums were taken."""
    changed = dict(members)
    for _ in range(rng.randrange(1, 4)):
        name = rng.choice(["structure.json", *changed])
        content = changed[name]
        if name == "structure.json" and rng.random() < 0.7:  # a value, in the place of another
            values = list(re.finditer(rb'-?\d+|true|false|null|"[^"]*"|\[[^\[\]]*\]', content))
            old = rng.choice(values).span()
            new = rng.choice([*TOKENS, rng.choice(values)[0]])
        else:
            start = rng.randrange(len(content))
            old = start, start + rng.randrange(3)
            new = rng.randbytes(rng.randrange(3))
        changed[name] = content[: old[0]] + new + content[old[1] :]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in changed.items():
            made.writestr(name, content)
    return file.getvalue()


def test_what_is_forged_gives_an_object_or_that_error() -> None:
    rng = random.Random(2)
    with zipfile.ZipFile(io.BytesIO(KINDS["save"].contents[0])) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    files = [forged(rng, members) for _ in range(200)]
    count = 0
    with in_little_memory():
        for content in files:
            refusal = "load: "
            try:
                tg.load(io.BytesIO(content))
                count += 1
            except RuntimeError as error:
                refusal = str(error)
            assert refusal.startswith("load: ")
    assert 0 < count < 200
