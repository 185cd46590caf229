"""Quantities: exact numbers with UCUM units or calendar durations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.fhirpath.units import Unit, spell, times, unit

if TYPE_CHECKING:
    from decimal import Decimal

# FHIRPath 2.0, 'Time-valued Quantities': weeks and below are the UCUM units, months and years are not.
_CALENDAR = {
    "week": "wk",
    "day": "d",
    "hour": "h",
    "minute": "min",
    "second": "s",
    "millisecond": "ms",
}
_MONTHS = {"year": 12, "month": 1}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit; a calendar duration has the singular word, such as `month`."""

    number: Decimal
    unit: str

    @property
    def base(self) -> tuple[Decimal, Unit] | None:
        """Return the number in base units, and those; nothing for unknown units and calendar months."""
        known = unit(_CALENDAR.get(self.unit, self.unit))
        return (self.number * known.factor, known) if known else None


def paired(left: Quantity, right: Quantity) -> tuple[Decimal, Decimal] | None:
    """Return both numbers in one unit, or nothing where the units do not compare."""
    if left.unit == right.unit:
        return left.number, right.number
    if left.unit in _MONTHS and right.unit in _MONTHS:
        return left.number * _MONTHS[left.unit], right.number * _MONTHS[right.unit]
    one, other = left.base, right.base
    if one is None or other is None or one[1].dimensions != other[1].dimensions:
        return None
    return one[0], other[0]


def is_calendar(value: Quantity) -> bool:
    """Tell whether a quantity counts calendar years or months, which no UCUM unit equals."""
    return value.unit in _MONTHS


def multiplied(left: Quantity, right: Quantity, power: int) -> Quantity | None:
    """Return a product (power 1) or a quotient (power -1), where the units and a divisor allow it."""
    if power < 0 and not right.number:
        return None
    if left.unit == "1" or right.unit == "1":
        number = left.number * right.number**power
        return Quantity(number, left.unit if right.unit == "1" else _powered(right.unit, power))
    one, other = left.base, right.base
    if one is None or other is None:
        return None
    found = times(one[1], other[1], power)
    return Quantity(one[0] * other[0] ** power, spell(found.dimensions))


def _powered(code: str, power: int) -> str:
    return code if power == 1 else f"/{code}"
