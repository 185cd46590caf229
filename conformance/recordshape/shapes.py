"""Shapes of JSON values, as functions that say what is amiss: what the table of events is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Json

# Returns what is amiss with a value, to be read after its name, or nothing.
Shape = Callable[["Json"], str]

_KINDS: Mapping[type, str] = {
    dict: "a map",
    list: "a list",
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
_NAMES_FILE = re.compile("[0-9a-f]{64}")


def is_(*kinds: type, said: str = "") -> Shape:
    """Return the shape of values of these classes; true is no number."""
    words = said or " or ".join(_KINDS[kind] for kind in kinds)
    return lambda value: "" if value.__class__ in kinds else f" takes {words}; actual: {_kind(value)}"


def _kind(value: Json) -> str:
    return _KINDS.get(value.__class__, "something else")


def word(words: Iterable[str]) -> Shape:
    """Return the shape of a text that is one of these."""
    known = frozenset(map(str, words))
    said = ", ".join(sorted(known))

    def shape(value: Json) -> str:
        if value.__class__ is str and value in known:
            return ""
        actual = "another text" if value.__class__ is str else _kind(value)
        return f" takes one of {said}; actual: {actual}"

    return shape


def each(entry: Shape, *, some: bool = False) -> Shape:
    """Return the shape of a list of such entries; of at least one where there has to be `some`."""

    def shape(value: Json) -> str:
        if value.__class__ is not list:
            return f" takes a list; actual: {_kind(value)}"
        if some and not value:
            return " is empty"
        return next((f"[{at}]{amiss}" for at, one in enumerate(value) if (amiss := entry(one))), "")

    return shape


def map_of(entry: Shape) -> Shape:
    """Return the shape of a map of such values."""

    def shape(value: Json) -> str:
        if value.__class__ is not dict:
            return f" takes a map; actual: {_kind(value)}"
        return next((f" holds something that{amiss}" for one in value.values() if (amiss := entry(one))), "")

    return shape


def record(known: Mapping[str, Shape], *needed: str) -> Shape:
    """Return the shape of a map with these keys, and perhaps others that nobody asks for."""

    def shape(value: Json) -> str:
        if value.__class__ is not dict:
            return f" takes a map; actual: {_kind(value)}"
        if missing := [key for key in needed if key not in value and f"{key}_ref" not in value]:
            return f" lacks {', '.join(sorted(missing))}"
        for key, part in value.items():
            if part is None and f"{key}_ref" in value:
                continue  # a long text, which lies beside the record
            amiss = known[key](part) if key in known else _beside(part) if key.endswith("_ref") else ""
            if amiss:
                return f".{key}{amiss}"
        return ""

    return shape


def whole(value: Json) -> str:
    """Return what keeps a value from being a whole number from 0."""
    if value.__class__ is int and value >= 0:
        return ""
    return f" takes a whole number from 0; actual: {'one below' if value.__class__ is int else _kind(value)}"


def digest(value: Json) -> str:
    """Return what keeps a value from being a SHA-256 in hexadecimal."""
    return (
        "" if value.__class__ is str and _NAMES_FILE.fullmatch(value) else " takes a SHA-256 in hexadecimal"
    )


def pair(value: Json) -> str:
    """Return what is amiss with a parameter's name and value."""
    return TEXTS(value) or ("" if len(value) == len(("name", "value")) else " takes two texts")


def _beside(value: Json) -> str:
    """Return what is amiss with the name of a text that lies beside the record."""
    return _BESIDE(value)


TEXT, FLAG = is_(str), is_(bool)
NUMBER = is_(int, float, said="a number")
PERHAPS_TEXT, PERHAPS_WHOLE = is_(str, type(None)), is_(int, type(None))
TEXTS, PERHAPS_NUMBER = each(TEXT), is_(int, float, type(None), said="a number or null")
_BESIDE = record({"sha256": digest, "size": whole}, "sha256")
