"""The few UCUM units whose kinship is plain: enough to say that millimetres are no percentages."""

from __future__ import annotations

from decimal import Decimal

UCUM = "http://unitsofmeasure.org"

_PREFIXES = {
    "": Decimal(1),
    "k": Decimal(1000),
    "d": Decimal("0.1"),
    "c": Decimal("0.01"),
    "m": Decimal("0.001"),
    "u": Decimal("0.000001"),
    "n": Decimal("0.000000001"),
}
_METRIC = {"m": "length", "g": "mass", "s": "time", "L": "volume", "l": "volume", "mol": "amount"}
_OTHERS = {
    "min": ("time", Decimal(60)),
    "h": ("time", Decimal(3600)),
    "d": ("time", Decimal(86400)),
    "wk": ("time", Decimal(604800)),
    "1": ("ratio", Decimal(1)),
    "%": ("ratio", Decimal("0.01")),
    "cm2": ("area", Decimal("0.0001")),
    "mm2": ("area", Decimal("0.000001")),
    "m2": ("area", Decimal(1)),
}
# What a unit measures, and how many of its base unit it is.
_UNITS = {
    prefix + unit: (kind, factor) for prefix, factor in _PREFIXES.items() for unit, kind in _METRIC.items()
} | _OTHERS


def incommensurable(one: str, other: str) -> bool:
    """Tell whether two units certainly measure different things."""
    return one in _UNITS and other in _UNITS and _UNITS[one][0] != _UNITS[other][0]


def factor(one: str, other: str) -> Decimal | None:
    """Return how many of `other` make one of `one`, or None where we cannot say."""
    if one not in _UNITS or other not in _UNITS or incommensurable(one, other):
        return None
    return _UNITS[one][1] / _UNITS[other][1]
