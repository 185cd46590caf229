"""The ways in which a secret may come back: escaped character by character, in base64, in pieces."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Without one of these in it nothing in a text is escaped.
MARKS = ("\\", "%", "&")
_NAMED: Mapping[str, str] = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_URLSAFE = str.maketrans("+/", "-_")
_SHORTEST = 6
# Of the six bits of a character, at most four are a neighbour's.
_STRADDLING = 16
_PIECE, _STRIDE = 12, 6
_KINDS = (str.isdigit, str.islower, str.isupper)
_SMALL = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def lowered(text: str) -> str:
    """Return the text in small letters, character by character: no letter becomes two."""
    return text.lower() if text.isascii() else text.translate(_SMALL)


def escaped(secret: str) -> str:
    """Return the pattern of a secret of which any character may be escaped, as in JSON, URLs and HTML."""
    return "".join(map(_escaped, secret))


def _escaped(character: str) -> str:
    code = ord(character)
    named = rf"&(?:amp;)*{_NAMED[character]};|" if character in _NAMED else ""
    html = rf"&(?:amp;)*#(?:0*{code}|x0*{code:x});"
    return rf"(?:{named}{html}|\\+u{code:04x}|%(?:25)*{code:02x}|\\*{re.escape(character)})"


def base64(secret: str) -> Iterator[tuple[str, str]]:
    """Yield what base64 makes of a secret wherever it stands in a text, each with a pattern.

    The pattern reaches to the characters at both ends that hold bits of the secret beside a neighbour's.
    """
    data = secret.encode()
    if len(data) < _SHORTEST:
        return
    for before in range(3):
        first, last = 4 * bool(before), (len(data) + before) // 3 * 4
        spelt = [_encoded(data, before, neighbour) for neighbour in range(256)]
        ends = [
            [frozenset(one[at] for one in spelt) for at in part]
            for part in (range(first), range(last, len(spelt[0])))
        ]
        for table in ({}, _URLSAFE):
            form = spelt[0][first:last].translate(table)
            yield form, _leading(ends[0], table) + re.escape(form) + _trailing(ends[1], table)


def _encoded(data: bytes, before: int, neighbour: int) -> str:
    beside = bytes([neighbour])
    return b64encode(beside * before + data + beside * (-(len(data) + before) % 3)).decode()


def _leading(characters: Iterable[frozenset[str]], table: Mapping[int, int | str]) -> str:
    pattern = ""
    for one in filter(_ours, characters):
        pattern = f"(?:{pattern}{_any_of(one, table)})?"
    return pattern


def _trailing(characters: Iterable[frozenset[str]], table: Mapping[int, int | str]) -> str:
    pattern = ""
    for one in reversed(list(filter(_ours, characters))):
        pattern = f"(?:{_any_of(one, table)}{pattern})?"
    return pattern


def _ours(characters: frozenset[str]) -> bool:
    """Tell whether a place holds bits of the secret: whatever stands beside it, it has few characters."""
    return len(characters) <= _STRADDLING


def _any_of(characters: frozenset[str], table: Mapping[int, int | str]) -> str:
    return f"[{re.escape(''.join(sorted(characters)).translate(table))}]"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a secret that is told from ordinary words."""

    text: str
    secret: str
    start: int

    def reach(self, text: str, at: int) -> tuple[int, int]:
        """Return from where to where a text that holds this piece holds more of the secret."""
        begin, end, first, last = at, at + len(self.text), self.start, self.start + len(self.text)
        while begin and first and text[begin - 1] == self.secret[first - 1]:
            begin, first = begin - 1, first - 1
        while end < len(text) and last < len(self.secret) and text[end] == self.secret[last]:
            end, last = end + 1, last + 1
        return begin, end


def _pieces(secret: str) -> Iterator[Piece]:
    """Yield parts of a long secret, close enough for one to be in any 17 characters of it."""
    if len(secret) < 2 * _PIECE:
        return
    starts = {*range(0, len(secret) - _PIECE, _STRIDE), len(secret) - _PIECE}
    for start in sorted(starts):
        text = secret[start : start + _PIECE]
        if _random(text):
            yield Piece(text.lower(), secret.lower(), start)


def all_pieces(secret: str) -> Iterator[Piece]:
    """Yield parts of a long secret as it is, and as JSON, URLs and HTML have to spell it."""
    forms = (secret, json.dumps(secret)[1:-1], quote(secret, safe=""), html.escape(secret))
    for form in dict.fromkeys(forms):
        yield from _pieces(form)


def _random(text: str) -> bool:
    """Tell whether a text mixes letters and digits as no word does."""
    return sum(any(map(kind, text)) for kind in _KINDS) > 1
