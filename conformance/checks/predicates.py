"""The predicates that stand beside a check, such as `is` and `at-least`; nothing here can raise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from conformance.checks import say
from conformance.checks.regexes import TEXT_LIMIT, complaints
from conformance.checks.values import alike, number, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.model import Check, Json, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """One predicate: its value's JSON Schema, when it holds, and how a message words what it asks.

    `plain` predicates expect their very value; what the others expect is told in words.
    """

    schema: Json
    holds: Callable[[Sequence[Json], Json], bool]
    wording: Callable[[Json], str]
    plain: bool = False


def _single(holds: Callable[[Json, Json], bool]) -> Callable[[Sequence[Json], Json], bool]:
    """Return a predicate of exactly one value: none, or several, do not hold."""
    return lambda values, wanted: len(values) == 1 and holds(values[0], wanted)


def _is_in(value: Json, wanted: Json) -> bool:
    return isinstance(wanted, list) and any(alike(value, one) for one in wanted)


def _at_least(value: Json, wanted: Json) -> bool:
    left, right = number(value), number(wanted)
    return left is not None and right is not None and left >= right


def _at_most(value: Json, wanted: Json) -> bool:
    left, right = number(value), number(wanted)
    return left is not None and right is not None and left <= right


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    return None if complaints(text) else re.compile(text)


def _matches(value: Json, wanted: Json) -> bool:
    pattern = _pattern(wanted) if isinstance(wanted, str) else None
    fits = isinstance(value, str) and len(value) <= TEXT_LIMIT
    return fits and pattern is not None and pattern.search(value) is not None


def _listed(wanted: Json) -> list[Json]:
    return wanted if isinstance(wanted, list) else [wanted]


def _one_of(wanted: Json) -> str:
    return "one of " + ", ".join(map(show, wanted)) if isinstance(wanted, list) else show(wanted)


# So many values are told beside their number.
_FIRST = 3
_NUMBER: Json = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"\{\{"}],
    "title": "a whole number from 0, or a look-up of one",
}
PREDICATES: Mapping[str, Predicate] = {
    "is": Predicate(schema={}, holds=_single(alike), wording=show, plain=True),
    "is-not": Predicate(
        schema={},
        holds=lambda values, wanted: not any(alike(value, wanted) for value in values),
        wording=lambda wanted: f"anything but {show(wanted)}",
    ),
    "in": Predicate(schema={"type": "array", "minItems": 1}, holds=_single(_is_in), wording=_one_of),
    "matches": Predicate(
        schema={"type": "string", "minLength": 1},
        holds=_single(_matches),
        wording=lambda wanted: f"a text that matches {show(wanted)}",
    ),
    "at-least": Predicate(
        schema={"type": "number"},
        holds=_single(_at_least),
        wording=lambda wanted: f"a number of at least {show(wanted)}",
    ),
    "at-most": Predicate(
        schema={"type": "number"},
        holds=_single(_at_most),
        wording=lambda wanted: f"a number of at most {show(wanted)}",
    ),
    "count": Predicate(
        schema={
            "anyOf": [*_NUMBER["anyOf"], {"type": "array", "minItems": 2, "items": _NUMBER}],
            "title": "a whole number from 0, a look-up of one, or a list of these",
        },
        holds=lambda values, wanted: str(len(values)) in {str(one) for one in _listed(wanted)},
        wording=lambda wanted: f"{' or '.join(map(show, _listed(wanted)))} of it",
        plain=True,
    ),
    "exists": Predicate(
        schema={"type": "boolean"},
        holds=lambda values, wanted: bool(values) is wanted,
        wording=lambda wanted: "something" if wanted is True else "nothing",
    ),
}
SCHEMAS: Mapping[str, Json] = {name: predicate.schema for name, predicate in PREDICATES.items()}


def judged(
    values: Sequence[Json], predicates: Mapping[str, Json], *, at: str, about: str = ""
) -> list[Outcome]:
    """Return one outcome for each predicate over the values found at one place."""
    return [
        _one(values, name, wanted, at, about) for name, wanted in predicates.items() if name in PREDICATES
    ]


def _one(values: Sequence[Json], name: str, wanted: Json, at: str, about: str) -> Outcome:
    if name == "is-not" and not values:
        return say.untested(f"{at} is empty: there is nothing to compare with", at=at, about=about)
    if name == "matches" and any(isinstance(v, str) and len(v) > TEXT_LIMIT for v in values):
        return say.untested(f"{at} is longer than {TEXT_LIMIT} characters", at=at, about=about)
    predicate = PREDICATES[name]
    return say.found(
        predicate.holds(values, wanted),
        at=at,
        expected=wanted if predicate.plain else predicate.wording(wanted),
        actual=len(values) if name == "count" else collected(values),
        about=about,
        wanted=predicate.wording(wanted),
        seen=_counted(values) if name == "count" else "",
    )


def _counted(values: Sequence[Json]) -> str:
    """Return how many there are, and the first of them where they are short: what came is to be seen."""
    simple = [show(value) for value in values[:_FIRST] if not isinstance(value, (dict, list))]
    more = ", …" if len(simple) < len(values) else ""
    return f"{len(values)} ({', '.join(simple)}{more})" if simple else str(len(values))


def collected(values: Sequence[Json]) -> Json:
    """Return what a collection shows as: nothing, the one value, or the list of them."""
    if len(values) > 1:
        return list(values)
    return values[0] if values else None


def lint(check: Check) -> list[str]:
    """Return complaints about the regular expression of a check, if it has one."""
    pattern = check.predicates.get("matches")
    return complaints(pattern) if isinstance(pattern, str) else []
