"""Precision, and the limits of what an imprecise value may mean (FHIRPath, `lowBoundary` and others)."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from conformance.fhirpath import quantity as quantities
from conformance.fhirpath import values
from conformance.fhirpath.duration import spell
from conformance.fhirpath.quantity import Quantity
from conformance.fhirpath.registry import anything, function
from conformance.fhirpath.temporal import EAST, WEST, Moment, latest
from conformance.fhirpath.values import problem, single, value_of, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope
    from conformance.fhirpath.values import Value

_PLACES, _MOST_PLACES = 8, 31
# How many digits state a moment, by the number of its parts.
_DIGITS = {"time": (2, 4, 6), "date": (4, 6, 8), "dateTime": (4, 6, 8, 10, 12, 14)}
_FULL = {"time": 9, "date": 8, "dateTime": 17}
_EARLIEST = (1, 1, 1, 0, 0, Decimal("0.000"))


def _enter(name: str, *, high: bool) -> None:
    def run(items: Nodes, _scope: Scope, precision: Nodes | None = None) -> Nodes:
        node = single(items, f"{name}()")
        value = value_of(node) if node is not None else None
        digits = whole(precision, f"{name}()'s precision") if precision else None
        return [] if value is None else _boundary(value, digits, name, high=high)

    function(name, 0, 1, gives=anything)(run)


def _boundary(value: Value, digits: int | None, name: str, *, high: bool) -> Nodes:
    if isinstance(value, Quantity):
        found = _number(value.number, digits, high=high)
        return [] if found is None else values.quantity(Quantity(found, value.unit))
    if isinstance(value, Moment):
        moment = _moment(value, digits or _FULL[value.kind], high=high)
        return [] if moment is None else values.moment_node(moment)
    if type(value) in {int, Decimal}:
        found = _number(Decimal(value), digits, high=high)
        return [] if found is None else values.decimal(found)
    raise problem(f"{name}() needs a number, a quantity or a date, there is another value")


def _number(value: Decimal, digits: int | None, *, high: bool) -> Decimal | None:
    """Half a unit of the last place, cut outward to the digits that are asked for."""
    places = _PLACES if digits is None else digits
    if not 0 <= places <= _MOST_PLACES:
        return None
    half = Decimal(5).scaleb(_exponent(value) - 1)
    limit = value + half if high else value - half
    return limit.quantize(Decimal(1).scaleb(-places), rounding=ROUND_CEILING if high else ROUND_FLOOR)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _moment(value: Moment, digits: int, *, high: bool) -> Moment | None:
    count = _parts(value.kind, digits)
    if count is None:
        return None
    filled = _filled(value, high=high)[:count]
    zone = value.zone
    if zone is None and value.kind == "dateTime" and count > len(_DIGITS["date"]):
        zone = WEST if high else EAST
    found = replace(value, parts=filled, zone=zone if count > len(_DIGITS["date"]) else None)
    return replace(found, spelt=spell(found, ".000" if digits == _FULL[value.kind] else ""))


def _filled(value: Moment, *, high: bool) -> tuple[int | Decimal, ...]:
    parts = value.parts
    if value.kind == "time":
        whole_day = latest((1, 1, 1, *parts)) if high else (1, 1, 1, *parts, *_EARLIEST[3 + len(parts) :])
        return whole_day[3:]
    return latest(parts) if high else parts + _EARLIEST[len(parts) :]


def _parts(kind: str, digits: int) -> int | None:
    if digits == _FULL[kind]:
        return len(_DIGITS[kind])
    return _DIGITS[kind].index(digits) + 1 if digits in _DIGITS[kind] else None


_enter("lowBoundary", high=False)
_enter("highBoundary", high=True)


@function("precision", gives="System.Integer")
def _precision(items: Nodes, _scope: Scope) -> Nodes:
    node = single(items, "precision()")
    value = value_of(node) if node is not None else None
    reader = _PRECISIONS.get(type(value))
    return values.integer(reader(value)) if reader else []


def _moment_digits(value: Moment) -> int:
    fraction = "." in value.spelt
    return _FULL[value.kind] if fraction else _DIGITS[value.kind][len(value.parts) - 1]


_PRECISIONS: dict[type, Callable[..., int]] = {
    int: lambda _value: 0,
    Decimal: lambda value: max(-_exponent(value), 0),
    Moment: _moment_digits,
}


@function("comparable", 1, gives="System.Boolean")
def _comparable(items: Nodes, _scope: Scope, other: Nodes) -> Nodes:
    one, two = single(items, "comparable()"), single(other, "comparable()'s argument")
    pair = [value_of(node) for node in (one, two) if node is not None]
    left, right = pair if len(pair) == len("12") else (None, None)
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        return []
    return values.boolean(quantities.paired(left, right) is not None)
