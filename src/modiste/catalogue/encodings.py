"""Bytes of a table -> text, and which encoding that was, in words."""

from pathlib import Path

from modiste.errors import BadInput

MARKS = {b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8 with BOM"), b"\xff\xfe": ("utf-16", "UTF-16"),
         b"\xfe\xff": ("utf-16", "UTF-16")}  # fmt: skip
"""First bytes of a file -> the codec, and its name for people."""


def text_of(path: Path) -> tuple[str, str]:
    """A text file and its encoding in words; unreadable bytes are an error, never a question mark.

    What is no UTF-8 is Latin-1 as Windows writes it (code page 1252). A file that has lines of both is
    read line by line, and says so.

    Raises:
        BadInput: UTF-16 that ends inside a letter.
    """
    data = path.read_bytes()
    for mark, (codec, name) in MARKS.items():
        if data.startswith(mark):
            return _decoded(path, data, codec, name)
    if data[:2] and 0 in data[:2] and data[:200].count(0) * 2 >= len(data[:200]) - 1:
        return _decoded(path, data, "utf-16-be" if data[0] == 0 else "utf-16-le", "UTF-16 without BOM")
    try:
        return data.decode(), "UTF-8"
    except UnicodeDecodeError:
        return _by_line(data)


def _decoded(path: Path, data: bytes, codec: str, name: str) -> tuple[str, str]:
    try:
        return data.decode(codec), name
    except UnicodeDecodeError as error:
        if codec == "utf-8-sig":
            text, _ = _by_line(data[3:])
            return text, f"{name}, with lines in Latin-1"
        raise BadInput(
            f"expected {name} in {path.name}, found something else at byte {error.start:,}; save it as UTF-8"
        ) from None


def _by_line(data: bytes) -> tuple[str, str]:
    lines, others, first = [], 0, 0
    unicode = False
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            lines.append(line.decode())
            unicode |= not line.isascii()
        except UnicodeDecodeError:
            lines.append(latin_1(line))
            others += 1
            first = first or number
    name = "Latin-1" if not unicode else f"UTF-8, but Latin-1 in lines: {others:,}, the first is {first}"
    return "\n".join(lines), name


def latin_1(data: bytes) -> str:
    """Latin-1 as Windows writes it: quotes and dashes where Latin-1 has control characters."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:  # five bytes that Windows leaves free
        return data.decode("latin-1")
