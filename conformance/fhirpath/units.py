"""The part of UCUM that clinical quantities need: prefixes, products, quotients and powers of known units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

Dimensions = tuple[tuple[str, int], ...]

_PREFIXES = {
    "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1,
    "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15,
}  # fmt: skip
# symbol -> factor to base units, base units, whether UCUM allows a prefix (ucum.org, tables 1 to 8)
_UNITS: dict[str, tuple[str, str, bool]] = {
    "m": ("1", "m", True),
    "g": ("1", "g", True),
    "s": ("1", "s", True),
    "K": ("1", "K", True),
    "A": ("1", "A", True),
    "cd": ("1", "cd", True),
    "rad": ("1", "", True),
    "mol": ("6.02214076e23", "", True),
    "L": ("0.001", "m3", True),
    "l": ("0.001", "m3", True),
    "min": ("60", "s", False),
    "h": ("3600", "s", False),
    "d": ("86400", "s", False),
    "wk": ("604800", "s", False),
    "mo": ("2629800", "s", False),
    "a": ("31557600", "s", False),
    "Hz": ("1", "s-1", True),
    "N": ("1000", "g.m.s-2", True),
    "Pa": ("1000", "g.m-1.s-2", True),
    "bar": ("1e8", "g.m-1.s-2", True),
    "m[Hg]": ("133322000", "g.m-1.s-2", True),
    "J": ("1000", "g.m2.s-2", True),
    "W": ("1000", "g.m2.s-3", True),
    "cal": ("4184", "g.m2.s-2", True),
    "t": ("1000000", "g", True),
    "ar": ("100", "m2", True),
    "deg": ("0.017453292519943295", "", False),
    "%": ("0.01", "", False),
    "[ppth]": ("0.001", "", False),
    "[ppm]": ("0.000001", "", False),
    "[in_i]": ("0.0254", "m", False),
    "[ft_i]": ("0.3048", "m", False),
    "[yd_i]": ("0.9144", "m", False),
    "[mi_i]": ("1609.344", "m", False),
    "[lb_av]": ("453.59237", "g", False),
    "[oz_av]": ("28.349523125", "g", False),
}
_PART = re.compile(r"(?P<symbol>[^\d.+\-/()]+|[^.+\-/()]*\[[^\]]*\])(?P<power>[+-]?\d+)?")
_TENS = re.compile(r"10[*^]([+-]?\d+)?")  # UCUM 4.2: the ten for arbitrary powers
_ANNOTATION = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a multiple of base units to their powers."""

    factor: Decimal
    dimensions: Dimensions


@cache
def unit(code: str) -> Unit | None:
    """Return what a UCUM code means, or nothing where this table does not know it."""
    found: Unit | None = Unit(Decimal(1), ())
    sign = 1
    for part in re.split(r"([./])", _ANNOTATION.sub("", code)):
        if part in {".", "/"}:
            sign = 1 if part == "." else -1
        elif found is not None and part not in {"", "1"}:
            known = _part(part)
            found = times(found, known, sign) if known else None
    return found


def _part(text: str) -> Unit | None:
    if text.isdigit():
        return Unit(Decimal(text), ())
    if tens := _TENS.fullmatch(text):
        return Unit(Decimal(1).scaleb(int(tens[1] or 1)), ())
    found = _PART.fullmatch(text)
    known = _symbol(found["symbol"]) if found else None
    if found is None or known is None:
        return None
    return times(Unit(Decimal(1), ()), known, int(found["power"] or 1))


@cache
def _symbol(symbol: str) -> Unit | None:
    if symbol in _UNITS:
        return _known(symbol)
    for prefix, exponent in _PREFIXES.items():
        rest = symbol.removeprefix(prefix)
        if rest != symbol and _UNITS.get(rest, ("", "", False))[2]:
            known = _known(rest)
            return Unit(known.factor.scaleb(exponent), known.dimensions)
    return None


def _known(symbol: str) -> Unit:
    factor, base, _ = _UNITS[symbol]
    powers = (re.fullmatch(r"([A-Za-z]+)(-?\d+)?", part) for part in base.split(".") if part)
    return Unit(Decimal(factor), tuple(sorted((p[1], int(p[2] or 1)) for p in powers if p)))


def times(left: Unit, right: Unit, power: int) -> Unit:
    """Return the product of a unit and a power of another one."""
    sums = dict(left.dimensions)
    for name, exponent in right.dimensions:
        sums[name] = sums.get(name, 0) + exponent * power
    return Unit(left.factor * right.factor**power, tuple(sorted((n, e) for n, e in sums.items() if e)))


def spell(dimensions: Dimensions) -> str:
    """Return the UCUM code of base units, `1` where there are none."""
    return ".".join(name + (str(power) if power != 1 else "") for name, power in dimensions) or "1"
