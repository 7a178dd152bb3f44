"""Files of other programs are known for what they are, and it is said how their contents come here."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import re
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, b"content")
    return file.getvalue()


def array_file(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays) if arrays else np.save(file, np.ones(3))
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as made:
        made.addfile(tarfile.TarInfo("name"))
    return file.getvalue()


def safetensors() -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4)


PYTORCH = zipped("archive/data.pkl", "archive/data/0", "archive/version")
OLD_PYTORCH = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({"w": 1}, 2)

KNOWN: dict[str, tuple[bytes, str, str]] = {
    "PyTorch": (PYTORCH, "written by PyTorch's torch.save;", "numpy.savez"),
    "PyTorch, cut off": (PYTORCH[:-30], "written by PyTorch's torch.save, and damaged or cut off", "download it again"),
    "old PyTorch": (OLD_PYTORCH, "written by PyTorch's torch.save, in its format before version 1.6", "numpy.savez"),
    **{f"pickle {n}": (pickle.dumps({"w": [1]}, n), "a pickle", "can run any program") for n in range(6)},
    "npy": (array_file(), "a NumPy array (.npy)", "tinygrad_edu.from_numpy(numpy.load("),
    "npz": (array_file(w=np.ones(2)), "NumPy arrays (.npz)", "arrays = numpy.load("),
    "safetensors": (safetensors(), "a safetensors file", "safetensors.numpy.load_file("),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(90), "an HDF5 file", "h5py"),
    "Keras": (zipped("config.json", "model.weights.h5"), "written by Keras", "numpy.savez"),
    "GGUF": (b"GGUF" + bytes(90), "a GGUF file", "gguf"),
    "gzip": (gzip.compress(b"x"), "packed with gzip", "gunzip"),
    "tar": (tarred(), "a tar archive", "unpack it first"),
    "zip": (zipped("name"), "a zip archive of something else", "is it the right file?"),
    "empty zip": (zipped(), "a zip archive of something else", "is it the right file?"),
    "LFS": (b"version https://git-lfs.github.com/spec/v1\noid", "what git keeps in the place", "git lfs pull"),
    "web page": (b"<!DOCTYPE html><html>", "a web page", "fetch the file itself"),
    "JSON": (b'{"w": [1, 2]}', "JSON text", "json.load"),
    "IDX": (b"\0\0\x08\1\0\0\0\1\7", "an IDX file", "read_idx("),
}


@pytest.mark.parametrize("kind", KNOWN)
def test_files_of_others_are_known(kind: str, tmp_path: Path) -> None:
    content, what, fix = KNOWN[kind]
    path = tmp_path / "weights"
    path.write_bytes(content)
    for file, name in ((path, repr(str(path))), (io.BytesIO(content), "the file")):
        expected = f"load: {name} wasn't written by tinygrad_edu.save: it is {what}"
        with pytest.raises(RuntimeError, match=re.escape(expected)) as caught:
            tg.load(file)
        assert fix in str(caught.value)
        assert ("PATH" in str(caught.value)) <= (name == "the file")


def test_what_is_nothing_known_is_not_guessed() -> None:
    for content in (b"words", bytes(1000), b"PK", b"PK\3\4" + bytes(90), b"\x80\x09", bytes(8) + b"{"):
        with pytest.raises(RuntimeError, match=r"^load: the file is damaged, cut off, or wasn't written by"):
            tg.load(io.BytesIO(content))


def test_the_way_from_numpy_s_files_is_one(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(array_file(weight=np.ones((3, 2), np.float32), bias=np.zeros(3, np.float32)))
    with pytest.raises(RuntimeError) as caught:
        tg.load(path)
    first, second = re.findall(r"`(.*?)`", str(caught.value))
    names: dict[str, Any] = {"numpy": np, "tinygrad_edu": tg}
    exec(first, names)
    state = eval(second, names)
    layer = tg.nn.Linear(2, 3)
    layer.load_state_dict(state)
    assert layer.weight.sum().item() == 6
    names["arrays"].close()
