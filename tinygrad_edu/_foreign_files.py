"""Files of other programs: what a file is, as its first bytes tell, and how its contents come here.

Formats open with a few bytes that no other opens with, their magic number. An archive (zip) is known by the names of
what is in it. Nothing in such a file is read beyond that, and nothing in it is run. Archives that `save` would not have
stored are refused here, too.

Sources: https://docs.pytorch.org/docs/stable/notes/serialization.html;
https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html;
https://github.com/huggingface/safetensors#format; https://docs.python.org/3/library/pickle.html#data-stream-format
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile

__all__ = ["OPENING", "check_members", "what_is"]

OPENING = 1024  # bytes, which are enough to know a file by

_TENSORS = "{name: tinygrad_edu.from_numpy(array) for name, array in arrays.items()}"
_FROM_PYTORCH = (
    "to bring tensors over, run in Python with PyTorch: `numpy.savez('weights.npz', **{name: tensor.detach().numpy() "
    "for name, tensor in torch.load(PATH, weights_only=True).items()})`; then here: "
    f"`arrays = numpy.load('weights.npz')` and `{_TENSORS}`"
)
_PYTORCH = "written by PyTorch's torch.save"
_OLD_PYTORCH = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # torch.serialization.MAGIC_NUMBER, as pickle writes an integer

_PICKLES_OF_OLD = (b"(dp", b"(lp", b"(ip", b"(tp", b"ccopy_reg\n", b"c__builtin__\n", b"}q\x00", b"]q\x00", b"(q\x00")

# The first bytes, what the file is, and what to do about it.
_OPENINGS: Sequence[tuple[bytes, str, str]] = (
    (b"\x93NUMPY", "a NumPy array (.npy)", "read it with `tinygrad_edu.from_numpy(numpy.load(PATH))`"),
    (
        b"\x89HDF\r\n\x1a\n",
        "an HDF5 file, as Keras writes them",
        "read it with the library h5py, and make tensors of the arrays: `tinygrad_edu.from_numpy(file[NAME][()])`",
    ),
    (
        b"GGUF",
        "a GGUF file",
        "read it with the library gguf, and make tensors of the arrays: `tinygrad_edu.from_numpy`",
    ),
    (b"\x1f\x8b", "packed with gzip", "unpack it first: `gunzip`; an IDX file is read by datasets.read_idx as it is"),
    (b"BZh", "packed with bzip2", "unpack it first: `bunzip2`"),
    (b"\xfd7zXZ\x00", "packed with xz", "unpack it first: `unxz`"),
    (b"\x28\xb5\x2f\xfd", "packed with zstandard", "unpack it first: `unzstd`"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"version https://git-lfs", "what git keeps in the place of a large file", "fetch the file: `git lfs pull`"),
    (b"<", "a web page or XML text", "the download gave a page in place of the file; fetch the file itself"),
    (b"{", "JSON text", "read it with `json.load`"),
    (b"\x00\x00\x08", "an IDX file", "read it with `tinygrad_edu.datasets.read_idx(PATH)`"),
)


def what_is(opening: bytes, size: int, members: Sequence[str] | None = None) -> tuple[str, str] | None:
    """What a file is and what to do about it, in words; None if it is nothing known.

    Args:
        opening: Its first bytes, up to `OPENING` of them.
        size: How many bytes it has.
        members: The names of what is in it, if it is a zip archive that can be read.
    """
    if opening.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(opening, members)
    if opening[:1] == b"\x80" and opening[2:].startswith(_OLD_PYTORCH):
        return f"{_PYTORCH}, in its format before version 1.6", _FROM_PYTORCH
    if _is_pickle(opening):
        return (
            "a pickle, as pickle.dump and old versions of torch.save write them",
            "a pickle can run any program when it is read, so it isn't read here; if you trust it, `pickle.load` reads "
            "it, and `tinygrad_edu.save` writes the tensors, arrays and numbers in it",
        )
    header = int.from_bytes(opening[:8], "little")
    if opening[8:9] == b"{" and 2 <= header <= size - 8:
        return (
            "a safetensors file",
            f"read it with `arrays = safetensors.numpy.load_file(PATH)`, and make tensors of it: `{_TENSORS}`",
        )
    if opening[257:262] == b"ustar":
        return "a tar archive", "unpack it first: `tar -xf`"
    return next(((what, fix) for magic, what, fix in _OPENINGS if opening.startswith(magic)), None)


def _archive(opening: bytes, members: Sequence[str] | None) -> tuple[str, str] | None:
    """What a zip archive is; of one that is damaged, the name of its first member still stands at its beginning."""
    if members is None:
        first = opening[30 : 30 + int.from_bytes(opening[26:28], "little")]
        if b"/data.pkl" in first or b"/.format_version" in first:
            return f"{_PYTORCH}, and damaged or cut off", "copy or download it again"
        return None
    if any(name.endswith("data.pkl") for name in members):
        return _PYTORCH, _FROM_PYTORCH
    if members and all(name.endswith(".npy") for name in members):
        return "NumPy arrays (.npz)", f"read it with `arrays = numpy.load(PATH)`, and make tensors of it: `{_TENSORS}`"
    if any(name.endswith(".weights.h5") for name in members):
        return (
            "written by Keras",
            "save the weights as NumPy arrays there: `numpy.savez('weights.npz', *model.get_weights())`",
        )
    return "a zip archive of something else", "is it the right file? The archive of a checkpoint has a structure.json"


def _is_pickle(opening: bytes) -> bool:
    """Whether a file begins as pickles do: with their protocol, 2 to 5, or in the text of the oldest ones."""
    if opening[:1] == b"\x80" and opening[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return True
    return opening.startswith(_PICKLES_OF_OLD)


def check_members(archive: zipfile.ZipFile, size: int) -> None:
    """Refuse an archive that isn't stored as `save` does, or promises more than the `size` bytes of its file."""
    members = archive.infolist()
    for each in members:
        if each.flag_bits & 1:
            raise ValueError(f"{each.filename} is encrypted, which save never does")
        if each.compress_type != 0 or each.compress_size != each.file_size:
            raise ValueError(f"{each.filename} is compressed, which save never does; to store it plainly: zip -0")
    if len({each.filename for each in members}) < len(members):
        raise ValueError("several members have the same name")
    promised = sum(each.file_size for each in members)
    if promised > size:
        raise ValueError(f"the members promise {promised} bytes, and the file has {size}")
