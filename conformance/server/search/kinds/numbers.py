"""Search parameters of type number and quantity (search.html#number, #quantity).

A stored decimal counts as a point, as most servers take it; the search value of eq, ne and ap has the
width that its digits imply, that of the other prefixes is exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.server.search.escape import split, unescape
from conformance.server.search.kinds.prefixes import cut
from conformance.server.search.world import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json

MODIFIERS = frozenset({"missing"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_INFINITY = Decimal("Infinity")
_CURRENCY = "urn:iso:std:iso:4217"
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number or quantity, from `low` to `high`, both included; a plain value has both alike."""

    low: Decimal
    high: Decimal
    system: str = ""
    code: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search number: its exact value, and the half-open range that its digits imply."""

    value: Decimal
    low: Decimal
    high: Decimal


def take(node: Node, base: str) -> Iterator[Amount]:  # noqa: ARG001 - every kind is asked alike
    """Yield the amounts of one element."""
    value = node.value
    if isinstance(value, dict):
        yield from _complex(value, node.type)
    elif (number := _decimal(value)) is not None:
        yield Amount(low=number, high=number)


def _complex(value: dict[str, Json], type_: str) -> Iterator[Amount]:
    if type_ == "Range":
        yield from _range(value)
    elif (number := _decimal(value.get("value"))) is not None:
        yield Amount(
            low=number,
            high=number,
            system=_CURRENCY if type_ == "Money" else value.get("system", ""),
            code=value.get("currency", "") if type_ == "Money" else value.get("code", ""),
            unit=value.get("unit", ""),
        )


def _range(value: dict[str, Json]) -> Iterator[Amount]:
    low, high = value.get("low") or {}, value.get("high") or {}
    least, most = _decimal(low.get("value")), _decimal(high.get("value"))
    if least is None and most is None:
        return
    units = low if least is not None else high
    yield Amount(
        low=-_INFINITY if least is None else least,
        high=_INFINITY if most is None else most,
        system=units.get("system", ""),
        code=units.get("code", ""),
        unit=units.get("unit", ""),
    )


def _decimal(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    return Decimal(str(value))


def matcher(text: str, modifier: str, base: str) -> Callable[[Amount], bool]:  # noqa: ARG001
    """Return the test that a search value of type number stands for."""
    prefix, rest = cut(text)
    test, wanted = _PREFIX[prefix], _wanted(rest)
    return lambda amount: test(amount, wanted)


def quantity_matcher(text: str, modifier: str, base: str) -> Callable[[Amount], bool]:
    """Return the test that a search value of type quantity stands for, such as `5.4||mg`."""
    parts = [unescape(part) for part in split(text, "|")]
    number = matcher(parts[0], modifier, base)
    if len(parts) == 1:
        return number
    if len(parts) != 3:  # noqa: PLR2004 - the three parts of the grammar
        raise Refused(f"'{text}' is not of the form number|system|code.", code="value")
    unit = _unit(parts[1], parts[2])
    return lambda amount: number(amount) and unit(amount)


def _unit(system: str, code: str) -> Callable[[Amount], bool]:
    if system and code:
        return lambda amount: (amount.system, amount.code) == (system, code)
    if system:
        # R4 gives `number|system|` no meaning; as with tokens, the code is then free.
        return lambda amount: amount.system == system
    if code:
        return lambda amount: code in (amount.code, amount.unit)
    return lambda _: True


def _wanted(text: str) -> Wanted:
    if not _NUMBER.fullmatch(text):
        raise Refused(f"'{text}' is not a number.", code="value")
    value = Decimal(text)
    half = _HALF.scaleb(int(value.as_tuple().exponent))
    return Wanted(value, value - half, value + half)


def _equal(amount: Amount, wanted: Wanted) -> bool:
    return wanted.low <= amount.low and amount.high < wanted.high


def _near(amount: Amount, wanted: Wanted) -> bool:
    slack = max(abs(wanted.value) / 10, wanted.high - wanted.value)
    return amount.low <= wanted.value + slack and wanted.value - slack <= amount.high


_PREFIX: Mapping[str, Callable[[Amount, Wanted], bool]] = {
    "eq": _equal,
    "ne": lambda amount, wanted: not _equal(amount, wanted),
    "gt": lambda amount, wanted: amount.high > wanted.value,
    "lt": lambda amount, wanted: amount.low < wanted.value,
    "ge": lambda amount, wanted: amount.high >= wanted.value,
    "le": lambda amount, wanted: amount.low <= wanted.value,
    "sa": lambda amount, wanted: amount.low > wanted.value,
    "eb": lambda amount, wanted: amount.high < wanted.value,
    "ap": _near,
}


def low(value: Amount) -> Decimal:
    """Return the key by which the value sorts upwards."""
    return value.low


def high(value: Amount) -> Decimal:
    """Return the key by which the value sorts downwards."""
    return value.high
