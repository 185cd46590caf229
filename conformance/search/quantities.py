"""Number and quantity parameters (R4 search.html#number, #quantity): values with their units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.search import units
from conformance.search.answers import Answer, Verdict, all_of, choice, must, must_not, plainly
from conformance.search.dates import prefixed
from conformance.search.numeric import (
    Asking,
    Interval,
    asking,
    between,
    compared,
    compared_integer,
    decimal,
    readings,
)
from conformance.search.shape import obj
from conformance.search.spelling import pieces, plain

if TYPE_CHECKING:
    from decimal import Decimal

    from conformance.model import Json
    from conformance.search.asked import Asked, Found

_INTEGERS = frozenset({"integer", "positiveInt", "unsignedInt", "System.Integer"})
_DECIMALS = frozenset({"decimal", "System.Decimal"})
_QUANTITIES = frozenset(
    {"Quantity", "Age", "Count", "Distance", "Duration", "MoneyQuantity", "SimpleQuantity"}
)
_READINGS = "R4 admits a stored number as a point and as the range of its digits; the readings differ here"
_UNITS = "whether units are converted is the server's choice"
_PARTS = 3


def number(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare a number, or a Range, with a prefixed number."""
    prefix, rest = prefixed(plain(item) or "")
    search = asking(rest)
    if search is None:
        return choice(f"'{rest}' is not a number")
    if found.type in _INTEGERS:
        stored = decimal(found.value)
        return _said(compared_integer(prefix, search, stored)) if stored is not None else must_not()
    if found.type in _DECIMALS:
        stored = decimal(found.value)
        return _said(compared(prefix, search, readings(stored))) if stored is not None else must_not()
    return quantity(found, item, asked)


def quantity(found: Found, item: str, asked: Asked) -> Verdict:  # noqa: ARG001 - one signature for all
    """Compare a Quantity with `[prefix][number]|[system]|[code]`, `||[code]` or the number alone."""
    parts = pieces(item)
    if parts is None or len(parts) not in {1, _PARTS} or (len(parts) == _PARTS and not parts[2]):
        return choice("the value is not of the form [number]|[system]|[code]")
    prefix, rest = prefixed(parts[0])
    search = asking(rest)
    if search is None:
        return choice(f"'{rest}' is not a number")
    if found.type == "Range":
        return _range(found.value, prefix, search, parts)
    if found.type not in _QUANTITIES or not isinstance(found.value, dict):
        return choice(f"R4 does not say how a quantity matches {found.type}")
    return _quantity(found.value, prefix, search, parts)


def _quantity(stored: Json, prefix: str, search: Asking, parts: list[str]) -> Verdict:
    value = decimal(stored.get("value"))
    if value is None:
        return must_not()
    if stored.get("comparator"):
        return choice("R4 does not say what range a quantity with a comparator stands for")
    unit = _unit(stored, *parts[1:]) if len(parts) == _PARTS else must()
    if unit.answer is Answer.CHOICE:
        return _converted(value, _factor(stored, parts[2]), prefix, search)
    verdict = _said(compared(prefix, search, readings(value)))
    if prefix == "ne" and unit.answer is not Answer.MUST:
        return choice("R4 does not say whether 'ne' finds what has another unit")
    return all_of([unit, verdict])


def _unit(stored: Json, system: str, code: str) -> Verdict:
    """Compare the unit asked for with the stored one; conversion is allowed, not demanded."""
    texts = {stored.get("code"), stored.get("unit")} if system == "" else {stored.get("code")}
    if system and stored.get("system") != system:
        return must_not()
    if code in texts:
        return must()
    return _other(stored, code)


def _other(stored: Json, code: str) -> Verdict:
    if stored.get("system") != units.UCUM:
        folded = {str(text).casefold() for text in (stored.get("code"), stored.get("unit")) if text}
        return choice(_UNITS) if code.casefold() in folded else must_not()
    own = str(stored.get("code") or "")
    if units.incommensurable(own, code):
        return must_not()
    return choice(_UNITS)


def _factor(stored: Json, code: str) -> Decimal | None:
    return units.factor(str(stored.get("code") or ""), code) if stored.get("system") == units.UCUM else None


def _converted(value: Decimal, factor: Decimal | None, prefix: str, search: Asking) -> Verdict:
    """Judge a value of another unit: where even the converted value does not match, nothing does."""
    if factor is None:
        return choice(_UNITS)
    intervals = [_scaled(one, factor) for one in readings(value)]
    if prefix != "ne" and compared(prefix, search, intervals) is Answer.NOT:
        return must_not()
    return choice(_UNITS)


def _scaled(interval: Interval, factor: Decimal) -> Interval:
    return Interval(low=interval.low * factor, high=interval.high * factor, closed=interval.closed)


def _range(stored: Json, prefix: str, search: Asking, parts: list[str]) -> Verdict:
    low, high = (obj(stored.get(key)) for key in ("low", "high"))
    ends = [decimal(end.get("value")) for end in (low, high)]
    if ends == [None, None]:
        return must_not()
    verdict = _said(compared(prefix, search, between(ends[0], ends[1])))
    if len(parts) != _PARTS:
        return verdict
    unit = all_of(_unit(end, *parts[1:]) for end in (low, high) if end)
    return all_of([unit, verdict]) if unit.answer is not Answer.NOT or prefix != "ne" else choice(_UNITS)


def _said(answer: Answer) -> Verdict:
    return choice(_READINGS) if answer is Answer.CHOICE else plainly(answer is Answer.MUST)
