"""Saving to a file and loading from it: tensors, numbers, text, dicts and lists of those, and modules.

The file is a zip archive. One member, ``structure.json``, says how things are nested. Each piece of memory is a member
of its own, in NumPy's ``.npy`` format; ``structure.json`` says which arrays lie in it, and where. So arrays that shared
memory share it again, and what shares none can be read by any program. Nothing is compressed, and nothing in the file
is ever executed: a file from a stranger can't do harm, nor take more memory than it has bytes. (PyTorch's own files
hold pickles and can't be read here.)

A new file takes the place of an old one only when it is complete: if saving is interrupted, the old one is still there.

Source: https://docs.pytorch.org/docs/stable/notes/serialization.html
"""

from __future__ import annotations

import io
import math
import os
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu import _saved_modules, dtypes
from tinygrad_edu._device import device
from tinygrad_edu._errors import describe, listed
from tinygrad_edu._files import irregular, replacing
from tinygrad_edu._memory import bytes_under, laid_out
from tinygrad_edu._saved_modules import add_safe_globals as add_safe_globals
from tinygrad_edu._saved_modules import clear_safe_globals as clear_safe_globals
from tinygrad_edu._saved_modules import get_safe_globals as get_safe_globals
from tinygrad_edu._saved_modules import safe_globals as safe_globals
from tinygrad_edu._size import Size
from tinygrad_edu._tensor import Tensor
from tinygrad_edu.api._making import check_options, check_requires_grad
from tinygrad_edu.api._reading import named_as
from tinygrad_edu.nn import Module, Parameter

if TYPE_CHECKING:
    import zipfile

__all__ = ["load", "save"]

File = str | os.PathLike[str] | IO[bytes]

_FORMATS = ("tinygrad_edu 1", "tinygrad_edu 2", "tinygrad_edu 3")  # without shared memory; without modules; with both
_STRUCTURE = "structure.json"
_DEEPEST = 100  # levels of lists in lists; Python itself can go some 300 deep
_LONGEST = 10_000  # bits of an integer in JSON, whose reading takes the square of the digits; bytes of a header
# How NumPy writes down what an array is; its own reader leaves functions to the cycle collector.
_HEADER = r"\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([\d, ]*)\), \} *\n"
_PIECE = 1 << 20  # bytes read at a time
_WORDS = 300  # letters of an error, which may quote the file
_DTYPES = {each.name: each for each in vars(dtypes).values() if type(each) is dtypes.dtype}


def save(obj: object, f: File) -> None:
    """Write `obj` to a file.

    Args:
        obj: Tensors, parameters, NumPy arrays, numbers, strings, bytes, dtypes, None, and dicts, lists and
            tuples of them: for example ``model.state_dict()`` and ``optimizer.state_dict()``. A whole module, too:
            the name of its class and its attributes are saved (see `load`), and none of its code.
        f: A path, or a file opened for writing bytes.

    A file that is there already is replaced when the new one is complete, and not before. The new one has the old
    one's permissions; a symbolic link stays one, and what it points to is replaced.

    Tensors that share memory, as views and their base do, share it again when they are loaded. Of memory that one
    tensor alone lies in, only what it shows is saved (PyTorch saves all of it).

    Raises:
        FileNotFoundError: If the folder doesn't exist.
        OSError: If the path is that of a folder, a FIFO or a device, or the old file may not be written to.
        TypeError: If `obj` is or holds something else, such as a function of your own, or `f` is no such file.
        ValueError: If lists and dicts in `obj` are nested more than 100 deep, or hold themselves.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.save.html

    >>> import io
    >>> file = io.BytesIO()
    >>> tg.save({"weights": tg.tensor([1.0, 2.0]), "epoch": 3}, file)
    >>> _ = file.seek(0)
    >>> tg.load(file)
    {'weights': tensor([1., 2.]), 'epoch': 3}
    """
    writer = _Writer()
    structure = {"format": _FORMATS[1], "object": writer.encode(obj), "tensors": writer.tensors}
    if writer.modules:
        structure |= {"format": _FORMATS[2], "modules": writer.modules}
    structure["arrays"], members = laid_out(writer.arrays)
    if isinstance(f, (str, os.PathLike)):
        with replacing(f, "save") as file:
            _write(file, structure, members)
    else:
        if isinstance(f, io.TextIOBase) or not hasattr(f, "write"):
            raise TypeError(f"save: f must be a path, or a file opened for writing bytes ('wb'), got {describe(f)}")
        _write(f, structure, members)


