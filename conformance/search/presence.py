"""The modifier `:missing` (R4 search.html#missing): whether a resource has a value for a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.search.answers import Answer, Verdict, choice, either, inverse
from conformance.search.shape import obj, objects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.model import Json
    from conformance.search.asked import Found


def missing(found: Sequence[Found], value: str, kind: str) -> Verdict:
    """Answer `:missing=true` or `:missing=false` of a parameter of one kind."""
    if value not in {"true", "false"}:
        return choice("':missing' takes true or false")
    present = either(*(_present(one, kind) for one in found))
    answer = present if value == "false" else inverse(present)
    if answer is Answer.CHOICE:
        return choice("whether an element without a searchable value is missing, R4 does not say")
    return Verdict(answer=answer)


def _present(found: Found, kind: str) -> Answer:
    if found.value is None:  # an extension alone: R4 counts a simple type as missing
        return Answer.NOT
    simple = found.type in r4.primitive_types() or found.type.startswith("System.")
    if simple and found.type not in _COMPARED.get(kind, {found.type}):
        return Answer.CHOICE  # such as Immunization.occurrenceString, which no search by date can find
    if found.certain and (simple or _searchable(found)):
        return Answer.MUST
    return Answer.CHOICE


def _searchable(found: Found) -> bool:
    return any(obj(found.value).get(key) is not None for key in _KEYS.get(found.type, ())) or (
        found.type in _DEEPER and _DEEPER[found.type](found.value)
    )


# The simple types that a kind of parameter compares; any, where a kind is not listed.
_COMPARED: Mapping[str, frozenset[str]] = {
    "date": frozenset({"date", "dateTime", "instant", "System.Date", "System.DateTime"}),
}
# The parts by which a server can find a value at all.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "Coding": ("code",),
    "Identifier": ("value",),
    "Reference": ("reference",),
    "ContactPoint": ("value",),
    "Quantity": ("value",),
    "Period": ("start", "end"),
    "HumanName": ("family", "given", "text"),
    "Address": ("line", "city", "district", "state", "country", "postalCode", "text"),
}
_DEEPER: Mapping[str, Callable[[Json], bool]] = {
    "CodeableConcept": lambda value: any(coding.get("code") for coding in objects(value.get("coding"))),
}
