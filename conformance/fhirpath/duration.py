"""A moment so much later or earlier (FHIRPath 2.0, section 'Date/Time Arithmetic')."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.fhirpath.temporal import Moment, month_days
from conformance.fhirpath.values import problem

if TYPE_CHECKING:
    from conformance.fhirpath.quantity import Quantity

_CALENDAR_MONTHS = {"year": 12, "month": 1}
# unit -> seconds in it, and how many parts a moment needs to state it
_SECONDS = {
    "week": (Decimal(604800), 3),
    "wk": (Decimal(604800), 3),
    "day": (Decimal(86400), 3),
    "d": (Decimal(86400), 3),
    "hour": (Decimal(3600), 4),
    "h": (Decimal(3600), 4),
    "minute": (Decimal(60), 5),
    "min": (Decimal(60), 5),
    "second": (Decimal(1), 6),
    "s": (Decimal(1), 6),
    "millisecond": (Decimal("0.001"), 6),
    "ms": (Decimal("0.001"), 6),
}
_DAY_PARTS, _TIME_AT = 3, 3
_DAY_SECONDS = 86400


def shifted(value: Moment, by: Quantity, factor: int) -> Moment:
    """Return a moment moved by a time-valued quantity; raises Problem for another unit."""
    if by.unit in _CALENDAR_MONTHS and value.kind != "time":
        months = int(by.number) * _CALENDAR_MONTHS[by.unit] * factor
        return _respelt(value, _moved_months(value, months))
    if by.unit not in _SECONDS:
        hint = "years and months are calendar words: 1 year, 6 months"
        raise problem(f"a {value.kind} cannot be moved by '{by.unit}'", hint)
    size, least = _SECONDS[by.unit]
    seconds = _whole(by.number, by.unit) * size * factor
    if value.kind == "time":
        return _respelt(value, _moved_time(value, seconds))
    if len(value.parts) < min(least, _DAY_PARTS):
        return _respelt(value, _moved_coarse(value, seconds))
    return _respelt(value, _moved(value, seconds))


def _whole(number: Decimal, unit: str) -> Decimal:
    """Return the number that counts: the decimal portion is ignored for all units but seconds."""
    return number if unit in {"second", "s"} else Decimal(int(number))


def _moved_months(value: Moment, months: int) -> tuple[int | Decimal, ...]:
    year, month = int(value.parts[0]), int(value.parts[1]) if len(value.parts) > 1 else 1
    count = year * 12 + month - 1 + months
    year, month = count // 12, count % 12 + 1
    if not MINYEAR <= year <= MAXYEAR:
        raise problem(f"the year {year} is beyond what can be computed")
    day = min(int(value.parts[2]), month_days(year, month)) if len(value.parts) >= _DAY_PARTS else 1
    return (year, month, day)[: len(value.parts)] + value.parts[_DAY_PARTS:]


def _moved_coarse(value: Moment, seconds: Decimal) -> tuple[int | Decimal, ...]:
    """Move a year or a month by whole years of 365 days or months of 30."""
    days = int(seconds / _DAY_SECONDS)
    months = int(days / 365) * 12 if len(value.parts) == 1 else int(days / 30)
    return _moved_months(value, months)


def _moved(value: Moment, seconds: Decimal) -> tuple[int | Decimal, ...]:
    filled = value.parts + (1, 1, 1, 0, 0, 0)[len(value.parts) :]
    year, month, day, hour, minute = (int(part) for part in filled[:5])
    start = datetime(year, month, day, hour, minute, tzinfo=UTC)
    total = Decimal(filled[5]) + seconds
    minutes = math.floor(total / 60)
    end = start + timedelta(minutes=minutes)
    rest = total - 60 * minutes
    parts = (end.year, end.month, end.day, end.hour, end.minute, rest)
    return parts[: len(value.parts)]


def _moved_time(value: Moment, seconds: Decimal) -> tuple[int | Decimal, ...]:
    hour, minute, second = value.parts + (0, 0, 0)[len(value.parts) :]
    total = hour * 3600 + minute * 60 + second + seconds
    total -= math.floor(total / _DAY_SECONDS) * _DAY_SECONDS
    parts = (int(total // 3600), int(total % 3600 // 60), Decimal(total) % 60)
    return parts[: len(value.parts)]


def _respelt(value: Moment, parts: tuple[int | Decimal, ...]) -> Moment:
    return replace(value, parts=parts, spelt=spell(replace(value, parts=parts), value.spelt))


def spell(value: Moment, like: str = "") -> str:
    """Return a moment as text, its seconds with as many places as `like` has."""
    if value.kind == "time":
        return _clock(value.parts, like)
    day = "-".join(f"{int(part):0{4 if i == 0 else 2}d}" for i, part in enumerate(value.parts[:_DAY_PARTS]))
    if len(value.parts) <= _TIME_AT:
        return day
    return f"{day}T{_clock(value.parts[_TIME_AT:], like)}{_zone(value.zone, like)}"


def _clock(parts: tuple[int | Decimal, ...], like: str) -> str:
    texts = [f"{int(part):02d}" for part in parts]
    places = len(like.partition(".")[2].rstrip("Z").split("+")[0].split("-")[0])
    if len(parts) > 2 and places:  # noqa: PLR2004 - hours, minutes, seconds
        cut = Decimal(parts[2]) // Decimal(1).scaleb(-places) * Decimal(1).scaleb(-places)
        texts[2] = f"{cut:0{3 + places}.{places}f}"
    return ":".join(texts)


def _zone(zone: int | None, like: str) -> str:
    if zone is None:
        return ""
    if zone == 0 and not like.endswith("00:00"):
        return "Z"
    return f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02d}:{abs(zone) % 60:02d}"