def load(f: File, map_location: Any = None, *, weights_only: bool | None = None) -> Any:
    """Read what `save` wrote.

    Args:
        f: A path, or a file opened for reading bytes.
        map_location: Where to put the tensors; only the CPU exists.
        weights_only: Which classes of whole modules a file may name: with True the layers of this package, and what
            `serialization.add_safe_globals` was given; with False any module class that the program has. Nothing is
            imported and no code of the file's is run, with either: it holds only data.

    Returns:
        The object, equal in all values and types. Tensors and arrays that shared memory do so again.

    Raises:
        FileNotFoundError: If there is no such file.
        RuntimeError: If `save` didn't write the file, or it is damaged or cut off, or no regular file.
        TypeError: If `f` is neither a path nor a file to read bytes from.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.load.html

    >>> import io
    >>> model, file = tg.nn.Linear(2, 3), io.BytesIO()
    >>> tg.save(model.state_dict(), file)
    >>> _ = file.seek(0)
    >>> model.load_state_dict(tg.load(file))
    <All keys matched successfully>
    """
    if isinstance(map_location, (str, device)):
        named_as("load")(check_options)(device=map_location)
    if weights_only is not None and not isinstance(weights_only, bool):
        raise TypeError(f"load: weights_only must be True, False or None, got {describe(weights_only)}")
    if not isinstance(f, (str, os.PathLike)):
        if isinstance(f, io.TextIOBase) or not (hasattr(f, "read") and hasattr(f, "seek")):
            raise TypeError(f"load: f must be a path, or a file opened for reading bytes ('rb'), got {describe(f)}")
        if hasattr(f, "seekable") and not f.seekable():
            raise TypeError("load: f can only be read once from front to back; load(io.BytesIO(f.read())) reads it")
        path = getattr(f, "name", None)
        return _read(f, path if isinstance(path, str) else None, weights_only is not False)
    if kind := irregular(f):
        raise RuntimeError(f"load: {os.fspath(f)!r} is {kind}, not a regular file, and may have no end; it isn't read")
    with open(f, "rb") as file:
        return _read(file, os.fspath(f), weights_only is not False)


