"""The line of a JSON text on which an element stands, found from its FHIRPath location."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from conformance.locations import way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.locations import Way
    from conformance.model import Json

# Beyond this, looking for lines takes longer than judging.
LARGEST = 2_000_000
_END = re.compile("\n")
_PIECE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


class Lines:
    """The lines of one text; it is read once, however many locations are asked for."""

    def __init__(self, text: str, value: Json) -> None:
        self._value = value
        self._offsets = _offsets(text)
        self._ends = [match.start() for match in _END.finditer(text)]

    def line(self, location: str) -> int:
        """Return the line of a location, counted from 1, or of what is nearest around it."""
        followed = way(self._value, location)
        found = self._offsets.get(followed)
        return 0 if found is None else bisect_left(self._ends, found) + 1


def _offsets(text: str) -> Mapping[Way, int]:
    """Return where every value stands; of a key that is stated twice, the last."""
    found: dict[Way, int] = {}
    here: list[str | int] = []
    key = ""
    awaits_key = False
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == ":":
            continue
        if piece == ",":
            awaits_key = isinstance(here[-1], str)
            if not awaits_key:
                here[-1] = int(here[-1]) + 1
        elif piece in "}]":
            here.pop()
            awaits_key = False
        elif awaits_key:
            key = json.loads(piece) if "\\" in piece else piece[1:-1]
            here[-1] = key
            awaits_key = False
        else:
            found[tuple(here)] = match.start()
            if piece in "{[":
                here.append("" if piece == "{" else 0)
                awaits_key = piece == "{"
    return found
