"""FHIRPath locations such as `Observation.component[0].value`, followed into JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.model import Json

    Way = tuple[str | int, ...]

_STEP = re.compile(r"([A-Za-z_]\w*)(?:\[(\d+)\])?")


def plain(value: Json, location: str) -> Json:
    """Return the text, number or truth at a location, or None where none of these stands there."""
    found = _at(value, followed) if (followed := way(value, location)) else None
    if isinstance(found, (dict, list)):
        return None
    return found if len(_names(followed)) == len(_STEP.findall(location.partition(".")[2])) else None


def _names(followed: Way) -> list[str]:
    return [part for part in followed if isinstance(part, str)]


def way(value: Json, location: str) -> Way:
    """Return the keys and indices to a location, or to what is nearest around it."""
    steps = [(found[1], found[2]) for found in _STEP.finditer(location.partition(".")[2])]
    followed: list[str | int] = []
    for number, (name, index) in enumerate(steps):
        step = _step(value, name, index, deeper=number + 1 < len(steps))
        if not step:
            break
        followed += step
        for part in step:
            value = value[part]
    return tuple(followed)


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
