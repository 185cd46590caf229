"""Search parameters of type date: every value is a span of time (search.html#date, #prefix).

R4 leaves the zone of values without one to the server: they are read as UTC here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import inf
from typing import TYPE_CHECKING

from conformance.server.search.kinds.prefixes import cut
from conformance.server.search.world import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json

MODIFIERS = frozenset({"missing"})
_SECOND = 10**9  # spans are counted in nanoseconds
_DAY = 86_400 * _SECOND
_TEXT = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` up to, not including, `high`; an open end is infinite."""

    low: float
    high: float


def read(text: str) -> Span | None:
    """Return the span that a FHIR date, dateTime, instant or search value covers, or nothing."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    try:
        return _span(found)
    except ValueError:
        return None


def _span(found: re.Match[str]) -> Span:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    first = date(year, month, day).toordinal() * _DAY
    if found["hour"]:
        return _moment(first, found)
    return Span(first, first + _days(found, year, month) * _DAY)


def _days(found: re.Match[str], year: int, month: int) -> int:
    if found["day"]:
        return 1
    last = date(year, month if found["month"] else 12, 1).toordinal() + 31
    following = (
        last - date.fromordinal(last).day + 1 if last < date.max.toordinal() else date.max.toordinal() + 1
    )
    return following - date(year, month, 1).toordinal()


def _moment(first: int, found: re.Match[str]) -> Span:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if hour > 23 or minute > 59 or second > 60:  # noqa: PLR2004 - FHIR's pattern allows the leap second
        raise ValueError(found[0])
    low = first + ((hour * 60 + minute - _offset(found["zone"])) * 60 + second) * _SECOND
    if found["fraction"]:
        digits = found["fraction"][:9]
        unit = 10 ** (9 - len(digits))
        return Span(low + int(digits) * unit, low + (int(digits) + 1) * unit)
    return Span(low, low + (_SECOND if found["second"] else 60 * _SECOND))


def _offset(zone: str | None) -> int:
    if zone in (None, "Z"):
        return 0
    return int(f"{zone[0]}1") * (int(zone[1:3]) * 60 + int(zone[4:]))


def take(node: Node, base: str) -> Iterator[Span]:  # noqa: ARG001 - every kind is asked alike
    """Yield the spans of one element."""
    yield from _TAKE.get(node.type, _nothing)(node.value)


def _nothing(value: Json) -> Iterator[Span]:  # noqa: ARG001
    return iter(())


def _written(value: Json) -> Iterator[Span]:
    span = read(value) if isinstance(value, str) else None
    if span:
        yield span


def _instant(value: Json) -> Iterator[Span]:
    # An instant is a fixed point (search.html#date): its span is as narrow as spans can be.
    for span in _written(value):
        yield Span(span.low, span.low + 1)


def _period(value: Json) -> Iterator[Span]:
    low = next(_written(value.get("start")), None)
    high = next(_written(value.get("end")), None)
    if low or high:
        yield Span(low.low if low else -inf, high.high if high else inf)


def _timing(value: Json) -> Iterator[Span]:
    spans = [span for text in value.get("event") or [] for span in _written(text)]
    spans += _period((value.get("repeat") or {}).get("boundsPeriod") or {})
    if spans:
        yield Span(min(s.low for s in spans), max(s.high for s in spans))


_TAKE: Mapping[str, Callable[[Json], Iterator[Span]]] = {
    "date": _written,
    "dateTime": _written,
    "instant": _instant,
    "Period": _period,
    "Timing": _timing,
}


def matcher(text: str, modifier: str, base: str) -> Callable[[Span], bool]:  # noqa: ARG001
    """Return the test that a search value stands for."""
    prefix, rest = cut(text)
    wanted = read(rest)
    if wanted is None:
        raise Refused(f"'{text}' is not a date of the form yyyy-mm-ddThh:mm:ss+zz:zz.", code="value")
    test = _PREFIX[prefix]
    return lambda span: test(span, wanted)


def _equal(span: Span, wanted: Span) -> bool:
    return wanted.low <= span.low and span.high <= wanted.high


def _near(span: Span, wanted: Span) -> bool:
    # The page recommends a tenth of the distance to now on both sides.
    now = read(datetime.now(UTC).isoformat())
    slack = abs(now.low - wanted.low) / 10 if now else 0
    return span.low < wanted.high + slack and wanted.low - slack < span.high


# "The range above the search value" begins at its upper end (as HAPI and Firely read it, and R6 says).
_PREFIX: Mapping[str, Callable[[Span, Span], bool]] = {
    "eq": _equal,
    "ne": lambda span, wanted: not _equal(span, wanted),
    "gt": lambda span, wanted: span.high > wanted.high,
    "lt": lambda span, wanted: span.low < wanted.low,
    "ge": lambda span, wanted: span.high > wanted.high or _equal(span, wanted),
    "le": lambda span, wanted: span.low < wanted.low or _equal(span, wanted),
    "sa": lambda span, wanted: span.low >= wanted.high,
    "eb": lambda span, wanted: span.high <= wanted.low,
    "ap": _near,
}


def low(value: Span) -> float:
    """Return the key by which the value sorts upwards."""
    return value.low


def high(value: Span) -> float:
    """Return the key by which the value sorts downwards."""
    return value.high
