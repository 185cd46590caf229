"""SNOMED CT identifiers and expressions: what none can be without SNOMED CT at hand."""

from __future__ import annotations

import re

SNOMED = "http://snomed.info/sct"
# SNOMED CT's release files, "SCTID check digit": Verhoeff's scheme, which is products in the dihedral group
# of the pentagon, and the turn of a digit at each place.
_TIMES = (
    *("0123456789", "1234067895", "2340178956", "3401289567", "4012395678"),
    *("5987604321", "6598710432", "7659821043", "8765932104", "9876543210"),
)
_TURN = "1576283094"
# R4 snomedct.html: a code is the identifier of a concept or an expression. Terms, texts and numbers of an
# expression (SNOMED CT's compositional grammar) are no identifiers.
_ASIDE = re.compile(r"\|[^|]*\||\"[^\"]*\"|#[+-]?[0-9]+(?:\.[0-9]+)?|\b(?:TRUE|FALSE)\b", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")
_LENGTHS = range(6, 19)
_SIGNS = re.compile(r"[\s:=,+<>(){}]*")


def _is_identifier(digits: str) -> bool:
    """Tell whether digits are 6 to 18, of which the last is the right check digit."""
    return len(digits) in _LENGTHS and _sum(digits) == 0


def may_be_code(code: str) -> bool:
    """Tell whether a text can be an identifier or an expression of SNOMED CT, whatever it means."""
    bare = _ASIDE.sub(" ", code)
    named = _DIGITS.findall(bare)
    return bool(named) and all(map(_is_identifier, named)) and bool(_SIGNS.fullmatch(_DIGITS.sub("", bare)))


def _sum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total = int(_TIMES[total][_turned(int(digit), place % 8)])
    return total


def _turned(digit: int, times: int) -> int:
    for _ in range(times):
        digit = int(_TURN[digit])
    return digit
