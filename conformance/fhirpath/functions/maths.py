"""Functions on numbers (FHIRPath 2.0, section 'Math')."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from conformance.fhirpath.arithmetic import Number, is_number, number, rounded
from conformance.fhirpath.quantity import Quantity
from conformance.fhirpath.registry import anything, function, same
from conformance.fhirpath.values import decimal, integer, problem, quantity, single, value_of, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope


def _number(nodes: Nodes, name: str) -> Number | None:
    node = single(nodes, f"{name}()")
    value = value_of(node) if node is not None else None
    if value is None:
        return None
    if not is_number(value):
        raise problem(f"{name}() needs a number, there is a {node.type if node else 'nothing'}")
    return value


def _whole(name: str, rounding: str) -> None:
    """Enter a function that leaves a whole number."""

    def run(items: Nodes, _scope: Scope) -> Nodes:
        found = _number(items, name)
        return [] if found is None else integer(int(Decimal(found).to_integral_value(rounding)))

    function(name, gives="System.Integer")(run)


def _real(name: str, answer: Callable[[Decimal], Decimal]) -> None:
    """Enter a function of a decimal; nothing comes out where it is not defined."""

    def run(items: Nodes, _scope: Scope) -> Nodes:
        found = _number(items, name)
        return [] if found is None else _defined(lambda: answer(Decimal(found)))

    function(name, gives="System.Decimal")(run)


def _defined(answer: Callable[[], Decimal]) -> Nodes:
    try:
        found = answer()
    except (InvalidOperation, ZeroDivisionError):
        return []
    return decimal(rounded(found)) if found.is_finite() else []


_whole("ceiling", ROUND_CEILING)
_whole("floor", ROUND_FLOOR)
_whole("truncate", "ROUND_DOWN")
_real("exp", lambda value: value.exp())
_real("ln", lambda value: value.ln())
_real("sqrt", lambda value: value.sqrt())


@function("abs", gives=same)
def _abs(items: Nodes, _scope: Scope) -> Nodes:
    node = single(items, "abs()")
    value = value_of(node) if node is not None else None
    if isinstance(value, Quantity):
        return quantity(Quantity(abs(value.number), value.unit))
    found = _number(items, "abs")
    return [] if found is None else number(max(found, -found))


@function("round", 0, 1, gives="System.Decimal")
def _round(items: Nodes, _scope: Scope, places: Nodes | None = None) -> Nodes:
    found = _number(items, "round")
    digits = whole(places, "round()'s precision") if places else 0
    if found is None or digits is None:
        return []
    if digits < 0:
        raise problem("round()'s precision is below zero")
    return decimal(Decimal(found).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


@function("log", 1, gives="System.Decimal")
def _log(items: Nodes, _scope: Scope, base: Nodes) -> Nodes:
    found, other = _number(items, "log"), _number(base, "log")
    return (
        [] if found is None or other is None else _defined(lambda: Decimal(found).ln() / Decimal(other).ln())
    )


_LARGEST_EXPONENT = 64


@function("power", 1, gives=anything)
def _power(items: Nodes, _scope: Scope, exponent: Nodes) -> Nodes:
    found, other = _number(items, "power"), _number(exponent, "power")
    if found is None or other is None:
        return []
    if isinstance(found, int) and isinstance(other, int) and other >= 0:
        if abs(found) > 1 and other > _LARGEST_EXPONENT:
            return []  # too large for an Integer, and not worth the reckoning
        return integer(int(found**other))
    return _defined(lambda: Decimal(found) ** Decimal(other))
