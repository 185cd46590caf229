"""How the values of FHIR's primitive types are written in JSON (R4 datatypes.html, json.html)."""

from __future__ import annotations

import re
from calendar import monthrange
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json

    Fits = Callable[[Json], bool]

# Every pattern here takes linear time; R4's own for base64Binary takes exponential time.
_YEAR = r"(?!0000)\d{4}"  # there is no year 0 (datatypes.html#date)
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"
# A urn: that names a UUID or an OID has one; a version or fragment may follow.
_UUID = r"urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_OID = r"urn:oid:[0-2](\.(0|[1-9]\d*))+"
_URI = rf"(?!urn:(?:uuid|oid):)\S+|({_UUID}|{_OID})([|#?]\S*)?"
_PATTERNS = {
    "canonical": _URI,
    "code": r"\S+( \S+)*",
    "date": rf"{_YEAR}(-{_MONTH}(-{_DAY})?)?",
    "dateTime": rf"{_YEAR}(-{_MONTH}(-{_DAY}(T{_TIME}{_ZONE})?)?)?",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "instant": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "oid": _OID,
    "time": _TIME,
    "uri": _URI,
    "url": _URI,
    "uuid": r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}
# No control characters but tab, line feed and carriage return, and whole characters (datatypes.html#string)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_BASE64 = re.compile(r"[0-9a-zA-Z+/]*={0,2}")
_MOST_TEXT = 1024 * 1024  # characters in a string
_WHOLE = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
_MOST_WHOLE = 2**31 - 1
_DATES = {"date", "dateTime", "instant"}
_FULL_DATE = 10


def fits(type_: str) -> Fits:
    """Return the test that a JSON value is a lawful value of a primitive type."""
    return _TESTS.get(type_, _text)


def json_kind(type_: str) -> str:
    """Return which kind of JSON value a primitive type is written as."""
    return _KINDS.get(type_, "string")


def example(type_: str) -> str:
    """Return a lawful value of a primitive type, as JSON writes it."""
    return _EXAMPLES.get(type_, '"text"')


def _text(value: Json) -> bool:
    if type(value) is not str or not value or len(value) > _MOST_TEXT:
        return False
    return (value.isascii() and value.isprintable()) or _FORBIDDEN.search(value) is None


def _matching(pattern: str) -> Fits:
    match = re.compile(pattern, re.ASCII).fullmatch

    def test(value: Json) -> bool:
        return type(value) is str and _text(value) and match(value) is not None

    return test


def _dated(pattern: str) -> Fits:
    match = re.compile(pattern, re.ASCII).fullmatch

    def test(value: Json) -> bool:
        return type(value) is str and match(value) is not None and _in_calendar(value)

    return test


def _in_calendar(value: str) -> bool:
    """Tell whether the month has that many days; the 28 that every month has need no look."""
    if len(value) < _FULL_DATE or value[8:10] <= "28":
        return True
    year = int(value[:4])
    # the Gregorian calendar repeats every 400 years, and Python knows no year 0
    return int(value[8:10]) <= monthrange(year % 400 + 400, int(value[5:7]))[1]


def _whole(least: int) -> Fits:
    def test(value: Json) -> bool:
        return type(value) is int and least <= value <= _MOST_WHOLE

    return test


def _decimal(value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return isinstance(value, int) or Decimal(value).is_finite()


def _boolean(value: Json) -> bool:
    return type(value) is bool


def _base64(value: Json) -> bool:
    bare = "".join(value.split()) if type(value) is str else ""
    return bool(bare) and len(bare) % 4 == 0 and _BASE64.fullmatch(bare) is not None


_TESTS: dict[str, Fits] = {
    **{name: _matching(pattern) for name, pattern in _PATTERNS.items() if name not in _DATES},
    **{name: _dated(_PATTERNS[name]) for name in _DATES},
    **{name: _whole(least) for name, least in _WHOLE.items()},
    "base64Binary": _base64,
    "boolean": _boolean,
    "decimal": _decimal,
}
_KINDS = {"boolean": "boolean", "decimal": "number", **dict.fromkeys(_WHOLE, "number")}
_EXAMPLES = {
    "base64Binary": '"aW1hZ2U="',
    "boolean": "true",
    "canonical": '"http://example.org/profile|1.0"',
    "code": '"final"',
    "date": '"2026-03-17"',
    "dateTime": '"2026-03-17T14:00:00+01:00"',
    "decimal": "0.92",
    "id": '"photo-1"',
    "instant": '"2026-03-17T14:00:00.000Z"',
    "integer": "1",
    "oid": '"urn:oid:1.2.3"',
    "positiveInt": "1",
    "time": '"14:00:00"',
    "unsignedInt": "0",
    "uri": '"http://example.org/x"',
    "url": '"http://example.org/x"',
    "uuid": '"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"',
}
