"""JSON text to values and back without losing a digit: 0.920 stays 0.920 (R4 datatypes.html#decimal)."""

from __future__ import annotations

import json
from decimal import Decimal
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Self

import orjson

if TYPE_CHECKING:
    from conformance.model import Json

DEEPEST = 100


class _Number(Decimal):
    """A decimal that remembers its text, so that 1E2 and 100 are both written as they were read."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        number = super().__new__(cls, text)
        number.text = text
        return number


def loads(text: str) -> Json:
    """Return the JSON value with exact decimals; raises ValueError for anything else, however deep or odd."""
    try:
        return json.loads(text, parse_float=_Number, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def parsed(text: str | None) -> Json:
    """Return the JSON value, or None where the text is none."""
    try:
        return loads(text) if text else None
    except ValueError:
        return None


def _refuse(word: str) -> Json:
    raise ValueError(f"{word} is not JSON")


def dumps(value: Json) -> str:
    """Return compact JSON text; numbers that were read come out as they were written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode_basestring(str(k))}:{dumps(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(dumps, value)) + "]"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Decimal):
        return value.text if isinstance(value, _Number) else str(value)
    return json.dumps(value)


def line(value: Json) -> bytes:
    """Return one line of JSON in UTF-8 for a record; decimals become numbers, lone surrogates are escaped."""
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_APPEND_NEWLINE)
    except (TypeError, ValueError):
        return json.dumps(value, default=_plain, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> Json:
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else str(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    raise TypeError(type(value).__name__)
