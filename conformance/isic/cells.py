"""A table of values with commas, semicolons or tabs between them, in which every cell knows its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from conformance.problem import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 65_536
MOST = 1_000_000
_BOM = b"\xef\xbb\xbf"
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
# Excel writes semicolons where a comma is the decimal mark. The first of these that the first line has is it.
_SEPARATORS = {mark: re.compile(rf'[^{mark}"]*') for mark in (",", ";", "\t")}
# What no text of FHIR may hold (R4 datatypes.html#string).
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, with blanks as a code has them, and where."""

    text: str
    place: Place


def lines(stream: BinaryIO, file: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each line that is not empty; raises Problem for the first that cannot be read."""
    separator = ""
    for number in range(1, MOST + 2):
        line = stream.readline(LONGEST + 1)
        if not line:
            return
        if number > MOST:
            raise Problem("csv-size", f"the table has more than {MOST:,} lines", place=Place(file, number, 1))
        text = _text(line.removeprefix(_BOM) if number == 1 else line, Place(file, number))
        if text.strip():
            separator = separator or next((mark for mark in _SEPARATORS if mark in text), ",")
            yield tuple(_cells(text, separator, Place(file, number)))


def _text(line: bytes, place: Place) -> str:
    if len(line) > LONGEST:
        raise _wrong(place, LONGEST, f"the line is longer than {LONGEST:,} bytes")
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        before = len(line[: error.start].decode("utf-8"))
        raise _wrong(place, before, "this is not UTF-8", "save the table as UTF-8") from None


def _cells(text: str, separator: str, place: Place) -> Iterator[Cell]:
    start = 0
    while True:
        found = _QUOTED.match(text, start) or _SEPARATORS[separator].match(text, start)
        content, end = (found[0], found.end()) if found else ("", start)
        if end < len(text) and text[end] != separator:
            raise _wrong(place, end, "a quotation mark is not closed, or stands within a cell")
        control = _CONTROL.search(content)
        if control:
            raise _wrong(place, start + control.start(), "the cell holds a control character")
        yield Cell(_content(content), Place(place.file, place.line, start + 1))
        if end == len(text):
            return
        start = end + 1


def _content(cell: str) -> str:
    """Return a cell without its marks, and with no more than one blank in a row, as codes of FHIR are."""
    bare = cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
    return " ".join(bare.split())


def _wrong(place: Place, before: int, message: str, hint: str = "") -> Problem:
    return Problem("csv", message, place=Place(place.file, place.line, before + 1), hint=hint)
