"""Saving and loading: everything comes back as it was, and nothing is lost when something goes wrong."""

from __future__ import annotations

import io
import json
import math
import os
import pickle
import tempfile
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu import nn, serialization


def there_and_back(obj: Any) -> Any:
    file = io.BytesIO()
    tg.save(obj, file)
    file.seek(0)
    return tg.load(file)


def assert_same(mine: Any, theirs: Any) -> None:
    assert type(mine) is type(theirs)
    if isinstance(mine, tg.Tensor):
        assert mine.dtype is theirs.dtype
        assert mine.requires_grad == theirs.requires_grad
        np.testing.assert_array_equal(mine.detach().numpy(), theirs.detach().numpy())
        assert mine.shape == theirs.shape
    elif isinstance(mine, dict):
        for (key, value), (other_key, other) in zip(mine.items(), theirs.items(), strict=True):
            assert_same(key, other_key)
            assert_same(value, other)
    elif isinstance(mine, (list, tuple)):
        for value, other in zip(mine, theirs, strict=True):
            assert_same(value, other)
    elif isinstance(mine, (np.ndarray, np.generic)):
        assert mine.dtype == theirs.dtype
        np.testing.assert_array_equal(mine, theirs)
    else:
        assert mine == theirs or (math.isnan(mine) and math.isnan(theirs))


@pytest.mark.parametrize(
    "obj",
    [
        None,
        True,
        7,
        -(2**80),
        0.1,
        -0.0,
        math.inf,
        math.nan,
        "重み\n\x00",
        b"\x00\xff",
        [],
        (),
        {},
        [1, [2.0, (None, "x")]],
        {"a": 1, 2: "b", None: 3, 2.5: 4, True: 5, ("t", 1): 6},
        OrderedDict([("z", 1), ("a", 2)]),
        tg.Size([2, 3]),
        tg.float16,
        np.arange(6).reshape(2, 3).T,
        np.float64(0.1),
        np.int64(3),
        tg.zeros(0, 3),
        tg.tensor(2.5),
        tg.tensor([[1, 2], [3, 4]]).T,
        tg.tensor([True, False]),
        tg.ones(2, requires_grad=True),
        tg.ones(2, requires_grad=True) * 2,
        nn.Parameter(tg.ones(2)),
        nn.Parameter(tg.ones(2), requires_grad=False),
    ],
    ids=repr,
)
def test_comes_back_as_it_was(obj: Any) -> None:
    assert_same(there_and_back(obj), obj)


@pytest.mark.parametrize("name", ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"])
def test_every_dtype_comes_back(name: str) -> None:
    assert_same(there_and_back(tg.ones(2, dtype=getattr(tg, name))), tg.ones(2, dtype=getattr(tg, name)))


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=5)
KEYS = st.integers() | st.text() | st.tuples(st.integers(), st.text())


@given(
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(KEYS, inner),
        max_leaves=10,
    )
)
def test_any_nesting_comes_back(obj: Any) -> None:
    assert_same(there_and_back(obj), obj)


def test_what_was_shared_is_shared_again() -> None:
    weight = nn.Parameter(tg.ones(2))
    first, second, view = there_and_back([weight, weight, weight.detach()])
    assert first is second
    assert view.data_ptr() == first.data_ptr()
    out = first.square().sum()
    view.zero_()
    with pytest.raises(RuntimeError, match="changed in place"):
        out.backward()


def test_a_model_and_its_optimizer_go_on_where_they_stopped(tmp_path: Path) -> None:
    def made() -> tuple[Any, Any]:
        net = nn.Sequential(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2))
        return net, tg.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True)

    def train(net: Any, optimizer: Any) -> None:
        for _ in range(3):
            optimizer.zero_grad()
            net(tg.ones(5, 3)).square().sum().backward()
            optimizer.step()

    net, optimizer = made()
    train(net, optimizer)
    path = tmp_path / "checkpoint"
    tg.save({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}, path)
    fresh_net, fresh_optimizer = made()
    checkpoint = tg.load(path)
    assert_same(checkpoint["optimizer"], optimizer.state_dict())
    fresh_net.load_state_dict(checkpoint["model"])
    fresh_optimizer.load_state_dict(checkpoint["optimizer"])
    train(net, optimizer)
    train(fresh_net, fresh_optimizer)
    assert_same(fresh_net.state_dict(), net.state_dict())
    assert_same(fresh_optimizer.state_dict(), optimizer.state_dict())


def test_the_state_of_a_generator_can_be_saved() -> None:
    generator = tg.Generator().manual_seed(3)
    state = there_and_back(generator.get_state())
    expected = tg.rand(3, generator=generator)
    generator.set_state(state)
    assert tg.equal(tg.rand(3, generator=generator), expected)


def test_what_was_loaded_can_be_changed(tmp_path: Path) -> None:
    tg.save(tg.ones(2), tmp_path / "x")
    tensor = tg.load(tmp_path / "x")
    tensor += 1
    assert tensor.tolist() == [2.0, 2.0]
    os.unlink(tmp_path / "x")


