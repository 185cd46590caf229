"""Fixed values, patterns, bounds and lengths (R4 elementdefinition.html)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from conformance.profiles.rules import rule_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit


def value_checks(part: Element, type_: str) -> list[Check]:
    """Return the checks of an element's fixed value, pattern, bounds and length."""
    checks = []
    for prefix, holds, said in _KINDS:
        stated = part.value(prefix)
        if stated is not None and _concerns(stated[0], type_):
            checks.append(_check(stated[1], holds, said, rule_of(part)))
    longest = part.row.get("maxLength")
    if isinstance(longest, int):
        checks.append(_check(longest, _short_enough, "The text is longer than is allowed.", rule_of(part)))
    return checks


def _concerns(stated: str, type_: str) -> bool:
    return stated.casefold() == type_.casefold()


def _check(wanted: Json, holds: Callable[[Json, Json], bool | None], said: str, rule: Rule) -> Check:
    def check(value: Json, node: Node, visit: Visit) -> None:
        if value is not None and holds(wanted, value) is False:
            visit.report(node, "value", said, rule=rule, expected=wanted, actual=value)

    return check


def equals(wanted: Json, value: Json) -> bool:
    """Tell whether a value is a fixed value: nothing more, nothing less."""
    if isinstance(wanted, dict):
        return (
            isinstance(value, dict)
            and wanted.keys() == value.keys()
            and all(equals(part, value[key]) for key, part in wanted.items())
        )
    if isinstance(wanted, list):
        return (
            isinstance(value, list)
            and len(wanted) == len(value)
            and all(equals(one, other) for one, other in zip(wanted, value, strict=True))
        )
    return _same(wanted, value)


def matches(wanted: Json, value: Json) -> bool:
    """Tell whether a value has all that a pattern states; other parts and items are free."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(
            key in value and matches(part, value[key]) for key, part in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(value, list) and all(any(matches(one, each) for each in value) for one in wanted)
    return _same(wanted, value)


def _same(wanted: Json, value: Json) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    if isinstance(wanted, (int, float, Decimal)) and isinstance(value, (int, float, Decimal)):
        return _number(wanted) == _number(value)
    return type(wanted) is type(value) and bool(wanted == value)


def _number(value: Json) -> Decimal | None:
    """Return a number as it is written: 0.1 is one tenth."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _at_least(least: Json, value: Json) -> bool | None:
    order = _order(value, least)
    return None if order is None else order >= 0


def _at_most(most: Json, value: Json) -> bool | None:
    order = _order(value, most)
    return None if order is None else order <= 0


def _order(value: Json, bound: Json) -> int | None:
    """Return how a value compares with a bound, or None where that cannot be said."""
    if isinstance(bound, dict):
        return _quantity_order(value, bound)
    if isinstance(bound, str):
        # dates of the same precision compare as their texts do
        comparable = isinstance(value, str) and len(value) == len(bound)
        return (value > bound) - (value < bound) if comparable else None
    if isinstance(value, (int, float, Decimal)):
        return _numbers_order(value, bound)
    return None


def _quantity_order(value: Json, bound: Json) -> int | None:
    units = [
        (each.get("system"), each.get("code")) if isinstance(each, dict) else None for each in (value, bound)
    ]
    if units[0] is None or units[0] != units[1]:
        return None
    return _numbers_order(value.get("value"), bound.get("value"))


def _numbers_order(value: Json, bound: Json) -> int | None:
    left, right = _number(value), _number(bound)
    return None if left is None or right is None else (left > right) - (left < right)


def _short_enough(longest: Json, value: Json) -> bool:
    return not isinstance(value, str) or len(value) <= longest


_KINDS: tuple[tuple[str, Callable[[Json, Json], bool | None], str], ...] = (
    ("fixed", equals, "The value is not the fixed one."),
    ("pattern", matches, "The value does not have what the pattern asks for."),
    ("minValue", _at_least, "The value is less than is allowed."),
    ("maxValue", _at_most, "The value is more than is allowed."),
)
