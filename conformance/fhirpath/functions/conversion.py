"""Conversions between the simple types (FHIRPath 2.0, section 'Conversion')."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.fhirpath import values
from conformance.fhirpath.parser import CALENDAR
from conformance.fhirpath.quantity import Quantity, paired
from conformance.fhirpath.registry import function
from conformance.fhirpath.temporal import Moment, moment
from conformance.fhirpath.units import unit
from conformance.fhirpath.values import Value, single, text, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_QUANTITY = re.compile(
    r"(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?:'(?P<unit>[^']+)'|(?P<word>[A-Za-z]+))?", re.ASCII
)
_TRUTHS = {
    **dict.fromkeys(["true", "t", "yes", "y", "1", "1.0"], True),
    **dict.fromkeys(["false", "f", "no", "n", "0", "0.0"], False),
}
_LARGEST = 2**31
_TO_DATE = 3  # a date has three parts at most


def _boolean(value: Value) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, Decimal)):
        return bool(value) if value in {0, 1} else None
    return _TRUTHS.get(value.lower()) if isinstance(value, str) else None


def _integer(value: Value) -> int | None:
    if isinstance(value, str):
        value = int(value) if _INTEGER.fullmatch(value) else None
    if isinstance(value, int):
        return int(value) if -_LARGEST <= value < _LARGEST else None
    return None


def _decimal(value: Value) -> Decimal | None:
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def _quantity(value: Value) -> Quantity | None:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, (int, Decimal)):
        return Quantity(Decimal(value), "1")
    found = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found["word"] and found["word"] not in CALENDAR):
        return None
    return Quantity(Decimal(found["number"]), CALENDAR.get(found["word"] or "", found["unit"] or "1"))


def _string(value: Value) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Quantity):
        return spelt(value)
    if isinstance(value, Moment):
        return value.spelt
    return str(value) if isinstance(value, (int, str)) else None


def spelt(value: Quantity) -> str:
    """Return a quantity as FHIRPath writes it."""
    if value.unit in CALENDAR:
        return f"{value.number:f} {value.unit}" + ("" if value.number == 1 else "s")
    return f"{value.number:f} '{value.unit}'"


def _moment(kind: str) -> Callable[[Value], Moment | None]:
    def convert(value: Value) -> Moment | None:
        if isinstance(value, str):
            return _from_text(value, kind)
        if not isinstance(value, Moment) or (value.kind == "time") != (kind == "time"):
            return None
        if kind == "date":
            return Moment("date", value.parts[:_TO_DATE], None, value.spelt.partition("T")[0])
        return replace(value, kind=kind)

    return convert


def _from_text(value: str, kind: str) -> Moment | None:
    if kind == "date":
        dated = moment(value, "dateTime")
        return moment(value.partition("T")[0], "date") if dated else None
    return moment(value.removeprefix("T") if kind == "time" else value, kind)


def _enter(name: str, convert: Callable[[Value], Value], made: Callable[..., Nodes]) -> None:
    """Enter `toName()` and `convertsToName()`."""

    def to(items: Nodes, _scope: Scope) -> Nodes:
        node = single(items, f"to{name}()")
        found = convert(value_of(node)) if node is not None else None
        return [] if found is None else made(found)

    def converts(items: Nodes, scope: Scope) -> Nodes:
        return values.boolean(bool(to(items, scope))) if items else []

    function(f"to{name}", gives=f"System.{name}")(to)
    function(f"convertsTo{name}", gives="System.Boolean")(converts)


_enter("Boolean", _boolean, values.boolean)
_enter("Integer", _integer, values.integer)
_enter("Decimal", _decimal, values.decimal)
_enter("String", _string, values.string)
_enter("Date", _moment("date"), values.moment_node)
_enter("DateTime", _moment("dateTime"), values.moment_node)
_enter("Time", _moment("time"), values.moment_node)


@function("toQuantity", 0, 1, gives="System.Quantity")
def _to_quantity(items: Nodes, _scope: Scope, wanted: Nodes | None = None) -> Nodes:
    node = single(items, "toQuantity()")
    found = _quantity(value_of(node)) if node is not None else None
    code = text(wanted, "toQuantity()'s unit") if wanted else None
    if found is None or code is None:
        return [] if found is None else values.quantity(found)
    return _converted(found, CALENDAR.get(code, code))


def _converted(found: Quantity, code: str) -> Nodes:
    pair = paired(found, Quantity(Decimal(1), code))
    if found.unit == code or pair is None or unit(code) is None:
        return values.quantity(found) if found.unit == code else []
    return values.quantity(Quantity((pair[0] / pair[1]).normalize() + 0, code))


@function("convertsToQuantity", 0, 1, gives="System.Boolean")
def _converts_to_quantity(items: Nodes, scope: Scope, wanted: Nodes | None = None) -> Nodes:
    return values.boolean(bool(_to_quantity(items, scope, wanted))) if items else []