def _write(file: IO[bytes], structure: dict[str, Any], members: list[np.ndarray]) -> None:
    import json  # here, because few programs save or load, and these take a while to import
    import zipfile

    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(_STRUCTURE), json.dumps(structure))  # with no time: same object, same bytes
        for number, array in enumerate(members):
            with archive.open(f"{number}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _read(file: IO[bytes], path: str | None, weights_only: bool) -> Any:
    """The object in a file; whatever is wrong with the file is a RuntimeError that says so."""
    import json
    import zipfile

    from tinygrad_edu import _foreign_files

    known: tuple[str, str] | None = None
    try:
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(0)
        if size == 0:
            raise ValueError("it is empty")
        opening = file.read(min(size, _foreign_files.OPENING))
        known = _foreign_files.what_is(opening, size)
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            known = None if _STRUCTURE in names else _foreign_files.what_is(opening, size, names)
            _foreign_files.check_members(archive, size)
            structure = json.loads(archive.read(_STRUCTURE))
            if structure["format"] not in _FORMATS:
                raise ValueError(
                    f"its format is {describe(structure['format'])}, and {listed(_FORMATS)} are known; "
                    "a newer version of this package may read it"
                )
            return _Reader(archive, structure, weights_only).decode(structure["object"])
    except _WrongClassError as error:
        raise RuntimeError(f"load: {'the file' if path is None else repr(path)}: {error}") from None
    except Exception as error:  # all that can happen inside: what it was is told at the end
        name = "the file" if path is None else repr(path)
        if known is not None:
            what, fix = known
            fix = fix if path is None else fix.replace("PATH", repr(path))
            raise RuntimeError(f"load: {name} wasn't written by tinygrad_edu.save: it is {what}; {fix}") from error
        raise RuntimeError(
            f"load: {name} is damaged, cut off, or wasn't written by tinygrad_edu.save; "
            f"copy it once more, or take an older one ({type(error).__name__}: {str(error)[:_WORDS]})"
        ) from error


class _WrongClassError(Exception):
    """The file names a class that may not be made, or isn't there."""


class _Writer:
    """Turns an object into what JSON can hold, and sets the arrays in it aside.

    Numbers, strings and None stay as they are. All else becomes a dict of one key, which says what it
    is: {"tuple": [...]}, {"dict": [[key, value], ...]}, {"tensor": 0} for the first tensor, and so on.
    """

    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self.tensors: list[dict[str, Any]] = []
        self.modules: list[dict[str, Any]] = []
        self._number: dict[int, int] = {}  # of the tensors and arrays seen, by their id
        self._kept: list[Any] = []  # keeps those alive, so that no id is used twice

    def encode(self, value: Any, depth: int = 0) -> Any:
        """`value` in the form of the file."""
        kind = type(value)
        if kind is int and value.bit_length() > _LONGEST:
            return {"int": hex(value)}
        if value is None or kind in (bool, int, float, str):
            return value
        if depth > _DEEPEST:
            raise ValueError(f"save: lists and dicts may be nested {_DEEPEST} deep; does one of them hold itself?")
        if kind is Size:
            return {"Size": _lengths(list(value))}
        if kind in (list, tuple):
            return {kind.__name__: [self.encode(each, depth + 1) for each in value]}
        if kind in (dict, OrderedDict):
            pairs = value.items()
            return {kind.__name__: [[self.encode(key, depth + 1), self.encode(each, depth + 1)] for key, each in pairs]}
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
            return {"module": self._module(value, depth)}
        if isinstance(value, device):
            return {"device": str(value)}
        if name := _saved_modules.name_of_function(value):
            return {"function": name}
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

    def _module(self, module: Module, depth: int) -> int:
        if id(module) not in self._number:
            kind, attributes = _saved_modules.attributes_of(module)
            self._note(module, len(self.modules))
            entry: dict[str, Any] = {"class": kind}
            self.modules.append(entry)
            try:
                entry["attributes"] = [[name, self.encode(value, depth + 1)] for name, value in attributes.items()]
            except TypeError as error:
                raise TypeError(f"{error}, in a {type(module).__name__}; its state_dict() can be saved") from None
        return self._number[id(module)]

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
    """Turns what the file holds back into the object, and refuses what `save` would not have written."""

    def __init__(self, archive: zipfile.ZipFile, structure: dict[str, Any], weights_only: bool) -> None:
        self._archive = archive
        self._weights_only = weights_only
        self._entries = _of(list, structure["tensors"])
        self._modules_written = _of(list, structure.get("modules", []))
        places = structure.get("arrays")
        self._places = None if places is None else _of(list, places)  # None: each array is a member
        self._tensors: dict[int, Tensor] = {}
        self._modules: dict[int, Module] = {}
        self._arrays: dict[int, np.ndarray] = {}
        self._members: dict[int, np.ndarray] = {}
        self._stamps: dict[int, Any] = {}  # of the tensors in each member

    def decode(self, value: Any) -> Any:
        """The object that `value` stands for."""
        if value is None or type(value) in (bool, int, float, str):
            return value if value == value else float("nan")  # one of its own: a dict may have several as keys
        ((kind, content),) = _of(dict, value).items()
        if kind in _SEQUENCES:
            return _SEQUENCES[kind]([self.decode(each) for each in _of(list, content)])
        if kind in _MAPPINGS:
            pairs = [[self.decode(each) for each in _of(list, pair)] for pair in _of(list, content)]
            made = _MAPPINGS[kind](pairs)
            if len(made) < len(pairs):
                raise ValueError(f"a {kind} has the same key twice")
            return made
        if kind == "tensor":
            return self._tensor(_of(int, content))
        if kind == "module":
            return self._module(_of(int, content))
        if kind == "array":
            return self._array(_of(int, content))
        if kind == "number":
            return self._array(_of(int, content)).reshape(())[()]
        if kind == "Size":
            return Size(_lengths(content))
        return _PLAIN[kind](_of(str, content))

    def _tensor(self, number: int) -> Tensor:
        if number not in self._tensors:
            entry = _of(dict, _at(self._entries, number))
            place = _of(int, entry["array"])
            array = self._array(place)
            requires_grad, is_parameter = _of(bool, entry["requires_grad"]), _of(bool, entry["parameter"])
            if requires_grad:
                check_requires_grad(array)
            if not array.dtype.isnative:  # written where the bytes of a number stand in the other order
                array = array.astype(array.dtype.newbyteorder("="))
            made = (Parameter if is_parameter else Tensor).wrap(array, requires_grad=requires_grad)
            made._stamp = self._stamps.setdefault(self._member_of(place), made._stamp)
            self._tensors[number] = made
        return self._tensors[number]

    def _module(self, number: int) -> Module:
        if number not in self._modules:
            entry = _of(dict, _at(self._modules_written, number))
            try:
                kind = _saved_modules.class_called(_of(str, entry["class"]), self._weights_only)
            except ValueError as error:
                raise _WrongClassError(error) from None
            made: Module = object.__new__(kind)
            self._modules[number] = made  # before its attributes, among which it may be
            pairs = [_of(list, pair) for pair in _of(list, entry["attributes"])]
            _saved_modules.become(made, [(_of(str, name), self.decode(value)) for name, value in pairs])
        return self._modules[number]

    def _member_of(self, number: int) -> int:
        return number if self._places is None else _of(int, _of(dict, _at(self._places, number))["member"])

    def _array(self, number: int) -> np.ndarray:
        if number not in self._arrays:
            array = self._member(self._member_of(number))
            place = {} if self._places is None else self._places[number]
            if "dtype" in place:
                dtype = _dtype_called(place["dtype"])
                shape, strides = _lengths(place["shape"]), [_of(int, each) for each in _of(list, place["strides"])]
                memory = array.reshape(-1, order="A").view(np.uint8)
                array = np.ndarray(shape, dtype, memory, _of(int, place["start"]), strides)
            _check_bools(array)
            self._arrays[number] = array
        return self._arrays[number]

    def _member(self, number: int) -> np.ndarray:
        if number not in self._members:
            with self._archive.open(f"{number}.npy") as member:
                self._members[number] = _read_array(member, self._archive.getinfo(f"{number}.npy").file_size)
        return self._members[number]


def _read_array(member: IO[bytes], size: int) -> np.ndarray:
    """The array in a member, of which it is known that all its `size` bytes are there."""
    version = member.read(len(np.lib.format.MAGIC_PREFIX) + 2).removeprefix(np.lib.format.MAGIC_PREFIX)
    length = int.from_bytes(member.read({b"\1\0": 2, b"\2\0": 4}[version]), "little")
    header = member.read(min(length, _LONGEST)).decode("latin1")
    found = re.fullmatch(_HEADER, header)
    if found is None:
        raise ValueError(f"wanted the header of an array of plain numbers, got {header.strip()!r}")
    dtype, by_columns = _dtype_called(found[1]), found[2] == "True"
    shape = tuple([int(length) for length in found[3].replace(",", " ").split()])
    promised = math.prod(shape) * dtype.itemsize
    if promised != size - member.tell():
        raise ValueError(f"{shape} elements of {dtype} are {promised} bytes, and {size - member.tell()} follow")
    array = np.empty(shape, dtype, order="F" if by_columns else "C")
    memory = array.reshape(-1, order="A").view(np.uint8).data
    for start in range(0, promised, _PIECE):
        piece = member.read(min(_PIECE, promised - start))
        memory[start : start + len(piece)] = piece
    if member.read(1):  # at the end the checksum is compared
        raise ValueError("the member goes on after its array")
    return array


def _dtype_called(name: Any) -> np.dtype:
    """NumPy's dtype of that name, if a tensor can hold such elements."""
    dtype: np.dtype = np.dtype(_of(str, name))
    dtypes.of_numpy(dtype)
    return dtype


def _check_bools(array: np.ndarray) -> None:
    """Refuse bools whose bytes say something else."""
    if array.dtype == np.bool and array.size:
        memory = bytes_under(array)
        held = memory if memory.size < array.size else array.view(np.uint8)
        if held.max() > 1:
            raise ValueError("there are bools that are neither 0 nor 1")


def _of(kind: type, value: Any) -> Any:
    """`value`, if it is of the type that must stand there."""
    if type(value) is not kind:
        raise TypeError(f"wanted {kind.__name__}, got {describe(value)}")
    return value


def _at(entries: list[Any], number: int) -> Any:
    """The entry with a number, counted from 0."""
    if not 0 <= number < len(entries):
        raise IndexError(f"number {number} of {len(entries)}")
    return entries[number]


def _lengths(values: Any) -> list[int]:
    """`values`, if they are what a shape is made of."""
    if any(type(each) is not int or each < 0 for each in _of(list, values)):
        raise TypeError(f"a Size holds lengths, whole numbers of at least 0; got {describe(values)}")
    return list(values)


_SEQUENCES: dict[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple}
_MAPPINGS: dict[str, Callable[[list[Any]], Any]] = {"dict": dict, "OrderedDict": OrderedDict}
_PLAIN: dict[str, Callable[[str], Any]] = {
    "dtype": _DTYPES.__getitem__,
    "bytes": bytes.fromhex,
    "device": device,
    "function": _saved_modules.function_called,
    "int": lambda digits: int(digits, 16),
}
