"""Functions of api/ call functions and rules, and never go through the floor above them: see support/floors.py.

What is watched is a run of the tests of those functions, and of their examples.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.floors import BEGIN, watched
from support.package import PACKAGE, ROOT

import tinygrad_edu as tg

WATCHED = ["api", "ops/test_public_functions.py", "autograd/test_in_place.py", "test_tensor.py", "test_docstrings.py"]
WHICH = "not test_docstrings.py or tinygrad_edu.api or tinygrad_edu._"


def test_no_function_calls_a_method_or_operator_that_comes_back_to_its_room() -> None:
    files = [str(Path("tests") / each) for each in WATCHED]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--quiet", "--assert=plain", "-p", "support.floors", "-k", WHICH, *files],
        cwd=ROOT,
        env={
            **os.environ,
            "HYPOTHESIS_PROFILE": "quick",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert BEGIN in done.stdout, done.stdout + done.stderr
    places = done.stdout.split(BEGIN)[1].split("\n\n")[0].strip()
    if places:
        pytest.fail(
            "functions of api/ must call functions and rules, not the methods and operators of tensors, which come "
            f"back to the same room. Call instead the function of that name, or the rule:\n\n{places}",
            pytrace=False,
        )


PLANTED = """
def twice(x):
    return x + x

class Methods:
    def twice_(self, x):
        return x.mul_(2)

def turned(x):
    return [each.T for each in x]
"""


def test_a_way_through_the_floor_above_is_found_and_a_method_may_call_another() -> None:
    names: dict[str, Any] = {"__name__": "tinygrad_edu.api.planted"}
    exec(compile(PLANTED, str(PACKAGE / "api" / "planted.py"), "exec"), names)
    before = tg.Tensor.__add__
    with watched() as found:
        names["twice"](tg.ones(2))
        names["turned"](tg.ones(1, 2, 3))
        names["Methods"]().twice_(tg.ones(2))
        _ = tg.ones(2) + 1  # from elsewhere
    assert sorted(each.replace("turned.<locals>.<listcomp>", "turned") for each in found) == [
        "tinygrad_edu/api/planted.py:10: turned calls Tensor.T",
        "tinygrad_edu/api/planted.py:10: turned calls Tensor.__iter__",
        "tinygrad_edu/api/planted.py:3: twice calls Tensor.__add__",
    ]
    assert tg.Tensor.__add__ is before
