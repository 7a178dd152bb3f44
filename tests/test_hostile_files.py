"""Files that mean harm, or nothing: each is refused in the same way, and before it has taken any memory."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from support.forged_files import LEAF, PLACE, TWO, archive, npy, refused, zipped

import tinygrad_edu as tg


def test_what_the_tests_change_is_a_checkpoint() -> None:
    for form in ("tinygrad_edu 1", "tinygrad_edu 2"):
        found = tg.load(io.BytesIO(archive({"tensor": 0}, TWO, tensors=[LEAF], form=form)))
        assert found.tolist() == [0, 0]
    assert tg.load(io.BytesIO(archive({"array": 0}, TWO, arrays=[PLACE]))).tolist() == [0, 0]
    assert tg.load(io.BytesIO(archive({"array": 0}, npy("'<f4'", "(2,)", bytes(8), version=b"\2\0")))).tolist() == [
        0,
        0,
    ]


# Sizes


@pytest.mark.parametrize(
    "shape",
    [
        *["(19864223744,)", "(1125899906842624, 1)", "(3,)", "(1,)", "(0, 4611686018427387904, 4611686018427387904)"],
        *[
            "(" + "9" * 300 + ",)",
            "(" + "9" * 5000 + ",)",
            "(" + "1, " * 65 + "2)",
            "(-2,)",
            "(True, 2)",
            "(2.0,)",
            "2",
        ],
    ],
    ids=lambda shape: shape[:50],
)
@pytest.mark.parametrize("by_columns", [False, True])
def test_a_shape_that_its_bytes_do_not_fill_is_refused(shape: str, by_columns: bool) -> None:
    refused(archive({"array": 0}, npy("'<f4'", shape, bytes(8), by_columns)))


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_compressed_is_refused_before_it_is_unpacked(compression: int) -> None:
    large = npy("'|u1'", "(4000000,)", bytes(4_000_000))
    refused(archive({"array": 0}, large, compression=compression), "ValueError: structure.json is compressed, which")
    refused(zipped(b" " * 4_000_000 + b"{}", compression=compression))


def patched(content: bytes, name: bytes, offset: int, value: bytes) -> bytes:
    """A field of a member's entry in the list at the end of the archive, changed."""
    start = content.index(b"PK\1\2")
    while content[start + 46 : start + 46 + len(name)] != name:
        start = content.index(b"PK\1\2", start + 4)
    return content[: start + offset] + value + content[start + offset + len(value) :]


@pytest.mark.parametrize(
    ("offset", "value", "words"),
    [
        (8, b"\1\0", "0.npy is encrypted"),
        (8, b"\x40\0", ""),
        (10, b"\x0c\0", "0.npy is compressed"),
        (10, b"\x63\0", "0.npy is compressed"),
        (20, b"\xfe\xff\xff\x7f" * 2, r"the members promise 214748\d* bytes, and the file has \d+"),
        (20, b"\xff\xff\xff\xff" * 2, ""),
        (6, b"\xff\0", "NotImplementedError"),
        (42, b"\xff\xff\xff\x7f", ""),
        (46, b"1", "KeyError"),
    ],
)
def test_the_list_of_an_archive_may_say_anything(offset: int, value: bytes, words: str) -> None:
    refused(patched(archive({"array": 0}, TWO), b"0.npy", offset, value), words)


def test_members_of_one_name_and_members_that_overlap_are_refused() -> None:
    content = archive({"array": 0}, TWO, npy("'<f4'", "(2,)", bytes(8)))
    refused(patched(content, b"1.npy", 46, b"0"), "ValueError: several members have the same name")
    size = len(content)
    refused(
        patched(patched(content, b"1.npy", 20, size.to_bytes(4, "little") * 2), b"0.npy", 46, b"x"),
        "ValueError: the members promise",
    )


@pytest.mark.parametrize(
    "structure",
    [
        "[" * 100_000,
        '{"object":' * 100_000,
        '{"format": "tinygrad_edu 2", "tensors": [], "arrays": [], "object": '
        + '{"list": [' * 900
        + "1"
        + "]}" * 900
        + "}",
        '{"format": "tinygrad_edu 2", "tensors": [], "arrays": [], "object": ' + "9" * 5000 + "}",
        b"\xff\xfe\xff",
        b'{"format": "tinygrad_edu 2", "object": "\xff"}',
        "",
        "null",
        "7",
        '"text"',
        "{}",
        '{"format": ["tinygrad_edu 2"]}',
    ],
    ids=lambda structure: repr(structure[:60]),
)
def test_a_structure_may_be_anything(structure: Any) -> None:
    refused(zipped(structure))


def test_an_error_is_no_longer_than_a_screen() -> None:
    for content in (
        archive({"x" * 9999: 1}),
        archive({"array": 0}, npy("'" + "x" * 9000 + "'", "()")),
        archive("x" * 9999, form="x" * 9999),
    ):
        with pytest.raises(RuntimeError) as caught:
            tg.load(io.BytesIO(content))
        assert len(str(caught.value)) < 600


def test_a_newer_format_is_told() -> None:
    refused(
        archive(1, form="tinygrad_edu 4"), "its format is str 'tinygrad_edu 4', and .* a newer version of this package"
    )


# What can't be


