"""JSON text to values and back without losing a digit: 0.920 stays 0.920 (R4 datatypes.html#decimal)."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal, InvalidOperation
from itertools import chain
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Self

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Json

DEEPEST = 100
_LONG = "a whole number has too many digits"
# Halves of a character: JSON can spell them, UTF-8 cannot (RFC 8259, section 8.2).
_HALVES = re.compile("[\ud800-\udfff]")


class _Number(Decimal):
    """A decimal that remembers its text, so that 1E2 and 100 are both written as they were read."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        try:
            number = super().__new__(cls, text)
        except InvalidOperation:
            raise ValueError("a number is beyond all bounds") from None
        number.text = text
        return number


class RepeatedName(ValueError):  # noqa: N818 - what the text has, not what the program did
    """A name that stands twice in one object; it is all that the exception says."""


def loads(text: str, *, unique: bool = False) -> Json:
    """Return the JSON value with exact decimals; raises ValueError for anything else, however deep or odd.

    Of a name that stands twice in an object the last value counts; where names have to be unique, it raises
    RepeatedName.
    """
    pairs = _once if unique else None
    try:
        value = json.loads(text, parse_float=_Number, parse_constant=_refuse, object_pairs_hook=pairs)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except (json.JSONDecodeError, RepeatedName):
        raise
    except ValueError as error:
        # int() speaks of Python where a whole number has too many digits.
        raise ValueError(_LONG if "digits" in str(error) else str(error)) from None
    # So few brackets cannot nest so deeply; most texts need no walk.
    if text.count("[") + text.count("{") > DEEPEST and _deeper(value, DEEPEST):
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    return value


def _deeper(value: Json, most: int) -> bool:
    """Tell whether a value is nested deeper than what everything that recurses over it can bear."""
    level = _containers([value])
    for _ in range(most):
        if not level:
            return False
        parts = (whole.values() if isinstance(whole, dict) else whole for whole in level)
        level = _containers(chain.from_iterable(parts))
    return True


def _containers(values: Iterable[Json]) -> list[Json]:
    return [value for value in values if value.__class__ is dict or value.__class__ is list]


def parsed(text: str | None) -> Json:
    """Return the JSON value, or None where the text is none."""
    try:
        return loads(text) if text else None
    except ValueError:
        return None


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise RepeatedName(next(name for name in value if names.count(name) > 1))
    return value


def _refuse(word: str) -> Json:
    raise ValueError(f"{word} is not JSON")


def dumps(value: Json) -> str:
    """Return compact JSON text; numbers that were read come out as they were written."""
    try:
        return orjson.dumps(value, default=_exact).decode()
    except (TypeError, ValueError):
        return _slowly(value)


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(_number(value))
    raise TypeError(type(value).__name__)


def _number(value: Decimal) -> str:
    return value.text if isinstance(value, _Number) else str(value)


def _slowly(value: Json) -> str:
    """Write what orjson refuses: halves of a character, integers beyond 64 bits, keys that are no texts."""
    return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", _dumped(value))


def _dumped(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode_basestring(str(k))}:{_dumped(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_dumped, value)) + "]"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Decimal):
        return _number(value)
    return json.dumps(value)


def line(value: Json) -> bytes:
    """Return one line of JSON in UTF-8 for a record; decimals become numbers, lone surrogates U+FFFD."""
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_APPEND_NEWLINE)
    except (TypeError, ValueError):
        text = json.dumps(value, default=_plain, separators=(",", ":"), ensure_ascii=False)
        return _HALVES.sub("\ufffd", text).encode() + b"\n"


def _plain(value: object) -> Json:
    if isinstance(value, Decimal):
        number = float(value)
        return number if math.isfinite(number) else str(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    raise TypeError(type(value).__name__)
