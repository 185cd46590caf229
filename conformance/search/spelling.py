"""How a query is spelt: names with modifiers and chains, values with separators and escapes."""

from __future__ import annotations

import re
from dataclasses import dataclass

# R4 search.html#escaping: only these four may follow a backslash.
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)
_LITERALS = frozenset("\\,$|")
_HAS = "_has:"
_HAS_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A parameter name: `code:modifier.rest` for chains, `_has:source:code:rest` for reverse chains."""

    code: str
    modifier: str = ""
    rest: str = ""
    source: str = ""


def name(text: str) -> Name | None:
    """Return the parts of a parameter name, or None where it is none."""
    if text.startswith(_HAS):
        return _reverse(text)
    head, dot, rest = text.partition(".")
    code, _, modifier = head.partition(":")
    if not code or (dot and not rest):
        return None
    return Name(code=code, modifier=modifier, rest=rest)


def _reverse(text: str) -> Name | None:
    parts = text.removeprefix(_HAS).split(":", _HAS_PARTS - 1)
    if len(parts) != _HAS_PARTS or not all(parts):
        return None
    return Name(source=parts[0], code=parts[1], rest=parts[2])


def split(text: str, separator: str) -> list[str]:
    """Return the parts between unescaped separators, still escaped."""
    parts, start, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == separator:
            parts.append(text[start:place])
            start = place + 1
        place += 1
    return [*parts, text[start:]]


def plain(text: str) -> str | None:
    r"""Return the text with its escapes undone, or None where one is illegal, such as `xx\xx`."""
    if any(escaped not in _LITERALS or not escaped for escaped in _ESCAPED.findall(text)):
        return None
    return _ESCAPED.sub(r"\1", text)


def pieces(text: str) -> list[str] | None:
    """Return the unescaped parts between `|`, or None where an escape is illegal."""
    parts = [plain(part) for part in split(text, "|")]
    legal = [part for part in parts if part is not None]
    return legal if len(legal) == len(parts) else None