@pytest.mark.parametrize(
    "descr",
    [
        *[
            "'<c8'",
            "'<c16'",
            "'<U3'",
            "'|S3'",
            "'<M8[s]'",
            "'<m8'",
            "'|O'",
            "'|V4'",
            "'<f16'",
            "'<u4'",
            "'<u8'",
            "'f4,f4'",
        ],
        *[
            "'nonsense'",
            "''",
            "[('a', '<f4')]",
            "('<f4', (2,))",
            "'(2,)f4'",
            "None",
            "__import__('os')",
            "'<f4', 'more': 1",
        ],
    ],
)
@pytest.mark.parametrize("kind", ["tensor", "array", "number"])
def test_elements_that_no_tensor_can_hold_are_refused(descr: str, kind: str) -> None:
    refused(archive({kind: 0}, npy(descr, "()", bytes(4)), tensors=[LEAF]))
    refused(
        archive(
            {kind: 0}, TWO, tensors=[LEAF], arrays=[{**PLACE, "dtype": descr.strip("'"), "shape": [], "strides": []}]
        )
    )


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"requires_grad": "yes"}, "TypeError: wanted bool, got str 'yes'"),
        ({"requires_grad": 1}, "TypeError: wanted bool"),
        ({"requires_grad": None}, "TypeError: wanted bool"),
        ({"parameter": "yes"}, "TypeError: wanted bool"),
        ({"array": "0"}, "TypeError: wanted int"),
        ({"array": True}, "TypeError: wanted int"),
        ({"array": -1}, "IndexError: number -1 of 1"),
        ({"array": 1}, "IndexError"),
        ({"array": 0.0}, "TypeError"),
        ({"array": None}, "TypeError"),
    ],
)
def test_a_tensor_is_what_it_must_be(entry: dict[str, Any], words: str) -> None:
    refused(archive({"tensor": 0}, TWO, tensors=[{**LEAF, **entry}]), words)


@pytest.mark.parametrize("missing", LEAF)
def test_a_tensor_has_all_that_it_must_have(missing: str) -> None:
    refused(archive({"tensor": 0}, TWO, tensors=[{name: LEAF[name] for name in LEAF if name != missing}]), "KeyError")


@pytest.mark.parametrize("descr", ["<i8", "|b1", "|u1"])
@pytest.mark.parametrize("parameter", [False, True])
def test_what_is_not_floating_requires_no_gradient(descr: str, parameter: bool) -> None:
    member = npy(repr(descr), "(0,)")
    entry = {"array": 0, "parameter": parameter, "requires_grad": True}
    refused(archive({"tensor": 0}, member, tensors=[entry]), "RuntimeError: only floating-point tensors can require")


@pytest.mark.parametrize(
    "obj",
    [
        *[{"Size": wrong} for wrong in (["a"], [1.5], [-1], [True], [None], "ab", 3, {"list": [1]}, [[1]])],
        *[{"dtype": wrong} for wrong in ("complex64", "O", "<f4", "i4", "float", 1, None, ["float32"])],
        *[{"bytes": wrong} for wrong in ("zz", "abc", 1, None, ["00"])],
        *[{"int": wrong} for wrong in ("", "0xg", 1, None, 1.5)],
        *[{"list": wrong} for wrong in ("abc", 1, None, {"a": 1})],
        *[{"tuple": wrong} for wrong in ("abc", 1, None, {"a": 1})],
        *[
            {"dict": wrong}
            for wrong in ("abc", ["ab"], [[1]], [[1, 2, 3]], [[{"list": []}, 1]], [[1, 2], [1, 3]], {"a": 1})
        ],
        *[
            {kind: wrong}
            for kind in ("tensor", "array", "number")
            for wrong in (-1, 2, True, "0", 1.0, None, [0], {"a": 1})
        ],
        {"number": 0},
        {"eval": "1"},
        {"list": [], "tuple": []},
        {},
        [],
        [1, 2],
        {"list": [[1]]},
    ],
    ids=repr,
)
@pytest.mark.parametrize("form", ["tinygrad_edu 1", "tinygrad_edu 2"])
def test_an_object_is_what_it_must_be(obj: Any, form: str) -> None:
    refused(archive(obj, TWO, tensors=[LEAF], form=form))


WRONG_PLACES: list[dict[str, Any]] = [
    {"member": 1},
    {"member": -1},
    {"member": "0"},
    {"member": True},
    {"start": 1},
    {"start": -4},
    {"start": 1 << 70},
    {"start": "0"},
    {"start": None},
    {"strides": [8]},
    {"strides": [-4]},
    {"strides": [1 << 70]},
    {"strides": [4, 4]},
    {"strides": []},
    {"strides": "4"},
    {"strides": [None]},
    {"shape": [3]},
    {"shape": [-1]},
    {"shape": [True]},
    {"shape": "2"},
    {"shape": [1 << 50]},
    {"shape": [1 << 50, 1 << 50], "strides": [0, 0]},
    {"shape": [1] * 70, "strides": [0] * 70},
    {"dtype": 4},
    {"dtype": "<f8"},
    {"dtype": "|O"},
]


@pytest.mark.parametrize("wrong", WRONG_PLACES, ids=repr)
def test_no_array_reaches_beyond_its_memory(wrong: dict[str, Any]) -> None:
    refused(archive({"array": 0}, TWO, arrays=[{**PLACE, **wrong}]))


def test_bools_are_0_or_1() -> None:
    words = "ValueError: there are bools that are neither 0 nor 1"
    refused(archive({"array": 0}, npy("'|b1'", "(3,)", b"\0\1\2")), words)
    member = npy("'|u1'", "(4,)", b"\1\7\0\7")
    place = {"member": 0, "dtype": "|b1", "start": 0}
    refused(archive({"array": 0}, member, arrays=[{**place, "shape": [1 << 50, 4], "strides": [0, 1]}]), words)
    fine = archive({"array": 0}, member, arrays=[{**place, "shape": [2], "strides": [2]}])
    assert tg.load(io.BytesIO(fine)).tolist() == [True, False]
