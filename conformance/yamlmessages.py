"""What a person is told where a YAML parser stops: the usual slips in words, by their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.problem import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yaml import YAMLError

_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
# What the parser says where a line does not stand where a map or a list of several lines goes on.
_BLOCK = re.compile(r"mapping values are not allowed|while parsing a block (mapping|collection) did not find")
_LONGEST = 40
_DASHES = re.compile(r"(?:- +)*")
_COLUMNS = (
    "keys of one step stand in one column, and so do dashes of one list; quote a text that holds a colon"
)
_SYNTAX: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"mapping values are not allowed"),
        "a colon ends a key here",
        "quote the text with the colon",
    ),
    (
        re.compile(r"undefined (alias|tag)|while (scanning|parsing) an? (alias|tag|anchor)"),
        "anchors, aliases and tags have no place here",
        "quote a text that begins with '*', '&' or '!'",
    ),
    (
        re.compile(r"cannot start any token"),
        "no text can begin with this character",
        "quote a text that begins with '@', '%' or '`'",
    ),
    (
        re.compile(r"did not find expected ',' or '[]}]'"),
        "a bracket is not closed",
        "close it, or quote a text that holds one",
    ),
    (
        re.compile(r"could not find expected ':'|did not find expected ':'"),
        "a key without a colon, or a text that goes on",
        "write `key: value`, or quote the text",
    ),
)


def broken(error: YAMLError, text: str, file: str) -> Problem:
    """Return the complaint about what the YAML parser did not take."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        place = Place(file, text.count("\n", 0, getattr(error, "position", 0)) + 1)
        return Problem("yaml", "a character that YAML does not allow", place=place)
    place = Place(file, mark.line + 1, mark.column + 1)
    said = f"{getattr(error, 'context', None) or ''} {getattr(error, 'problem', None) or ''}".strip()
    context = getattr(error, "context_mark", None) or mark
    for number in (mark.line, context.line):
        if "{{" in _QUOTED.sub("", _line(text, number)):
            return unquoted(Place(file, number + 1, _line(text, number).find("{{") + 1))
    line = _line(text, mark.line)
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Problem("yaml", "a tab where only spaces may indent", place=place)
    if _BLOCK.search(said) and (askew := _askew(text.split("\n"), mark.line)):
        return Problem("yaml", askew, place=Place(file, mark.line + 1, _begin(line) + 1), hint=_COLUMNS)
    for pattern, message, hint in _SYNTAX:
        if pattern.search(said):
            return Problem("yaml", message, place=place, hint=hint)
    return Problem("yaml", f"not YAML: {said}", place=place)


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number] if number < len(lines) else ""


def _askew(lines: list[str], number: int) -> str:
    """Say how a line is indented other than all that it can belong to; nothing where that is not so."""
    above = _above(lines, number) if number < len(lines) else []
    here = _begin(lines[number]) if above else 0
    if not above or here in _open(lines, above):
        return ""
    name, column = _sibling(lines[above[0]], dash=lines[number][here : here + 1] == "-")
    how = "deeper" if here > column else "less"
    return f"line {number + 1} is indented {how} than {name} in line {above[0] + 1}"


def _above(lines: list[str], number: int) -> list[int]:
    """Return the lines above, nearest first, but for empty ones, comments, and what goes on in brackets."""
    found = []
    closed = 0
    for at in range(number - 1, -1, -1):
        bare = _QUOTED.sub("", lines[at]).strip()
        closed += sum(map(bare.count, "}]")) - sum(map(bare.count, "{["))
        if bare and not bare.startswith("#") and closed <= 0:
            found.append(at)
            closed = 0
    return found


def _open(lines: list[str], above: Sequence[int]) -> set[int]:
    """Return the columns in which the maps and lists stand that are open below these lines."""
    columns: set[int] = set()
    for at in above:
        columns |= {one for one in _columns(lines[at]) if not columns or one < min(columns)}
    return columns | set(_columns(lines[above[0]]))


def _columns(line: str) -> list[int]:
    """Return where each dash of a line stands, and what follows the last."""
    begin = _begin(line)
    dashes = _DASHES.match(line, begin)
    inside = dashes[0] if dashes else ""
    return [*(begin + at for at, one in enumerate(inside) if one == "-"), begin + len(inside)]


def _sibling(line: str, *, dash: bool) -> tuple[str, int]:
    """Return what a line below would stand under, in words, and its column."""
    columns = _columns(line)
    if dash and len(columns) > 1:
        return "the '-'", columns[-2]
    key = line[columns[-1] :][:_LONGEST].partition(":")[0].strip()
    return f"'{key}'", columns[-1]


def _begin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def unquoted(place: Place) -> Problem:
    """Return the complaint about a look-up without quotes, which YAML takes for maps in maps."""
    return Problem("yaml", "a look-up stands unquoted", place=place, hint='quote the look-up: "{{ name }}"')
