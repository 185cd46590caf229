"""The line of a JSON text on which an element stands, found from its FHIRPath location."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.model import Json

    Way = tuple[str | int, ...]

# Beyond this, looking for lines takes longer than judging.
LARGEST = 2_000_000
_END = re.compile("\n")
_STEP = re.compile(r"([A-Za-z_]\w*)(?:\[(\d+)\])?")
_PIECE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


class Lines:
    """The lines of one text; it is read once, however many locations are asked for."""

    def __init__(self, text: str, value: Json) -> None:
        self._value = value
        self._offsets = _offsets(text)
        self._ends = [match.start() for match in _END.finditer(text)]

    def line(self, location: str) -> int:
        """Return the line of a location, counted from 1, or of what is nearest around it."""
        way = _way(self._value, location)
        return bisect_left(self._ends, self._offsets[way]) + 1 if way in self._offsets else 0


def at(value: Json, location: str) -> Json:
    """Return the value at a location, or at what is nearest around it."""
    return _at(value, _way(value, location))


def _way(value: Json, location: str) -> Way:
    """Return the keys and indices to a location such as `Observation.component[0].value`."""
    steps = [(found[1], found[2]) for found in _STEP.finditer(location.partition(".")[2])]
    way: list[str | int] = []
    for number, (name, index) in enumerate(steps):
        step = _step(value, name, index, deeper=number + 1 < len(steps))
        if not step:
            break
        way += step
        for part in step:
            value = value[part]
    return tuple(way)


def _step(whole: Json, name: str, index: str, *, deeper: bool) -> list[str | int]:
    """Return the key, and the index if there is one, of an element; preferably of what holds more."""
    if not isinstance(whole, dict):
        return []
    found = [step for key in _keys(whole, name) if (step := _held(whole[key], key, index))]
    holding = [step for step in found if isinstance(_at(whole, step), (dict, list))]
    return next(iter(holding if deeper and holding else found), [])


def _keys(whole: Mapping[str, Json], name: str) -> Iterator[str]:
    """Yield the keys of an element: its own, those of a choice, their `_` siblings (R4 json.html)."""
    yield from (key for key in (name, f"_{name}") if key in whole)
    for key in whole:
        bare = key.removeprefix("_")
        if bare.startswith(name) and bare[len(name) : len(name) + 1].isupper():
            yield key


def _held(value: Json, key: str, index: str) -> list[str | int]:
    if not index or not isinstance(value, list):
        return [key]
    # An index beyond what int() reads is that of no list.
    number = int(index) if len(index) < len(str(len(value))) + 1 else len(value)
    return [key, number] if number < len(value) else []


def _at(whole: Json, step: Iterable[str | int]) -> Json:
    for part in step:
        whole = whole[part]
    return whole


def _offsets(text: str) -> Mapping[Way, int]:
    """Return where every value stands; of a key that is stated twice, the last."""
    found: dict[Way, int] = {}
    way: list[str | int] = []
    key = ""
    awaits_key = False
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == ":":
            continue
        if piece == ",":
            awaits_key = isinstance(way[-1], str)
            if not awaits_key:
                way[-1] = int(way[-1]) + 1
        elif piece in "}]":
            way.pop()
            awaits_key = False
        elif awaits_key:
            key = json.loads(piece) if "\\" in piece else piece[1:-1]
            way[-1] = key
            awaits_key = False
        else:
            found[tuple(way)] = match.start()
            if piece in "{[":
                way.append("" if piece == "{" else 0)
                awaits_key = piece == "{"
    return found
