"""``pytest --operation NAME`` selects what proves that operation, layer or optimiser, and the completeness of all."""

import subprocess
import sys

import pytest
from support.package import ROOT

# Where the proofs below are; to collect all tests takes three times as long.
FILES = (
    *("ops/test_derivatives.py", "ops/test_conventions.py", "nn/test_layer_gradients.py", "optim/test_sgd.py"),
    *("optim/test_steps.py", "test_docstrings.py", "test_completeness.py"),
)


def collected(name: str) -> str:
    files = [f"tests/{file}" for file in FILES]
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "--operation", name, *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("asked", "proofs"),
    [
        (
            "softplus",
            [
                "ops/test_derivatives.py::test_the_gradient_is_that_of_differences[softplus]",
                "ops/test_conventions.py::test_first_order[softplus far out]",
                "nn/test_layer_gradients.py::test_the_gradients_of_a_function[softplus]",
                "nn/test_layer_gradients.py::test_the_gradients_of_a_layer_that_holds_settings[Softplus]",
                "test_docstrings.py::test_an_example_prints_what_it_says[tinygrad_edu.nn._activation.Softplus]",
            ],
        ),
        (
            "SGD",
            [
                "optim/test_sgd.py::",
                "optim/test_steps.py::test_each_step_is_that_by_hand[SGD]",
                "test_docstrings.py::test_an_example_prints_what_it_says[tinygrad_edu.optim.sgd.SGD]",
            ],
        ),
    ],
)
def test_it_selects_what_proves_an_operation(asked: str, proofs: list[str]) -> None:
    listed = collected(asked)
    for proof in [*proofs, "test_completeness.py::test_a_rule_has_a_row_from_which_its_tests_come[exp]"]:
        assert proof in listed
    assert "test_derivatives.py::test_the_gradient_is_that_of_differences[exp]" not in listed


def test_a_name_that_nothing_has_is_refused() -> None:
    assert "--operation sqr: there is no rule, function, layer or optimiser of that name; did you mean" in collected(
        "sqr"
    )
