"""Backpropagation step by step: the numbers are those of backward(), in the text and on the page, in both languages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu.inspection import explain
from tinygrad_edu.inspection._numbers import in_short
from tinygrad_edu.inspection._rules import written
from tinygrad_edu.inspection._words import _SENTENCES
from tinygrad_edu.ops.table import TABLE
from tinygrad_edu.testing import model_inputs, modules


def network() -> tuple[Any, dict[str, Any]]:
    """A 2-2-1 network with a loss, and its weights."""
    x = tg.tensor([[1.0, 2.0]])
    weights: dict[str, Any] = {
        "w1": tg.tensor([[0.1, 0.2], [0.3, 0.4]]),
        "b1": tg.tensor([0.5, -0.5]),
        "w2": tg.tensor([[0.5], [0.6]]),
        "b2": tg.tensor([0.25]),
    }
    for each in weights.values():
        each.requires_grad_()
    hidden = tg.sigmoid(x @ weights["w1"] + weights["b1"])
    return ((hidden @ weights["w2"] + weights["b2"]) ** 2).sum(), weights


def test_a_step_says_what_arrived_which_rule_ran_and_what_went_where() -> None:
    x, w = tg.tensor(3.0), tg.tensor(2.0, requires_grad=True)
    text = str(explain((w * x).exp(), {"w": w}))
    assert "d mul / d x = g * y\n    with y = 3.\n    goes to w: 1210.2864" in text
    assert "d exp / d x = g * out\n    with out = 403.4288" in text


def test_what_is_used_twice_gets_the_sum() -> None:
    x = tg.tensor(3.0, requires_grad=True)
    y = x.exp()
    assert "the sum of what came from 2 uses" in str(explain(y * y, {"x": x, "y": y}))


def test_a_stretched_operand_gets_a_sum_and_that_is_said() -> None:
    b = tg.zeros(2, requires_grad=True)
    text = str(explain((tg.ones(3, 2) + b).sum(), {"b": b}))
    assert "goes to b: [3., 3.] (summed to the shape (2,): the operand had been stretched)" in text


@given(data=st.data())
def test_the_gradients_of_any_model_are_those_of_backward(data: st.DataObject) -> None:
    model = data.draw(modules())
    x = data.draw(model_inputs(model))
    loss = model(x).sum()
    if not loss.requires_grad:
        return
    steps = explain(loss, {}).steps
    found: dict[Any, Any] = {}
    for step in steps:
        for each in step.contributions:
            found[each.target.edge] = found.get(each.target.edge, 0) + each.value
    loss.backward()
    for leaf in [x, *model.parameters()]:
        if leaf.grad is not None and steps:
            np.testing.assert_allclose(found[leaf], leaf.grad.numpy(), rtol=1e-12, atol=1e-300)


def steps_of(page: str) -> list[dict[str, Any]]:
    match = re.search(r'<script id="steps" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert match is not None
    steps: list[dict[str, Any]] = json.loads(match[1])
    return steps


def numbers_in(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


def test_the_numbers_on_the_page_are_those_of_the_tensors() -> None:
    loss, weights = network()
    last = steps_of(explain(loss, weights).html())[-1]
    loss.backward()
    for name, weight in weights.items():
        line = next(each for each in last["lines"] if each.strip().startswith(f"{name}:"))
        np.testing.assert_allclose(numbers_in(line.partition(":")[2]), weight.grad.flatten().tolist(), atol=5e-5)


def test_the_page_has_the_words_of_the_text() -> None:
    loss, weights = network()
    told = explain(loss, weights)
    text = " ".join(str(told).split())
    for step in steps_of(told.html())[1:-1]:
        for line in (step["title"], *step["lines"]):
            assert " ".join(line.split()) in text


def test_nothing_in_a_page_can_end_its_script() -> None:
    x = tg.ones(1, requires_grad=True)
    page = explain(x * 2, {"</script><b>": x}).html()
    assert page.count("</script>") == 2
    assert "</script><b>" in json.dumps(steps_of(page))


def test_both_languages_say_the_same_with_the_same_values() -> None:
    for name, (english, japanese) in _SENTENCES.items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", japanese)), name
    loss, weights = network()
    english, japanese = str(explain(loss, weights)), str(explain(loss, weights, lang="ja"))
    assert len(english.split("\n")) == len(japanese.split("\n"))
    assert "一歩ずつ" in japanese
    assert "d matmul / d y" in japanese


@pytest.mark.parametrize("ending", ["html", "txt"])
def test_it_is_saved_as_the_ending_says(ending: str, tmp_path: Path) -> None:
    loss, weights = network()
    told = explain(loss, weights)
    told.save(tmp_path / f"steps.{ending}")
    wanted = told.html() if ending == "html" else f"{told}\n"
    assert (tmp_path / f"steps.{ending}").read_text(encoding="utf-8") == wanted
    with pytest.raises(ValueError, match=r"ends in \.html or \.txt"):
        told.save(tmp_path / "steps.pdf")


def test_what_cannot_be_explained_is_refused() -> None:
    with pytest.raises(RuntimeError, match="explain: nothing was recorded"):
        explain(tg.ones(2))
    with pytest.raises(ValueError, match="lang must be 'en' or 'ja', got 'fr'"):
        explain(network()[0], lang="fr")
    with pytest.raises(TypeError, match="explain: wanted the tensor"):
        wrong(explain)(None)


def test_every_rule_of_the_table_has_a_text_in_one_line() -> None:
    for name, primitive in TABLE.items():
        for rule in primitive.rules.values():
            if rule is not None:
                text = written(rule)
                assert text, name
                assert "\n" not in text, name
                assert "lambda" not in text.partition("(")[0], name


BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
@pytest.mark.parametrize(
    "keys", [[], ["ArrowRight"], ["ArrowRight", "ArrowDown", "ArrowLeft"], ["End"], ["End", "Home"]]
)
def test_keys_step_through_the_page_in_a_browser(keys: list[str], tmp_path: Path) -> None:
    loss, weights = network()
    page = explain(loss, weights).html()
    steps = steps_of(page)
    moves = {"ArrowRight": 1, "ArrowDown": 1, "ArrowLeft": -1, "End": len(steps), "Home": -len(steps)}
    now = 0
    for key in keys:
        now = max(0, min(len(steps) - 1, now + moves[key]))
    pressed = "".join(f'document.dispatchEvent(new KeyboardEvent("keydown", {{key: "{key}"}}));' for key in keys)
    file = tmp_path / "page.html"
    file.write_text(page.replace("</body>", f"<script>{pressed}</script></body>"), encoding="utf-8")
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=120)
    shown = re.search(r'<h2 id="title">(.*?)</h2>', done.stdout, re.DOTALL)
    assert shown is not None
    assert shown[1] == steps[now]["title"]
    here = re.findall(r'class="box here" id="(\w+)"', done.stdout)
    assert here == ([f"box{steps[now]['box']}"] if steps[now]["box"] else [])


def test_large_arrays_are_told_of_by_where_they_lie() -> None:
    w = tg.ones(100, requires_grad=True)
    assert "goes to w: 100 values from 3 to 3" in str(explain((w * 3).sum(), {"w": w}))
    assert in_short(np.array([1.0, np.inf, 3.0] * 10)) == "30 values from 1 to 3, 10 not finite"
    assert in_short(np.full(20, np.nan)) == "20 values, none finite"
    assert in_short(np.array([0.5, 1.0])) == "[0.5, 1. ]"


def test_operations_with_several_results_and_functions_of_ones_own_are_steps_too() -> None:
    class Both(tg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, y: Any) -> Any:
            return x * 2, y * 3

        @staticmethod
        def backward(ctx: Any, g: Any, h: Any) -> Any:
            return g * 2, h * 3

    x, y = tg.ones(2, requires_grad=True), tg.ones(2, requires_grad=True)
    doubled, tripled = Both.apply(x, y)
    text = str(explain((doubled * tripled).sum(), {"x": x, "y": y}))
    assert "d Both / d input 0 = Both.backward\n    goes to x: [6., 6.]" in text
    assert "goes to y: [6., 6.]" in text
    values, _ = (x * tg.tensor([3.0, 4.0])).max(0)
    assert "x: [0., 4.]" in str(explain(values, {"x": x}))


def test_a_notebook_shows_the_page() -> None:
    loss, weights = network()
    shown = explain(loss, weights)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "&lt;script" in shown
    assert "<script" not in shown
