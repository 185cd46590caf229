"""Text of a server made safe and short for a reader; every report shows foreign text through here."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.jsontext import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 200
NOTHING = "nothing"

# Controls, bidirectional overrides, invisible characters, tags, lone surrogates and non-characters: they
# could repaint a terminal, turn a line round or hide a letter.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROL = re.compile(f"[{_HIDDEN}]")
_CONTROL_IN_LINES = re.compile(f"(?![\n\t])[{_HIDDEN}]")
_NAMED: Mapping[str, str] = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
# The first that fits: a boolean is a number to Python.
_TYPES = (
    (bool, "a JSON boolean"),
    ((int, float, Decimal), "a JSON number"),
    (str, "a JSON text"),
)

# A text that spells a JSON number or a JSON boolean.
_BARE = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false", re.ASCII)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    for limit, form in ((0x100, r"\x{:02x}"), (0x10000, r"\u{:04x}")):
        if code < limit:
            return form.format(code)
    return rf"\U{code:08x}"


def visible(text: str) -> str:
    """Return one line in which every control and invisible character is spelt out."""
    return _CONTROL.sub(_escape, text)


def visible_lines(text: str) -> str:
    """Return the same for a text whose line ends and tabs stay."""
    return _CONTROL_IN_LINES.sub(_escape, text.replace("\r\n", "\n"))


def shown(text: object, limit: int = LIMIT) -> str:
    """Return one visible line of at most `limit` characters, cut in the middle."""
    raw = str(text)
    if len(raw) <= limit and len(whole := visible(raw)) <= limit:
        return whole
    half = (limit - 3) // 2
    return f"{visible(raw[:half])[:half]} … {visible(raw[-half:])[-half:]}"


def value(thing: Any) -> str:
    """Return a JSON value as a reader wants it: text in quotes, lists with commas, nothing as `nothing`."""
    if thing is None:
        return NOTHING
    if isinstance(thing, str):
        return f"'{shown(thing)}'"
    if isinstance(thing, list) and all(not isinstance(one, dict | list) for one in thing):
        return shown(", ".join(value(one) for one in thing), LIMIT) if thing else "an empty list"
    if isinstance(thing, dict | list):
        return shown(dumps(thing))
    return shown(dumps(thing))


def pair(expected: Any, actual: Any) -> tuple[str, str]:
    """Return both values, with their types where only those tell them apart."""
    first, second = _type(expected), _type(actual)
    if first and second and first != second and _looks_like(expected, actual):
        return f"{value(expected)} ({first})", f"{value(actual)} ({second})"
    if isinstance(expected, list) and len(expected) > 1 and not isinstance(actual, list):
        return f"one of {value(expected)}", value(actual)
    return value(expected), value(actual)


def _type(thing: Any) -> str:
    return next((name for types, name in _TYPES if isinstance(thing, types)), "")


def _looks_like(first: Any, second: Any) -> bool:
    """Tell whether one could be taken for the other: neither is a text in words."""
    return not any(isinstance(one, str) and not _BARE.fullmatch(one) for one in (first, second))


def duration(seconds: float) -> str:
    """Return `41 ms`, `1.2 s` or `3 min 4 s`."""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)} min {rest:.0f} s" if minutes else f"{seconds:.1f} s"


_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_DEEPEST = 24


def pretty(body: str) -> str:
    """Return a JSON text over several lines, each number and string as the server spelt it.

    Parsing and writing it again would turn 1.50 into 1.5 and drop a doubled key; what is not JSON stays.
    """
    if not body.lstrip().startswith(("{", "[")):
        return body
    out: list[str] = []
    depth = 0
    previous = ""
    for piece in _PIECE.findall(body):
        depth -= piece in "}]"
        if previous and (_breaks(previous, piece)):
            out.append("\n" + "  " * max(0, min(depth, _DEEPEST)))
        out.append(": " if piece == ":" else piece)
        depth += piece in "{["
        previous = piece
    return "".join(out)


def _breaks(previous: str, piece: str) -> bool:
    if previous in "{[":
        return piece not in "}]"
    return previous == "," or piece in "}]"
