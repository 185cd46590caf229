"""Sums and products of numbers, texts, quantities and moments (FHIRPath 2.0, section 'Math')."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeGuard

from conformance.fhirpath import quantity as quantities
from conformance.fhirpath.duration import shifted
from conformance.fhirpath.equality import as_quantity
from conformance.fhirpath.quantity import Quantity
from conformance.fhirpath.temporal import Moment
from conformance.fhirpath.values import (
    decimal,
    integer,
    moment_node,
    problem,
    quantity,
    single,
    string,
    value_of,
)

if TYPE_CHECKING:
    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.values import Value

Number = int | Decimal
_PLACES = Decimal("1e-8")  # FHIRPath 2.0, 'Decimal': at least eight places


def joined(left: str | None, right: str | None) -> Nodes:
    """Return two texts as one; the empty collection counts as an empty text."""
    return string((left or "") + (right or ""))


def number(value: Number) -> Nodes:
    """Return a collection of one number, whole ones as integers."""
    return integer(value) if isinstance(value, int) else decimal(value)


def _operands(sign: str, left: Nodes, right: Nodes) -> tuple[Value, Value] | None:
    one, other = single(left, f"'{sign}'"), single(right, f"'{sign}'")
    if one is None or other is None:
        return None
    values = value_of(one), value_of(other)
    return None if None in values else values


def is_number(value: Value) -> TypeGuard[Number]:
    """Tell whether a value is a whole number or a decimal."""
    return type(value) in {int, Decimal}


def _unfit(sign: str, one: Value, other: Value) -> Exception:
    return problem(f"'{sign}' does not apply to {_named(one)} and {_named(other)}")


def _named(value: Value) -> str:
    return {int: "an integer", str: "a string", bool: "a boolean"}.get(
        type(value), f"a {type(value).__name__}".lower()
    )


def plus(left: Nodes, right: Nodes) -> Nodes:
    """Return a sum, a joined text, or a moment so much later."""
    return _added("+", left, right, 1)


def minus(left: Nodes, right: Nodes) -> Nodes:
    """Return a difference, or a moment so much earlier."""
    return _added("-", left, right, -1)


def _added(sign: str, left: Nodes, right: Nodes, factor: int) -> Nodes:
    pair = _operands(sign, left, right)
    if pair is None:
        return []
    one, other = pair
    if is_number(one) and is_number(other):
        return number(one + factor * other)
    if isinstance(one, str) and isinstance(other, str) and factor == 1:
        return string(one + other)
    if isinstance(one, Moment) and isinstance(other, Quantity):
        return moment_node(shifted(one, other, factor))
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return _summed(one, other, factor)
    raise _unfit(sign, one, other)


def _summed(one: Quantity, other: Quantity, factor: int) -> Nodes:
    if one.unit == other.unit:
        return quantity(Quantity(one.number + factor * other.number, one.unit))
    pair = quantities.paired(one, other)
    if pair is None:
        return []
    scale = pair[0] / one.number if one.number else Decimal(1)
    return quantity(Quantity(one.number + factor * pair[1] / scale, one.unit))


def times(left: Nodes, right: Nodes) -> Nodes:
    """Return a product."""
    pair = _operands("*", left, right)
    if pair is None:
        return []
    one, other = pair
    if is_number(one) and is_number(other):
        return number(one * other)
    return _quantities("*", one, other, 1)


def divided(left: Nodes, right: Nodes) -> Nodes:
    """Return a quotient, always a decimal; nothing for a division by zero."""
    pair = _operands("/", left, right)
    if pair is None:
        return []
    one, other = pair
    if is_number(one) and is_number(other):
        return decimal(rounded(Decimal(one) / Decimal(other))) if other else []
    return _quantities("/", one, other, -1)


def rounded(value: Decimal) -> Decimal:
    """Return a decimal with no more places than FHIRPath promises."""
    exponent = value.as_tuple().exponent
    short = value.quantize(_PLACES) if isinstance(exponent, int) and exponent < -len("12345678") else value
    return short.normalize() + 0 if short is not value else value


def _quantities(sign: str, one: Value, other: Value, power: int) -> Nodes:
    left, right = as_quantity(one), as_quantity(other)
    if left is None or right is None:
        raise _unfit(sign, one, other)
    found = quantities.multiplied(left, right, power)
    return quantity(found) if found else []


def whole_quotient(left: Nodes, right: Nodes) -> Nodes:
    """Return how many whole times the right goes into the left."""
    pair = _numbers("div", left, right)
    return [] if pair is None or not pair[1] else integer(int(Decimal(pair[0]) / Decimal(pair[1])))


def remainder(left: Nodes, right: Nodes) -> Nodes:
    """Return what `div` leaves."""
    pair = _numbers("mod", left, right)
    if pair is None or not pair[1]:
        return []
    rest = Decimal(pair[0]) % Decimal(pair[1])
    return integer(int(rest)) if isinstance(pair[0], int) and isinstance(pair[1], int) else decimal(rest)


def _numbers(sign: str, left: Nodes, right: Nodes) -> tuple[Number, Number] | None:
    pair = _operands(sign, left, right)
    if pair is not None and not (is_number(pair[0]) and is_number(pair[1])):
        raise _unfit(sign, *pair)
    return pair


def negated(nodes: Nodes, sign: str) -> Nodes:
    """Return what a unary plus or minus makes of a number or a quantity."""
    node = single(nodes, f"unary '{sign}'")
    value = value_of(node) if node is not None else None
    if value is None:
        return []
    factor = -1 if sign == "-" else 1
    if is_number(value):
        return number(factor * value)
    if isinstance(value, Quantity):
        return quantity(Quantity(factor * value.number, value.unit))
    raise problem(f"unary '{sign}' does not apply to {_named(value)}")
