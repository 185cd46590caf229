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
_DEEP = 60  # levels of nesting that are followed; FHIR data stays far below
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


def alike(left: Json, right: Json, depth: int = 0) -> bool:
    """Tell whether two values mean the same: numbers by value, zoned times by instant, all else literally."""
    if depth > _DEEP:
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(alike(left[k], right[k], depth + 1) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            alike(a, b, depth + 1) for a, b in zip(left, right, strict=True)
        )
    return _alike_leaf(left, right)


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
