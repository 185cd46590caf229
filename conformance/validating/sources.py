"""The resources in files: JSON, NDJSON, XML, folders of these, and standard input."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from conformance.definitions.packages import parsed
from conformance.problem import Place, Problem
from conformance.validating.places import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.model import Json

STDIN = "-"
_SUFFIXES = frozenset({".json", ".ndjson", ".jsonl", ".xml"})
_LINES = frozenset({".ndjson", ".jsonl"})
# A package's manifest is JSON, and no resource.
_NO_RESOURCES = frozenset({"package.json"})
_BOM = b"\xef\xbb\xbf"
_NEXT = re.compile(rb"\s*\{")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """One value of a file, or why it could not be read; `line` is its first.

    The text is there where it is JSON in which lines are looked for.
    """

    file: str
    line: int = 1
    text: bytes = b""
    value: Json = None
    problem: Problem | None = None


def sources(names: Iterable[str], stdin: BinaryIO) -> Iterator[list[Source]]:
    """Yield the values of each file that is named, or stands in a folder that is named.

    Raises Problem where there is none in any of them: what was not judged is not valid.
    """
    empty = True
    for values in _read(names, stdin):
        empty = empty and not values
        yield values
    if empty:
        raise Problem("nothing-to-judge", "the files hold no resource", hint="name a file that holds one")


def _read(names: Iterable[str], stdin: BinaryIO) -> Iterator[list[Source]]:
    for name in names:
        if name == STDIN:
            yield list(_values(STDIN, stdin.read(), lines=False))
            continue
        for path in _files(Path(name)):
            yield list(_values(str(path), _bytes(path), lines=path.suffix in _LINES))


def refuse_missing(names: Iterable[str]) -> None:
    """Raise a Problem for the first name that is no file or folder, before anything is judged."""
    for name in names:
        # The path of an empty name would be the working folder.
        if name != STDIN and not (name and Path(name).exists()):
            raise Problem("no-such-file", f"there is no file or folder '{name}'")


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found = [each for each in sorted(path.rglob("*")) if _is_ours(each, path)]
    if not found:
        message = f"the folder '{path}' holds no .json, .ndjson or .xml file"
        raise Problem("empty-folder", message, hint="name a file, or another folder")
    yield from found


def _is_ours(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.suffix in _SUFFIXES and path.name not in _NO_RESOURCES and not hidden and path.is_file()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem("unreadable", f"'{path}' cannot be read: {error.strerror}") from None


def _values(file: str, data: bytes, *, lines: bool) -> Iterator[Source]:
    bare = data.removeprefix(_BOM)
    if lines or _is_ndjson(bare):
        rows = enumerate(bare.split(b"\n"), 1)
        yield from (_value(file, row, number) for number, row in rows if row.strip())
        return
    yield _value(file, data, 1)


def _is_ndjson(data: bytes) -> bool:
    """Tell whether a file without that name holds a JSON object on its first line, and more after it."""
    end = data.find(b"\n")
    first = data[: max(end, 0)].rstrip()
    if not (first.startswith(b"{") and first.endswith(b"}") and _NEXT.match(data, end)):
        return False
    return _value("", first, 1).problem is None


def _value(file: str, data: bytes, line: int) -> Source:
    try:
        value = parsed(data, file, ordered=True)
    except Problem as problem:
        # Of some problems only the line in a file of lines is known.
        within = problem.place.line or (1 if line > 1 else 0)
        place = Place(file, within + line - 1, problem.place.column)
        return Source(file=file, line=line, problem=problem.at(place))
    shown = len(data) <= LARGEST and not _MARKUP.match(data)
    return Source(file=file, line=line, text=data if shown else b"", value=value)
