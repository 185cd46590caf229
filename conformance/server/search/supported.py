"""Which search parameters and modifiers this server supports: what it claims and what it accepts are this."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import by_release
from conformance.server.search.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.definitions.r4 import SearchParameter

# R4 leaves phonetic matching to the server; this one has none. The first entry of a Bundle is no reference.
_LEFT_OUT = frozenset(
    {("Patient", "phonetic"), ("Person", "phonetic"), ("Practitioner", "phonetic")}
) | frozenset({("RelatedPerson", "phonetic"), ("Bundle", "composition"), ("Bundle", "message")})
_CODED = frozenset({"Coding", "CodeableConcept", "Identifier"})
_CAST = re.compile(r"(?:\.as\((\w+)\)| as (\w+))\)?$")


@by_release
def parameters(type: str) -> Mapping[str, SearchParameter]:  # noqa: A002 - FHIR's own word
    """Return the supported search parameters of a resource type by code."""
    return {code: found for code, found in r4.parameters(type).items() if _supported(type, found)}


def parameter(type: str, code: str) -> SearchParameter | None:  # noqa: A002 - FHIR's own word
    """Return one supported search parameter, or nothing."""
    return parameters(type).get(code)


def _supported(type_: str, found: SearchParameter) -> bool:
    known = found.type == "composite" or found.type in KINDS
    return known and bool(found.expression) and (type_, found.code) not in _LEFT_OUT


@by_release
def references(type: str) -> Mapping[str, SearchParameter]:  # noqa: A002 - FHIR's own word
    """Return the supported parameters of type reference."""
    return {code: found for code, found in parameters(type).items() if found.type == "reference"}


@by_release
def modifiers(type: str, code: str) -> frozenset[str]:  # noqa: A002 - FHIR's own word
    """Return the modifiers that a parameter understands, other than the names of target types."""
    found = parameters(type)[code]
    if found.type == "composite":
        return frozenset()
    return KINDS[found.type].modifiers - (_unfit(found) if found.type == "token" else frozenset())


def _unfit(found: SearchParameter) -> frozenset[str]:
    """Return the token modifiers that mean nothing for what the expression selects."""
    types = frozenset(_selected(found.expression))
    unfit = set()
    if types and not types & _CODED:
        unfit.add("text")
    if "Identifier" not in types:
        unfit.add("of-type")
    # Without terminology there is no hierarchy of codes; that of mime types stands in their spelling.
    if not found.expression.endswith(".contentType"):
        unfit.add("below")
    return frozenset(unfit)


def _selected(expression: str) -> Iterator[str]:
    for branch in expression.split(" | "):
        cast = _CAST.search(branch)
        if cast:
            yield cast[1] or cast[2]
        elif element := r4.element(branch.partition(".where(")[0]):
            yield from element.types
