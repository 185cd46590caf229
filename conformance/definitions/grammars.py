"""Code systems that are a grammar: what a code must look like where nobody can list them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.definitions.answers import Answer
from conformance.definitions.sctid import SNOMED, may_be_code

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = r"[A-Za-z0-9!#$&^_.+-]{1,127}"  # RFC 6838, section 4.2
_ALNUM = "[A-Za-z0-9]"
# UCUM, sections 2.1 and 2.2: units, whole numbers and {annotations}, multiplied and divided; a unit is
# a symbol, in brackets at will, with an exponent. Whether there is such a symbol is not asked.
_NOTE = r"\{[!-z|~]*\}"
_UNIT = r"(?:10[*^]|(?:[!-'*,:-<>-Z\\^-z|~]|\[[!-Z\\^-~]+\])+)(?:[+-]?[0-9]+)?"
_FACTOR = rf"\(*(?:(?:{_UNIT}|[0-9]+)(?:{_NOTE})?|{_NOTE})\)*"
_TERM = rf"\(*+/?{_FACTOR}(?:[./]{_FACTOR})*"
_PARAMETERS = r"(?:[ \t]*;.*)?"
# Patterns, and what a code of each shape is known to be. Every pattern takes linear time.
_GRAMMARS: Mapping[str, tuple[tuple[re.Pattern[str], Answer], ...]] = {
    "urn:ietf:bcp:13": (
        # Any type and subtype may be used, registered or not; parameters may follow.
        (re.compile(rf"{_NAME}/{_NAME}{_PARAMETERS}", re.DOTALL), Answer.YES),
        # A media range (RFC 9110, section 12.5.1) is no one type, but HL7's own terminology server has it.
        (re.compile(rf"(?:{_NAME}|\*)/\*{_PARAMETERS}", re.DOTALL), Answer.UNKNOWN),
    ),
    # RFC 5646: well-formed is not yet registered.
    "urn:ietf:bcp:47": ((re.compile(rf"(?:[A-Za-z]{{2,8}}|[xXiI])(?:-{_ALNUM}{{1,8}})*"), Answer.UNKNOWN),),
    "urn:iso:std:iso:4217": ((re.compile(r"[A-Z]{3}"), Answer.UNKNOWN),),
    "http://unitsofmeasure.org": ((re.compile(_TERM), Answer.UNKNOWN),),
}


def shaped(system: str, code: str) -> Answer:
    """Tell what a code's shape says of it: no where its system's grammar forbids it."""
    if system == SNOMED:
        return Answer.UNKNOWN if may_be_code(code) else Answer.NO
    if system not in _GRAMMARS:
        return Answer.UNKNOWN
    fitting = (answer for pattern, answer in _GRAMMARS[system] if pattern.fullmatch(code))
    return next(fitting, Answer.NO)
