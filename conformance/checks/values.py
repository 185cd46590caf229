"""When two JSON values mean the same, and how a message shows one."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Json

_SHOWN = 200  # characters of a value in a message; the record holds the whole
_ZONED = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


def number(value: Json) -> Decimal | None:
    """Return a JSON number as a decimal; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    try:
        decimal = Decimal(str(value))
    except InvalidOperation:  # an integer too long to be written out is nothing that FHIR can hold
        return None
    return decimal if decimal.is_finite() else None


def instant(value: Json) -> tuple[datetime, str] | None:
    """Return a zoned dateTime as UTC second and fraction, or None for anything else."""
    found = _ZONED.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    minute, second, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{minute}:{second or '00'}{'+00:00' if zone == 'Z' else zone}")
        return moment.astimezone(UTC).replace(microsecond=0), (fraction or "").rstrip("0")
    except (ValueError, OverflowError):
        return _leap_second(minute, second, zone)


def _leap_second(minute: str, second: str | None, zone: str) -> tuple[datetime, str] | None:
    if second != "60":  # FHIR's pattern allows the sixtieth second, Python's clock does not
        return None
    before = instant(f"{minute}:59{zone}")
    return (before[0] + timedelta(seconds=1), "leap") if before else None


def alike(left: Json, right: Json) -> bool:
    """Tell whether two values mean the same: numbers by value, zoned times by instant, all else literally."""
    pairs = [(left, right)]
    while pairs:  # not by recursion: a server's body may be nested deeper than Python's stack
        one, other = pairs.pop()
        if one is other:
            continue
        inner = _inner_pairs(one, other)
        if inner is None or (not inner and not _alike_leaf(one, other)):
            return False
        pairs.extend(inner)
    return True


def _inner_pairs(one: Json, other: Json) -> list[tuple[Json, Json]] | None:
    """Return what has to be alike within two containers, or None where they differ in shape."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [(one[key], other[key]) for key in one] if one.keys() == other.keys() else None
    if isinstance(one, list) and isinstance(other, list):
        return list(zip(one, other, strict=True)) if len(one) == len(other) else None
    return []


def _alike_leaf(left: Json, right: Json) -> bool:
    for measure in (number, instant):
        one, other = measure(left), measure(right)
        if one is not None or other is not None:
            return one == other
    return type(left) is type(right) and bool(left == right)


def show(value: Json) -> str:
    """Return a value as a message shows it: texts in quotes, nothing as `nothing`, cut in the middle."""
    return _cut(_written(value))


def _written(value: Json) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Decimal):
        return str(value)
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return f"a {type(value).__name__} that is nested too deeply to show"


def _cut(text: str) -> str:
    half = (_SHOWN - 3) // 2
    return text if len(text) <= _SHOWN else f"{text[:half]} … {text[-half:]}"
