"""From the text of an expression to its tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_TIME = r"\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_ZONE = r"(?:Z|[+-]\d{2}:\d{2})"
_TOKENS = re.compile(
    rf"""
      (?P<space>(?:\s+|//[^\n\r]*|/\*.*?\*/)+)
    | (?P<datetime>@{_DATE}T(?:{_TIME}{_ZONE}?)?)
    | (?P<time>@T{_TIME}(?![+-]\d{{2}}:|Z))
    | (?P<date>@{_DATE})
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<variable>%(?:[A-Za-z_]\w*(?:-\w+)*|`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'))
    | (?P<special>\$(?:this|index|total)\b)
    | (?P<quoted>`(?:[^`\\]|\\.)*`)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<sign><=|>=|!=|!~|[.,()\[\]{{}}|&+\-*/<>=~])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_SAME = frozenset("'\"`\\/")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text: `text` is without quotes and escapes."""

    kind: str
    text: str
    at: int


def tokens(expression: str) -> list[Token]:
    """Return the tokens of an expression, an `end` last; raises Problem for a text that has none."""
    return [*_scan(expression), Token("end", "", len(expression))]


def _scan(expression: str) -> Iterator[Token]:
    at = 0
    while at < len(expression):
        found = _TOKENS.match(expression, at)
        if found is None:
            refuse(expression, at, f"nothing in FHIRPath begins with {expression[at]!r}")
        kind = str(found.lastgroup)
        if kind != "space":
            yield Token(kind, _text(kind, found[kind], expression, at), at)
        at = found.end()


def _text(kind: str, raw: str, expression: str, at: int) -> str:
    if kind == "variable":
        raw = raw[1:]
    if raw[0] in "'`":
        return _ESCAPE.sub(lambda found: _unescaped(found[1], expression, at), raw[1:-1])
    return raw


def _unescaped(escape: str, expression: str, at: int) -> str:
    if escape in _SAME:
        return escape
    if escape in _PLAIN:
        return _PLAIN[escape]
    if len(escape) == 1:
        refuse(expression, at, f"FHIRPath has no escape '\\{escape}'")
    return chr(int(escape[1:], 16))


def refuse(expression: str, at: int, message: str, hint: str = "") -> NoReturn:
    """Raise the Problem that an expression has at one place."""
    raise Problem("fhirpath", f"FHIRPath `{expression}`, character {at + 1}: {message}", hint=hint)
