"""What a person is told where a YAML parser stops: the usual slips in words, by their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.problem import Place, Problem

if TYPE_CHECKING:
    from yaml import YAMLError

_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
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
    for pattern, message, hint in _SYNTAX:
        if pattern.search(said):
            return Problem("yaml", message, place=place, hint=hint)
    return Problem("yaml", f"not YAML: {said}", place=place)


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number] if number < len(lines) else ""


def unquoted(place: Place) -> Problem:
    """Return the complaint about a look-up without quotes, which YAML takes for maps in maps."""
    return Problem("yaml", "a look-up stands unquoted", place=place, hint='quote the look-up: "{{ name }}"')
