"""The graph to look at: as text, as a picture whose boxes never overlap, and in DOT; folded where it is large."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.wrong import wrong

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.inspection import graph
from tinygrad_edu.inspection._layout import laid_out


def small() -> Any:
    x, w, b = tg.tensor([[1.0, 2.0]]), tg.tensor([[3.0], [4.0]], requires_grad=True), tg.zeros(1, requires_grad=True)
    y = x @ w + b
    return graph((y * y).sum(), {"w": w, "b": b, "y": y}, values=True, gradients=True)


def test_each_line_of_the_text_was_computed_from_the_one_below() -> None:
    assert str(small()).split("\n") == [
        "sum  ()  121.  gradient 1.",
        "mul  (1, 1)  gradient [[1.]]",
        "y = add(b)  (1, 1)  [[11.]]  gradient [[22.]]",
        "matmul(w)  (1, 1)  gradient [[22.]]",
    ]


def test_branches_are_drawn_and_what_was_shown_is_not_shown_again() -> None:
    x = tg.ones(2, requires_grad=True)
    y = x.exp()
    z = (y.sin() * y.cos()).sum()
    assert str(graph(z, {"x": x, "y": y})).split("\n") == [
        "sum  ()",
        "mul  (2,)",
        "├─ sin  (2,)",
        "│  y = exp(x)  (2,)",
        "└─ cos  (2,)",
        "   y = exp(x)  (2,)  (as above)",
    ]


def test_tensors_are_called_as_the_caller_calls_them() -> None:
    weight = tg.ones(1, 2, requires_grad=True)
    layer = nn.Linear(2, 1)
    loss = layer(weight).sum()
    assert "loss = sum" in str(graph(loss))
    assert "linear(weight, layer.weight, layer.bias)" in str(graph(loss))
    assert "linear(tensor#1, weight, bias)" in str(graph(loss, layer))


def test_the_picture_is_xml_with_a_box_for_each_operation_and_leaf_and_a_line_for_each_operand() -> None:
    tree = ElementTree.fromstring(small().svg())
    kinds = [each.get("class") for each in tree.iter()]
    assert kinds.count("box") == 6
    assert kinds.count("line") == 5  # from y to its square there is one
    assert {"w", "b"} <= {each.text for each in tree.iter() if each.tag.endswith("tspan")}


def test_names_in_a_picture_cannot_break_it() -> None:
    x = tg.ones(1, requires_grad=True)
    shown = graph(x * 2, {'<b>&"': x})
    assert '<b>&"' in {each.text for each in ElementTree.fromstring(shown.svg()).iter()}
    assert r'label="<b>&\"' in shown.dot()


def test_dot_names_each_box_and_each_line() -> None:
    dot = small().dot()
    assert len(re.findall(r"n\d+ \[label", dot)) == 6
    assert len(re.findall(r"n\d+ -> n\d+;", dot)) == 5


@pytest.mark.parametrize("ending", ["svg", "dot", "txt"])
def test_it_is_saved_as_the_ending_says(ending: str, tmp_path: Path) -> None:
    shown = small()
    shown.save(tmp_path / f"graph.{ending}")
    wanted = {"svg": shown.svg(), "dot": shown.dot(), "txt": f"{shown}\n"}[ending]
    assert (tmp_path / f"graph.{ending}").read_text(encoding="utf-8") == wanted


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ends in \.svg, \.dot or \.txt, got .*graph\.png"):
        small().save(tmp_path / "graph.png")


def test_what_was_not_recorded_is_refused() -> None:
    with pytest.raises(RuntimeError, match="graph: nothing was recorded"):
        graph(tg.ones(2))
    with pytest.raises(TypeError, match="graph: wanted the tensor"):
        wrong(graph)(2.0)
    with pytest.raises(TypeError, match="graph: named must be a module"):
        graph(tg.ones(1, requires_grad=True) * 2, 3)


def test_after_a_backward_the_graph_is_there_and_its_gradients_are_not() -> None:
    x = tg.ones(2, requires_grad=True)
    y = (x * x).sum()
    y.backward()
    assert str(graph(y, {"x": x})).startswith("sum  ()\nmul(x, x)")
    with pytest.raises(RuntimeError, match="freed"):
        graph(y, gradients=True)


def test_looking_changes_nothing() -> None:
    x = tg.ones(2, requires_grad=True)
    seen: list[Any] = []
    x.register_hook(seen.append)
    y = (x * x).sum()
    graph(y, gradients=True)
    assert x.grad is None
    assert not seen
    y.backward()
    assert x.grad is not None
    assert x.grad.tolist() == [2, 2]


def test_repeated_blocks_are_folded() -> None:
    model = nn.Sequential(*[each for _ in range(24) for each in (nn.Linear(3, 3), nn.ReLU())])
    loss = model(tg.ones(1, 3)).sum()
    assert str(graph(loss, {})).split("\n") == [
        "sum  ()",
        "23 x more: linear → relu  (1, 3)",
        "relu  (1, 3)",
        "linear(tensor#1, tensor#2)  (1, 3)",
    ]
    assert str(graph(loss, {}, fold=False)).count("linear") == 24


def test_modules_are_folded_with_what_lies_between_their_operations() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0), 2)
    shown = str(graph(model(tg.ones(3, 1, 4)).sum(), model))
    assert re.fullmatch(
        r"sum  \(\)\nlayers\.1: \d+ operations  \(3, 1, 4\)\nlayers\.0: \d+ operations  \(3, 1, 4\)", shown
    )


def test_what_lies_between_two_parts_of_a_module_and_belongs_to_another_keeps_it_open() -> None:
    first, second, third = nn.Linear(2, 3), nn.Linear(3, 4), nn.Linear(4, 5)
    model = nn.ModuleDict(
        {"a": nn.ModuleDict({"first": first, "third": third}), "b": nn.ModuleDict({"second": second})}
    )
    assert str(graph(third(second(first(tg.ones(1, 2)))).sum(), model, fold=True)).count("linear") == 3


@st.composite
def graphs(draw: st.DrawFn) -> dict[int, list[int]]:
    """Vertices with operands that come before them, of which the last uses all that is left."""
    count = draw(st.integers(1, 12))
    operands = {n: draw(st.lists(st.integers(0, n - 1), max_size=3, unique=True)) if n else [] for n in range(count)}
    used = {each for sources in operands.values() for each in sources}
    operands[count] = [n for n in range(count) if n not in used]
    return operands


@given(graphs(), st.data())
def test_boxes_never_overlap_and_lines_lead_downwards(operands: dict[int, list[int]], data: st.DataObject) -> None:
    sides = st.floats(10, 200)
    sizes = {vertex: (data.draw(sides), data.draw(sides)) for vertex in operands}
    places = laid_out(operands, sizes)
    boxes = list(places.centres.items())
    for number, (one, (x, y)) in enumerate(boxes):
        (wide, tall) = sizes[one]
        assert x - wide / 2 >= 0
        assert x + wide / 2 <= places.width
        assert y - tall / 2 >= 0
        assert y + tall / 2 <= places.height
        for other, (x2, y2) in boxes[:number]:
            apart = abs(x - x2) >= (wide + sizes[other][0]) / 2 or abs(y - y2) >= (tall + sizes[other][1]) / 2
            assert apart, f"boxes {one} and {other} overlap"
    assert set(places.lines) == {(source, vertex) for vertex, sources in operands.items() for source in sources}
    for points in places.lines.values():
        heights = [y for _, y in points]
        assert heights == sorted(heights)


def test_a_notebook_shows_the_picture() -> None:
    assert small()._repr_svg_() == small().svg()
