"""Dates as ranges on a line of seconds, with what is known of their time zone (R4 search.html#date)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from conformance.search.answers import Answer

DAY = 86400
_EARLY, _LATE = 14 * 3600, 12 * 3600  # the offsets in use reach from -12:00 to +14:00
_INFINITE = Decimal("Infinity")
_DECEMBER = 12
_GRAMMAR = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:T(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d|60)(?:\.(?P<fraction>\d+))?)?(?P<zone>Z|[+-]\d\d:[0-5]\d)?)?)?)?"
)


class Zone(StrEnum):
    """How a moment is fixed on the line: a calendar date, a time of the server's zone, or an instant."""

    DATE = "date"
    LOCAL = "local"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Moment:
    """A place on the line; of a date or a local time only the hours between the outermost zones are sure."""

    seconds: Decimal
    zone: Zone = Zone.KNOWN

    def before(self, other: Moment, slack: int = 0) -> Answer:
        """Tell whether this moment is earlier than another, `slack` seconds being nobody's fault."""
        same = self.zone == other.zone
        earliest, latest = self._reach(certain=same)
        other_earliest, other_latest = other._reach(certain=same)
        if latest + slack < other_earliest:
            return Answer.MUST
        return Answer.NOT if earliest - slack >= other_latest else Answer.CHOICE

    def _reach(self, *, certain: bool) -> tuple[Decimal, Decimal]:
        """Return the first and the last instant that this may be."""
        if certain or self.zone is Zone.KNOWN or self.seconds.is_infinite():
            return self.seconds, self.seconds
        return self.seconds - _EARLY, self.seconds + _LATE


BEGINNING = Moment(-_INFINITE)
END = Moment(_INFINITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of moments, or one moment where `low` is `high`."""

    low: Moment
    high: Moment
    fractional: bool = False

    @property
    def point(self) -> bool:
        """Tell whether the span has no width, as an instant."""
        return self.low == self.high

    def whole(self) -> Span:
        """Return the span with its fractions of a second ignored, as a receiver may do."""
        if not self.fractional:
            return self
        low = replace(self.low, seconds=_rounded(self.low.seconds, ROUND_FLOOR))
        high = replace(self.high, seconds=_rounded(self.high.seconds, ROUND_CEILING))
        return Span(low=low, high=low if self.point else high)


def _rounded(seconds: Decimal, rounding: str) -> Decimal:
    return seconds if seconds.is_infinite() else seconds.to_integral_value(rounding)


def span(text: str) -> Span | None:
    """Return the range that a date's precision implies, or None where the text is no date."""
    found = _GRAMMAR.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    if part["hour"] is not None:
        return _timed(part)
    return _dated(part)


def _dated(part: dict[str, str | None]) -> Span | None:
    year, month, day = (int(part[key] or 0) for key in ("year", "month", "day"))
    low = _ordinal(year, month or 1, day or 1)
    if low is None:
        return None
    high = low + 1 if day else _ordinal(*_following(year, month))
    high = low + _days(year, month) if high is None else high
    return Span(low=Moment(Decimal(low * DAY), Zone.DATE), high=Moment(Decimal(high * DAY), Zone.DATE))


def _following(year: int, month: int) -> tuple[int, int, int]:
    """Return the first day after a month, or after a year where there is no month."""
    if month and month < _DECEMBER:
        return year, month + 1, 1
    return year + 1, 1, 1


def _days(year: int, month: int) -> int:
    """Return the length of the last month or year of the calendar, which has no following day in Python."""
    return 31 if month else 366 if year % 4 == 0 else 365


def _timed(part: dict[str, str | None]) -> Span | None:
    day = _ordinal(*(int(part[key] or 0) for key in ("year", "month", "day")))
    if day is None:
        return None
    hour, minute, second = (int(part[key] or 0) for key in ("hour", "minute", "second"))
    digits = part["fraction"] or ""
    start = Decimal(day * DAY + hour * 3600 + minute * 60 + second - _offset(part["zone"]))
    start += Decimal(f"0.{digits}") if digits else 0
    width = Decimal(1).scaleb(-len(digits)) if part["second"] else Decimal(60)
    zone = Zone.KNOWN if part["zone"] else Zone.LOCAL
    return Span(
        low=Moment(start, zone),
        high=Moment(start + width, zone),
        fractional=bool(digits),
    )


def _offset(zone: str | None) -> int:
    if zone in {None, "Z"}:
        return 0
    hours, minutes = str(zone)[1:].split(":")
    return (-1 if str(zone)[0] == "-" else 1) * (int(hours) * 3600 + int(minutes) * 60)


def _ordinal(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None
