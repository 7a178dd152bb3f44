"""Saving to a file and loading from it: tensors, numbers, text, and dicts and lists of those.

The file is a zip archive. One member, ``structure.json``, says how things are nested; the values of
each tensor are a member of their own in NumPy's ``.npy`` format. Nothing in it is ever executed, so
a file from a stranger can't do harm. (PyTorch's own files hold pickles and can't be read here.)

A new file takes the place of an old one only when it is complete: if saving is interrupted, the old
one is still there.

Source: https://docs.pytorch.org/docs/stable/notes/serialization.html
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import dtypes
from tinygrad_edu._device import device
from tinygrad_edu._errors import describe
from tinygrad_edu._files import replacing
from tinygrad_edu._size import Size
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._making import check_options
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.nn import Module, Parameter

if TYPE_CHECKING:
    import zipfile

__all__ = ["load", "save"]

File = str | os.PathLike[str] | IO[bytes]

_FORMAT = "tinygrad_edu 1"
_STRUCTURE = "structure.json"
_SEQUENCES: dict[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple, "Size": Size}
_MAPPINGS: dict[str, Callable[[list[Any]], Any]] = {"dict": dict, "OrderedDict": OrderedDict}


def save(obj: object, f: File) -> None:
    """Write `obj` to a file.

    Args:
        obj: Tensors, parameters, NumPy arrays, numbers, strings, bytes, dtypes, None, and dicts, lists and
            tuples of them: for example ``model.state_dict()`` and ``optimizer.state_dict()``.
        f: A path, or a file opened for writing bytes.

    A file that is there already is replaced when the new one is complete, and not before. The new one has the old
    one's permissions; a symbolic link stays one, and what it points to is replaced.

    Raises:
        FileNotFoundError: If the folder doesn't exist.
        OSError: If the path is that of a folder, a FIFO or a device, or the old file may not be written to.
        TypeError: If `obj` is or holds something else, such as a whole module.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.save.html

    >>> import io
    >>> file = io.BytesIO()
    >>> tg.save({"weights": tg.tensor([1.0, 2.0]), "epoch": 3}, file)
    >>> _ = file.seek(0)
    >>> tg.load(file)
    {'weights': tensor([1., 2.]), 'epoch': 3}
    """
    writer = _Writer()
    structure = {"format": _FORMAT, "object": writer.encode(obj), "tensors": writer.tensors}
    if not isinstance(f, (str, os.PathLike)):
        _write(f, structure, writer.arrays)
        return
    with replacing(f, "save") as file:
        _write(file, structure, writer.arrays)


def load(f: File, map_location: Any = None, *, weights_only: bool = True) -> Any:
    """Read what `save` wrote.

    Args:
        f: A path, or a file opened for reading bytes.
        map_location: Where to put the tensors; only the CPU exists.
        weights_only: Accepted for PyTorch's sake: there is never anything but data in a file.

    Returns:
        The object, equal in all values and types. Tensors that shared all their memory do so again.

    Raises:
        FileNotFoundError: If there is no such file.
        RuntimeError: If `save` didn't write the file, or it is damaged or cut off.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.load.html

    >>> import io
    >>> model, file = tg.nn.Linear(2, 3), io.BytesIO()
    >>> tg.save(model.state_dict(), file)
    >>> _ = file.seek(0)
    >>> model.load_state_dict(tg.load(file))
    <All keys matched successfully>
    """
    import json  # here, because few programs save or load, and these take a while to import
    import zipfile
    import zlib

    if isinstance(map_location, (str, device)):
        named_as("load")(check_options)(device=map_location)
    if not isinstance(weights_only, bool):
        raise TypeError(f"load: weights_only must be True or False, got {describe(weights_only)}")
    name = repr(os.fspath(f)) if isinstance(f, (str, os.PathLike)) else "the file"
    try:
        with zipfile.ZipFile(f) as archive:
            structure = json.loads(archive.read(_STRUCTURE))
            if structure["format"] != _FORMAT:
                raise ValueError(f"format {structure['format']!r}")
            return _Reader(archive, structure["tensors"]).decode(structure["object"])
    except (zipfile.BadZipFile, zlib.error, EOFError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise RuntimeError(
            f"load: {name} is damaged, cut off, or "
            f"wasn't written by tinygrad_edu.save ({type(error).__name__}: {error})"
        ) from error


def _write(file: IO[bytes], structure: dict[str, Any], arrays: list[np.ndarray]) -> None:
    import json
    import zipfile

    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_STRUCTURE, json.dumps(structure))
        for number, array in enumerate(arrays):
            with archive.open(f"{number}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


class _Writer:
    """Turns an object into what JSON can hold, and sets the arrays in it aside.

    Numbers, strings and None stay as they are. All else becomes a dict of one key, which says what it
    is: {"tuple": [...]}, {"dict": [[key, value], ...]}, {"tensor": 0} for the first tensor, and so on.
    """

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self.tensors: list[dict[str, Any]] = []
        self._number: dict[int, int] = {}  # of the tensors and arrays seen, by their id
        self._kept: list[Any] = []  # keeps those alive, so that no id is used twice

    def encode(self, value: Any) -> Any:
        """`value` in the form of the file."""
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if kind.__name__ in _SEQUENCES and kind in (list, tuple, Size):
            return {kind.__name__: [self.encode(each) for each in value]}
        if kind in (dict, OrderedDict):
            return {kind.__name__: [[self.encode(key), self.encode(each)] for key, each in value.items()]}
        if isinstance(value, Tensor):
            return {"tensor": self._tensor(value)}
        if isinstance(value, np.ndarray):
            return {"array": self._array(value)}
        if isinstance(value, np.generic):
            return {"number": self._array(np.asarray(value))}
        if kind is dtypes.dtype:
            return {"dtype": value.name}
        if kind is bytes:
            return {"bytes": value.hex()}
        if isinstance(value, Module):
            raise TypeError(
                f"save: a whole module can't be saved, got {kind.__name__}; save its state_dict(), and to read it, "
                "make the module and call load_state_dict(tinygrad_edu.load(path))"
            )
        raise TypeError(
            f"save: can save tensors, numbers, strings, None, and dicts, lists and tuples of them; "
            f"got {describe(value)}"
        )

    def _tensor(self, tensor: Tensor) -> int:
        if id(tensor) not in self._number:
            entry = {
                "array": self._array(tensor.owned_array()),
                "parameter": isinstance(tensor, Parameter),
                "requires_grad": tensor.requires_grad,
            }
            self._note(tensor, len(self.tensors))
            self.tensors.append(entry)
        return self._number[id(tensor)]

    def _array(self, array: np.ndarray) -> int:
        dtypes.of_numpy(array.dtype)  # refuses what no tensor can hold
        if id(array) not in self._number:
            self._note(array, len(self.arrays))
            self.arrays.append(array)
        return self._number[id(array)]

    def _note(self, value: Any, number: int) -> None:
        self._number[id(value)] = number
        self._kept.append(value)


class _Reader:
    """Turns what the file holds back into the object."""

    def __init__(self, archive: zipfile.ZipFile, tensors: list[dict[str, Any]]) -> None:
        self._archive = archive
        self._entries = tensors
        self._tensors: dict[int, Tensor] = {}
        self._wrapped: dict[int, Tensor] = {}  # the first tensor around each array
        self._arrays: dict[int, np.ndarray] = {}
        self._plain: dict[str, Callable[[Any], Any]] = {
            "tensor": self._tensor,
            "array": self._array,
            "number": lambda number: self._array(number)[()],
            "dtype": lambda name: dtypes.of_numpy(np.dtype(name)),
            "bytes": bytes.fromhex,
        }

    def decode(self, value: Any) -> Any:
        """The object that `value` stands for."""
        if not isinstance(value, dict):
            return value
        ((kind, content),) = value.items()
        if kind in _SEQUENCES:
            return _SEQUENCES[kind]([self.decode(each) for each in content])
        if kind in _MAPPINGS:
            return _MAPPINGS[kind]([(self.decode(key), self.decode(each)) for key, each in content])
        return self._plain[kind](content)

    def _tensor(self, number: int) -> Tensor:
        if number not in self._tensors:
            entry = self._entries[number]
            array = self._array(entry["array"])
            made = (Parameter if entry["parameter"] else Tensor).wrap(array, requires_grad=entry["requires_grad"])
            made._stamp = self._wrapped.setdefault(entry["array"], made)._stamp
            self._tensors[number] = made
        return self._tensors[number]

    def _array(self, number: int) -> np.ndarray:
        if number not in self._arrays:
            with self._archive.open(f"{number}.npy") as member:
                self._arrays[number] = np.lib.format.read_array(member, allow_pickle=False)
                member.read()  # to the end, where the checksum is compared
        return self._arrays[number]