def test_the_same_object_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = saved()
    monkeypatch.setattr("time.time", lambda: 0.0)  # 1970, as on a machine without a clock: before zip's first year
    assert saved() == first


@pytest.mark.parametrize("make", [tempfile.TemporaryFile, tempfile.SpooledTemporaryFile])
def test_open_files_of_any_kind_will_do(make: Any) -> None:
    with make() as file:
        tg.save([1, tg.ones(2)], file)
        assert_same(tg.load(file), [1, tg.ones(2)])


def test_a_stream_without_a_way_back_is_refused_with_the_way_to_do_it() -> None:
    read, write = os.pipe()
    with open(write, "wb") as sender:
        tg.save(tg.ones(2), sender)
    with open(read, "rb") as receiver:
        with pytest.raises(
            TypeError, match=r"only be read once from front to back; load\(io\.BytesIO\(f\.read\(\)\)\)"
        ):
            tg.load(receiver)
        assert tg.load(io.BytesIO(receiver.read())).tolist() == [1, 1]


# What is refused


@pytest.mark.parametrize("obj", [object(), {1, 2}, lambda: None, 1j, np.array(["a"]), [slice(1)], {"x": {3}}])
def test_other_objects_are_refused_and_leave_no_file(obj: Any, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"save: can save tensors|which no tensor can hold"):
        tg.save(obj, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"save: there is no folder .*nowhere"):
        tg.save(1, tmp_path / "nowhere" / "x")
    with pytest.raises(FileNotFoundError, match="nothing"):
        tg.load(tmp_path / "nothing")


def test_only_the_cpu_exists() -> None:
    file = io.BytesIO()
    tg.save(1, file)
    for place in ("cpu", tg.device("cpu"), None, {"cuda:0": "cpu"}):
        assert tg.load(file, map_location=place) == 1
    assert tg.load(file, "cpu", weights_only=False) == 1
    with pytest.raises(RuntimeError, match="load: got device='cuda'"):
        tg.load(file, map_location="cuda")
    yes: Any = "yes"
    with pytest.raises(TypeError, match="weights_only must be True, False or None"):
        tg.load(file, weights_only=yes)


# When something goes wrong


def test_an_interrupted_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    tg.save("old", path)

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    for owner, name in ((np.lib.format, "write_array"), (os, "fsync"), (os, "replace")):
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, interrupted)
            with pytest.raises(KeyboardInterrupt):
                tg.save(tg.ones(2), path)
        assert tg.load(path) == "old"
        assert os.listdir(tmp_path) == ["x"]


def test_a_new_file_takes_the_place_of_the_old_one_also_through_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "x", tmp_path / "link"
    tg.save("old", path)
    link.symlink_to(path)
    tg.save("new", link)
    assert link.is_symlink()
    assert tg.load(path) == "new"


def saved() -> bytes:
    file = io.BytesIO()
    tg.save({"w": tg.arange(1000), "n": 3}, file)
    return file.getvalue()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_off_is_explained(share: float, tmp_path: Path) -> None:
    whole = saved()
    (tmp_path / "x").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(RuntimeError, match=r"load: '.*x' is damaged, cut off, or wasn't written by tinygrad_edu\.save"):
        tg.load(tmp_path / "x")


def test_changed_bytes_are_noticed() -> None:
    whole = bytearray(saved())
    whole[len(whole) // 2] ^= 0xFF
    with pytest.raises(RuntimeError, match="load: the file is damaged"):
        tg.load(io.BytesIO(bytes(whole)))


def archive(**members: Any) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return file


STRUCTURE: dict[str, Any] = {"format": "tinygrad_edu 1", "object": None, "tensors": []}


@pytest.mark.parametrize(
    "file",
    [
        io.BytesIO(b"not a zip"),
        io.BytesIO(pickle.dumps({"w": 1})),
        archive(archive__data__pkl=b""),
        archive(structure__json="{"),
        archive(structure__json="[]"),
        archive(structure__json=json.dumps({**STRUCTURE, "format": "tinygrad_edu 9"})),
        *[
            archive(structure__json=json.dumps({**STRUCTURE, "object": wrong}))
            for wrong in (
                {"tensor": 0},
                {"array": 7},
                {"eval": "1"},
                {"a": 1, "b": 2},
                {"dict": [1]},
                {"dtype": "x"},
                {},
            )
        ],
    ],
)
def test_foreign_files_are_explained(file: io.BytesIO) -> None:
    with pytest.raises(RuntimeError, match=r"wasn't written by tinygrad_edu\.save"):
        tg.load(file)


def test_a_pickle_inside_is_never_run() -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return os.system, ("exit 1",)

    array = io.BytesIO()
    np.lib.format.write_array(array, np.array([Bomb()], dtype=object), allow_pickle=True)
    file = archive(structure__json=json.dumps({**STRUCTURE, "object": {"array": 0}}), **{"0__npy": array.getvalue()})
    with pytest.raises(RuntimeError, match="elements of NumPy type object, which no tensor can hold"):
        tg.load(file)


def test_the_names_are_the_package_s_own() -> None:
    assert tg.save is serialization.save
    assert tg.load is serialization.load
