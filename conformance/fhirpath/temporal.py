"""Dates, dateTimes and times with the precision that they state (FHIRPath 2.0, Date, DateTime, Time)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_TIME = re.compile(r"(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?")
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)?")
_LEAST = (1, 1, 1, 0, 0, Decimal(0))
_LIMITS = ((1, 9999), (1, 12), (1, 31), (0, 23), (0, 59), (0, 60))
# The zones in use reach from -12:00 to +14:00; a value without zone may lie anywhere between.
EAST, WEST = 14 * 60, -12 * 60
_DAY, _MINUTE = 3, 5


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, dateTime or time: as many parts as stated, seconds as Decimal; `zone` in minutes."""

    kind: str
    parts: tuple[int | Decimal, ...]
    zone: int | None = None
    spelt: str = ""


def moment(text: str, kind: str) -> Moment | None:
    """Return what a text says, or nothing where it is no date, dateTime or time as `kind` asks."""
    if kind == "time":
        found = _TIME.fullmatch(text)
        return _checked(Moment("time", _numbers(found.groups()), spelt=text), 3) if found else None
    day, mark, rest = text.partition("T")
    dated = _DATE.fullmatch(day)
    if dated is None or (kind == "date" and mark):
        return None
    timed = _TIME.match(rest)
    zone = _ZONE.fullmatch(rest, timed.end() if timed else 0)
    if zone is None or (rest and timed is None):
        return None
    parts = _numbers(dated.groups() + (timed.groups() if timed else ()))
    return _checked(Moment(kind, parts, _minutes(zone[0]), text), 0)


def _numbers(groups: tuple[str | None, ...]) -> tuple[int | Decimal, ...]:
    stated = [text for text in groups if text is not None]
    return tuple(Decimal(text) if "." in text else int(text) for text in stated)


def _minutes(zone: str) -> int | None:
    if not zone:
        return None
    if zone == "Z":
        return 0
    size = int(zone[1:3]) * 60 + int(zone[4:6])
    return -size if zone[0] == "-" else size


def _checked(found: Moment, first: int) -> Moment | None:
    limits = _LIMITS[first:]
    fits = all(low <= part <= high for part, (low, high) in zip(found.parts, limits, strict=False))
    return found if fits and (first or _in_month(found.parts)) else None


def _in_month(parts: tuple[int | Decimal, ...]) -> bool:
    return len(parts) < _DAY or parts[2] <= month_days(int(parts[0]), int(parts[1]))


def compare(left: Moment, right: Moment) -> int | None:
    """Return -1, 0 or 1, or None where precision or a missing zone leaves it open."""
    if (left.zone is None) != (right.zone is None):
        return _compare_bounds(left, right)
    if left.zone != right.zone:
        left, right = _utc(left), _utc(right)
    for one, other in zip(left.parts, right.parts, strict=False):
        if one != other:
            return -1 if one < other else 1
    return 0 if len(left.parts) == len(right.parts) else None


def _compare_bounds(left: Moment, right: Moment) -> int | None:
    left_low, left_high = bounds(left)
    right_low, right_high = bounds(right)
    if left_high < right_low:
        return -1
    return 1 if left_low > right_high else None


def _utc(value: Moment) -> Moment:
    if len(value.parts) < _MINUTE or not value.zone:
        return value
    shifted = _later(_datetime(value.parts[:_MINUTE]), -value.zone)
    parts = (shifted.year, shifted.month, shifted.day, shifted.hour, shifted.minute)
    return replace(value, parts=parts + value.parts[_MINUTE:], zone=0)


def _datetime(parts: tuple[int | Decimal, ...]) -> datetime:
    year, month, day, hour, minute, second = parts + _LEAST[len(parts) :]
    whole = int(second)
    micro = int((second - whole) * 1_000_000)
    base = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=UTC)
    return base + timedelta(seconds=whole, microseconds=micro)


def bounds(value: Moment) -> tuple[datetime, datetime]:
    """Return the first and the last instant that a date or dateTime may mean."""
    east, west = (EAST, WEST) if value.zone is None else (value.zone, value.zone)
    return _later(_datetime(value.parts), -east), _later(_datetime(latest(value.parts)), -west)


def _later(value: datetime, minutes: int) -> datetime:
    """Return a moment moved by minutes, held within the years that there are."""
    try:
        return value + timedelta(minutes=minutes)
    except OverflowError:
        return value


def latest(parts: tuple[int | Decimal, ...]) -> tuple[int | Decimal, ...]:
    """Return all parts of the last moment that a less precise one covers."""
    year, month = parts[0], (parts[1] if len(parts) > 1 else 12)
    last = (year, month, month_days(int(year), int(month)), 23, 59, Decimal("59.999"))
    return parts + last[len(parts) :]


def month_days(year: int, month: int) -> int:
    """Return how many days a month has."""
    following = (
        date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else date(9999, 12, 31)
    )
    return 31 if month == 12 else (following - timedelta(days=1)).day  # noqa: PLR2004 - December
