"""Codes against the value sets that they are bound to (R4 terminologies.html#strength)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.profiles.issue import Severity
from conformance.profiles.rules import rule_of
from conformance.profiles.terms import NO, UNKNOWN_TERM, YES
from conformance.profiles.tree import extension_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.issue import Rule
    from conformance.profiles.terms import Terms
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Check, Visit

    Codings = Iterable[tuple[str | None, str]]

_MAX = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
_SEVERITY = {
    "required": Severity.ERROR,
    "extensible": Severity.WARNING,
    "preferred": Severity.INFORMATION,
}


# What the comment on an element allows beside the value set that it is bound to
_ALSO = {"CapabilityStatement.format": frozenset({"json", "ttl", "xml"})}
_HINTS = {
    "required": "Use a code of the value set; no other is allowed.",
    "extensible": "Use a code of the value set where one fits.",
    "preferred": "A code of the value set is understood more widely.",
    "max": "Use a code of the widest value set that is allowed.",
}


def binding_check(part: Element, type_: str) -> list[Check]:
    """Return the checks of an element's binding, and of the widest value set that it may have."""
    binding = part.row.get("binding")
    codings = _READERS.get(type_)
    if not isinstance(binding, dict) or codings is None:
        return []
    rule = rule_of(part, binding)
    checks = []
    strength, value_set = str(binding.get("strength")), binding.get("valueSet")
    if value_set and strength in _SEVERITY:
        also = _ALSO.get(part.base_path, frozenset())
        checks.append(_bound(str(value_set), strength, codings, rule, also))
    widest = extension_value(binding, _MAX)
    if widest:
        checks.append(_bound(widest, "max", codings, rule))
    return checks


def _bound(
    value_set: str,
    strength: str,
    codings: Callable[[Json], Codings],
    rule: Rule,
    also: frozenset[str] = frozenset(),
) -> Check:
    severity = _SEVERITY.get(strength, Severity.ERROR)
    needs_one = strength == "required"

    def check(value: Json, node: Node, visit: Visit) -> None:
        found = tuple(codings(value))
        if (not found and not needs_one) or any(code in also for _, code in found):
            return
        answer = membership(found, value_set, visit.terms)
        if answer == NO:
            visit.report(
                node,
                "code-invalid",
                f"No code here is in the value set (binding: {strength}).",
                rule=rule,
                severity=severity,
                expected=value_set,
                actual=value,
                hint=_HINTS.get(strength, ""),
            )
        elif answer == UNKNOWN_TERM and needs_one:
            _not_judged(value, node, visit, value_set, rule)

    return check


def membership(codings: Codings, value_set: str, terms: Terms) -> str:
    """Tell whether one of several codings is in a value set."""
    answers = {_member(value_set, system, code, terms) for system, code in codings}
    if YES in answers:
        return YES
    return UNKNOWN_TERM if UNKNOWN_TERM in answers else NO


def _member(value_set: str, system: str | None, code: str, terms: Terms) -> str:
    # A code without a system has no meaning outside of a code's own binding (datatypes.html#Coding).
    return NO if system == "" else terms.validate(value_set, system, code)


def codings_of(type_: str, value: Json) -> tuple[tuple[str | None, str], ...]:
    """Return the system and code of everything that a coded value states."""
    reader = _READERS.get(type_)
    return tuple(reader(value)) if reader is not None else ()


def _plain(value: Json) -> Codings:
    return [(None, value)] if isinstance(value, str) else []


def _coding(value: Json) -> Codings:
    code = value.get("code") if isinstance(value, dict) else None
    system = value.get("system") if isinstance(value, dict) else None
    return [(system if isinstance(system, str) else "", code)] if isinstance(code, str) else []


def _concept(value: Json) -> Codings:
    codings = value.get("coding") if isinstance(value, dict) else None
    return [pair for each in codings for pair in _coding(each)] if isinstance(codings, list) else []


_READERS: Mapping[str, Callable[[Json], Codings]] = {
    "CodeableConcept": _concept,
    "Coding": _coding,
    "Quantity": _coding,
    "code": _plain,
    "string": _plain,
    "uri": _plain,
}


def _not_judged(value: Json, node: Node, visit: Visit, value_set: str, rule: Rule) -> None:
    visit.report(
        node,
        "not-supported",
        "Whether the value set has this code cannot be said: its codes are not at hand.",
        rule=rule,
        severity=Severity.INFORMATION,
        expected=value_set,
        actual=value,
    )
