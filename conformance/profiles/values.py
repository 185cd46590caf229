"""Fixed values, patterns, bounds and lengths (R4 elementdefinition.html)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from conformance.fhirpath.quantity import Quantity, paired
from conformance.profiles.differences import equals, matches, number, unequal_parts, unmatched_parts
from conformance.profiles.rules import rule_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit


def value_checks(part: Element, type_: str) -> list[Check]:
    """Return the checks of an element's fixed value, pattern, bounds and length."""
    checks = []
    for kind in _KINDS:
        stated = part.value(kind.prefix)
        if stated is not None and _concerns(stated[0], type_):
            checks.append(_check(stated[1], kind, rule_of(part)))
    longest = part.row.get("maxLength")
    if isinstance(longest, int):
        checks.append(_check(longest, _LENGTH, rule_of(part)))
    return checks


def _concerns(stated: str, type_: str) -> bool:
    return stated.casefold() == type_.casefold()


def _check(wanted: Json, kind: _Kind, rule: Rule) -> Check:
    holds = kind.test(wanted)

    def check(value: Json, node: Node, visit: Visit) -> None:
        if value is None or holds(value) is not False:
            return
        for at, expected, actual in kind.where(wanted, node):
            visit.report(at, "value", kind.said, rule=rule, expected=expected, actual=actual)

    return check


def _whole(wanted: Json, node: Node) -> Iterator[tuple[str, Json, Json]]:
    yield node.path, wanted, node.value


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
    """Compare two quantities, whatever their units, where UCUM tells how these relate."""
    left, right = _quantity(value), _quantity(bound)
    if left is None or right is None or value.get("system") != bound.get("system"):
        return None
    try:
        pair = paired(left, right)
    except ArithmeticError:  # a number beyond what can be multiplied
        return None
    return None if pair is None else _numbers_order(*pair)


def _quantity(value: Json) -> Quantity | None:
    amount = number(value.get("value")) if isinstance(value, dict) else None
    return None if amount is None else Quantity(amount, str(value.get("code", "")))


def _numbers_order(value: Json, bound: Json) -> int | None:
    left, right = number(value), number(bound)
    return None if left is None or right is None else (left > right) - (left < right)


def _short_enough(longest: Json, value: Json) -> bool:
    return not isinstance(value, str) or len(value) <= longest


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to limit a value: the test of it, what is said where that fails, and where."""

    prefix: str
    test: Callable[[Json], Callable[[Json], bool | None]]
    said: str
    where: Callable[[Json, Node], Iterator[tuple[str, Json, Json]]] = _whole


_KINDS = (
    _Kind("fixed", equals, "The value is not the fixed one.", unequal_parts),
    _Kind("pattern", matches, "The value does not have what the pattern asks for.", unmatched_parts),
    _Kind("minValue", partial(partial, _at_least), "The value is less than is allowed."),
    _Kind("maxValue", partial(partial, _at_most), "The value is more than is allowed."),
)
_LENGTH = _Kind("maxLength", partial(partial, _short_enough), "The text is longer than is allowed.")
