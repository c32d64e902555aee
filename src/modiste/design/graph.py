"""Checking a `generator.onnx` before onnxruntime sees it, by its bytes alone.

An ONNX file is a protobuf message. This walks through it without a protobuf library and accepts only
the fields that a plain generator has. Whatever else ONNX offers is refused by not being named here: weights
in other files, operators of other domains (some of which read files), functions, graphs inside nodes
(loops without an end), sparse tensors, training graphs, and fields that a later version may add.
"""

from collections.abc import Iterator
from pathlib import Path

from modiste.errors import BadInput

FIELDS: dict[str, dict[int, str]] = {
    "model": {1: "", 2: "", 3: "", 4: "", 5: "", 6: "", 7: "graph", 8: "opset", 14: ""},
    "opset": {1: "domain", 2: ""},
    "graph": {1: "node", 2: "", 5: "tensor", 10: "", 11: "", 12: "", 13: "", 16: ""},
    "node": {1: "", 2: "", 3: "", 4: "", 5: "attribute", 6: "", 7: "domain", 9: ""},
    "attribute": {1: "", 2: "", 3: "", 4: "", 5: "tensor", 7: "", 8: "", 9: "", 13: "", 20: ""},
    "tensor": {1: "", 2: "", 4: "", 5: "", 6: "", 7: "", 8: "", 9: "", 10: "", 11: "", 12: "", 16: ""},
}
"""Message -> field number -> what the field holds; numbers as in onnx.proto, "" where it ends."""

NAMES = {
    ("model", 20): "a training graph",
    ("model", 25): "functions of its own",
    ("graph", 15): "sparse tensors",
    ("attribute", 6): "a graph inside a node",
    ("attribute", 11): "graphs inside a node",
    ("tensor", 13): "a reference to external data",
    ("tensor", 14): "a reference to external data",
}
"""Fields that are refused, in words."""

DOMAINS = (b"", b"ai.onnx")
"""ONNX's own operators: arithmetic alone."""

MAX_FIELDS = 200_000
"""Some hundred times what a generator needs: more would only keep the reader busy."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Protobuf's wire types."""


class _Malformed(Exception):
    """Not the bytes of a protobuf message."""


def check_graph(data: bytes, source: Path) -> None:
    """BadInput, naming `source`, unless `data` is an ONNX model of plain operators and their weights."""
    try:
        refused = _refused(data)
    except _Malformed as error:
        raise BadInput(f"expected an ONNX model in {source}, found {error}") from None
    if refused:
        raise BadInput(f"{source} must be a plain generator with its own weights, found {refused}")


def _refused(data: bytes) -> str | None:
    """The first thing that a plain generator does not have, in words; None if there is none."""
    waiting = [("model", 0, len(data))]
    count = 0
    while waiting:
        message, start, end = waiting.pop()
        for number, wire, first, last in _fields(data, start, end):
            count += 1
            if count > MAX_FIELDS:
                return f"more than {MAX_FIELDS:,} fields"
            inside = FIELDS[message].get(number)
            if inside is None:
                return NAMES.get((message, number), f"field {number} of its {message}")
            if inside and wire != BYTES:
                raise _Malformed(f"a {inside} of wire type {wire}")
            if inside == "domain" and data[first:last] not in DOMAINS:
                return f"operators of the domain {data[first:last][:40].decode(errors='replace')!r}"
            if inside in FIELDS:
                waiting.append((inside, first, last))
    return None


def _fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(number, wire type, first byte, byte after the last) of each field; _Malformed if it is none."""
    while at < end:
        key, at = _varint(data, at, end)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            first, at = at, _varint(data, at, end)[1]
        elif wire == BYTES:
            length, first = _varint(data, at, end)
            at = first + length
        elif wire in (FIXED64, FIXED32):
            first, at = at, at + (8 if wire == FIXED64 else 4)
        else:
            raise _Malformed(f"wire type {wire}")
        if at > end:
            raise _Malformed("a field that is cut off")
        yield number, wire, first, at


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            raise _Malformed("a number that is cut off")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise _Malformed("a number of more than ten bytes")
