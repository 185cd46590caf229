"""How FHIR's primitive types are written in JSON (R4 datatypes.html)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json

_YEAR = r"([1-9]\d{3}|0\d{3})"
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"

_TEXTS = {
    "canonical": r"\S+",
    "code": r"\S+( \S+)*",
    "date": rf"{_YEAR}(-{_MONTH}(-{_DAY})?)?",
    "dateTime": rf"{_YEAR}(-{_MONTH}(-{_DAY}(T{_TIME}{_ZONE})?)?)?",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "instant": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "oid": r"urn:oid:[0-2](\.(0|[1-9]\d*))+",
    "time": _TIME,
    "uri": r"\S+",
    "url": r"\S+",
    "uuid": r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "xhtml": r"\s*<div[\s>][\s\S]*</div>\s*",
}
_BASE64 = re.compile(r"[0-9a-zA-Z+/]*={0,2}")
_PATTERNS = {name: re.compile(pattern) for name, pattern in _TEXTS.items()}
_LEAST = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
_MOST = 2**31 - 1
# Characters that no FHIR string may hold: all control characters but tab, line feed and carriage return
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TYPES_OF_SYSTEM = {"System.String": "string"}


def complaint(type_: str, value: Json) -> str:
    """Return what is wrong with a primitive value, or nothing."""
    type_ = _TYPES_OF_SYSTEM.get(type_, type_)
    return _CHECKS.get(type_, _text)(type_, value)


def _boolean(type_: str, value: Json) -> str:
    return "" if isinstance(value, bool) else _expected(type_, value)


def _integer(type_: str, value: Json) -> str:
    fits = isinstance(value, int) and not isinstance(value, bool) and _LEAST[type_] <= value <= _MOST
    return "" if fits else _expected(type_, value)


def _decimal(type_: str, value: Json) -> str:
    fits = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return "" if fits else _expected(type_, value)


def _text(type_: str, value: Json) -> str:
    if not isinstance(value, str) or not value or _CONTROL.search(value):
        return _expected(type_, value)
    pattern = _PATTERNS.get(type_)
    return "" if pattern is None or pattern.fullmatch(value) else _expected(type_, value)


def _base64(type_: str, value: Json) -> str:
    # The page's own expression takes exponential time where blanks stand in a value that does not match.
    bare = "".join(value.split()) if isinstance(value, str) else ""
    return "" if bare and len(bare) % 4 == 0 and _BASE64.fullmatch(bare) else _expected(type_, value)


def _expected(type_: str, value: Json) -> str:
    shown = str(value)
    return f"'{shown[:80]}' is not a {type_}"


_CHECKS: dict[str, Callable[[str, Json], str]] = {
    "base64Binary": _base64,
    "boolean": _boolean,
    "decimal": _decimal,
    **dict.fromkeys(_LEAST, _integer),
}
