"""Date parameters (R4 search.html#prefix, #date): ranges, prefixes, and every reading the page admits."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from conformance.search.answers import Answer, Verdict, agreement, both, choice, either, inverse
from conformance.search.moments import BEGINNING, END, Span, span
from conformance.search.shape import obj
from conformance.search.spelling import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.model import Json
    from conformance.search.asked import Asked, Found

    Reading = Callable[[Span, Span, int], Answer]

_PREFIXED = re.compile(r"(?P<prefix>eq|ne|gt|lt|ge|le|sa|eb|ap)?(?P<rest>.*)", re.DOTALL)
# R4 search.html#lastUpdated: the server has discretion about the precision of the boundary.
_DISCRETION = {"_lastUpdated": 2}


def prefixed(text: str) -> tuple[str, str]:
    """Return a value's prefix, or nothing, and what it stands before."""
    found = _PREFIXED.fullmatch(text)
    return (found["prefix"] or "", found["rest"]) if found else ("", text)


def _within(search: Span, target: Span, slack: int) -> Answer:
    """`eq`: the search range wholly contains the target's."""
    return both(inverse(target.low.before(search.low, slack)), _ends_within(search, target, slack))


def _ends_within(search: Span, target: Span, slack: int) -> Answer:
    if target.point:
        return target.high.before(search.high, slack)
    return inverse(search.high.before(target.high, slack))


def _above(search: Span, target: Span, slack: int) -> Answer:
    """`gt`, read from the end of the search range."""
    if target.point:
        return inverse(target.high.before(search.high, slack))
    return search.high.before(target.high, slack)


def _reaches(search: Span, target: Span, slack: int) -> Answer:
    """`gt`, read as the page's "the specified value and up", from the start of the search range."""
    if target.point:
        return inverse(target.high.before(search.low, slack))
    return search.low.before(target.high, slack)


def _below(search: Span, target: Span, slack: int) -> Answer:
    return target.low.before(search.low, slack)


def _after(search: Span, target: Span, slack: int) -> Answer:
    return inverse(target.low.before(search.high, slack))


def _before(search: Span, target: Span, slack: int) -> Answer:
    if target.point:
        return target.high.before(search.low, slack)
    return inverse(search.low.before(target.high, slack))


def _different(search: Span, target: Span, slack: int) -> Answer:
    return inverse(_within(search, target, slack))


def _above_or_within(search: Span, target: Span, slack: int) -> Answer:
    """`ge`: `gt` or `eq`, in the shape that decides even where the zone of one side is unknown."""
    return either(_above(search, target, slack), inverse(target.low.before(search.low, slack)))


def _below_or_within(search: Span, target: Span, slack: int) -> Answer:
    """`le`: `lt` or `eq`, in the shape that decides even where the zone of one side is unknown."""
    return either(_below(search, target, slack), _ends_within(search, target, slack))


def _begins_before_the_end(search: Span, target: Span, slack: int) -> Answer:
    """`le`, as later texts have it: the target's lower end against the search range's upper."""
    return target.low.before(search.high, slack)


def _near(search: Span, target: Span, slack: int) -> Answer:
    """`ap`: only what lies within is sure, since the width is the server's to choose."""
    return Answer.MUST if _within(search, target, slack) is Answer.MUST else Answer.CHOICE


_READINGS: Mapping[str, Sequence[Reading]] = {
    "": (_within,),
    "eq": (_within,),
    "ne": (_different,),
    "gt": (_above, _reaches),
    "lt": (_below,),
    "ge": (_above_or_within, _reaches),
    "le": (_below_or_within, _begins_before_the_end),
    "sa": (_after,),
    "eb": (_before,),
    "ap": (_near,),
}


def match(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare one date, Period or Timing with a prefixed date."""
    text = plain(item) or ""
    prefix, rest = prefixed(text)
    search = span(rest)
    targets = spans(found)
    if search is None:
        return choice(f"'{rest}' is not a date")
    if not targets:
        return choice(f"R4 does not say what range this {found.type} stands for")
    slack = _DISCRETION.get(asked.parameter.code, 0)
    answer = agreement(_answers(prefix, search, targets, slack))
    if found.type == "Timing" and _schedules(found.value) and not _plain_to_see(search, targets, slack):
        return choice("whether a server looks inside a schedule is its own choice")
    if answer is Answer.CHOICE:
        return choice(_why(search, targets[0], prefix))
    return Verdict(answer=answer)


def _answers(prefix: str, search: Span, targets: Sequence[Span], slack: int) -> list[Answer]:
    # Fractions of a second may be ignored, on either side.
    searches, stored = {search, search.whole()}, {*targets, *(target.whole() for target in targets)}
    return [read(s, t, slack) for read, s, t in product(_READINGS[prefix], searches, stored)]


def _why(search: Span, target: Span, prefix: str) -> str:
    if search.low.zone != target.low.zone:
        return "one of the two has no time zone, and R4 leaves it to the server which to assume"
    return f"R4 admits more than one reading of '{prefix or 'eq'}' at this boundary"


def spans(found: Found) -> list[Span]:
    """Return the ranges that a stored value may be read as; none where R4 does not say."""
    reader = _SPANS.get(found.type)
    return reader(found.value) if reader and found.value is not None else []


def _moment(value: Json) -> list[Span]:
    one = span(str(value))
    return [one] if one else []


def _instant(value: Json) -> list[Span]:
    # An instant is a point; servers that index it like a dateTime take the width of its last digit.
    return [reading for one in _moment(value) for reading in (one, replace(one, high=one.low))]


def _period(value: Json) -> list[Span]:
    """Return the range from the start of `start` to the end of `end`; what is missing is open."""
    ends = [(key, value[key]) for key in ("start", "end") if value.get(key)]
    read = {key: span(str(text)) for key, text in ends}
    if not read or None in read.values():
        return []
    start, end = read.get("start"), read.get("end")
    if start and end and start.low.before(end.high) is Answer.NOT:
        return []  # it ends before it starts: no range at all
    fractional = any(one.fractional for one in (start, end) if one)
    return [Span(low=start.low if start else BEGINNING, high=end.high if end else END, fractional=fractional)]


def _timing(value: Json) -> list[Span]:
    """Return the range from the lowest to the highest limit; the schedule inside is ignored."""
    events = [one for event in _list(value.get("event")) for one in _moment(event)]
    bounds = _period(obj(obj(value.get("repeat")).get("boundsPeriod")))
    limits = [*events, *bounds]
    # Without limits, or with limits in different zones, there is no range that R4 would name.
    if not limits or len({one.low.zone for one in limits} | {one.high.zone for one in limits}) > 1:
        return []
    low = min((one.low for one in limits), key=lambda moment: moment.seconds)
    high = max((one.high for one in limits), key=lambda moment: moment.seconds)
    return [Span(low=low, high=high, fractional=any(one.fractional for one in limits))]


def _schedules(timing: Json) -> bool:
    return "repeat" in timing or len(_list(timing.get("event"))) > 1


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _plain_to_see(search: Span, targets: Sequence[Span], slack: int) -> bool:
    """Tell whether the whole lies within the search range or clear of it, so that its inside does too."""
    sides = (_within, _after, _before)
    return any(all(side(search, one, slack) is Answer.MUST for one in targets) for side in sides)


_SPANS: Mapping[str, Callable[[Json], list[Span]]] = {
    "date": _moment,
    "dateTime": _moment,
    "instant": _instant,
    "Period": _period,
    "Timing": _timing,
    "System.Date": _moment,
    "System.DateTime": _moment,
}
