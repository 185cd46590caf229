"""`_sort` (R4 search.html#sort): which resources must stand before which, on every reading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.search.answers import Answer, both, inverse
from conformance.search.dates import spans
from conformance.search.numeric import decimal
from conformance.search.strings import folded
from conformance.search.values import values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from conformance.definitions.r4 import SearchParameter
    from conformance.model import Json
    from conformance.search.asked import Found
    from conformance.search.moments import Span
    from conformance.search.world import World


class Stand(StrEnum):
    """How two resources stand to each other."""

    BEFORE = "before"
    AFTER = "after"
    TIE = "tie"
    FREE = "free"


_TURNED = {Stand.BEFORE: Stand.AFTER, Stand.AFTER: Stand.BEFORE}


def order(type_: str, sort: str, resources: Sequence[Json], world: World) -> frozenset[tuple[int, int]]:
    """Return the index pairs of which the first resource must stand before the second."""
    keys = [_key(type_, text) for text in sort.split(",") if text]
    rows = [[key.values(resource, world) for key in keys] for resource in resources]
    pairs = set()
    for left, right in combinations(range(len(rows)), 2):
        stand = _stand(keys, rows[left], rows[right])
        if stand is Stand.BEFORE:
            pairs.add((left, right))
        elif stand is Stand.AFTER:
            pairs.add((right, left))
    return frozenset(pairs)


def misplaced(type_: str, sort: str, resources: Sequence[Json], world: World) -> tuple[int, int] | None:
    """Return the first two places whose resources stand the wrong way round, or None."""
    wrong = [(later, first) for first, later in order(type_, sort, resources, world) if first > later]
    return min(wrong) if wrong else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """One key of `_sort`; `hides`: a server may know the value more precisely than it shows it."""

    parameter: SearchParameter | None
    descending: bool
    hides: bool

    def values(self, resource: Json, world: World) -> list[Found]:
        """Return what the resource is sorted by."""
        return (values(self.parameter, resource, world) or []) if self.parameter else []

    def stand(self, left: Sequence[Found], right: Sequence[Found]) -> Stand:
        """Return how the values of two resources stand by this key."""
        compare = _COMPARE.get(self.parameter.type) if self.parameter else None
        if compare is None or not left or not right:
            return Stand.FREE  # where missing values stand, R4 does not say
        if [one.value for one in left] == [one.value for one in right]:
            return Stand.FREE if self.hides else Stand.TIE
        stands = {compare(one, other) for one, other in product(left, right)}
        stand = stands.pop() if len(stands) == 1 else Stand.FREE
        return _TURNED.get(stand, stand) if self.descending else stand


def _key(type_: str, text: str) -> _Key:
    code = text.removeprefix("-")
    return _Key(
        parameter=r4.parameter(type_, code),
        descending=text.startswith("-"),
        hides=code == "_lastUpdated",
    )


def _stand(keys: Sequence[_Key], left: Sequence[list[Found]], right: Sequence[list[Found]]) -> Stand:
    for key, one, other in zip(keys, left, right, strict=True):
        stand = key.stand(one, other)
        if stand is not Stand.TIE:
            return stand
    return Stand.FREE


def _dates(left: Found, right: Found) -> Stand:
    if _earlier(left, right):
        return Stand.BEFORE
    return Stand.AFTER if _earlier(right, left) else Stand.FREE


def _earlier(left: Found, right: Found) -> bool:
    """Tell whether one value lies wholly before another, fractions of a second left aside."""
    pairs = list(product(_readings(left), _readings(right)))
    answers = [both(a.low.before(b.low), inverse(b.low.before(a.high))) for a, b in pairs]
    return bool(answers) and all(answer is Answer.MUST for answer in answers)


def _readings(found: Found) -> list[Span]:
    return [reading for one in spans(found) for reading in (one, one.whole())]


def _numbers(left: Found, right: Found) -> Stand:
    values_ = [decimal(one.value) for one in (left, right)]
    return _ordered(values_[0], values_[1])


def _quantities(left: Found, right: Found) -> Stand:
    if not all(isinstance(one.value, dict) and one.type != "Range" for one in (left, right)):
        return Stand.FREE
    units = [tuple(one.value.get(key) for key in ("system", "code", "unit")) for one in (left, right)]
    if units[0] != units[1] or any(one.value.get("comparator") for one in (left, right)):
        return Stand.FREE
    return _ordered(decimal(left.value.get("value")), decimal(right.value.get("value")))


def _ordered(left: Decimal | None, right: Decimal | None) -> Stand:
    if left is None or right is None or left == right:
        return Stand.FREE
    return Stand.BEFORE if left < right else Stand.AFTER


def _strings(left: Found, right: Found) -> Stand:
    """Compare plain words: where collations put spaces, digits and other scripts, nobody can say."""
    if not (isinstance(left.value, str) and isinstance(right.value, str)):
        return Stand.FREE
    one, other = folded(left.value), folded(right.value)
    if one == other or not all(text.isascii() and text.isalpha() for text in (one, other)):
        return Stand.FREE
    return Stand.BEFORE if one < other else Stand.AFTER


_COMPARE: Mapping[str, Callable[[Found, Found], Stand]] = {
    "date": _dates,
    "number": _numbers,
    "quantity": _quantities,
    "string": _strings,
}
