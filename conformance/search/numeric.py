"""Numbers as ranges (R4 search.html#number): precision, prefixes, and every reading the page admits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from conformance.search.answers import Answer, agreement, known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.model import Json

_NUMBER = re.compile(r"(?P<mantissa>-?\d+(?P<point>\.\d+)?)(?P<exponent>[eE][+-]?\d{1,3})?")
_TWO, _TEN = Decimal(2), Decimal(10)
_INFINITE = Decimal("Infinity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A range of numbers; its upper end belongs to it only where it is closed, as for a point."""

    low: Decimal
    high: Decimal
    closed: bool = False


def point(value: Decimal) -> Interval:
    """Return the exact value."""
    return Interval(low=value, high=value, closed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The number of a query: its exact value and the ranges that its digits may imply."""

    exact: Decimal
    ranges: tuple[Interval, ...]
    scientific: bool


def asking(text: str) -> Asking | None:
    """Return what a number in a query stands for, or None where it is none."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    exact = Decimal(text)
    half = _unit(exact) / _TWO
    # The page reads 1e2 as [95, 105), later texts as [50, 150): both are admissible.
    short = found["exponent"] and not found["point"]
    halves = (half, half / _TEN) if short else (half,)
    ranges = tuple(Interval(low=exact - one, high=exact + one) for one in halves)
    return Asking(exact=exact, ranges=ranges, scientific=bool(found["exponent"]))


def _unit(value: Decimal) -> Decimal:
    """Return the weight of the last digit."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)


def decimal(value: Json) -> Decimal | None:
    """Return a JSON number exactly as its digits say."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def readings(value: Decimal) -> tuple[Interval, ...]:
    """Return a stored decimal as a point and as the range of its own precision: R4 supports both."""
    half = _unit(value) / _TWO
    return (point(value), Interval(low=value - half, high=value + half))


def between(low: Decimal | None, high: Decimal | None) -> tuple[Interval, ...]:
    """Return a Range with its ends exact and with their own precision."""
    wide_low = low - _unit(low) / _TWO if low is not None else -_INFINITE
    wide_high = high + _unit(high) / _TWO if high is not None else _INFINITE
    exact = Interval(
        low=low if low is not None else -_INFINITE,
        high=high if high is not None else _INFINITE,
        closed=True,
    )
    return (exact, Interval(low=wide_low, high=wide_high))


def _within(search: Interval, target: Interval) -> bool:
    ends = target.high < search.high if target.closed else target.high <= search.high
    return search.low <= target.low and ends


def _greater(value: Decimal, target: Interval) -> bool:
    return target.high > value


def _less(value: Decimal, target: Interval) -> bool:
    return target.low < value


def _at_least(value: Decimal, target: Interval) -> bool:
    return target.high >= value if target.closed else target.high > value


def _at_most(value: Decimal, target: Interval) -> bool:
    return target.low <= value


def _after(value: Decimal, target: Interval) -> bool:
    return target.low > value if target.closed else target.low >= value


def _before(value: Decimal, target: Interval) -> bool:
    return target.high < value if target.closed else target.high <= value


# With these the value of the query is exact ("arbitrarily high precision").
_ORDER: Mapping[str, Callable[[Decimal, Interval], bool]] = {
    "gt": _greater,
    "lt": _less,
    "ge": _at_least,
    "le": _at_most,
    "sa": _after,
    "eb": _before,
}


def compared(prefix: str, search: Asking, targets: Sequence[Interval]) -> Answer:
    """Return what all readings of a stored number and of a query's number say."""
    if prefix in _ORDER:
        return agreement(known(_ORDER[prefix](search.exact, target)) for target in targets)
    equal = agreement(known(_within(one, target)) for one in search.ranges for target in targets)
    return _EQUALITY[prefix](equal)


def compared_integer(prefix: str, search: Asking, stored: Decimal) -> Answer:
    """Return the answer for an integer element, which R4 compares exactly."""
    if prefix in {"sa", "eb"}:
        return Answer.CHOICE  # R4 does not use them with integers
    if prefix in _ORDER:
        return known(_ORDER[prefix](search.exact, point(stored)))
    equal = known(search.exact == stored)
    if (
        search.scientific
        and equal is Answer.NOT
        and any(_within(one, point(stored)) for one in search.ranges)
    ):
        equal = Answer.CHOICE
    return _EQUALITY[prefix](equal)


def _opposite(equal: Answer) -> Answer:
    return {Answer.MUST: Answer.NOT, Answer.NOT: Answer.MUST}.get(equal, equal)


def _near(equal: Answer) -> Answer:
    """`ap`: 10 % is a recommendation only, so what does not equal is open."""
    return Answer.MUST if equal is Answer.MUST else Answer.CHOICE


_EQUALITY: Mapping[str, Callable[[Answer], Answer]] = {
    "": lambda equal: equal,
    "eq": lambda equal: equal,
    "ne": _opposite,
    "ap": _near,
}
